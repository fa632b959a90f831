"""What the steps of one night share: settings, dates, reports on the way, and what came out.

Belongs here: the ``Night`` object, turning errors of a step into a clear failure, and the Dagster resource that provides it.
Does not belong here: the work of a step (``assets``).

The lock is held as long as the resource lives, so that every way of starting the job obeys it.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import dagster as dg

from orchestration.outcome import Outcome, blocking
from orchestration.releasing import publish
from orchestration.resources.errors import clear_message, is_disk_full
from orchestration.resources.lock import WAIT_SECONDS, night_lock
from orchestration.settings import Settings, UserError, load_settings
from orchestration.warehouse import build

_SHOWN = 5


class Reporter(Protocol):
    """Where a step tells how far it is."""

    def begin(self, title: str) -> None:
        """A step begins."""

    def note(self, text: str) -> None:
        """What the step does right now."""

    def end(self, title: str, seconds: float, is_well: bool) -> None:
        """A step is over."""


class SilentReporter:
    """For runs that nobody watches: Dagster's event log has it all."""

    def begin(self, title: str) -> None: ...

    def note(self, text: str) -> None: ...

    def end(self, title: str, seconds: float, is_well: bool) -> None: ...


@dataclass
class Night:
    """One night while it runs, and its result afterwards."""

    settings: Settings
    reporter: Reporter = field(default_factory=SilentReporter)
    seconds: dict[str, float] = field(default_factory=dict)
    outcomes: list[Outcome] = field(default_factory=list)
    arrivals: object | None = None
    plan: build.BuildPlan | None = None
    is_unchanged: bool = False
    release_notes: dict | None = None
    release: publish.Release | None = None
    problem: str | None = None
    step: str | None = None
    run_id: str | None = None
    incident_file: Path | None = None
    incident_trouble: str | None = None

    @contextlib.contextmanager
    def timed(self, title: str) -> Iterator[None]:
        """Tell that a step begins and ends, and keep how long it took."""
        self.step = title
        self.reporter.begin(title)
        start, is_well = time.perf_counter(), False
        try:
            yield
            is_well = True
        finally:
            seconds = time.perf_counter() - start
            self.seconds[title] = self.seconds.get(title, 0.0) + seconds
            self.reporter.end(title, seconds, is_well)

    @contextlib.contextmanager
    def working(self, title: str) -> Iterator[None]:
        """A timed step whose errors become a ``Failure`` that says what is wrong and shows no stack, since a stack may show values."""
        try:
            with self.timed(title):
                yield
        except Exception as error:
            if is_disk_full(error, self.settings):
                clean_up(self.settings)  # makes room for Dagster to record the failure
            self.fail(clear_message(error, self.settings))

    def fail(self, problem: str) -> None:
        """Stop the night with a message."""
        self.problem = problem
        raise dg.Failure(description=problem, allow_retries=False) from None

    def stop_if_blocked(self, outcomes: list[Outcome]) -> None:
        """Stop the night where a check of severity error failed: which rule, where and how many rows."""
        stopping = blocking(outcomes)
        if not stopping:
            return
        more = f" (and {len(stopping) - _SHOWN} more)" if len(stopping) > _SHOWN else ""
        self.fail("Stopped by " + "; ".join(o.sentence() for o in stopping[:_SHOWN]) + more)

    def build_plan(self) -> build.BuildPlan:
        """Tonight's build: settled once the arrivals are in."""
        if self.plan is None:
            from orchestration.privacy.pseudonym import key_id, load_key

            self.plan = build.plan_build(self.settings, key_id(load_key(self.settings)))
        return self.plan


def clean_up(settings: Settings) -> None:
    """Take away what a killed night left. Call it with the lock held."""
    build.clean(settings)
    publish.clean(settings)


def night_resource(night: Night | None = None) -> dg.ResourceDefinition:
    """The resource ``night``. With a night given, whoever gives it holds the lock already."""

    @dg.resource(
        description="Settings and dates of the night; holds the lock of the data home.",
        config_schema={
            "as_of": dg.Field(str, is_required=False, description="Day that the marts describe, YYYY-MM-DD"),
            "known_at": dg.Field(str, is_required=False, description="Last day of receipt that counts, YYYY-MM-DD"),
            "wait_seconds": dg.Field(float, default_value=WAIT_SECONDS, description="How long to wait for another night"),
        },
    )
    def provide(context: dg.InitResourceContext) -> Iterator[Night]:
        if night is not None:
            yield night
            return
        dates = {name: _date(name, context.resource_config.get(name)) for name in ("as_of", "known_at")}
        settings = load_settings().with_dates(**dates)
        with night_lock(settings, context.resource_config["wait_seconds"], say=context.log.info if context.log else None):
            clean_up(settings)
            yield Night(settings)

    return provide


def _date(name: str, value: str | None) -> dt.date | None:
    try:
        return dt.date.fromisoformat(value) if value else None
    except ValueError:
        raise UserError(f"{name}: '{value}' is not a date. Write it as YYYY-MM-DD.") from None
