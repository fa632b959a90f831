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
    'a"b;c': ['a"b', "c"],
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


def test_a_field_is_trimmed_and_empty_is_null() -> None:
    query = f"SELECT {field_sql('f', 1)}, {field_sql('f', 2)}, {field_sql('f', 3)} FROM (SELECT [' a ', '  ', ''] AS f)"
    assert duckdb.sql(query).fetchone() == ("a", None, None)
