"""What ``release.json`` tells."""

from __future__ import annotations

import datetime as dt
import json

import duckdb

from orchestration.outcome import Outcome
from orchestration.releasing.audience import load_audience
from orchestration.releasing.notes import release_notes
from orchestration.warehouse.build import BuildPlan
from orchestration.warehouse.dbt_project import DbtNode

PLAN = BuildPlan("0123456789ab", dt.date(2025, 12, 31), dt.date(2026, 1, 10), "k" * 16, "c" * 64, ())
OUTCOMES = [Outcome("shared.dim_date", "grain", True), Outcome("municipal", "F016", False, "warn", 2, "unusual")]


def _served(name: str, version: int, until: str) -> DbtNode:
    return DbtNode(f"model.fjernlys.{name}", "shared", name, "model", "table", "", None, None, (), (), (), version, until)


SERVED = [
    _served("dim_date", 2, "2026-12-31"),
    _served("dim_municipality", 1, "2027-01-01"),
    DbtNode("model.fjernlys.dim_build", "shared", "dim_build", "model", "table", "", None, None, (), (), ()),
]


def _notes(made, before=None) -> dict:
    return release_notes(PLAN, SERVED, [load_audience("property")], made.folder, OUTCOMES, before)


def test_rows_columns_hashes_and_checks(made):
    made.write("property")
    notes = _notes(made)
    table = notes["audiences"]["property"]["tables"]["dim_dwelling_unit"]
    assert table["rows"] == 3
    assert list(table["columns"]) == ["unit_key", "municipality_code", "unit_id", "current_dwelling_count"]
    assert (notes["build_id"], notes["as_of"], notes["known_at"]) == ("0123456789ab", "2025-12-31", "2026-01-10")
    assert (notes["checks"]["passed"], notes["checks"]["failed"]) == (1, 1)
    assert notes["checks"]["failures"] == [
        {"subject": "municipal", "rule": "F016", "passed": False, "severity": "warn", "rows": 2, "detail": "unusual"}
    ]
    assert notes["changes"] is None


def test_what_bi_uses_tells_its_version_and_what_ends_within_a_year(made):
    made.write("property")
    notes = _notes(made)
    tables = notes["audiences"]["property"]["tables"]
    assert (tables["dim_date"]["contract_version"], tables["dim_date"]["served_until"]) == (2, "2026-12-31")
    assert "contract_version" not in tables["dim_build"]
    assert notes["ending"] == {"dim_date": "2026-12-31"}


def test_the_same_release_gives_the_same_notes(made):
    made.write("property")
    assert json.dumps(_notes(made)) == json.dumps(_notes(made))


def test_changes_against_the_release_before(made, tmp_path):
    made.write("property")
    before = tmp_path / "before"
    before.mkdir()
    earlier = _notes(made)
    tables = earlier["audiences"]["property"]["tables"]
    tables["dim_dwelling"]["rows"] = 7
    tables["dim_dwelling"]["parquet_sha256"] = "other"
    tables["dim_dwelling"]["columns"]["colour"] = tables["dim_dwelling"]["columns"].pop("area_m2")
    tables["dim_gone"] = tables.pop("dim_build")
    tables["dim_date"]["contract_version"] = 1
    del tables["dim_municipality"]["contract_version"]
    (before / "release.json").write_text(json.dumps(earlier), encoding="utf-8")
    assert _notes(made, before)["changes"] == {
        "since_build": "0123456789ab",
        "audiences": {
            "property": {
                "new_tables": ["dim_build"],
                "removed_tables": ["dim_gone"],
                "new_columns": ["dim_dwelling.area_m2"],
                "removed_columns": ["dim_dwelling.colour"],
                "new_versions": {"dim_date": {"before": 1, "now": 2}, "dim_municipality": {"before": None, "now": 1}},
                "rows": {"dim_dwelling": {"before": 7, "now": 3}},
                "changed_content": ["dim_dwelling"],
            }
        },
    }


def test_the_contract_hash_follows_names_types_and_comments(made):
    made.write("property")
    first = _notes(made)["audiences"]["property"]["contract_sha256"]
    with duckdb.connect(str(made.folder / "property.duckdb")) as con:
        con.execute("update dim_date set year = 0")
    assert _notes(made)["audiences"]["property"]["contract_sha256"] == first
    with duckdb.connect(str(made.folder / "property.duckdb")) as con:
        con.execute("comment on column dim_date.year is 'Another meaning'")
    assert _notes(made)["audiences"]["property"]["contract_sha256"] != first
