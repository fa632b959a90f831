"""Published statistics through the gate: every cell of a table and every row of a code list, or a reason."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from arrival_deliveries import deliver, settings_in

from orchestration.arrivals.gate import GateResult, run_gate
from orchestration.arrivals.manifest import read_manifest, write_manifest
from orchestration.settings import Settings
from orchestration.sources import answers
from orchestration.warehouse.raw_schema import create_raw_schema

CELLS = "statbank_12008_preliminary_001.json"
DAYS = (dt.date(2024, 1, 1), dt.date(2025, 12, 31))
RECEIVED = dt.datetime(2026, 3, 17, 9)
QUERY = {
    "table_id": "12008",
    "title": "12008: Boliger",
    "vintage": "preliminary",
    "updated": "2026-03-16T07:00:00Z",
    "fetched_at": "2026-03-17T09:00:00",
    "cells": 4,
    "licence": "CC BY 4.0",
    "credit": "Kilde: SSB",
    "url": "https://data.ssb.no/api/pxwebapi/v2/tables/12008/data",
    "queries": [{"file": CELLS, "body": {"selection": []}}],
}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """An empty data home."""
    return settings_in(tmp_path)


def table(**changed: object) -> dict:
    """Two regions and two years of one content, with parts changed."""
    whole = {
        "version": "2.0",
        "class": "dataset",
        "label": "12008: Boliger",
        "updated": "2026-03-16T07:00:00Z",
        "id": ["KOKkommuneregion0000", "ContentsCode", "Tid"],
        "size": [2, 1, 2],
        "role": {"time": ["Tid"], "geo": ["KOKkommuneregion0000"], "metric": ["ContentsCode"]},
        "dimension": {
            "KOKkommuneregion0000": {"category": {"index": {"EAK": 0, "1804": 1}}},
            "ContentsCode": {
                "category": {
                    "index": ["KOSandel"],
                    "label": {"KOSandel": 'Andel "tilgjengelige"'},
                    "unit": {"KOSandel": {"base": "prosent", "decimals": 1}},
                }
            },
            "Tid": {"category": {"index": ["2024", "2025"]}},
        },
        "extension": {"px": {"tableid": "12008"}},
        "value": [46.5, 0, None, -1.25],
        "status": {"0": "*", "2": ":"},
    }
    return {**whole, **changed}


def deliver_table(settings: Settings, body: object, query: dict | None = None, name: str = CELLS) -> GateResult:
    """Deliver one answer with its query and run the gate."""
    content = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
    deliver(settings, "ssb_statbank", "ssb", {name: content, "query.json": json.dumps(query or QUERY).encode()}, DAYS, RECEIVED)
    return run_gate(settings)


def rows(settings: Settings, source: str, entity: str, columns: str) -> list[tuple]:
    """Rows of an entity in raw, by line."""
    return duckdb.sql(f"SELECT {columns} FROM '{settings.raw}/{source}/*/{entity}.parquet' ORDER BY line_number").fetchall()


def test_every_cell_is_a_row_with_its_symbol_and_nothing_becomes_zero(settings: Settings) -> None:
    result = deliver_table(settings, table())
    (receipt,) = result.accepted
    assert [(f.entity, f.line_count, f.header_count, f.blank_count, f.accepted_count, f.quarantined_count) for f in receipt.files] == [
        ("cell", 4, 0, 0, 4, 0),
        ("query", 1, 0, 0, 1, 0),
    ]
    assert rows(settings, "ssb_statbank", "cell", "line_number, region_code, period, value, status_symbol") == [
        (1, "EAK", "2024", Decimal("46.500000"), "*"),
        (2, "EAK", "2025", Decimal("0.000000"), None),
        (3, "1804", "2024", None, ":"),
        (4, "1804", "2025", Decimal("-1.250000"), None),
    ]
    (one,) = set(rows(settings, "ssb_statbank", "cell", "table_id, contents_code, contents_label, unit, decimals, updated_at, vintage"))
    assert one == ("12008", "KOSandel", 'Andel "tilgjengelige"', "prosent", 1, "2026-03-16T07:00:00Z", "preliminary")
    (first, *_) = rows(settings, "ssb_statbank", "cell", "dimensions, dimension_labels")
    assert first == ('{"ContentsCode":"KOSandel","KOKkommuneregion0000":"EAK","Tid":"2024"}', None)


def test_codes_of_other_dimensions_come_with_their_words(settings: Settings) -> None:
    """In the order of their names, whatever the order in the answer; without words where the table has none."""
    whole = table()
    dimensions = whole["dimension"] | {
        "Tid": {"category": {"index": ["2025"]}},
        "Tilbud": {"category": {"index": ["1"]}},
        "Alder": {"category": {"index": ["18", "25"], "label": {"18": '18-24 "år"', "25": "25-49 år"}}},
        "KOKkommuneregion0000": {"category": {"index": ["1804"], "label": {"1804": "Bodø"}}},
    }
    names = ["Tilbud", "Alder", "KOKkommuneregion0000", "ContentsCode", "Tid"]
    deliver_table(
        settings,
        {**whole, "id": names, "size": [1, 2, 1, 1, 1], "dimension": dimensions, "value": [1, 2], "status": {}},
        QUERY | {"cells": 2},
    )
    assert rows(settings, "ssb_statbank", "cell", "dimensions, dimension_labels") == [
        (
            '{"Alder":"18","ContentsCode":"KOSandel","KOKkommuneregion0000":"1804","Tid":"2025","Tilbud":"1"}',
            '{"Alder":"18-24 \\"år\\"","Tilbud":null}',
        ),
        (
            '{"Alder":"25","ContentsCode":"KOSandel","KOKkommuneregion0000":"1804","Tid":"2025","Tilbud":"1"}',
            '{"Alder":"25-49 år","Tilbud":null}',
        ),
    ]


def test_the_query_comes_along(settings: Settings) -> None:
    deliver_table(settings, table())
    assert rows(settings, "ssb_statbank", "query", "table_id, vintage, fetched_at, cells, licence, queries") == [
        ("12008", "preliminary", "2026-03-17T09:00:00", 4, "CC BY 4.0", f'[{{"file":"{CELLS}","body":{{"selection":[]}}}}]')
    ]


def test_an_unknown_symbol_and_a_figure_of_too_many_digits_are_quarantined(settings: Settings) -> None:
    result = deliver_table(settings, table(value=[1, 2, 3, 0.1234567], status={"0": "?"}))
    assert result.rows_accepted == 3  # two cells and the query
    found = duckdb.sql(f"SELECT line_number, rule_id, field_name FROM '{settings.quarantine}/ssb_statbank/*/rows.parquet' ORDER BY ALL")
    assert found.fetchall() == [(1, "R005", "status_symbol"), (4, "R004", "value")]


DESCRIPTION = """
version: 1
table_id: "12008"
title: "12008: Boliger"
vintage: preliminary
updated: "2026-03-16T07:00:00Z"
fetched_at: "2026-03-17T09:00:00"
licence: CC BY 4.0
credit: "Kilde: SSB"
url: https://www.ssb.no/statbank/table/12008
decimal: ","
dimensions:
  KOKkommuneregion0000: {role: geo, column: region, text: code_and_label}
  ContentsCode: {role: metric, column: statistikkvariabel, codes: {'Andel "tilgjengelige"': KOSandel}}
  Tid: {role: time}
figures: {headings: '(?P<Tid>[0-9]{4})'}
units: {KOSandel: {unit: prosent, decimals: 1}}
"""
SAVED = (
    '"12008: Boliger"\n\n"region";"statistikkvariabel";"2024";"2025"\n'
    '"EAK Landet";"Andel ""tilgjengelige""";46,5;0\n"1804 Bodø";"Andel ""tilgjengelige""";":";-1,25\n'
)


def deliver_saved(settings: Settings, saved: str = SAVED, description: str | None = DESCRIPTION) -> GateResult:
    """Deliver a table saved as text with its description and run the gate."""
    files = {CELLS.replace(".json", ".csv"): saved.encode("latin-1")} | ({"table.yml": description.encode()} if description else {})
    deliver(settings, "ssb_statbank", "ssb", files, DAYS, RECEIVED)
    return run_gate(settings)


def test_a_table_saved_as_text_becomes_the_same_rows_as_the_answer(tmp_path: Path) -> None:
    columns = "dimensions, region_code, contents_code, contents_label, period, value, status_symbol, unit, decimals, updated_at, vintage"
    answer, saved = settings_in(tmp_path / "answer"), settings_in(tmp_path / "saved")
    deliver_table(answer, table(status={"2": ":"}))
    (receipt,) = deliver_saved(saved).accepted
    assert [(f.entity, f.line_count, f.accepted_count) for f in receipt.files] == [("cell", 4, 4), ("query", 1, 1)]
    assert rows(saved, "ssb_statbank", "cell", columns) == rows(answer, "ssb_statbank", "cell", columns)
    assert rows(saved, "ssb_statbank", "query", "table_id, vintage, fetched_at, cells, licence") == [
        ("12008", "preliminary", "2026-03-17T09:00:00", 4, "CC BY 4.0")
    ]
    [(queries,)] = rows(saved, "ssb_statbank", "query", "queries")
    assert json.loads(queries)[0]["file"] == CELLS.replace(".json", ".csv")


@pytest.mark.parametrize(
    ("saved", "description", "rule", "reason"),
    [
        (
            SAVED.replace("46,5", "46.5"),
            DESCRIPTION,
            "F033",
            "line 4: column '2024': is neither a figure nor a sign of StatBank",
        ),
        (SAVED.replace('":"', "?"), DESCRIPTION, "F033", "line 5: column '2024': is neither a figure nor a sign of StatBank"),
        (
            SAVED + SAVED.splitlines()[3],
            DESCRIPTION,
            "F033",
            "line 6: column '2024': the cell stands on line 4 already",
        ),
        (
            SAVED,
            DESCRIPTION.replace("KOSandel}}", '""}}'),
            "F034",
            "the answer is described wrongly: table.yml, line 14: dimensions.Cont",
        ),
        (SAVED, DESCRIPTION.replace("vintage: prel", "vintage: final #"), "F030", "is preliminary by its name, table.yml says final"),
        (SAVED, DESCRIPTION.replace('"12008"', '"12009"'), "F030", "holds table 12009, its name says 12008"),
        (SAVED, None, "F002", "query.json"),
    ],
)
def test_a_saved_table_that_cannot_be_read_names_the_cell(settings: Settings, saved: str, description: str, rule: str, reason: str) -> None:
    (refused,) = deliver_saved(settings, saved, description).refused
    assert refused.refusal_rule_id == rule
    assert reason in refused.refusal_reason


def test_a_saved_table_needs_its_own_description(settings: Settings) -> None:
    files = {CELLS.replace(".json", ".csv"): SAVED.encode(), "query.json": json.dumps(QUERY).encode()}
    deliver(settings, "ssb_statbank", "ssb", files, DAYS, RECEIVED)
    (refused,) = run_gate(settings).refused
    assert (refused.refusal_rule_id, "table.yml, which says what its columns are, must come" in refused.refusal_reason) == ("F002", True)


def test_signs_that_no_text_has_are_quarantined(settings: Settings) -> None:
    body = table()
    body["dimension"]["ContentsCode"]["category"]["label"]["KOSandel"] = "Andel\0"
    deliver_table(settings, body)
    found = duckdb.sql(f"SELECT DISTINCT rule_id, field_name FROM '{settings.quarantine}/ssb_statbank/*/rows.parquet'")
    assert found.fetchall() == [("R013", "contents_label")]


def test_a_figure_under_a_symbol_that_says_there_is_none_refuses_the_table(settings: Settings) -> None:
    (refused,) = deliver_table(settings, table(value=[1, 2, 0, 4])).refused
    assert refused.refusal_rule_id == "F031"


def test_a_missing_figure_without_a_reason_is_a_warning(settings: Settings) -> None:
    result = deliver_table(settings, table(status={}))
    assert len(result.accepted) == 1
    (warning,) = [c for s in result.suites for c in s.checks if not c.success and c.rule_id == "F032"]
    assert not warning.is_blocking


@pytest.mark.parametrize(
    ("body", "name", "reason"),
    [
        (table(value=[1, 2, 3]), CELLS, "cannot be used: it has 3 figures, its dimensions make 4 cells; fetch it again"),
        (json.dumps(table()).encode()[:300], CELLS, "cannot be used: it is no JSON in UTF-8, or it was cut; fetch it again"),
        (b"\xff\xfe{}", CELLS, "cannot be used: it is no JSON in UTF-8, or it was cut; fetch it again"),
        (table(), "statbank_12009_final_001.json", "holds table 12008, its name says 12009"),
    ],
)
def test_an_answer_that_is_not_whole_refuses_the_delivery(settings: Settings, body: object, name: str, reason: str) -> None:
    (refused,) = deliver_table(settings, body, name=name).refused
    assert refused.refusal_rule_id == "F030"
    assert refused.refusal_reason == f"landing/ssb_statbank/ssb/2025-12-31/{name}: the answer {reason}"


@pytest.mark.parametrize(
    ("query", "reason"), [(b"[]", "is no JSON object; fetch it again"), (b"{", "is no JSON in UTF-8, or it was cut; fetch it again")]
)
def test_a_query_that_cannot_be_read_refuses_the_delivery(settings: Settings, query: bytes, reason: str) -> None:
    deliver(settings, "ssb_statbank", "ssb", {CELLS: json.dumps(table()).encode(), "query.json": query}, DAYS, RECEIVED)
    (refused,) = run_gate(settings).refused
    assert (refused.refusal_rule_id, refused.refusal_reason.endswith(f"query.json: the answer {reason}")) == ("F030", True)


def test_a_file_larger_than_any_answer_is_not_read(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "MAX_BYTES", 100)
    (refused,) = deliver_table(settings, table()).refused
    assert (refused.refusal_rule_id, refused.refusal_reason.endswith("the answer is larger than 0 MB")) == ("F025", True)


def test_a_table_without_its_query_is_refused(settings: Settings) -> None:
    deliver(settings, "ssb_statbank", "ssb", {CELLS: json.dumps(table()).encode()}, DAYS, RECEIVED)
    (refused,) = run_gate(settings).refused
    assert (refused.refusal_rule_id, "query.json" in refused.refusal_reason) == ("F002", True)


def test_what_a_fetch_wrote_lives_beside_other_tables_and_vintages(settings: Settings) -> None:
    for number, (table_id, vintage) in enumerate([("12008", "preliminary"), ("12008", "final"), ("12134", "final"), ("12134", "final")]):
        name = f"statbank_{table_id}_{vintage}_001.json"
        body = table(extension={"px": {"tableid": table_id}}, value=[number, 0, None, 1])
        query = {**QUERY, "table_id": table_id, "vintage": vintage}
        folder = deliver(
            settings,
            "ssb_statbank",
            "ssb",
            {name: json.dumps(body).encode(), "query.json": json.dumps(query).encode()},
            DAYS,
            RECEIVED + dt.timedelta(days=number),
            name=str(number),
        )
        write_manifest(folder, replace(read_manifest(folder), extract=f"{table_id}_{vintage}"))
    assert len(run_gate(settings).accepted) == 4
    with duckdb.connect() as con:
        create_raw_schema(con, settings, as_of=DAYS[1])
        found = con.execute("SELECT extract, count(*), count_if(is_current) FROM raw.delivery GROUP BY ALL ORDER BY ALL").fetchall()
    assert found == [("12008_final", 1, 1), ("12008_preliminary", 1, 1), ("12134_final", 2, 1)]


def test_a_classification_with_all_its_parts(settings: Settings) -> None:
    code = {"code": "0301", "level": "1", "name": "Oslo", "validFromInRequestedRange": "2024-01-01", "validToInRequestedRange": None}
    again = {**code, "validFromInRequestedRange": "2025-01-01"}
    files = {
        "codes_131.json": {"codes": [code, {**code, "code": "5001", "name": None}, again]},
        "changes_131.json": {"codeChanges": [{"oldCode": None, "newCode": "1580", "newName": "Haram", "changeOccurred": "2024-01-01"}]},
        "correspondence_131_104.json": {"correspondenceItems": [{"sourceCode": "0301", "targetCode": None, "validFrom": "2024-01-01"}]},
        "query.json": {
            **{name: QUERY[name] for name in ("title", "fetched_at", "licence", "credit", "url", "queries")},
            "classification_id": "131",
            "first_day": "2024-01-01",
        },
    }
    contents = {name: json.dumps(body).encode() for name, body in files.items()}
    day = dt.date(2024, 1, 1)
    deliver(settings, "klass_codes", "ssb", contents, (day, day), RECEIVED)
    result = run_gate(settings)
    (receipt,) = result.accepted
    assert [(f.entity, f.line_count, f.accepted_count, f.quarantined_count) for f in receipt.files] == [
        ("code", 3, 2, 1),
        ("code_change", 1, 1, 0),
        ("correspondence", 1, 1, 0),
        ("query", 1, 1, 0),
    ]
    assert rows(settings, "klass_codes", "code", "classification_id, code, valid_from, valid_to") == [
        ("131", "0301", dt.date(2024, 1, 1), None),
        ("131", "0301", dt.date(2025, 1, 1), None),
    ]
    assert rows(settings, "klass_codes", "code_change", "change, from_code, to_code, change_date") == [(">1580", None, "1580", day)]
    assert rows(settings, "klass_codes", "correspondence", "target_classification_id, pair, target_code") == [("104", "0301>", None)]
    assert [c.rule_id for s in result.suites for c in s.checks if not c.success] == ["F019"]  # 0301 is valid twice in 2025
    shutil.rmtree(settings.landing)
    del contents["correspondence_131_104.json"]
    contents["changes_131.json"] = b'{"codeChanges": []}'
    deliver(settings, "klass_codes", "ssb", contents, (day, day), RECEIVED)
    (receipt,) = run_gate(settings).accepted
    assert [(f.entity, f.line_count) for f in receipt.files] == [("code", 3), ("code_change", 0), ("query", 1)]
