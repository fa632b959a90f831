"""Each way in which readers of CSV lose rows in silence, and what a file's name can do: the gate counts every line or refuses.

Belongs here: traps known from other readers, in files of the contract's form and in mapped ones. Does not belong here: damage by chance
(``test_mutations``).
"""

from __future__ import annotations

import json
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from arrival_deliveries import csv_bytes, deliver, header, line, settings_with_klass
from mapped_deliveries import COLUMNS, DWELLINGS, HEAD, adds_up, deliver_mapped, quarantined

from orchestration.arrivals.checks import Refusal
from orchestration.arrivals.contracts import load_contracts
from orchestration.arrivals.gate import run_gate
from orchestration.arrivals.manifest import MANIFEST, read_manifest
from orchestration.arrivals.mapped_files import check_mapped_files
from orchestration.arrivals.scan import scan_file
from orchestration.settings import Settings

MAPPING = HEAD + DWELLINGS
GOOD = "D{};E;Ja;7 000,50;01.01.2001"


@pytest.fixture
def settings(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A data home where the classification of municipalities is accepted already."""
    return settings_with_klass(tmp_path, tmp_path_factory)


def good(*numbers: int) -> list[str]:
    return [GOOD.format(n) for n in numbers]


# What stands in the file: lines, blank, accepted, and line and rule of each row in quarantine.
COUNTED = {
    "a quotation mark left open": ([*good(1), 'D2;"E;Ja;1,0;01.01.2001', *good(3, 4, 5)], 6, 0, 4, [(3, "R001")]),
    "a quotation mark left open on the last line": ([*good(1, 2), '"D3;E;Ja;1,0;01.01.2001'], 4, 0, 2, [(4, "R001")]),
    "quotation marks inside a field": ([*good(1), 'D"2";E;Ja;1,0;01.01.2001', *good(3)], 4, 0, 2, [(3, "R001")]),
    "half of a pair of quotation marks": ([*good(1), 'D"2;E;Ja;1,0;01.01.2001', *good(3)], 4, 0, 2, [(3, "R001")]),
    "a line break in quotation marks": ([*good(1), '"D2', 'more";E;Ja;1,0;01.01.2001', *good(3)], 5, 0, 2, [(3, "R001"), (4, "R001")]),
    "rows that are too short": ([*good(1), "D2;E;Ja;1,0", "D3", *good(4)], 5, 0, 2, [(3, "R001"), (4, "R001")]),
    "a row that is too long": ([*good(1), GOOD.format(2) + ";", *good(3)], 4, 0, 2, [(3, "R001")]),
    "blank lines before a bad row": ([*good(1), "", "   ", "", "D2;X;Ja;1,0;01.01.2001"], 6, 3, 1, [(6, "R011")]),
    "several mistakes": ([";X;Kanskje;abc;31.02.2001"], 2, 0, 0, [(2, "R002"), (2, "R003"), (2, "R004"), (2, "R006"), (2, "R011")]),
    "the first key again at the end": ([*good(1, 2, 3, 1)], 5, 0, 3, [(5, "R007")]),
    "the header again": ([*good(1), COLUMNS, *good(2)], 4, 0, 2, [(3, "R003"), (3, "R004"), (3, "R011")]),
    "rows of separators alone": ([*good(1), ";;;;", *good(2)], 4, 1, 2, []),
    "other signs that end a line elsewhere": ([*good(1), "D2\u2028\x0b\x0c\x85;E;Ja;1,0;01.01.2001", *good(3)], 4, 0, 3, []),
    "a backslash before a separator": ([*good(1), "D2\\;E;Ja;1,0;01.01.2001"], 3, 0, 2, []),
    "formulas": (["=1+1;E;Ja;1,0;01.01.2001", "@SUM(A1);E;Ja;=1+1;01.01.2001"], 3, 0, 1, [(3, "R004")]),
    "days as numbers": ([*good(1), "D2;E;Ja;1,0;45292"], 3, 0, 1, [(3, "R003")]),
}


@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["unix", "windows"])
@pytest.mark.parametrize("case", COUNTED.values(), ids=COUNTED.keys())
def test_every_line_is_counted_and_numbered_as_the_supplier_sees_it(settings: Settings, case: tuple, end: str) -> None:
    rows, lines, blank, accepted, in_quarantine = case
    deliver_mapped(settings, MAPPING, {"units.csv": end.join([COLUMNS, *rows]).encode()})
    (receipt,) = run_gate(settings).accepted
    (file,) = receipt.files
    assert (file.line_count, file.blank_count, file.accepted_count) == (lines, blank, accepted)
    assert adds_up(file)
    found = quarantined(settings, receipt.delivery_id) if in_quarantine else []
    assert sorted({(number, rule) for _, number, rule, *_ in found}) == in_quarantine


REFUSED = {
    "a NUL byte": (b"D2\0;E;Ja;1,0;01.01.2001", "F013", "line 3"),
    "a carriage return among line feeds": (b"D2;E;Ja;1,0;01.01.2001\rD3;E;Ja;1,0;01.01.2001", "F013", "line 3"),
    "a byte that is no UTF-8": (b"D\xe52;E;Ja;1,0;01.01.2001", "F005", "line 3"),
    "half a letter at the end": (b"D2;E;Ja;1,0;01.01.2001\xc3", "F005", "line 3"),
    "a line of 40 MB": (b"D2;" + b"E" * 40_000_000, "F013", "line 3"),
}


@pytest.mark.parametrize("case", REFUSED.values(), ids=REFUSED.keys())
@pytest.mark.parametrize("is_mapped", [False, True], ids=["contract", "mapped"])
def test_what_no_text_has_refuses_the_file_with_its_line(settings: Settings, case: tuple, is_mapped: bool) -> None:
    content, rule_id, where = case
    if is_mapped:
        deliver_mapped(settings, MAPPING, {"units.csv": b"\n".join([COLUMNS.encode(), GOOD.format(1).encode(), content])})
    else:
        first = csv_bytes("iplos", "service", line("service"))
        deliver(settings, "iplos", "1804", {"services.csv": first + content})
    (receipt,) = run_gate(settings).refused
    assert receipt.refusal_rule_id == rule_id
    assert where in receipt.refusal_reason
    assert len(receipt.refusal_reason) < 500


def test_a_line_without_end_is_found_in_bounded_memory(tmp_path: Path) -> None:
    """The file is sparse: one line of 256 MB; what holds for it holds for two gigabytes."""
    path = tmp_path / "services.csv"
    with path.open("wb") as handle:
        handle.write(header("iplos", "service").encode() + b"\n")
        handle.truncate(256 * 1024**2)
    tracemalloc.start()
    scan = scan_file(path, chunk_size=1024**2)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (scan.line_count, scan.long_line, scan.nul_line) == (2, 2, 2)
    assert peak < 16 * 1024**2


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252"])
def test_a_mapped_line_without_end_is_refused_in_bounded_memory(settings: Settings, encoding: str) -> None:
    mapping = MAPPING.replace("format: csv,", f"format: csv, encoding: {encoding},")
    content = f"{COLUMNS}\n{GOOD.format(1)}\n{'E' * 48_000_000}\n".encode(encoding)
    folder = deliver_mapped(settings, mapping, {"units.csv": content})
    del content
    manifest = read_manifest(folder)
    tracemalloc.start()
    with pytest.raises(Refusal) as refusal:
        check_mapped_files(manifest, load_contracts()["municipal"], folder, settings.home / "lines")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (refusal.value.rule_id, "line 3" in refusal.value.reason) == ("F013", True)
    assert peak < 40 * 1024**2


def test_a_workbook_that_unpacks_to_gigabytes_is_refused_before_that(settings: Settings) -> None:
    mapping = MAPPING.replace("[.]csv", "[.]xlsx").replace("format: csv", "format: excel")
    packed = settings.home / "units.xlsx"
    with (
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package,
        package.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part,
    ):
        for _ in range(200):
            part.write(b" " * 1024**2)
    content = packed.read_bytes()
    packed.unlink()
    deliver_mapped(settings, mapping, {"units.xlsx": content})
    (receipt,) = run_gate(settings).refused
    assert receipt.refusal_rule_id == "F025"
    assert not (settings.work / "arrivals").exists()


NAMES = {  # name in the manifest, rule
    "a way out": ("../units.csv", "F001"),
    "a way from the top": ("/etc/passwd", "F001"),
    "a folder": ("here/units.csv", "F001"),
    "the folder itself": (".", "F001"),
    "nothing": ("", "F001"),
    "a NUL byte": ("units\0.csv", "F001"),
    "half a sign": ("units\ud800.csv", "F001"),
    "a line break": ("units\n.csv", "F001"),
    "very long": ("u" * 5_000 + ".csv", "F001"),
    "Windows' way out": ("..\\units.csv", "F021"),
    "another file": ("units2.csv", "F001"),
}


@pytest.mark.parametrize(("name", "rule_id"), NAMES.values(), ids=NAMES.keys())
def test_names_that_lead_elsewhere(settings: Settings, name: str, rule_id: str) -> None:
    folder = deliver_mapped(settings, MAPPING, {"units.csv": "\n".join([COLUMNS, *good(1)]).encode()})
    (settings.landing.parent / "units.csv").write_text("outside")
    body = json.loads((folder / MANIFEST).read_text())
    body["files"][0]["name"] = name
    (folder / MANIFEST).write_text(json.dumps(body))
    (receipt,) = run_gate(settings).refused
    assert receipt.refusal_rule_id == rule_id
    assert len(receipt.refusal_reason) < 1_000
    assert receipt.refusal_reason.isprintable()


@pytest.mark.parametrize("place", ["units.csv", "mapping.yml"])
def test_a_link_for_a_file_is_refused(settings: Settings, place: str) -> None:
    folder = deliver_mapped(settings, MAPPING, {"units.csv": "\n".join([COLUMNS, *good(1)]).encode()})
    (folder / place).rename(settings.home / "elsewhere")
    (folder / place).symlink_to(settings.home / "elsewhere")
    (receipt,) = run_gate(settings).refused
    assert (receipt.refusal_rule_id, "a link stands where" in receipt.refusal_reason) == ("F010", True)
