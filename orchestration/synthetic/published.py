"""Published statistics in the demonstration: a StatBank table, published three times, and a classification as Klass tells it.

Belongs here: bytes like those of a fetch. The country's totals are the real ones that ship with the project; figures of municipalities are
those of the ground truth, rounded and kept back as publishers do, with a few deviations that ``published.csv`` tells. Codes of contents
that are not proven begin with ``DEMO``.
Does not belong here: fetching (``connectors``).
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache
from itertools import product
from pathlib import Path

import pyarrow.parquet as pq

from orchestration.synthetic.landing import Landing, Period
from orchestration.synthetic.reference import REFERENCE, inhabitants, municipalities, rows_of

TABLE = "12008"
COUNTRY, DISTRICT = "EAK", "030101"
SUPPRESSED_BELOW = 3
PLANTED = "published.csv"
PLANTED_COLUMNS = ("kind", "municipality_code", "year", "vintage", "contents", "right", "published")
_TOTAL, _OWNED, _RENTED_IN, _DISPOSAL = "DEMOdisponerte", "DEMOeide", "DEMOinnleide", "KOSboligpkommuna0000"
_PER_1000, _SHARE_OWNED, _SHARE_ACCESSIBLE = "KOSboligSper10000000", "KOSEidavsamlet0000", "KOSAndeltilgjeng0000"
_MOVED_IN, _REFUGEES = "KOSantnyinnflytt0000", "KOSnyinnflyttfly0000"
_CONTENTS = {  # label, unit, decimals
    _TOTAL: ("Totalt antall kommunalt disponerte boliger", "boliger", 0),
    _OWNED: ("Kommunalt eide boliger", "boliger", 0),
    _RENTED_IN: ("Kommunalt innleide boliger", "boliger", 0),
    _DISPOSAL: ("Privateide boliger med kommunal disposisjonsrett", "boliger", 0),
    _PER_1000: ("Kommunalt disponerte boliger per 1000 innbyggere", "boliger", 0),
    _SHARE_OWNED: ("Kommunalt eide boliger som andel av totalt antall disponerte kommunale boliger", "prosent", 1),
    _SHARE_ACCESSIBLE: ("Andel kommunale boliger som er tilgjengelige for rullestolbrukere", "prosent", 0),
    _MOVED_IN: ("Antall nyinnflyttede husstander", "husstander", 0),
    _REFUGEES: ("Nyinnflyttede flyktninger", "husstander", 0),
}
_COUNTED = {  # indicator and code of the ground truth that a count is
    _TOTAL: ("disposed_dwellings", "all"),
    _OWNED: ("disposed_dwellings", "owned"),
    _RENTED_IN: ("disposed_dwellings", "rented_in"),
    _DISPOSAL: ("disposed_dwellings", "right_of_disposal"),
    _MOVED_IN: ("newly_moved_in", "all"),
    _REFUGEES: ("newly_moved_in", "5"),
}
_NATIONAL = {_TOTAL: "municipally_disposed_dwellings", _PER_1000: "per_1000_inhabitants", _SHARE_ACCESSIBLE: "pct_wheelchair_accessible"}
_NAMES = {"KOKkommuneregion0000": "region", "ContentsCode": "statistikkvariabel", "Tid": "år"}
_CREDIT = "Country: Kilde: Statistisk sentralbyrå (SSB), CC BY 4.0. Municipalities: synthetic figures, not published by anybody"
_TOO_FEW, _TOO_MANY, _WRONG_BY = 2, 7, 5  # what the planted deviations differ by

Cell = tuple[int | float | None, str | None]


@dataclass
class Published:
    """Figures of the demonstration by municipality, contents and year, and what is planted in them."""

    counts: dict[tuple[str, str, int], int]
    last_final: int
    planted: list[tuple] = field(default_factory=list)

    @classmethod
    def of_truth(cls, truth: Path, codes: Iterable[str], last_final: int) -> Published:
        """Counts of the ground truth; a figure that is not told there is not published either."""
        counts = {}
        contents_of = {counted: contents for contents, counted in _COUNTED.items()}
        for code in codes:
            table = pq.read_table(
                truth / code / "total.parquet", filters=[("indicator_id", "in", ["disposed_dwellings", "newly_moved_in"])]
            )
            for row in table.to_pylist():
                contents = contents_of.get((row["indicator_id"], row["breakdown_code"]))
                if contents and row["numerator"] is not None and row["breakdown"] in ("none", "tenure_form", "target_group_form_2020"):
                    counts[code, contents, row["year"]] = row["numerator"]
        return cls(counts, last_final)

    def figures(self, code: str, year: int, vintage: str) -> dict[str, Cell]:
        """Cells of a municipality and year. A code that is not valid at the end of the year has zeros, as StatBank shows them."""
        place, day = municipalities()[code], dt.date(year, 12, 31)
        if not place.valid_from <= day < place.valid_to:
            return dict.fromkeys(_CONTENTS, (0, None))
        counts = {contents: self.counts.get((code, contents, year)) for contents in _COUNTED}
        self._deviate(code, year, vintage, counts)
        cells: dict[str, Cell] = {contents: _shown(count, contents) for contents, count in counts.items()}
        total, owned = counts[_TOTAL], counts[_OWNED]
        share = round(100 * owned / total, 1) if total and owned is not None else None
        cells[_SHARE_OWNED] = (None, "..") if share is None else (self._contradicted(code, year, vintage, share), None)
        rate = _rate(code, year, total)
        cells[_PER_1000] = (rate, None if rate is not None else "..")
        cells[_SHARE_ACCESSIBLE] = (None, "..")
        return cells

    def _deviate(self, code: str, year: int, vintage: str, counts: dict[str, int | None]) -> None:
        """The first municipality counts too few in the preliminary figures, the second too many in all of them."""
        if year != self.last_final or counts[_TOTAL] is None:
            return
        if code == self._place(0) and vintage == "preliminary":
            self._change("preliminary", code, year, vintage, counts, -_TOO_FEW)
        if code == self._place(1):
            self._change("own_against_published", code, year, vintage, counts, _TOO_MANY)

    def _change(self, kind: str, code: str, year: int, vintage: str, counts: dict[str, int | None], by: int) -> None:
        for contents in (_TOTAL, _OWNED):
            self.planted.append((kind, code, year, vintage, contents, counts[contents], counts[contents] + by))
            counts[contents] += by

    def _contradicted(self, code: str, year: int, vintage: str, share: float) -> float:
        """The published share of the last municipality contradicts its published counts."""
        if code != self._place(-1) or year != self.last_final or vintage != "final":
            return share
        wrong = round(share - _WRONG_BY, 1)
        self.planted.append(("rate_recomputed", code, year, vintage, _SHARE_OWNED, share, wrong))
        return wrong

    def _place(self, position: int) -> str | None:
        codes = sorted({code for code, contents, year in self.counts if (contents, year) == (_TOTAL, self.last_final)})
        return codes[position] if -len(codes) <= position < len(codes) else None


def deliver_classification(landing: Landing, first: dt.date) -> None:
    """Write the classification of municipalities on the day that the deliveries begin."""
    received = dt.datetime.combine(first + dt.timedelta(days=1), dt.time(8))
    codes, changes = _codes(first), _changes(first)
    query = {
        "fetched_at": received.isoformat(),
        "classification_id": "131",
        "title": "Kommuneinndeling",
        "first_day": first.isoformat(),
        "end_day": None,
        "licence": "MIT",
        "credit": "Statistics Norway (Klass 131), by way of statisticsnorway/ssb-klassr",
        "url": "none",
        "queries": [{"file": "codes_131.json"}, {"file": "changes_131.json"}],
        "missing_correspondences": [],
    }
    files = {
        "codes_131.json": _writer({"codes": codes}, len(codes)),
        "changes_131.json": _writer({"codeChanges": changes}, len(changes)),
        "query.json": _writer(query, 1),
    }
    landing.deliver("klass_codes", "ssb", Period(first, first, received), files, extract="131")


def deliver_table(landing: Landing, truth: Path, codes: Iterable[str], years: tuple[int, int]) -> None:
    """Write the table as it was published: preliminary and final for the last year but one, preliminary for the last."""
    codes = sorted(codes)
    before, last = years[1] - 1, years[1]
    published = Published.of_truth(truth, codes, before)
    for vintage, newest, day in (("preliminary", before, "03-15"), ("final", before, "06-15"), ("preliminary", last, "03-15")):
        updated = dt.date.fromisoformat(f"{newest + 1}-{day}")
        table = _table(published, codes, _years(years[0], newest), vintage, updated)
        received = dt.datetime.combine(updated + dt.timedelta(days=5), dt.time(8))
        name = f"statbank_{TABLE}_{vintage}_001.json"
        query = {
            "fetched_at": received.isoformat(),
            "table_id": TABLE,
            "title": table["label"],
            "vintage": vintage,
            "updated": table["updated"],
            "cells": len(table["value"]),
            "licence": "CC BY 4.0 (country); none (municipalities)",
            "credit": _CREDIT,
            "url": "none",
            "queries": [{"file": name}],
        }
        period = Period(dt.date(_years(years[0], newest)[0], 1, 1), dt.date(newest, 12, 31), received)
        files = {name: _writer(table, len(table["value"])), "query.json": _writer(query, 1)}
        landing.deliver("ssb_statbank", "ssb", period, files, number=1 if vintage == "preliminary" else 2, extract=f"{TABLE}_{vintage}")
    rows = [PLANTED_COLUMNS, *sorted(set(published.planted))]
    (truth / PLANTED).write_text("".join(";".join(map(str, row)) + "\n" for row in rows), encoding="utf-8")


@cache
def _national() -> dict[int, dict[str, str]]:
    return {int(row["year"]): row for row in rows_of(REFERENCE / "kommunale_boliger" / "ssb_kommunale_boliger_national.csv")}


def _years(first: int, newest: int) -> list[int]:
    """The years that the country has figures for, and those that are described."""
    return sorted({year for year in _national() if year <= newest} | set(range(first, newest + 1)) or {newest})


def _rate(code: str, year: int, total: int | None) -> int | None:
    """Dwellings per 1 000 inhabitants on the same day, rounded."""
    people = None if total is None else inhabitants(year).get(code)
    return None if people is None else round(1000 * total / people.total)


def _shown(count: int | None, contents: str) -> Cell:
    """A count as it is published: few refugees are not shown."""
    if count is None:
        return None, ".."
    return (None, ":") if contents == _REFUGEES and 0 < count < SUPPRESSED_BELOW else (count, None)


def _country(year: int) -> dict[str, Cell]:
    known = _national().get(year, {})
    return {
        contents: (int(known[_NATIONAL[contents]]), None) if contents in _NATIONAL and known else (None, "..") for contents in _CONTENTS
    }


def _writer(body: dict, rows: int) -> Callable[[Path], int]:
    def write(path: Path) -> int:
        path.write_text(json.dumps(body, ensure_ascii=False), encoding="utf-8")
        return rows

    return write


def _table(published: Published, municipality_codes: list[str], years: list[int], vintage: str, updated: dt.date) -> dict:
    found = {(COUNTRY, year): _country(year) for year in years}
    found |= {(DISTRICT, year): dict.fromkeys(_CONTENTS, (None, "..")) for year in years}
    for code, year in product(municipality_codes, years):
        found[code, year] = published.figures(code, year, "preliminary" if vintage == "preliminary" and year == years[-1] else "final")
    codes = {
        "KOKkommuneregion0000": [COUNTRY, DISTRICT, *municipality_codes],
        "ContentsCode": list(_CONTENTS),
        "Tid": [str(y) for y in years],
    }
    cells = [found[region, int(year)][contents] for region, contents, year in product(*codes.values())]
    return {
        "version": "2.0",
        "class": "dataset",
        "label": f"{TABLE}: Kommunalt disponerte boliger (made-up figures of municipalities), etter region, statistikkvariabel og år",
        "source": _CREDIT,
        "updated": f"{updated}T06:00:00Z",
        "role": {"time": ["Tid"], "geo": ["KOKkommuneregion0000"], "metric": ["ContentsCode"]},
        "id": list(codes),
        "size": [len(own) for own in codes.values()],
        "dimension": {name: _dimension(name, own) for name, own in codes.items()},
        "extension": {"px": {"tableid": TABLE}},
        "value": [value for value, _ in cells],
        "status": {str(number): symbol for number, (_, symbol) in enumerate(cells) if symbol},
    }


def _dimension(name: str, codes: list[str]) -> dict:
    category: dict = {"index": {code: place for place, code in enumerate(codes)}}
    category["label"] = {code: _CONTENTS[code][0] if name == "ContentsCode" else code for code in codes}
    if name == "ContentsCode":
        category["unit"] = {code: {"base": _CONTENTS[code][1], "decimals": _CONTENTS[code][2]} for code in codes}
    return {"label": _NAMES[name], "category": category, "extension": {"elimination": False, "show": "code"}}


def _codes(first: dt.date) -> list[dict]:
    """Codes valid on that day or later, as Klass tells them for a range that begins then."""
    day = first.isoformat()
    found = []
    for row in rows_of(REFERENCE / "regions" / "klass131_municipality_versions.csv"):
        if not row["valid_to"] or row["valid_to"] > day:
            start = max(row["valid_from"], day)
            found.append(
                {
                    "code": row["code"],
                    "parentCode": None,
                    "level": "1",
                    "name": row["name"],
                    "shortName": "",
                    "validFrom": None,
                    "validTo": None,
                    "validFromInRequestedRange": start,
                    "validToInRequestedRange": row["valid_to"] or None,
                }
            )
    return sorted(found, key=lambda code: (code["code"], code["validFromInRequestedRange"]))


def _changes(first: dt.date) -> list[dict]:
    return [
        {
            "oldCode": row["from_code"],
            "oldName": row["from_name"],
            "newCode": row["to_code"],
            "newName": row["to_name"],
            "changeOccurred": row["change_date"],
        }
        for row in rows_of(REFERENCE / "regions" / "klass131_changes.csv")
        if row["change_date"] >= first.isoformat()
    ]
