"""A second system of a municipality: the service office's own list of care dwellings, the same flats under other numbers.

Belongs here: its file, and the decisions that say which is which where the matching cannot tell. Does not belong here: the matching.

The list holds only dwellings that the property system has too, so that the truth of the municipality is what it is without the list.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np

from orchestration.settings import PROJECT_ROOT
from orchestration.synthetic import calibration as cal
from orchestration.synthetic import extracts
from orchestration.synthetic.days import date_of
from orchestration.synthetic.landing import Landing, Period
from orchestration.synthetic.municipality import SyntheticMunicipality
from orchestration.synthetic.native.system import text_file

MUNICIPALITY = "1146"
EXTRACT = "care_list"
_MAPPING = PROJECT_ROOT / "mappings" / EXTRACT / f"{EXTRACT}.yml"
_TYPES = {
    **{"adapted": "Tilrettelagt", "near_base": "Ved base"},
    **{"staffed_day": "Bemannet dag og kveld", "staffed_round_clock": "Bemannet hele døgnet"},
}
_COLUMNS = ["Nr", "Adresse", "Bruksenhet", "Postnr", "Skjermet", "Boligtype", "Rullestol", "Fra"]
_UNITS = 2


@dataclass(frozen=True)
class _Listed:
    """Places of dwellings in the state, and of them those that share their unit with others on the list."""

    alone: list[int]
    together: list[list[int]]

    @property
    def numbers(self) -> dict[int, str]:
        """The list's own number of each dwelling."""
        places = [*self.alone, *(place for unit in self.together for place in unit)]
        return {place: f"OB-{number:03d}" for number, place in enumerate(places, start=1)}


def _listed(state: SyntheticMunicipality) -> _Listed:
    """Care dwellings of the last day whose address is no secret; of units with several dwellings those of the first two."""
    d, last = state.dwellings, state.last
    everything = np.arange(len(d))
    there = (d.acquired <= last) & (d.disposed > last) & (d.at("category", everything, last) != cal.ORDINARY) & ~d.secret & ~d.is_shared
    in_unit = np.bincount(d.unit)[d.unit]
    alone = np.flatnonzero(there & (in_unit == 1)).tolist()
    several = there & (in_unit > 1)
    return _Listed(alone, [np.flatnonzero(several & (d.unit == unit)).tolist() for unit in np.unique(d.unit[several])[:_UNITS]])


def decide(state: SyntheticMunicipality) -> None:
    """Of several dwellings in one unit no rule can tell which is which: the service office has said so."""
    listed = _listed(state)
    ids = extracts.dwellings(state).local_id
    pairs = [(ids[place], listed.numbers[place]) for unit in listed.together for place in unit]
    for number, pair in enumerate(pairs, start=1):
        values = ("dwelling", *pair, "confirmed")
        state.decisions.add("match_decisions.csv", f"KB-{number}", values, state.last - 10, "Samme bolig i to systemer")


def deliver(state: SyntheticMunicipality, landing: Landing) -> None:
    """The list as it is on the last day, with its mapping."""
    last = date_of(state.last)
    period = Period(dt.date(last.year, 1, 1), last, dt.datetime(last.year + 1, 1, 5, 9))
    table = _table(state)
    files = {f"omsorgsboliger_{last:%Y%m%d}.csv": text_file([_COLUMNS, *table], encoding="utf-8"), "mapping.yml": _MAPPING.read_bytes()}
    write = {name: lambda path, body=body: path.write_bytes(body) and 0 for name, body in files.items()}
    landing.deliver("municipal", f"{state.code}", period, write, number=9, extract=EXTRACT)
    landing.rows += len(table)


def _table(state: SyntheticMunicipality) -> list[list[str]]:
    """Each third address is written in another way, each fourth dwelling alone in its unit has no unit number."""
    numbers = _listed(state).numbers
    shown = extracts.dwellings(state).show(np.array(list(numbers), dtype=np.int64), state.last).to_pylist()
    alone = set(_listed(state).alone)
    return [
        [
            numbers[place],
            row["address"].replace("veien", "vn.").upper() if line % 3 == 0 else row["address"],
            "" if line % 4 == 0 and place in alone else row["unit_number"],
            row["postal_code"],
            "Nei",
            _TYPES[row["category"]],
            "Ja" if row["is_wheelchair_accessible"] else "Nei",
            row["acquired_date"].strftime("%d.%m.%Y"),
        ]
        for line, (place, row) in enumerate(zip(numbers, shown, strict=True))
    ]
