"""Dagster's own home: where runs and events are kept, and that nothing is sent anywhere.

Belongs here: ``dagster.yaml`` and opening the instance. Does not belong here: what runs.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from orchestration.settings import Settings

if TYPE_CHECKING:
    import dagster as dg

_DAGSTER_YAML = """\
# Written by Fjernlys at each start. SQLite under this folder; one run at a time; no telemetry, no sign-up.
telemetry:
  enabled: false
nux:
  enabled: false
concurrency:
  runs:
    max_concurrent_runs: 1
event_log_storage:
  module: orchestration.resources.event_log
  class: EventLog
  config:
    base_dir: {events}
"""


def prepare_home(settings: Settings) -> None:
    """Write ``dagster.yaml`` and point Dagster to it."""
    settings.dagster_home.mkdir(parents=True, exist_ok=True)
    text = _DAGSTER_YAML.format(events=settings.dagster_home / "events")
    path = settings.dagster_home / "dagster.yaml"
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")
    os.environ["DAGSTER_HOME"] = str(settings.dagster_home)


def open_instance(settings: Settings) -> dg.DagsterInstance:
    """The persistent instance: ``fjernlys ui`` shows what ran headless."""
    import dagster as dg

    prepare_home(settings)
    return dg.DagsterInstance.from_config(str(settings.dagster_home))


def end_dead_runs(instance: dg.DagsterInstance, job_name: str) -> int:
    """Mark runs of a killed night as failed. Call it with the lock held: no other run can be alive then."""
    import dagster as dg

    alive = [dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.STARTING]
    dead = instance.get_runs(dg.RunsFilter(job_name=job_name, statuses=alive))
    for run in dead:
        instance.report_run_failed(run, message="The process of this night ended before the night did.")
    return len(dead)
