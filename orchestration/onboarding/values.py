"""What the values of a column look like: ids, dates, numbers, codes.

Belongs here: judging texts, and which of them may be shown. Does not belong here: which field of a contract a column is (``match``).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import yaml

from orchestration.mappings.dates import DateForm, read_form
from orchestration.privacy.national_id import id_status, without_ids

FORMS = (
    "yyyy-MM-dd",
    "dd.MM.yyyy",
    "d.M.yyyy",
    "dd.MM.yy",
    "d.M.yy",
    "dd/MM/yyyy",
    "d/M/yyyy",
    "dd/MM/yy",
    "dd/MM-yyyy",
    "d/M-yyyy",
    "dd/MM-yy",
    "dd-MM-yyyy",
    "dd-MM-yy",
    "yyyyMMdd",
    "ddMMyyyy",
    "ddMMyy",
    "yyyy-MM-dd HH:mm:ss",
    "yyyy-MM-ddTHH:mm:ss",
    "dd.MM.yyyy HH:mm:ss",
    "dd.MM.yyyy HH:mm",
)
CENTURY_FROM = 30  # proposed where a year has two digits
_MOST = 0.9  # share of the values that must look so
_SHOWN_CODES = 30
_ID = re.compile(r"\d{6} ?\d{5}")
_PERSON = re.compile(r"[A-ZÆØÅ][\wæøåÆØÅ'.-]+( [A-ZÆØÅ][\wæøåÆØÅ'.-]*)+")
_INTEGER = re.compile(r"-?\d{1,9}")
_DECIMAL = re.compile(r"-?(?P<whole>\d{1,3}(?:(?P<thousands>[ .,'])\d{3}(?:(?P=thousands)\d{3})*)?|\d+)(?:(?P<sign>[.,])\d+)?")


@cache
def words() -> dict:
    """Words that suppliers use, with the texts made plain."""
    body = yaml.safe_load((Path(__file__).parent / "words.yml").read_text(encoding="utf-8"))
    return {
        "columns": {field: {plain(w) for w in found} for field, found in body["columns"].items()},
        "codes": {field: {plain(w): code for code, found in codes.items() for w in found} for field, codes in body["codes"].items()},
        "private": {plain(w) for w in body["private"]},
        "empty": {w.casefold() for w in body["empty"]},
        "boolean": {plain(w): value for key, value in (("yes", "1"), ("no", "0")) for w in body[key]},
    }


def plain(text: str) -> str:
    """A word without case and without signs between its parts."""
    return re.sub(r"[\W_]+", "", text.casefold())


@cache
def _forms() -> tuple[DateForm, ...]:
    return tuple(form for text in FORMS if (form := read_form(text)))


@dataclass(frozen=True)
class Column:
    """A column of a sample: its name as a mapping writes it, and its values that are not empty.

    ``short`` is the name without the heading it shares with columns beside it.
    """

    name: str
    values: tuple[str, ...]
    rows: int
    short: str = ""

    @cached_property
    def counts(self) -> Counter[str]:
        """How often each value stands there."""
        return Counter(self.values)

    @cached_property
    def empty_texts(self) -> tuple[str, ...]:
        """Texts that mean that the field is empty, as ``-``, where others are dates or numbers."""
        return tuple(sorted(v for v in self.counts if v.casefold() in words()["empty"]))

    @cached_property
    def told(self) -> tuple[str, ...]:
        """Values without those that mean nothing."""
        return tuple(v for v in self.values if v not in self.empty_texts)

    def share(self, matches: Iterable[bool]) -> float:
        """Share of the values for which something holds."""
        return sum(matches) / len(self.told) if self.told else 0.0

    @cached_property
    def ids(self) -> float:
        """Share of valid national ids."""
        return self.share(id_status(v) == "valid" for v in self.told)

    @cached_property
    def like_ids(self) -> float:
        """Share of texts with the form of a national id."""
        return self.share(bool(_ID.fullmatch(v)) for v in self.told)

    @cached_property
    def dates(self) -> tuple[str, ...]:
        """Forms of dates that together read nearly all values, the most frequent first."""
        left, found = set(self.told), []
        while left:
            read = {form.form: {v for v in left if _is_day(form, v)} for form in _forms()}
            best = max(read, key=lambda form: len(read[form]))
            if not read[best]:
                break
            found.append(best)
            left -= read[best]
        return tuple(found) if self.told and self.share(v not in left for v in self.told) >= _MOST else ()

    @cached_property
    def day_numbers(self) -> bool:
        """Whether the values could be a workbook's day numbers, from 1954 to 2064."""
        return bool(self.told) and all(re.fullmatch(r"\d{5}", v) and 20_000 <= int(v) <= 60_000 for v in self.counts if v in self.told)

    @cached_property
    def is_integer(self) -> bool:
        """Whether nearly all values are whole numbers."""
        return self.share(bool(_INTEGER.fullmatch(v)) for v in self.told) >= _MOST

    @cached_property
    def number_signs(self) -> tuple[str, str] | None:
        """Decimal sign and sign between thousands where nearly all values are numbers ('' where none is seen)."""
        signs, thousands, read = Counter(), Counter(), 0
        for value in self.told:
            found = _DECIMAL.fullmatch(value)
            if not found:
                continue
            read += 1
            between, sign = found["thousands"], found["sign"]
            if between in (",", ".") and not sign and value.count(between) == 1:
                signs[between] += 1  # 1.500 may be either; the other values tell
                continue
            signs.update(sign or ())
            thousands.update(between or ())
        if not self.told or read / len(self.told) < _MOST:
            return None
        sign = signs.most_common(1)[0][0] if signs else ""
        return sign, next((s for s, _ in thousands.most_common() if s != sign), "")

    @cached_property
    def is_private(self) -> bool:
        """Whether its name, or values that look like names of persons, tell that values are never shown."""
        parts = {plain(p) for p in re.split(r"[\W_]+|(?<=[a-zæøå])(?=[A-ZÆØÅ])", self.name)}
        whole = plain(self.name)
        named = any(word in parts or (len(word) > 3 and word in whole) for word in words()["private"])
        return named or self.share(bool(_PERSON.fullmatch(v)) for v in self.told) > 0.3

    def shown_codes(self, known: Iterable[str] = ()) -> tuple[list[str], int]:
        """Values that may be shown as codes, in order, and how many others there are.

        Shown is what is known as a code or a word for one; and in a column that is not private also what is short or repeats, but never
        an id, a long number, or what looks like a name.
        """
        known = set(known)
        may_show = not self.is_private and len(self.counts) <= _SHOWN_CODES and not self.dates
        shown = [v for v in self.counts if plain(v) in known or (may_show and _is_code(v, self.counts[v]))]
        return sorted(shown), len(self.counts) - len(shown)


def _is_day(form: DateForm, text: str) -> bool:
    iso = form.iso(text, CENTURY_FROM)
    return iso is not None and "1850" <= iso[:4] <= "2150"


def _is_code(value: str, count: int) -> bool:
    if without_ids(value) != value or re.search(r"\d{5}", value) or len(value) > 40 or _PERSON.fullmatch(value):
        return False
    return len(value) <= 3 or count > 1


def looks_like_a_name(text: str) -> bool:
    """Whether a text could be the name of a column: a word, not a value."""
    if not text or len(text) > 60 or not re.search("[A-Za-zÆØÅæøå]", text) or without_ids(text) != text:
        return False
    column = Column("", (text,), 1)
    return not column.dates and not column.number_signs
