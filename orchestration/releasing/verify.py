"""Looks at a finished release as a reader would: reopened, read-only, every value.

Belongs here: whether the file is what the allow-list says, the same as the build, and free of what must not leave.
Does not belong here: whether the figures are plausible (``expectations/release``).

Values are compared, never shown: an outcome says table, column and number of rows.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from orchestration.outcome import Outcome
from orchestration.privacy.national_id import status_sql
from orchestration.releasing.audience import MART_SCHEMAS, Audience, read_marts
from orchestration.releasing.rekey import KEY_TYPE, as_text
from orchestration.releasing.write import BUILD, map_keys, selection, text

_NUMBERS = (
    "TINYINT",
    "SMALLINT",
    "INTEGER",
    "BIGINT",
    "HUGEINT",
    "UTINYINT",
    "USMALLINT",
    "UINTEGER",
    "UBIGINT",
    "FLOAT",
    "DOUBLE",
    "DECIMAL",
)


def verify_release(
    con: duckdb.DuckDBPyConnection, audience: Audience, secret: bytes, folder: Path, canaries: tuple[str, ...] = ()
) -> list[Outcome]:
    """Reopen a release beside its build and judge it. ``canaries`` are texts that must be found nowhere."""
    con.execute(f"attach {text(folder / f'{audience.name}.duckdb')} as released (read_only)")
    try:
        shape = _only_what_is_allowed(con, audience)
        if not shape.passed:
            return [shape]
        outcomes = [shape, _same_as_build(con, audience, secret, folder), *_no_leak(con, audience, canaries)]
    finally:
        con.execute("detach released")
    return outcomes


def _only_what_is_allowed(con: duckdb.DuckDBPyConnection, audience: Audience) -> Outcome:
    found = set(con.execute("select table_name || '.' || column_name from duckdb_columns() where database_name = 'released'").fetchall())
    names = {name for (name,) in found}
    allowed = {f"{t.name}.{c}" for t in audience.tables for c in t.columns}
    views = con.execute("select count(*) from duckdb_views() where database_name = 'released' and not internal").fetchone()[0]
    unknown, missing = sorted(names - allowed), sorted(allowed - names)
    detail = ""
    if unknown:
        detail = f"{unknown[0]} is not on the allow-list"
    elif missing:
        detail = f"{missing[0]} is on the allow-list but not in the file"
    elif views:
        detail = "a release holds tables, not views"
    return Outcome(f"release/{audience.name}", "release_allow_list", not detail, detail=detail)


def _same_as_build(con: duckdb.DuckDBPyConnection, audience: Audience, secret: bytes, folder: Path) -> Outcome:
    marts = read_marts(con, BUILD)
    map_keys(con, audience, marts, secret)
    wrong = []
    for table in audience.tables:
        parquet = folder / "parquet" / audience.name / f"{table.name}.parquet"
        prints = {
            _fingerprint(con, f"({selection(table, marts[table.name])})"),
            _fingerprint(con, f"released.main.{table.name}"),
            _fingerprint(con, f"read_parquet({text(parquet)})"),
        }
        if len(prints) != 1:
            wrong.append(table.name)
    detail = f"rows or values differ from the build in {', '.join(wrong)}" if wrong else ""
    return Outcome(f"release/{audience.name}", "release_same_as_build", not wrong, rows=len(wrong), detail=detail)


def _fingerprint(con: duckdb.DuckDBPyConnection, relation: str) -> tuple:
    return con.execute(f"select count(*), sum(hash(x)::hugeint) from {relation} x").fetchone()


def _no_leak(con: duckdb.DuckDBPyConnection, audience: Audience, canaries: tuple[str, ...]) -> list[Outcome]:
    """Every value of every column as text, and every comment and name: no valid national id, no canary, no inner key or pseudonym."""
    _install_forbidden(con, audience, canaries)
    found: list[tuple[str, str, int]] = []
    columns = con.execute(
        "select table_name, column_name, data_type from duckdb_columns() where database_name = 'released' order by 1, column_index"
    ).fetchall()
    for table in audience.tables:
        branches = [_values_sql(table.name, column, kind) for name, column, kind in columns if name == table.name]
        scan = con.execute(_scan_sql(" union all ".join(branches)))
        found += [(f"{table.name}.{place}", rule, rows) for place, rule, rows in scan.fetchall()]
    words = """
        select 'comment of ' || table_name as place, comment as value, false as is_number
        from duckdb_tables() where database_name = 'released'
        union all
        select 'comment of ' || table_name || '.' || column_name, comment, false
        from duckdb_columns() where database_name = 'released'
        union all
        select 'name of a column of ' || table_name, column_name, false
        from duckdb_columns() where database_name = 'released'
    """
    found += con.execute(_scan_sql(words)).fetchall()
    con.execute("drop table temp.forbidden; drop table temp.canary")
    outcomes = []
    for rule in ("release_no_national_id", "release_no_canary", "release_no_inner_key"):
        hits = [(place, rows) for place, kind, rows in found if kind == rule]
        detail = f"found in {', '.join(place for place, _ in hits)}" if hits else ""
        outcomes.append(Outcome(f"release/{audience.name}", rule, not hits, rows=sum(rows for _, rows in hits), detail=detail))
    return outcomes


def _values_sql(table: str, column: str, kind: str) -> str:
    is_number = str(kind.startswith(_NUMBERS)).lower()
    return f"select distinct {text(column)} as place, {column}::varchar as value, {is_number} as is_number from released.main.{table}"


def _install_forbidden(con: duckdb.DuckDBPyConnection, audience: Audience, canaries: tuple[str, ...]) -> None:
    """Texts that stay inside: pseudonyms, and every key of the build with and without hyphens unless the audience gets it as it is."""
    kept = {c for t in audience.tables for c, treatment in t.columns.items() if treatment != "rekey"}
    columns = con.execute(
        f"""
        select schema_name, table_name, column_name from duckdb_columns()
        where database_name = '{BUILD}'
            and ((schema_name = 'raw' and data_type = 'VARCHAR' and suffix(column_name, '_pseudonym'))
                or (list_contains(?, schema_name) and data_type = '{KEY_TYPE}'))
        """,
        [list(MART_SCHEMAS)],
    ).fetchall()
    inner = [(schema, table, column) for schema, table, column in columns if column not in kept]
    sources = [f"select {column}::varchar as value from {BUILD}.{schema}.{table}" for schema, table, column in inner]
    union = " union ".join(sources) or "select null::varchar as value where false"
    forms = f"select distinct unnest([value, {as_text('value')}]) as value from ({union}) where length(value) >= 16"
    con.execute(f"create or replace temp table forbidden as {forms}")
    con.execute("create or replace temp table canary (value varchar)")
    if canaries:
        con.executemany("insert into canary values (?)", [[c] for c in canaries])


def _scan_sql(values: str) -> str:
    """SQL that counts offending values by place and rule. An id stands alone in a text, or is the whole of a number."""
    valid = f"({status_sql('id')}) = 'valid'"
    return f"""
        with v as (select place, value, is_number from ({values}) where value is not null),
        candidate as (
            select place, unnest(
                case
                    when not is_number then regexp_extract_all(value, '\\b\\d{{6}} ?\\d{{5}}\\b')
                    when regexp_full_match(value, '\\d{{11}}(\\.0+)?') then [left(value, 11)]
                end
            ) as id
            from v
            where regexp_matches(value, '\\d{{6}} ?\\d{{5}}')
        ),
        number as (select place, replace(id, ' ', '') as id from candidate)
        select place, 'release_no_national_id', count(*) from number where {valid} group by place
        union all
        select place, 'release_no_canary', count(*) from v, temp.canary c where contains(v.value, c.value) group by place
        union all
        select place, 'release_no_inner_key', count(*) from v semi join temp.forbidden f on f.value = v.value group by place
    """
