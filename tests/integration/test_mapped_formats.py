"""Forms of files through a mapping: encodings, quotation marks, headers, fixed width, workbooks, JSON, Parquet, and what is refused."""

from __future__ import annotations

import io
import json
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from orchestration.arrivals.gate import run_gate
from orchestration.settings import Settings
from tests.integration.arrival_deliveries import settings_with_klass
from tests.integration.mapped_deliveries import COLUMNS, DWELLINGS, HEAD, adds_up, deliver_mapped, quarantined, rows_of, text

FILE = "{pattern: 'units.*[.]csv', format: csv, "
NAMES = COLUMNS.split(";")


@pytest.fixture
def settings(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return settings_with_klass(tmp_path, tmp_path_factory)


def mapping(file: str, old: str = "", new: str = "") -> str:
    """The plain mapping with another form of its file, and one text changed."""
    assert DWELLINGS.count(FILE) == 1 and old in DWELLINGS
    return HEAD + DWELLINGS.replace(FILE, f"{{{file}, ").replace(old, new)


def delivered(settings: Settings, said: str, files: dict[str, bytes]):
    """Receipt of an accepted delivery, whose lines add up."""
    deliver_mapped(settings, said, files)
    result = run_gate(settings)
    assert [r.refusal_reason for r in result.refused] == []
    [receipt] = result.accepted
    assert all(adds_up(f) for f in receipt.files)
    return receipt


def refused(settings: Settings, said: str, files: dict[str, bytes]) -> tuple[str, str]:
    """Rule and reason, without the folder."""
    folder = deliver_mapped(settings, said, files)
    result = run_gate(settings)
    [receipt] = result.refused
    assert result.accepted == []
    return receipt.refusal_rule_id, receipt.refusal_reason.replace(f"{folder.relative_to(settings.home)}/", "")


ROWS = [COLUMNS, "Bø1;E;Ja;1 234,50;01.02.2003", "Bø2;L;Nei;;31.12.2024"]
EXPECTED = [("Bø1", "owned", "1234.50", "2003-02-01"), ("Bø2", "rented_in", None, "2024-12-31")]
SHOWN = "dwelling_id, tenure_form, CAST(monthly_rent_nok AS VARCHAR), CAST(acquired_date AS VARCHAR)"


@pytest.mark.parametrize(("encoding", "ending"), [("utf-8", "\r\n"), ("latin-1", "\r\n"), ("cp1252", "\n"), ("utf-16", "\r\n")])
def test_encodings_and_line_endings(settings: Settings, encoding: str, ending: str) -> None:
    content = (ending.join(ROWS) + ending).encode(encoding)
    receipt = delivered(settings, mapping(f"pattern: 'u[.]txt', format: csv, encoding: {encoding}"), {"u.txt": content})
    assert rows_of(settings, receipt, "dwelling", SHOWN) == EXPECTED
    assert receipt.files[0].line_count == 3


@pytest.mark.parametrize(
    ("quote", "field", "read"),
    [("'\"'", '"B;1 ""x"""', 'B;1 "x"'), ('"\'"', "'B;1 ''x''\"'", "B;1 'x'\""), ("none", "\"B'1", "\"B'1")],
)
def test_quotation_marks(settings: Settings, quote: str, field: str, read: str) -> None:
    content = text(COLUMNS, f"{field};E;Ja;1;01.01.2020")
    receipt = delivered(settings, mapping(f"pattern: 'u[.]txt', format: csv, quote: {quote}"), {"u.txt": content})
    assert rows_of(settings, receipt, "dwelling", "dwelling_id") == [(read,)]


def test_a_line_break_in_quotation_marks_gives_broken_lines_and_no_lost_row(settings: Settings) -> None:
    content = text(COLUMNS, '"B\n1";E;Ja;1;01.01.2020', "B2;E;Ja;1;01.01.2020")
    receipt = delivered(settings, mapping("pattern: 'u[.]txt', format: csv"), {"u.txt": content})
    assert [row[1:3] for row in quarantined(settings, receipt.delivery_id)] == [(2, "R001"), (3, "R001")]
    assert rows_of(settings, receipt, "dwelling", "dwelling_id") == [("B2",)]


def test_a_line_inside_quotation_marks_is_no_row_though_it_looks_like_one(settings: Settings) -> None:
    looks = "X9;E;Ja;1;01.01.2020"
    rows = ["B1;E;Ja;1;01.01.2020", '"B2', looks, '";E;Ja;1;01.01.2020', looks.replace("X9", "B3"), '"B4;E']
    receipt = delivered(settings, mapping("pattern: 'u[.]txt', format: csv"), {"u.txt": text(COLUMNS, *rows)})
    assert [row[1:3] for row in quarantined(settings, receipt.delivery_id)] == [(3, "R001"), (4, "R001"), (5, "R001"), (7, "R001")]
    assert rows_of(settings, receipt, "dwelling", "dwelling_id") == [("B1",), ("B3",)]


def test_a_mark_that_is_never_closed_harms_only_its_own_line(settings: Settings) -> None:
    rows = [f"B{i};E;Ja;1;01.01.2020" for i in range(60)]
    rows[3], rows[50] = '"B3;E;Ja;1;01.01.2020', 'B50";E;Ja;1;01.01.2020'
    receipt = delivered(settings, mapping("pattern: 'u[.]txt', format: csv"), {"u.txt": text(COLUMNS, *rows)})
    assert [row[1:3] for row in quarantined(settings, receipt.delivery_id)] == [(5, "R001"), (52, "R001")]


def test_a_header_further_down_and_none_at_all(settings: Settings) -> None:
    notes = ["Report", "", "made: today;x"]
    receipt = delivered(settings, mapping("pattern: 'u[.]txt', format: csv, header_row: 4"), {"u.txt": text(*notes, *ROWS)})
    assert rows_of(settings, receipt, "dwelling", f"line_number, {SHOWN}") == [(5, *EXPECTED[0]), (6, *EXPECTED[1])]
    assert (receipt.files[0].header_count, receipt.files[0].blank_count) == (4, 0)


def test_columns_named_by_the_mapping(settings: Settings) -> None:
    said = mapping(f"pattern: 'u[.]txt', format: csv, header_row: 0, columns: [{', '.join(NAMES)}]")
    receipt = delivered(settings, said, {"u.txt": text(*ROWS[1:])})
    assert rows_of(settings, receipt, "dwelling", f"line_number, {SHOWN}") == [(1, *EXPECTED[0]), (2, *EXPECTED[1])]
    assert receipt.files[0].header_count == 0


FIXED = (
    "pattern: 'u[.]txt', format: fixed_width, encoding: latin-1, {}columns: [{{name: Nr, from: 1, to: 4}}, {{name: Eier, from: 5, to: 5}}, "
    "{{name: Rullestol, from: 6, to: 8}}, {{name: Leie, from: 10, to: 17}}, {{name: Fra, from: 18, to: 27}}]"
)
RECORDS = ["Bø1 EJa x1 234,5001.02.2003", "Bø2 LNeix        31.12.2024"]


def test_fixed_width(settings: Settings) -> None:
    content = "\n".join([*RECORDS, "B3  EJa x       1", "", " " * 27, "B4  EJa x       1" + " " * 10]).encode("latin-1")
    receipt = delivered(settings, mapping(FIXED.format("")), {"u.txt": content})
    assert rows_of(settings, receipt, "dwelling", f"line_number, {SHOWN}") == [(1, *EXPECTED[0]), (2, *EXPECTED[1])]
    assert receipt.files[0].blank_count == 2
    assert [row[1:] for row in quarantined(settings, receipt.delivery_id)] == [
        (3, "R001", None, "the line must have at least 27 characters"),
        (6, "R006", "acquired_date", "Fra: the field must not be empty"),
    ]


def test_fixed_width_whose_program_cuts_spaces(settings: Settings) -> None:
    content = "\n".join([*RECORDS, "B3  EJa x       1"]).encode("latin-1")
    receipt = delivered(settings, mapping(FIXED.format("short_lines: true, ")), {"u.txt": content})
    assert [row[1:3] for row in quarantined(settings, receipt.delivery_id)] == [(3, "R006")]


def workbook(rows: list[list]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def json_page(rows: list[dict]) -> bytes:
    return json.dumps({"data": {"boliger": rows}}).encode()


def parquet(rows: list[dict]) -> bytes:
    content = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows), content)
    return content.getvalue()


def test_a_workbook_with_dates_numbers_and_broken_cells(settings: Settings) -> None:
    import datetime as dt

    rows = [
        ["Report"],
        [],
        NAMES,
        ["Bø1", "E", "Ja", 1234.5, dt.datetime(2003, 2, 1)],
        [],
        ["Bø2", "L", "Nei", None, "31.12.2024"],
        ["B3", "E", "Ja", "1 000,50", "2024-01-01"],
        ["B4", "E", "Ja", "#N/A", "2024-01-01"],
        ["B5", "E", "Ja", "1.000.5", "2024-01-01"],
    ]
    said = mapping("pattern: 'u[.]xlsx', format: excel, header_row: 3")
    receipt = delivered(settings, said, {"u.xlsx": workbook(rows)})
    assert rows_of(settings, receipt, "dwelling", f"line_number, {SHOWN}") == [
        (4, *EXPECTED[0]),
        (6, *EXPECTED[1]),
        (7, "B3", "owned", "1000.50", "2024-01-01"),
    ]
    [file] = receipt.files
    assert (file.line_count, file.header_count, file.blank_count, file.row_count) == (9, 3, 1, 5)
    assert [row[1:4] for row in quarantined(settings, receipt.delivery_id)] == [
        (8, "R013", "monthly_rent_nok"),
        (9, "R004", "monthly_rent_nok"),
    ]


def records(*rows: str) -> list[dict]:
    return [{k: v for k, v in zip(NAMES, row.split(";"), strict=True) if v} for row in rows]


def test_json_pages_of_which_one_lacks_a_column(settings: Settings) -> None:
    said = mapping("pattern: 'page.*[.]json', format: json, several: true, records: data.boliger")
    pages = {"page1.json": json_page(records(ROWS[1])), "page2.json": json_page(records(ROWS[2])), "page3.json": json_page([])}
    receipt = delivered(settings, said, pages)
    assert rows_of(settings, receipt, "dwelling", SHOWN) == EXPECTED
    assert [(f.file_name, f.line_count, f.accepted_count) for f in receipt.files] == [
        ("page1.json", 1, 1),
        ("page2.json", 1, 1),
        ("page3.json", 0, 0),
    ]


def test_parquet(settings: Settings) -> None:
    rows = [{"Nr": "Bø1", "Eier": "E", "Rullestol": "Ja", "Leie": 1234.5, "Fra": "2003-02-01"}]
    receipt = delivered(settings, mapping("pattern: 'u[.]parquet', format: parquet"), {"u.parquet": parquet(rows)})
    assert rows_of(settings, receipt, "dwelling", SHOWN) == EXPECTED[:1]


PLAIN = HEAD + DWELLINGS
WHOLE = text(*ROWS)
CASES: list[tuple[str, str, dict[str, bytes], str, str]] = [
    ("no pattern", PLAIN, {"units.csv": WHOLE, "x.csv": WHOLE}, "F021", "x.csv: no pattern of the mapping names it; exactly one must"),
    ("two files", PLAIN, {"units1.csv": WHOLE, "units2.csv": WHOLE}, "F021", "units1.csv and units2.csv are both the file units"),
    ("none", PLAIN.replace("units.*", "other"), {"x": b"x"}, "F021", "x: no pattern of the mapping names it"),
    ("wrong mapping", PLAIN.replace("column: Nr", "colum: Nr"), {"units.csv": WHOLE}, "F020", "did you mean 'column'?"),
    (
        "other extract",
        PLAIN.replace("extract: homes", "extract: other"),
        {"units.csv": WHOLE},
        "F020",
        "extract must be that of the manifest (homes)",
    ),
    (
        "other place",
        PLAIN.replace("version: 1", 'municipality: "5001"\nversion: 1', 1),
        {"units.csv": WHOLE},
        "F020",
        "municipality must be",
    ),
    (
        "column",
        PLAIN,
        {"units.csv": WHOLE.replace(b"Leie", b"Leje")},
        "F007",
        "units.csv, line 1: missing column Leie, which the mapping uses (column 2, 4 has nearly that name)",
    ),
    ("twice", PLAIN, {"units.csv": WHOLE.replace(b"Nr;", b"Nr;Nr;", 1)}, "F008", "units.csv, line 1: the column Nr stands more than once"),
    (
        "delimiter",
        PLAIN,
        {"units.csv": WHOLE.replace(b";", b",")},
        "F006",
        "the header has no ';', the delimiter of the mapping (it has comma)",
    ),
    (
        "utf-8",
        PLAIN,
        {"units.csv": "\n".join(ROWS).encode("latin-1")},
        "F005",
        "line 2: the bytes are not UTF-8; save it so, or correct encoding in the mapping",
    ),
    ("nul", PLAIN, {"units.csv": WHOLE + b"\0"}, "F013", "units.csv, line 4: the line holds a NUL byte"),
    (
        "no header",
        mapping("pattern: 'units.csv', format: csv, header_row: 9"),
        {"units.csv": WHOLE},
        "F004",
        "line 9: the file has no header",
    ),
    (
        "utf-16",
        mapping("pattern: 'units.csv', format: csv, encoding: utf-16"),
        {"units.csv": b"\xff\xfeabc"},
        "F005",
        "line 1: the bytes are not utf-16",
    ),
    (
        "cp1252",
        mapping("pattern: 'units.csv', format: csv, encoding: cp1252"),
        {"units.csv": WHOLE + b"\x81"},
        "F005",
        "line 4: the bytes are not cp1252",
    ),
    ("no workbook", mapping("pattern: 'units.csv', format: excel"), {"units.csv": WHOLE}, "F026", "units.csv"),
]


@pytest.mark.parametrize(("said", "files", "rule", "reason"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_a_delivery_that_does_not_follow_its_mapping_is_refused(
    settings: Settings, said: str, files: dict[str, bytes], rule: str, reason: str
) -> None:
    found = refused(settings, said, files)
    assert found[0] == rule, found
    assert reason in found[1]
    assert not any((settings.work / "arrivals").rglob("*")) if (settings.work / "arrivals").exists() else True


def test_a_delivery_without_its_mapping_is_refused(settings: Settings) -> None:
    folder = deliver_mapped(settings, PLAIN, {"units.csv": WHOLE})
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["files"] = manifest["files"][:1]
    (folder / "manifest.json").write_text(json.dumps(manifest))
    [receipt] = run_gate(settings).refused
    assert receipt.refusal_rule_id == "F020"
    assert "must name mapping.yml" in receipt.refusal_reason
