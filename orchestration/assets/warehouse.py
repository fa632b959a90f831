"""Assets of dbt: every seed and model, with one check that lists the results of its data tests.

Belongs here: showing dbt's nodes and results in Dagster. Does not belong here: running dbt (``warehouse.dbt_run``).

One check for each model, not one for each test: a recorded check costs more than the test itself. The check's table names every test.
"""

from collections.abc import Iterator
from pathlib import Path

import dagster as dg

from orchestration.checks.dagster_results import as_check_results
from orchestration.checks.dbt import broken_models, stop_if_disk_is_full, test_outcomes
from orchestration.resources.night import Night
from orchestration.warehouse import build
from orchestration.warehouse.dbt_project import DbtNode
from orchestration.warehouse.pins import unreadable_forms

STEP = "warehouse"
CHECK = "dbt_tests"


def warehouse_asset(nodes: list[DbtNode]) -> dg.AssetsDefinition:
    """dbt's build as one step."""
    by_id = {node.unique_id: node for node in nodes}

    @dg.multi_asset(
        name=STEP,
        specs=[_spec(node) for node in nodes],
        check_specs=[
            dg.AssetCheckSpec(CHECK, asset=[node.schema, node.name], description=f"The {len(node.tests)} data tests of dbt on {node.name}.")
            for node in nodes
            if node.tests
        ],
        required_resource_keys={"night"},
    )
    def warehouse(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult]:
        night: Night = context.resources.night
        plan = night.build_plan()
        with night.working(STEP):
            from orchestration.warehouse import dbt_run

            file = plan.part(night.settings) / build.WAREHOUSE
            total = sum(1 + len(node.tests) for node in nodes)
            results = dbt_run.build(
                night.settings,
                file,
                as_of=plan.as_of,
                known_at=plan.known_at,
                build_id=plan.build_id,
                on_node=lambda name, done: night.reporter.note(f"{done} of {total}: {name}"),
            )
            stop_if_disk_is_full(results)
            outcomes = test_outcomes(nodes, results, file)
            broken = broken_models(results, by_id)
            rows = _row_counts(file, nodes)
            if not broken and not any(o.is_blocking for o in outcomes):
                build.finish(night.settings, plan, {"row_counts": rows, "checks": [o.as_json() for o in outcomes]})
        night.outcomes += [*outcomes, *unreadable_forms(night.settings)]
        for result in results:
            node = by_id.get(result.unique_id)
            if node is not None and result.status == "success":
                key = [node.schema, node.name]
                mine = [o for o in outcomes if o.subject == f"{node.schema}.{node.name}"]
                metadata = {"seconds": round(result.seconds, 3)} | ({"dagster/row_count": rows[node.name]} if node.name in rows else {})
                yield dg.MaterializeResult(key, metadata=metadata, check_results=as_check_results(key, CHECK, mine) if node.tests else [])
        night.stop_if_blocked([*broken, *outcomes])

    return warehouse


def _row_counts(file: Path, nodes: list[DbtNode]) -> dict[str, int]:
    import duckdb

    with duckdb.connect(str(file), read_only=True) as con:
        tables = {(schema, name) for schema, name in con.execute("select schema_name, table_name from duckdb_tables()").fetchall()}
        counted = [node for node in nodes if (node.schema, node.name) in tables]
        if not counted:
            return {}
        union = " union all ".join(f"select '{node.name}', count(*) from {node.schema}.{node.name}" for node in counted)
        return dict(con.execute(union).fetchall())


def _spec(node: DbtNode) -> dg.AssetSpec:
    columns = [dg.TableColumn(name, kind or "text", description) for name, kind, description in node.columns]
    metadata: dict = {"dagster/column_schema": dg.TableSchema(columns)} if columns else {}
    if node.grain:
        metadata["grain"] = node.grain
    return dg.AssetSpec(
        [node.schema, node.name],
        deps=[list(key) for key in node.upstream],
        group_name=node.schema,
        kinds={"dbt", "duckdb", "seed" if node.kind == "seed" else node.materialized},
        owners=[f"team:{node.owner}"] if node.owner else None,
        description=node.description or None,
        metadata=metadata,
    )
