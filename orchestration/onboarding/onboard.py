"""From samples of a supplier's files to a draft mapping and a report of what is missing.

Belongs here: the order of the steps, and the report. Does not belong here: how a step is done (the modules beside this one).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from orchestration.arrivals.contracts import Contract, load_contracts
from orchestration.mappings.check import SUPPLIER_FIELD
from orchestration.onboarding.draft import FILL_IN, field_form, write_draft
from orchestration.onboarding.match import Filled, match_samples, required, terms_of, unused
from orchestration.onboarding.sample import Sample, read_sample
from orchestration.onboarding.values import plain
from orchestration.privacy.national_id import without_ids
from orchestration.settings import Settings, UserError, make_folder

SYSTEM = "system"  # folder of drafts that no municipality was named for


@dataclass(frozen=True)
class Onboarding:
    """The draft, where it belongs, and the report."""

    draft: str
    report: str
    path: Path


def onboard(
    settings: Settings, samples: Sequence[Path], source: str = "municipal", municipality: str | None = None, out: Path | None = None
) -> Onboarding:
    """Read the samples and write the draft. Nothing that exists is written over."""
    contract = _contract(source)
    if municipality is not None and not re.fullmatch(r"\d{4}", municipality):
        raise UserError("--municipality must be a municipality code of four digits.")
    tables = read_tables(contract, samples)
    filled = match_samples(contract, tables)
    first = filled[0].sample if filled else tables[0]
    path = out or settings.mappings / (municipality or SYSTEM) / f"{first.file.name}.yml"
    if path.suffix != ".yml" or not re.fullmatch("[a-z0-9_]+", path.stem):
        raise UserError(f"{path}: name the file <extract>.yml, the extract in small letters a-z, digits and _.")
    if path.exists():
        raise UserError(f"{path}: the file exists; name another with --out, or take it away.")
    draft = write_draft(contract, path.stem, filled, municipality, tables)
    make_folder(path.parent)
    path.write_text(draft, encoding="utf-8")
    return Onboarding(draft, write_report(contract, filled, tables, draft, path), path)


def read_tables(contract: Contract, paths: Sequence[Path]) -> list[Sample]:
    """The tables of all samples; files with the same columns are one file of the mapping."""
    terms = terms_of(contract)
    tables: list[Sample] = []
    for path in paths:
        if not path.is_file():
            raise UserError(f"{path}: there is no such file.")
        if not path.name.isprintable():
            raise UserError(f"{path.name!r}: give the file a name of plain signs.")
        for sample in read_sample(path, lambda word: plain(word) in terms):
            same = [s for s in tables if s.path != path and _form(s) == _form(sample)]
            taken = {s.file.name for s in tables}
            name = same[0].file.name if same else _free(sample.file.name, taken)
            tables.append(replace(sample, file=replace(sample.file, name=name)))
    return tables


def write_report(contract: Contract, filled: list[Filled], tables: list[Sample], draft: str, path: Path) -> str:
    """What was read, what was found, what is missing for the contract and what was not used; no value of any row."""
    lines = []
    for table in tables:
        shown = without_ids(table.path.name)
        form = ", ".join(filter(None, (table.file.format, f"sheet {table.file.sheet}" if table.file.sheet else "")))
        rows = f"{len(table.rows)} rows read" + ("" if table.is_whole else ", the file has more")
        lines.append(f"{shown}: {form}, {len(table.header)} columns, {rows}")
        if nameless := len(table.header) - len(table.columns()):
            lines.append(f"  columns without a name, or with one that stands twice, which cannot be mapped: {nameless}")
    for entity in filled:
        lines += ["", *_entity(entity)]
    others = [f"{f.entity} ({f.title_nb})" for f in contract.files if f.entity not in {e.contract.entity for e in filled}]
    if others:
        lines += ["", f"Not filled by these files: {', '.join(others)}."]
    used = {e.sample.file.name for e in filled} | {k.file for e in filled for k in e.lookups}
    for table in {t.file.name: t for t in tables if t.file.name in used}.values():
        if names := unused(table, filled):
            lines += ["", f"Columns of {table.file.name} that are not used: {', '.join(names)}."]
    idle = dict.fromkeys(without_ids(t.path.name) for t in tables if t.file.name not in used)
    if idle:
        lines += ["", f"Files that are not used: {', '.join(idle)}."]
    places = draft.count(FILL_IN) - draft.splitlines()[1].count(FILL_IN)
    return "\n".join([*lines, "", f"The draft is {path}: {places} place{'s' * (places != 1)} to fill in ({FILL_IN})."])


def _entity(entity: Filled) -> list[str]:
    contract = entity.contract
    own = [f for f in contract.fields if f.name != SUPPLIER_FIELD]
    found = sum(f.name in entity.matches for f in own)
    lines = [f"{contract.entity} ({contract.title_nb}) from {entity.sample.file.name}: {found} of {len(own)} fields found"]
    missing = [f for f in required(contract) if f.name not in entity.matches]
    if missing:
        lines.append("  missing, and the contract requires it:")
        lines += [f"    {f.name:<28} {f.nb}; {field_form(f)}" for f in missing]
    unsure = [f"{m.field.name} = {m.column.name}" for m in entity.matches.values() if m.sure == "guess"]
    if unsure:
        lines.append(f"  guesses to look at: {', '.join(unsure)}")
    return lines


def _contract(source: str) -> Contract:
    contracts = {s: c for s, c in load_contracts().items() if c.format["kind"] == "delimited"}
    if source not in contracts:
        raise UserError(f"--source must be one of {', '.join(sorted(contracts))}.")
    return contracts[source]


def _form(sample: Sample) -> tuple:
    return sample.header, sample.file.format, sample.file.sheet


def _free(name: str, taken: set[str]) -> str:
    """The name, with a number where another file has it."""
    return next(n for i in range(1, len(taken) + 2) if (n := name if i == 1 else f"{name}_{i}") not in taken)
