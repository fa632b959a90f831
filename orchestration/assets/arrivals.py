"""Assets of the arrival gate: what lies in landing, and what of it is accepted in raw, by source.

Belongs here: showing the gate's result in Dagster. Does not belong here: the gate (``orchestration.arrivals``).
"""

from collections.abc import Iterator

import dagster as dg

from orchestration.arrivals.contracts import load_contracts
from orchestration.arrivals.ledger import Receipt, read_receipts
from orchestration.checks.arrivals import arrival_outcomes
from orchestration.checks.dagster_results import as_check_results
from orchestration.resources.night import Night

STEP = "arrivals"


def landing_specs() -> list[dg.AssetSpec]:
    """Files as delivered: made by others, shown so that the way of the data begins where it does."""
    return [
        dg.AssetSpec(
            ["landing", source],
            group_name="arrivals",
            kinds={"file"},
            description=f"{contract.title_nb}: deliveries as sent, each complete once its manifest is written. Restricted area.",
        )
        for source, contract in load_contracts().items()
    ]


def arrivals_asset() -> dg.AssetsDefinition:
    """The gate as one step with an asset for each source."""
    sources = load_contracts()

    @dg.multi_asset(
        name=STEP,
        specs=[
            dg.AssetSpec(
                ["accepted", source],
                deps=[["landing", source]],
                group_name="arrivals",
                kinds={"parquet"},
                owners=["team:warehouse"],
                description=f"{contract.title_nb}: accepted deliveries as immutable Parquet with pseudonyms; the rest waits in quarantine.",
            )
            for source, contract in sources.items()
        ],
        check_specs=[
            dg.AssetCheckSpec(
                "arrival_rules",
                asset=["accepted", source],
                description="Every row read is accepted, quarantined or excluded; suites of Great Expectations; refused deliveries.",
            )
            for source in sources
        ],
        required_resource_keys={"night"},
    )
    def arrivals(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult]:
        night: Night = context.resources.night
        with night.working(STEP):
            from orchestration.arrivals.gate import run_gate

            night.arrivals = run_gate(night.settings, night.reporter.note)
            receipts = read_receipts(night.settings)
            outcomes = arrival_outcomes(night.arrivals, receipts)
        night.outcomes += outcomes
        for source in sources:
            yield dg.MaterializeResult(
                ["accepted", source],
                metadata=_counts([r for r in receipts if r.source == source]),
                check_results=as_check_results(["accepted", source], "arrival_rules", [o for o in outcomes if o.subject == source]),
            )

    return arrivals


def _counts(receipts: list[Receipt]) -> dict:
    files = [f for r in receipts for f in r.files if r.status == "accepted"]
    return {
        "deliveries_accepted": sum(r.status == "accepted" for r in receipts),
        "deliveries_refused": sum(r.status == "refused" for r in receipts),
        "rows_accepted": sum(f.accepted_count for f in files),
        "rows_quarantined": sum(f.quarantined_count for f in files),
        "rows_excluded": sum(f.excluded_count for f in files),
    }
