"""Files that rows are looked up in: read into a table beside the rows, every line of them counted.

Belongs here: staging of look-up files, and the names under which excluded rows are counted. Does not belong here: which look-ups a mapping
has (``mappings``), and rows of entities (``staging``).

A row of a look-up file is no row of the entity: its values stand in the rows that refer to it. It is counted as excluded.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import duckdb

from orchestration.arrivals.lines import line_reader
from orchestration.arrivals.reading import Reading
from orchestration.mappings.cells import malformed_reason
from orchestration.mappings.conversion import literal
from orchestration.mappings.rows import LookUpRows, lookup_table

LOOKED_UP = "X001"
FILTERED = "X002"  # followed by the name of the filter


def stage_lookup(connection: duckdb.DuckDBPyConnection, reading: Reading, files: Iterable[tuple[int, Path]]) -> None:
    """Read look-up files (number, path) of one form: the tables of its look-ups, and what became of the lines."""
    rows: LookUpRows = reading.mapped
    lines = f"(SELECT l.*, {reading.file_columns}, {reading.kind_sql} AS kind FROM arriving AS l JOIN file USING (file_no))"
    connection.register("arriving", line_reader((number, path, reading.encoding) for number, path in files))
    connection.execute(f"CREATE TEMP TABLE looked AS {rows.cells(lines)}")
    connection.unregister("arriving")
    connection.execute(
        """INSERT INTO line_count
           SELECT file_no, count(*), count_if(kind = 'header'), count_if(kind = 'blank'), count_if(kind = 'row')
           FROM looked GROUP BY file_no"""
    )
    _quarantine(connection, "malformed", "R001", None, malformed_reason(rows.file, rows.columns))
    for lookup in rows.lookups:
        columns, keys = rows.columns_of(lookup), rows.keys_of(lookup)
        names = ", ".join(theirs for _, theirs in lookup.key)
        whole = " AND ".join(f"{key} IS NOT NULL" for key in keys)
        _quarantine(connection, f"NOT malformed AND NOT ({whole})", "R002", names, "the key of the look-up must not be empty")
        kept = f"kind = 'row' AND NOT malformed AND {whole}"
        connection.execute(
            f"""INSERT INTO quarantined
                SELECT file_no, line_number, 'R007', {literal(names)}, {literal(f"the key ({names}) stands on an earlier line of the file")}
                FROM looked WHERE {kept}
                QUALIFY row_number() OVER (PARTITION BY file_no, {", ".join(keys)} ORDER BY line_number) > 1"""
        )
        table = lookup_table(rows.entity, rows.file, lookup)
        cells = ", ".join(f"{column} AS c_{i}" for i, column in enumerate(columns))
        selected = f"SELECT delivery_id, file_no, line_number, {cells} FROM looked WHERE {kept}"
        connection.execute(f"CREATE TABLE IF NOT EXISTS {table} AS {selected} AND false")
        connection.execute(f"INSERT INTO {table} {selected}")
    connection.execute(
        f"""INSERT INTO excluded
            SELECT file_no, '{LOOKED_UP}', count(*) FROM looked ANTI JOIN quarantined USING (file_no, line_number)
            WHERE kind = 'row' GROUP BY file_no"""
    )
    connection.execute("DROP TABLE looked")


def _quarantine(connection: duckdb.DuckDBPyConnection, broken: str, rule_id: str, names: str | None, reason: str) -> None:
    field = literal(names) if names else "NULL"
    connection.execute(
        f"""INSERT INTO quarantined
            SELECT file_no, line_number, '{rule_id}', {field}, {literal(reason)} FROM looked WHERE kind = 'row' AND ({broken})"""
    )
