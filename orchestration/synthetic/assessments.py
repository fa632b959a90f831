"""The further files of the IPLOS-style delivery: persons, assessments and staffing over time.

Belongs here: their columns and rows, made of the services. Does not belong here: the services themselves (``care``, ``extracts``).
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from orchestration.synthetic.care import STAFFING
from orchestration.synthetic.days import OPEN, dates, year_of
from orchestration.synthetic.extracts import FUNCTIONS, SEXES, Extract, code_column, fixed, local_ids, shown
from orchestration.synthetic.municipality import SyntheticMunicipality

_LIVING_WITH = np.array(["alone", "spouse", "children", "parents", "others", None], dtype=object)


def care_files(state: SyntheticMunicipality) -> list[Extract]:
    """``persons.csv``, ``need_scores.csv`` and ``dwelling_staffing.csv``."""
    return [_persons(state), _need_scores(state), _dwelling_staffing(state)]


def _person_numbers(state: SyntheticMunicipality) -> tuple[np.ndarray, np.ndarray]:
    """Persons with services, and the place of each service's person among them."""
    return np.unique(state.services.person, return_inverse=True)


def _persons(state: SyntheticMunicipality) -> Extract:
    s, (person, place) = state.services, _person_numbers(state)
    rng = np.random.default_rng([int(state.code), 5])
    n = len(person)
    first, last = np.full(n, OPEN), np.zeros(n, dtype=np.int64)
    np.minimum.at(first, place, s.start)
    np.maximum.at(last, place, s.end)
    ids = local_ids("P", np.arange(n))
    static = fixed(
        {
            "municipality_code": code_column(state, n),
            "person_number": ids,
            "person_national_id": state.persons.ids[person],
            "birth_year": year_of(state.persons.birth[person]),
            "sex": SEXES[state.persons.female[person]],
            "living_with": pa.array(_LIVING_WITH[rng.choice(6, n, p=(0.62, 0.16, 0.06, 0.04, 0.05, 0.07))], pa.string()),
            "has_care_of_children": (rng.random(n) < 0.08).astype(np.int8),
        }
    )
    order = [*static.column_names, "from_date", "to_date"]
    return Extract("persons.csv", "person", "iplos", first, last, shown(static, {"from_date": first, "to_date": last}, order), ids, {})


def _need_scores(state: SyntheticMunicipality) -> Extract:
    """The scores of a service stand on the day it began; where several began on one day those of the first."""
    s, (_, place) = state.services, _person_numbers(state)
    _, first = np.unique(np.column_stack([place, s.start]), axis=0, return_index=True)
    first = np.sort(first)
    functions = len(FUNCTIONS)
    person, assessed = np.repeat(place[first], functions), np.repeat(s.start[first], functions)
    n = len(person)
    ids = local_ids("P", person)
    static = fixed(
        {
            "municipality_code": code_column(state, n),
            "person_number": ids,
            "need_function": np.tile(np.array(FUNCTIONS, dtype=object), len(first)),
            "assessed_date": dates(assessed),
            "score": s.scores[first].reshape(-1),
        }
    )
    until = np.repeat(s.end[first], functions)
    return Extract("need_scores.csv", "need_score", "iplos", assessed, until, shown(static, {}, static.column_names), ids, {})


def _dwelling_staffing(state: SyntheticMunicipality) -> Extract:
    s = state.services
    housed = np.flatnonzero(s.staffing >= 0)
    start, end = s.start[housed], s.end[housed]
    ids = local_ids("T", housed)
    static = fixed(
        {
            "municipality_code": code_column(state, len(housed)),
            "service_id": ids,
            "staffing": np.array(STAFFING, dtype=object)[s.staffing[housed]],
            "from_date": dates(start),
        }
    )
    show = shown(static, {"to_date": end}, [*static.column_names, "to_date"])
    return Extract("dwelling_staffing.csv", "dwelling_staffing", "iplos", start, end, show, ids, {})
