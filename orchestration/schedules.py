"""When the night begins.

Belongs here: the daily schedule. Does not belong here: reacting to deliveries (``sensors``).
"""

from __future__ import annotations

from zoneinfo import ZoneInfo

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

TIME_ZONE = "Europe/Oslo"
CRON = "15 2 * * *"


def nightly_schedule(job: UnresolvedAssetJobDefinition) -> dg.ScheduleDefinition:
    """Daily at 02:15 in Norway. Known-at is the day of the tick, so that a late or repeated run gives what the tick would have given."""

    @dg.schedule(
        name="nightly_at_0215", job=job, cron_schedule=CRON, execution_timezone=TIME_ZONE, description="Daily at 02:15 Norwegian time."
    )
    def nightly_at_0215(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
        day = context.scheduled_execution_time.astimezone(ZoneInfo(TIME_ZONE)).date().isoformat()
        return dg.RunRequest(run_key=day, run_config={"resources": {"night": {"config": {"known_at": day}}}})

    return nightly_at_0215
