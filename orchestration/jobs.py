"""The jobs: ``nightly``, with what happens when a step of it fails, ``inbox`` and ``forms``.

Belongs here: which assets run together, how, and the failure hook. Does not belong here: when (``schedules``, ``sensors``).
"""

import datetime as dt

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

from orchestration.assets.forms import GROUP as FORMS
from orchestration.outcome import blocking
from orchestration.releasing.publish import current_release
from orchestration.resources.errors import clear_message
from orchestration.resources.incidents import Incident, post_incident, write_incident
from orchestration.resources.night import Night
from orchestration.settings import load_settings

NIGHTLY = "nightly"
INBOX = "inbox"


@dg.failure_hook(name="incident", required_resource_keys={"night"})
def incident_hook(context: dg.HookContext) -> None:
    """Write the incident file and tell the webhook. Nothing here may hide the night's own error."""
    night: Night = context.resources.night
    error = context.op_exception
    problem = error.description if isinstance(error, dg.Failure) else clear_message(error, night.settings) if error else "unknown"
    current = current_release(night.settings)
    incident = Incident(
        run_id=context.run_id,
        step=context.op.name,
        problem=problem,
        outcomes=tuple(blocking(night.outcomes)),
        release_in_use=current.path.name if current else None,
        at=dt.datetime.now(),
    )
    try:
        night.incident_file = write_incident(night.settings, incident)
    except OSError as failed:
        context.log.error(f"The incident file could not be written ({type(failed).__name__})")
    if trouble := post_incident(night.settings, incident):
        night.incident_trouble = trouble
        context.log.error(trouble)


def nightly_job() -> UnresolvedAssetJobDefinition:
    """Every step of the night in one process."""
    return dg.define_asset_job(
        NIGHTLY,
        selection=dg.AssetSelection.all() - dg.AssetSelection.groups(FORMS),
        description="From deliveries in landing to the current release: arrival gate, raw schema, dbt, release gate, release.",
        hooks={incident_hook},
        executor_def=dg.in_process_executor,
    )


def forms_job() -> UnresolvedAssetJobDefinition:
    """The forms of a year, when somebody wants them: the night does not wait for them."""
    return dg.define_asset_job(
        FORMS,
        selection=dg.AssetSelection.groups(FORMS),
        description="Form 13 (skjema 13) of every municipality for a year, from the current release.",
        executor_def=dg.in_process_executor,
    )


def inbox_job() -> dg.JobDefinition:
    """Hand in what lies whole in the inbox."""

    @dg.op(description="Files dropped by suppliers become deliveries in landing; the others wait with a reason.")
    def take_in(context: dg.OpExecutionContext) -> None:
        from orchestration.handing_in.inbox import run_once
        from orchestration.handing_in.inbox_status import lines

        for line in lines(run_once(load_settings())):
            context.log.info(line)

    @dg.job(name=INBOX, executor_def=dg.in_process_executor, description="From files in the inbox to deliveries in landing.")
    def inbox() -> None:
        take_in()

    return inbox


@dg.logger(description="Says nothing on the console: the event log has it all.")
def quiet_logger(context: dg.InitLoggerContext) -> object:
    """A console logger that drops everything."""
    import logging

    logger = logging.getLogger("fjernlys.quiet")
    logger.setLevel(logging.CRITICAL + 1)
    logger.propagate = False
    return logger
