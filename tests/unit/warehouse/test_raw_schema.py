"""The raw schema: which deliveries count, and what a view holds when there is no file."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import duckdb
import pytest

from orchestration.arrivals.contracts import load_contracts
from orchestration.settings import Settings, UserError
from orchestration.warehouse import raw_schema
from orchestration.warehouse.raw_schema import END_OF_TIME, create_raw_schema, new_warehouse

YEAR_END = dt.date(2024, 12, 31)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "it's home", key_file=tmp_path / "key")


def put_receipt(folder: Path, delivery_id: str, **values) -> Path:
    """A receipt as the gate writes it, with one file."""
    source, supplier, _ = delivery_id.split("-", 2)
    receipt = {
        "delivery_id": delivery_id,
        "source": source,
        "supplier": supplier,
        "contract_version": 1,
        "period_start": "2024-01-01",
        "period_end": "2024-12-31",
        "received_at": "2025-01-10T06:00:00",
        "content_sha256": "0" * 64,
        "status": "accepted",
        "refusal_rule_id": None,
        "refusal_reason": None,
        "files": [
            {
                "entity": "dwelling",
                "file_name": "dwellings.csv",
                "line_count": 3,
                "header_count": 1,
                "blank_count": 0,
                "row_count": 2,
                "accepted_count": 1,
                "quarantined_count": 1,
                "excluded_count": 0,
                "parquet_sha256": "1" * 64,
            }
        ],
        **values,
    }
    path = folder / source / delivery_id
    path.mkdir(parents=True)
    (path / "receipt.json").write_text(json.dumps(receipt), encoding="utf-8")
    return path


def current(con: duckdb.DuckDBPyConnection) -> list[str]:
    return [row[0] for row in con.execute("select delivery_id from raw.delivery where is_current order by 1").fetchall()]


def test_empty_home_gives_typed_empty_relations(settings: Settings) -> None:
    con = duckdb.connect()
    assert create_raw_schema(con, settings, as_of=YEAR_END).known_at == END_OF_TIME
    for contract in load_contracts().values():
        for file in contract.files:
            described = con.execute(f"describe raw.{file.relation}").fetchall()
            assert [(name, kind) for name, kind, *_ in described] == file.raw_columns()
            assert con.execute(f"select count(*) from raw.{file.relation}").fetchone() == (0,)
    for relation in ("delivery", "delivery_file", "quarantined_row", "accepted_key"):
        assert con.execute(f"select count(*) from raw.{relation}").fetchone() == (0,)


def test_a_new_warehouse_compresses_text_in_the_newest_form_also_when_it_is_opened_again(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "warehouse.duckdb"
    new_warehouse(file, settings).close()
    with duckdb.connect(str(file)) as con:
        con.execute("create table words as select 'word ' || (n % 50) as word from range(200000) as t (n)")
        con.execute("checkpoint")
        found = con.execute("select distinct compression from pragma_storage_info('words') where segment_type = 'VARCHAR'").fetchall()
    assert found == [("DICT_FSST",)]


def test_without_municipal_deliveries_the_day_to_describe_must_be_given(settings: Settings) -> None:
    with pytest.raises(UserError, match="as-of"):
        create_raw_schema(duckdb.connect(), settings)


def test_as_of_is_the_latest_accepted_and_known_municipal_period_end(settings: Settings) -> None:
    put_receipt(settings.raw, "municipal-9901-a")
    put_receipt(settings.raw, "municipal-9901-b", period_end="2025-06-30", received_at="2025-07-02T00:00:00")
    put_receipt(settings.raw, "iplos-9901-c", period_end="2025-12-31")
    put_receipt(settings.quarantine, "municipal-9902-d", period_end="2025-09-30", status="refused", refusal_rule_id="F003")
    con = duckdb.connect()
    assert create_raw_schema(con, settings).as_of == dt.date(2025, 6, 30)
    assert create_raw_schema(con, settings, known_at=dt.date(2025, 7, 1)).as_of == YEAR_END


def test_current_is_the_last_received_of_a_period_and_known(settings: Settings) -> None:
    put_receipt(settings.raw, "municipal-9901-first")
    put_receipt(settings.raw, "municipal-9901-second", received_at="2025-02-01T23:59:59")
    put_receipt(settings.raw, "municipal-9901-third", received_at="2025-02-01T23:59:59")
    put_receipt(settings.raw, "municipal-9901-month", period_start="2025-01-01", period_end="2025-01-31")
    put_receipt(settings.raw, "municipal-9902-other")
    put_receipt(settings.quarantine, "municipal-9901-bad", received_at="2025-03-01T00:00:00", status="refused", refusal_rule_id="F003")
    con = duckdb.connect()

    create_raw_schema(con, settings, as_of=dt.date(2025, 12, 31))
    assert current(con) == ["municipal-9901-month", "municipal-9901-third", "municipal-9902-other"]
    superseded = con.execute("select delivery_id, superseded_by from raw.delivery where superseded_by is not null order by 1").fetchall()
    assert superseded == [("municipal-9901-first", "municipal-9901-third"), ("municipal-9901-second", "municipal-9901-third")]

    create_raw_schema(con, settings, as_of=YEAR_END)
    assert current(con) == ["municipal-9901-third", "municipal-9902-other"]

    create_raw_schema(con, settings, as_of=YEAR_END, known_at=dt.date(2025, 1, 31))
    assert current(con) == ["municipal-9901-first", "municipal-9902-other"]
    assert con.execute("select count(*) from raw.delivery").fetchone() == (3,)
    assert con.execute("select count(*) from raw.delivery_file").fetchone() == (3,)


def test_views_hold_the_rows_of_every_delivery(settings: Settings) -> None:
    con = duckdb.connect()
    for number, delivery_id in enumerate(("refugee_register-9901-a", "refugee_register-9901-b")):
        folder = put_receipt(settings.raw, delivery_id, received_at=f"2025-01-1{number}T00:00:00")
        target = str(folder / "refugee.parquet").replace("'", "''")
        con.execute(
            f"""copy (select '{delivery_id}' as delivery_id, cast(2 as bigint) as line_number, '9901' as municipality_code,
            'R1' as register_number, 'p' as person_pseudonym, 'valid' as person_id_status, date '2020-02-29' as settlement_date)
            to '{target}' (format parquet)"""
        )
    reasons = settings.quarantine / "refugee_register" / "refugee_register-9901-a"
    reasons.mkdir(parents=True)
    rows = str(reasons / "rows.parquet").replace("'", "''")
    con.execute(
        f"""copy (select 'refugee_register-9901-a' as delivery_id, 'refugee_register' as source, 'refugee' as entity,
        'refugees.csv' as file_name, cast(3 as bigint) as line_number, 'R003' as rule_id, 'settlement_date' as field_name,
        'not a date' as reason) to '{rows}' (format parquet)"""
    )
    create_raw_schema(con, settings, as_of=YEAR_END)
    found = con.execute("select delivery_id, settlement_date from raw.refugee_register__refugee order by 1").fetchall()
    assert found == [("refugee_register-9901-a", dt.date(2020, 2, 29)), ("refugee_register-9901-b", dt.date(2020, 2, 29))]
    assert con.execute("select line_number, rule_id from raw.quarantined_row").fetchall() == [(3, "R003")]
    create_raw_schema(con, settings, as_of=YEAR_END, known_at=dt.date(2025, 1, 9))
    assert con.execute("select count(*) from raw.quarantined_row").fetchone() == (0,)
    create_raw_schema(con, settings, as_of=YEAR_END)
    files = con.execute("select delivery_id, row_count, accepted_count, quarantined_count from raw.delivery_file order by 1").fetchall()
    assert files == [("refugee_register-9901-a", 2, 1, 1), ("refugee_register-9901-b", 2, 1, 1)]


def test_many_files_are_read_once_into_a_table_with_the_same_rows(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    con = duckdb.connect()
    for name in "abc":
        folder = put_receipt(settings.raw, f"refugee_register-9901-{name}")
        target = str(folder / "refugee.parquet").replace("'", "''")
        con.execute(f"copy (select '{name}' as delivery_id, cast(2 as bigint) as line_number, 'R{name}' as register_number) to '{target}'")
    kind = "select table_type from information_schema.tables where table_name = 'refugee_register__refugee'"
    found = []
    for most, expected in ((3, "VIEW"), (2, "BASE TABLE")):
        monkeypatch.setattr(raw_schema, "MOST_FILES_OF_A_VIEW", most)
        create_raw_schema(con, settings, as_of=YEAR_END)
        assert con.execute(kind).fetchone() == (expected,)
        found.append(
            (
                con.execute("describe raw.refugee_register__refugee").fetchall(),
                con.execute("from raw.refugee_register__refugee order by all").fetchall(),
            )
        )
    assert found[0] == found[1]
    assert [row[:4] for row in found[0][1]] == [(name, 2, None, f"R{name}") for name in "abc"]


def test_a_broken_receipt_is_a_clear_error(settings: Settings) -> None:
    folder = put_receipt(settings.raw, "municipal-9901-a")
    (folder / "receipt.json").write_text("{", encoding="utf-8")
    with pytest.raises(UserError, match="receipt"):
        create_raw_schema(duckdb.connect(), settings, as_of=YEAR_END)
