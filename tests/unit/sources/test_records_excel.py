"""Workbooks become lines numbered as in Excel: nothing is lost, nothing guessed, and what may harm is refused before it is unpacked."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from record_files import SHEET, described, lines, read, texts, with_parts, with_sheet, workbook

from orchestration.sources.records import BROKEN, RecordProblem, open_records


def test_lines_are_the_rows_of_the_sheet_also_the_empty_ones(tmp_path: Path) -> None:
    file = workbook(tmp_path / "a.xlsx", [["Id", "Gate", None], ["1", "Storgata", None], [], [None, None, "beside the table"], ["2"]])
    records = open_records(file, described("excel"))
    assert (records.header, records.header_count) == (("Id", "Gate"), 1)
    assert lines(records) == [(1, ["Id", "Gate"]), (2, ["1", "Storgata"]), (3, []), (4, []), (5, ["2", ""])]
    assert lines(records) == lines(records)


def test_rows_that_are_only_formatted_at_the_end_are_no_lines(tmp_path: Path) -> None:
    file = with_sheet(tmp_path / "a.xlsx", texts(1, "Id") + texts(3, "7") + '<row r="4"><c r="A4" s="0"/></row><row r="1048576"/>')
    assert read(file, "excel") == (("Id",), [(2, []), (3, ["7"])])


VALUES = {
    "text": ("Storgata 1", "Storgata 1"),
    "text with a line break": ("Storgata 1\n 2. etasje", "Storgata 1 2. etasje"),
    "hard space": ("12\u00a0500", "12 500"),
    "whole number": (1804, "1804"),
    "number as text": ("0301", "0301"),
    "decimal": (72.5, "72.5"),
    "sum with rounding error": (0.1 + 0.2, "0.3"),
    "large": (1.5e12, "1500000000000"),
    "true": (True, "1"),
    "false": (False, "0"),
    "date": (dt.date(2024, 2, 29), "2024-02-29"),
    "date with a time": (dt.datetime(2024, 2, 29, 13, 5), "2024-02-29 13:05:00"),
    "time": (dt.time(13, 5), "13:05:00"),
    "error": ("#N/A", BROKEN),
    "formula without result": ("=A1", BROKEN),
    "sign that no text has": ("a_x001F_b", BROKEN),
}


@pytest.mark.parametrize(("value", "expected"), VALUES.values(), ids=VALUES.keys())
def test_the_text_of_a_value(tmp_path: Path, value: object, expected: str) -> None:
    file = workbook(tmp_path / "a.xlsx", [["Id", "Value"], ["1", value]])
    assert read(file, "excel")[1] == [(2, ["1", expected])]


FORMATS = {
    "zeros in front": (301, "0000", "0301"),
    "id with zeros in front": (1818000000, "00000000000", "01818000000"),
    "percent": (0.25, "0 %", "0.25"),
    "decimals that do not show": (7500.004, "#,##0", "7500.004"),
    "day number without a date format": (45292, "General", "45292"),
    "day number shown as date": (45292, "dd.mm.yyyy", "2024-01-01"),
    "no such day": (-5, "dd.mm.yyyy", BROKEN),
}


@pytest.mark.parametrize(("value", "number_format", "expected"), FORMATS.values(), ids=FORMATS.keys())
def test_a_number_is_what_is_stored_but_for_dates_and_leading_zeros(tmp_path: Path, value, number_format: str, expected: str) -> None:
    def change(sheet):
        sheet["A2"].number_format = number_format

    assert read(workbook(tmp_path / "a.xlsx", [["Value"], [value]], change), "excel")[1] == [(2, [expected])]


def test_a_workbook_that_counts_days_from_1904(tmp_path: Path) -> None:
    book = Workbook()
    book.epoch = CALENDAR_MAC_1904
    book.active.append(["Dato"])
    book.active.append([dt.date(2024, 1, 1)])
    book.save(tmp_path / "a.xlsx")
    assert read(tmp_path / "a.xlsx", "excel")[1] == [(2, ["2024-01-01"])]


CELLS = {
    "stored result of a formula": ('<c r="A2"><f>1+1</f><v>2</v></c>', "2"),
    "stored empty text of a formula": ('<c r="A2" t="str"><f>""</f><v></v></c><c r="B2"><v>1</v></c>', ""),
    "no stored result": ('<c r="A2"><f>1+1</f></c>', BROKEN),
    "error": ('<c r="A2" t="e"><v>#REF!</v></c>', BROKEN),
    "text that is not in the list": ('<c r="A2" t="s"><v>99</v></c>', BROKEN),
    "no number": ('<c r="A2"><v>12a</v></c>', BROKEN),
    "number without end": ('<c r="A2"><v>1e999</v></c>', BROKEN),
    "5 000 digits": (f'<c r="A2"><v>{"9" * 5000}</v></c>', BROKEN),
    "ISO date": ('<c r="A2" t="d"><v>2024-02-29</v></c>', "2024-02-29"),
    "no reference": ("<c><v>7</v></c>", "7"),
}


@pytest.mark.parametrize(("cell", "expected"), CELLS.values(), ids=CELLS.keys())
def test_cells_as_other_programs_write_them(tmp_path: Path, cell: str, expected: str) -> None:
    file = with_sheet(tmp_path / "a.xlsx", f'{texts(1, "Value", "More")}<row r="2">{cell}</row>')
    (line,) = read(file, "excel")[1]
    assert (line[0], line[1][0]) == (2, expected)


def _home_made(sheet) -> None:
    for block in ("A1:E1", "B3:C3", "A3:A4", "D3:D4", "A5:A6"):
        sheet.merge_cells(block)


HOME_MADE = [
    ["Oversikt over kommunale boliger", None, None, None, None],
    ["Sist endret i mai", None, None, None, None],
    ["Bygg", "Adresse", None, "Husleie\nper  måned", "Merknad"],
    [None, "Gate", "Nr", None, None],
    ["Bygg A", "Storgata", 1, 7500, None],
    [None, "Storgata", 3, 6500, "ny"],
    ["Bygg B", "Elvegata", 2, 5000, None],
    ["* leie uten strøm", None, None, None, None],
]


def test_a_header_over_two_rows_with_merged_cells_and_notes_around(tmp_path: Path) -> None:
    file = workbook(tmp_path / "a.xlsx", HOME_MADE, _home_made)
    header, rows = read(file, "excel", header_rows=(3, 4))
    assert header == ("Bygg", "Adresse Gate", "Adresse Nr", "Husleie per måned", "Merknad")
    assert rows == [
        (5, ["Bygg A", "Storgata", "1", "7500", ""]),
        (6, ["Bygg A", "Storgata", "3", "6500", "ny"]),  # a value merged over two rows stands in both
        (7, ["Bygg B", "Elvegata", "2", "5000", ""]),
        (8, ["* leie uten strøm", "", "", "", ""]),
    ]


def test_the_last_row_of_a_merged_header_alone(tmp_path: Path) -> None:
    file = workbook(tmp_path / "a.xlsx", HOME_MADE, _home_made)
    assert read(file, "excel", header_row=4)[0] == ("Bygg", "Gate", "Nr", "Husleie per måned")


def test_a_sheet_without_header_has_the_names_of_the_mapping(tmp_path: Path) -> None:
    file = workbook(tmp_path / "a.xlsx", [["1", "Storgata", "x"]])
    assert read(file, "excel", header_row=0, columns=("id", "street")) == (("id", "street"), [(1, ["1", "Storgata"])])


@pytest.fixture
def several_sheets(tmp_path: Path) -> Path:
    """Three sheets, the first hidden."""
    book = Workbook()
    book.active.title = "Koder"
    book.active.sheet_state = "hidden"
    book.active.append(["Kode"])
    for title in ("Boliger", "Leietakere "):
        book.create_sheet(title).append([title])
    book.save(tmp_path / "a.xlsx")
    return tmp_path / "a.xlsx"


@pytest.mark.parametrize(
    ("sheet", "expected"),
    [(None, "Boliger"), (1, "Boliger"), (2, "Leietakere"), ("leietakere", "Leietakere"), ("Boliger", "Boliger"), ("Koder", "Kode")],
)
def test_a_sheet_by_name_or_by_its_number_among_those_that_show(several_sheets: Path, sheet: str | int | None, expected: str) -> None:
    assert read(several_sheets, "excel", sheet=sheet)[0] == (expected,)


@pytest.mark.parametrize("sheet", ["Bolig", 3])
def test_a_sheet_that_is_not_there(several_sheets: Path, sheet: str | int) -> None:
    with pytest.raises(RecordProblem, match=r"F027 .*; the workbook has 2 sheets that show"):
        open_records(several_sheets, described("excel", sheet=sheet))


def _entities(path: Path) -> Path:
    declared = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    return with_sheet(path, '<row r="1"><c t="inlineStr"><is><t>&b;</t></is></c></row>', before=declared)


def _external_entity(path: Path) -> Path:
    declared = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>'
    return with_sheet(path, '<row r="1"><c t="inlineStr"><is><t>&a;</t></is></c></row>', before=declared)


def _bytes(content: bytes) -> Callable[[Path], Path]:
    def write(path: Path) -> Path:
        path.write_bytes(content)
        return path

    return write


def _cut(path: Path) -> Path:
    workbook(path, [["Id"], *([str(n)] for n in range(100))])
    path.write_bytes(path.read_bytes()[:-200])
    return path


def _damaged(path: Path) -> Path:
    workbook(path, [["Id"], *([f"x{n * 7919 % 1000}"] for n in range(500))])
    with zipfile.ZipFile(path) as package:
        place = package.getinfo(SHEET).header_offset + 200
    content = bytearray(path.read_bytes())
    content[place : place + 40] = b"\xff" * 40
    path.write_bytes(bytes(content))
    return path


def _bomb(part: str) -> Callable[[Path], Path]:
    return lambda path: with_parts(workbook(path, [["Id"]]), {part: b" " * 300_000_000})


def _many_parts(path: Path) -> Path:
    return with_parts(workbook(path, [["Id"]]), {f"xl/{n}.xml": b"" for n in range(2_001)})


def _with_password(path: Path) -> Path:
    """The flag of an encrypted part in the package's directory."""
    content = workbook(path, [["Id"]]).read_bytes()
    place = content.index(b"PK\x01\x02") + 8
    path.write_bytes(content[:place] + b"\x01\x00" + content[place + 2 :])
    return path


HARMFUL = {
    "old workbook or password": (_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600), "F025"),
    "text with the name of a workbook": (_bytes(b"id;gate\n1;Storgata\n"), "F026"),
    "nothing": (_bytes(b""), "F026"),
    "a package and no workbook": (lambda p: with_parts(workbook(p, [["Id"]]), {"[Content_Types].xml": None}), "F026"),
    "a binary workbook": (lambda p: with_parts(workbook(p, [["Id"]]), {"xl/workbook.bin": b"x"}), "F026"),
    "cut short": (_cut, "F026"),
    "damaged inside": (_damaged, "F026"),
    "a part packed too tightly": (_bomb(SHEET), "F025"),
    "a part too large for memory": (_bomb("xl/sharedStrings.xml"), "F025"),
    "too many parts": (_many_parts, "F025"),
    "a part with a password": (_with_password, "F025"),
    "entities that grow": (_entities, "F025"),
    "an entity from a file": (_external_entity, "F025"),
    "no XML": (lambda p: with_parts(workbook(p, [["Id"]]), {SHEET: b"<worksheet"}), "F026"),
    "rows backwards": (lambda p: with_sheet(p, texts(1, "Id") + texts(3, "a") + texts(2, "b")), "F026"),
    "a row number without end": (lambda p: with_sheet(p, texts(1, "Id") + texts(99_999_999, "a")), "F026"),
    "a text without end": (lambda p: with_sheet(p, texts(1, "Id") + texts(2, "x" * 3_000_000)), "F025"),
    "a row of cells without end": (lambda p: with_sheet(p, texts(1, "Id") + '<row r="2">' + "<c/>" * 200_001 + "</row>"), "F025"),
    "no header": (lambda p: with_sheet(p, texts(2, "a")), "F004"),
    "too many columns": (lambda p: with_sheet(p, texts(1, *map(str, range(2_001)))), "F025"),
}


@pytest.mark.parametrize(("write", "rule_id"), HARMFUL.values(), ids=HARMFUL.keys())
def test_a_clear_refusal(tmp_path: Path, write: Callable[[Path], Path], rule_id: str) -> None:
    file = write(tmp_path / "a.xlsx")
    with pytest.raises(RecordProblem) as problem:
        lines(open_records(file, described("excel")))
    assert problem.value.rule_id == rule_id


def test_a_line_longer_than_any_text_line_may_be(tmp_path: Path) -> None:
    file = with_sheet(tmp_path / "a.xlsx", texts(1, *(f"c{n}" for n in range(40))) + texts(2, *["x" * 30_000] * 40))
    with pytest.raises(RecordProblem) as problem:
        read(file, "excel")
    assert (problem.value.rule_id, problem.value.line) == ("F013", 2)


def test_macros_and_links_are_left_alone(tmp_path: Path) -> None:
    file = workbook(tmp_path / "a.xlsx", [["Id"], ["7"]])
    with_parts(file, {"xl/vbaProject.bin": b"macro", "xl/externalLinks/externalLink1.xml": b"<broken"})
    assert read(file, "excel")[1] == [(2, ["7"])]
    assert load_workbook(file).sheetnames == ["Sheet"]
