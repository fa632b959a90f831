"""Published statistics of the demonstration: like a fetch, marked as made up, and like the truth but for what is planted."""

from __future__ import annotations

import csv
import datetime as dt
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.arrivals.manifest import read_manifest
from orchestration.sources.json_stat import read_table
from orchestration.sources.klass import read_rows
from orchestration.synthetic.landing import Landing
from orchestration.synthetic.published import deliver_classification, deliver_table

FIRST = dt.date(2019, 1, 1)
TOTAL, OWNED, PER_1000, SHARE_OWNED, REFUGEES = (
    "DEMOdisponerte",
    "DEMOeide",
    "KOSboligSper10000000",
    "KOSEidavsamlet0000",
    "KOSnyinnflyttfly0000",
)


def write_total(truth: Path, code: str, counts: dict[tuple[str, str, str, int], int | None]) -> None:
    """The part of the ground truth that is published."""
    rows = [
        {
            "municipality_code": code,
            "year": year,
            "indicator_id": i,
            "breakdown": b,
            "breakdown_code": c,
            "numerator": n,
            "denominator": None,
        }
        for (i, b, c, year), n in counts.items()
    ]
    (truth / code).mkdir(parents=True)
    pq.write_table(pa.Table.from_pylist(rows), truth / code / "total.parquet")


def deliver(tmp_path: Path) -> Path:
    """100, 200 and 40 dwellings in 2022 and 2023; of the third no tenancies are told, Haram has no code before 2024."""
    truth = tmp_path / "truth"
    for code, dwellings in (("1804", 100), ("5001", 200), ("1811", 40)):
        counts = {}
        for year in (2022, 2023):
            counts["disposed_dwellings", "none", "all", year] = dwellings
            counts["disposed_dwellings", "tenure_form", "owned", year] = dwellings * 3 // 4
            counts["newly_moved_in", "none", "all", year] = None if code == "1811" else 12
            counts["newly_moved_in", "target_group_form_2020", "5", year] = None if code == "1811" else year - 2021
            counts["newly_moved_in", "target_group_r0_2019", "5", year] = 99
        write_total(truth, code, counts)
    write_total(truth, "1580", {("disposed_dwellings", "none", "all", 2023): None})
    deliver_classification(Landing(tmp_path / "landing"), FIRST)
    deliver_table(Landing(tmp_path / "landing"), truth, ["1804", "5001", "1811", "1580"], (2022, 2024))
    return tmp_path / "landing"


def cells(landing: Path, name: str) -> dict[tuple[str, ...], tuple[str | None, str | None]]:
    (path,) = (landing / "ssb_statbank/ssb" / name).glob("statbank_*.json")
    return {codes: (figure, symbol) for codes, figure, symbol in read_table(path.read_bytes()).cells()}


def test_the_country_has_its_published_figures_and_nothing_else(tmp_path: Path) -> None:
    final = cells(deliver(tmp_path), "2023-12-31_2")
    assert final["EAK", TOTAL, "2008"] == ("96403", None)
    assert final["EAK", TOTAL, "2023"] == ("115583", None)
    assert final["EAK", PER_1000, "2023"] == ("21", None)
    assert final["EAK", OWNED, "2023"] == (None, "..")
    assert final["1804", TOTAL, "2008"] == (None, "..")
    assert {year for _, _, year in final} == {"2008", "2009", "2010", "2011", "2012", "2021", "2022", "2023"}
    assert {cell for (region, *_), cell in final.items() if region == "030101"} == {(None, "..")}


def test_municipalities_have_the_truth_rounded_and_kept_back(tmp_path: Path) -> None:
    final = cells(deliver(tmp_path), "2023-12-31_2")
    assert [final["1804", contents, "2022"] for contents in (TOTAL, OWNED, SHARE_OWNED)] == [("100", None), ("75", None), ("75.0", None)]
    assert final["5001", PER_1000, "2022"] == ("1", None)  # of 211 244
    assert [final["1804", REFUGEES, year] for year in ("2022", "2023")] == [(None, ":"), (None, ":")]
    assert final["1811", REFUGEES, "2023"] == (None, "..")
    assert {cell for (region, _, year), cell in final.items() if (region, year) == ("1580", "2022")} == {("0", None)}


def test_what_is_planted_is_told_and_nothing_else_differs(tmp_path: Path) -> None:
    landing = deliver(tmp_path)
    first, final, last = (cells(landing, name) for name in ("2023-12-31_1", "2023-12-31_2", "2024-12-31_1"))
    assert (first["1804", TOTAL, "2023"], final["1804", TOTAL, "2023"]) == (("98", None), ("100", None))
    assert (final["1811", TOTAL, "2023"], final["1811", OWNED, "2023"]) == (("47", None), ("37", None))
    assert {codes: cell for codes, cell in last.items() if codes[2] == "2023"} == {c: cell for c, cell in final.items() if c[2] == "2023"}
    with (tmp_path / "truth" / "published.csv").open(encoding="utf-8") as handle:
        planted = {(r["kind"], r["municipality_code"], r["vintage"], r["contents"]): r for r in csv.DictReader(handle, delimiter=";")}
    assert sorted(planted) == [
        ("own_against_published", "1811", "final", TOTAL),
        ("own_against_published", "1811", "final", OWNED),
        ("own_against_published", "1811", "preliminary", TOTAL),
        ("own_against_published", "1811", "preliminary", OWNED),
        ("preliminary", "1804", "preliminary", TOTAL),
        ("preliminary", "1804", "preliminary", OWNED),
        ("rate_recomputed", "5001", "final", SHARE_OWNED),
    ]
    share = planted["rate_recomputed", "5001", "final", SHARE_OWNED]
    assert (share["year"], share["right"], share["published"]) == ("2023", "75.0", "70.0")
    assert final["5001", SHARE_OWNED, "2023"] == ("70.0", None)


def test_it_is_a_fetch_that_says_what_is_made_up(tmp_path: Path) -> None:
    folder = deliver(tmp_path) / "ssb_statbank/ssb/2023-12-31_2"
    query = json.loads((folder / "query.json").read_text(encoding="utf-8"))
    assert (query["cells"], query["vintage"]) == (6 * 9 * 8, "final")
    assert "synthetic" in query["credit"] and "made-up" in query["title"]
    manifest = read_manifest(folder)
    assert (manifest.extract, manifest.period_start, manifest.period_end) == ("12008_final", dt.date(2008, 1, 1), dt.date(2023, 12, 31))
    assert manifest.received_at == dt.datetime(2024, 6, 20, 8)


def test_the_codes_of_the_day_and_their_changes(tmp_path: Path) -> None:
    folder = deliver(tmp_path) / "klass_codes/ssb/2019-01-01_1"
    codes = read_rows("code", "codes_131.json", (folder / "codes_131.json").read_bytes())
    of_the_day = {code: name for _, code, _, _, name, _, start, end in codes if start == "2019-01-01" and (end is None or end > start)}
    assert len(of_the_day) - ("9999" in of_the_day) == 422
    assert (of_the_day["5001"], "1806" in of_the_day) == ("Trondheim", False)
    changes = read_rows("code_change", "changes_131.json", (folder / "changes_131.json").read_bytes())
    assert min(row[1] for row in changes) >= "2019-01-01"
    assert ("131", "2024-01-01", "1507", "Ålesund", "1580", "Haram", "1507>1580") in changes


def test_the_same_every_time(tmp_path: Path) -> None:
    one, two = deliver(tmp_path / "one"), deliver(tmp_path / "two")
    files = sorted(p.relative_to(one) for p in one.rglob("*.json"))
    assert len(files) == 13
    assert [(one / f).read_bytes() for f in files] == [(two / f).read_bytes() for f in files]
