"""What holds for any table and any bytes: readers lose no line, change no plain text, and refuse what they cannot read with a rule.

Belongs here: properties, over examples that are drawn the same way every time. Does not belong here: single cases (``test_records_*``).
"""

from __future__ import annotations

import io
import json
import tempfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from record_files import SHEET, read, with_parts, workbook

from orchestration.arrivals.lines import line_reader
from orchestration.arrivals.scan import scan_file
from orchestration.sources.records import BROKEN, RecordProblem, cell_text

SAME = settings(max_examples=60)
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"]), max_size=12).filter(lambda t: "_x" not in t)
TABLES = st.integers(1, 4).flatmap(lambda width: st.lists(st.lists(WORDS, min_size=width, max_size=width), min_size=1, max_size=6))


def as_workbook(rows: list[list[str]]) -> bytes:
    book, packed = Workbook(), io.BytesIO()
    for number, row in enumerate([[f"c{i}" for i in range(len(rows[0]))], *rows], 1):
        for column, value in enumerate(row, 1):
            cell = book.active.cell(number, column, value or None)
            if value:
                cell.data_type = "s"  # a text that begins with = is a text
    book.save(packed)
    return packed.getvalue()


def as_json(rows: list[list[str]]) -> bytes:
    return json.dumps([{f"c{i}": value for i, value in enumerate(row)} for row in rows]).encode()


def as_parquet(rows: list[list[str]]) -> bytes:
    packed = io.BytesIO()
    pq.write_table(pa.table({f"c{i}": pa.array(list(column), pa.string()) for i, column in enumerate(zip(*rows, strict=True))}), packed)
    return packed.getvalue()


WRITERS = {"excel": as_workbook, "json": as_json, "parquet": as_parquet}


def read_bytes(content: bytes, format: str) -> tuple[tuple[str, ...], list[tuple[int, list[str]]]]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        path.write_bytes(content)
        return read(path, format)


@pytest.mark.parametrize("format", WRITERS)
@SAME
@given(rows=TABLES)
def test_any_table_comes_back_line_by_line(format: str, rows: list[list[str]]) -> None:
    header, lines = read_bytes(WRITERS[format](rows), format)
    assert header == tuple(f"c{i}" for i in range(len(rows[0])))
    expected = [[cell_text(value) for value in row] if any(row) else [] for row in rows]
    while format == "excel" and expected and not expected[-1]:
        expected.pop()  # empty rows at the end of a sheet are no rows
    first = 2 if format == "excel" else 1
    assert lines == [(number, cells) for number, cells in enumerate(expected, first)]


@SAME
@given(text=st.text())
def test_the_text_of_a_cell_never_holds_what_parts_cells_and_lines(text: str) -> None:
    found = cell_text(text)
    assert found == BROKEN or not set(found) & set("\x00\x1f\x1a\r\n\t\x85\u2028\u2029")
    found.encode()


@pytest.mark.parametrize("format", WRITERS)
@SAME
@given(content=st.binary(max_size=400), start=st.sampled_from([b"", b"PK\x03\x04", b"PAR1", b"[{", b'{"a":', b"\xef\xbb\xbf["]))
def test_any_bytes_are_read_or_refused(format: str, content: bytes, start: bytes) -> None:
    try:
        read_bytes(start + content, format)
    except RecordProblem as problem:
        assert problem.rule_id in ("F004", "F005", "F013", "F025", "F026", "F027")


ROWS = ["<row>", "</row>", '<row r="2">', '<row r="x">', "<mergeCell ref='A1:B2'/>"]
CELLS = ["<c>", "</c>", '<c r="A1">', '<c r="ZZZZ1">', '<c t="s">', '<c t="b">', '<c t="d">', '<c s="99">', '<c t="inlineStr">']
VALUES = ["<v>", "</v>", "<f>", "</f>", "<is>", "</is>", "<t>", "</t>", "1", "-5", "x", "&lt;", "&x;"]
TAGS = st.sampled_from(ROWS + CELLS + VALUES)


@SAME
@given(tags=st.lists(TAGS, max_size=30))
def test_any_sheet_is_read_or_refused(tags: list[str]) -> None:
    xml = f'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{"".join(tags)}</sheetData></worksheet>'
    with tempfile.TemporaryDirectory() as folder:
        path = with_parts(workbook(Path(folder) / "a.xlsx", [["x"]]), {SHEET: xml.encode()})
        try:
            read(path, "excel")
        except RecordProblem as problem:
            assert problem.rule_id in ("F004", "F025", "F026")


PIECES = st.sampled_from([b"a", b"\n", b"\r\n", b" ", b'"', b";", b"\xc3\xa5", b"x" * 40])


@SAME
@given(content=st.lists(PIECES).map(b"".join), chunk=st.integers(1, 60))
def test_lines_are_those_between_line_feeds_whatever_the_chunks(content: bytes, chunk: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.csv"
        path.write_bytes(content)
        found = line_reader([(1, path, "utf-8")], chunk_size=chunk).read_all().to_pydict() if content else {"line": [], "line_number": []}
        scan = scan_file(path, chunk_size=chunk)
    lines = content.decode().split("\n")
    if not lines[-1]:
        lines.pop()
    assert [line.rstrip("\r\n") for line in lines] == found["line"]
    assert found["line_number"] == list(range(1, len(lines) + 1))
    assert (scan.line_count, scan.size) == (len(lines), len(content))
