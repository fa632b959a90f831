"""Cutting delimited lines: quotation marks help where they are whole and harm only their own line where they are not."""

from __future__ import annotations

import duckdb
import pytest

from orchestration.sources.delimited import field_sql, split_header, split_sql

CASES = {
    "a;b;c": ["a", "b", "c"],
    "a;;": ["a", "", ""],
    ";": ["", ""],
    '"a;b";c': ["a;b", "c"],
    '"a";"b"': ["a", "b"],
    '"a""b";c': ['a"b', "c"],
    'a"b"c;d': ['a"b"c', "d"],
    'a"b;c': None,
    'end of a field";c': None,
    '"";c': ["", "c"],
    '"a";"b;""c"""': ["a", 'b;"c"'],
    '"a;b': None,
    '"a" ;b': None,
    'a;"b': None,
}


@pytest.mark.parametrize(("line", "fields"), CASES.items())
def test_a_line_is_cut_into_its_fields(line: str, fields: list[str] | None) -> None:
    assert duckdb.execute(f"SELECT {split_sql('line', ';')} FROM (SELECT ? AS line)", [line]).fetchone() == (fields,)
    assert split_header(line, ";") == fields


@pytest.mark.parametrize("line", [" a ;b;  ;", 'a ; "b" ;  ;'.replace(' "b" ', '"b"'), '" a ";b;" ";', "a;b ;   ;"])
def test_a_field_is_trimmed_and_empty_is_null(line: str) -> None:
    fields = ", ".join(field_sql("fields", i) for i in range(1, 5))
    query = f"SELECT {fields} FROM (SELECT {split_sql('line', ';')} AS fields FROM (SELECT ? AS line))"
    assert duckdb.execute(query, [line]).fetchone() == ("a", "b", None, None)
