"""The arrival gate as a whole: what is promoted, what is quarantined, and what a second run does."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from pathlib import Path

import duckdb
import pytest
from arrival_deliveries import (
    PERIOD,
    csv_bytes,
    deliver,
    deliver_klass,
    files_of,
    line,
    settings_in,
    settings_with_klass,
    synthetic_id,
)

from orchestration.arrivals.gate import run_gate
from orchestration.arrivals.ledger import read_receipts
from orchestration.settings import Settings


@pytest.fixture
def settings(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A data home where the classification of municipalities is accepted already."""
    return settings_with_klass(tmp_path, tmp_path_factory)


def raw(settings: Settings, source: str, entity: str, columns: str) -> list[tuple]:
    """Rows of an entity over all deliveries in raw."""
    return duckdb.sql(f"SELECT {columns} FROM '{settings.raw}/{source}/*/{entity}.parquet' ORDER BY ALL").fetchall()


def quarantined(settings: Settings) -> list[tuple]:
    """Line, rule, field and reason of every quarantined row."""
    rows = duckdb.sql(f"SELECT line_number, rule_id, field_name, reason FROM '{settings.quarantine}/*/*/rows.parquet' ORDER BY ALL")
    return rows.fetchall()


def test_a_whole_delivery_is_promoted_with_its_receipt(settings: Settings) -> None:
    deliver(settings, "municipal", "1804", files_of("municipal"))
    result = run_gate(settings)
    (receipt,) = result.accepted
    assert (result.refused, result.waiting, len(result.known)) == ([], [], 1)
    assert (result.rows_read, result.rows_accepted, result.rows_quarantined) == (5, 5, 0)
    written = json.loads((settings.raw / "municipal" / receipt.delivery_id / "receipt.json").read_text())
    assert written["status"] == "accepted"
    assert written["received_at"] == "2025-01-15T08:00:00"
    counts = {k: v for k, v in written["files"][1].items() if k != "parquet_sha256"}
    assert counts == {
        "entity": "tenancy",
        "file_name": "tenancies.csv",
        "line_count": 2,
        "header_count": 1,
        "blank_count": 0,
        "row_count": 1,
        "accepted_count": 1,
        "quarantined_count": 0,
        "excluded_count": 0,
        "excluded_by_rule": {},
    }
    dwelling = raw(
        settings, "municipal", "dwelling", "line_number, dwelling_id, is_secret_address, area_m2::text, acquired_date, reserved_for"
    )
    assert dwelling == [(2, "D1", False, "72.5", dt.date(2001, 5, 1), None)]


def test_each_row_rule_catches_its_row_and_names_line_and_field(settings: Settings) -> None:
    lines = [
        line("tenancy"),
        line("tenancy", tenancy_id="T2") + ";more",
        line("tenancy", tenancy_id=""),
        line("tenancy", tenancy_id="T4", start_date="2023-13-01"),
        line("tenancy", tenancy_id="T5", contract_kind="for_ever"),
        line("tenancy", tenancy_id="T6", household_id=""),
        line("tenancy"),
        "",
        line("tenancy", tenancy_id="T9", end_date="2023-02-28"),
        line("tenancy", tenancy_id="T10", municipality_code="5001"),
        line("tenancy", tenancy_id="T11", start_date="01.03.2023", contract_kind=""),
        line("tenancy", tenancy_id='"T12'),
        line("tenancy", tenancy_id='"T;13"'),
    ]
    dwellings = [line("dwelling"), line("dwelling", dwelling_id="D2", room_count="21"), line("dwelling", dwelling_id="D3", area_m2="72,5")]
    files = files_of(
        "municipal", tenancy=csv_bytes("municipal", "tenancy", *lines), dwelling=csv_bytes("municipal", "dwelling", *dwellings)
    )
    deliver(settings, "municipal", "1804", files)
    result = run_gate(settings)
    fields = "the line must have 15 fields; a quotation mark that is opened must be closed on the line"
    kinds = "must be one of three_year, other_fixed_term, permanent"
    assert quarantined(settings) == [
        (3, "R001", None, fields),
        (3, "R004", "room_count", "must be a whole number, not below 1, not above 20"),
        (4, "R002", "tenancy_id", "the field is part of the key and must not be empty"),
        (4, "R004", "area_m2", "must be a number with a decimal point, not below 5, not above 500"),
        (5, "R003", "start_date", "must be a date as YYYY-MM-DD"),
        (6, "R005", "contract_kind", kinds),
        (7, "R006", "household_id", "the field must not be empty"),
        (8, "R007", "municipality_code, tenancy_id", "the key (municipality_code, tenancy_id) stands on an earlier line of the file"),
        (10, "R008", "end_date", "must not lie before start_date"),
        (11, "R009", "municipality_code", "must be the municipality code of the supplier"),
        (12, "R003", "start_date", "must be a date as YYYY-MM-DD"),
        (12, "R006", "contract_kind", "the field must not be empty"),
        (13, "R001", None, fields),
    ]
    assert raw(settings, "municipal", "tenancy", "line_number, tenancy_id") == [(2, "T1"), (14, "T;13")]
    (file,) = [f for f in result.accepted[0].files if f.entity == "tenancy"]
    assert (file.line_count, file.header_count, file.blank_count, file.row_count) == (14, 1, 1, 12)
    assert (file.accepted_count, file.quarantined_count) == (2, 10)


def test_ids_become_pseudonyms_that_link_across_sources_only_when_valid(settings: Settings) -> None:
    whole, other = synthetic_id(1), synthetic_id(2)
    wrong = whole[:-1] + str((int(whole[-1]) + 1) % 10)
    placeholder = whole[:6] + "00100"
    members = [
        line("household_member", person_national_id=whole),
        line("household_member", member_number="2", person_national_id=wrong),
        line("household_member", member_number="3", person_national_id=""),
        line("household_member", member_number="4", person_national_id=placeholder),
        line("household_member", member_number="5", person_national_id=wrong),
        line("household_member", member_number="6", person_national_id=other[:6] + " " + other[6:]),
    ]
    files = files_of("municipal", household_member=csv_bytes("municipal", "household_member", *members))
    deliver(settings, "municipal", "1804", files)
    services = [
        line("service", municipality_code="5001", person_national_id=whole),
        line("service", municipality_code="5001", service_id="S2", person_national_id=wrong),
    ]
    deliver(settings, "iplos", "5001", {"services.csv": csv_bytes("iplos", "service", *services)})
    run_gate(settings)
    persons = raw(settings, "municipal", "household_member", "member_number, person_id_status, person_pseudonym")
    assert [(n, s) for n, s, _ in persons] == [
        (1, "valid"),
        (2, "invalid_check_digits"),
        (3, "missing"),
        (4, "placeholder"),
        (5, "invalid_check_digits"),
        (6, "valid"),
    ]
    pseudonyms = [p for *_, p in persons]
    assert len(set(pseudonyms)) == 6
    in_services = dict(raw(settings, "iplos", "service", "service_id, person_pseudonym"))
    assert in_services["S1"] == pseudonyms[0]
    assert in_services["S2"] not in pseudonyms
    text = b"".join(p.read_bytes() for p in settings.home.rglob("*") if p.is_file() and "landing" not in p.parts)
    assert not any(i.encode() in text for i in (whole, wrong, placeholder, other))


def test_an_unlinked_person_keeps_its_pseudonym_from_delivery_to_delivery(settings: Settings) -> None:
    row = csv_bytes("municipal", "household_member", line("household_member", person_national_id=""))
    deliver(settings, "municipal", "1804", files_of("municipal", household_member=row))
    later = (dt.date(2025, 1, 1), dt.date(2025, 1, 31))
    deliver(settings, "municipal", "1804", files_of("municipal", household_member=row), later, dt.datetime(2025, 2, 10))
    run_gate(settings)
    assert len(raw(settings, "municipal", "household_member", "person_pseudonym")) == 2
    assert len(raw(settings, "municipal", "household_member", "DISTINCT person_pseudonym")) == 1


def test_a_secret_address_stays_in_landing(settings: Settings) -> None:
    dwellings = [line("dwelling"), line("dwelling", dwelling_id="D2", is_secret_address="1", address="Hemmeligveien 9")]
    deliver(settings, "municipal", "1804", files_of("municipal", dwelling=csv_bytes("municipal", "dwelling", *dwellings)))
    run_gate(settings)
    assert raw(settings, "municipal", "dwelling", "dwelling_id, address, postal_code") == [
        ("D1", "Storgata 1", "8006"),
        ("D2", None, None),
    ]


def test_redelivery_of_the_same_bytes_does_nothing(settings: Settings) -> None:
    deliver(settings, "municipal", "1804", files_of("municipal"))
    first = run_gate(settings)
    before = {p: p.stat().st_mtime_ns for p in settings.raw.rglob("*")}
    deliver(settings, "municipal", "1804", files_of("municipal"), received_at=dt.datetime(2025, 3, 1), name="sent_again")
    second = run_gate(settings)
    assert (second.accepted, second.refused) == ([], [])
    assert [r.delivery_id for r in second.known] == ["klass-ssb-2025-12-31-" + second.known[0].content_sha256[:12]] + [
        first.accepted[0].delivery_id
    ] * 2
    assert {p: p.stat().st_mtime_ns for p in settings.raw.rglob("*")} == before


def test_a_corrected_delivery_stands_beside_the_first_one(settings: Settings) -> None:
    deliver(settings, "municipal", "1804", files_of("municipal"))
    corrected = files_of("municipal", dwelling=csv_bytes("municipal", "dwelling", line("dwelling", room_count="4")))
    deliver(settings, "municipal", "1804", corrected, received_at=dt.datetime(2025, 2, 1), name="corrected")
    result = run_gate(settings)
    assert [r.received_at.month for r in result.accepted] == [1, 2]
    assert raw(settings, "municipal", "dwelling", "room_count") == [(3,), (4,)]


def test_a_folder_without_manifest_waits_and_so_does_a_municipality_without_classification(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    folder = deliver(settings, "iplos", "1804", files_of("iplos"))
    (settings.landing / "iplos" / "1804" / "half").mkdir()
    result = run_gate(settings)
    assert (result.accepted, result.refused, read_receipts(settings)) == ([], [], [])
    assert {Path(w.folder).name: w.reason for w in result.waiting} == {
        "half": "no manifest.json yet",
        "2024-12-31": "no delivery of klass (the list of municipalities) is accepted yet, so that the supplier cannot be checked; "
        "hand it in, see docs/deliver-data.md",
    }
    deliver_klass(settings)
    assert [r.source for r in run_gate(settings).accepted] == ["klass", "iplos"]
    assert folder.exists()


def test_a_file_outside_a_deliverys_folder_is_told(settings: Settings) -> None:
    for place in ("services.csv", "iplos/1804.csv", "iplos/1804/services.csv", "iplos/.hidden"):
        (settings.landing / place).parent.mkdir(parents=True, exist_ok=True)
        (settings.landing / place).write_text("x", encoding="utf-8")
    waiting = run_gate(settings).waiting
    assert [w.folder for w in waiting] == ["services.csv", "iplos/1804.csv", "iplos/1804/services.csv"]
    assert {w.reason for w in waiting} == {"lies outside a delivery's folder, landing/<source>/<supplier>/<name>/"}


def test_raw_is_the_same_bytes_however_the_deliveries_are_batched(settings: Settings, tmp_path: Path) -> None:
    other = settings_in(tmp_path / "other")
    shutil.copytree(settings.home, other.home)
    other.key_file.parent.mkdir(parents=True)
    settings.key_file.parent.mkdir(parents=True)
    settings.key_file.write_text("ab" * 32)
    settings.key_file.chmod(0o600)
    shutil.copy(settings.key_file, other.key_file)
    later = (dt.date(2025, 1, 1), dt.date(2025, 1, 31))
    for where, at_once in ((settings, True), (other, False)):
        deliver(where, "municipal", "1804", files_of("municipal"))
        if not at_once:
            run_gate(where)
        deliver(where, "municipal", "1804", files_of("municipal"), later, dt.datetime(2025, 2, 10))
        run_gate(where)
    files = [p.relative_to(settings.raw) for p in sorted(settings.raw.rglob("*")) if p.is_file()]
    assert len(files) == 3 + 2 * 6 + 1
    assert [(settings.raw / f).read_bytes() == (other.raw / f).read_bytes() for f in files] == [True] * len(files)


def test_landing_and_work_are_closed_to_others_and_work_is_left_empty(settings: Settings) -> None:
    settings.landing.chmod(0o755)
    deliver(settings, "iplos", "1804", files_of("iplos"), PERIOD)
    run_gate(settings)
    assert settings.landing.stat().st_mode & 0o777 == 0o700
    assert settings.work.stat().st_mode & 0o777 == 0o700
    assert list(settings.work.iterdir()) == []
    assert settings.key_file.stat().st_mode & 0o777 == 0o600
