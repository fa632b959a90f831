"""Temporary accommodation, Husbanken and the further IPLOS files through the gate: what they hold and what sends a row to quarantine."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import duckdb
import pytest
from arrival_deliveries import csv_bytes, deliver, files_of, line, settings_with_klass

from orchestration.arrivals.gate import run_gate
from orchestration.settings import Settings

HEADER = "municipality_code;from_date;to_date;scheme;purpose;recipient_group;measure;unit;value;symbol"


@pytest.fixture
def settings(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A data home where the classification of municipalities is accepted already."""
    return settings_with_klass(tmp_path, tmp_path_factory)


def quarantined(settings: Settings) -> list[tuple]:
    """Line, rule and field of the rows in quarantine."""
    if not list(settings.quarantine.glob("*/*/rows.parquet")):
        return []
    return duckdb.sql(f"SELECT line_number, rule_id, field_name FROM '{settings.quarantine}/*/*/rows.parquet' ORDER BY ALL").fetchall()


def figures(settings: Settings, *rows: str) -> None:
    """Deliver rows of Husbanken for 2024 and run the gate."""
    content = "\n".join([HEADER, *(f"1804;2024-01-01;2025-01-01;{row}" for row in rows)]) + "\n"
    period = (dt.date(2024, 1, 1), dt.date(2024, 12, 31))
    deliver(settings, "husbanken", "husbanken", {"figures.csv": content.encode()}, period)
    assert len(run_gate(settings).accepted) == 1


def test_a_figure_keeps_value_and_symbol_apart(settings: Settings) -> None:
    figures(
        settings,
        "start_loan;all;all;households;count;42;",
        "start_loan;all;all;amount;nok;61500000.50;*",
        "housing_allowance;all;all;amount;nok_per_month;2713;",
        "start_loan;refinancing;all;households;count;;:",
        "start_loan;purchase;all;households;count;0;",
    )
    rows = duckdb.sql(
        f"SELECT measure, unit, value, symbol FROM '{settings.raw}/husbanken/*/figure.parquet' ORDER BY line_number"
    ).fetchall()
    assert [(m, u, None if v is None else float(v), s) for m, u, v, s in rows] == [
        ("households", "count", 42.0, None),
        ("amount", "nok", 61500000.5, "*"),
        ("amount", "nok_per_month", 2713.0, None),
        ("households", "count", None, ":"),
        ("households", "count", 0.0, None),
    ]
    assert quarantined(settings) == []


def test_a_figure_without_value_and_symbol_is_never_zero(settings: Settings) -> None:
    figures(
        settings,
        "start_loan;all;all;households;count;;",
        "start_loan;all;all;amount;kroner;5;",
        "start_loan;all;all;dwellings;count;1 000;",
        "start_loan;all;all;approvals;count;;x",
    )
    assert quarantined(settings) == [(2, "R031", "value"), (3, "R005", "unit"), (4, "R004", "value"), (5, "R005", "symbol")]


def test_only_husbanken_delivers_husbanken(settings: Settings) -> None:
    deliver(settings, "husbanken", "1804", {"figures.csv": f"{HEADER}\n".encode()})
    (refused,) = run_gate(settings).refused
    assert refused.refusal_rule_id == "F001" and "must be one of husbanken" in refused.refusal_reason


def test_stays_are_kept_with_person_kind_and_reason(settings: Settings) -> None:
    rows = [
        line("stay"),
        line(
            "stay", stay_id="M2", end_date="2024-05-01", end_reason="private_rental", household_kind="single_with_children", child_count="2"
        ),
        line("stay", stay_id="M3", end_date="2024-02-01"),
        line("stay", stay_id="M4", accommodation_kind="night_shelter"),
        line("stay", stay_id="M5", municipality_code="5001"),
    ]
    content = csv_bytes("temporary_accommodation", "stay", *rows)
    deliver(settings, "temporary_accommodation", "1804", files_of("temporary_accommodation", stay=content))
    assert run_gate(settings).rows_accepted == 2
    columns = "stay_id, person_id_status, person_duf_status, child_count, end_reason, price_per_night_nok::DOUBLE"
    assert duckdb.sql(f"SELECT {columns} FROM '{settings.raw}/*/*/stay.parquet'").fetchall() == [
        ("M1", "valid", "missing", 0, None, 650.0),
        ("M2", "valid", "missing", 2, "private_rental", 650.0),
    ]
    assert quarantined(settings) == [(4, "R008", "end_date"), (5, "R005", "accommodation_kind"), (6, "R009", "municipality_code")]


def test_persons_scores_and_staffing_may_come_with_services_or_not(settings: Settings) -> None:
    deliver(settings, "iplos", "1804", files_of("iplos"), name="services alone")
    (alone,) = run_gate(settings).accepted
    assert [f.entity for f in alone.files] == ["service"]
    assert [p.name for p in (settings.raw / "iplos" / alone.delivery_id).glob("*.parquet")] == ["service.parquet"]
    scores = csv_bytes("iplos", "need_score", line("need_score"), line("need_score", score="6"), line("need_score", need_function="sight"))
    parts = {e: csv_bytes("iplos", e, line(e)) for e in ("person", "dwelling_staffing")}
    deliver(settings, "iplos", "1804", files_of("iplos", need_score=scores, **parts), name="all")
    (whole,) = run_gate(settings).accepted
    assert {f.entity: (f.row_count, f.accepted_count) for f in whole.files} == {
        "service": (1, 1),
        "person": (1, 1),
        "need_score": (3, 2),
        "dwelling_staffing": (1, 1),
    }
    assert quarantined(settings) == [(3, "R005", "score"), (3, "R007", "municipality_code, person_number, need_function, assessed_date")]
