"""Which groups a household truly has on a day: rules C30-C33 and C40 of docs/counting-rules.md on the generator's state.

Belongs here: the rules for one household on one day, for many at once. Does not belong here: totals (``truth``).
"""

from __future__ import annotations

import numpy as np

from orchestration.synthetic import calibration as cal
from orchestration.synthetic.care import HOUSING_TYPES
from orchestration.synthetic.days import OPEN, add_years, year_of
from orchestration.synthetic.local_groups import BY_RULE, LocalGroup
from orchestration.synthetic.municipality import SyntheticMunicipality

NO_GROUP = ("formerly_refugee", "unclassified")
SCHEMES = {
    "form_2009": ("1", "2", "3", "4", "5", "6", "7", *NO_GROUP),
    "form_2020": ("12", "4", "5", "6", "7", *NO_GROUP),
    "r0_2019": ("1", "2", "3", "4", "5", "6", "unsplit", *NO_GROUP),
    "care_3": ("1", "2", "3", "unsplit", "no_place", *NO_GROUP),
    "care_3b": ("1", "2", "3", "unsplit", "no_place", *NO_GROUP),
    "bodo_4": ("1", "2", "3", "4", "unsplit", "no_place", *NO_GROUP),
}
FORM_SCHEMES = ("form_2009", "form_2020", "r0_2019")
"""Those that figures are published by."""
_REFUGEE = {"form_2009": "5", "form_2020": "5", "r0_2019": "4", "care_3": "no_place", "care_3b": "no_place", "bodo_4": "1"}
_MENTAL_OR_DRUGS = ("1", "2", "3")  # of form_2009
HORIZONS = ("permanent", "temporary", "none", "unknown")


class Assignment:
    """Groups of some households on some days: ``primary`` and ``any_group`` by scheme, as places in ``SCHEMES``."""

    def __init__(self, primary: dict[str, np.ndarray], any_group: dict[str, np.ndarray]) -> None:
        self.primary = primary
        self.any_group = any_group

    def secondary(self, scheme: str) -> tuple[np.ndarray, np.ndarray]:
        """Places of the households that have groups beside the primary one, and the codes of those."""
        others = self.any_group[scheme].copy()
        others[np.arange(len(others)), self.primary[scheme]] = False
        household, code = np.nonzero(others)
        return household, np.array(SCHEMES[scheme], dtype=object)[code]


def _slots(owner: np.ndarray, n: int) -> tuple[np.ndarray, np.ndarray]:
    """First place and number of places of each owner in a sorted list of owners."""
    first = np.searchsorted(owner, np.arange(n))
    return first, np.searchsorted(owner, np.arange(n), side="right") - first


def _care_3(group: LocalGroup) -> str:
    """C39 for a code that the mapping leaves out of the scheme: old group 4 mixes the elderly with the intellectually disabled."""
    if group.form_2009 in _MENTAL_OR_DRUGS:
        return "2"
    return "unsplit" if group.form_2009 == "4" else "no_place"


def _care_3b(group: LocalGroup) -> str:
    """The same for the triple of the elderly and the disabled apart, which ``r0_2019`` tells under the same codes."""
    return group.r0 if group.form_2009 in (*_MENTAL_OR_DRUGS, "4") else "no_place"


def _bodo_4(group: LocalGroup) -> str:
    """The same for Bodø's four: the elderly and the disabled are one, those without a needs test are left out."""
    return "3" if group.form_2009 in _MENTAL_OR_DRUGS else {"4": "4", "5": "1", "6": "2", "7": "no_place"}[group.form_2009]


class Groups:
    """The rules over one municipality's state."""

    def __init__(self, state: SyntheticMunicipality) -> None:
        self.state = state
        rows, households = state.group_rows, len(state.households)
        told = np.flatnonzero((rows.from_day <= state.last) & (rows.to_day >= state.first))
        self._household, self._code = rows.household[told], rows.code[told]
        for household, code in state.decisions.corrected.items():  # somebody decided: such a household has the one row (C70)
            self._code[self._household == household] = code
        self._from, self._to = rows.from_day[told], rows.to_day[told]
        self._first, self._count = _slots(self._household, households)
        spoilt = state.planted.spoilt_household
        self._settled = np.where(spoilt, OPEN, state.households.settled)
        members = state.members
        self._member_first, self._member_count = _slots(members.household, households)
        self._linked = ~(spoilt[members.household] & (members.number == 1))
        services = state.services
        care = np.flatnonzero(~np.isin(services.kind, HOUSING_TYPES) & ~state.planted.spoilt_service)
        care = care[np.argsort(services.person[care], kind="stable")]
        self._service_start, self._service_end = services.start[care], services.end[care]
        self._service_first, self._service_count = _slots(services.person[care], len(state.persons.birth))
        self._refugee_code = np.array([g.form_2009 == "5" for g in state.groups])
        self._places = {
            scheme: np.array([self._place(scheme, code) for code in codes])
            for scheme, codes in {
                "form_2009": [g.form_2009 for g in state.groups],
                "form_2020": [g.form_2020 for g in state.groups],
                "r0_2019": [g.r0 for g in state.groups],
                "care_3": [g.care_3 or _care_3(g) for g in state.groups],
                "care_3b": [g.care_3b or _care_3b(g) for g in state.groups],
                "bodo_4": [g.bodo_4 or _bodo_4(g) for g in state.groups],
            }.items()
        }

    @staticmethod
    def _place(scheme: str, code: str) -> int:
        return -1 if code == BY_RULE else SCHEMES[scheme].index(code)

    def has_care(self, household: np.ndarray, day: np.ndarray) -> np.ndarray:
        """Whether a member on the day has a service other than a dwelling that day (C40)."""
        members, found = self.state.members, np.zeros(len(household), dtype=bool)
        for i in range(int(self._member_count[household].max(initial=0))):
            member = self._member_first[household] + i
            there = np.flatnonzero(i < self._member_count[household])
            member, on = member[there], day[there]
            fits = (members.from_day[member] <= on) & (members.to_day[member] > on) & self._linked[member]
            member, on, there = member[fits], on[fits], there[fits]
            person = members.person[member]
            for j in range(int(self._service_count[person].max(initial=0))):
                has = np.flatnonzero(j < self._service_count[person])
                service = self._service_first[person[has]] + j
                active = (self._service_start[service] <= on[has]) & (self._service_end[service] > on[has])
                found[there[has[active]]] = True
        return found

    def assign(self, household: np.ndarray, day: np.ndarray, category: np.ndarray) -> Assignment:
        """Groups of each household on its day, in a dwelling of the category."""
        n = len(household)
        settled = self._settled[household]
        known = settled < OPEN
        fifth = add_years(np.where(known, settled, 0), 5)
        refugee = known & (settled <= day) & (day < fifth)
        over = known & (day >= fifth)
        split = self._split_old_group_4(household, day, category)
        by_rule = {
            scheme: np.select(
                [split == code for code in ("2", "3")], [self._place(scheme, code) for code in ("2", "3")], self._place(scheme, "unsplit")
            )
            for scheme in ("r0_2019", "care_3b")
        }

        slots = int(self._count[household].max(initial=0))
        primary = {scheme: np.full(n, -1) for scheme in SCHEMES}
        any_group = {scheme: np.zeros((n, len(codes)), dtype=bool) for scheme, codes in SCHEMES.items()}
        lost = np.zeros(n, dtype=bool)
        for i in range(slots):
            there = np.flatnonzero(i < self._count[household])
            row = self._first[household[there]] + i
            valid = (self._from[row] <= day[there]) & (self._to[row] > day[there]) & (self._code[row] >= 0)
            there, code = there[valid], self._code[row[valid]]
            washed = self._refugee_code[code] & over[there]
            lost[there[washed]] = True
            there, code = there[~washed], code[~washed]
            for scheme, places in self._places.items():
                place = np.where(places[code] >= 0, places[code], by_rule[scheme][there] if scheme in by_rule else -1)
                any_group[scheme][there, place] = True
                empty = primary[scheme][there] < 0
                primary[scheme][there[empty]] = place[empty]
        for scheme, codes in SCHEMES.items():
            own = codes.index(_REFUGEE[scheme])
            primary[scheme][refugee] = own
            any_group[scheme][refugee, own] = True
            without = primary[scheme] < 0
            primary[scheme] = np.where(without, np.where(lost, len(codes) - 2, len(codes) - 1), primary[scheme])
            any_group[scheme][without, primary[scheme][without]] = True
        return Assignment(primary, any_group)

    def _split_old_group_4(self, household: np.ndarray, day: np.ndarray, category: np.ndarray) -> np.ndarray:
        """C32, as codes: elderly from 67, disabled where they live staffed with care, else unsplit."""
        age = year_of(day) - year_of(self.state.households.holder_birth[household])
        result = np.where(age >= 67, "3", "unsplit")
        staffed = np.flatnonzero((age >= 67) & np.isin(category, (cal.STAFFED_DAY, cal.STAFFED_ROUND_CLOCK)))
        cared = staffed[self.has_care(household[staffed], day[staffed])]
        result[cared] = "2"
        return result


def need_horizon(primary_2009: np.ndarray, category: np.ndarray) -> np.ndarray:
    """C33, as places in ``HORIZONS``; group -1 stands for a vacant dwelling."""
    codes = SCHEMES["form_2009"]
    special = np.isin(category, (cal.ADAPTED, cal.STAFFED_DAY, cal.STAFFED_ROUND_CLOCK))
    unknown = np.isin(primary_2009, [codes.index(name) for name in NO_GROUP])
    result = np.where(unknown, HORIZONS.index("unknown"), HORIZONS.index("temporary"))
    result = np.where(special | (primary_2009 == codes.index("4")), HORIZONS.index("permanent"), result)
    return np.where(primary_2009 == codes.index("7"), HORIZONS.index("none"), result)
