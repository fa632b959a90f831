"""A fetch writes one whole delivery with its query, or nothing at all."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import duckdb
import pytest
from ssb_server import SsbServer, answers, error_body

from orchestration.arrivals.gate import run_gate
from orchestration.arrivals.manifest import read_manifest
from orchestration.connectors import fetch as fetching
from orchestration.connectors.command import choices, fetch_all
from orchestration.connectors.fetch import fetch_classification, fetch_table, period_days
from orchestration.settings import Settings, UserError, load_settings
from orchestration.sources.json_stat import read_table
from orchestration.sources.klass import read_rows

RECORDED = Path(__file__).parent / "recorded"
NOW = dt.datetime(2026, 6, 20, 9, 30, 15)


@pytest.fixture
def settings(tmp_path: Path, ssb: SsbServer) -> Settings:
    """A data home of its own whose Statistics Norway is the server on this machine."""
    return load_settings({"FJERNLYS_HOME": str(tmp_path / "home"), "FJERNLYS_SSB_URL": ssb.url})


def note(_: str) -> None:
    """Nobody listens."""


def deliveries(settings: Settings) -> list[str]:
    return sorted(str(p.relative_to(settings.landing)) for p in settings.landing.glob("*/*/*"))


def test_a_table_lands_with_its_query(settings: Settings, ssb: SsbServer) -> None:
    fetched = fetch_table(settings, "12008", NOW, note)
    assert deliveries(settings) == ["ssb_statbank/ssb/2025-12-31_12008_final_1"]
    manifest = read_manifest(fetched.folder)
    assert (manifest.source, manifest.supplier, manifest.received_at) == ("ssb_statbank", "ssb", NOW)
    assert (manifest.period_start, manifest.period_end) == (dt.date(2022, 1, 1), dt.date(2025, 12, 31))
    assert (manifest.extract, manifest.delivery_id[:40]) == ("12008_final", "ssb_statbank-ssb-12008_final-2025-12-31-")
    assert [f.name for f in manifest.files] == ["statbank_12008_final_001.json", "query.json"]
    query = json.loads((fetched.folder / "query.json").read_text(encoding="utf-8"))
    (asked,) = query.pop("queries")
    assert query == {
        "fetched_at": "2026-06-20T09:30:15",
        "table_id": "12008",
        "title": "12008: Tall, etter region, statistikkvariabel og år",
        "vintage": "final",
        "updated": "2026-06-15T06:00:00Z",
        "cells": 40,
        "licence": "CC BY 4.0",
        "credit": "Kilde: Statistisk sentralbyrå (SSB), CC BY 4.0",
        "url": f"{ssb.url}/api/pxwebapi/v2/tables/12008/data?lang=no&outputFormat=json-stat2",
    }
    assert asked == {"file": "statbank_12008_final_001.json", "body": ssb.calls[-1][2]}
    table = read_table((fetched.folder / "statbank_12008_final_001.json").read_bytes())
    assert (len(table.values), fetched.rows, table.dimension("KOKkommuneregion0000").codes) == (
        40,
        40,
        ("EAK", "0301", "1804", "4601", "5001"),
    )
    assert oct(fetched.folder.stat().st_mode)[-3:] == "700"


def test_the_same_answer_is_the_delivery_that_is_there(settings: Settings) -> None:
    first = fetch_table(settings, "12008", NOW, note)
    again = fetch_table(settings, "12008", NOW + dt.timedelta(days=3), note)
    assert (again.is_known, again.folder, len(deliveries(settings))) == (True, first.folder, 1)


def test_both_vintages_are_kept(settings: Settings, ssb: SsbServer) -> None:
    ssb.updated = "2026-03-16T07:00:00Z"
    fetch_table(settings, "12008", dt.datetime(2026, 3, 17), note)
    ssb.updated = "2026-06-15T06:00:00Z"
    fetch_table(settings, "12008", NOW, note)
    fetch_table(settings, "12008", NOW, note, vintage="preliminary")
    folder = "ssb_statbank/ssb/2025-12-31_12008_"
    assert deliveries(settings) == [f"{folder}final_1", f"{folder}preliminary_1", f"{folder}preliminary_2"]


def test_a_table_of_many_parts_is_one_delivery(settings: Settings, ssb: SsbServer) -> None:
    ssb.config["maxDataCells"] = 16
    fetched = fetch_table(settings, "12008", NOW, note)
    names = [f.name for f in read_manifest(fetched.folder).files]
    assert names == [f"statbank_12008_final_{number:03}.json" for number in (1, 2, 3)] + ["query.json"]


def test_a_table_that_changes_underway_is_not_written(settings: Settings, ssb: SsbServer) -> None:
    ssb.config["maxDataCells"] = 16

    def publish(_: object) -> bool:
        ssb.updated = "2026-06-20T08:00:00Z"
        return False

    ssb.faults = [None, None, None, publish]
    with pytest.raises(UserError, match="Table 12008 was updated while it was fetched"):
        fetch_table(settings, "12008", NOW, note)
    assert deliveries(settings) == []


def test_an_answer_that_fails_halfway_leaves_nothing(settings: Settings, ssb: SsbServer) -> None:
    ssb.config["maxDataCells"] = 16
    ssb.faults = [None, None, None, answers(400, error_body("Non-existent value", 400))]
    with pytest.raises(UserError, match="Non-existent value"):
        fetch_table(settings, "12008", NOW, note)
    assert deliveries(settings) == []


def test_a_dry_run_counts_and_writes_nothing(settings: Settings, ssb: SsbServer) -> None:
    lines = list(fetch_all(settings, "ssb", ["12008"], dry_run=True))
    assert lines == [
        "StatBank table 12008 (KOSTRA, kommunalt disponerte boliger): would ask for 40 cells in 1 answers. Nothing was written."
    ]
    assert (deliveries(settings), [method for method, _, _ in ssb.calls]) == ([], ["GET", "GET"])


def test_a_figure_of_the_first_day_and_of_days_to_come(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    publisher, tables = fetching.load_tables()
    changed = {i: type(t)(t.table_id, t.title, "first_day", t.variables, t.vintages) for i, t in tables.items()}
    monkeypatch.setattr(fetching, "load_tables", lambda: (publisher, changed))
    assert read_manifest(fetch_table(settings, "12008", NOW, note).folder).period_end == dt.date(2025, 1, 1)
    monkeypatch.setattr(fetching, "load_tables", lambda: (publisher, tables))
    early = read_manifest(fetch_table(settings, "12008", dt.datetime(2025, 10, 1), note).folder)
    assert (early.period_start, early.period_end) == (dt.date(2022, 1, 1), dt.date(2025, 10, 1))


def test_a_classification_lands_with_codes_changes_and_correspondences(settings: Settings, ssb: SsbServer) -> None:
    fetched = fetch_classification(settings, "104", NOW, note, dt.date(2024, 1, 1), dt.date(2027, 1, 1))
    assert deliveries(settings) == ["klass_codes/ssb/2024-01-01_104_1"]
    manifest = read_manifest(fetched.folder)
    assert [f.name for f in manifest.files] == ["codes_104.json", "changes_104.json", "correspondence_104_131.json", "query.json"]
    assert (manifest.period_start, manifest.period_end, fetched.rows) == (dt.date(2024, 1, 1), dt.date(2024, 1, 1), 5)
    assert [path for _, path, _ in ssb.calls] == [
        "/api/klass/v1/classifications/104/codes?language=nb&from=2024-01-01&to=2027-01-01",
        "/api/klass/v1/classifications/104/changes?language=nb&from=2024-01-01&to=2027-01-01",
        "/api/klass/v1/classifications/104/corresponds?language=nb&targetClassificationId=131&from=2024-01-01&to=2027-01-01",
    ]
    query = json.loads((fetched.folder / "query.json").read_text(encoding="utf-8"))
    assert (query["fetched_at"], query["licence"], query["first_day"], query["end_day"]) == (
        "2026-06-20T09:30:15",
        "CC BY 4.0",
        "2024-01-01",
        "2027-01-01",
    )
    assert fetch_classification(settings, "104", NOW, note, dt.date(2024, 1, 1), dt.date(2027, 1, 1)).is_known


def test_a_correspondence_that_is_not_there_is_told_and_left_out(settings: Settings, ssb: SsbServer) -> None:
    ssb.faults = [None, None, answers(404, json.dumps({"message": "Correspondence table not found"}).encode())]
    (line,) = fetch_all(settings, "klass", ["104"])
    assert "4 rows, 1 kB, 3 calls (Klass has no correspondence to 131 for every day asked for: choose a later --from)." in line
    folder = settings.landing / "klass_codes/ssb/1999-01-01_104_1"
    assert sorted(p.name for p in folder.iterdir()) == ["changes_104.json", "codes_104.json", "manifest.json", "query.json"]
    assert json.loads((folder / "query.json").read_bytes())["missing_correspondences"] == ["131"]


def test_a_classification_that_is_not_there_is_told(settings: Settings, ssb: SsbServer) -> None:
    with pytest.raises(UserError, match=r"There is no classification 112 with codes from 2020-01-01 at http://.*/api/klass/v1\."):
        fetch_classification(settings, "112", NOW, note)
    assert deliveries(settings) == []


@pytest.mark.parametrize(
    ("source", "ids", "options", "message"),
    [
        ("nav", ["1"], {}, "'nav' is no source. Write fjernlys fetch ssb 12008 or fjernlys fetch klass 131."),
        ("ssb", [], {}, "Say what to fetch, such as fjernlys fetch ssb 12008"),
        ("ssb", ["12009"], {}, r"connectors/statbank\.yml names no table 12009. It has 12008, .*add an entry for another"),
        ("klass", ["132"], {}, r"connectors/klass\.yml names no classification 132. It has 131, "),
        ("ssb", ["12008"], {"vintage": "newest"}, "table 12008 is published as preliminary and final, not as newest"),
        ("ssb", ["11084"], {"vintage": "preliminary"}, "table 11084 is published as final, not as preliminary"),
        ("klass", ["131"], {"vintage": "final"}, "--vintage: a classification has none"),
        ("ssb", ["12008"], {"first": dt.date(2024, 1, 1)}, "the periods of a table stand in connectors/statbank.yml"),
        ("klass", ["131"], {"first": dt.date(2024, 1, 1), "end": dt.date(2024, 1, 1)}, "--to: 2024-01-01 must lie after 2024-01-01"),
        ("klass", ["131"], {"first": dt.date(2999, 1, 1)}, "--from: 2999-01-01 lies after today"),
    ],
)
def test_a_wish_that_cannot_be_met_is_told_before_anything_is_asked(
    settings: Settings, ssb: SsbServer, source: str, ids: list[str], options: dict, message: str
) -> None:
    with pytest.raises(UserError, match=message):
        list(fetch_all(settings, source, ids, **options))
    assert ssb.calls == []


def test_all_that_can_be_fetched_is_listed() -> None:
    listed = choices()
    assert "12008  KOSTRA, kommunalt disponerte boliger" in listed
    assert "131  Kommuneinndeling, from 1999-01-01" in listed


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        ("2024", "2024-01-01", "2024-12-31"),
        ("2024M02", "2024-02-01", "2024-02-29"),
        ("2024M12", "2024-12-01", "2024-12-31"),
        ("2024K1", "2024-01-01", "2024-03-31"),
        ("2024K4", "2024-10-01", "2024-12-31"),
        ("2024H2", "2024-07-01", "2024-12-31"),
        ("2026U53", "2026-12-28", "2027-01-03"),
        ("2015-2019", "2015-01-01", "2019-12-31"),
    ],
)
def test_days_of_a_period(period: str, first: str, last: str) -> None:
    assert tuple(map(str, period_days(period))) == (first, last)


def test_a_period_of_another_form_is_told() -> None:
    with pytest.raises(UserError, match="The period 2024X1 has none of the forms"):
        period_days("2024X1")


def test_a_real_table_comes_through_fetch_and_gate(settings: Settings, ssb: SsbServer) -> None:
    content = (RECORDED / "statbank_12134_2024.json").read_bytes()
    ssb.variables = {"KOKkommuneregion0000": ("0301", "4601", "5001"), "ContentsCode": ("KOSAG110000",), "Tid": ("2024",)}
    ssb.faults = [None, None, answers(200, content)]
    fetched = fetch_table(settings, "12134", NOW, note)
    assert (fetched.folder / "statbank_12134_final_001.json").read_bytes() == content
    assert len(run_gate(settings).accepted) == 1
    cells = duckdb.sql(
        f"SELECT region_code, period, value, unit, vintage FROM '{settings.raw}/ssb_statbank/*/cell.parquet' ORDER BY line_number"
    )
    assert cells.fetchall() == [
        ("0301", "2024", 81240, "kr", "final"),
        ("4601", "2024", 66605, "kr", "final"),
        ("5001", "2024", 62853, "kr", "final"),
    ]


def test_what_is_fetched_is_accepted_by_the_gate_with_its_query(settings: Settings, ssb: SsbServer) -> None:
    ssb.config["maxDataCells"] = 16
    fetch_table(settings, "12008", NOW, note)
    fetch_classification(settings, "104", NOW, note, dt.date(2024, 1, 1))
    accepted = {(r.source, r.extract): [(f.entity, f.accepted_count) for f in r.files] for r in run_gate(settings).accepted}
    assert accepted == {
        ("klass_codes", "104"): [("code", 2), ("code_change", 2), ("correspondence", 1), ("query", 1)],
        ("ssb_statbank", "12008_final"): [("cell", 16), ("cell", 16), ("cell", 8), ("query", 1)],
    }
    symbols = duckdb.sql(
        f"SELECT status_symbol, count(*), count(value) FROM '{settings.raw}/ssb_statbank/*/cell.parquet' GROUP BY 1 ORDER BY 1"
    )
    assert symbols.fetchall() == [(".", 1, 0), ("..", 1, 0), (":", 1, 0), (None, 37, 37)]


def test_a_real_code_list_is_read() -> None:
    rows = read_rows("code", "codes_131.json", (RECORDED / "klass_131_2026.json").read_bytes())
    assert rows[0] == ("131", "0301", None, "1", "Oslo - Oslove", None, None, None)
    assert [code for _, code, *_ in rows] == ["0301", "1804", "4601", "5001", "5636", "9999"]
