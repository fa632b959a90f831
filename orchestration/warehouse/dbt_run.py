"""dbt inside this process: parsing the project once, building one DuckDB file.

Belongs here: calling dbt and telling its results as plain values. Does not belong here: what the models say, or Dagster.

Dates and build id are given when building, not when parsing, so that the parsed project serves every night until a file changes.
dbt is imported late: it takes two seconds, and an unchanged night does not need it.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import fcntl
import json
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from orchestration.settings import PROJECT_ROOT, Settings, UserError
from orchestration.warehouse.dbt_project import STAMP, adopt_parsed, is_parsed, project_hash, share_parsed, target_folder

_QUIET = ("--quiet", "--log-level", "none", "--log-level-file", "none", "--no-send-anonymous-usage-stats", "--no-version-check")


@dataclass(frozen=True)
class NodeResult:
    """What dbt said about one model, seed or test. ``message`` is dbt's own first line, without values of rows."""

    unique_id: str
    status: str
    rows: int
    seconds: float
    message: str
    compiled_sql: str | None = None

    @property
    def has_failed(self) -> bool:
        """Whether it must stop the night."""
        return self.status in ("error", "fail", "runtime error")


def parse(settings: Settings) -> None:
    """Make the manifest of the project's files unless it is there. Two processes may ask at once: one parses."""
    folder = target_folder(settings)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "parse.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if is_parsed(settings) or adopt_parsed(settings):
            return
        stamp = project_hash()
        with _dbt(settings, folder / "unused" / "warehouse.duckdb") as (runner, common):
            result = runner.invoke(["parse", *common])
        if not result.success:
            raise UserError(f"dbt cannot read the project: {_first_lines(str(result.exception))}")
        (folder / STAMP).write_text(stamp, encoding="utf-8")
        share_parsed(settings)


def build(
    settings: Settings,
    file: Path,
    *,
    as_of: dt.date,
    known_at: dt.date,
    build_id: str,
    on_node: Callable[[str, int], None] | None = None,
    select: Sequence[str] = (),
    has_tests: bool = True,
) -> list[NodeResult]:
    """Build seeds and models (all, or those of ``select``) and run their data tests, in ``file``: those that read nothing else.

    ``on_node`` hears the name of each and how many are done.
    """
    parse(settings)
    done = 0

    def hear(event: object) -> None:
        nonlocal done
        if on_node and event.info.name == "NodeFinished":
            done += 1
            on_node(event.data.node_info.node_name, done)

    variables = {"as_of_date": as_of.isoformat(), "known_at_date": known_at.isoformat(), "build_id": build_id}
    with _dbt(settings, file, hear) as (runner, common):
        from dbt.contracts.graph.manifest import Manifest

        runner.manifest = Manifest.from_msgpack((target_folder(settings) / "partial_parse.msgpack").read_bytes())
        left_out = ["unit_test", "exposure"] if has_tests else ["unit_test", "exposure", "test"]
        arguments = ["build", "--exclude-resource-types", *left_out, "--vars", json.dumps(variables), "--no-write-json", *common]
        arguments += ["--indirect-selection", "cautious", "--select", *select] if select else []
        result = runner.invoke(arguments)
    if result.exception is not None:
        raise UserError(f"dbt could not build: {_first_lines(str(result.exception))}")
    return [_result(r) for r in result.result.results]


def document(settings: Settings) -> Path:
    """dbt's documentation as one page that needs no server; columns and types are those of the contracts."""
    folder = target_folder(settings)
    with _dbt(settings, folder / "unused" / "warehouse.duckdb") as (runner, common):
        result = runner.invoke(["docs", "generate", "--static", "--empty-catalog", "--no-compile", *common])
    if not result.success:
        raise UserError(f"dbt could not write its documentation: {_first_lines(str(result.exception))}")
    return folder / "static_index.html"


@contextlib.contextmanager
def _dbt(settings: Settings, file: Path, callback: Callable | None = None) -> Iterator[tuple]:
    """A dbt runner and the options every call needs; afterwards dbt holds no connection to the file any more."""
    environment = {
        "FJERNLYS_BUILD_FILE": str(file),
        "FJERNLYS_THREADS": str(settings.threads),
        "FJERNLYS_MEMORY_LIMIT": settings.memory_limit,
        "DO_NOT_TRACK": "1",
    }
    before = {name: os.environ.get(name) for name in environment}
    os.environ.update(environment)
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        from dbt.adapters.duckdb.connections import DuckDBConnectionManager
        from dbt.adapters.factory import reset_adapters
        from dbt.cli.main import dbtRunner

        folder = target_folder(settings)
        places = ["--project-dir", PROJECT_ROOT, "--profiles-dir", PROJECT_ROOT, "--target-path", folder, "--log-path", folder]
        try:
            yield dbtRunner(callbacks=[callback] if callback else []), [*map(str, places), *_QUIET]
        finally:
            DuckDBConnectionManager.close_all_connections()
            reset_adapters()
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _result(result: object) -> NodeResult:
    status = str(getattr(result.status, "value", result.status))
    sql = result.node.compiled_code if result.node.resource_type == "test" and status in ("fail", "warn") else None
    message = _first_lines(result.message or "")
    return NodeResult(result.node.unique_id, status, int(result.failures or 0), float(result.execution_time), message, sql)


def _first_lines(message: str, count: int = 3) -> str:
    return " ".join(line.strip() for line in message.splitlines()[:count] if line.strip())


if __name__ == "__main__":
    import sys

    from orchestration.resources.errors import clear_message
    from orchestration.settings import load_settings

    settings = load_settings()
    try:
        parse(settings)
    except Exception as error:  # whoever started this process shows the last line
        sys.exit(clear_message(error, settings))
