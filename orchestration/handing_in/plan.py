"""From files and what a person said about them to what is handed in: source, supplier, period.

Belongs here: recognising files by their names, and the words where that is not possible. Does not belong here: what the files hold
(the arrival gate), and writing anything (``placing``).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from orchestration.arrivals.contracts import Contract, load_contracts
from orchestration.arrivals.manifest import Manifest
from orchestration.handing_in.names import delivered_name, shown
from orchestration.handing_in.placing import Handed, received_now
from orchestration.settings import Settings, UserError


@dataclass(frozen=True)
class Said:
    """What a person, or a folder's name, says about the files."""

    municipality: str | None = None
    period_end: dt.date | None = None
    period_start: dt.date | None = None
    received_at: dt.datetime | None = None
    source: str | None = None


def plan(settings: Settings, paths: Sequence[Path], said: Said, for_check: bool = False) -> list[Handed]:
    """The deliveries that these files make. ``UserError`` says what is missing. A check may do without a day: it takes today's."""
    if not paths:
        raise UserError("No files are named. Name those of one delivery, such as: fjernlys deliver dwellings.csv …")
    if said.municipality is not None and not re.fullmatch(r"\d{4}", said.municipality):
        raise UserError("--municipality: must be a municipality code of four digits, such as 5001.")
    names = [delivered_name(path.name) for path in paths]
    if for_check and said.period_end is None:
        said = replace(said, period_end=received_now().date())
    return [Handed(_manifest(contract := _contract(names, said), _supplier(contract, said), said), tuple(paths))]


def missing_files(contract: Contract, names: Sequence[str]) -> list[str]:
    """Files of a contract that are not among the names."""
    return [str(file.file or file.file_pattern) for file in contract.files if not any(file.is_named(name) for name in names)]


def contracts_naming(names: Sequence[str]) -> list[Contract]:
    """Contracts that know every one of these names."""
    return [c for c in load_contracts().values() if all(any(f.is_named(n) for f in c.files) for n in names)]


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
        expected = ", ".join(str(f.file or f.file_pattern) for f in contract.files)
        for name in names:
            if not any(f.is_named(name) for f in contract.files):
                raise UserError(f"{shown(name)}: is not a file of {contract.source}; expected {expected}.")
    if missing := missing_files(contract, names):
        raise UserError(f"{contract.source}: the delivery needs also {', '.join(missing)}. Name all its files at once.")
    return contract


def _not_recognised(names: Sequence[str], found: Sequence[Contract]) -> str:
    files = ", ".join(shown(name) for name in names[:5]) + (" …" if len(names) > 5 else "")
    if found:
        return f"{files}: files of these names belong to {', '.join(c.source for c in found)}. Say which with --source."
    return f"{files}: no contract names exactly these files. Say which one is meant with --source."


def _supplier(contract: Contract, said: Said) -> str:
    if contract.supplier == "municipality":
        if said.municipality is None:
            raise UserError("Say whose delivery it is with --municipality and a code of four digits, such as --municipality 5001.")
        return said.municipality
    if len(contract.supplier) > 1:
        raise UserError(f"{contract.source} has several suppliers ({', '.join(contract.supplier)}): write its manifest by hand.")
    return contract.supplier[0]


def _manifest(contract: Contract, supplier: str, said: Said) -> Manifest:
    if said.period_end is None:
        raise UserError("Say which day the files describe with --period-end YYYY-MM-DD: the last day of the period, such as 2025-12-31.")
    received_at = said.received_at or received_now()
    period_start = said.period_start or dt.date(said.period_end.year, 1, 1)
    if period_start > said.period_end:
        raise UserError(f"--period-start: {period_start} lies after the last day of the period, {said.period_end}.")
    if said.period_end > received_at.date():
        raise UserError(f"--period-end: {said.period_end} has not come yet (the delivery is received on {received_at.date()}).")
    return Manifest(contract.source, contract.version, supplier, period_start, said.period_end, received_at, ())
