"""KOSTRA forms 11F (recipients of social assistance) and 11CF (qualification programme) as fixed-width files, by the layout of each year.

Belongs here: building records from ``reference/kostra_layouts`` that break no control. Does not belong here: reading them, and accounts.
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import numpy as np

from orchestration.synthetic.days import new_year
from orchestration.synthetic.municipality import SyntheticMunicipality
from orchestration.synthetic.reference import REFERENCE

FORM, QUALIFICATION = "11F", "11CF"
YEARS = (2024, 2025)
_MONTHS = ("JAN", "FEB", "MARS", "APRIL", "MAI", "JUNI", "JULI", "AUG", "SEPT", "OKT", "NOV", "DES")
RENTS_PRIVATELY, RENTS_FROM_MUNICIPALITY, OWNS, WITHOUT_DWELLING, OTHER_HOUSING = 1, 2, 3, 4, 5


@cache
def layout(year: int, form: str = FORM) -> dict[str, tuple[int, int]]:
    """First and last position (from 1) of each field of a form's layout of a year."""
    with (REFERENCE / "kostra_layouts" / "kostra_file_layouts.csv").open(encoding="utf-8", newline="") as handle:
        rows = [row for row in csv.DictReader(handle) if row["form"] == form and row["year"] == str(year)]
    return {row["field"]: (int(row["from_pos"]), int(row["to_pos"])) for row in rows}


def _text(values: np.ndarray, width: int, fill: str) -> np.ndarray:
    """Bytes of fixed width: numbers are filled from the left, text with spaces from the right."""
    text = np.asarray(values).astype(str)
    text = np.char.rjust(text, width, fill) if fill == "0" else np.char.ljust(text, width)
    return np.ascontiguousarray(text.astype(f"S{width}")).view(np.uint8).reshape(len(text), width)


def _ddmmyyyy(days: np.ndarray) -> np.ndarray:
    iso = days.astype("datetime64[D]").astype(str)
    return np.array([f"{d[8:]}{d[5:7]}{d[:4]}" for d in iso.tolist()], dtype="U8")


class Records:
    """Records of one length, filled field by field."""

    def __init__(self, positions: dict[str, tuple[int, int]], count: int):
        self.positions, self.count = positions, count
        width = max(last for _, last in positions.values())
        self._record = np.full((count, width + 1), ord(" "), dtype=np.uint8)
        self._record[:, width] = ord("\n")

    def put(self, name: str, values: object, where: np.ndarray | None = None, fill: str = "0") -> None:
        """Fill a field, in some records or in all."""
        first, last = self.positions[name]
        values = np.broadcast_to(np.asarray(values), self.count)
        rows = np.ones(self.count, dtype=bool) if where is None else where
        if rows.any():
            self._record[rows, first - 1 : last] = _text(values[rows], last - first + 1, fill)

    def __bytes__(self) -> bytes:
        return self._record.tobytes()


def _ddmmyy(days: np.ndarray) -> np.ndarray:
    return np.array([f"{d[:4]}{d[6:]}" for d in _ddmmyyyy(days).tolist()], dtype="U6")


def write_11f(path: Path, state: SyntheticMunicipality, year: int) -> int:
    """Write the recipients of a year: some in municipal dwellings, some renting, owning or without a dwelling."""
    rng = np.random.default_rng([int(state.code), year])
    begin, end = int(new_year(np.array(year))), int(new_year(np.array(year + 1))) - 1
    t, m = state.tenancies, state.members
    living = np.unique(t.household[(t.start <= end) & (t.end > begin)])
    age = year - (1970 + (m.birth[m.holder_row[living]] // 365.25).astype(np.int64))
    group = state.households.group[living]
    chance = np.where((age >= 18) & (age < 67), np.array([0.3, 0.4, 0.45, 0.08, 0.45, 0.35, 0.02])[group], 0.0)
    inside = m.holder_row[living[rng.random(len(living)) < chance]]
    outside = state.persons.assisted[rng.random(len(state.persons.assisted)) < 0.8]
    person = rng.permutation(np.concatenate([inside, outside]))
    n = len(person)
    in_dwelling = np.isin(person, inside)
    housing = np.where(in_dwelling, RENTS_FROM_MUNICIPALITY, rng.choice([1, 3, 4, 5], n, p=(0.68, 0.14, 0.11, 0.07)))
    children = np.where(rng.random(n) < 0.3, rng.integers(1, 5, n), 0)
    livelihood = rng.choice([3, 5, 6], n, p=(0.4, 0.45, 0.15))
    benefit = np.where(livelihood == 3, rng.choice([1, 2, 4, 11], n, p=(0.1, 0.2, 0.4, 0.3)), 12)
    work = np.where(livelihood == 6, 9, np.where(livelihood == 5, rng.choice([4, 7, 8], n), 4))
    months = rng.random((n, 12)) < 0.45
    months[np.arange(n), rng.integers(0, 12, n)] = True
    grants = np.where(months, rng.integers(3, 17, (n, 12)) * 1000, 0)
    loans = np.where(months & (rng.random((n, 12)) < 0.04), rng.integers(1, 6, (n, 12)) * 1000, 0)

    positions = layout(year)
    records = Records(positions, n)
    put = records.put

    put("KOMMUNE_NR", state.code)
    put("VERSION", f"{year % 100:02d}")
    if state.code == "0301":  # only Oslo has districts
        put("BYDELSNR", rng.integers(1, 16, n))
    if "FODSELSDATO" in positions:
        put("FODSELSDATO", _ddmmyyyy(state.persons.birth[person]))
    put("PERSON_JOURNALNR", np.arange(1, n + 1))
    put("PERSON_FODSELSNR", state.persons.ids[person])
    duf = np.full(len(state.persons.ids), "", dtype="U12")
    known = np.flatnonzero(state.register.duf != None)  # noqa: E711 (compares each)
    duf[state.register.person[known]] = state.register.duf[known]
    put("PERSON_DUF", duf[person], duf[person] != "")
    put("KJONN", state.persons.female[person].astype(np.int64) + 1)
    put("EKTSTAT", rng.choice([1, 2, 3, 4], n, p=(0.55, 0.15, 0.12, 0.18)))
    put("BU18", np.where(children > 0, 1, 2))
    put("ANTBU18", children, children > 0)
    put("VKLO", livelihood)
    put("TRYGDESIT", benefit)
    put("ARBSIT", work)
    for i, month in enumerate(_MONTHS):
        put(f"STMND_{i + 1}", i + 1, months[:, i])
        put(f"BIDRAG_{month}", grants[:, i], months[:, i])
        put(f"LAAN_{month}", loans[:, i], loans[:, i] > 0)
    put("BIDRAG", grants.sum(axis=1))
    put("LAAN", loans.sum(axis=1))
    put("GITT_OKONOMIRAD", np.where(rng.random(n) < 0.2, 1, 2))
    put("FAAT_INDIVIDUELL_PLAN", np.where(rng.random(n) < 0.1, 1, 2))
    put("SAKSBEHANDLER", np.char.add("SB", rng.integers(100, 130, n).astype(str)), fill=" ")
    put("BOSIT", housing)
    put("VILKARSOSLOV", 2)
    put("VILKARSAMEKT", 2)
    path.write_bytes(bytes(records))
    return n


def write_11cf(path: Path, state: SyntheticMunicipality, year: int) -> int:
    """Write the participants of a year: adults among those with social assistance."""
    rng = np.random.default_rng([int(state.code), year, 11])
    assisted = state.persons.assisted
    age = year - (1970 + (state.persons.birth[assisted] // 365.25).astype(np.int64))
    person = rng.permutation(assisted[(age >= 20) & (age <= 60) & (rng.random(len(assisted)) < 0.12)])
    n = len(person)
    begun = int(new_year(np.array(year))) - rng.integers(0, 300, n)
    ended = rng.random(n) < 0.3
    last_day = int(new_year(np.array(year))) + rng.integers(30, 360, n)
    children = np.where(rng.random(n) < 0.4, rng.integers(1, 5, n), 0)
    months = np.where(ended, rng.integers(1, 12, n), 12)
    positions = layout(year, QUALIFICATION)
    in_day_form = _ddmmyyyy if positions["REG_DATO"][1] - positions["REG_DATO"][0] == 7 else _ddmmyy
    records = Records(positions, n)
    put = records.put
    put("KOMMUNE_NR", state.code)
    put("VERSION", f"{year % 100:02d}")
    if state.code == "0301":  # only Oslo has districts
        put("BYDELSNR", rng.integers(1, 16, n))
    if "FODSELSDATO" in positions:
        put("FODSELSDATO", _ddmmyyyy(state.persons.birth[person]))
    put("PERSON_JOURNALNR", np.arange(1, n + 1))
    put("PERSON_FODSELSNR", state.persons.ids[person])
    put("KJONN", state.persons.female[person].astype(np.int64) + 1)
    put("EKTSTAT", rng.choice([1, 2, 3, 4], n, p=(0.5, 0.2, 0.12, 0.18)))
    put("BU18", np.where(children > 0, 1, 2))
    put("ANTBU18", children, children > 0)
    for name, days_before in (("REG_DATO", 60), ("VEDTAK_DATO", 30), ("BEGYNT_DATO", 0)):
        put(name, in_day_form(begun - days_before))
    put("KVP_KOMM", 2)
    put("YTELSE_SOSHJELP", 1)
    put("YTELSE_TYPE_SOSHJ", rng.choice([2, 3], n))
    put("KVP_MED_ASTONAD", np.where(children > 0, 1, 2))
    put("KVP_MED_HUSBANKBOS", 5, children > 0)
    for month in range(1, 13):
        put(f"STMND_{month}", month, months >= month)
    put("KVP_STONAD", months * 20_000 + children * 7_000)
    put("STATUS", np.where(ended, 3, 1))
    put("AVSL_DATO", in_day_form(last_day), ended)
    put("AVSL_ORDINAERTARB", 1, ended)
    put("AVSL_VIKTIGSTE_INNTEKT", 1, ended)
    put("SAKSBEHANDLER", np.char.add("SB", rng.integers(100, 130, n).astype(str)), fill=" ")
    path.write_bytes(bytes(records))
    return n
