"""Runs the job ``nightly`` in this process, as the command line does.

Belongs here: the order around the job: lock, cleaning up, demonstration deliveries, dbt's manifest, the run itself.
Does not belong here: what a step does (``assets``), or how it looks on a terminal (``cli``).

Imports are late on purpose: each of the large libraries costs a second or more, and they are not all needed every night.
"""

from __future__ import annotations

import contextlib
import logging
import os
import subprocess
import sys
import warnings
from collections.abc import Iterator
from typing import TYPE_CHECKING

from orchestration import demonstration
from orchestration.resources.errors import clear_message
from orchestration.resources.lock import WAIT_SECONDS, night_lock
from orchestration.resources.night import Night, Reporter, clean_up
from orchestration.settings import PROJECT_ROOT, Settings, UserError
from orchestration.warehouse.dbt_project import adopt_parsed, is_parsed

if TYPE_CHECKING:
    import dagster as dg


def run_night(settings: Settings, reporter: Reporter, *, demo: bool = False, wait_seconds: float = WAIT_SECONDS) -> Night:
    """One whole night. The returned ``Night`` says what came out; ``problem`` is set where it failed."""
    with night_lock(settings, wait_seconds, reporter.note):
        clean_up(settings)
        night = Night(settings, reporter)
        with _parsing(night):
            if demo and demonstration.is_wanted(settings):
                with night.timed("demonstration deliveries"):
                    demonstration.write_deliveries(settings.landing, settings.truth, reporter.note)
            with night.timed("start-up of Dagster"):
                _quiet()
                from orchestration.resources.instance import open_instance

                instance = open_instance(settings)
        with instance:
            _run_job(night, instance)
        return night


@contextlib.contextmanager
def _parsing(night: Night) -> Iterator[None]:
    """Have dbt read its project in a process of its own meanwhile, where files have changed since last time."""
    if is_parsed(night.settings) or adopt_parsed(night.settings):
        yield
        return
    command = [sys.executable, "-m", "orchestration.warehouse.dbt_run"]
    environment = {**os.environ, "FJERNLYS_HOME": str(night.settings.home)}
    process = subprocess.Popen(command, cwd=PROJECT_ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        yield
        with night.timed("waiting for dbt to read its project"):
            _, errors = process.communicate()
    finally:
        process.kill()
        process.wait()
    if process.returncode:
        raise UserError(errors.strip().splitlines()[-1] if errors.strip() else "dbt could not read the project.")


def _run_job(night: Night, instance: dg.DagsterInstance) -> None:
    from orchestration.definitions import build_definitions
    from orchestration.jobs import NIGHTLY
    from orchestration.resources.instance import end_dead_runs

    try:
        job = build_definitions(night.settings, night).resolve_job_def(NIGHTLY)
        end_dead_runs(instance, NIGHTLY)
        result = job.execute_in_process(instance=instance, raise_on_error=False, run_config={"loggers": {"console": {}}})
    except UserError:
        raise
    except Exception as error:  # Dagster could not record: most often a full disk
        night.problem = night.problem or clear_message(error, night.settings)
        return
    night.run_id = result.run_id
    if not result.success and night.problem is None:
        night.problem = "The run failed outside its steps; see it with: fjernlys ui"


def _quiet() -> None:
    """Libraries keep their notices to themselves: what matters is in the event log."""
    warnings.filterwarnings("ignore")
    logging.getLogger().addHandler(logging.NullHandler())
    for name in ("dagster", "great_expectations", "py.warnings"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
