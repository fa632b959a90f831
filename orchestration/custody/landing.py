"""What landing holds, by delivery.

Belongs here: finding deliveries in landing by their id. Does not belong here: judging them (``arrivals.gate``).
"""

from __future__ import annotations

from pathlib import Path

from orchestration.arrivals.manifest import MANIFEST, Manifest, read_manifest
from orchestration.settings import Settings, UserError


def held_deliveries(settings: Settings) -> dict[str, list[tuple[Path, Manifest]]]:
    """Folders of landing with a manifest that can be read and all files in place, by delivery id."""
    found: dict[str, list[tuple[Path, Manifest]]] = {}
    for path in sorted(settings.landing.glob(f"*/*/*/{MANIFEST}")):
        try:
            manifest = read_manifest(path.parent)
        except (UserError, OSError):
            continue
        if all(is_there(path.parent / f.name, f.size) for f in manifest.files):
            found.setdefault(manifest.delivery_id, []).append((path.parent, manifest))
    return found


def is_there(path: Path, size: int) -> bool:
    """Whether a file of that size stands there."""
    return path.is_file() and not path.is_symlink() and path.stat().st_size == size
