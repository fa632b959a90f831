"""Odd deliveries: each line is accepted or in quarantine, or the delivery is refused or waits; the gate never stops and nothing is lost."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from arrival_deliveries import csv_bytes, deliver, header, line, settings_with_klass

from orchestration.arrivals import checks
from orchestration.arrivals.gate import GateResult, run_gate
from orchestration.arrivals.manifest import MANIFEST
from orchestration.settings import Settings

WHERE = "landing/iplos/1804/2024-12-31"
SERVICES = csv_bytes("iplos", "service", line("service"))
NAMES, ROW = header("iplos", "service"), line("service")
SECOND = line("service", service_id="S2")


@pytest.fixture
def settings(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A data home where the classification of municipalities is accepted already."""
    return settings_with_klass(tmp_path, tmp_path_factory)


FILES = {  # content: lines, accepted, quarantined
    "header alone": (NAMES, 1, 0, 0),
    "no line feed at the end": (f"{NAMES}\n{ROW}", 2, 1, 0),
    "Windows, no line end at the end": (f"{NAMES}\r\n{ROW}\r\n{SECOND}", 3, 2, 0),
    "both kinds of line ends": (f"{NAMES}\r\n{ROW}\n{SECOND}\r\n", 3, 2, 0),
    "blank lines of Windows": (f"{NAMES}\r\n\r\n{ROW}\r\n  \r\n", 4, 1, 0),
    "delimiter at the end of a row": (f"{NAMES}\n{ROW};\n{SECOND}\n", 3, 1, 1),
    "header again": (f"{NAMES}\n{ROW}\n{NAMES}\n", 3, 1, 1),
    "every field quoted": ("\n".join(";".join(f'"{v}"' for v in text.split(";")) for text in (NAMES, ROW)), 2, 1, 0),
    "a quotation mark left open": (f'{NAMES}\n"{ROW}\n{SECOND}\n', 3, 1, 1),
    "very many fields": (f"{NAMES}\n{';' * 900_000}\n{ROW}\n", 3, 1, 1),
    "spaces around names and values": (NAMES.replace(";", " ; ") + "\n" + ROW.replace(";", " ; "), 2, 1, 0),
}


@pytest.mark.parametrize(("content", "lines", "accepted", "quarantined"), FILES.values(), ids=FILES.keys())
def test_every_line_is_accounted_for(settings: Settings, content: str, lines: int, accepted: int, quarantined: int) -> None:
    deliver(settings, "iplos", "1804", {"services.csv": content.encode()})
    (receipt,) = run_gate(settings).accepted
    (file,) = receipt.files
    assert (file.line_count, file.accepted_count, file.quarantined_count) == (lines, accepted, quarantined)
    assert file.line_count == file.header_count + file.blank_count + file.accepted_count + file.quarantined_count + file.excluded_count


HEADERS = {
    "other case": (NAMES.upper() + f"\n{ROW}\n", "F007"),
    "delimiter at the end": (f"{NAMES};\n{ROW};\n", "F008"),
    "very many columns": (NAMES + ";" * 100_000 + f"\n{ROW}\n", "F008"),
}


@pytest.mark.parametrize(("content", "rule_id"), HEADERS.values(), ids=HEADERS.keys())
def test_a_header_that_is_not_the_agreed_one_is_refused(settings: Settings, content: str, rule_id: str) -> None:
    deliver(settings, "iplos", "1804", {"services.csv": content.encode()})
    result = run_gate(settings)
    assert [r.refusal_rule_id for r in result.refused] == [rule_id]
    assert len(result.refused[0].refusal_reason) < 2_000


def body_with(text: str) -> Callable[[Path], None]:
    """The manifest with its first size, 'SIZE', replaced by raw JSON."""

    def change(folder: Path) -> None:
        body = json.loads((folder / MANIFEST).read_text())
        body["files"][0]["size"] = "SIZE"
        (folder / MANIFEST).write_text(json.dumps(body).replace('"SIZE"', text))

    return change


def received(text: str) -> Callable[[Path], None]:
    """The manifest with another time of receipt."""

    def change(folder: Path) -> None:
        body = json.loads((folder / MANIFEST).read_text())
        (folder / MANIFEST).write_text(json.dumps({**body, "received_at": text}))

    return change


def _twice(folder: Path) -> None:
    body = json.loads((folder / MANIFEST).read_text())
    (folder / MANIFEST).write_text(json.dumps({**body, "files": body["files"] * 2}))


def _linked_manifest(folder: Path) -> None:
    (folder / MANIFEST).rename(folder.parent.parent.parent / "elsewhere.json")
    (folder / MANIFEST).symlink_to(folder.parent.parent.parent / "elsewhere.json")


def _linked_folder(folder: Path) -> None:
    folder.rename(folder.parent.parent.parent.parent / "elsewhere")
    folder.symlink_to(folder.parent.parent.parent.parent / "elsewhere")


def _manifest_is_a_folder(folder: Path) -> None:
    (folder / MANIFEST).unlink()
    (folder / MANIFEST).mkdir()


MANIFESTS = {
    "a file twice": (_twice, "F001", "field 'files' must not name a file twice"),
    "a size without end": (body_with("1e999"), "F001", "must have name, size and sha256"),
    "a size of 5 000 digits": (body_with("9" * 5_000), "F001", "not readable as JSON"),
    "nested without end": (body_with("[" * 100_000), "F001", "not readable as JSON"),
    "before the first day": (received("0001-01-01T00:00:00+14:00"), "F001", "must be a date and time"),
    "a link for the manifest": (_linked_manifest, "F010", "a link stands where the manifest should be"),
    "a link for the folder": (_linked_folder, "F010", "a link stands where a folder should be"),
    "a folder for the manifest": (_manifest_is_a_folder, "F010", "the manifest must be a regular file"),
}


@pytest.mark.parametrize(("change", "rule_id", "says"), MANIFESTS.values(), ids=MANIFESTS.keys())
def test_an_odd_manifest_refuses_its_delivery_and_no_other(
    settings: Settings, change: Callable[[Path], None], rule_id: str, says: str
) -> None:
    change(deliver(settings, "iplos", "1804", {"services.csv": SERVICES}))
    deliver(settings, "iplos", "5001", {"services.csv": csv_bytes("iplos", "service", line("service", municipality_code="5001"))})
    result = run_gate(settings)
    assert [(r.refusal_rule_id, says in r.refusal_reason) for r in result.refused] == [(rule_id, True)]
    assert [r.supplier for r in result.accepted] == ["5001"]
    again = run_gate(settings)
    assert (again.refused, again.accepted, len(again.known)) == ([], [], 3)


def test_a_file_of_the_contract_that_the_manifest_forgets_is_not_lost_in_silence(settings: Settings) -> None:
    record = (" " * 324).encode()
    folder = deliver(settings, "kostra_11f", "1804", {"11F_1804_2024.dat": record})
    (folder / "11F_1805_2024.dat").write_bytes(record)
    result = run_gate(settings)
    reason = "landing/kostra_11f/1804/2024-12-31/manifest.json: field 'files' does not name 11F_1805_2024.dat, which is in the folder"
    assert [(r.refusal_rule_id, r.refusal_reason) for r in result.refused] == [("F001", reason)]


def waiting(result: GateResult) -> list[tuple[str, str]]:
    """Folder and reason of what was left alone."""
    return [(w.folder, w.reason) for w in result.waiting]


def test_a_file_that_may_not_be_read_waits_and_stops_no_other(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    deliver(settings, "iplos", "1804", {"services.csv": SERVICES})
    deliver(settings, "iplos", "5001", {"services.csv": csv_bytes("iplos", "service", line("service", municipality_code="5001"))})
    scan = checks.scan_file

    def closed(path: Path, *arguments):
        if "1804" in str(path):
            raise PermissionError(13, "Permission denied")
        return scan(path, *arguments)

    monkeypatch.setattr(checks, "scan_file", closed)
    result = run_gate(settings)
    assert waiting(result) == [("iplos/1804/2024-12-31", "a file of it may not be read by the user that runs the night")]
    assert [r.supplier for r in result.accepted] == ["5001"]
    monkeypatch.undo()
    assert [r.supplier for r in run_gate(settings).accepted] == ["1804"]
