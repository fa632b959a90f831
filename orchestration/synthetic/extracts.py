"""The files of the municipal, IPLOS and refugee register deliveries: which rows stand in them and what they show.

A delivery shows what was known on its last day, and holds every row that was active at any time since the delivery
before; a row that ended on the first day of the period is there too, since its end was not known before.

Belongs here: columns and rows of a snapshot. Does not belong here: folders and manifests (``landing``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from orchestration.synthetic import calibration as cal
from orchestration.synthetic.applications import REASONS
from orchestration.synthetic.care import STAFFING
from orchestration.synthetic.days import OPEN, add_years, dates, year_of
from orchestration.synthetic.households import draw_codes
from orchestration.synthetic.keys import local_ids
from orchestration.synthetic.local_groups import UNKNOWN_CODE
from orchestration.synthetic.municipality import SyntheticMunicipality
from orchestration.synthetic.national_id import with_wrong_check_digit

FUNCTIONS = (
    *("housework", "shopping", "hygiene", "dressing", "eating", "cooking", "toilet", "moving_indoors", "moving_outdoors"),
    *("own_health", "memory", "communication", "decisions", "social", "behaviour", "sight", "hearing"),
)
_END_REASONS = np.array(
    ["moved_own_home", "moved_private_rental", "moved_institution", "moved_internally", "contract_expired", "evicted", "deceased", "other"],
    dtype=object,
)
_OFFICES = np.array(["service_office", "housing_office"], dtype=object)
_BASES = np.array(["health_care_act", "social_services_act", "none"], dtype=object)
_DESTINATIONS = np.array(
    [
        "owned_home",
        "private_rental",
        "municipal_dwelling",
        "institution",
        "family",
        "other_municipality",
        "no_dwelling",
        "deceased",
        "unknown",
    ],
    dtype=object,
)
# Where those went whose tenancy ended for each of the reasons above; what is left of a row is not told.
_WENT_TO = np.array(
    [
        [0.95, 0, 0, 0, 0, 0, 0, 0, 0],
        [0, 0.90, 0, 0, 0, 0, 0, 0, 0],
        [0, 0, 0, 0.96, 0, 0, 0, 0, 0],
        [0, 0, 0.98, 0, 0, 0, 0, 0, 0],
        [0.10, 0.35, 0, 0, 0.12, 0.15, 0.05, 0, 0.15],
        [0, 0.10, 0, 0.05, 0.15, 0.05, 0.40, 0, 0.20],
        [0, 0, 0, 0, 0, 0, 0, 1.0, 0],
        [0, 0.10, 0, 0, 0.30, 0.35, 0, 0, 0.15],
    ]
)
# Fields that came after the first deliveries; suppliers' own systems do not tell them.
LATER_FIELDS = {
    "dwelling": ("building_id", "cadastre_id", "allocating_unit", "is_shared", "grant_nok", "grant_binding_until"),
    "tenancy": ("agreed_end_date", "reassessed_date", "destination"),
    "application": ("promised_date", "listed_date", "needs_wheelchair_access", "needed_category"),
}
_CONTRACT_LENGTHS = (1, 2, 4, 5)
SEXES = np.array(["m", "f"], dtype=object)


@dataclass
class Extract:
    """One file: rows with the days they are active, a function that shows some of them as known on a day, and their keys."""

    file: str
    entity: str
    source: str
    from_day: np.ndarray
    to_day: np.ndarray
    show: Callable[[np.ndarray, int], pa.Table]
    local_id: np.ndarray
    flags: dict[str, np.ndarray]  # row rule -> rows that break it in every delivery

    def rows(self, start: int, end: int) -> np.ndarray:
        """Rows of the delivery for ``start`` to ``end``."""
        return np.flatnonzero((self.from_day <= end) & (self.to_day >= start))


def fixed(columns: dict[str, object]) -> pa.Table:
    """Table of columns that are the same in every delivery."""
    return pa.table({name: value if isinstance(value, pa.Array) else pa.array(value) for name, value in columns.items()})


def shown(static: pa.Table, dated: dict[str, np.ndarray], order: list[str]) -> Callable[[np.ndarray, int], pa.Table]:
    """Show rows of a table; days after the delivery's last day are not known yet."""

    def show(rows: np.ndarray, known_by: int) -> pa.Table:
        taken = static.take(pa.array(rows))
        columns = {name: taken.column(name) for name in static.column_names}
        columns.update({name: dates(days[rows], known_by) for name, days in dated.items()})
        return pa.table({name: columns[name] for name in order})

    return show


def code_column(state: SyntheticMunicipality, n: int) -> pa.Array:
    """The municipality's code, n times."""
    return pa.DictionaryArray.from_arrays(pa.array(np.zeros(n, dtype=np.int8)), pa.array([state.code])).cast(pa.string())


def told_ids(state: SyntheticMunicipality) -> np.ndarray:
    """The persons' ids as the municipality writes them: some contract holders' are wrong."""
    ids = state.persons.ids.copy()
    holders = state.members.holder_row[state.planted.spoilt_household]
    ids[holders] = with_wrong_check_digit(ids[holders])
    return ids


def dwellings(state: SyntheticMunicipality) -> Extract:
    """``dwellings.csv``: attributes as they are on the delivery's last day."""
    d, n = state.dwellings, len(state.dwellings)
    ids, units = local_ids("B", np.arange(n)), local_ids("E", d.unit)
    numbers = np.random.default_rng([int(state.code), 1]).integers(0, 20, n)
    reasons = np.array(["between_tenants"] * 11 + ["reserved"] * 3 + ["renovation"] * 3 + ["unsuited"] * 2 + ["for_sale"], dtype=object)
    let = state.tenancies
    order = ["municipality_code", "dwelling_id", "unit_id", "unit_number", "address", "postal_code", "is_secret_address", "tenure_form"]
    order += ["tenure_kind", "category", "room_count", "area_m2", "is_wheelchair_accessible", "responsible_unit", "reserved_for"]
    order += ["monthly_rent_nok", "vacancy_reason", "acquired_date", "disposed_date", "changed_date", *LATER_FIELDS["dwelling"]]

    def show(rows: np.ndarray, known_by: int) -> pa.Table:
        occupied = np.zeros(n, dtype=bool)
        occupied[let.dwelling[(let.start <= known_by) & (let.end > known_by)]] = True
        quiet = occupied[rows] | (d.disposed[rows] <= known_by)
        area = d.area_tenths[rows]
        columns = {
            "municipality_code": code_column(state, len(rows)),
            "dwelling_id": ids[rows],
            "unit_id": units[rows],
            "unit_number": d.unit_number[rows],
            "address": d.address[rows],
            "postal_code": d.postal_code[rows],
            "is_secret_address": d.secret[rows].astype(np.int8),
            "tenure_form": np.array(cal.TENURE_FORMS, dtype=object)[d.at("tenure", rows, known_by)],
            "tenure_kind": d.at("tenure_kind", rows, known_by),
            "category": np.array(cal.CATEGORIES, dtype=object)[d.at("category", rows, known_by)],
            "room_count": d.rooms[rows],
            "area_m2": np.char.add(np.char.add((area // 10).astype(str), "."), (area % 10).astype(str)),
            "is_wheelchair_accessible": d.at("wheelchair", rows, known_by).astype(np.int8),
            "responsible_unit": d.at("responsible", rows, known_by),
            "reserved_for": pa.array(d.reserved_for[rows], pa.string()),
            "monthly_rent_nok": d.at("rent", rows, known_by),
            "vacancy_reason": pa.array(np.where(quiet, None, reasons[numbers[rows]]), pa.string()),
            "acquired_date": dates(d.acquired[rows]),
            "disposed_date": dates(d.disposed[rows], known_by),
            "changed_date": dates(d.changed[rows], known_by),
            "building_id": d.building[rows],
            "cadastre_id": d.cadastre[rows],
            "allocating_unit": d.at("allocating", rows, known_by),
            "is_shared": d.is_shared[rows].astype(np.int8),
            "grant_nok": pa.array(d.grant[rows], mask=d.grant[rows] == 0),
            "grant_binding_until": dates(d.grant_until[rows]),
        }
        return fixed({name: columns[name] for name in order})

    return Extract("dwellings.csv", "dwelling", "municipal", d.acquired, d.disposed, show, ids, {"P004": d.secret})


def let_by_service_office(state: SyntheticMunicipality) -> np.ndarray:
    """Whether the service office allotted the dwelling of each tenancy, by the health and care act; else the housing office did."""
    t = state.tenancies
    group, category = state.stays.group[t.stay], state.dwellings.at("category", t.dwelling, t.start)
    return (group < 4) & ((category != cal.ORDINARY) | (group == 3))


def applied_at_service_office(state: SyntheticMunicipality) -> np.ndarray:
    """The same for applications."""
    return state.applications.group == 3


def tenancies(state: SyntheticMunicipality, holder_ids: np.ndarray) -> Extract:
    """``tenancies.csv``: contracts, and after them the copies that another office registered."""
    t, stays = state.tenancies, state.stays
    rng = np.random.default_rng([int(state.code), 2])
    n = len(t)
    copies = state.planted.of("duplicate_tenancy")
    source = np.concatenate([np.arange(n), copies])
    ids = local_ids("L", np.arange(len(source)))
    group, health = stays.group[t.stay], let_by_service_office(state)
    basis = np.where(group == 6, 2, np.where(health, 0, 1))
    office = np.where(health, 0, 1)
    other_fixed = rng.random(n) < cal.OTHER_FIXED_TERM[group]
    kind = np.where(t.three_year, "three_year", np.where(other_fixed, "other_fixed_term", "permanent"))
    reason = rng.choice(8, n, p=(0.22, 0.30, 0.05, 0.0, 0.18, 0.05, 0.05, 0.15))
    reason = np.where((group == 3) & (rng.random(n) < 0.75), np.where(rng.random(n) < 0.6, 6, 2), reason)
    moved, returning = np.zeros(len(stays), dtype=bool), stays.returned_from >= 0
    moved[stays.moved_from[stays.moved_from >= 0]] = True
    final = t.end == stays.end[t.stay]
    further = np.random.default_rng([int(state.code), 5])
    evicted = returning.copy()
    evicted[stays.returned_from[returning]] = True  # some were evicted, came back, and were evicted again
    evicted &= np.isin(stays.household, np.unique(stays.household[evicted])[::3])
    reason = np.where(evicted[t.stay] & (group != 3), 5, reason)
    told_to_move = moved[t.stay] & (further.random(n) < 0.85)
    reason = np.where(~final, 4, np.where(moved[t.stay], np.where(told_to_move, 3, 4), reason))
    destination = (further.random(n)[:, None] >= np.cumsum(_WENT_TO, axis=1)[reason]).sum(axis=1)
    destination = np.where(moved[t.stay] | ~final, 2, destination)
    length = np.where(t.three_year, 3, further.choice(_CONTRACT_LENGTHS, n))
    agreed_end = np.where(kind == "permanent", OPEN, add_years(t.start, length))
    wrong = state.planted.of("agreed_end_before_start")
    agreed_end[wrong] = t.start[wrong] - wrong % 100
    told_start = t.start - np.where(t.start == stays.start[t.stay], stays.days_early[t.stay], 0)
    between = np.where(further.random(n) < 0.3, OPEN, further.integers(400, 1300, n))
    decided = np.where(rng.random(n) < 0.75, np.maximum(t.start - rng.integers(5, 60, n), 0), OPEN)
    late = state.planted.of("decision_after_start")
    decided[late] = t.start[late] + 10 + late % 50
    office = np.concatenate([office, 1 - office[copies]])
    household = t.household[source]
    static = fixed(
        {
            "municipality_code": code_column(state, len(source)),
            "tenancy_id": ids,
            "dwelling_id": local_ids("B", t.dwelling[source]),
            "household_id": local_ids("H", household),
            "contract_holder_national_id": holder_ids[state.members.holder_row[household]],
            "contract_kind": kind[source].astype(object),
            "start_date": dates(told_start[source]),
            "end_date": pa.nulls(len(source), pa.date32()),
            "legal_basis": _BASES[basis[source]],
            "allocating_office": _OFFICES[office],
            "decision_date": pa.nulls(len(source), pa.date32()),
            "end_reason": pa.array(_END_REASONS[reason[source]], pa.string()),
            "agreed_end_date": dates(agreed_end[source]),
            "reassessed_date": pa.nulls(len(source), pa.date32()),
            "destination": pa.array(np.append(_DESTINATIONS, None)[destination[source]], pa.string()),
        }
    )
    start, end, between, decided = told_start[source], t.told_end[source], between[source], decided[source]

    def show(rows: np.ndarray, known_by: int) -> pa.Table:
        table = static.take(pa.array(rows))
        ended = dates(end[rows], known_by)
        last_time = start[rows] + (np.minimum(end[rows] - 1, known_by) - start[rows]) // between[rows] * between[rows]
        columns = {name: table[name] for name in table.column_names}
        for name in ("end_reason", "destination"):
            columns[name] = pa.compute.if_else(ended.is_valid(), table[name], pa.scalar(None, pa.string()))
        columns["decision_date"] = dates(decided[rows], known_by)
        columns |= {"end_date": ended, "reassessed_date": dates(np.where(last_time > start[rows], last_time, OPEN))}
        return pa.table(columns)

    spoilt = state.planted.spoilt_household[household]
    return Extract("tenancies.csv", "tenancy", "municipal", start, end, show, ids, {"P001": spoilt})


def members(state: SyntheticMunicipality, holder_ids: np.ndarray) -> Extract:
    """``household_members.csv``."""
    m, n = state.members, len(state.members.household)
    household = local_ids("H", m.household)
    order = ["municipality_code", "household_id", "member_number", "person_national_id", "birth_year", "sex", "from_date", "to_date"]
    static = fixed(
        {
            "municipality_code": code_column(state, n),
            "household_id": household,
            "member_number": m.number,
            "person_national_id": holder_ids[:n],
            "birth_year": year_of(m.birth),
            "sex": SEXES[m.female],
        }
    )
    show = shown(static, {"from_date": m.from_day, "to_date": m.to_day}, order)
    spoilt = state.planted.spoilt_household[m.household] & (m.number == 1)
    keys = np.char.add(np.char.add(household.astype(str), "/"), m.number.astype(str)).astype(object)
    return Extract("household_members.csv", "household_member", "municipal", m.from_day, m.to_day, show, keys, {"P001": spoilt})


def group_rows(state: SyntheticMunicipality) -> Extract:
    """``household_groups.csv``."""
    g = state.group_rows
    codes = np.array([group.code for group in state.groups] + [UNKNOWN_CODE], dtype=object)
    household = local_ids("H", g.household)
    order = ["municipality_code", "household_id", "group_rank", "local_group_code", "from_date", "to_date"]
    static = fixed(
        {
            "municipality_code": code_column(state, len(g.household)),
            "household_id": household,
            "group_rank": g.rank,
            "local_group_code": codes[g.code],
        }
    )
    show = shown(static, {"from_date": g.from_day, "to_date": g.to_day}, order)
    return Extract("household_groups.csv", "household_group", "municipal", g.from_day, g.to_day, show, household, {})


def _groups_applied_with(rng: np.random.Generator, state: SyntheticMunicipality) -> np.ndarray:
    """Places in the list of local groups: that which a household is registered with first, unless it applied as another; else a draw."""
    a, g = state.applications, state.group_rows
    place = draw_codes(rng, state.groups, a.group)
    form = np.array([int(group.form_2009) - 1 for group in state.groups])
    registered = np.full(len(state.households), -1)
    first = np.flatnonzero(g.rank == 1)[::-1]
    registered[g.household[first]] = g.code[first]
    own = np.where(a.household < len(registered), registered[np.minimum(a.household, len(registered) - 1)], -1)
    return np.where((own >= 0) & (form[own] == a.group), own, place)


def applications(state: SyntheticMunicipality, holder_ids: np.ndarray) -> Extract:
    """``applications.csv``: later stages are empty until they have happened."""
    a, n, families = state.applications, len(state.applications), len(state.households)
    person = np.zeros(n, dtype=np.int64)
    inside = a.household < families
    person[inside] = state.members.holder_row[a.household[inside]]
    person[~inside] = state.persons.applicants[a.household[~inside] - families]
    rng = np.random.default_rng([int(state.code), 3])
    untold = rng.random(n) < 0.08
    code = np.where(untold, None, np.array([g.code for g in state.groups], dtype=object)[_groups_applied_with(rng, state)])
    health = applied_at_service_office(state)
    ids = local_ids("S", np.arange(n))
    decisions = np.where(a.granted, "granted", "rejected").astype(object)
    reasons = np.array([*REASONS, None], dtype=object)[a.reason]
    tenancy = np.where(a.tenancy >= 0, local_ids("L", a.tenancy), None)
    order = ["municipality_code", "application_id", "household_id", "applicant_national_id", "received_date", "decided_date", "decision"]
    order += [
        "rejection_reason",
        "assigned_date",
        "withdrawn_date",
        "moved_in_date",
        "tenancy_id",
        "local_group_code",
        "allocating_office",
        "legal_basis",
        *LATER_FIELDS["application"],
    ]
    static = fixed(
        {
            "municipality_code": code_column(state, n),
            "application_id": ids,
            "household_id": local_ids("H", a.household),
            "applicant_national_id": holder_ids[person],
            "local_group_code": pa.array(code, pa.string()),
            "allocating_office": _OFFICES[np.where(health, 0, 1)],
            "legal_basis": _BASES[np.where(a.group == 6, 2, np.where(health, 0, 1))],
            "needs_wheelchair_access": a.needs_wheelchair.astype(np.int8),
        }
    )
    needed = np.array(cal.CATEGORIES, dtype=object)[a.needed_category]

    def show(rows: np.ndarray, known_by: int) -> pa.Table:
        taken = static.take(pa.array(rows))
        columns = {name: taken.column(name) for name in static.column_names}
        decided, moved = a.decided[rows] <= known_by, a.moved_in[rows] <= known_by
        for name in ("received", "decided", "assigned", "withdrawn", "moved_in", "promised", "listed"):
            columns[f"{name}_date"] = dates(getattr(a, name)[rows], known_by)
        columns["decision"] = pa.array(np.where(decided, decisions[rows], None), pa.string())
        columns["rejection_reason"] = pa.array(np.where(decided, reasons[rows], None), pa.string())
        columns["needed_category"] = pa.array(np.where(decided & a.granted[rows], needed[rows], None), pa.string())
        columns["tenancy_id"] = pa.array(np.where(moved, tenancy[rows], None), pa.string())
        return pa.table({name: columns[name] for name in order})

    spoilt = np.zeros(n, dtype=bool)
    spoilt[inside] = state.planted.spoilt_household[a.household[inside]]
    return Extract("applications.csv", "application", "municipal", a.received, a.closed(), show, ids, {"P001": spoilt})


def services(state: SyntheticMunicipality) -> Extract:
    """``services.csv`` of the IPLOS-style delivery."""
    s, n = state.services, len(state.services)
    spoilt = state.planted.spoilt_service
    people = state.persons.ids[s.person]
    people[spoilt] = with_wrong_check_digit(people[spoilt])
    ids = local_ids("T", np.arange(n))
    staffing = np.array([*STAFFING, None], dtype=object)[s.staffing]
    hours = np.char.add(np.char.add((s.hours_tenths // 10).astype(str), "."), (s.hours_tenths % 10).astype(str)).astype(object)
    order = ["municipality_code", "service_id", "person_national_id", "birth_year", "sex", "service_type", "start_date", "end_date"]
    order += ["hours_per_week", "staffing", *(f"need_{name}" for name in FUNCTIONS)]
    columns = {
        "municipality_code": code_column(state, n),
        "service_id": ids,
        "person_national_id": people,
        "birth_year": year_of(state.persons.birth[s.person]),
        "sex": SEXES[state.persons.female[s.person]],
        "service_type": s.kind.astype("U2"),
        "hours_per_week": pa.array(np.where(s.staffing >= 0, None, hours), pa.string()),
        "staffing": pa.array(staffing, pa.string()),
    }
    columns.update({f"need_{name}": s.scores[:, i] for i, name in enumerate(FUNCTIONS)})
    show = shown(fixed(columns), {"start_date": s.start, "end_date": s.end}, order)
    return Extract("services.csv", "service", "iplos", s.start, s.end, show, ids, {"P001": spoilt})


def refugees(state: SyntheticMunicipality) -> Extract:
    """``refugees.csv``: everyone settled by then, whoever is over five years too."""
    r, n = state.register, len(state.register.person)
    spoilt = state.planted.spoilt_register
    people = state.persons.ids[r.person]
    people[spoilt] = with_wrong_check_digit(people[spoilt])
    ids = local_ids("R", np.arange(n))
    duf = pa.array(r.duf, pa.string())
    static = fixed({"municipality_code": code_column(state, n), "register_number": ids, "person_national_id": people, "person_duf": duf})
    show = shown(static, {"settlement_date": r.settled}, [*static.column_names, "settlement_date"])
    return Extract("refugees.csv", "refugee", "refugee_register", r.settled, np.full(n, OPEN), show, ids, {"P001": spoilt})
