"""Row rules R001-R010, R015 and R031-R033 as SQL, generated from the contract.

Belongs here: what a field may hold and the reason a supplier reads. Does not belong here: reading files and writing tables.

Each field ``x`` comes as text ``t_x`` (trimmed, empty as NULL) and becomes a value ``v_x`` (NULL where it cannot be read).
Reasons name the field and what would be right, never the value.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pyarrow as pa

from orchestration.arrivals.contracts import Field, FileContract, Listed
from orchestration.privacy.national_id import holds_id_sql
from orchestration.sources.statbank import SYMBOLS

FIGURE = "figure"  # a StatBank cell: a whole number or a symbol
_DATE_FORMATS = {
    "yyyy-MM-dd": ("[0-9]{4}-[0-9]{2}-[0-9]{2}", "%Y-%m-%d"),
    "ddMMyyyy": ("[0-9]{8}", "%d%m%Y"),
    "ddMMyy": ("[0-9]{6}", "%d%m%y"),
}
_BITS = 60
_SHORTEST_ADDRESS = 5  # a shorter text is no address that finds anybody


@dataclass(frozen=True)
class RowRule:
    """One rule on one field: SQL that is true where the row breaks it."""

    rule_id: str
    field_name: str
    reason: str
    broken: str


def text(name: str) -> str:
    """Column with the text of a field."""
    return f'"t_{name}"'


def value(name: str) -> str:
    """Column with the value of a field."""
    return f'"v_{name}"'


def quoted(texts: Iterable[str]) -> str:
    """SQL list of text literals."""
    return ", ".join("'" + t.replace("'", "''") + "'" for t in texts)


def value_sql(field: Field) -> str:
    """SQL of the value of a field; nothing is rounded and nothing guessed. What most rows hold comes first, where it is cheaper to tell."""
    t = text(field.name)
    if field.type in ("text", FIGURE):
        return t
    if field.type == "integer":
        read = f"CASE WHEN regexp_full_match({t}, '-?[0-9]{{1,9}}') THEN CAST({t} AS INTEGER) END"
        listed = " ".join(f"WHEN {quoted([code])} THEN {int(code)}" for code in field.codes)
        return f"CASE {t} {listed} ELSE {read} END" if listed else read
    if field.type == "boolean":
        return f"CASE {t} WHEN '1' THEN true WHEN '0' THEN false END"
    if field.type == "date":
        if field.date_pattern == "yyyy-MM-dd":
            # A cast reads more than this form (9999-12-3)) and is cheaper than a format: what it read must be what was written.
            read = f"TRY_CAST({t} AS DATE)"
            return f"CASE WHEN strlen({t}) = 10 AND CAST({read} AS VARCHAR) = {t} THEN {read} END"
        digits, form = _DATE_FORMATS[field.date_pattern]
        return f"CASE WHEN regexp_full_match({t}, '{digits}') THEN CAST(try_strptime({t}, '{form}') AS DATE) END"
    digits, decimals = (int(n) for n in field.sql_type.removeprefix("DECIMAL(").removesuffix(")").split(","))
    form = f"-?[0-9]{{1,{digits - decimals}}}(\\.[0-9]{{1,{decimals}}})?"
    return f"CASE WHEN regexp_full_match({t}, '{form}') THEN CAST({t} AS {field.sql_type}) END"


def row_rules(
    fields: tuple[Field, ...], grain: tuple[str, ...], contract: FileContract, field_count: int | None, is_municipal: bool
) -> list[RowRule]:
    """All rules of a file but the double key, which needs more than one row. The first is that of a line that cannot be cut."""
    expected = f"the line must have {field_count} fields; a quotation mark that is opened must be closed on the line" if field_count else ""
    rules = [RowRule("R001", "", expected, "malformed")]
    for field in fields:
        t, v = text(field.name), value(field.name)
        if field.name in grain:
            rules.append(RowRule("R002", field.name, "the field is part of the key and must not be empty", f"{t} IS NULL"))
        elif field.required or field.type == FIGURE:
            rules.append(RowRule("R006", field.name, "the field must not be empty", f"{t} IS NULL"))
        rules += _content_rules(field, t, v)
        if field.name == "municipality_code" and is_municipal:
            rules.append(RowRule("R009", field.name, "must be the municipality code of the supplier", f"{v} <> supplier"))
    names = {field.name for field in fields}
    for o in contract.order:
        if names >= {o.not_before, o.than}:
            rules.append(RowRule("R008", o.not_before, f"must not lie before {o.than}", f"{value(o.not_before)} < {value(o.than)}"))
    rules += _secret_address_rules(fields)
    for either in contract.either:
        empty = " AND ".join(f"{text(name)} IS NULL" for name in either if name in names)
        rules.append(RowRule("R031", either[0], f"one of {', '.join(either)} must be filled", empty))
    for listed in contract.listed:
        if names >= {listed.field, listed.year}:
            rules += _listed_rules(listed)
    if contract.year_held in names:
        reason = "must be a year of the delivery's period at whose end the municipality code was in use"
        rules.append(RowRule("R033", contract.year_held, reason, f"NOT list_contains(held_years, {value(contract.year_held)})"))
    return rules


def _listed_rules(listed: Listed) -> list[RowRule]:
    """R005 and R032: a code of a seed, in a year in which it holds."""
    code, year = value(listed.field), value(listed.year)
    bounded = {c: bounds for c, bounds in listed.entries.items() if bounds != (None, None)}
    outside = [
        f"WHEN {quoted([c])} THEN " + " OR ".join(f"{year} {sign} {limit}" for sign, limit in zip("<>", bounds, strict=True) if limit)
        for c, bounds in bounded.items()
    ]
    rules = [RowRule("R005", listed.field, f"must be a code of seeds/{listed.seed}", f"{code} NOT IN ({quoted(listed.entries)})")]
    if outside:
        reason = f"must be a code that holds in the {listed.year} of the row, by seeds/{listed.seed}"
        rules.append(RowRule("R032", listed.field, reason, f"CASE {code} {' '.join(outside)} END"))
    return rules


def _secret_address_rules(fields: tuple[Field, ...]) -> list[RowRule]:
    """R015: where an address is secret and masked, it must not stand in another text of the row."""
    if not {"address", "is_secret_address"} <= {f.name for f in fields}:
        return []
    secret, address = f"{value('is_secret_address')} IS DISTINCT FROM false", text("address")
    texts = [f for f in fields if f.type == "text" and not f.codes and not f.pattern and not f.pii]
    holds = f"{secret} AND length({address}) >= {_SHORTEST_ADDRESS} AND contains(lower({{other}}), lower({address}))"
    reason = "must not hold the address of the row, which is secret"
    return [RowRule("R015", f.name, reason, holds.format(other=text(f.name))) for f in texts]


def _content_rules(field: Field, t: str, v: str) -> list[RowRule]:
    unreadable = f"{t} IS NOT NULL AND {v} IS NULL"
    rules = []
    if field.type == "date":
        form = {"yyyy-MM-dd": "YYYY-MM-DD", "ddMMyyyy": "DDMMYYYY", "ddMMyy": "DDMMYY"}[field.date_pattern]
        rules.append(RowRule("R003", field.name, f"must be a date as {form}", unreadable))
    elif field.type == "boolean":
        rules.append(RowRule("R005", field.name, "must be 0 or 1", unreadable))
    elif field.type == FIGURE:
        reason = f"must be a whole number or one of {' '.join(SYMBOLS)}"
        rules.append(RowRule("R004", field.name, reason, f"NOT regexp_full_match({t}, '[0-9]{{1,9}}') AND {t} NOT IN ({quoted(SYMBOLS)})"))
    elif field.type != "text":
        what = "a whole number" if field.type == "integer" else "a number with a decimal point"
        limits = [(sign, word, limit) for sign, word, limit in (("<", "below", field.min), (">", "above", field.max)) if limit is not None]
        reason = ", ".join([f"must be {what}", *(f"not {word} {limit}" for _, word, limit in limits)])
        rules.append(
            RowRule("R004", field.name, reason, " OR ".join([f"({unreadable})", *(f"{v} {sign} {limit}" for sign, _, limit in limits)]))
        )
    if field.codes:
        number = field.type == "integer"
        allowed = ", ".join(field.codes) if number else quoted(field.codes)
        rules.append(RowRule("R005", field.name, f"must be one of {', '.join(field.codes)}", f"{v} NOT IN ({allowed})"))
    if field.pattern:
        rules.append(
            RowRule("R005", field.name, f"must have the form {field.pattern}", f"NOT regexp_full_match({t}, {quoted([field.pattern])})")
        )
    if field.may_hold_id:
        rules.append(
            RowRule("R010", field.name, "must not hold a national id or DUF number; those belong in the id columns alone", holds_id_sql(t))
        )
    return rules


def broken_sql(rules: list[RowRule]) -> str:
    """SQL that is true where a row breaks any rule, and false where none or only a rule that cannot be told."""
    return "(" + " OR ".join(f"({r.broken})" for r in rules) + ") IS TRUE"


def masks_sql(rules: Sequence[RowRule]) -> list[str]:
    """SQL of the bit masks of broken rules, 60 rules in each; a line that cannot be cut breaks rule 0 alone."""
    masks = []
    for first in range(0, len(rules), _BITS):
        bits = [f"CASE WHEN {r.broken} THEN {1 << i}::UBIGINT ELSE 0::UBIGINT END" for i, r in enumerate(rules[first : first + _BITS])]
        masks.append(f"CASE WHEN malformed THEN {int(first == 0)}::UBIGINT ELSE {' + '.join(bits)} END")
    return masks


def mask_sql(rules: Sequence[RowRule], prefix: str) -> str:
    """SQL of the mask ``<prefix>_<i>`` that holds the flag of a row of ``rule_table``."""
    return "CASE mask " + " ".join(f"WHEN {i} THEN {prefix}_{i}" for i in range((len(rules) - 1) // _BITS + 1)) + " END"


def rule_table(rules: Sequence[RowRule]) -> pa.Table:
    """Rules with the mask and the flag that tell them in a row."""
    places = [divmod(number, _BITS) for number in range(len(rules))]
    return pa.table(
        {
            "number": pa.array(range(len(rules)), pa.int32()),
            "mask": pa.array([mask for mask, _ in places], pa.int32()),
            "flag": pa.array([1 << bit for _, bit in places], pa.uint64()),
            "rule_id": [r.rule_id for r in rules],
            "field_name": pa.array([r.field_name or None for r in rules], pa.string()),
            "reason": [r.reason for r in rules],
        }
    )
