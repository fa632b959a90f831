"""Published statistics in the demonstration: a table in the form of StatBank and a classification in the form of Klass.

Belongs here: bytes like those of a fetch. The figures of the table are made up and say so; the codes are those of the shipped public file.
Does not belong here: fetching (``connectors``).
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable
from itertools import product
from pathlib import Path

from orchestration.synthetic.landing import Landing, Period
from orchestration.synthetic.reference import REFERENCE, Municipality, rows_of

TABLE = "12008"
COUNTRY = "EAK"
SUPPRESSED_BELOW = 3
_PER_1000, _SHELTER = "KOSboligSper10000000", "KOStotnatt0000"
_CONTENTS = {
    _PER_1000: ("Kommunalt disponerte boliger per 1000 innbyggere", "boliger"),
    _SHELTER: ("Husstander i døgnovernatting i løpet av året", "husstander"),
}
_NAMES = {"KOKkommuneregion0000": "region", "ContentsCode": "statistikkvariabel", "Tid": "år"}
_CREDIT = "Synthetic figures of the demonstration, not published by anybody"


def deliver_published(landing: Landing, first: dt.date, places: Iterable[Municipality]) -> None:
    """Write a table of the two years that were final when the deliveries begin, and the classification of that day."""
    received = dt.datetime.combine(first + dt.timedelta(days=1), dt.time(8))
    years = (first.year - 3, first.year - 2)
    updated = f"{first.year - 1}-06-15T06:00:00Z"
    table = _table([COUNTRY, *sorted(p.code for p in places)], years, updated)
    name = f"statbank_{TABLE}_final_001.json"
    query = {
        "fetched_at": received.isoformat(),
        "table_id": TABLE,
        "title": table["label"],
        "vintage": "final",
        "updated": updated,
        "cells": len(table["value"]),
        "licence": "none",
        "credit": _CREDIT,
        "url": "none",
        "queries": [{"file": name}],
    }
    days = Period(dt.date(years[0], 1, 1), dt.date(years[1], 12, 31), received)
    files = {name: _writer(table, len(table["value"])), "query.json": _writer(query, 1)}
    landing.deliver("ssb_statbank", "ssb", days, files, extract=f"{TABLE}_final")

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


def _writer(body: dict, rows: int) -> Callable[[Path], int]:
    def write(path: Path) -> int:
        path.write_text(json.dumps(body, ensure_ascii=False), encoding="utf-8")
        return rows

    return write


def _table(regions: list[str], years: tuple[int, ...], updated: str) -> dict:
    codes = {"KOKkommuneregion0000": regions, "ContentsCode": list(_CONTENTS), "Tid": [str(year) for year in years]}
    values, status = [], {}
    for number, (region, contents, year) in enumerate(product(*codes.values())):
        figure = _figure(region, contents, int(year))
        symbol = "." if figure is None else ":" if contents == _SHELTER and 0 < figure < SUPPRESSED_BELOW else None
        values.append(None if symbol else figure)
        if symbol:
            status[str(number)] = symbol
    dimensions = {name: _dimension(name, own) for name, own in codes.items()}
    return {
        "version": "2.0",
        "class": "dataset",
        "label": f"{TABLE}: Kommunalt disponerte boliger (made-up figures), etter region, statistikkvariabel og år",
        "source": _CREDIT,
        "updated": updated,
        "role": {"time": ["Tid"], "geo": ["KOKkommuneregion0000"], "metric": ["ContentsCode"]},
        "id": list(codes),
        "size": [len(own) for own in codes.values()],
        "dimension": dimensions,
        "extension": {"px": {"tableid": TABLE}},
        "value": values,
        "status": status,
    }


def _dimension(name: str, codes: list[str]) -> dict:
    category: dict = {"index": {code: place for place, code in enumerate(codes)}}
    category["label"] = {code: _CONTENTS[code][0] if name == "ContentsCode" else code for code in codes}
    if name == "ContentsCode":
        category["unit"] = {code: {"base": _CONTENTS[code][1], "decimals": 0} for code in codes}
    return {"label": _NAMES[name], "category": category, "extension": {"elimination": False, "show": "code"}}


def _figure(region: str, contents: str, year: int) -> int | None:
    """A made-up figure that is the same on every machine; night shelters are not counted for the country."""
    number = sum(map(ord, region)) * 7 + year
    if contents == _PER_1000:
        return 20 if region == COUNTRY else 12 + number % 25
    return None if region == COUNTRY else number % 9


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
