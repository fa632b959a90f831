"""A build: its id, its folder, and what the next night does with an unfinished one.

Belongs here: what a build depends on and where it lives. Does not belong here: filling it (``raw_schema``, ``dbt_run``), releasing it.

The build id is a hash of everything the content depends on: receipts of the deliveries, code, as-of, known-at and the key's id. The same
id means the same content, so that a night in which nothing changed builds nothing.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from orchestration.arrivals.ledger import RECEIPT, Receipt, read_receipt
from orchestration.settings import PROJECT_ROOT, Settings, UserError
from orchestration.warehouse.pins import pinned_builds

KEY_ID = "key_id"
WAREHOUSE = "warehouse.duckdb"  # the stem is the database's name in dbt's manifest
NOTES = "build.json"
CODE_FOLDERS = ("models", "seeds", "macros", "tests/dbt", "contracts", "orchestration", "expectations")
CODE_FILES = ("dbt_project.yml", "profiles.yml", "selectors.yml", "requirements.lock")
_CODE_ENDINGS = {".sql", ".yml", ".yaml", ".csv", ".py", ".json", ".lock", ".md"}
_KEPT_BUILDS = 2


@dataclass(frozen=True)
class BuildPlan:
    """What tonight's build is: decided before anything is made."""

    build_id: str
    as_of: dt.date
    known_at: dt.date
    key_id: str
    code_hash: str
    deliveries: tuple[Receipt, ...]

    def folder(self, settings: Settings) -> Path:
        """Where the finished build stands."""
        return settings.builds / self.build_id

    def part(self, settings: Settings) -> Path:
        """Where it is made."""
        return settings.builds / f".{self.build_id}.part"


def plan_build(settings: Settings, key_id: str, root: Path = PROJECT_ROOT) -> BuildPlan:
    """Read the receipts and settle dates and build id.

    Only what was received by known-at is part of it (a refused delivery whose manifest tells no day is not), so that an old known-at gives
    the same build however much arrives later. ``known_at`` is brought down to the last day on which something was received: a later night
    without news describes the same.
    """
    paths = sorted([*settings.raw.glob(f"*/*/{RECEIPT}"), *settings.quarantine.glob(f"*/*/{RECEIPT}")])
    known = {
        path: receipt
        for path in paths
        if (receipt := read_receipt(path)).received_at and (settings.known_at is None or receipt.received_at.date() <= settings.known_at)
    }
    received = [r.received_at.date() for r in known.values()]
    municipal = [r.period_end for r in known.values() if r.source == "municipal" and r.status == "accepted"]
    if not received or not (municipal or settings.as_of):
        by = f" on {settings.known_at} (known-at)" if settings.known_at else ""
        advice = f"Put deliveries in {settings.landing}, or try the demonstration: fjernlys nightly --demo."
        if any(settings.landing.glob("municipal/*/*")):
            advice = (
                "Such deliveries lie in landing: what each waits for, or was refused for, is told above. "
                "A new data home first takes the list of municipalities: docs/deliver-data.md, step 7."
            )
        raise UserError(f"No accepted municipal delivery is known in {settings.raw}{by}. {advice}")
    as_of = settings.as_of or max(municipal)
    known_at = max(received)
    code = code_hash(root)
    deliveries = {path.parent.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in known}
    return BuildPlan(make_build_id(deliveries, code, as_of, known_at, key_id), as_of, known_at, key_id, code, tuple(known.values()))


def make_build_id(deliveries: dict[str, str], code: str, as_of: dt.date, known_at: dt.date, key_id: str) -> str:
    """Twelve hex digits. ``deliveries`` gives each receipt's hash by delivery id; their order does not matter."""
    parts = [f"{name} {digest}" for name, digest in sorted(deliveries.items())]
    parts += [f"code {code}", f"as_of {as_of.isoformat()}", f"known_at {known_at.isoformat()}", f"key {key_id}"]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]


def code_hash(root: Path = PROJECT_ROOT) -> str:
    """Hash of names and contents of everything that decides what the marts hold."""
    files = [root / name for name in CODE_FILES]
    for folder in CODE_FOLDERS:
        files += (path for path in (root / folder).rglob("*") if path.suffix in _CODE_ENDINGS)
    digest = hashlib.sha256()
    for path in sorted(files):
        if path.is_file():
            digest.update(f"{path.relative_to(root).as_posix()} {hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()


def begin(settings: Settings, plan: BuildPlan) -> Path:
    """An empty folder for the build; returns the path of its DuckDB file. Builds hold what no release does: the owner's alone."""
    settings.builds.mkdir(parents=True, exist_ok=True)
    settings.builds.chmod(0o700)
    part = plan.part(settings)
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    return part / WAREHOUSE


def finish(settings: Settings, plan: BuildPlan, notes: dict) -> Path:
    """Keep the notes beside the file, give the folder its name and take old builds away, but for those that a sent form is made of."""
    part, target = plan.part(settings), plan.folder(settings)
    notes = {**notes, KEY_ID: plan.key_id}
    (part / NOTES).write_text(json.dumps(notes, indent=2, ensure_ascii=False, sort_keys=True) + "\n", encoding="utf-8")
    shutil.rmtree(target, ignore_errors=True)
    part.replace(target)
    os.utime(target)
    kept = {target.name, *pinned_builds(settings)}
    others = sorted((p for p in settings.builds.iterdir() if p.is_dir() and p.name not in kept), key=lambda p: p.stat().st_mtime)
    for old in others[: -(_KEPT_BUILDS - 1)]:
        shutil.rmtree(old)
    return target


def read_notes(settings: Settings, plan: BuildPlan) -> dict:
    """What ``finish`` kept."""
    return json.loads((plan.folder(settings) / NOTES).read_text(encoding="utf-8"))


def is_of_other_key(settings: Settings, build_id: str, key_id: str) -> bool:
    """Whether a build was made under another pseudonym key than this one."""
    notes = settings.builds / build_id / NOTES
    return notes.is_file() and json.loads(notes.read_text(encoding="utf-8")).get(KEY_ID, key_id) != key_id


def clean(settings: Settings) -> None:
    """Take away what a killed night left: half-done files and half builds."""
    shutil.rmtree(settings.work, ignore_errors=True)
    settings.work.mkdir(parents=True, mode=0o700)
    if settings.builds.is_dir():
        for part in settings.builds.glob(".*.part"):
            shutil.rmtree(part)
