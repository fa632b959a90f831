"""The schema ``raw`` of a build: promoted Parquet (views, or tables where the files are many), and what the receipts say about deliveries.

Belongs here: relations one to one with files, and which deliveries count (``is_current``).
Does not belong here: any meaning of the data (dbt staging and later layers).

The same raw folder, as-of and known-at give the same schema: receipts come in the order of their ids and
nothing reads the clock.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from orchestration.arrivals.contracts import Contract, FileContract, load_contracts
from orchestration.arrivals.ledger import Receipt, read_receipts
from orchestration.arrivals.row_keys import row_key_sql
from orchestration.settings import Settings, UserError

END_OF_TIME = dt.date(9999, 12, 31)
MOST_FILES_OF_A_VIEW = 200  # a model that reads a view opens each file: a millisecond and a half of processor, whatever it holds

_RECEIPT = {
    "delivery_id": "VARCHAR",
    "source": "VARCHAR",
    "supplier": "VARCHAR",
    "contract_version": "INTEGER",
    "period_start": "DATE",
    "period_end": "DATE",
    "received_at": "TIMESTAMP",
    "content_sha256": "VARCHAR",
    "status": "VARCHAR",
    "refusal_rule_id": "VARCHAR",
    "refusal_reason": "VARCHAR",
    "extract": "VARCHAR",
    "deletions": "VARCHAR",
}
_ARROW = {"VARCHAR": pa.string(), "INTEGER": pa.int32(), "BIGINT": pa.int64(), "DATE": pa.date32(), "TIMESTAMP": pa.timestamp("us")}
_ARROW |= {"MAP(VARCHAR, BIGINT)": pa.map_(pa.string(), pa.int64())}
_FILE_COUNTS = ("line_count", "header_count", "blank_count", "row_count", "accepted_count", "quarantined_count", "excluded_count")
_FILE = {
    "entity": "VARCHAR",
    "file_name": "VARCHAR",
    **dict.fromkeys(_FILE_COUNTS, "BIGINT"),
    "parquet_sha256": "VARCHAR",
    "excluded_by_rule": "MAP(VARCHAR, BIGINT)",
}
_RECEIPT_SCHEMA = pa.schema(
    [(name, _ARROW[kind]) for name, kind in _RECEIPT.items()]
    + [("files", pa.list_(pa.struct([(name, _ARROW[kind]) for name, kind in _FILE.items()])))]
)
_QUARANTINED_ROW = {
    "delivery_id": "VARCHAR",
    "source": "VARCHAR",
    "entity": "VARCHAR",
    "file_name": "VARCHAR",
    "line_number": "BIGINT",
    "rule_id": "VARCHAR",
    "field_name": "VARCHAR",
    "reason": "VARCHAR",
    "row_key": "VARCHAR",
}


@dataclass(frozen=True)
class RawDates:
    """The dates a build describes, resolved: pass them to dbt as ``as_of_date`` and ``known_at_date``."""

    as_of: dt.date
    known_at: dt.date


def new_warehouse(file: Path, settings: Settings) -> duckdb.DuckDBPyConnection:
    """A connection to a new file for a build, in DuckDB's newest form: tables are written for a quarter less processor.

    Older drivers cannot read it, and need not: what leaves is a release.
    """
    limits = {"threads": settings.threads, "memory_limit": settings.memory_limit}
    return duckdb.connect(str(file), config={**limits, "storage_compatibility_version": "latest"})


def create_raw_schema(
    con: duckdb.DuckDBPyConnection, settings: Settings, as_of: dt.date | None = None, known_at: dt.date | None = None
) -> RawDates:
    """Create or replace the schema ``raw`` and return the dates it was made for.

    ``as_of`` is the latest period end of an accepted and known municipal delivery where it is not given, ``known_at`` the end of time.
    """
    con.execute("drop schema if exists raw cascade")
    con.execute("create schema raw")
    known_at = known_at or settings.known_at or END_OF_TIME
    _create_receipts(con, settings, known_at)
    as_of = as_of or settings.as_of or _latest_municipal_period_end(con)
    _create_delivery(con, as_of)
    _create_delivery_file(con)
    _create_quarantined_row(con, settings)
    for contract in load_contracts().values():
        for file in contract.files:
            _create_entity(con, settings, contract, file)
    _create_accepted_key(con)
    con.execute("drop table raw._receipt")
    return RawDates(as_of, known_at)


def _create_receipts(con: duckdb.DuckDBPyConnection, settings: Settings, known_at: dt.date) -> None:
    """Receipts of what was received by ``known_at``: the build sees no other, so that an old known-at always gives the same."""
    known = [r for r in read_receipts(settings) if r.received_at and r.received_at.date() <= known_at]
    file_type = "STRUCT(" + ", ".join(f"{name} {kind}" for name, kind in _FILE.items()) + ")[]"
    casts = ", ".join(f"cast({name} as {kind}) as {name}" for name, kind in {**_RECEIPT, "files": file_type}.items())
    con.register("receipt", pa.Table.from_pylist([_row(r) for r in known], schema=_RECEIPT_SCHEMA))
    con.execute(f"create table raw._receipt as select {casts} from receipt")
    con.unregister("receipt")


def _row(receipt: Receipt) -> dict:
    row = asdict(receipt)
    for file in row["files"]:
        file["excluded_by_rule"] = sorted(file["excluded_by_rule"].items())
    return row


def _latest_municipal_period_end(con: duckdb.DuckDBPyConnection) -> dt.date:
    row = con.execute("select max(period_end) from raw._receipt where source = 'municipal' and status = 'accepted'").fetchone()
    if row is None or row[0] is None:
        raise UserError("No accepted municipal delivery is known: give the day to describe (as-of) or load deliveries first.")
    return row[0]


def _create_delivery(con: duckdb.DuckDBPyConnection, as_of: dt.date) -> None:
    con.execute(
        """
        create table raw.delivery as
        with ranked as (
            select
                *,
                status = 'accepted' and period_end <= $as_of as counts,
                first_value(delivery_id) over (
                    partition by source, supplier, extract, period_end, counts
                    order by received_at desc, delivery_id desc
                ) as last_delivery_id
            from raw._receipt
        )
        select
            delivery_id, source, supplier, contract_version, period_start, period_end, received_at, content_sha256, status,
            counts and delivery_id = last_delivery_id as is_current,
            case when counts and delivery_id <> last_delivery_id then last_delivery_id end as superseded_by,
            refusal_rule_id, refusal_reason, extract, deletions
        from ranked
        order by source, supplier, period_end, received_at, delivery_id
        """,
        {"as_of": as_of},
    )


def _create_delivery_file(con: duckdb.DuckDBPyConnection) -> None:
    columns = ", ".join(f"file.{name}" for name in ("entity", "file_name", *_FILE_COUNTS, "excluded_by_rule"))
    con.execute(
        f"""
        create table raw.delivery_file as
        select delivery_id, source, {columns}
        from (select delivery_id, source, unnest(files) as file from raw._receipt)
        order by source, delivery_id, file.file_name
        """
    )


def _create_quarantined_row(con: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    paths = sorted(settings.quarantine.glob("*/*/rows.parquet"))
    columns = list(_QUARANTINED_ROW.items())
    body = _from_parquet(columns, _list(paths)) if paths else _empty(columns)
    known = "where delivery_id in (select delivery_id from raw.delivery)" if paths else ""
    con.execute(f"create view raw.quarantined_row as {body} {known}")


def _create_entity(con: duckdb.DuckDBPyConnection, settings: Settings, contract: Contract, file: FileContract) -> None:
    """A view over the entity's files. Every query opens each of them anew, so that many files are read once, into a table."""
    columns = file.raw_columns()
    pattern = settings.raw / contract.source / "*" / f"{file.entity}.parquet"
    found = sum(1 for _ in (settings.raw / contract.source).glob(f"*/{file.entity}.parquet"))
    body = _from_parquet(columns, _text(str(pattern))) if found else _empty(columns)
    con.execute(f"create {'view' if found <= MOST_FILES_OF_A_VIEW else 'table'} raw.{file.relation} as {body}")


def _create_accepted_key(con: duckdb.DuckDBPyConnection) -> None:
    """Where the key of a quarantined row stands in an accepted row: what a later delivery has mended can be told from it."""
    con.execute("create table raw.accepted_key (delivery_id varchar, source varchar, entity varchar, row_key varchar)")
    seen = con.execute("select distinct source, entity from raw.quarantined_row where row_key is not null order by all").fetchall()
    for source, entity in seen:
        contract = load_contracts()[source].file(entity)
        con.execute(
            f"""
            insert into raw.accepted_key
            select distinct delivery_id, $source, $entity, {row_key_sql(contract.grain)} as row_key
            from raw.{contract.relation}
            where row_key in (select row_key from raw.quarantined_row where source = $source and entity = $entity)
            """,
            {"source": source, "entity": entity},
        )


def _from_parquet(columns: list[tuple[str, str]], paths: str) -> str:
    """Rows of these files; a column that came into the contract after a file was written is empty in it."""
    casts = ", ".join(f'cast("{name}" as {kind}) as "{name}"' for name, kind in columns)
    found = f"select * from read_parquet({paths}, union_by_name = true, hive_partitioning = false)"
    return f"select {casts} from ({_empty(columns)} union all by name {found})"


def _empty(columns: list[tuple[str, str]]) -> str:
    casts = ", ".join(f'cast(null as {kind}) as "{name}"' for name, kind in columns)
    return f"select {casts} where false"


def _list(paths: list[Path]) -> str:
    return "[" + ", ".join(_text(str(path)) for path in paths) + "]"


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
