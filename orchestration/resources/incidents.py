"""What a failed night leaves for the one who comes in the morning.

Belongs here: the incident file and the post to a webhook. Does not belong here: deciding that something failed.
"""

from __future__ import annotations

import datetime as dt
import json
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from orchestration.outcome import Outcome
from orchestration.settings import Settings

_TIMEOUT_SECONDS = 5


@dataclass(frozen=True)
class Incident:
    """Which step failed, why, and the rules behind it. Never a value of a row."""

    run_id: str
    step: str
    problem: str
    outcomes: tuple[Outcome, ...]
    release_in_use: str | None
    at: dt.datetime


def write_incident(settings: Settings, incident: Incident) -> Path:
    """Write the file for people; returns its path."""
    settings.incidents.mkdir(parents=True, exist_ok=True)
    path = settings.incidents / f"{incident.at:%Y%m%dT%H%M%S}-{incident.step}.md"
    rules = "\n".join(f"| {o.rule} | {o.subject} | {o.rows} | {o.detail.replace('|', '/')} |" for o in incident.outcomes)
    table = f"\n| rule | on | rows | what |\n|---|---|---|---|\n{rules}\n" if rules else "\nNo single rule: see the message above.\n"
    path.write_text(
        f"""# The night failed in the step '{incident.step}'

When: {incident.at:%Y-%m-%d %H:%M:%S}. Run in Dagster: {incident.run_id}.

## What happened
{incident.problem}

## Rules that stopped it
{table}
## What readers see
{_in_use(incident)}

## What to do
1. Mend the cause: a rule's meaning stands in `seeds/quality/quality_rule.csv`, a delivery's reasons in `quarantine/`.
2. Run the night again (`fjernlys nightly`). What was half done is cleaned up by itself.
3. `fjernlys status` shows releases, the last run and refused deliveries.
""",
        encoding="utf-8",
    )
    return path


def post_incident(settings: Settings, incident: Incident) -> str | None:
    """Post the same as JSON where a webhook is configured. Returns what went wrong with posting; the night's own error stays first."""
    if not settings.webhook_url:
        return None
    body = {
        "text": f"Fjernlys: the night failed in '{incident.step}'. {incident.problem}",
        "run_id": incident.run_id,
        "step": incident.step,
        "problem": incident.problem,
        "rules": [o.as_json() for o in incident.outcomes],
        "release_in_use": incident.release_in_use,
        "at": incident.at.isoformat(timespec="seconds"),
    }
    try:
        request = urllib.request.Request(
            settings.webhook_url, json.dumps(body).encode(), {"Content-Type": "application/json"}, method="POST"
        )
        with urllib.request.urlopen(request, timeout=_TIMEOUT_SECONDS):
            return None
    except Exception as error:
        return f"the webhook could not be reached ({type(error).__name__})"


def _in_use(incident: Incident) -> str:
    if incident.release_in_use:
        return f"Release {incident.release_in_use}, unchanged."
    return "No release yet."
