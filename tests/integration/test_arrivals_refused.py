"""Bad deliveries: each is refused whole with its rule and a reason that says what would be right, and the others go on."""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from arrival_deliveries import PERIOD, csv_bytes, deliver, files_of, line, settings_with_klass

from orchestration.arrivals.contracts import load_contracts
from orchestration.arrivals.gate import GateResult, run_gate
from orchestration.arrivals.manifest import MANIFEST
from orchestration.settings import Settings

SERVICES = "landing/iplos/1804/2024-12-31/services.csv"
WHERE = "landing/iplos/1804/2024-12-31"


@pytest.fixture
def settings(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A data home where the classification of municipalities is accepted already."""
    return settings_with_klass(tmp_path, tmp_path_factory)


def deliver_services(settings: Settings, content: bytes, supplier: str = "1804") -> GateResult:
    """Deliver one file of services and run the gate."""
    deliver(settings, "iplos", supplier, {"services.csv": content})
    return run_gate(settings)


def refusal(result: GateResult) -> tuple[str | None, str | None]:
    """Rule and reason of the one refused delivery; nothing was accepted."""
    (receipt,) = result.refused
    assert (receipt.status, result.accepted) == ("refused", [])
    return receipt.refusal_rule_id, receipt.refusal_reason


def services(*lines: str) -> bytes:
    """A whole file of services."""
    return csv_bytes("iplos", "service", *(lines or (line("service"),)))


HEADER, ROW, _ = services().split(b"\n")
NAMES = HEADER.decode().split(";")

BAD_FILES = {
    "no bytes": (b"", "F004", f"{SERVICES}: the file is empty"),
    "empty header": (b"\n" + ROW + b"\n", "F004", f"{SERVICES}, line 1: the file has no header"),
    "latin-1": (
        services(line("service"), line("service", service_id="Sør")).decode().encode("latin-1"),
        "F005",
        f"{SERVICES}, line 3: the bytes are not UTF-8; save the file with the encoding UTF-8",
    ),
    "utf-16": (
        services().decode().encode("utf-16"),
        "F005",
        f"{SERVICES}, line 1: the bytes are not UTF-8; save the file with the encoding UTF-8",
    ),
    "comma": (
        services().replace(b";", b","),
        "F006",
        f"{SERVICES}, line 1: the header has no semicolon (it has comma); separate the columns with semicolon ';'",
    ),
    "tab": (
        services().replace(b";", b"\t"),
        "F006",
        f"{SERVICES}, line 1: the header has no semicolon (it has tab); separate the columns with semicolon ';'",
    ),
    "quotation mark": (
        b'"' + services(),
        "F006",
        f"{SERVICES}, line 1: the header has a quotation mark that is not closed; write the names without quotation marks",
    ),
    "missing column": (
        services().replace(b";sex;", b";", 1),
        "F007",
        f"{SERVICES}, line 1: missing column sex",
    ),
    "missing identity": (
        services().replace(b"person_national_id", b"fnr", 1),
        "F007",
        f"{SERVICES}, line 1: missing column person_national_id",
    ),
    "no header line": (ROW + b"\n", "F007", f"{SERVICES}, line 1: missing column {', '.join(NAMES)}"),
    "extra column": (
        services().replace(b"need_hearing", b"need_hearing;navn", 1),
        "F008",
        f"{SERVICES}, line 1: unknown column {len(NAMES) + 1}; the contract has {', '.join(NAMES)}",
    ),
    "double column": (
        services().replace(b"need_hearing", b"need_hearing;sex", 1),
        "F008",
        f"{SERVICES}, line 1: the column sex stands more than once",
    ),
    "NUL": (HEADER + b"\n" + ROW + b"\0\n", "F013", f"{SERVICES}, line 2: the line holds a NUL byte"),
    "bare return": (
        HEADER + b"\n" + ROW + b"\r" + ROW + b"\n",
        "F013",
        f"{SERVICES}, line 2: the line holds a carriage return that does not end the line; end lines with a line feed",
    ),
    "long line": (
        HEADER + b"\n" + ROW + b"\n" + b"x" * 1_000_001 + b"\n",
        "F013",
        f"{SERVICES}, line 3: the line is longer than 1000000 bytes",
    ),
}


@pytest.mark.parametrize(("content", "rule_id", "reason"), BAD_FILES.values(), ids=BAD_FILES.keys())
def test_a_bad_file_refuses_the_delivery(settings: Settings, content: bytes, rule_id: str, reason: str) -> None:
    assert refusal(deliver_services(settings, content)) == (rule_id, reason)
    assert not (settings.raw / "iplos").exists()
    again = run_gate(settings)
    assert (again.refused, again.accepted, len(again.known)) == ([], [], 2)


def test_windows_line_ends_a_byte_order_mark_and_another_order_of_columns_are_fine(settings: Settings) -> None:
    names, values = NAMES[::-1], ROW.decode().split(";")[::-1]
    content = ("\ufeff" + ";".join(names) + "\r\n" + ";".join(values) + "\r\n").encode()
    assert deliver_services(settings, content).rows_accepted == 1


def manifest_with(change: Callable[[dict], None]) -> Callable[[Path], None]:
    """A change of the written manifest."""

    def apply(folder: Path) -> None:
        body = json.loads((folder / MANIFEST).read_text())
        change(body)
        (folder / MANIFEST).write_text(json.dumps(body))

    return apply


def _directory(folder: Path) -> None:
    (folder / "services.csv").unlink()
    (folder / "services.csv").mkdir()


def _link(folder: Path) -> None:
    (folder / "services.csv").rename(folder.parent / "elsewhere.csv")
    (folder / "services.csv").symlink_to(folder.parent / "elsewhere.csv")


def _cut(folder: Path) -> None:
    os.truncate(folder / "services.csv", 100)


def _change_a_byte(folder: Path) -> None:
    (folder / "services.csv").write_bytes(services().replace(b";f;", b";m;"))


SIZE = len(services())
BAD_FOLDERS = {
    "directory": (_directory, "F010", f"{SERVICES}: a directory stands where a regular file should be"),
    "link": (_link, "F010", f"{SERVICES}: a link stands where a regular file should be"),
    "gone": (
        lambda folder: (folder / "services.csv").unlink(),
        "F002",
        f"{SERVICES}: the manifest names this file, but it is not in the folder",
    ),
    "cut": (_cut, "F003", f"{SERVICES}: the file has 100 bytes, the manifest says {SIZE}; send it again whole"),
    "changed": (_change_a_byte, "F003", f"{SERVICES}: the file has another SHA-256 than the manifest says; send it again whole"),
    "no JSON": (
        lambda folder: (folder / MANIFEST).write_text("{"),
        "F001",
        f"{WHERE}/manifest.json, line 1: not JSON (Expecting property name enclosed in double quotes, column 2)",
    ),
    "period missing": (
        manifest_with(lambda body: body.pop("period_end")),
        "F001",
        f"{WHERE}/manifest.json: field 'period_end' must be a date as YYYY-MM-DD",
    ),
    "version": (
        manifest_with(lambda body: body.update(contract_version=2)),
        "F001",
        f"{WHERE}/manifest.json: field 'contract_version' must be 1",
    ),
    "source": (
        manifest_with(lambda body: body.update(source="iplos_x")),
        "F001",
        f"{WHERE}/manifest.json: field 'source' must be one of {', '.join(sorted(load_contracts()))}",
    ),
    "another supplier": (
        manifest_with(lambda body: body.update(supplier="5001")),
        "F001",
        f"{WHERE}/manifest.json: fields 'source' and 'supplier' must be those of the folder landing/<source>/<supplier>/",
    ),
    "future": (
        manifest_with(lambda body: body.update(received_at="2024-12-30T12:00:00")),
        "F012",
        f"{WHERE}/manifest.json: field 'period_end' (2024-12-31) must not lie after the day of receipt (2024-12-30)",
    ),
}


def test_a_delivery_received_after_the_night_waits_for_its_day(settings: Settings) -> None:
    deliver(settings, "iplos", "1804", {"services.csv": services()}, PERIOD, dt.datetime(2025, 1, 20, 8))
    early = run_gate(replace(settings, known_at=dt.date(2025, 1, 19)))
    reason = "field 'received_at' (2025-01-20) lies after the day of this night (2025-01-19); correct it, or it waits till then"
    assert [w.reason for w in early.waiting] == [f"F012 manifest.json: {reason}"]
    assert not early.accepted and not early.refused
    assert len(run_gate(replace(settings, known_at=dt.date(2025, 1, 20))).accepted) == 1


@pytest.mark.parametrize(("change", "rule_id", "reason"), BAD_FOLDERS.values(), ids=BAD_FOLDERS.keys())
def test_a_bad_folder_refuses_the_delivery(settings: Settings, change: Callable[[Path], None], rule_id: str, reason: str) -> None:
    change(deliver(settings, "iplos", "1804", {"services.csv": services()}))
    assert refusal(run_gate(settings)) == (rule_id, reason)


def test_a_file_that_the_contract_does_not_know_refuses_the_delivery(settings: Settings) -> None:
    deliver(settings, "iplos", "1804", {"services.csv": services(), "names.csv": b"x\n"})
    expected = "services.csv, persons.csv, need_scores.csv, dwelling_staffing.csv"
    reason = f"{WHERE}/manifest.json: field 'files' names a file that is not in the contract; expected {expected}"
    assert refusal(run_gate(settings)) == ("F001", reason)


def test_a_file_of_the_contract_that_is_not_sent_refuses_the_delivery(settings: Settings) -> None:
    files = files_of("municipal")
    del files["tenancies.csv"]
    deliver(settings, "municipal", "1804", files)
    reason = "landing/municipal/1804/2024-12-31: the file tenancies.csv (Leieforhold) is missing from the manifest"
    assert refusal(run_gate(settings)) == ("F002", reason)


@pytest.mark.parametrize("code", ["9999", "1850", "0001"])  # unspecified, ended in 2019, never used
def test_an_unknown_municipality_is_refused(settings: Settings, code: str) -> None:
    result = deliver_services(settings, services(line("service", municipality_code=code)), code)
    should = "must be the code of a municipality that exists on 2024-12-31"
    assert refusal(result) == ("F011", f"landing/iplos/{code}/2024-12-31/manifest.json: field 'supplier' ({code}) {should}")


def test_a_municipality_of_that_time_is_known(settings: Settings) -> None:
    files = {"services.csv": services(line("service", municipality_code="1850"))}
    deliver(settings, "iplos", "1850", files, (dt.date(2019, 1, 1), dt.date(2019, 12, 31)))
    assert run_gate(settings).rows_accepted == 1


def test_a_refused_delivery_does_not_stop_the_others_and_is_accepted_when_sent_whole(settings: Settings) -> None:
    folder = deliver(settings, "iplos", "1804", {"services.csv": services()})
    _cut(folder)
    deliver(settings, "iplos", "5001", {"services.csv": services(line("service", municipality_code="5001"))})
    first = run_gate(settings)
    assert [(r.supplier, r.refusal_rule_id) for r in first.refused] == [("1804", "F003")]
    assert [r.supplier for r in first.accepted] == ["5001"]
    (folder / "services.csv").write_bytes(services())
    second = run_gate(settings)
    assert [r.supplier for r in second.accepted] == ["1804"]
    assert first.refused[0].delivery_id.startswith(second.accepted[0].delivery_id + "-refused-")


def many(count: int, bad: int, **changes: str) -> bytes:
    """Services of which some have changed fields."""
    rows = [line("service", service_id=f"S{i}", **(changes if i < bad else {})) for i in range(count)]
    return services(*rows)


@pytest.mark.parametrize(("count", "bad", "accepted"), [(400, 20, 380), (400, 21, 0), (500, 25, 475), (500, 26, 0)])
def test_too_many_quarantined_rows_refuse_the_delivery(settings: Settings, count: int, bad: int, accepted: int) -> None:
    result = deliver_services(settings, many(count, bad, sex="x"))
    assert result.rows_accepted == accepted
    if not accepted:
        assert refusal(result) == (
            "F015",
            f"{WHERE}: this does not hold: At most 5 % of the rows of a file (or 20) are in quarantine; "
            f"services.csv: {bad} of {count} rows; most often R005 ({bad} rows), first in services.csv, line 2, field sex: "
            "must be one of m, f",
        )


def test_ids_that_mostly_do_not_link_refuse_the_delivery(settings: Settings) -> None:
    assert refusal(deliver_services(settings, many(41, 21, person_national_id="")))[0] == "F018"


def test_only_the_implausible_delivery_of_a_batch_is_refused(settings: Settings) -> None:
    bad = many(100, 30, sex="x").replace(b"1804;", b"5001;")
    deliver(settings, "iplos", "5001", {"services.csv": bad})
    result = deliver_services(settings, many(100, 0))
    assert [(r.supplier, r.refusal_rule_id) for r in result.refused] == [("5001", "F015")]
    assert [r.supplier for r in result.accepted] == ["1804"]


def test_an_unusual_number_of_rows_warns_and_is_accepted(settings: Settings) -> None:
    deliver_services(settings, many(100, 0))
    month, year = (dt.date(2025, 1, 1), dt.date(2025, 1, 31)), (dt.date(2025, 1, 1), dt.date(2025, 12, 31))
    deliver(settings, "iplos", "1804", {"services.csv": many(30, 0)}, month, dt.datetime(2025, 2, 3))
    assert all(s.success for s in run_gate(settings).suites)  # a month is not held against a year
    deliver(settings, "iplos", "1804", {"services.csv": many(49, 0)}, year, dt.datetime(2026, 1, 3))
    result = run_gate(settings)
    failed = [(c.rule_id, c.action, c.failing_keys) for s in result.suites for c in s.checks if not c.success]
    assert failed == [("F016", "warn", (result.accepted[0].delivery_id,))]


def test_rows_that_begin_after_the_period_warn(settings: Settings) -> None:
    result = deliver_services(settings, services(line("service", start_date="2025-01-01")))
    assert [(c.rule_id, c.column) for s in result.suites for c in s.checks if not c.success] == [("F019", "start_date_days_after_period")]
    assert result.rows_accepted == 1


def test_a_manifest_may_not_name_files_elsewhere(settings: Settings) -> None:
    folder = deliver(settings, "iplos", "1804", {"services.csv": services()}, PERIOD)
    manifest_with(lambda body: body["files"][0].update(name="../../klass/x"))(folder)
    reason = f"{WHERE}/manifest.json: field 'files[0].name' must be the plain name of a file in the folder"
    assert refusal(run_gate(settings)) == ("F001", reason)
