"""Erasure: what is taken out is nowhere afterwards, the rest is as it was, and the log tells without naming."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from pathlib import Path

import duckdb
import pytest
from arrival_deliveries import csv_bytes, deliver, files_of, line, settings_with_klass, synthetic_id
from kostra_records import record

from orchestration.arrivals.gate import run_gate
from orchestration.arrivals.ledger import read_receipts
from orchestration.custody import erasure
from orchestration.custody.erasure import LOG, erase_delivery, erase_person
from orchestration.custody.person_lines import UnreadableForErasureError, count_lines, without_lines
from orchestration.settings import Settings, UserError

TODAY = dt.date(2026, 2, 3)
GONE, STAYS = synthetic_id(0), synthetic_id(1)


@pytest.fixture
def settings(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A data home with services of two persons in two municipalities, the second with the id in two groups of digits."""
    own = settings_with_klass(tmp_path, tmp_path_factory)
    for code in ("1804", "5001"):
        spaced = GONE if code == "1804" else f"{GONE[:6]} {GONE[6:]}"
        rows = [line("service", municipality_code=code, service_id=f"S{n}", person_national_id=i) for n, i in enumerate((spaced, STAYS))]
        deliver(own, "iplos", code, files_of("iplos", service=csv_bytes("iplos", "service", *rows)))
    deliver(
        own, "refugee_register", "1804", files_of("refugee_register", refugee=csv_bytes("refugee_register", "refugee", line("refugee")))
    )
    assert len(run_gate(own).accepted) == 3
    return own


def services(settings: Settings) -> list[tuple[str, str]]:
    """Services in raw."""
    query = f"select municipality_code, service_id from '{settings.raw}/iplos/*/service.parquet' order by all"
    return duckdb.sql(query).fetchall()


def holding(root: Path, number: str) -> list[str]:
    """Files below a folder that hold a number, however it is grouped."""
    paths = (p for p in root.rglob("*") if p.is_file())
    return sorted(p.name for p in paths if number.encode() in p.read_bytes().replace(b" ", b""))


def log(settings: Settings) -> list[dict]:
    """Entries of the log."""
    return [json.loads(text) for text in (settings.home / LOG).read_text(encoding="utf-8").splitlines()]


def test_a_persons_lines_leave_landing_and_raw_and_the_others_stay(settings: Settings) -> None:
    removed = erase_person(settings, GONE, "case 2026/1", TODAY)
    assert sorted((Path(e.place).name, e.rows) for e in removed) == [("refugees.csv", 1), ("services.csv", 1), ("services.csv", 1)]
    assert holding(settings.home, GONE) == []
    assert len(run_gate(settings).accepted) == 3
    assert services(settings) == [("1804", "S1"), ("5001", "S1")]
    assert duckdb.sql(f"select count(*) from '{settings.raw}/refugee_register/*/refugee.parquet'").fetchone() == (0,)
    (entry,) = log(settings)
    assert (entry["day"], entry["what"], entry["reference"], len(entry["removed"])) == ("2026-02-03", "person", "case 2026/1", 3)


def test_a_kill_between_files_is_mended_by_asking_again(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    real, calls = erasure.without_lines, []

    def stopped(path: Path, target: Path, number: str) -> None:
        calls.append(path)
        if len(calls) == 2:
            raise KeyboardInterrupt
        real(path, target, number)

    monkeypatch.setattr(erasure, "without_lines", stopped)
    with pytest.raises(KeyboardInterrupt):
        erase_person(settings, GONE, "case 2026/1", TODAY)
    assert len(run_gate(settings).waiting) == 1  # the delivery in the middle has no manifest
    monkeypatch.undo()
    erase_person(settings, GONE, "case 2026/1", TODAY)
    assert holding(settings.home, GONE) == []
    run_gate(settings)
    assert services(settings) == [("1804", "S1"), ("5001", "S1")]


def test_a_workbook_with_the_number_is_named_and_nothing_is_removed(settings: Settings) -> None:
    from openpyxl import Workbook

    book = Workbook()
    book.active.append([int(GONE)])
    folder = settings.home / "inbox" / "1804"
    folder.mkdir(parents=True)
    book.save(folder / "homes.xlsx")
    with pytest.raises(UserError, match=r"one by one, or that cannot be read:\n  inbox/1804/homes\.xlsx") as told:
        erase_person(settings, GONE, "case 2026/1", TODAY)
    assert GONE not in str(told.value)
    assert len(services(settings)) == 4
    assert not (settings.home / LOG).exists()


def test_a_delivery_leaves_landing_raw_and_quarantine(settings: Settings) -> None:
    wanted = _services_of_1804(settings)
    removed = erase_delivery(settings, wanted, "agreement ended", TODAY)
    assert [(e.delivery_id, e.rows) for e in removed] == [(wanted, 0), (wanted, 2)]
    assert services(settings) == [("5001", "S0"), ("5001", "S1")]
    result = run_gate(settings)
    assert not result.accepted
    assert not result.refused
    with pytest.raises(UserError, match="No delivery"):
        erase_delivery(settings, wanted, "agreement ended", TODAY)


def _services_of_1804(settings: Settings) -> str:
    (wanted,) = [r.delivery_id for r in read_receipts(settings) if r.source == "iplos" and r.supplier == "1804"]
    return wanted


def test_what_the_inbox_kept_of_a_delivery_goes_with_it(settings: Settings) -> None:
    wanted = _services_of_1804(settings)
    taken = settings.inbox / "1804" / "taken"
    own, other = taken / f"2024-12-31_iplos_{wanted[-12:]}", taken / "2024-12-31_iplos_0123456789ab"
    for folder in (own, other):
        folder.mkdir(parents=True)
        (folder / "services.xlsx").write_bytes(b"PK\x03\x04")
    removed = erase_delivery(settings, wanted, "agreement ended", TODAY)
    assert removed[0].place == f"inbox/1804/taken/{own.name}"
    assert (own.exists(), other.exists()) == (False, True)


def test_a_stopped_change_of_key_does_not_bring_a_delivery_back(settings: Settings) -> None:
    wanted = _services_of_1804(settings)
    half_loaded = settings.home / "raw.0123" / "iplos" / wanted
    shutil.copytree(settings.raw / "iplos" / wanted, half_loaded)
    erase_delivery(settings, wanted, "agreement ended", TODAY)
    assert not half_loaded.exists()


def test_a_kill_while_a_folder_is_removed_leaves_nothing_for_the_gate(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = _services_of_1804(settings)

    def stopped(folder: Path) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(erasure.shutil, "rmtree", stopped)
        with pytest.raises(KeyboardInterrupt):
            erase_delivery(settings, wanted, "agreement ended", TODAY)
    monkeypatch.setattr("orchestration.handing_in.placing.lives", lambda pid: False)
    erase_delivery(settings, wanted, "agreement ended", TODAY)
    assert holding(settings.landing / "iplos" / "1804", GONE) == [] and not list(settings.aside.glob("erasing-*"))
    assert not run_gate(settings).accepted


def test_a_number_whose_zero_in_front_is_lost_is_found(tmp_path: Path) -> None:
    number = "01018512345"
    rows = b"1018512345;a\n01018512345;b\n0101 8512345;c\n11018512345;d\n10185123450;e\n"
    (tmp_path / "rows.csv").write_bytes(rows)
    assert count_lines(tmp_path / "rows.csv", number) == 3
    duckdb.sql(f"COPY (SELECT 1018512345 AS id) TO '{tmp_path}/rows.parquet'")
    with pytest.raises(UnreadableForErasureError):
        count_lines(tmp_path / "rows.parquet", number)


def test_a_line_of_utf_16_ends_at_a_line_feed_alone(tmp_path: Path) -> None:
    source, target = tmp_path / "rows.csv", tmp_path / "rest.csv"
    source.write_bytes(f"id;text\r\n{GONE};one\u2028two\x0bthree\r\n{STAYS};four\n".encode("utf-16"))
    without_lines(source, target, GONE)
    assert target.read_bytes().decode("utf-16") == f"id;text\r\n{STAYS};four\n"


@pytest.mark.parametrize(
    ("number", "reference", "message"), [("01818000000", "case", "no national id"), (GONE, " ", "--reference"), (GONE, GONE, "--reference")]
)
def test_mistakes_are_told_without_the_number(settings: Settings, number: str, reference: str, message: str) -> None:
    with pytest.raises(UserError, match=message) as told:
        erase_person(settings, number, reference, TODAY)
    assert number not in str(told.value)
    assert not (settings.home / LOG).exists()


def test_a_number_that_touches_other_digits_of_a_record_is_found(settings: Settings) -> None:
    records = [record("11F", 2025, PERSON_FODSELSNR=number, PERSON_JOURNALNR=f"1234567{n}") for n, number in enumerate((GONE, STAYS))]
    assert b"12345670" + GONE.encode() in records[0]  # the journal number stands right before it
    period = (dt.date(2025, 1, 1), dt.date(2025, 12, 31))
    deliver(settings, "kostra_11f", "1804", {"11F_1804_2025.dat": b"\n".join(records) + b"\n"}, period, dt.datetime(2026, 1, 20))
    run_gate(settings)
    erase_person(settings, GONE, "case 2026/1", TODAY)
    assert holding(settings.home, GONE) == []
    assert len(run_gate(settings).accepted) == 4
    rows = duckdb.sql(f"select journal_number from '{settings.raw}/kostra_11f/*/social_assistance.parquet'")
    assert rows.fetchall() == [("12345671",)]


def test_an_archive_that_cannot_be_read_stops_the_erasure(settings: Settings) -> None:
    folder = settings.home / "inbox" / "1804"
    folder.mkdir(parents=True)
    (folder / "homes.zip").write_bytes(b"PK\x03\x04 and no more")
    with pytest.raises(UserError, match=r"cannot be read:\n  inbox/1804/homes\.zip"):
        erase_person(settings, GONE, "case 2026/1", TODAY)
    assert len(services(settings)) == 4
