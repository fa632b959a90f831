"""``fjernlys difference``: the figures as they were known on a day and as they are known today, and the deliveries that explain it.

Belongs here: making or finding the two warehouses, and asking the questions in order. Does not belong here: the SQL (``members``, ``rows``,
``explain``) or how the answer is shown (``report``).

Both warehouses describe the same as-of date. Those that have to be made lie in the work folder of the data home, which is restricted and
emptied by the next night; what is told is counts by municipality and delivery, never a row.
"""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.known_at import explain, members, rows
from orchestration.privacy.pseudonym import key_id, load_key
from orchestration.settings import Settings, UserError
from orchestration.warehouse import build

_FOLDER = "known_at"
_CHOSEN = "($municipality is null or municipality_code = $municipality)"
_FIGURES = f"""
    with explained as (
        select municipality_code, measure, year, breakdown, sum(part)::bigint as explained
        from part where delivery_id is not null group by all
    )
    select f.municipality_code, f.measure, f.year, f.breakdown, f.known_then, f.known_now, f.difference,
        coalesce(e.explained, 0) as explained, f.difference - coalesce(e.explained, 0) as unexplained
    from figure as f left join explained as e using (municipality_code, measure, year, breakdown)
    where {_CHOSEN}
    order by f.municipality_code, f.measure, f.breakdown, f.year
"""
_PARTS = f"""
    select municipality_code, measure, year, breakdown, coalesce(delivery_id, '') as delivery_id, supplier, source, extract, received_date,
        entity, basis, rows_added, rows_removed, part
    from part
    where {_CHOSEN}
    order by municipality_code, measure, breakdown, year, received_date, delivery_id, entity, basis
"""
_DELIVERIES = (
    "select * from delivery_rows where $municipality is null or supplier = $municipality or not regexp_matches(supplier, '^[0-9]{4}$')"
)


@dataclass(frozen=True)
class Table:
    """An answer: names of columns and rows."""

    columns: tuple[str, ...]
    rows: tuple[tuple, ...]

    def dicts(self) -> list[dict]:
        """Rows by name."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


@dataclass(frozen=True)
class Difference:
    """Figures then and now, what they are explained by, and the rows of every delivery since.

    ``known_at`` is the last day on which something was received until ``asked_known_at``.
    """

    asked_known_at: dt.date
    known_at: dt.date
    known_now: dt.date
    as_of: dt.date
    municipality: str | None
    figures: Table
    parts: Table
    deliveries: Table


def difference(settings: Settings, known_at: dt.date, municipality: str | None, progress: Callable[[str], None]) -> Difference:
    """Compare what was known on a day with what ``settings`` know. The caller holds the lock of the data home."""
    key = key_id(load_key(settings))
    then = build.plan_build(settings.with_dates(None, known_at), key)
    settings = settings.with_dates(then.as_of, None)
    now = build.plan_build(settings, key)
    folder = settings.work / _FOLDER
    try:
        files = [_warehouse(settings, then, folder / "then" / build.WAREHOUSE, progress)]
        second = folder / "now" / build.WAREHOUSE
        if then.build_id == now.build_id:  # nothing was received since; one file cannot be attached twice
            second.parent.mkdir(parents=True, mode=0o700)
            shutil.copyfile(files[0], second)
            files.append(second)
        else:
            files.append(_warehouse(settings, now, second, progress))
        with duckdb.connect(config={"threads": settings.threads, "memory_limit": settings.memory_limit}) as con:
            return _compare(con, files, municipality, known_at, (then, now))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _warehouse(settings: Settings, plan: build.BuildPlan, file: Path, progress: Callable[[str], None]) -> Path:
    """The build of a night that asked for the same, or one made now: only what is read, without data tests."""
    from orchestration.warehouse.dbt_run import build as run_dbt
    from orchestration.warehouse.raw_schema import create_raw_schema, new_warehouse

    finished = plan.folder(settings) / build.WAREHOUSE
    if finished.is_file():
        return finished
    file.parent.mkdir(parents=True, mode=0o700)
    with new_warehouse(file, settings) as con:
        create_raw_schema(con, settings, plan.as_of, plan.known_at)
    results = run_dbt(
        settings,
        file,
        as_of=plan.as_of,
        known_at=plan.known_at,
        build_id=plan.build_id,
        on_node=lambda name, done: progress(f"known at {plan.known_at}: {done}, {name}"),
        select=[f"+{model}" for model in (*members.READ, *explain.READ)],
        has_tests=False,
    )
    if broken := [result for result in results if result.has_failed]:
        raise UserError(f"The warehouse as known at {plan.known_at} cannot be built: {broken[0].unique_id}: {broken[0].message}")
    return file


def _compare(
    con: duckdb.DuckDBPyConnection,
    files: list[Path],
    municipality: str | None,
    asked: dt.date,
    plans: tuple[build.BuildPlan, build.BuildPlan],
) -> Difference:
    for name, file in zip(("a", "b"), files, strict=True):
        con.execute(f"attach '{str(file).replace(chr(39), chr(39) * 2)}' as {name} (read_only)")
    statements = [rows.DELIVERIES, *rows.states_sql(), rows.CHANGES, rows.BY_DELIVERY]
    statements += [sql(side) for sql in (members.days_sql, members.members_sql) for side in ("a", "b")]
    for statement in (*statements, *explain.explain_sql()):
        con.execute(statement)
    told = {"municipality": municipality}
    figures = _table(con, _FIGURES, told)
    if municipality and not figures.rows:
        raise UserError(f"--municipality: '{municipality}' has delivered nothing that is described on {plans[0].as_of}.")
    then, now = plans
    parts, deliveries = _table(con, _PARTS, told), _table(con, _DELIVERIES, told)
    return Difference(asked, then.known_at, now.known_at, then.as_of, municipality, figures, parts, deliveries)


def _table(con: duckdb.DuckDBPyConnection, sql: str, told: dict) -> Table:
    result = con.execute(sql, told)
    return Table(tuple(column[0] for column in result.description), tuple(result.fetchall()))
