"""The draft of a mapping as commented YAML: what is known, what is guessed and how sure, and what a person must fill in.

Belongs here: words and form of the draft. Does not belong here: finding out (``sample``, ``match``).

No value of a person stands in a draft: only names of columns, and texts of code columns that may be shown (``values.shown_codes``).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable

from orchestration.arrivals import contract_pages
from orchestration.arrivals.contract_schemas import labels_of
from orchestration.arrivals.contracts import Contract, Field
from orchestration.mappings.check import SUPPLIER_FIELD
from orchestration.mappings.conversion import BOOLEANS, is_number
from orchestration.mappings.dates import EXCEL
from orchestration.mappings.model import FILL_IN, MappedFile
from orchestration.onboarding.match import Filled, Match, required, unused
from orchestration.onboarding.sample import GUESS, LIKELY, SURE, Sample
from orchestration.onboarding.values import CENTURY_FROM, Column, plain, words

_PLAIN = re.compile(r"[A-Za-zÆØÅæøå_][\wÆØÅæøå .-]*(?<! )")
_RESERVED = {"true", "false", "null", "yes", "no", "on", "off", "y", "n"}
_DAY = re.compile(r"(?<!\d)(\d{4}-\d{2}-\d{2}|\d{8})(?!\d)")


def write_draft(contract: Contract, extract: str, filled: list[Filled], municipality: str | None, samples: list[Sample]) -> str:
    """The whole draft."""
    lines = [
        "# yaml-language-server: $schema=../mapping.v1.schema.json",
        "# Draft made from samples. Fill in what says FILL_IN; look at what is likely or a guess; then take these comments out.",
        "# Every key is explained in docs/mappings.md, every field in docs/contracts.",
        "version: 1",
        *([f'municipality: "{municipality}"'] if municipality else []),
        f"extract: {extract}",
        f"title: {scalar(extract.replace('_', ' ').capitalize())}",
        f"source: {contract.source}",
        f"contract_version: {contract.version}",
        "deletions: full_snapshot  # changes: where a delivery holds only what is new, changed or deleted",
        *_period(samples),
        "files:",
    ]
    used = [f.sample.file.name for f in filled] + [k.file for f in filled for k in f.lookups]
    for name in dict.fromkeys(used or [s.file.name for s in samples]):
        of_file = [s for s in samples if s.file.name == name]
        columns = [m.column for f in filled if f.sample.file.name == name for m in f.matches.values()]
        lines += _file(of_file, columns)
    lines.append("entities:")
    for entity in filled:
        lines += _entity(entity)
    if not filled:
        lines.append(f"  {FILL_IN}  # no entity of {contract.source} was recognised: {', '.join(f.entity for f in contract.files)}")
    for name in dict.fromkeys(used):
        if names := unused(next(s for s in samples if s.file.name == name), filled):
            lines.append(f"# columns of {name} that are not used: {', '.join(names)}")
    return "\n".join([*lines, *_groups(filled)]) + "\n"


def scalar(text: str) -> str:
    """A text as YAML reads it back, in quotation marks where it needs them."""
    if _PLAIN.fullmatch(text) and text.casefold() not in _RESERVED:
        return text
    return "'" + text.replace("'", "''") + "'"


def field_form(field: Field) -> str:
    """What a field holds: its codes, or its type and limits."""
    return f"one of {', '.join(field.codes)}" if field.codes else contract_pages.field_form(field)


def file_pattern(names: Iterable[str]) -> str:
    """Expression for file names like these: their digits may change."""
    patterns = []
    for name in names:
        parts = re.split(r"(\d+)", name)
        patterns.append("".join(r"\d+" if part.isdigit() else re.escape(part).replace(r"\ ", " ").replace(r"\-", "-") for part in parts))
    different = sorted(set(patterns))
    return different[0] if len(different) == 1 else "|".join(different)


def dates_of(file: MappedFile, columns: Iterable[Column]) -> tuple[str, ...]:
    """Forms of dates in the columns of a file, those that most columns have first."""
    counts: dict[str, int] = {}
    for column in columns:
        for form in column.dates:
            counts[form] = counts.get(form, 0) + 1
    return tuple(sorted(counts, key=lambda form: -counts[form]))


def _period(samples: list[Sample]) -> list[str]:
    for found in (_DAY.search(s.path.name) for s in samples):
        if found and _is_day(found[1]):
            form = "yyyy-MM-dd" if "-" in found[1] else "yyyyMMdd"
            pattern = r"(?P<end>\d{4}-\d{2}-\d{2})" if "-" in found[1] else r"(?P<end>\d{8})"
            return [f"period: {{pattern: '{pattern}', format: {form}}}  # {GUESS}: the day in the file name is that of the snapshot"]
    return []


def _is_day(text: str) -> bool:
    try:
        return 2000 <= dt.date.fromisoformat(text).year <= 2100
    except ValueError:
        return False


def _file(samples: list[Sample], columns: list[Column]) -> list[str]:
    sample, file = samples[0], samples[0].file
    sure = sample.sureness

    def line(key: str, value: str, how_sure: str | None = None, more: str = "") -> str:
        note = "; ".join(filter(None, (how_sure if how_sure != SURE else None, more)))
        return f"    {key}: {value}" + (f"  # {note}" if note else "")

    names = list(dict.fromkeys(s.path.name for s in samples))
    lines = [f"  {file.name}:", line("pattern", scalar_always(file_pattern(names)), GUESS, "the whole file name, as a regular expression")]
    if len(names) > 1:
        lines.append(line("several", "true"))
    lines.append(line("format", file.format))
    if file.format in ("csv", "fixed_width"):
        lines.append(
            line(
                "encoding",
                file.encoding,
                sure.get("encoding"),
                "no letter æ, ø or å in the sample" if sure.get("encoding") == GUESS else "",
            )
        )
    if file.format == "csv":
        lines.append(line("delimiter", '"\\t"' if file.delimiter == "\t" else f'"{file.delimiter}"', sure.get("delimiter")))
        if file.quote is None:
            lines.append(line("quote", "none", LIKELY))
    if file.format == "excel" and file.sheet is not None:
        lines.append(line("sheet", scalar(str(file.sheet))))
    if file.format == "json" and file.records:
        lines.append(line("records", scalar(file.records), sure.get("records")))
    if file.header_rows:
        lines.append(line("header_rows", f"[{', '.join(map(str, file.header_rows))}]", LIKELY))
    elif file.format in ("csv", "fixed_width", "excel"):
        more = "no row names the columns for certain: name them here in their order" if file.columns else ""
        lines.append(line("header_row", str(file.header_row), sure.get("header_row"), more))
    if file.columns:
        lines.append(line("columns", f"[{', '.join(file.columns)}]"))
    if file.positions:
        lines.append("    columns:  # guess: columns stand where no line has anything but spaces between them")
        lines += [f"      - {{name: {scalar(p.name)}, from: {p.first}, to: {p.last}}}" for p in file.positions]
    return [*lines, *_forms(sample, columns, line)]


def _forms(sample: Sample, columns: list[Column], line) -> list[str]:
    """Signs of numbers, forms of dates and texts for nothing, as the used columns have them."""
    signs = [c.number_signs for c in columns if c.number_signs and not c.dates]
    decimals = [sign for sign, _ in signs if sign]
    thousands = [between for _, between in signs if between]
    lines = []
    if "," in decimals:
        lines.append(line("decimal", '","', LIKELY if "." in decimals else SURE))
    if thousands and thousands[0] != ("," if "," in decimals else "."):
        lines.append(line("thousands", f'"{thousands[0]}"', LIKELY))
    dates = dates_of(sample.file, columns)
    if dates and dates != ("yyyy-MM-dd",):
        lines.append(line("dates", f"[{', '.join(map(scalar, dates))}]", LIKELY))
    if any("yyyy" not in form for form in dates):
        lines.append(line("century_from", str(CENTURY_FROM), GUESS, f"years {CENTURY_FROM}-99 are 19xx"))
    empty = sorted({text for c in columns for text in c.empty_texts})
    if empty:
        lines.append(line("empty", f"[{', '.join(map(scalar, ['', *empty]))}]", LIKELY))
    return lines


def scalar_always(text: str) -> str:
    """A text in single quotation marks."""
    return "'" + text.replace("'", "''") + "'"


def _entity(entity: Filled) -> list[str]:
    contract = entity.contract
    lines = [f"  {contract.entity}:  # {contract.title_nb}", f"    file: {entity.sample.file.name}"]
    if entity.lookups:
        lines.append("    lookups:")
        for lookup in entity.lookups:
            key = ", ".join(f"{scalar(ours)}: {scalar(theirs)}" for ours, theirs in lookup.key)
            lines.append(f"      {lookup.name}: {{file: {lookup.file}, key: {{{key}}}}}  # {GUESS}")
    lines.append("    fields:")
    needed = {f.name for f in required(contract)}
    for field in contract.fields:
        match = entity.matches.get(field.name)
        if match:
            lines += _matched(match, entity)
        elif field.name in needed:
            lines.append(f"      {field.name}: {FILL_IN}  # {_missing(field, entity)}")
        elif field.name != SUPPLIER_FIELD:
            lines.append(f"      # {field.name}:  # {field.nb}; {field_form(field)}")
    return lines


def _missing(field: Field, entity: Filled) -> str:
    what = f"{field.nb}; {field_form(field)}"
    if field.pii == "national_id":
        return f"{what}; no extract is taken in without its id column"
    if field.name == "is_secret_address":
        return f'{what}; the column that tells it; where there is none, take address and postal_code out and write {{constant: "1"}}'
    if field.name in entity.contract.grain:
        return f'{what}; part of the key: {{column: ...}} or of several columns {{join: [..., ...], with: "-"}}'
    return f"{what}; required: {{column: ...}} or {{constant: ...}}"


def _matched(match: Match, entity: Filled) -> list[str]:
    field, column = match.field, match.column
    note = f"{match.sure}; {field.nb}"
    if _key(entity) == [field.name] and len(column.counts) < len(column.values):
        note += '; values repeat, so the key may be of several columns: {join: [..., ...], with: "-"}'
    values = _values(field, column)
    name = scalar(column.name)
    if values is None:
        return [f"      {field.name}: {{column: {name}{_form(field, column, entity)}}}  # {note}"]
    return [f"      {field.name}:  # {note}; {field_form(field)}", f"        column: {name}", "        values:", *values]


def _key(entity: Filled) -> list[str]:
    return [name for name in entity.contract.grain if name != SUPPLIER_FIELD]


def _form(field: Field, column: Column, entity: Filled) -> str:
    """What a date field needs besides its column where it is not written as those of the file."""
    if field.type != "date":
        return ""
    if not column.dates and column.day_numbers:
        return f", dates: [{EXCEL}]"
    of_file = dates_of(entity.sample.file, (m.column for m in entity.matches.values()))
    first = next((form for form in of_file if form in column.dates), None)
    return f", dates: [{', '.join(map(scalar, column.dates))}]" if column.dates and first != of_file[0] else ""


def _values(field: Field, column: Column) -> list[str] | None:
    """Lines of the map from local codes; ``None`` where the values are the contract's already, or no codes."""
    if field.type == "boolean":
        meanings, known = words()["boolean"], {*words()["boolean"], *BOOLEANS}
        if all(v.casefold() in BOOLEANS for v in column.told):
            return None
    elif field.codes and not is_number(field):
        meanings = code_words(field)
        known = {*meanings, *map(plain, field.codes)}
        if all(v in field.codes for v in column.told):
            return None
    else:
        return None
    shown, hidden = column.shown_codes(known)
    shown = [v for v in shown if v in column.told]
    lines = []
    for value in shown:
        code = meanings.get(plain(value))
        lines.append(f"          {scalar_always(value)}: " + (f"{_code(code)}  # {LIKELY}" if code else FILL_IN))
    if hidden or not lines:
        why = f"{hidden} more values are not shown, as they may be more than codes" if hidden else "the sample is empty"
        lines.append(f"          {FILL_IN}: {FILL_IN}  # {why}; name every code")
    return lines


def _code(code: str) -> str:
    return f'"{code}"' if code.isdigit() else scalar(code)


def code_words(field: Field) -> dict[str, str]:
    """Plain words for the codes of a field."""
    own = {plain(code): code for code in field.codes}
    labels = {plain(label): code for code, label in labels_of(field).items() if label}
    return labels | words()["codes"].get(field.name, {}) | own


def _groups(filled: list[Filled]) -> list[str]:
    """The supplier's own target groups, to be placed in the national schemes."""
    columns = [m.column for f in filled for name, m in f.matches.items() if name == "local_group_code"]
    if not columns:
        return []
    lines = [
        "target_groups:  # each as {label: ..., form_2009: {code: ..., certainty: exact}, valid_from: 2015-01-01}",
        "  # take this section out where the groups are delivered as a group_mapping",
    ]
    codes: set[str] = set()
    hidden = 0
    for column in columns:
        shown, more = column.shown_codes()
        codes |= set(shown)
        hidden += more
    lines += [f"  {scalar_always(code)}: {FILL_IN}" for code in sorted(codes)]
    if hidden or not codes:
        lines.append(f"  {FILL_IN}: {FILL_IN}  # {hidden} values of the sample are not shown here; name every group")
    return lines
