"""Deliveries of changes through a mapping: deleted rows reach raw with their key alone, and say nothing of what they do not name."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import duckdb
import pytest

from orchestration.arrivals.gate import run_gate
from orchestration.settings import Settings
from orchestration.warehouse.raw_schema import create_raw_schema
from tests.integration.arrival_deliveries import settings_with_klass, synthetic_id
from tests.integration.mapped_deliveries import HEAD, adds_up, deliver_mapped, quarantined, rows_of, text

MAPPING = (
    HEAD
    + """\
deletions: changes
files:
  log: {pattern: 'log[.]csv', format: csv}
entities:
  tenancy:
    file: log
    deleted: {column: op, is: [D]}
    fields:
      tenancy_id: {column: no}
      dwelling_id: {column: home}
      household_id: {column: no}
      contract_holder_national_id: {column: fnr}
      contract_kind: {column: kind, values: {F: permanent}}
      start_date: {column: from}
      legal_basis: {constant: none}
      allocating_office: {constant: housing_office}
"""
)
COLUMNS = "op;no;home;fnr;kind;from"


@pytest.fixture
def settings(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return settings_with_klass(tmp_path, tmp_path_factory)


def test_a_deleted_row_needs_its_key_alone_and_leaves_no_more_in_raw(settings: Settings) -> None:
    lines = [
        f"N;T1;H1;{synthetic_id(0)};F;2024-02-01",
        "D;T2;;;;",
        f"D;T3;H3;{synthetic_id(1)};wrong;never",
        "D;;;;;",
        "D;T2;;;;",
        "N;T5;;;F;2024-02-01",
    ]
    deliver_mapped(settings, MAPPING, {"log.csv": text(COLUMNS, *lines)})

    [receipt] = run_gate(settings).accepted

    columns = "tenancy_id, is_deleted, dwelling_id, household_id, contract_holder_id_status, legal_basis, allocating_office"
    assert rows_of(settings, receipt, "tenancy", columns) == [
        ("T1", False, "H1", "T1", "valid", "none", "housing_office"),
        ("T2", True, None, None, "missing", None, None),
        ("T3", True, None, None, "missing", None, None),
    ]
    assert [row[1:4] for row in quarantined(settings, receipt.delivery_id)] == [
        (5, "R002", "tenancy_id"),
        (6, "R007", "municipality_code, tenancy_id"),
        (7, "R006", "dwelling_id"),
    ]
    assert receipt.deletions == "changes"
    assert all(adds_up(f) for f in receipt.files)


def test_many_deletions_are_no_missing_ids_and_few_changes_no_unusual_amount(settings: Settings) -> None:
    rows = [f"N;T{i};H{i};{synthetic_id(i)};F;2024-02-01" for i in range(60)]
    deliver_mapped(settings, MAPPING, {"log.csv": text(COLUMNS, *rows)})
    march = (dt.date(2025, 1, 1), dt.date(2025, 12, 31))
    gone = [f"D;T{i};;;;" for i in range(25)]
    deliver_mapped(settings, MAPPING, {"log.csv": text(COLUMNS, *gone)}, period=march, received_at=dt.datetime(2026, 1, 5))

    result = run_gate(settings)

    assert [r.refusal_reason for r in result.refused] == []
    assert [r.files[0].accepted_count for r in result.accepted] == [60, 25]
    failed = {check.rule_id for suite in result.suites for check in suite.checks if not check.success}
    assert failed == set()


def test_extracts_of_one_supplier_live_side_by_side(settings: Settings) -> None:
    content = text(COLUMNS, f"N;T1;H1;{synthetic_id(0)};F;2024-02-01")
    snapshot = MAPPING.replace("deletions: changes\n", "").replace("    deleted: {column: op, is: [D]}\n", "")
    deliver_mapped(settings, MAPPING, {"log.csv": content})
    deliver_mapped(settings, snapshot.replace("extract: homes", "extract: other"), {"log.csv": content}, extract="other")
    later = dt.datetime(2025, 2, 1)
    deliver_mapped(
        settings,
        snapshot.replace("extract: homes", "extract: other"),
        {"log.csv": content + b"\n"},
        extract="other",
        received_at=later,
        name="x",
    )
    assert len(run_gate(settings).accepted) == 3

    with duckdb.connect() as connection:
        create_raw_schema(connection, settings)
        found = connection.execute(
            """SELECT extract, deletions, CAST(received_at AS DATE), is_current FROM raw.delivery
               WHERE source = 'municipal' ORDER BY 1, 3"""
        ).fetchall()
        [(left_out,)] = connection.execute("SELECT DISTINCT excluded_by_rule FROM raw.delivery_file").fetchall()
    assert found == [
        ("homes", "changes", dt.date(2025, 1, 15), True),
        ("other", "full_snapshot", dt.date(2025, 1, 15), False),
        ("other", "full_snapshot", dt.date(2025, 2, 1), True),
    ]
    assert left_out == {}


def test_receipts_from_before_there_were_mappings_are_read(settings: Settings) -> None:
    deliver_mapped(settings, MAPPING, {"log.csv": text(COLUMNS, f"N;T1;H1;{synthetic_id(0)};F;2024-02-01")})
    [receipt] = run_gate(settings).accepted
    path = settings.raw / "municipal" / receipt.delivery_id / "receipt.json"
    body = json.loads(path.read_text())
    del body["extract"], body["deletions"], body["files"][0]["excluded_by_rule"]
    path.write_text(json.dumps(body))
    with duckdb.connect() as connection:
        create_raw_schema(connection, settings)
        assert connection.execute("SELECT extract, deletions FROM raw.delivery WHERE source = 'municipal'").fetchall() == [
            (None, "full_snapshot")
        ]
