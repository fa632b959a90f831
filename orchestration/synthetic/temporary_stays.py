"""Stays in temporary accommodation of households that have no dwelling: applicants and recipients of social assistance.

Belongs here: drawing the stays and the columns of ``stays.csv``. Does not belong here: when it is delivered (``deliveries``).
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from orchestration.synthetic import calibration as cal
from orchestration.synthetic.days import OPEN, dates, year_of
from orchestration.synthetic.extracts import Extract, code_column, fixed, local_ids
from orchestration.synthetic.municipality import SyntheticMunicipality

_KINDS = np.array(["single", "couple", "single_with_children", "couple_with_children", "other"], dtype=object)
_PLACES = np.array(["municipal_unit", "guesthouse", "hotel", "camping_cabin", "crisis_shelter", "other"], dtype=object)
_PRICES = np.array([550, 750, 1150, 600, 0, 700])
_REASONS = np.array(
    ["no_dwelling", "evicted", "contract_expired", "left_prison", "left_institution", "break_up", "violence", "fire_or_damage", "other"],
    dtype=object,
)
_WENT_TO = np.array(
    ["municipal_dwelling", "private_rental", "own_home", "institution", "other_municipality", "unknown", "other"], dtype=object
)


def temporary_stays(state: SyntheticMunicipality) -> Extract:
    """``stays.csv``: where somebody would be in two places at once, the later stay is left out."""
    rng = np.random.default_rng([int(state.code), 6])
    families = len(state.households)
    people = np.concatenate([state.persons.applicants, state.persons.assisted])
    household = np.arange(families, families + len(people))  # applicants keep the household they applied as
    years = (state.last - state.first) / 365.25
    n = min(len(people), round(cal.TEMPORARY_STAYS_PER_YEAR * years * len(state.dwellings))) if len(people) else 0
    who = rng.integers(0, max(1, len(people)), n)
    start = rng.integers(state.first - 120, state.last + 1, n)
    end = start + 3 + rng.exponential(np.where(rng.random(n) < 0.2, 260, 45)).astype(np.int64)
    order = np.lexsort((start, who))
    who, start, end = who[order], start[order], end[order]
    free = np.ones(n, dtype=bool)
    until, last = 0, -1
    for place in range(n):
        free[place] = who[place] != last or start[place] >= until
        if free[place]:
            last, until = who[place], end[place]
    keep = np.flatnonzero(free & (end >= state.first))
    keep = keep[np.lexsort((who[keep], start[keep]))]
    who, start, end = who[keep], start[keep], end[keep]
    n = len(keep)
    kind = rng.choice(5, n, p=(0.72, 0.06, 0.11, 0.09, 0.02))
    place = rng.choice(6, n, p=(0.3, 0.27, 0.14, 0.12, 0.12, 0.05))
    codes = np.array([*(group.code for group in state.groups), None], dtype=object)
    ids = local_ids("M", np.arange(n))
    reasons = rng.choice(9, n, p=(0.37, 0.1, 0.12, 0.08, 0.07, 0.12, 0.07, 0.03, 0.04))
    went_to = _WENT_TO[rng.choice(7, n, p=(0.34, 0.3, 0.02, 0.08, 0.05, 0.17, 0.04))]
    static = fixed(
        {
            "municipality_code": code_column(state, n),
            "stay_id": ids,
            "household_id": local_ids("H", household[who]),
            "person_national_id": state.persons.ids[people[who]],
            "person_duf": pa.nulls(n, pa.string()),
            "birth_year": year_of(state.persons.birth[people[who]]),
            "household_kind": _KINDS[kind],
            "child_count": np.where((kind == 2) | (kind == 3), rng.integers(1, 4, n), 0),
            "accommodation_kind": _PLACES[place],
            "reason": _REASONS[reasons],
            "legal_basis": np.where(place == 4, "other", "social_services_act_27").astype(object),
            "local_group_code": pa.array(codes[rng.integers(0, len(codes), n)], pa.string()),
            "start_date": dates(start),
        }
    )
    price = pa.array(np.where(_PRICES[place] > 0, _PRICES[place] + 10 * rng.integers(0, 15, n), 0)).cast(pa.string())

    def show(rows: np.ndarray, known_by: int) -> pa.Table:
        table = static.take(pa.array(rows))
        ended = dates(end[rows], known_by)
        why = pa.compute.if_else(ended.is_valid(), pa.array(went_to[rows], pa.string()), pa.scalar(None, pa.string()))
        columns = {name: table.column(name) for name in table.column_names}
        return pa.table(columns | {"end_date": ended, "end_reason": why, "price_per_night_nok": price.take(pa.array(rows))})

    return Extract("stays.csv", "stay", "temporary_accommodation", start, np.minimum(end, OPEN), show, ids, {})
