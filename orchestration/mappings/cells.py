"""From a line to the cells that a mapping uses, as SQL; the same for files of entities and for files that are looked up in.

Belongs here: cutting lines. Does not belong here: what a cell means (``rows``, ``conversion``).
"""

from __future__ import annotations

import re
from pathlib import Path

from orchestration.mappings.conversion import literal
from orchestration.mappings.model import MappedFile
from orchestration.sources import delimited
from orchestration.sources.records import SEPARATOR

INSIDE = "inside_marks"  # column of the lines: whether one stands inside quotation marks that other lines open and close
_MOST_LINES = 20
_SPACE = " \t\u00a0"
_MARKS = "\"'"
_SWAP = str.maketrans(_MARKS, _MARKS[::-1])


def delimiter_of(file: MappedFile) -> str:
    """What stands between the cells of a line."""
    return SEPARATOR if file.is_structured else file.delimiter


def blank_sql(file: MappedFile) -> str:
    """SQL that is true for a line without any value."""
    between = "" if file.format == "fixed_width" else delimiter_of(file)
    return f"trim(line, {literal(_SPACE + between)}) = ''"


def malformed_reason(file: MappedFile, columns: tuple[str, ...]) -> str:
    """What a line must be to be cut."""
    if file.format == "fixed_width":
        return f"the line must have at least {_last(file)} characters"
    mark = "; a quotation mark that is opened must be closed on the line" if file.quote and not file.is_structured else ""
    return f"the line must have {len(columns)} fields{mark}"


def cells_sql(file: MappedFile, columns: tuple[str, ...], used: tuple[str, ...], source: str) -> str:
    """SELECT of the other columns of ``source``, ``malformed`` and the used cells as ``c_0``, ``c_1``, ...: trimmed, empty as NULL."""
    if file.format == "fixed_width":
        places = {p.name: p for p in file.positions}
        raw = [f"substring(line, {places[name].first}, {places[name].last - places[name].first + 1})" for name in used]
        malformed = "false" if file.short_lines else f"length(line) < {_last(file)}"
        texts = ", ".join([f"{_cell(cell, file)} AS c_{i}" for i, cell in enumerate(raw)])
        return f"SELECT * EXCLUDE (line), {malformed} AS malformed, {texts} FROM {source}"
    line = _swapped("line") if file.quote == "'" else "line"
    plain = file.is_structured or file.quote is None
    split = f"string_split({line}, {literal(delimiter_of(file))})" if plain else delimited.split_sql(line, delimiter_of(file))
    raw = [f"fields[{columns.index(name) + 1}]" if name in columns else "NULL::VARCHAR" for name in used]
    if line != "line":
        raw = [_swapped(cell) for cell in raw]
    texts = ", ".join([f"{_cell(cell, file)} AS c_{i}" for i, cell in enumerate(raw)])
    cut = f"SELECT * EXCLUDE (line), {split} AS fields FROM {source}"
    malformed = f"coalesce(len(fields), 0) <> {len(columns)}"
    if not plain:
        malformed += f" OR stray_mark OR {INSIDE}"
        cut = f"SELECT * EXCLUDE (line), {_stray_sql(line, delimiter_of(file))} AS stray_mark, {split} AS fields FROM {source}"
    hidden = "fields" if plain else "fields, stray_mark"
    return f"SELECT * EXCLUDE ({hidden}), {malformed} AS malformed, {texts} FROM ({cut})"


def lines_inside(path: Path, file: MappedFile) -> tuple[int, ...]:
    """Lines that stand inside a quotation mark opened on an earlier line and closed on a later one, a few lines on.

    Such a line may look like a row of its own. A mark that is not closed soon harms its own line alone.
    """
    if file.format != "csv" or file.quote is None:
        return ()
    inside: list[int] = []
    opened, mark = 0, file.quote.encode()
    with path.open("rb") as handle:
        for number, line in enumerate(handle, 1):
            if number > file.header_count and line.count(mark) % 2:
                if opened and number - opened <= _MOST_LINES:
                    inside += range(opened + 1, number)
                    opened = 0
                else:
                    opened = number
    return tuple(inside)


def _stray_sql(line: str, delimiter: str) -> str:
    """SQL that is true where a quotation mark stands elsewhere than around a field (or doubled in one)."""
    d = re.escape(delimiter)
    whole = literal(f'(?:{d}(?:"(?:[^"]|"")*"|[^"{d}]*))+')
    return f"contains({line}, '\"') AND NOT regexp_full_match({literal(delimiter)} || {line}, {whole})"


def header_names(file: MappedFile, line: str) -> list[str] | None:
    """Names in the header line of a text file on one line with single spaces, ``None`` where its quotation marks do not match."""
    if file.quote is None:
        names = line.split(file.delimiter)
    elif file.quote == "'":
        names = delimited.split_header(line.translate(_SWAP), file.delimiter)
        names = names and [name.translate(_SWAP) for name in names]
    else:
        names = delimited.split_header(line, file.delimiter)
    return names and [" ".join(name.split()) for name in names]


def _swapped(text: str) -> str:
    """SQL of a text whose two kinds of quotation marks have changed places, so that one reader serves both."""
    return f"translate({text}, {literal(_MARKS)}, {literal(_MARKS[::-1])})"


def _last(file: MappedFile) -> int:
    return max(p.last for p in file.positions)


def _cell(raw: str, file: MappedFile) -> str:
    text = f"trim({raw}, {literal(_SPACE)})"
    empty = [e for e in file.empty if e]
    if not empty:
        return f"nullif({text}, '')"
    return f"CASE WHEN {text} IN ('', {', '.join(map(literal, empty))}) THEN NULL ELSE {text} END"
