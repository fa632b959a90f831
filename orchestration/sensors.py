"""What starts a run besides the clock: a new complete delivery starts the night, files in the inbox their taking in.

Belongs here: noticing. Does not belong here: reading deliveries (``arrivals``).
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

from orchestration.arrivals.manifest import MANIFEST
from orchestration.handing_in.watching import fingerprint, look
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


def inbox_sensor(job: dg.JobDefinition) -> dg.SensorDefinition:
    """Asks for the inbox to be emptied when files lie in it that did not change since the look before; once for each set of files."""

    @dg.sensor(
        name="files_in_inbox",
        job=job,
        minimum_interval_seconds=_SECONDS,
        description="Files in the inbox that have stopped growing are handed in; the delivery then starts a night.",
    )
    def files_in_inbox(context: dg.SensorEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        settings = load_settings()
        found = look(settings.inbox)
        now = fingerprint(settings, found)
        seen, _, asked = (context.cursor or "").partition(" ")
        context.update_cursor(f"{now} {asked}")
        if not found.files:
            return dg.SkipReason("Nothing in the inbox.")
        if now != seen:
            return dg.SkipReason("Files are arriving.")
        if now == asked:
            return dg.SkipReason("The files that lie there wait for something; README-status.txt beside them says for what.")
        context.update_cursor(f"{now} {now}")
        return dg.RunRequest()

    return files_in_inbox
