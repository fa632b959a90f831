"""Which rows of different deliveries are the same row: a hash of the local key, for rows in quarantine and for those that mended them.

Belongs here: the hash, and when there is none. Does not belong here: whether a row has been mended (``fct_quarantine_row``).

Lines shift between deliveries, keys do not. A quarantined row gets a hash only where its key can be trusted: the line could be cut, the
key is whole, no part of it is a number of a person and none holds one (R010) or a secret address (R015). The hash tells nothing to who
has not the key already; releases give it in the audience's own form.
"""

from __future__ import annotations

from collections.abc import Iterable

import duckdb

from orchestration.arrivals.contracts import FileContract
from orchestration.arrivals.reading import Reading
from orchestration.arrivals.rules import value

KEY_TABLE = "CREATE TABLE quarantined_key (file_no INTEGER, line_number BIGINT, row_key VARCHAR);"


def row_key_sql(columns: Iterable[str]) -> str:
    """SQL of the hash over the columns of a key, in the order of the contract's grain."""
    return "md5(concat_ws('|', " + ", ".join(f"CAST({column} AS VARCHAR)" for column in columns) + "))"


def has_row_key(contract: FileContract) -> bool:
    """Whether rows of the entity can be told apart by their key as it stands in raw."""
    columns = {name for name, _ in contract.raw_columns()}
    return bool(contract.grain) and set(contract.grain) <= columns


def keep_row_keys(connection: duckdb.DuckDBPyConnection, reading: Reading, number: int) -> None:
    """Fill ``quarantined_key`` for the rows of ``checked_<number>`` that are in quarantine."""
    if not has_row_key(reading.contract) or reading.grain != reading.contract.grain:
        return
    keys = [value(name) for name in reading.grain]
    whole = " AND ".join(f"{key} IS NOT NULL" for key in keys)
    connection.execute(
        f"""INSERT INTO quarantined_key
            SELECT file_no, line_number, {row_key_sql(keys)}
            FROM checked_{number}
            SEMI JOIN quarantined USING (file_no, line_number)
            ANTI JOIN (FROM quarantined WHERE rule_id IN ('R001', 'R010', 'R015')) AS untold USING (file_no, line_number)
            WHERE NOT malformed AND {whole}"""
    )
