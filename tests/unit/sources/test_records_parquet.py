"""Parquet becomes one line a row, with the text of every type."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from record_files import described, lines, read

from orchestration.sources import parquet_rows
from orchestration.sources.records import BROKEN, RecordProblem, open_records


def written(path: Path, table: pa.Table, **options) -> Path:
    pq.write_table(table, path, **options)
    return path


COLUMNS = {
    "text": (pa.array(["Storgata 1", None, "a\0b"]), ["Storgata 1", "", BROKEN]),
    "text with few values": (pa.array(["x", "y", "x"]).dictionary_encode(), ["x", "y", "x"]),
    "bytes": (pa.array([b"\xc3\xb8", b"\xf8", None]), ["ø", BROKEN, ""]),
    "whole number": (pa.array([1, None, -3], pa.int64()), ["1", "", "-3"]),
    "decimal": (pa.array([Decimal("7500.50"), None, Decimal("0.00")]), ["7500.5", "", "0"]),
    "number": (pa.array([72.5, float("nan"), 1e300]), ["72.5", BROKEN, BROKEN]),
    "truth": (pa.array([True, False, None]), ["1", "0", ""]),
    "date": (pa.array([dt.date(2024, 2, 29), None, dt.date(1, 1, 1)]), ["2024-02-29", "", "0001-01-01"]),
    "nanoseconds": (
        pa.array([0, 1, 90_000_000_001], pa.timestamp("ns")),
        ["1970-01-01", "1970-01-01", "1970-01-01 00:01:30"],
    ),
    "a time beyond the calendar": (pa.array([0, 2**62, None], pa.timestamp("us")), ["1970-01-01", BROKEN, ""]),
    "list": (pa.array([["a", "b"], [], None]), ["a|b", "", ""]),
    "list of objects": (pa.array([[{"a": 1}], [], None]), [BROKEN, "", ""]),
}


@pytest.mark.parametrize(("column", "expected"), COLUMNS.values(), ids=COLUMNS.keys())
def test_the_text_of_a_type(tmp_path: Path, column: pa.Array, expected: list[str]) -> None:
    file = written(tmp_path / "a.parquet", pa.table({"id": ["1", "2", "3"], "value": column}))
    assert read(file, "parquet") == (("id", "value"), [(n, [str(n), text]) for n, text in enumerate(expected, 1)])


def test_nested_columns_are_columns_with_dots(tmp_path: Path) -> None:
    table = pa.table({"id": [1], "adresse": [{"gate": {"navn": "Storgata"}, "nr": 3}]})
    assert read(written(tmp_path / "a.parquet", table), "parquet") == (
        ("id", "adresse.gate.navn", "adresse.nr"),
        [(1, ["1", "Storgata", "3"])],
    )


def test_rows_are_numbered_over_groups_of_rows_and_empty_ones_are_empty_lines(tmp_path: Path) -> None:
    ids = [str(n) if n != 7_000 else None for n in range(1, 12_001)]
    file = written(tmp_path / "a.parquet", pa.table({"id": ids}), row_group_size=2_500)
    assert read(file, "parquet")[1] == [(n, [str(n)] if n != 7_000 else []) for n in range(1, 12_001)]


def _refused(path: Path) -> str:
    with pytest.raises(RecordProblem) as problem:
        lines(open_records(path, described("parquet")))
    return problem.value.rule_id


@pytest.mark.parametrize("content", [b"", b"PAR1", b"id;gate\n", b"PAR1" + b"\xff" * 100 + b"PAR1"])
def test_what_is_no_parquet_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.parquet").write_bytes(content)
    assert _refused(tmp_path / "a.parquet") == "F026"


def test_an_encrypted_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.parquet").write_bytes(b"PARE" + b"\0" * 100 + b"PARE")
    assert _refused(tmp_path / "a.parquet") == "F025"


def test_damage_in_the_pages_is_refused(tmp_path: Path) -> None:
    file = written(tmp_path / "a.parquet", pa.table({"id": [f"x{n * 7919 % 1000}" for n in range(1_000)]}), compression="zstd")
    content = bytearray(file.read_bytes())
    content[200:400] = b"\xff" * 200
    file.write_bytes(bytes(content))
    assert _refused(file) == "F026"


def test_names_that_stand_twice_and_files_larger_than_is_read_are_refused(tmp_path: Path, monkeypatch) -> None:
    twice = pa.Table.from_arrays([pa.array(["1"]), pa.array(["2"])], names=["id", "id"])
    assert _refused(written(tmp_path / "a.parquet", twice)) == "F026"
    wide = written(tmp_path / "b.parquet", pa.table({f"c{n}": ["1"] for n in range(2_001)}))
    assert _refused(wide) == "F025"
    monkeypatch.setattr(parquet_rows, "MAX_GROUP", 10)
    assert _refused(written(tmp_path / "c.parquet", pa.table({"id": ["1"]}))) == "F025"
