"""JSON becomes one line a record: nested values as columns with dots, pages and lines alike; what cannot be read is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from record_files import described, lines, read

from orchestration.sources import json_pages
from orchestration.sources.records import BROKEN, RecordProblem, open_records

ONE, TWO = {"id": 1, "adresse": {"gate": "Storgata", "nr": None}}, {"id": 2, "type": "x"}
COLUMNS = ("id", "adresse.gate", "adresse.nr", "type")
ROWS = [(1, ["1", "Storgata", "", ""]), (2, ["2", "", "", "x"])]


def written(path: Path, *values: object, between: str = "\n") -> Path:
    path.write_text(between.join(v if isinstance(v, str) else json.dumps(v) for v in values), encoding="utf-8")
    return path


SHAPES = {
    "a list": (([ONE, TWO],), ""),
    "one record a line": ((ONE, TWO), ""),
    "one record a line, an empty line at the end": ((ONE, TWO, ""), ""),
    "a page with its list": (({"data": {"boliger": [ONE, TWO]}, "next": None},), "data.boliger"),
    "pages in a list": (([{"data": [ONE]}, {"data": []}, {"data": [TWO]}],), "data"),
    "pages one after the other": (({"data": [ONE]}, {"data": [TWO]}), "data"),
    "one record in each page": (([{"bolig": ONE}, {"bolig": TWO}],), "bolig"),
}


@pytest.mark.parametrize(("values", "path"), SHAPES.values(), ids=SHAPES.keys())
def test_records_in_every_shape(tmp_path: Path, values: tuple, path: str) -> None:
    header, rows = read(written(tmp_path / "a.json", *values), "json", records=path)
    assert (header, rows) == (COLUMNS, ROWS)


def test_a_file_that_is_one_record(tmp_path: Path) -> None:
    assert read(written(tmp_path / "a.json", ONE), "json") == (COLUMNS[:3], [(1, ["1", "Storgata", ""])])


def test_pages_written_over_several_lines(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_text("\n".join(json.dumps({"data": [record]}, indent=2) for record in (ONE, TWO)) + "\n", encoding="utf-8-sig")
    assert read(file, "json", records="data") == (COLUMNS, ROWS)


def test_a_page_without_records_is_no_line(tmp_path: Path) -> None:
    assert read(written(tmp_path / "a.json", {"data": []}), "json", records="data") == ((), [])


def test_an_object_without_values_is_an_empty_line(tmp_path: Path) -> None:
    assert read(written(tmp_path / "a.json", [{}, {"id": 1}, {"id": None}]), "json")[1] == [(1, []), (2, ["1"]), (3, [])]


VALUES = {
    "text": ('"Storgata 1"', "Storgata 1"),
    "text with line break": ('"a\\r\\nb"', "a b"),
    "text with a NUL": ('"a\\u0000b"', BROKEN),
    "the sign between cells": ('"a\\u001fb"', BROKEN),
    "half a sign": ('"\\ud800"', BROKEN),
    "sign of two halves": ('"\\ud83c\\udfe0"', "🏠"),
    "number": ("12.50", "12.5"),
    "more digits than a computer's number": ("123456789012345678.25", "123456789012345678.25"),
    "exponent": ("1.5e3", "1500"),
    "exponent without end": ("1e999999999", BROKEN),
    "5 000 digits": ("9" * 5_000, BROKEN),
    "not a number": ("NaN", BROKEN),
    "without end": ("-Infinity", BROKEN),
    "true": ("true", "1"),
    "null": ("null", ""),
    "list": ('["balkong", "heis", 3, null]', "balkong|heis|3|"),
    "list with the sign between": ('["a|b"]', BROKEN),
    "empty list": ("[]", ""),
}


@pytest.mark.parametrize(("value", "expected"), VALUES.values(), ids=VALUES.keys())
def test_the_text_of_a_value(tmp_path: Path, value: str, expected: str) -> None:
    assert read(written(tmp_path / "a.json", f'[{{"id": 7, "value": {value}}}]'), "json")[1] == [(1, ["7", expected])]


def test_objects_in_a_list_have_their_place_in_the_name(tmp_path: Path) -> None:
    file = written(tmp_path / "a.json", [{"id": 1, "leie": [{"fra": "2024"}, {"fra": "2025", "til": "2026"}]}])
    assert read(file, "json") == (("id", "leie.1.fra", "leie.2.fra", "leie.2.til"), [(1, ["1", "2024", "2025", "2026"])])


def test_latin_letters_of_another_encoding(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes('[{"gate": "Ålgård"}]'.encode("latin-1"))
    assert read(tmp_path / "a.json", "json", encoding="latin-1")[1] == [(1, ["Ålgård"])]


REFUSED = {
    "nothing": ("", "", "F027"),
    "cut short": ('{"data": [{"id": 1}', "data", "F026"),
    "cut between records": ('[{"id": 1},\n {"id": 2},', "", "F026"),
    "two values with a comma": ('{"id": 1},{"id": 2}', "", "F026"),
    "no such path": ('{"data": []}', "boliger", "F027"),
    "records that are no objects": ("[1, 2]", "", "F027"),
    "the same name twice": ('[{"id": 1, "id": 2}]', "", "F026"),
    "a dot that means two things": ('[{"a.b": 1, "a": {"b": 2}}]', "", "F026"),
    "nested without end": ("[" * 100_000, "", "F025"),
    "objects nested without end": ('{"a":' * 100_000, "", "F025"),
    "lists in lists": ("[" * 20 + '{"id": 1}' + "]" * 20, "", "F025"),
    "nested deep": ('[{"a":' + '{"a":' * 8 + "1" + "}" * 9 + "]", "", "F025"),
    "too many columns": (json.dumps([{str(n): 1 for n in range(2_001)}]), "", "F025"),
    "a list of very many objects": (json.dumps([{"a": [{"b": 1}] * 2_001}]), "", "F025"),
    "no UTF-8": (b'[{"gate": "\xc5"}]', "", "F005"),
    "a line that breaks": ('{"id": 1}\n{"id": 2\n', "", "F026"),
    "a line without end": ('{"id": 1}\n{"id": "' + "x" * 1_000_001 + '"}\n', "", "F013"),
    "a record without end": ('[{"id": "' + "x" * 1_000_001 + '"}]', "", "F013"),
}


@pytest.mark.parametrize(("content", "path", "rule_id"), REFUSED.values(), ids=REFUSED.keys())
def test_a_clear_refusal(tmp_path: Path, content: str | bytes, path: str, rule_id: str) -> None:
    (tmp_path / "a.json").write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(RecordProblem) as problem:
        lines(open_records(tmp_path / "a.json", described("json", records=path)))
    assert problem.value.rule_id == rule_id
    assert "x" * 20 not in problem.value.reason


def test_a_file_too_large_to_read_at_once_is_refused_unless_it_has_a_record_on_each_line(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(json_pages, "MAX_PAGE", 1_000)
    with pytest.raises(RecordProblem, match="F025 is larger than"):
        read(written(tmp_path / "a.json", [ONE] * 100), "json")
    assert len(read(written(tmp_path / "b.json", *[ONE] * 100), "json")[1]) == 100
