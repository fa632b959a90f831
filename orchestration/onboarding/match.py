"""Which column is which field: by its name and by what it holds.

Belongs here: matching the tables of samples with the entities of a contract. Does not belong here: reading samples (``sample``) and
writing the draft (``draft``).
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass

from orchestration.arrivals.contracts import Contract, Field, FileContract
from orchestration.mappings.check import SUPPLIER_FIELD
from orchestration.mappings.conversion import is_number
from orchestration.mappings.model import LookUp
from orchestration.onboarding.sample import GUESS, LIKELY, SURE, Sample
from orchestration.onboarding.values import Column, plain, words

_SCORE = {SURE: 4.0, LIKELY: 2.0, GUESS: 1.0}
_ENOUGH, _ENOUGH_WITHOUT_KEY = 0.4, 0.5  # share of the required fields that a file must hold to fill an entity
_MORE = 2  # columns that a further entity from the same file has for itself
_MOST_CODES = 60
_GENERIC = {"id", "nr", "navn", "kode", "dato", "type", "status", "fra", "til"}


@dataclass(frozen=True)
class Match:
    """A column that is taken for a field, and how sure that is."""

    field: Field
    column: Column
    sure: str


@dataclass(frozen=True)
class Filled:
    """An entity of the contract with the file that fills it."""

    contract: FileContract
    sample: Sample
    matches: dict[str, Match]
    lookups: tuple[LookUp, ...]


def terms_of(contract: Contract) -> set[str]:
    """Plain words that name a field of the contract."""
    return set().union(*(_terms(f) for file in contract.files for f in file.fields))


def match_samples(contract: Contract, samples: list[Sample]) -> list[Filled]:
    """Each entity that a file fills, with the file that fills it best, in the order of the contract."""
    found: dict[str, tuple[float, Filled]] = {}
    for sample in {s.file.name: s for s in reversed(samples)}.values():
        offers = sorted((_fill(file, sample, samples) for file in contract.files), key=lambda filled: -_worth(filled))
        used: set[str] = set()
        for filled in offers:
            columns = {m.column.name for m in filled.matches.values()}
            is_first = filled is offers[0] and len(filled.matches) >= 2
            is_more = len(columns - used) >= _MORE and _holds(filled)
            if (is_first or is_more) and _worth(filled) > found.get(filled.contract.entity, (0.0, None))[0]:
                found[filled.contract.entity] = (_worth(filled), filled)
                used |= columns
    return [found[file.entity][1] for file in contract.files if file.entity in found]


def required(contract: FileContract) -> list[Field]:
    """Fields that a mapping must fill, besides the municipality code."""
    return [f for f in contract.fields if f.name != SUPPLIER_FIELD and (f.required or f.name in contract.grain or f.pii == "national_id")]


def _worth(filled: Filled) -> float:
    return sum(_SCORE[m.sure] for m in filled.matches.values())


def _holds(filled: Filled) -> bool:
    """Whether the file has enough of what the entity requires; more is asked for where its key is not found."""
    has_key = all(name in filled.matches for name in filled.contract.grain if name != SUPPLIER_FIELD)
    needed = [f.name for f in required(filled.contract)]
    has = sum(name in filled.matches for name in needed)
    return has >= 3 and has / len(needed) >= (_ENOUGH if has_key else _ENOUGH_WITHOUT_KEY)


def _fill(contract: FileContract, sample: Sample, samples: list[Sample]) -> Filled:
    columns = sample.columns()
    matches = _assign(contract, columns)
    lookups = []
    for name, other in _look_ups(sample, samples):
        theirs = [c for c in other.columns() if c.name not in dict(name.key).values()]
        beside = [Column(f"{name.name}.{c.name}", c.values, c.rows, c.short) for c in theirs]
        more = _assign(contract, columns + beside)
        if any(m.column in beside for m in more.values()) and set(matches) < set(more):
            matches, columns = more, columns + beside
            lookups.append(name)
    lookups = [k for k in lookups if any(m.column.name.startswith(f"{k.name}.") for m in matches.values())]
    return Filled(contract, sample, matches, tuple(lookups))


def unused(sample: Sample, filled: list[Filled]) -> list[str]:
    """Columns of a file that no entity uses."""
    used = set()
    for entity in filled:
        look_ups = {k.name for k in entity.lookups if k.file == sample.file.name}
        is_own = entity.sample.file.name == sample.file.name
        for name in (m.column.name for m in entity.matches.values()):
            used.add(name.partition(".")[2] if name.partition(".")[0] in look_ups else name if is_own else "")
        used |= {theirs for k in entity.lookups if k.name in look_ups for _, theirs in k.key}
        used |= {ours for k in entity.lookups for ours, _ in k.key if is_own}
    return [c.name for c in sample.columns() if c.name not in used]


def _look_ups(sample: Sample, samples: list[Sample]) -> list[tuple[LookUp, Sample]]:
    """Other files with a column of the same name whose values stand there once and hold all that stand, repeated, here."""
    found = []
    for other in (s for s in samples if s.file.name != sample.file.name):
        theirs = {c.name: c for c in other.columns()}
        for column in sample.columns():
            there = theirs.get(column.name)
            if there and column.values and _is_unique(there) and not _is_unique(column) and set(column.counts) <= set(there.counts):
                found.append((LookUp(other.file.name, other.file.name, ((column.name, column.name),)), other))
                break
    return found


def _is_unique(column: Column) -> bool:
    return len(column.counts) == len(column.values)


def _assign(contract: FileContract, columns: list[Column]) -> dict[str, Match]:
    """The best column for each field, each column once: the surest first, then in the order of the contract."""
    offers = []
    for place, field in enumerate(contract.fields):
        for column in columns:
            if sure := _judge(field, column, contract):
                offers.append((-_SCORE[sure], -_name_score(field, column), place, column.name, Match(field, column, sure)))
    matches: dict[str, Match] = {}
    taken: set[str] = set()
    for *_, match in sorted(offers, key=lambda offer: offer[:4]):
        if match.field.name not in matches and match.column.name not in taken:
            matches[match.field.name] = match
            taken.add(match.column.name)
    return {f.name: matches[f.name] for f in contract.fields if f.name in matches}


def _judge(field: Field, column: Column, contract: FileContract) -> str | None:
    name, content = _name_score(field, column), _content(field, column)
    is_free_text = field.type == "text" and not (field.pii or field.codes or field.pattern)
    if content is None or (is_free_text and column.is_private):
        return None
    if name == 1:
        is_own_name = plain(column.name) in (plain(field.name), plain(field.nb))
        return SURE if content or (is_own_name and field.type == "text") else LIKELY
    if name:
        return LIKELY if content else GUESS
    return GUESS if content and _tells_by_itself(field, column, contract) else None


def _tells_by_itself(field: Field, column: Column, contract: FileContract) -> bool:
    if field.pii == "national_id":
        return sum(f.pii == "national_id" for f in contract.fields) == 1
    letters = any(re.search("[a-z]{3}", code) for code in field.codes)
    return (letters and len(column.counts) > 1) or (field.pattern is not None and "[" in field.pattern)


def _terms(field: Field) -> set[str]:
    return {plain(field.name), plain(field.nb), *words()["columns"].get(field.name, ())}


def _name_score(field: Field, column: Column) -> float:
    """1 for a name that is one of the field's, less for one that only holds or resembles it."""
    whole, last = plain(column.name), plain(column.name.rpartition(".")[2])
    names = {whole, *(name for name in (last, plain(column.short)) if name and name not in _GENERIC)}
    terms = _terms(field)
    if names & terms:
        return 1.0
    for name in [plain(column.short)] if column.short else sorted(names):
        for term in sorted(terms):
            if len(term) >= 6 and (term in name or (len(name) >= 6 and name in term)):
                return 0.6
            if len(term) >= 6 and difflib.SequenceMatcher(None, name, term).ratio() >= 0.88:
                return 0.5
    return 0.0


def _content(field: Field, column: Column) -> bool | None:
    """True where the values speak for the field, False where they say nothing, ``None`` where they cannot be it."""
    if not column.told:
        return False
    if field.pii == "national_id":
        return column.ids >= 0.5 if column.like_ids >= 0.5 else None
    if column.ids > 0.2:
        return None
    if field.type == "date":
        return True if column.dates else False if column.day_numbers else None
    if is_number(field):
        return _number_fits(field, column)
    if field.type == "boolean":
        texts = {plain(v) for v in column.counts if v in column.told}
        return True if texts <= set(words()["boolean"]) else False if len(texts) <= 3 else None
    if field.codes:
        known = {*map(plain, field.codes), *words()["codes"].get(field.name, ())}
        if column.share(plain(v) in known for v in column.told) >= 0.8:
            return True
        is_free = len(column.counts) > _MOST_CODES or (len(column.told) >= 20 and len(column.counts) > len(column.told) / 2)
        return None if is_free or column.dates else False
    if field.pattern:
        share = column.share(bool(re.fullmatch(field.pattern, v)) for v in column.told)
        return True if share >= 0.8 else None
    return None if column.dates or (field.pii == "address" and column.is_integer) else False


def _number_fits(field: Field, column: Column) -> bool | None:
    signs = column.number_signs
    if signs is None or (field.type == "integer" and not column.is_integer):
        return None
    limits = (field.min if field.min is not None else float("-inf"), field.max if field.max is not None else float("inf"))
    numbers = [v.replace(signs[1], "") if signs[1] else v for v in column.told]
    inside = column.share(limits[0] <= _number(n) <= limits[1] for n in numbers)
    return inside >= 0.99 or (None if inside < 0.5 else False)


def _number(text: str) -> float:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return float("inf")
