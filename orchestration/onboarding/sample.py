"""A sample as a table: in which format it is, how its text is to be read, where its header stands.

Belongs here: guesses about a file. Does not belong here: what a column means (``match``), and any word about it to people (``draft``).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from orchestration.mappings.model import MappedFile, Position
from orchestration.onboarding.values import Column, looks_like_a_name, plain
from orchestration.privacy.national_id import without_ids
from orchestration.settings import UserError
from orchestration.sources import delimited, excel, json_pages
from orchestration.sources.records import BROKEN, RecordProblem, Records, open_records

MAX_ROWS = 5_000
MAX_TEXT = 8 * 1024**2
_HEADER_AMONG = 30
_SHARED = 3  # columns whose names begin with the same word, which then is a heading
_DELIMITERS = (";", "\t", ",", "|")
SURE, LIKELY, GUESS = "sure", "likely", "guess"


@dataclass(frozen=True)
class Sample:
    """The first rows of a file, and how it was read. ``sureness`` tells of each setting how sure it is."""

    path: Path
    file: MappedFile
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    sureness: dict[str, str]
    is_whole: bool = True

    def columns(self) -> list[Column]:
        """Columns with a plain name that stands once, with their values."""
        names = Counter(self.header)
        holders = {name[:i] for name in names for i, sign in enumerate(name) if sign == "."}  # objects that are missing in some records
        headings = Counter(name.partition(" ")[0] for name in self.header)
        short = {name: rest for name in names for first, _, rest in [name.partition(" ")] if rest and headings[first] >= _SHARED}
        return [
            Column(name, tuple(v for row in self.rows if (v := row[i].strip()) and v != BROKEN), len(self.rows), short.get(name, ""))
            for i, name in enumerate(self.header)
            if name.isprintable() and name and names[name] == 1 and without_ids(name) == name and name not in holders
        ]


def read_sample(path: Path, known: Callable[[str], bool]) -> list[Sample]:
    """The tables of a file: one, or one for each sheet that shows. ``known`` tells whether a word is the name of a field."""
    try:
        with path.open("rb") as handle:
            start = handle.read(4096)
        if not start:
            raise UserError(f"{path}: the file is empty")
        if start.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
            return _workbook(path, known)
        if start.startswith(b"PAR1"):
            return [_records(path, MappedFile(_name(path), "", "parquet"), {})]
        if start.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"["):
            return [_json(path)]
        return [_text(path, known)]
    except RecordProblem as problem:
        line = f", line {problem.line}" if problem.line else ""
        raise UserError(f"{path}{line}: the file {problem.reason} ({problem.rule_id})") from None
    except OSError as error:
        raise UserError(f"{path}: the file cannot be read ({error.strerror})") from None


def find_header(rows: Sequence[Sequence[str]], known: Callable[[str], bool]) -> int | None:
    """Position of the row that names the columns, ``None`` where no row does for certain.

    A row of names has a word that is known, or words above columns of dates, numbers or ids; so values never pass for names.
    """
    width = max((sum(map(bool, row)) for row in rows), default=0)
    for i, row in enumerate(rows[:_HEADER_AMONG]):
        names = [cell.strip() for cell in row if cell.strip()]
        distinct = {plain(name) for name in names}
        if len(names) < max(2, 0.5 * width) or len(distinct) < 0.8 * len(names) or not all(map(looks_like_a_name, names)):
            continue
        if sum(map(known, names)) >= max(1, 0.2 * len(names)) or _stands_above_values(rows, i):
            return i
    return None


def _stands_above_values(rows: Sequence[Sequence[str]], header: int) -> bool:
    for i, name in enumerate(rows[header]):
        below = tuple(row[i].strip() for row in rows[header + 1 :] if i < len(row) and row[i].strip())
        column = Column("", below, len(rows))
        if name.strip() and len(below) >= 2 and (column.dates or column.number_signs or column.like_ids > 0.9):
            return True
    return False


def _name(path: Path) -> str:
    """A name for the file in the mapping, made from its own."""
    letters = path.stem.casefold().translate(str.maketrans({"æ": "ae", "ø": "o", "å": "aa"}))
    name = re.sub(r"[^a-z]+", "_", letters).strip("_")
    return name or "extract"


def _table(path: Path, file: MappedFile, rows: list[list[str]], sureness: dict[str, str], known, is_whole: bool) -> Sample:
    """Rows with their header found; generic names where there is none."""
    header = find_header(rows, known)
    if header is None:
        width = max(map(len, rows), default=0)
        names = tuple(f"column_{i}" for i in range(1, width + 1))
        file = replace(file, header_row=0, columns=names)
        sureness = sureness | {"header_row": GUESS}
    else:
        names = tuple(" ".join(name.split()) for name in rows[header])
        file = replace(file, header_row=header + 1)
        sureness = sureness | {"header_row": SURE if header == 0 else LIKELY}
        rows = rows[header + 1 :]
    width = len(names)
    filled = tuple(tuple((row + [""] * width)[:width]) for row in rows if any(cell.strip() for cell in row))
    return Sample(path, file, names, filled[:MAX_ROWS], sureness, is_whole and len(filled) <= MAX_ROWS)


def _text(path: Path, known: Callable[[str], bool]) -> Sample:
    with path.open("rb") as handle:
        data = handle.read(MAX_TEXT)
        is_whole = not handle.read(1)
    if not is_whole:
        data = data[: data.rfind(b"\n") + 1]
    encoding, sure = _encoding(data)
    lines = data.decode(encoding, "replace").removeprefix("\ufeff").split("\n")
    lines = [line.removesuffix("\r") for line in lines][: MAX_ROWS + _HEADER_AMONG]
    while lines and not lines[-1].strip():
        lines.pop()
    sureness = {"encoding": sure}
    delimiter, quote, certainty = _delimiter(lines)
    if delimiter is None:
        return _positions(path, encoding, lines, sureness, known, is_whole)
    rows = [_cut(line, delimiter, quote) for line in lines]
    file = MappedFile(_name(path), "", "csv", encoding=encoding, delimiter=delimiter, quote=quote)
    return _table(path, file, rows, sureness | {"delimiter": certainty}, known, is_whole)


def _encoding(data: bytes) -> tuple[str, str]:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16", SURE
    if data.isascii():
        return "utf-8", GUESS
    try:
        data.decode("utf-8")
        return "utf-8", SURE
    except UnicodeDecodeError:
        pass
    return ("cp1252", LIKELY) if re.search(rb"[\x80-\x9f]", data) else ("latin-1", LIKELY)


def _cut(line: str, delimiter: str, quote: str | None) -> list[str]:
    cells = delimited.split_header(line, delimiter) if quote else None
    return cells if cells is not None else [cell.strip() for cell in line.split(delimiter)]


def _delimiter(lines: list[str]) -> tuple[str | None, str | None, str]:
    """Sign between columns and quotation mark: the sign that cuts most lines into the same number of fields."""
    best: tuple[float, int, str, str | None] = (0.0, 1, "", None)
    filled = [line for line in lines if line.strip()]
    for delimiter in _DELIMITERS:
        for quote in ('"', None):
            if quote and not any(quote in line for line in filled):
                continue
            counts = Counter(len(_cut(line, delimiter, quote)) for line in filled)
            fields, same = counts.most_common(1)[0] if counts else (1, 0)
            if fields > 1 and (same / len(filled), fields) > best[:2]:
                best = (same / len(filled), fields, delimiter, quote)
    share, _, delimiter, quote = best
    if share < 0.5:
        return None, None, GUESS
    plain_file = quote is None and not any('"' in line for line in filled)
    return delimiter, '"' if plain_file else quote, SURE if share == 1 else LIKELY


def _positions(path: Path, encoding: str, lines: list[str], sureness: dict[str, str], known, is_whole: bool) -> Sample:
    """A file without a sign between columns: columns stand where no line has anything but spaces between them."""
    lengths = Counter(len(line) for line in lines if line.strip())
    if not lengths or max(lengths) < 2:
        raise UserError(f"{path}: no columns can be seen; is it a table?")
    width = max(lengths)
    body = lines[1:] if len(lines) > 3 else lines  # names in a header may hold spaces
    blank = [all(i >= len(line) or line[i] == " " for line in body) for i in range(width)]
    starts = [i for i in range(width) if not blank[i] and (i == 0 or blank[i - 1])]
    limits = [*starts[1:], width]
    rows = [[line[first:last].strip() for first, last in zip(starts, limits, strict=True)] for line in lines]
    header = find_header(rows, known)
    names = rows[header] if header is not None else [f"column_{i}" for i in range(1, len(starts) + 1)]
    positions = tuple(Position(n, first + 1, last) for n, first, last in zip(names, starts, limits, strict=True))
    count = 0 if header is None else header + 1
    file = MappedFile(_name(path), "", "fixed_width", encoding=encoding, header_row=count, positions=positions)
    filled = tuple(tuple(row) for row in rows[count:] if any(row))
    return Sample(path, file, tuple(names), filled[:MAX_ROWS], sureness | {"columns": GUESS, "header_row": LIKELY}, is_whole)


def _workbook(path: Path, known: Callable[[str], bool]) -> list[Sample]:
    """One table for each sheet that shows and holds one."""
    titles = excel.sheets(path)
    found = []
    for title in titles:
        bare = MappedFile(_name(path), "", "excel", sheet=title if len(titles) > 1 else None)
        named = tuple(f"column_{i}" for i in range(1, 201))
        try:
            rows = _first(open_records(path, replace(bare, header_row=0, columns=named)))
        except RecordProblem as problem:
            if problem.rule_id == "F004":
                continue
            raise
        if len(rows) < 2:
            continue
        width = max((i for row in rows for i, cell in enumerate(row, 1) if cell), default=0)
        sample = _table(path, bare, [list(row[:width]) for row in rows], {"sheet": SURE}, known, len(rows) < MAX_ROWS)
        if together := _header_rows(path, sample.file, rows):
            sample = _records(path, replace(sample.file, header_row=1, header_rows=together), sample.sureness)
        found.append(sample)
    if not found:
        raise UserError(f"{path}: no sheet of the workbook holds a table")
    return found


def _header_rows(path: Path, file: MappedFile, rows: list[Sequence[str]]) -> tuple[int, ...]:
    """The two rows of a header that merged cells hold together: the one found, with the one above or below it."""
    row = file.header_row
    if row > 1 and excel.spans(path, file.sheet, row - 1, row):
        return row - 1, row
    below = [cell for cell in rows[row] if cell] if 0 < row < len(rows) else []
    if below and all(map(looks_like_a_name, below)) and excel.spans(path, file.sheet, row, row + 1):
        return row, row + 1
    return ()


def _json(path: Path) -> Sample:
    where: dict[str, int] = {}
    for page in json_pages.pages(path, "utf-8"):
        _lists(page, (), where)
        break
    records = max(where, key=lambda place: where[place], default=None)
    return _records(path, MappedFile(_name(path), "", "json", records=records or None), {"records": LIKELY})


def _lists(value: Any, place: tuple[str, ...], found: dict[str, int]) -> None:
    """Lists of objects by their path, with how many they hold."""
    if isinstance(value, list):
        objects = [member for member in value if isinstance(member, dict)]
        found[".".join(place)] = found.get(".".join(place), 0) + len(objects)
        if not place:
            for member in objects[:1]:
                _lists(member, place, {} if len(objects) > 1 else found)
    elif isinstance(value, dict) and len(place) < 5:
        for key, member in value.items():
            if "." not in key:
                _lists(member, (*place, key), found)


def _records(path: Path, file: MappedFile, sureness: dict[str, str]) -> Sample:
    records = open_records(path, file)
    rows = _first(records)[records.header_count :]
    filled = tuple(tuple(row) for row in rows if any(row))
    return Sample(path, file, records.header, filled, sureness, len(rows) < MAX_ROWS)


def _first(records: Records) -> list[Sequence[str]]:
    found = []
    for _, cells in records.rows():
        found.append(cells)
        if len(found) == MAX_ROWS:
            break
    return found
