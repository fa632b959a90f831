"""Decisions by people in a synthetic municipality: what was decided, and what should become of each.

Belongs here: choosing what is decided and the files of the delivery. Does not belong here: what a corrected group does to a household's
groups (``truth_groups``).

Nothing is drawn: victims stand at fixed places among the candidates, so that the rest of a set is the same with and without decisions.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.synthetic.days import OPEN, dates
from orchestration.synthetic.keys import local_ids

if TYPE_CHECKING:
    from orchestration.synthetic.municipality import SyntheticMunicipality

_NOBODY = "999999"
_COLUMNS = {
    "match_decisions.csv": ("subject", "first_local_id", "second_local_id", "verdict"),
    "group_corrections.csv": ("household_id", "scheme", "group_code", "from_date", "to_date"),
    "accepted_deviations.csv": ("rule_id", "local_id", "accepted_until"),
}


@dataclass
class Decisions:
    """Rows of each file, what becomes of each decision (kind, id, state, reason), and the group each corrected household truly has."""

    files: dict[str, list[tuple]] = field(default_factory=lambda: {name: [] for name in _COLUMNS})
    fates: list[tuple[str, str, str, str | None]] = field(default_factory=list)
    corrected: dict[int, int] = field(default_factory=dict)

    def add(self, file: str, decision_id: str, values: tuple, decided: int, reason: str, fate: str | None = None) -> None:
        """One decision; ``fate`` is why it no longer applies."""
        text = tuple("" if v is None else v if isinstance(v, str) else str(dates(np.array([v]))[0].as_py()) for v in (*values, decided))
        self.files[file].append((decision_id, *text[:-1], "housing_office", text[-1], reason))
        state = "no_longer_applies" if fate else "applied"
        self.fates.append((file.removesuffix("s.csv"), decision_id, state, fate))

    def writers(self, code: str) -> dict[str, Callable[[Path], int]]:
        """The files of the delivery."""
        return {name: lambda path, name=name: self._write(path, name, code) for name in self.files}

    def _write(self, path: Path, name: str, code: str) -> int:
        with path.open("w", encoding="utf-8", newline="") as handle:
            writer = csv.writer(handle, delimiter=";", lineterminator="\n", quoting=csv.QUOTE_NONE)
            writer.writerow(["municipality_code", "decision_id", *_COLUMNS[name], "decided_by", "decided_at", "reason"])
            writer.writerows([code, *row] for row in self.files[name])
        return len(self.files[name])

    def write_truth(self, path: Path, code: str) -> None:
        """``decision.parquet``: what should become of each."""
        columns = list(zip(*self.fates, strict=True)) or [()] * 4
        names = ("kind", "decision_id", "state", "no_longer_because")
        table = {name: pa.array(column, pa.string()) for name, column in zip(names, columns, strict=True)}
        pq.write_table(pa.table({"municipality_code": pa.array([code] * len(self.fates), pa.string()), **table}), path)


def make_decisions(state: SyntheticMunicipality) -> Decisions:
    """Decisions of a municipality whose code still lives: of each kind some that apply and some for each reason why not."""
    decisions = Decisions()
    rows = _plain_group_rows(state)
    if not state.is_current or len(rows) < 4:
        return decisions
    _correct_groups(state, decisions, rows)
    _judge_matches(state, decisions, rows)
    _accept_deviations(state, decisions)
    return decisions


def _plain_group_rows(state: SyntheticMunicipality) -> np.ndarray:
    """Group rows of households that have just the one, no defect, and are not known to the register of refugees."""
    rows, planted = state.group_rows, state.planted
    tenancies = state.tenancies
    n = len(state.households)
    spoilt = planted.spoilt_household.copy()
    for kind in ("household_without_group", "refugee_flag_after_five_years", "grant_without_flag"):
        spoilt[planted.of(kind)] = True
    for kind in ("overlapping_tenancies", "tenancy_in_sold_dwelling"):
        spoilt[state.stays.household[planted.of(kind)]] = True
    spoilt[tenancies.household[planted.of("duplicate_tenancy")]] = True
    housed = np.zeros(n, dtype=bool)
    housed[tenancies.household[(tenancies.start <= state.last) & (tenancies.end > state.last)]] = True
    single = np.bincount(rows.household, minlength=n) == 1
    plain = housed & single & ~spoilt & (state.households.settled == OPEN)
    not_refugee = np.array([g.form_2009 != "5" for g in state.groups] + [False])
    return np.flatnonzero(
        plain[rows.household] & (rows.rank == 1) & not_refugee[rows.code] & (rows.from_day <= state.last) & (rows.to_day > state.last)
    )


def _correct_groups(state: SyntheticMunicipality, decisions: Decisions, rows: np.ndarray) -> None:
    groups, file, decided = state.groups, "group_corrections.csv", state.last - 20
    places = [rows[len(rows) * k // 4] for k in range(4)]

    def household(row: int) -> str:
        return local_ids("H", state.group_rows.household[[row]])[0]

    def other(row: int, step: int) -> int:
        """Another group than the row says, not that of refugees, and of another meaning."""
        own = groups[state.group_rows.code[row]]
        fit = [k for k, g in enumerate(groups) if g.form_2009 not in (own.form_2009, "5")]
        return fit[step % len(fit)]

    for number, row in enumerate(places[:2], start=1):
        right, start = other(row, number), int(state.group_rows.from_day[row])
        decisions.corrected[int(state.group_rows.household[row])] = right
        decisions.add(
            file, f"M-{number}", (household(row), "local", groups[right].code, start, None), decided, "Feil kode ved registrering"
        )
    first, right_already, unknown = places[0], places[2], places[3]
    start = int(state.group_rows.from_day[first])
    wrong = groups[other(first, 0)].code
    decisions.add(file, "M-3", (household(first), "local", wrong, start, None), decided - 30, "Ny vurdering", "contradicted")
    same, start = groups[state.group_rows.code[right_already]].code, int(state.group_rows.from_day[right_already])
    decisions.add(file, "M-4", (household(right_already), "local", same, start, None), decided, "Rettes i fagsystemet", "already_right")
    start = int(state.group_rows.from_day[unknown])
    decisions.add(file, "M-5", (household(unknown), "local", "X98", start, None), decided, "Kode fra ny liste", "unknown_group")
    decisions.add(file, "M-6", (f"H{_NOBODY}", "form_2009", "6", start, None), decided, "Husstanden er slettet", "key_gone")


def _judge_matches(state: SyntheticMunicipality, decisions: Decisions, rows: np.ndarray) -> None:
    d, t, file, decided = state.dwellings, state.tenancies, "match_decisions.csv", state.last - 15
    dwellings = local_ids("B", np.flatnonzero((d.acquired <= state.last) & (d.disposed > state.last))[:2])
    running = np.flatnonzero((t.start <= state.last) & (t.end > state.last))
    apart = running[t.dwelling[running] != t.dwelling[running[0]]][0]
    tenancies = local_ids("L", np.array([running[0], apart]))
    households = local_ids("H", np.unique(state.group_rows.household[rows])[:2])
    decisions.add(file, "K-1", ("dwelling", *dwellings, "rejected"), decided, "To hybler i samme bygg", "already_right")
    decisions.add(file, "K-2", ("household", *households, "rejected"), decided, "To familier i samme hus", "already_right")
    decisions.add(file, "K-3", ("household", households[1], households[0], "confirmed"), decided - 5, "Samme adresse", "contradicted")
    decisions.add(file, "K-4", ("tenancy", *tenancies, "rejected"), decided, "To leieforhold", "already_right")
    decisions.add(file, "K-5", ("dwelling", dwellings[0], f"B{_NOBODY}", "confirmed"), decided, "Slettet bolig", "key_gone")


def _accept_deviations(state: SyntheticMunicipality, decisions: Decisions) -> None:
    file, decided, ahead = "accepted_deviations.csv", state.last - 100, state.last + 200
    without = local_ids("H", state.planted.of("household_without_group"))
    decisions.add(file, "A-1", ("T004", without[0], ahead), decided, "Gruppe avklares ved neste vurdering")
    decisions.add(file, "A-2", ("T004", without[0], state.last - 1), decided - 1, "Gruppe avklares i desember", "expired")
    decisions.add(file, "A-3", ("T003", f"L{_NOBODY}", ahead), decided, "Kontrakten ryddes", "already_right")
