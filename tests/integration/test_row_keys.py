"""Quarantined rows are told again in later deliveries by a hash of their key, and only where the key can be trusted."""

from __future__ import annotations

import datetime as dt

import duckdb
import pytest
from arrival_deliveries import csv_bytes, deliver, files_of, line, settings_with_klass, synthetic_id

from orchestration.arrivals.gate import run_gate
from orchestration.settings import Settings
from orchestration.warehouse.raw_schema import create_raw_schema


@pytest.fixture
def settings(tmp_path, tmp_path_factory) -> Settings:
    return settings_with_klass(tmp_path, tmp_path_factory)


def test_a_row_is_known_again_when_a_corrected_delivery_holds_it(settings: Settings) -> None:
    broken = (
        line("tenancy"),
        line("tenancy", tenancy_id="T2", start_date="1.3.2023"),  # R003, line 3
        line("tenancy"),  # R007, line 4
        line("tenancy", tenancy_id="T3", start_date="x") + ";more",  # R001, line 5
        line("tenancy", tenancy_id=f"T {synthetic_id(0)}"),  # R010, line 6
        line("tenancy", tenancy_id="", start_date="x"),  # R002 and R003, line 7
    )
    deliver(settings, "municipal", "1804", files_of("municipal", tenancy=csv_bytes("municipal", "tenancy", *broken)), name="first")
    mended = (line("tenancy"), line("tenancy", tenancy_id="T2"))
    files = files_of("municipal", tenancy=csv_bytes("municipal", "tenancy", *mended))
    deliver(settings, "municipal", "1804", files, received_at=dt.datetime(2025, 2, 1), name="second")
    result = run_gate(settings)
    assert len(result.accepted) == 2
    first, second = sorted((r for r in result.accepted), key=lambda r: r.received_at)

    con = duckdb.connect()
    create_raw_schema(con, settings)
    keys = dict(con.execute("select distinct line_number, row_key from raw.quarantined_row where entity = 'tenancy'").fetchall())
    known = {number: con.execute("select md5('1804|' || ?)", [key]).fetchone()[0] for number, key in ((3, "T2"), (4, "T1"))}
    assert keys == {3: known[3], 4: known[4], 5: None, 6: None, 7: None}
    assert sorted(con.execute("select delivery_id, entity, row_key from raw.accepted_key").fetchall()) == sorted(
        [(first.delivery_id, "tenancy", known[4]), (second.delivery_id, "tenancy", known[4]), (second.delivery_id, "tenancy", known[3])]
    )


def test_rows_that_were_quarantined_before_keys_were_kept_have_none(settings: Settings) -> None:
    folder = settings.quarantine / "municipal" / "old"
    folder.mkdir(parents=True)
    duckdb.execute(
        "copy (select 'old' as delivery_id, 'municipal' as source, 'tenancy' as entity, 'tenancies.csv' as file_name, "
        f"5::bigint as line_number, 'R003' as rule_id, 'start_date' as field_name, 'a date' as reason) to '{folder / 'rows.parquet'}'"
    )
    con = duckdb.connect()
    create_raw_schema(con, settings, as_of=dt.date(2024, 12, 31))
    assert con.execute("select count(*) from raw.accepted_key").fetchone() == (0,)
    assert "row_key" in [row[0] for row in con.execute("describe raw.quarantined_row").fetchall()]
