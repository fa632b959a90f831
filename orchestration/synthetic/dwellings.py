"""The dwelling stock of one municipality: what it disposes of, when, and how a dwelling changes.

Belongs here: dwellings and their attributes. Does not belong here: who lives there (``stays``).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from orchestration.synthetic import calibration as cal
from orchestration.synthetic.days import OPEN, add_years, new_year, year_of

_STREETS = (
    "Lyngveien",
    "Bjørkeveien",
    "Granveien",
    "Furuveien",
    "Rogneveien",
    "Seljeveien",
    "Heggeveien",
    "Ospeveien",
    "Kirkebakken",
    "Sjøgata",
)
_UNITS = ("Eiendom", "Helse og omsorg", "Boligforvaltning")
_ALLOCATING = np.array(["Boligkontoret", "Tildelingskontoret", "Boligkontoret", "Tildelingskontoret", "Tildelingskontoret"], dtype=object)
INTRODUCTION = "Flyktningtjenesten"


@dataclass
class Dwellings:
    """One entry per counted dwelling; ``*_after`` holds from ``changed`` (``OPEN``: never changes)."""

    unit: np.ndarray
    acquired: np.ndarray
    disposed: np.ndarray
    changed: np.ndarray
    tenure: np.ndarray
    tenure_after: np.ndarray
    tenure_kind: np.ndarray
    tenure_kind_after: np.ndarray
    category: np.ndarray
    category_after: np.ndarray
    wheelchair: np.ndarray
    wheelchair_after: np.ndarray
    rooms: np.ndarray
    area_tenths: np.ndarray
    rent: np.ndarray
    rent_after: np.ndarray
    address: np.ndarray
    postal_code: np.ndarray
    unit_number: np.ndarray
    responsible: np.ndarray
    responsible_after: np.ndarray
    allocating: np.ndarray
    allocating_after: np.ndarray
    reserved_for: np.ndarray
    secret: np.ndarray
    building: np.ndarray
    cadastre: np.ndarray
    grant: np.ndarray
    grant_until: np.ndarray
    is_shared: np.ndarray

    def __len__(self) -> int:
        return len(self.unit)

    def at(self, name: str, dwelling: np.ndarray, day: int | np.ndarray) -> np.ndarray:
        """An attribute that can change, of some dwellings on some days."""
        return np.where(self.changed[dwelling] <= day, getattr(self, f"{name}_after")[dwelling], getattr(self, name)[dwelling])


def stock_size(rng: np.random.Generator, population: int) -> int:
    """How many dwellings a municipality of this size disposes of."""
    rate = next(rate for below, rate in cal.STOCK_PER_1000 if population < below)
    return max(8, round(population * rate / 1000 * float(np.exp(rng.normal(0, cal.STOCK_SPREAD)))))


def _kinds(rng: np.random.Generator, tenure: np.ndarray) -> np.ndarray:
    kinds = np.empty(len(tenure), dtype=object)
    for number, form in enumerate(cal.TENURE_FORMS):
        names, shares = cal.TENURE_KINDS[form]
        kinds[tenure == number] = rng.choice(np.array(names, dtype=object), size=int((tenure == number).sum()), p=shares)
    return kinds


def _units(rng: np.random.Generator, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Unit of each dwelling, and whether it is shared: a collective of two to five neighbours is one unit."""
    size = np.where(rng.random(n) < cal.COLLECTIVES, rng.integers(2, 6, n), 1)
    unit = np.repeat(np.arange(n), size)[:n]
    return unit, np.bincount(unit)[unit] > 1


def _grants(rng: np.random.Generator, category: np.ndarray, tenure: np.ndarray, acquired: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Husbanken grant in NOK (0: none) and the day its binding ends (``OPEN``: none), of owned adapted and staffed dwellings."""
    n = len(category)
    fits = (tenure == 0) & np.isin(category, (cal.ADAPTED, cal.STAFFED_DAY, cal.STAFFED_ROUND_CLOCK))
    given = fits & (rng.random(n) < cal.GRANTS)
    amount = rng.integers(30, 140, n) * 10_000
    until = add_years(acquired, rng.choice((20, 25, 30), n))
    return np.where(given, amount, 0), np.where(given, until, OPEN)


def _cadastre(rng: np.random.Generator, unit: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Building number and cadastre key of each dwelling; four neighbouring units are one building, one in three buildings has sections."""
    building = unit // 4
    sectioned = (rng.random(int(building.max()) + 1) < 1 / 3)[building]
    first = int(rng.integers(10_000_000, 40_000_000)) * 10
    section = np.where(sectioned, unit % 4 + 1, 0)
    parts = zip(building // 60 + 11, building % 60 + 1, section, strict=True)
    keys = np.array([f"{farm}/{holding}/0/{number}" for farm, holding, number in parts], dtype=object)
    return (first + building).astype(str).astype(object), keys


def _shared_flats(rng: np.random.Generator, candidates: np.ndarray) -> np.ndarray:
    """Flats that are one row and let on several contracts at the same time."""
    places = np.flatnonzero(candidates)
    rate, least = cal.SHARED_FLATS
    chosen = rng.choice(places, min(len(places), max(least, round(rate * len(places)))), replace=False)
    return np.isin(np.arange(len(candidates)), chosen)


def make_dwellings(rng: np.random.Generator, further: np.random.Generator, size: int, first: int, last: int) -> Dwellings:
    """Draw the stock: ``size`` dwellings on the first day, others acquired and some disposed of until ``last``.

    ``further``: the stream for what else is told of them (grants, cadastre, shared flats).
    """
    years = (last - first + 1) / 365.25
    added = rng.poisson(cal.ACQUIRED_PER_YEAR * size * years)
    n = size + added
    acquired = np.concatenate([first - rng.integers(30, 40 * 365, size), np.sort(rng.integers(first, last + 1, added))])
    disposed = np.maximum(acquired, first) + 60 + rng.exponential(365.25 / cal.DISPOSED_PER_YEAR, n).astype(np.int64)
    disposed = np.where(disposed > last, OPEN, disposed)

    tenure = rng.choice(3, n, p=cal.TENURE_SHARES)
    unit, shared = _units(rng, n)
    category = rng.choice(5, n, p=cal.CATEGORY_SHARES)[unit]
    ordinary = rng.choice(5, n, p=cal.ROOM_SHARES["ordinary"]) + 1
    rooms = np.where(category == cal.ORDINARY, ordinary, rng.choice(5, n, p=cal.ROOM_SHARES["other"]) + 1)
    rooms = np.where(shared, 1, rooms)
    wheelchair = rng.random(n) < cal.WHEELCHAIR_SHARES[category]
    rent = 4200 + 1600 * rooms + rng.integers(0, 25, n) * 100
    kind = _kinds(rng, tenure)

    # One change at most, never in the year of the first delivery that shows the dwelling: that one says how it began.
    quiet_until = new_year(year_of(np.maximum(acquired, first)) + 1)
    changed = quiet_until + 1 + rng.exponential(365.25 / cal.CHANGED_PER_YEAR, n).astype(np.int64)
    changed = np.where((changed > last) | (changed >= disposed), OPEN, changed)
    what = rng.integers(0, 3, n)  # 0 made accessible, 1 other staffing, 2 bought after being rented in
    what = np.where((what == 2) & (tenure != 1), 0, what)
    what = np.where((what == 0) & wheelchair, 1, what)
    category_after = np.where(what == 1, np.array([2, 2, 3, 4, 3])[category], category)
    tenure_after = np.where(what == 2, 0, tenure)
    kind_after = np.where(what == 2, "freehold", kind)
    number = rng.integers(1, 90, n)[unit]
    street = rng.integers(0, len(_STREETS), n)[unit]
    responsible = np.array(_UNITS, dtype=object)[np.where(category == cal.ORDINARY, 2, np.where(category == cal.ADAPTED, 0, 1))]
    allocating = _ALLOCATING[category]
    grant, grant_until = _grants(further, category, tenure, acquired)
    building, cadastre = _cadastre(further, unit)
    return Dwellings(
        unit=unit,
        acquired=acquired,
        disposed=disposed,
        changed=changed,
        tenure=tenure,
        tenure_after=tenure_after,
        tenure_kind=kind,
        tenure_kind_after=kind_after,
        category=category,
        category_after=category_after,
        wheelchair=wheelchair,
        wheelchair_after=wheelchair | (what == 0),
        rooms=rooms,
        area_tenths=(180 + rooms * 160 + rng.integers(0, 150, n)),
        rent=rent,
        rent_after=rent + 500 + rng.integers(0, 10, n) * 50,
        address=np.char.add(np.char.add(np.array(_STREETS)[street], " "), number.astype(str)).astype(object),
        postal_code=np.char.zfill((rng.integers(100, 9990, n)[unit]).astype(str), 4).astype(object),
        unit_number=np.char.add("H0", (101 + unit % 4 * 100 + unit % 7).astype(str)).astype(object),
        responsible=responsible,
        responsible_after=responsible.copy(),
        allocating=allocating,
        allocating_after=allocating.copy(),
        reserved_for=np.array([None, "eldre", None, "bofellesskap", "bofellesskap"], dtype=object)[category],
        secret=np.zeros(n, dtype=bool),
        building=building,
        cadastre=cadastre,
        grant=grant,
        grant_until=grant_until,
        is_shared=_shared_flats(further, (category == cal.ORDINARY) & ~shared & (rooms >= 2)),
    )
