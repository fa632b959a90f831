"""Judges a finished release as a whole: small frames drawn from the released files, through Great Expectations.

Belongs here: drawing the frames and turning results into outcomes. Does not belong here: what is expected (the suites beside this file).
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from expectations.release import form_13, indicators, property_columns, volume
from expectations.runner import CheckResult, SuiteResult, run_suite, save_results
from orchestration.outcome import Outcome
from orchestration.releasing.audience import Audience
from orchestration.settings import Settings


def plausibility_outcomes(settings: Settings, audiences: list[Audience], folder: Path, before: Path | None) -> list[Outcome]:
    """Run every release suite on the files of a release. The results are kept for Data Docs, those of form 13 in the folder, too."""
    results: list[SuiteResult] = []
    for audience in audiences:
        with duckdb.connect(str(folder / f"{audience.name}.duckdb"), read_only=True) as con:
            frames = [(volume, volume.frame(con, audience, before))]
            if any(table.name == "fct_indicator" for table in audience.tables):
                frames.append((indicators, indicators.frame(con)))
            if any(table.name == form_13.TABLE for table in audience.tables):
                frames.append((form_13, form_13.frame(con)))
            if audience.name == "property":
                frames.append((property_columns, property_columns.frame(con)))
        for suite, frame in frames:
            expectations = suite.expectations(audience)
            results.append(run_suite("release", suite.NAME, audience.name, frame, expectations, key=suite.KEY))
            if suite is form_13:
                form_13.write_results(frame, results[-1], folder)
    save_results(settings, results)
    return [_outcome(result, check) for result in results for check in result.checks]


def _outcome(result: SuiteResult, check: CheckResult) -> Outcome:
    severity = "warn" if check.action == "warn" else "error"
    where = f" ({', '.join(check.failing_keys[:5])})" if not check.success and check.failing_keys else ""
    rows = 0 if check.success else check.unexpected_count
    return Outcome(f"release/{result.subject}", check.rule_id, check.success, severity, rows, check.description + where)
