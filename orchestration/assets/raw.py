"""Assets of the raw schema: one relation for each entity over the accepted Parquet, in a new DuckDB file for each build.

Belongs here: beginning a build, and ending the night early where nothing changed. Does not belong here: the SQL (``warehouse.raw_schema``).
"""

from collections.abc import Iterator

import dagster as dg

from orchestration.arrivals.contracts import FileContract, load_contracts
from orchestration.checks.dagster_results import as_check_results
from orchestration.checks.raw import moved_outcomes
from orchestration.releasing.publish import is_published
from orchestration.resources.night import Night
from orchestration.warehouse import build

STEP = "raw"
ABOUT_DELIVERIES = {
    "delivery": "Deliveries: who sent what, when, and which count.",
    "delivery_file": "Files of deliveries with their counts of rows.",
    "quarantined_row": "Rows in quarantine: rule, line and field, never a value.",
    "accepted_key": "Keys of quarantined rows that stand in accepted rows: what a later delivery has mended.",
}


def raw_asset() -> dg.AssetsDefinition:
    """The raw schema as one step. It yields nothing where the build is published already, and then all later steps are skipped."""
    files = {f.relation: f for contract in load_contracts().values() for f in contract.files}
    every_source = [["accepted", source] for source in load_contracts()]

    @dg.multi_asset(
        name=STEP,
        specs=[
            *(_entity_spec(name, file) for name, file in files.items()),
            *(_spec(name, text, every_source) for name, text in ABOUT_DELIVERIES.items()),
        ],
        check_specs=[
            dg.AssetCheckSpec(
                "rows_moved", asset=["raw", name], description="Rows that dbt reads are the rows that the receipts say were accepted."
            )
            for name in files
        ],
        can_subset=True,  # makes outputs optional, which an unchanged night needs; the schema is always made whole
        required_resource_keys={"night"},
    )
    def raw(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult]:
        night: Night = context.resources.night
        with night.working(STEP):
            plan = night.build_plan()
            night.is_unchanged = is_published(night.settings, plan.build_id)
            rows, outcomes = ({}, []) if night.is_unchanged else _create(night, plan)
        if night.is_unchanged:
            context.log.info(f"Nothing has changed since build {plan.build_id}: nothing is built and nothing published.")
            return
        night.outcomes += outcomes
        for name, count in rows.items():
            if dg.AssetKey(["raw", name]) in context.selected_asset_keys:
                mine = [o for o in outcomes if o.subject == f"raw.{name}"]
                results = as_check_results(["raw", name], "rows_moved", mine) if name in files else []
                yield dg.MaterializeResult(["raw", name], metadata={"dagster/row_count": count}, check_results=results)
        night.stop_if_blocked(outcomes)

    return raw


def _create(night: Night, plan: build.BuildPlan) -> tuple[dict[str, int], list]:
    from orchestration.warehouse.raw_schema import create_raw_schema, new_warehouse

    file = build.begin(night.settings, plan)
    with new_warehouse(file, night.settings) as con:
        create_raw_schema(con, night.settings, plan.as_of, plan.known_at)
        return moved_outcomes(con)


def _entity_spec(name: str, file: FileContract) -> dg.AssetSpec:
    return _spec(name, f"{file.title_nb}: one row for each {', '.join(file.grain)} and delivery.", [["accepted", file.source]])


def _spec(name: str, description: str, deps: list) -> dg.AssetSpec:
    return dg.AssetSpec(
        ["raw", name],
        deps=deps,
        skippable=True,
        group_name="raw",
        kinds={"duckdb", "view"},
        owners=["team:warehouse"],
        description=description,
    )
