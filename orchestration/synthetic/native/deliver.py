"""The native deliveries of a synthetic set: which municipality uses which system, and what it sends.

Belongs here: manifests, mappings beside the files, truth and what was planted. Does not belong here: a system's files (its module).
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from orchestration.settings import PROJECT_ROOT
from orchestration.synthetic.keys import Keys
from orchestration.synthetic.landing import Defects, Landing, Period
from orchestration.synthetic.local_groups import write_mapping
from orchestration.synthetic.municipality import SyntheticMunicipality
from orchestration.synthetic.national_id import IdRegister
from orchestration.synthetic.native import boei, fdvu, home_made, kobo, plain
from orchestration.synthetic.native.system import NativeFiles, System
from orchestration.synthetic.native.told import draw, rows_of
from orchestration.synthetic.reference import municipalities
from orchestration.synthetic.truth import write_truth

SYSTEMS = (boei.SYSTEM, fdvu.SYSTEM, kobo.EXCEL, kobo.API, home_made.SYSTEM, plain.CONTRACT, plain.FIXED_WIDTH, plain.PARQUET)
MAPPINGS = PROJECT_ROOT / "mappings"
MAPPING_FILE = "mapping.yml"
EXCLUDED = "excluded.csv"
EXCLUDED_COLUMNS = ("delivery", "file", "entity", "name", "rows")


def deliver_native(
    system: System, years: tuple[int, int], seed: int, register: IdRegister, landing: Landing, defects: Defects, truth: Path
) -> None:
    """All that one municipality sends from its own system, and the truth about it."""
    place, last_year = municipalities()[system.municipality], years[1]
    first = dt.date(max(years[0], last_year - system.deliveries + 1), 1, 1)
    state = draw(place, first, dt.date(last_year, 12, 31), seed, register)
    keys = system.prepare(state)
    if system.groups:
        received = dt.datetime.combine(first, dt.time(9))
        write = {"local_groups.csv": lambda path: write_mapping(path, place.code, system.groups)}
        landing.deliver("group_mapping", place.code, Period(first, first, received), write)
    for year in range(first.year, last_year + 1):
        _deliver(system, state, keys, year, landing, defects, truth)
    write_truth(truth / place.code, state, keys, system.entities)


def _deliver(system: System, state: SyntheticMunicipality, keys: Keys, year: int, landing: Landing, defects: Defects, truth: Path) -> None:
    period = Period(dt.date(year, 1, 1), dt.date(year, 12, 31), dt.datetime(year + 1, 1, 6, 10, 0))
    made = system.write(state, keys, rows_of(state, period.start, period.end))
    files = made.files | {MAPPING_FILE: (MAPPINGS / f"{system.mapping}.yml").read_bytes()}
    write = {name: lambda path, body=body: path.write_bytes(body) and 0 for name, body in files.items()}
    folder = landing.deliver("municipal", state.code, period, write, extract=system.extract)
    landing.rows += made.rows
    where = ("municipal", state.code, folder, period.end)
    defects.add([(d.kind, d.rule_id, *where, d.file, d.entity, d.line, d.local_id) for d in made.defects])
    _note_excluded(truth / EXCLUDED, folder, made)


def _note_excluded(path: Path, folder: str, made: NativeFiles) -> None:
    """Rows that are no rows of the contract, by the filter that leaves them out."""
    rows = [(folder, *what, count) for what, count in made.excluded.items() if count]
    with path.open("a", encoding="utf-8", newline="") as handle:
        handle.writelines(";".join(map(str, row)) + "\n" for row in rows)
