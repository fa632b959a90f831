"""The scan of bytes gives the same findings whatever the size of its chunks."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from orchestration.arrivals.lines import line_reader
from orchestration.arrivals.scan import MAX_LINE, Scan, scan_file

CHUNKS = [1, 2, 3, 7, 1 << 20]


def scanned(folder: Path, content: bytes, chunk: int, record_length: int | None = None) -> Scan:
    """Scan of a file with that content."""
    path = folder / "file"
    path.write_bytes(content)
    return scan_file(path, record_length, chunk)


@pytest.mark.parametrize("chunk", CHUNKS)
@pytest.mark.parametrize(
    ("content", "lines"), [(b"", 0), (b"a", 1), (b"a\n", 1), (b"a\nb", 2), (b"\n\n", 2), (b"a\r\nb\r\n", 2), (b"\n", 1), (b" ", 1)]
)
def test_lines_are_counted(tmp_path: Path, content: bytes, lines: int, chunk: int) -> None:
    scan = scanned(tmp_path, content, chunk)
    assert scan.line_count == lines
    assert (scan.size, scan.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    assert (scan.nul_line, scan.bare_return_line, scan.long_line, scan.not_utf8_line, scan.control_line) == (None,) * 5


@pytest.mark.parametrize("chunk", CHUNKS)
def test_each_finding_has_its_line(tmp_path: Path, chunk: int) -> None:
    assert scanned(tmp_path, b"a\nb\n\0c\n\0\n", chunk).nul_line == 3
    assert scanned(tmp_path, b"a\r\nb\rc\n", chunk).bare_return_line == 2
    assert scanned(tmp_path, b"a\r\nb\r", chunk).bare_return_line == 2
    assert scanned(tmp_path, "a\nø\n".encode() + b"\xf8\n", chunk).not_utf8_line == 3
    assert scanned(tmp_path, b"a\n\xc3", chunk).not_utf8_line == 2
    assert scanned(tmp_path, b"a\nb\x96\n", chunk).control_line == 2


@pytest.mark.parametrize("chunk", CHUNKS)
@pytest.mark.parametrize(
    ("content", "wrong"),
    [
        (b"abc\nabc\n", None),
        (b"abc\nabc", None),
        (b"abc\r\nabc\r\n", None),
        (b"abc\nab\nab\n", (2, 2)),
        (b"abc\nabcd", (2, 4)),
        (b"abc\n\n", (2, 0)),
        (b" ", (1, 1)),
    ],
)
def test_a_wrong_record_length_is_found(tmp_path: Path, content: bytes, wrong: tuple[int, int] | None, chunk: int) -> None:
    assert scanned(tmp_path, content, chunk, record_length=3).wrong_length == wrong


def test_a_line_of_one_megabyte_is_the_longest(tmp_path: Path) -> None:
    longest = b"x" * MAX_LINE
    assert scanned(tmp_path, b"a\n" + longest + b"\n", 1 << 16).long_line is None
    assert scanned(tmp_path, b"a\n" + longest + b"x\n", 1 << 16).long_line == 2


@pytest.mark.parametrize("chunk", CHUNKS)
def test_the_first_line_is_bare(tmp_path: Path, chunk: int) -> None:
    assert scanned(tmp_path, "\ufeffa;ø\r\nb\n".encode(), chunk).first_line == "a;ø".encode()


@pytest.mark.parametrize("chunk", CHUNKS)
def test_the_reader_gives_every_line_with_its_number(tmp_path: Path, chunk: int) -> None:
    first, second = tmp_path / "1", tmp_path / "2"
    first.write_bytes("\ufeffa\r\n\n ø".encode())
    second.write_bytes("æ\n".encode("latin-1"))
    rows = line_reader([(4, first, "utf-8"), (9, second, "latin-1")], max(chunk, 3)).read_all().to_pylist()
    assert [tuple(r.values()) for r in rows] == [(4, 1, "a"), (4, 2, ""), (4, 3, " ø"), (9, 1, "æ")]
