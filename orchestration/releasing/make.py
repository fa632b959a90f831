"""From a finished build to a release that waits to be made current.

Belongs here: the order of things: write, judge, describe. Does not belong here: any of them in detail.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from orchestration.outcome import Outcome
from orchestration.privacy.pseudonym import load_key
from orchestration.releasing import publish
from orchestration.releasing.audience import Audience
from orchestration.releasing.notes import NOTES, release_notes
from orchestration.releasing.rekey import audience_secret
from orchestration.releasing.verify import verify_release
from orchestration.releasing.write import open_build, write_release
from orchestration.settings import Settings, UserError
from orchestration.warehouse.build import WAREHOUSE, BuildPlan
from orchestration.warehouse.dbt_project import read_nodes


@dataclass(frozen=True)
class MadeReleases:
    """The folder, what was checked and what ``release.json`` says."""

    folder: Path
    outcomes: list[Outcome]
    notes: dict


def make_releases(
    settings: Settings, plan: BuildPlan, audiences: list[Audience], earlier: list[Outcome], note: Callable[[str], None]
) -> MadeReleases:
    """Write and judge a release for every audience. ``earlier`` are the night's outcomes so far: they are told in ``release.json``."""
    from expectations.release.run import plausibility_outcomes

    warehouse = plan.folder(settings) / WAREHOUSE
    if not warehouse.is_file():
        raise UserError(f"There is no finished build {plan.build_id}: run the whole night.")
    key = load_key(settings)
    before = publish.current_release(settings)
    folder = publish.begin(settings, plan.build_id)
    outcomes: list[Outcome] = []
    with open_build(settings, warehouse) as con:
        for audience in audiences:
            note(f"writing {audience.name}")
            write_release(con, audience, audience_secret(key, audience.name), folder)
            note(f"looking for leaks in {audience.name}")
            outcomes += verify_release(con, audience, audience_secret(key, audience.name), folder)
    note("is the release plausible?")
    outcomes += plausibility_outcomes(settings, audiences, folder, before.path if before else None)
    notes = release_notes(plan, read_nodes(settings), audiences, folder, [*earlier, *outcomes], before.path if before else None)
    (folder / NOTES).write_text(json.dumps(notes, indent=2, ensure_ascii=False, sort_keys=True) + "\n", encoding="utf-8")
    return MadeReleases(folder, outcomes, notes)
