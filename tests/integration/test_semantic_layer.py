"""The semantic layer: MetricFlow accepts it, and a metric that is an indicator gives the catalogue's figures (C158)."""

from __future__ import annotations

import csv
import json

import duckdb
import pytest
from metricflow.engine.metricflow_engine import MetricFlowEngine, MetricFlowQueryRequest
from metricflow.protocols.sql_client import SqlEngine
from metricflow.sql.render.duckdb_renderer import DuckDbSqlPlanRenderer
from metricflow_semantic_interfaces.validations.semantic_manifest_validator import SemanticManifestValidator
from metricflow_semantics.model.dbt_manifest_parser import parse_manifest_from_dbt_generated_manifest
from metricflow_semantics.model.semantic_manifest_lookup import SemanticManifestLookup

from orchestration.settings import PROJECT_ROOT
from orchestration.warehouse.dbt_project import target_folder

# By what a metric is asked for, and the figures of the catalogue that it must give then.
LEVELS = {
    "municipality": ("municipality", "municipality"),
    "county": ("municipality__county_code", "municipality__county_code"),
    "country": (None, "'0'"),
}


class DuckDbSql:
    """What MetricFlow must know of the engine to write SQL; the queries run in the test."""

    sql_engine_type = SqlEngine.DUCKDB
    sql_plan_renderer = DuckDbSqlPlanRenderer()


@pytest.fixture(scope="module")
def semantic_manifest(built_home) -> str:
    from dbt.contracts.graph.manifest import Manifest
    from dbt.contracts.graph.semantic_manifest import SemanticManifest

    parsed = (target_folder(built_home.settings) / "partial_parse.msgpack").read_bytes()
    return SemanticManifest(Manifest.from_msgpack(parsed))._get_pydantic_semantic_manifest().json()


@pytest.fixture(scope="module")
def engine(semantic_manifest: str) -> MetricFlowEngine:
    return MetricFlowEngine(SemanticManifestLookup(parse_manifest_from_dbt_generated_manifest(semantic_manifest)), DuckDbSql())


@pytest.fixture(scope="module")
def con(built_home):
    with built_home.connect() as connection:
        yield connection


@pytest.fixture(scope="module")
def metrics(semantic_manifest: str) -> dict[str, dict]:
    """Name of each metric and what its meta says."""
    return {m["name"]: m | {"meta": (m["config"] or {}).get("meta") or {}} for m in json.loads(semantic_manifest)["metrics"]}


def sql_of(engine: MetricFlowEngine, metric: str, *by: str) -> str:
    return engine.explain(MetricFlowQueryRequest.create(metric_names=[metric], group_by_names=by)).sql_statement.sql


def test_metricflow_finds_nothing_wrong(semantic_manifest: str) -> None:
    manifest = parse_manifest_from_dbt_generated_manifest(semantic_manifest)
    assert [issue.message for issue in SemanticManifestValidator().validate_semantic_manifest(manifest).all_issues] == []


def test_every_dimension_can_be_read(semantic_manifest: str, con: duckdb.DuckDBPyConnection) -> None:
    for model in json.loads(semantic_manifest)["semantic_models"]:
        parts = [part["expr"] or part["name"] for kind in ("dimensions", "entities", "measures") for part in model[kind]]
        con.execute(f"select {', '.join(parts)} from {model['node_relation']['relation_name']} limit 1")


@pytest.mark.parametrize("level", LEVELS)
def test_metrics_give_the_figures_of_the_catalogue(engine: MetricFlowEngine, con, metrics: dict[str, dict], level: str) -> None:
    """A metric has no row where nothing is counted; the catalogue says zero there."""
    by, code = LEVELS[level]
    wrong, compared = {}, 0
    for name, metric in metrics.items():
        if not (meta := metric["meta"]):
            continue
        sql = sql_of(engine, name, "metric_time__year", *([by] if by else []))
        rows = con.execute(
            f"""
            with metric as (select year(metric_time__year) as year, {code} as area_code, {name} as value, true as is_there from ({sql})),
            figure as (
                select year, area_code, value from indicators.fct_indicator
                where area_level = ? and vintage = 'own_register' and indicator_id = ? and breakdown = ? and breakdown_code = ?
            )
            select year, area_code, metric.value, figure.value,
                   case when is_there and figure.value is not null then coalesce(abs(metric.value - figure.value) < 0.0000006, false)
                        when is_there then metric.value is null
                        else coalesce(figure.value, 0) = 0 end as agrees
            from metric full join figure using (year, area_code)
            """,
            [level, meta["indicator_id"], meta.get("breakdown", "none"), meta.get("breakdown_code", "all")],
        ).fetchall()
        compared += len(rows)
        if not rows or not all(row[-1] for row in rows):
            wrong[name] = [row for row in rows if not row[-1]]
    assert wrong == {}
    assert compared > 100


def test_a_metric_goes_by_the_name_of_its_indicator(metrics: dict[str, dict]) -> None:
    with (PROJECT_ROOT / "seeds/indicators/indicator.csv").open(encoding="utf-8", newline="") as handle:
        labels = {row["indicator_id"]: row["label_en"] for row in csv.DictReader(handle)}
    whole = {name: metric for name, metric in metrics.items() if metric["meta"] and "breakdown" not in metric["meta"]}
    assert {name: metric["label"] for name, metric in whole.items()} == {
        name: labels[metric["meta"]["indicator_id"]] for name, metric in whole.items()
    }
    assert all(name == metric["meta"]["indicator_id"] for name, metric in whole.items())


def test_a_stock_is_not_added_up_over_years(engine: MetricFlowEngine, con) -> None:
    last = con.execute(
        "select sum(dwelling_count) from households.fct_stock_year where year = (select max(year) from households.fct_stock_year)"
    ).fetchall()
    assert con.execute(sql_of(engine, "disposed_dwellings")).fetchall() == last


def test_a_county_is_that_of_the_day(renumbered_home, semantic_manifest: str, engine: MetricFlowEngine) -> None:
    """The municipality was 3012 in county 30 and is 3124 in county 31 from 2024."""
    with renumbered_home.connect() as con:
        rows = con.execute(sql_of(engine, "disposed_dwellings", "metric_time__year", "municipality__county_code")).fetchall()
    assert {(year.year, county) for year, county, _ in rows} == {(2022, "30"), (2023, "30"), (2024, "31"), (2025, "31")}
