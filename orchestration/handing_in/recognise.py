"""Which mapping files belong to, by their names, and which day they describe.

Belongs here: finding mappings, and holding file names against their patterns. Does not belong here: what a mapping says
(``mappings``), files in a contract's own form (``plan``).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from orchestration.arrivals.contracts import Contract, load_contracts
from orchestration.handing_in.names import shown
from orchestration.mappings.dates import read_form
from orchestration.mappings.document import did_you_mean
from orchestration.mappings.load import load_mapping
from orchestration.mappings.model import MappedFile, Mapping, are_parts
from orchestration.settings import Settings, UserError

_MUNICIPALITY = re.compile(r"\d{4}")


@dataclass(frozen=True)
class Found:
    """A mapping and the file it stands in."""

    path: Path
    mapping: Mapping

    @property
    def name(self) -> str:
        """Its name on the command line: folder and extract."""
        return f"{self.path.parent.name}/{self.mapping.extract}"

    @property
    def is_own(self) -> bool:
        """Whether it is a municipality's own, not that of a system. Only such a one is asked for files named as a contract names them."""
        return _MUNICIPALITY.fullmatch(self.path.parent.name) is not None

    def names(self, names: Sequence[str]) -> list[str]:
        """Those of the names that the mapping's patterns fit."""
        fitting = [name for name in names if any(f.is_named(name) for f in self.mapping.files)]
        return [name for name in fitting if self.is_own or not contracts_naming([name])]


@dataclass(frozen=True)
class Fit:
    """How file names and a mapping go together."""

    unnamed: tuple[str, ...] = ()  # names that no pattern fits
    missing: tuple[MappedFile, ...] = ()
    twice: tuple[MappedFile, ...] = ()  # one file of the mapping, several names
    doubtful: tuple[str, ...] = ()  # names that two patterns fit

    @property
    def is_whole(self) -> bool:
        """Whether the names are exactly those of one delivery."""
        return not (self.unnamed or self.missing or self.twice or self.doubtful)

    def problem(self) -> str:
        """What keeps the names from being a delivery; empty where nothing does."""
        parts = []
        if self.missing:
            parts.append(f"also needed: {', '.join(f'{f.name} (named as {f.pattern})' for f in self.missing)}")
        if self.twice:
            names = ", ".join(f"{f.name} ({f.pattern})" for f in self.twice)
            parts.append(f"more than one file is named as {names}; hand in one at a time")
        if self.doubtful:
            parts.append(f"two patterns of the mapping fit {', '.join(map(shown, self.doubtful))}")
        if self.unnamed:
            parts.append(f"no pattern of the mapping fits {', '.join(map(shown, self.unnamed))}")
        return "; ".join(parts)


def contracts_naming(names: Sequence[str]) -> list[Contract]:
    """Contracts that know every one of these names."""
    return [c for c in load_contracts().values() if all(any(f.is_named(n) for f in c.files) for n in names)]


def fit(mapping: Mapping, names: Sequence[str]) -> Fit:
    """Hold the names against the patterns."""
    by_name = {name: [f for f in mapping.files if f.is_named(name)] for name in names}
    by_file = {f.name: [name for name in names if f.is_named(name)] for f in mapping.files}
    return Fit(
        unnamed=tuple(name for name, files in by_name.items() if not files),
        missing=tuple(f for f in mapping.files if not by_file[f.name]),
        twice=tuple(f for f in mapping.files if len(by_file[f.name]) > 1 and not f.several),
        doubtful=tuple(name for name, files in by_name.items() if len(files) > 1 and not are_parts(files)),
    )


def find_mappings(settings: Settings, municipality: str | None) -> tuple[list[Found], list[str]]:
    """Mappings that a municipality may use: its own, and those of systems; and what is wrong with those that cannot be read.

    A half-written mapping of one extract must not keep the others from working.
    """
    found, wrong = [], []
    for path in sorted(settings.mappings.glob("*/*.yml")):
        if municipality and _MUNICIPALITY.fullmatch(path.parent.name) and path.parent.name != municipality:
            continue
        try:
            mapping = load_mapping(path)
        except UserError as error:
            wrong.append(str(error))
            continue
        if mapping.municipality in (None, municipality) or municipality is None:
            found.append(Found(path, mapping))
    return found, wrong


def named_mapping(settings: Settings, name: str, municipality: str | None) -> Found:
    """The mapping that a person named: a path, ``folder/extract``, or an extract of the municipality or of a system."""
    path = Path(name).expanduser()
    if path.suffix in (".yml", ".yaml") or path.is_file():
        return Found(path, load_mapping(path))
    paths = sorted(settings.mappings.glob("*/*.yml"))
    exact = [p for p in paths if name == f"{p.parent.name}/{p.stem}"]
    fitting = [p for p in paths if name == p.stem]
    own = [p for p in fitting if p.parent.name == municipality]
    systems = [p for p in fitting if not _MUNICIPALITY.fullmatch(p.parent.name)]
    choice = exact or own or systems or ([] if municipality else fitting)
    if not choice:
        hint = did_you_mean(name, [f"{p.parent.name}/{p.stem}" for p in paths] + [p.stem for p in paths])
        raise UserError(f"--mapping: there is no mapping '{shown(name)}' in {settings.mappings}; {hint}")
    if len(choice) > 1:
        raise UserError(f"--mapping: '{name}' may be {' or '.join(f'{p.parent.name}/{p.stem}' for p in choice)}. Say which.")
    return Found(choice[0], load_mapping(choice[0]))


def period_end(mapping: Mapping, name: str) -> dt.date | None:
    """The day that stands in a file's name, where the mapping says how."""
    place = re.search(mapping.period.pattern, name) if mapping.period else None
    form = read_form(mapping.period.format) if place else None
    day = form.iso(place["end"], None) if form else None
    return dt.date.fromisoformat(day) if day else None
