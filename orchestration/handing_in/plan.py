"""From files and what a person said about them to what is handed in: source, supplier, period.

Belongs here: recognising files by their names, and the words where that is not possible. Does not belong here: what the files hold
(the arrival gate), and writing anything (``placing``).
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import re
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from orchestration.arrivals.contracts import Contract, load_contracts
from orchestration.arrivals.manifest import Manifest
from orchestration.handing_in.archive import unpack
from orchestration.handing_in.groups import group_delivery
from orchestration.handing_in.names import delivered_name, shown
from orchestration.handing_in.placing import Handed, new_aside, received_now
from orchestration.handing_in.recognise import Found, contracts_naming, find_mappings, fit, named_mapping, period_end
from orchestration.mappings.model import MAPPING_FILE
from orchestration.settings import Settings, UserError
from orchestration.sources import answers


@dataclass(frozen=True)
class Said:
    """What a person, or a folder's name, says about the files."""

    municipality: str | None = None
    period_end: dt.date | None = None
    period_start: dt.date | None = None
    received_at: dt.datetime | None = None
    source: str | None = None
    mapping: str | None = None


def plan(settings: Settings, paths: Sequence[Path], said: Said, for_check: bool = False) -> list[Handed]:
    """The deliveries that these files make. ``UserError`` says what is missing. A check may do without a day: it takes today's."""
    if not paths:
        raise UserError("No files are named. Name those of one delivery, such as: fjernlys deliver dwellings.csv …")
    if said.municipality is not None and not re.fullmatch(r"\d{4}", said.municipality):
        raise UserError("--municipality: must be a municipality code of four digits, such as 5001.")
    names = [delivered_name(path.name) for path in paths]
    found = _mapping(settings, names, said)
    if found:
        return list(mapped_delivery(settings, found, paths, said, for_check))
    contract = _contract(names, said)
    manifest = _manifest(contract, _supplier(contract, said), said, for_check)
    if contract.format["kind"] == answers.TABLES:  # tables live side by side, as those that are fetched do
        manifest = replace(manifest, extract=_table(names))
    return [Handed(manifest, tuple(paths))]


@contextlib.contextmanager
def named_files(settings: Settings, paths: Sequence[Path]) -> Iterator[list[Path]]:
    """The files that a person named: of a folder those that lie in it and are not hidden, of an archive those in it, taken apart aside."""
    files: list[Path] = []
    with contextlib.ExitStack() as asides:
        for path in paths:
            if not os.path.lexists(path):
                raise UserError(f"{shown(path)}: there is no such file.")
            if path.is_dir() and not path.is_symlink():
                files += sorted(p for p in path.iterdir() if not p.name.startswith("."))
            elif path.suffix.casefold() == ".zip":
                aside = new_aside(settings)
                asides.callback(shutil.rmtree, aside, ignore_errors=True)
                files += unpack(path, aside)
            else:
                files.append(path)
        yield files


def mapped_delivery(settings: Settings, found: Found, paths: Sequence[Path], said: Said, for_check: bool = False) -> Iterator[Handed]:
    """The delivery of an extract, after that of its target groups: a code must be known when rows with it come."""
    mapping = found.mapping
    if problem := fit(mapping, [delivered_name(path.name) for path in paths]).problem():
        raise UserError(f"{found.name}: {problem}.")
    if said.municipality and mapping.municipality not in (None, said.municipality):
        raise UserError(f"{found.name}: the mapping is that of {mapping.municipality}, not of {said.municipality}.")
    said = replace(said, municipality=mapping.municipality or said.municipality, period_end=_day(found, paths, said))
    contract = load_contracts()[mapping.source]
    manifest = replace(_manifest(contract, _supplier(contract, said), said, for_check), extract=mapping.extract)
    groups = group_delivery(settings, manifest, mapping.target_groups) if mapping.target_groups else None
    if groups:
        yield groups
    yield Handed(manifest, tuple(paths), ((MAPPING_FILE, found.path.read_bytes()),))


def missing_files(contract: Contract, names: Sequence[str]) -> list[str]:
    """Files that a contract asks for and that are not among the names."""
    return [file.names for file in contract.files if not file.optional and not any(map(file.is_named, names))]


def _mapping(settings: Settings, names: Sequence[str], said: Said) -> Found | None:
    """The mapping that is named, or else the only one whose patterns fit all names."""
    if said.source is not None and said.mapping is not None:
        raise UserError("Say --mapping or --source, not both: a mapping names its source.")
    if said.mapping is not None:
        return named_mapping(settings, said.mapping, said.municipality)
    if said.source is not None:
        return None
    usable, wrong = find_mappings(settings, said.municipality)
    in_contract = bool(contracts_naming(names))
    usable = [f for f in usable if f.is_own or not in_contract]
    whole = [f for f in usable if fit(f.mapping, names).is_whole]
    if len(whole) > 1:
        raise UserError(f"{_listed(names)}: the mappings {', '.join(f.name for f in whole)} fit. Say which with --mapping.")
    if whole:
        return whole[0]
    if in_contract:
        return None
    nearly = [(f, fit(f.mapping, names)) for f in usable]
    hints = [f"{f.name}: {how.problem()}." for f, how in nearly if not how.unnamed] + wrong
    if hints:
        raise UserError("\n".join([f"{_listed(names)}: no mapping fits exactly these files.", *hints[:5]]))
    return None


def _day(found: Found, paths: Sequence[Path], said: Said) -> dt.date | None:
    """The day that the person says, or the file names; they must agree."""
    days = {path.name: period_end(found.mapping, delivered_name(path.name)) for path in paths}
    told = {day for day in days.values() if day}
    if len(told) > 1:
        raise UserError(f"{found.name}: the file names tell different days ({', '.join(map(str, sorted(told)))}).")
    day = next(iter(told), None)
    if day and said.period_end and day != said.period_end:
        raise UserError(f"--period-end: {said.period_end} is not the day in the file name, {day}.")
    return said.period_end or day


def _contract(names: Sequence[str], said: Said) -> Contract:
    contracts = load_contracts()
    if said.source is None:
        found = contracts_naming(names)
        if len(found) != 1:
            raise UserError(_not_recognised(names, found))
        contract = found[0]
    elif said.source not in contracts:
        raise UserError(f"--source: must be one of {', '.join(sorted(contracts))}.")
    else:
        contract = contracts[said.source]
        expected = ", ".join(f.names for f in contract.files)
        for name in names:
            if not any(f.is_named(name) for f in contract.files):
                raise UserError(f"{shown(name)}: is not a file of {contract.source}; expected {expected}.")
    if missing := missing_files(contract, names):
        raise UserError(f"{contract.source}: the delivery needs also {', '.join(missing)}. Name all its files at once.")
    return contract


def _table(names: Sequence[str]) -> str:
    asked_for = answers.asked_for(names)
    if asked_for is None:
        raise UserError(f"{_listed(names)}: a delivery holds one table in one vintage. Hand in each on its own.")
    return asked_for


def _not_recognised(names: Sequence[str], found: Sequence[Contract]) -> str:
    files = _listed(names)
    if found:
        return f"{files}: files of these names belong to {', '.join(c.source for c in found)}. Say which with --source."
    return f"{files}: no mapping's patterns and no contract's names fit these files. Say which is meant with --mapping or --source."


def _listed(names: Sequence[str]) -> str:
    return ", ".join(shown(name) for name in names[:5]) + (" …" if len(names) > 5 else "")


def _supplier(contract: Contract, said: Said) -> str:
    if contract.supplier == "municipality":
        if said.municipality is None:
            raise UserError("Say whose delivery it is with --municipality and a code of four digits, such as --municipality 5001.")
        return said.municipality
    if len(contract.supplier) > 1:
        raise UserError(f"{contract.source} has several suppliers ({', '.join(contract.supplier)}): write its manifest by hand.")
    return contract.supplier[0]


def _manifest(contract: Contract, supplier: str, said: Said, for_check: bool = False) -> Manifest:
    """Without files. A check that is told no day takes today's."""
    if said.period_end is None and for_check:
        said = replace(said, period_end=received_now().date())
    if said.period_end is None:
        raise UserError("Say which day the files describe with --period-end YYYY-MM-DD: the last day of the period, such as 2025-12-31.")
    received_at = said.received_at or received_now()
    if received_at > received_now():
        raise UserError(f"--received-at: {received_at} has not come yet.")
    period_start = said.period_start or dt.date(said.period_end.year, 1, 1)
    if period_start > said.period_end:
        raise UserError(f"--period-start: {period_start} lies after the last day of the period, {said.period_end}.")
    if said.period_end > received_at.date():
        raise UserError(f"--period-end: {said.period_end} has not come yet (the delivery is received on {received_at.date()}).")
    return Manifest(contract.source, contract.version, supplier, period_start, said.period_end, received_at, ())
