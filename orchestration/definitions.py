"""The one place where everything is put together for Dagster.

Belongs here: which assets, jobs, schedules, sensors and resources there are. Does not belong here: any of their work.
"""

from __future__ import annotations

import dagster as dg

from orchestration.assets.arrivals import arrivals_asset, landing_specs
from orchestration.assets.forms import forms_asset
from orchestration.assets.raw import raw_asset
from orchestration.assets.releases import current_asset, release_asset
from orchestration.assets.warehouse import warehouse_asset
from orchestration.jobs import forms_job, inbox_job, nightly_job, quiet_logger
from orchestration.resources.night import Night, night_resource
from orchestration.schedules import nightly_schedule
from orchestration.sensors import delivery_sensor, inbox_sensor
from orchestration.settings import Settings, load_settings
from orchestration.warehouse.dbt_project import is_parsed, read_nodes


def build_definitions(settings: Settings | None = None, night: Night | None = None) -> dg.Definitions:
    """All definitions. ``settings`` says where the data home is; with a ``night`` given its giver holds the lock already."""
    settings = settings or load_settings()
    if not is_parsed(settings):
        from orchestration.warehouse.dbt_run import parse

        parse(settings)
    nodes = read_nodes(settings)
    job, taking_in = nightly_job(), inbox_job()
    return dg.Definitions(
        assets=[
            *landing_specs(),
            *(arrivals_asset(), raw_asset(), warehouse_asset(nodes), release_asset(nodes), current_asset()),
            forms_asset(),
        ],
        jobs=[job, taking_in, forms_job()],
        schedules=[nightly_schedule(job)],
        sensors=[delivery_sensor(job), inbox_sensor(taking_in)],
        resources={"night": night_resource(night)},
        loggers={"console": quiet_logger},
    )


@dg.definitions
def defs() -> dg.Definitions:
    """What Dagster's own commands load: ``dagster dev -m orchestration.definitions``."""
    return build_definitions()
