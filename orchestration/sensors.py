"""What starts a night besides the clock: a new complete delivery.

Belongs here: noticing. Does not belong here: reading deliveries (``arrivals``).
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

from orchestration.arrivals.manifest import MANIFEST
from orchestration.settings import load_settings

_SECONDS = 60


def manifests_cursor(landing: Path) -> str | None:
    """Hash of the set of manifests: it changes when a delivery becomes complete, and not while one is being written."""
    paths = sorted(landing.glob(f"*/*/*/{MANIFEST}"))
    if not paths:
        return None
    digest = hashlib.sha256()
    for path in paths:
        digest.update(f"{path.relative_to(landing).as_posix()} {hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()


def delivery_sensor(job: UnresolvedAssetJobDefinition) -> dg.SensorDefinition:
    """Asks for a night when the set of complete deliveries has changed."""

    @dg.sensor(
        name="new_delivery",
        job=job,
        minimum_interval_seconds=_SECONDS,
        description="A delivery is complete once its manifest is written; then the night runs.",
    )
    def new_delivery(context: dg.SensorEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        cursor = manifests_cursor(load_settings().landing)
        if cursor is None:
            return dg.SkipReason("No complete delivery in landing.")
        if cursor == context.cursor:
            return dg.SkipReason("No new delivery.")
        context.update_cursor(cursor)
        return dg.RunRequest(run_key=cursor)

    return new_delivery
