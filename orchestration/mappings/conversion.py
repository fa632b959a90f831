"""From a supplier's text to the contract's form, as SQL: dates to ``yyyy-MM-dd``, decimals to a point, yes and no to 1 and 0.

Belongs here: one field. Does not belong here: cutting rows into cells (``cells``), and what the contract allows (``arrivals.rules``).

Every step says what it cannot turn: a text without the asked part (R014), a code without a meaning (R011), a date or number in another form
(R003, R004, R005). Such a row goes to quarantine with a reason that speaks of the supplier's column, never of what stands in it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from orchestration.arrivals.contracts import Field
from orchestration.mappings.dates import EXCEL, excel_sql, read_form
from orchestration.mappings.model import CELL_DATES, MappedField, MappedFile

BOOLEANS = {"1": "1", "0": "0", "true": "1", "false": "0"}
_EXACT = "DECIMAL(18,9)"  # the widest that is reckoned fast; no number of a contract is as large
_SIGNS = {" ": "[ \u00a0\u202f]", ".": "\\.", ",": ",", "'": "''"}


def is_number(field: Field) -> bool:
    """Whether the contract asks for a number."""
    return field.type == "integer" or field.type.startswith("decimal")


def decimals_of(field: Field) -> int:
    """Decimals of the contract's number."""
    return int(field.sql_type.rstrip(")").rpartition(",")[2]) if field.type.startswith("decimal") else 0


def literal(text: str) -> str:
    """SQL literal of a text."""
    return "'" + text.replace("'", "''") + "'"


@dataclass(frozen=True)
class Step:
    """One step: SQL of the new text from that of the old (never NULL), the rule and reason where it gives NULL. '' is an empty field."""

    sql: Callable[[str], str]
    rule_id: str
    reason: str


def steps(field: MappedField, file: MappedFile, contract: Field) -> list[Step]:
    """What is done to the text of a field that is not empty, in order."""
    found = [s for s in (_part(field), _values(field, contract)) if s]
    if field.values is not None:
        return found
    if contract.is_identity:
        return found
    if contract.type == "date":
        found.append(_date(field, file))
    elif contract.type == "boolean":
        cases = " ".join(f"WHEN {literal(k)} THEN {literal(v)}" for k, v in BOOLEANS.items())
        reason = "must be 1 or 0 (or true or false); give other codes a meaning with values"
        found.append(Step(lambda t: f"CASE lower({t}) {cases} END", "R005", reason))
    elif is_number(contract):
        found.append(_number(field, file, contract))
    return found


def target(code: str, contract: Field) -> str:
    """A code of the contract as the mapping writes it, in the form the gate reads."""
    return BOOLEANS.get(code.lower(), code) if contract.type == "boolean" else code


def _part(field: MappedField) -> Step | None:
    if field.capture:
        pattern = literal(field.capture)
        cut = f"nullif(trim(regexp_extract({{t}}, {pattern}, 1)), '')"
        reason = "the part that the mapping captures is not there"
    elif field.part:
        cut = f"nullif(trim(string_split({{t}}, {literal(field.of)})[{field.part}]), '')"
        reason = f"must have a part {field.part} between '{field.of}'"
    else:
        return None
    if field.otherwise is not None:
        cut = f"coalesce({cut}, {literal(field.otherwise)})"
    return Step(lambda t: cut.replace("{t}", t), "R014", reason)


def _values(field: MappedField, contract: Field) -> Step | None:
    if field.values is None:
        return None
    cases = " ".join(f"WHEN {literal(code)} THEN {literal(target(value, contract))}" for code, value in field.values)
    return Step(lambda t: f"CASE {t} {cases} END", "R011", "the code has no meaning in the mapping; add it to values, or correct the row")


def _date(field: MappedField, file: MappedFile) -> Step:
    forms = field.dates or file.dates
    if field.dates and file.is_structured:
        forms = tuple(dict.fromkeys((*CELL_DATES, *field.dates)))

    def sql(t: str) -> str:
        tried = [excel_sql(t) if form == EXCEL else read_form(form).iso_sql(t, file.century_from) for form in forms]
        return f"coalesce({', '.join(tried)})" if len(tried) > 1 else tried[0]

    return Step(sql, "R003", f"must be a date as {' or '.join(f for f in forms if f != CELL_DATES[1])}")


def _number(field: MappedField, file: MappedFile, contract: Field) -> Step:
    mark = field.decimal or file.decimal
    decimals = decimals_of(contract)

    def sql(t: str) -> str:
        fraction = f"({_SIGNS[mark]}[0-9]{{1,9}})?"
        shape = f"[-+]?[0-9]{{1,15}}{fraction}"
        plain = t
        if file.thousands:
            sign = _SIGNS.get(file.thousands, f"[{file.thousands}]")
            shape = f"[-+]?([0-9]{{1,3}}({sign}[0-9]{{3}}){{1,4}}|[0-9]{{1,15}}){fraction}"
            plain = f"regexp_replace({t}, '{sign}', '', 'g')"
        plain = f"replace({plain}, '{mark}', '.')" if mark != "." else plain
        if file.is_structured:  # a number cell comes with a point, whatever the sign in texts
            plain = f"CASE WHEN regexp_full_match({t}, '-?[0-9]{{1,15}}(\\.[0-9]{{1,9}})?') THEN {t} ELSE {plain} END"
            shape = f"({shape})|(-?[0-9]{{1,15}}(\\.[0-9]{{1,9}})?)"
        return f"CASE WHEN regexp_full_match({t}, '{shape}') THEN {_reckoned(field, plain, decimals)} END"

    what = "must be a number with decimal comma" if mark == "," else "must be a number with decimal point"
    if contract.type == "integer":
        what = "must be a number"
    between = f" and '{file.thousands}' between thousands" if file.thousands else ""
    return Step(sql, "R004", what + between)


def _reckoned(field: MappedField, number: str, decimals: int) -> str:
    """SQL of a plain number after the mapping's reckoning. Without any the text is kept as it is: reading it as a number costs much."""
    if field.multiply is None and field.divide is None and field.add is None and not field.round:
        unsigned = f"regexp_replace(ltrim({number}, '+'), '^(-?)0+([0-9])', '\\1\\2')"
        return f"CASE WHEN contains({number}, '.') THEN {_without_zeros(unsigned)} ELSE {unsigned} END"
    number = f"TRY_CAST({number} AS {_EXACT})"
    for sign, by in (("*", field.multiply), ("/", field.divide)):
        if by is not None:
            number = f"TRY_CAST(CAST({number} AS DOUBLE) {sign} {by}::DOUBLE AS {_EXACT})"
    if field.add is not None:
        number = f"TRY_CAST({number} + {field.add} AS {_EXACT})"
    if field.divide is not None or field.round:
        number = f"round({number}, {decimals})"
    return _without_zeros(f"CAST(TRY_CAST({number} AS {_EXACT}) AS VARCHAR)")


def _without_zeros(number: str) -> str:
    """A decimal without zeros at its end, nor a point without decimals."""
    return f"rtrim(rtrim({number}, '0'), '.')"
