"""Controls where a data home decides otherwise, and where Oslo is another case than the rest."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from arrival_deliveries import deliver, settings_with_klass, synthetic_id
from kostra_records import account_line, record

from expectations.runner import read_results
from orchestration.arrivals.gate import GateResult, run_gate
from orchestration.settings import Settings, load_settings

YEAR = (dt.date(2025, 1, 1), dt.date(2025, 12, 31))
BAD_ID = synthetic_id(0)[:10] + str((int(synthetic_id(0)[10]) + 1) % 10)


@pytest.fixture
def settings(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A data home where the classification of municipalities is accepted already."""
    return settings_with_klass(tmp_path, tmp_path_factory)


def taken_in(settings: Settings, source: str, supplier: str, name: str, *records: bytes) -> GateResult:
    deliver(settings, source, supplier, {name: b"\n".join(records)}, YEAR, dt.datetime(2026, 1, 20))
    return run_gate(settings)


def breaches(settings: Settings, name: str) -> list[tuple]:
    paths = [str(p) for p in settings.quarantine.glob(f"kostra*/*/{name}.parquet")]
    return duckdb.sql(f"SELECT line_number, rule_id FROM read_parquet({paths}) ORDER BY ALL").fetchall() if paths else []


def test_a_wrong_id_is_kept_and_reported_unless_set_otherwise(settings: Settings) -> None:
    lines = [record("11F", 2025, 1), record("11F", 2025, 2, PERSON_FODSELSNR=BAD_ID)]
    assert taken_in(settings, "kostra_11f", "1804", "11F_1804_2025.dat", *lines).rows_accepted == 2
    assert (breaches(settings, "rows"), breaches(settings, "controls")) == ([], [(2, "11F-K005")])


def test_a_setting_sends_a_wrong_id_to_quarantine(settings: Settings) -> None:
    strict = replace(settings, kostra_controls=load_settings({"FJERNLYS_KOSTRA_CONTROLS": "11F-K005=quarantine_row"}).kostra_controls)
    lines = [record("11F", 2025, 1), record("11F", 2025, 2, PERSON_FODSELSNR=BAD_ID)]
    assert taken_in(strict, "kostra_11f", "1804", "11F_1804_2025.dat", *lines).rows_accepted == 1
    assert (breaches(strict, "rows"), breaches(strict, "controls")) == ([(2, "11F-K005")], [])


def test_a_setting_moves_a_limit(settings: Settings) -> None:
    generous = replace(settings, kostra_controls="11F-K030=1000000")
    lines = [record("11F", 2025, n, BIDRAG=amount, BIDRAG_JAN=amount) for n, amount in enumerate(("0999999", "1000000"))]
    taken_in(generous, "kostra_11f", "1804", "11F_1804_2025.dat", *lines)
    assert breaches(generous, "controls") == [(2, "11F-K030")]


def test_a_setting_refuses_accounts_that_do_not_add_up(settings: Settings) -> None:
    strict = replace(settings, kostra_controls="REG-K110=refuse_delivery")
    (refused,) = taken_in(strict, "kostra_accounts", "1804", "0A_V2025_K0_R180400.dat", account_line(2025)).refused
    assert refused.refusal_rule_id == "REG-K110"
    assert "Kontroll K110 Drift, differanse (error)" in refused.refusal_reason


def test_each_control_is_an_expectation_of_its_form(settings: Settings) -> None:
    taken_in(settings, "kostra_11f", "1804", "11F_1804_2025.dat", record("11F", 2025), record("11F", 2025, 1, EKTSTAT="9"))
    (suite,) = [r for r in read_results(settings) if r.name == "kostra_11f__controls"]
    failed = {check.rule_id: check.failing_keys for check in suite.checks if not check.success}
    assert {"11F-K000", "11F-K001", "11F-K043"} <= {check.rule_id for check in suite.checks}
    assert set(failed) == {"11F-K002", "11F-K009"} and all(key[0].startswith("kostra_11f-1804-2025") for key in failed.values())


def test_oslo_has_districts_and_other_municipalities_have_none(settings: Settings) -> None:
    oslo = {"KOMMUNE_NR": "0301"}
    lines = [record("11F", 2025, n, BYDELSNR=district, **oslo) for n, district in enumerate(("01", "15", "16", ""))]
    taken_in(settings, "kostra_11f", "0301", "11F_0301_2025.dat", *lines)
    assert breaches(settings, "rows") == [(3, "11F-K003B"), (4, "11F-K003B")]


def test_in_oslo_a_participant_may_stand_twice_and_begin_long_ago(settings: Settings) -> None:
    twice = {"PERSON_FODSELSNR": synthetic_id(0), "BYDELSNR": "02", "KOMMUNE_NR": "0301", "BEGYNT_DATO": "01012015"}
    lines = [record("11CF", 2025, n, **twice) for n in range(2)]
    assert taken_in(settings, "kostra_11cf", "0301", "11CF_0301_2025.dat", *lines).rows_accepted == 2


def test_the_same_participant_may_stand_twice_with_another_status(settings: Settings) -> None:
    again = {"PERSON_FODSELSNR": synthetic_id(0)}
    lines = [record("11CF", 2025, n, STATUS=status, **again) for n, status in enumerate(("1", "2", "2"))]
    taken_in(settings, "kostra_11cf", "1804", "11CF_1804_2025.dat", *lines)
    assert breaches(settings, "rows") == [(2, "11CF-K005A"), (3, "11CF-K005A")]


def test_windows_letters_and_other_blanks_refuse_a_file(settings: Settings) -> None:
    for year, bad in ((2024, b"S\x96B"), (2025, b"S\tB")):
        content, period = record("11CF", year).replace(b"SB1", bad), (dt.date(year, 1, 1), dt.date(year, 12, 31))
        deliver(settings, "kostra_11cf", "1804", {f"11CF_1804_{year}.dat": content}, period, dt.datetime(2026, 1, 20))
    refused = [(r.refusal_rule_id, r.refusal_reason.partition(": ")[2]) for r in run_gate(settings).refused]
    assert refused == [
        ("F005", "the bytes are not ISO 8859-1; save the file with the encoding ISO 8859-1 (Latin-1)"),
        ("F009", "the record holds a tab or the like; blank positions are spaces"),
    ]


def test_too_many_breaches_refuse_a_file_and_say_which(settings: Settings) -> None:
    lines = [record("11F", 2025, n, VKLO="1", ARBSIT="09") for n in range(25)]
    (refused,) = taken_in(settings, "kostra_11f", "1804", "11F_1804_2025.dat", *lines).refused
    assert refused.refusal_rule_id == "F015"
    message = "most often 11F-K015 (25 rows), first in 11F_1804_2025.dat, line 1: Kontroll K015: Viktigste kilde"
    assert message in refused.refusal_reason
