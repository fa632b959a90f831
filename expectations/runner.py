"""Runs Great Expectations suites on pandas frames and keeps the results: the one place that imports Great Expectations.

Belongs here: running a suite and its result as JSON. Does not belong here: what is expected (``expectations/arrivals``,
``expectations/release``), the pages (``orchestration.pages``) and what follows from a failure (the two gates).

Results hold counts and the keys of failing rows (such as the delivery), never a value. Importing Great Expectations takes seconds,
so it happens on first use; ``preload`` starts it in the background.
"""

from __future__ import annotations

import json
import os
import threading
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.settings import Settings

if TYPE_CHECKING:
    import pandas as pd

_KEPT_KEYS = 100
ROW_COUNT = "row_count"


@dataclass(frozen=True)
class Expect:
    """One expectation: the rule it guards, its Great Expectations type in snake case and its arguments.

    ``action`` is what a failure means: ``refuse_delivery``, ``stop_release``, ``quarantine_row`` (already there) or ``warn``.
    """

    rule_id: str
    type: str
    arguments: dict[str, Any] = field(hash=False)
    action: str = "warn"
    description: str = ""


@dataclass(frozen=True)
class CheckResult:
    """What became of one expectation. ``failing_keys`` are the distinct keys of offending rows."""

    rule_id: str
    type: str
    column: str | None
    description: str
    action: str
    success: bool
    element_count: int
    unexpected_count: int
    observed_value: float | int | None = None
    failing_keys: tuple[str, ...] = ()

    @property
    def is_blocking(self) -> bool:
        """A failure that stops the delivery or the release."""
        return not self.success and self.action not in ("warn", "quarantine_row")


@dataclass(frozen=True)
class SuiteResult:
    """Results of one suite on one frame. ``stage`` is arrivals or release, ``subject`` what the frame held."""

    stage: str
    name: str
    subject: str
    row_count: int
    checks: tuple[CheckResult, ...]

    @property
    def success(self) -> bool:
        """Nothing failed, warnings included."""
        return all(c.success for c in self.checks)


def preload() -> threading.Thread:
    """Start importing Great Expectations in the background."""
    thread = threading.Thread(target=_shared_context, name="great-expectations-import", daemon=True)
    thread.start()
    return thread


_LOCK = threading.Lock()


def _shared_context() -> Any:
    with _LOCK:
        return _context()


@cache
def _context() -> Any:
    """An ephemeral context with one pandas data source, without telemetry and progress bars."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    import great_expectations as gx

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    context.data_sources.add_pandas("frames")
    return context


def run_suite(stage: str, name: str, subject: str, frame: pd.DataFrame, expectations: list[Expect], key: str | None = None) -> SuiteResult:
    """Run one suite on one frame. ``key`` names the column whose values tell which rows failed.

    A frame with the column ``row_count`` stands for so many rows: the counts of the result are counts of those.
    """
    context = _shared_context()
    import great_expectations as gx

    frame = frame.reset_index(drop=True)
    asset_name = f"{stage}.{name}.{subject}"
    source = context.data_sources.get("frames")
    batch = source.add_dataframe_asset(asset_name).add_batch_definition_whole_dataframe("all").get_batch({"dataframe": frame})
    built = [
        getattr(gx.expectations, "".join(part.title() for part in e.type.split("_")))(**e.arguments, meta={"number": i})
        for i, e in enumerate(expectations)
    ]
    # Without names of columns a failing row is told by its position: with them Great Expectations looks up each cell on its own.
    form = {"result_format": "COMPLETE" if key else "SUMMARY", "return_unexpected_index_query": False}
    outcome = batch.validate(gx.ExpectationSuite(name=asset_name, expectations=built), result_format=form)
    source.delete_asset(asset_name)
    by_number = {r.expectation_config.meta["number"]: r for r in outcome.results}
    checks = tuple(_check_result(asset_name, e, by_number[i], frame, key) for i, e in enumerate(expectations))
    return SuiteResult(stage, name, subject, _rows(frame), checks)


def _rows(frame: pd.DataFrame) -> int:
    return int(frame[ROW_COUNT].sum()) if ROW_COUNT in frame else len(frame)


def _check_result(asset_name: str, expect: Expect, found: Any, frame: pd.DataFrame, key: str | None) -> CheckResult:
    result = found.result
    column = expect.arguments.get("column")
    if not found.success and "observed_value" not in result and "unexpected_count" not in result:
        raise RuntimeError(f"{asset_name}: {expect.rule_id} {expect.type} on {column} could not be evaluated")
    positions = (result.get("unexpected_index_list") or []) if key else []
    unexpected = frame.iloc[positions]
    found_count = _rows(unexpected) if positions else result.get("unexpected_count", 0 if found.success else 1)
    observed = result.get("observed_value")
    return CheckResult(
        rule_id=expect.rule_id,
        type=expect.type,
        column=column,
        description=expect.description,
        action=expect.action,
        success=bool(found.success),
        element_count=_rows(frame),
        unexpected_count=int(found_count),
        observed_value=observed.item() if hasattr(observed, "item") else observed if isinstance(observed, int | float) else None,
        failing_keys=tuple(sorted(unexpected[key].astype(str).unique())) if key else (),
    )


def save_results(settings: Settings, results: list[SuiteResult]) -> None:
    """Keep the results as JSON in ``docs/expectations/<stage>/``, a hundred failing keys at most; they replace all of the same suites."""
    kept: dict[Path, set[str]] = {}
    for result in results:
        folder = settings.docs / "expectations" / result.stage
        folder.mkdir(parents=True, exist_ok=True)
        body = asdict(result)
        for check in body["checks"]:
            check["failing_keys"] = check["failing_keys"][:_KEPT_KEYS]
        target = folder / f"{result.name}.{result.subject}.json"
        part = target.with_suffix(".part")
        part.write_text(json.dumps(body, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        part.replace(target)
        kept.setdefault(folder, set()).add(target.name)
    for folder, names in kept.items():
        suites = {name.partition(".")[0] for name in names}
        for old in folder.glob("*.json"):
            if old.name.partition(".")[0] in suites and old.name not in names:
                old.unlink()


def read_results(settings: Settings) -> list[SuiteResult]:
    """All kept results, by stage, suite and subject."""
    results = []
    for path in sorted((settings.docs / "expectations").glob("*/*.json")):
        body = json.loads(path.read_text(encoding="utf-8"))
        checks = tuple(CheckResult(**{**c, "failing_keys": tuple(c["failing_keys"])}) for c in body.pop("checks"))
        results.append(SuiteResult(**body, checks=checks))
    return results
