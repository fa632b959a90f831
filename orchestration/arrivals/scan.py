"""The bytes of a file before anybody parses them: size, hash, lines and what must not be there.

Belongs here: one pass over the bytes in bounded memory. Does not belong here: what a finding means (``checks``), and columns.
"""

from __future__ import annotations

import codecs
import hashlib
import re
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

CHUNK = 8 * 1024 * 1024
MAX_LINE = 1_000_000
_BOM = codecs.BOM_UTF8
_OTHER_BLANKS = re.compile(rb"[\t\v\f]")


@dataclass
class Scan:
    """Findings of one file. A line number is that of the first such line, ``None`` where there is none."""

    size: int = 0
    sha256: str = ""
    line_count: int = 0
    first_line: bytes = b""
    starts_with_bom: bool = False
    not_utf8_line: int | None = None
    control_line: int | None = None  # bytes 0x80-0x9F: letters in Windows code pages and parts of UTF-8, never in ISO 8859-1 text
    nul_line: int | None = None
    bare_return_line: int | None = None
    long_line: int | None = None
    wrong_length: tuple[int, int] | None = None  # line, characters found
    other_blank_line: int | None = None  # of a position file: a tab or the like, where only spaces are blank
    only_blank: bool = True


@dataclass
class _Scanner:
    record_length: int | None
    scan: Scan = field(default_factory=Scan)
    lines_before: int = 0
    open_length: int = 0  # bytes of the unfinished last line so far
    open_ends_with_return: bool = False

    def line_at(self, chunk: bytes, position: int) -> int:
        return self.lines_before + chunk.count(b"\n", 0, position) + 1

    def chunk(self, chunk: bytes) -> None:
        scan = self.scan
        if scan.nul_line is None and (at := chunk.find(b"\0")) >= 0:
            scan.nul_line = self.line_at(chunk, at)
        if scan.bare_return_line is None and b"\r" in chunk and chunk.count(b"\r") != chunk.count(b"\r\n"):
            at = next(i for i in _positions(chunk, 13) if chunk[i + 1 : i + 2] != b"\n")
            scan.bare_return_line = self.line_at(chunk, int(at))
        if self.record_length and scan.other_blank_line is None and (found := _OTHER_BLANKS.search(chunk)):
            scan.other_blank_line = self.line_at(chunk, found.start())
        codes = np.frombuffer(chunk, np.uint8)
        if scan.control_line is None and not chunk.isascii() and (found := (codes >= 0x80) & (codes <= 0x9F)).any():
            scan.control_line = self.line_at(chunk, int(found.argmax()))
        scan.only_blank = scan.only_blank and not chunk.strip(b" \r\n")
        self.lengths(codes)

    def lengths(self, codes: np.ndarray) -> None:
        ends = np.flatnonzero(codes == 10)
        if len(ends) == 0:
            self.open_length += len(codes)
            self.open_ends_with_return = codes[-1] == 13
        else:
            lengths = np.diff(ends, prepend=-1) - 1
            returns = codes[np.maximum(ends - 1, 0)] == 13
            if ends[0] == 0:
                returns[0] = self.open_ends_with_return
            lengths[0] += self.open_length
            self.judge(lengths - returns)
            self.lines_before += len(ends)
            self.open_length = len(codes) - int(ends[-1]) - 1
            self.open_ends_with_return = self.open_length > 0 and codes[-1] == 13

    def judge(self, lengths: np.ndarray) -> None:
        if self.scan.long_line is None and (long := lengths > MAX_LINE).any():
            self.scan.long_line = self.lines_before + int(long.argmax()) + 1
        if self.record_length and self.scan.wrong_length is None and (wrong := lengths != self.record_length).any():
            first = int(wrong.argmax())
            self.scan.wrong_length = (self.lines_before + first + 1, int(lengths[first]))

    def finish(self) -> None:
        if self.open_length:
            self.judge(np.array([self.open_length - self.open_ends_with_return]))
            self.lines_before += 1
        self.scan.line_count = self.lines_before


def _positions(chunk: bytes, code: int) -> np.ndarray:
    return np.flatnonzero(np.frombuffer(chunk, np.uint8) == code)


def scan_file(path: Path, record_length: int | None = None, chunk_size: int = CHUNK) -> Scan:
    """Read a file once. With ``record_length`` every line is held against it (one byte is one character there)."""
    scanner = _Scanner(record_length)
    scan, digest = scanner.scan, hashlib.sha256()
    decoder, first_line_open = codecs.getincrementaldecoder("utf-8")(), True
    with path.open("rb") as handle:
        while chunk := handle.read(chunk_size):
            if chunk.endswith(b"\r"):
                chunk += handle.read(1)  # keep a line ending whole
            if scan.size == 0:
                scan.starts_with_bom = chunk.startswith(_BOM)
            digest.update(chunk)
            if first_line_open:
                head, newline, _ = chunk.partition(b"\n")
                scan.first_line = (scan.first_line + head)[: MAX_LINE + 1]
                first_line_open = not newline
            pending = len(decoder.getstate()[0])
            if scan.not_utf8_line is None and (pending or not chunk.isascii()):
                try:
                    decoder.decode(chunk)
                except UnicodeDecodeError as error:
                    scan.not_utf8_line = scanner.line_at(chunk, max(error.start - pending, 0))
            scanner.chunk(chunk)
            scan.size += len(chunk)
    if scan.not_utf8_line is None and decoder.getstate()[0]:
        scan.not_utf8_line = scanner.lines_before + 1
    scanner.finish()
    scan.sha256 = digest.hexdigest()
    scan.first_line = scan.first_line.removeprefix(_BOM).removesuffix(b"\r")
    return scan
