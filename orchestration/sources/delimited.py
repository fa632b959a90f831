"""Delimited text files: the header line and the SQL that cuts a line into fields.

Belongs here: splitting. Does not belong here: which columns must be there (``arrivals.checks``) and what they may hold
(``arrivals.rules``).

Each line is cut on its own, so that an unfinished quote harms one line and not the rest of the file. A field with quotation marks
may hold the delimiter and doubled quotation marks, but no line break: a line with an odd number of quotation marks is half of such a
field, and neither half may pass for a row.
"""

from __future__ import annotations

import re


def _field_pattern(delimiter: str) -> str:
    d = re.escape(delimiter)
    return f'{d}("(?:[^"]|"")*"|[^"{d}][^{d}]*|)'


def split_header(line: str, delimiter: str) -> list[str] | None:
    """Names in the header, ``None`` where its quotation marks do not match."""
    pattern = _field_pattern(delimiter)
    text = delimiter + line
    if line.count('"') % 2 or not re.fullmatch(f"(?:{pattern})+", text):
        return None
    return [unquote(name).strip() for name in re.findall(pattern, text)]


def unquote(text: str) -> str:
    """A field without its quotation marks."""
    if len(text) > 1 and text.startswith('"') and text.endswith('"'):
        return text[1:-1].replace('""', '"')
    return text


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def split_sql(line: str, delimiter: str) -> str:
    """SQL for the list of trimmed fields without quotation marks; NULL where the quotation marks of the line do not match.

    Cheapest first: no quotation mark and no space at the edge of a field, quotation marks around whole plain fields, anything else.
    """
    d = re.escape(delimiter)
    pattern = _field_pattern(delimiter)
    plain = f'("[^"{d}]*"|[^"{d}]*)'
    lead = f"{_literal(delimiter)} || {line}"
    padded = f"contains({line}, ' ') AND regexp_matches({line}, {_literal(f'(^|{d}) | ({d}|$)')})"
    bare = """lambda field: trim(CASE WHEN starts_with(field, '"') THEN replace(field[2:-2], '""', '"') ELSE field END)"""
    return f"""CASE
        WHEN NOT contains({line}, '"') AND NOT ({padded}) THEN string_split({line}, {_literal(delimiter)})
        WHEN regexp_full_match({line}, {_literal(f"{plain}({d}{plain})*")})
            THEN list_transform(string_split(replace({line}, '"', ''), {_literal(delimiter)}), lambda field: trim(field))
        WHEN (length({line}) - length(replace({line}, '"', ''))) % 2 = 0 AND regexp_full_match({lead}, {_literal(f"(?:{pattern})+")})
            THEN list_transform(regexp_extract_all({lead}, {_literal(pattern)}, 1), {bare})
        END"""


def field_sql(fields: str, position: int) -> str:
    """SQL for one field (1-based) of what ``split_sql`` gives, empty as NULL."""
    return f"nullif({fields}[{position}], '')"
