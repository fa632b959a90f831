"""Published statistics of the demonstration: in the form of a fetch, whole, and marked as made up."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

from orchestration.arrivals.manifest import read_manifest
from orchestration.sources.json_stat import read_table
from orchestration.sources.klass import read_rows
from orchestration.synthetic.landing import Landing
from orchestration.synthetic.published import deliver_published
from orchestration.synthetic.reference import municipalities

FIRST = dt.date(2019, 1, 1)


def deliver(tmp_path: Path, codes: tuple[str, ...] = ("1804", "5001")) -> Landing:
    landing = Landing(tmp_path)
    deliver_published(landing, FIRST, [municipalities()[code] for code in codes])
    return landing


def test_a_table_of_two_final_years_with_symbols(tmp_path: Path) -> None:
    deliver(tmp_path)
    folder = tmp_path / "ssb_statbank/ssb/2017-12-31_1"
    table = read_table((folder / "statbank_12008_final_001.json").read_bytes())
    assert [d.codes for d in table.dimensions] == [
        ("EAK", "1804", "5001"),
        ("KOSboligSper10000000", "KOStotnatt0000"),
        ("2016", "2017"),
    ]
    cells = {codes: (figure, symbol) for codes, figure, symbol in table.cells()}
    assert cells["EAK", "KOSboligSper10000000", "2017"] == ("20", None)
    assert cells["EAK", "KOStotnatt0000", "2017"] == (None, ".")
    assert {figure is None for figure, symbol in cells.values() if symbol} == {True}
    query = json.loads((folder / "query.json").read_text(encoding="utf-8"))
    assert (query["cells"], query["vintage"], query["licence"]) == (12, "final", "none")
    assert "Synthetic" in query["credit"] and "made-up" in query["title"]
    manifest = read_manifest(folder)
    assert (manifest.extract, manifest.period_start, manifest.period_end) == ("12008_final", dt.date(2016, 1, 1), dt.date(2017, 12, 31))


def test_small_figures_of_shelters_are_suppressed(tmp_path: Path) -> None:
    deliver(tmp_path, tuple(municipalities()))
    table = read_table((tmp_path / "ssb_statbank/ssb/2017-12-31_1/statbank_12008_final_001.json").read_bytes())
    shelters = [(figure, symbol) for codes, figure, symbol in table.cells() if codes[1] == "KOStotnatt0000" and codes[0] != "EAK"]
    assert {int(figure) for figure, _ in shelters if figure} == {0, 3, 4, 5, 6, 7, 8}
    assert {symbol for figure, symbol in shelters if figure is None} == {":"}


def test_the_codes_of_the_day_and_their_changes(tmp_path: Path) -> None:
    deliver(tmp_path)
    folder = tmp_path / "klass_codes/ssb/2019-01-01_1"
    codes = read_rows("code", "codes_131.json", (folder / "codes_131.json").read_bytes())
    of_the_day = {code: name for _, code, _, _, name, _, start, end in codes if start == "2019-01-01" and (end is None or end > start)}
    assert len(of_the_day) - ("9999" in of_the_day) == 422
    assert (of_the_day["5001"], "1806" in of_the_day) == ("Trondheim", False)
    changes = read_rows("code_change", "changes_131.json", (folder / "changes_131.json").read_bytes())
    assert min(row[1] for row in changes) >= "2019-01-01"
    assert ("131", "2024-01-01", "1507", "Ålesund", "1580", "Haram", "1507>1580") in changes


def test_the_same_every_time(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    deliver(one)
    deliver(two)
    files = sorted(p.relative_to(one) for p in one.rglob("*.json"))
    assert len(files) == 7
    assert [(one / f).read_bytes() for f in files] == [(two / f).read_bytes() for f in files]
