"""Assets of the releases: one for each audience, and the link that readers follow.

Belongs here: showing the release gate and the release in Dagster. Does not belong here: what goes out (``orchestration.releasing``).
"""

from collections.abc import Iterator

import dagster as dg

from orchestration.checks.dagster_results import as_check_results
from orchestration.releasing import publish
from orchestration.releasing.audience import Audience, audience_names, load_audience
from orchestration.resources.night import Night
from orchestration.warehouse.dbt_project import DbtNode

STEP = "release"
PUBLISH_STEP = "publish"
CHECKS = {
    "is_safe": "Only what the allow-list names, the same as the build, and no id, pseudonym or inner key in any value of any column.",
    "is_plausible": "Great Expectations on the finished release.",
}


def release_asset(nodes: list[DbtNode]) -> dg.AssetsDefinition:
    """Writing and judging the releases as one step: none is made current here."""
    audiences = [load_audience(name) for name in audience_names()]

    @dg.multi_asset(
        name=STEP,
        specs=[_spec(audience, nodes) for audience in audiences],
        check_specs=[
            dg.AssetCheckSpec(check, asset=["release", audience.name], description=text)
            for audience in audiences
            for check, text in CHECKS.items()
        ],
        required_resource_keys={"night"},
    )
    def release(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult]:
        night: Night = context.resources.night
        plan = night.build_plan()
        with night.working(STEP):
            from orchestration.releasing.make import make_releases

            made = make_releases(night.settings, plan, audiences, night.outcomes, night.reporter.note)
        night.outcomes += made.outcomes
        night.release_notes = made.notes
        for audience in audiences:
            key = ["release", audience.name]
            mine = [o for o in made.outcomes if o.subject == f"release/{audience.name}"]
            rows = made.notes["audiences"][audience.name]["tables"]
            yield dg.MaterializeResult(
                key,
                metadata={"tables": len(rows), "rows": sum(t["rows"] for t in rows.values()), "build_id": plan.build_id},
                check_results=[
                    *as_check_results(key, "is_safe", [o for o in mine if o.rule.startswith("release_")]),
                    *as_check_results(key, "is_plausible", [o for o in mine if not o.rule.startswith("release_")]),
                ],
            )
        night.stop_if_blocked(made.outcomes)

    return release


def current_asset() -> dg.AssetsDefinition:
    """The link ``releases/current``."""

    @dg.multi_asset(
        name=PUBLISH_STEP,
        specs=[
            dg.AssetSpec(
                ["release", "current"],
                deps=[["release", name] for name in audience_names()],
                group_name="releases",
                kinds={"file"},
                owners=["team:warehouse"],
                description="releases/current: repointed at once, so that readers see the old release or the new one, never half of each.",
            )
        ],
        required_resource_keys={"night"},
    )
    def current(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult]:
        night: Night = context.resources.night
        with night.working(PUBLISH_STEP):
            night.release = publish.publish(night.settings, publish.half_made(night.settings, night.build_plan().build_id))
        yield dg.MaterializeResult(["release", "current"], metadata={"release": night.release.path.name})

    return current


def _spec(audience: Audience, nodes: list[DbtNode]) -> dg.AssetSpec:
    tables = {table.name for table in audience.tables}
    return dg.AssetSpec(
        ["release", audience.name],
        deps=[[node.schema, node.name] for node in nodes if node.name in tables],
        group_name="releases",
        kinds={"duckdb", "parquet"},
        owners=["team:warehouse"],
        description=f"{audience.title_nb}. {audience.description}",
    )
