"""What a system's module offers: who uses it, its keys, and its files on a day, with what was planted in them.

Belongs here: the form of these, and bytes of text files. Does not belong here: a system's own columns (its module).
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np

from orchestration.synthetic.days import day
from orchestration.synthetic.keys import Keys
from orchestration.synthetic.local_groups import LocalGroup
from orchestration.synthetic.municipality import SyntheticMunicipality
from orchestration.synthetic.native.told import Rows


@dataclass(frozen=True)
class NativeDefect:
    """A planted defect at a line (text), row (workbook, Parquet) or record (JSON) of a native file."""

    kind: str
    rule_id: str
    file: str
    entity: str
    line: int
    local_id: str | None = None


@dataclass
class NativeFiles:
    """The files of one delivery. ``excluded`` counts rows that are no row of the contract, by file, entity and the name of their filter."""

    files: dict[str, bytes] = field(default_factory=dict)
    rows: int = 0
    defects: list[NativeDefect] = field(default_factory=list)
    excluded: dict[tuple[str, str, str], int] = field(default_factory=dict)


@dataclass(frozen=True)
class System:
    """A system in use in one municipality. ``prepare`` leaves out what it does not tell and gives its keys; ``write`` makes the files.

    ``mapping`` is the shipped mapping, ``deliveries`` how many year-ends it delivers, ``entities`` what of the contract it fills.
    """

    municipality: str
    mapping: str
    deliveries: int
    prepare: Callable[[SyntheticMunicipality], Keys]
    write: Callable[[SyntheticMunicipality, Keys, Rows], NativeFiles]
    entities: tuple[str, ...] = ("dwelling", "tenancy")
    groups: tuple[LocalGroup, ...] = ()

    @property
    def extract(self) -> str:
        """The extract that the manifest names: the mapping's file name."""
        return self.mapping.rpartition("/")[2]


def text_file(rows: Iterable[list[object]], *, encoding: str = "latin-1", delimiter: str = ";") -> bytes:
    """Rows as a Windows program writes them: quotes where needed, lines that end in CR LF; ``None`` is empty."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator="\r\n").writerows(["" if cell is None else cell for cell in row] for row in rows)
    return text.getvalue().encode(encoding)


def present_tenancies(state: SyntheticMunicipality, on: dt.date) -> dict[int, int]:
    """The tenancy that holds each let dwelling on a day, by dwelling."""
    tenancies = state.tenancies
    running = np.flatnonzero((tenancies.start <= day(on)) & (tenancies.end > day(on)))
    return dict(zip(tenancies.dwelling[running].tolist(), running.tolist(), strict=True))


def place_in_unit(unit: np.ndarray) -> np.ndarray:
    """Running number of each dwelling inside its unit, from 1; the dwellings of a unit stand together."""
    return np.arange(len(unit)) - np.searchsorted(unit, unit) + 1
