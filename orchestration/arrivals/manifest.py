"""The manifest that makes a folder a delivery: what it says, how it is written and read, and what identifies it.

Belongs here: the manifest's form and the delivery id. Does not belong here: what is inside the files.

A delivery is a folder ``landing/<source>/<supplier>/<name>/`` whose ``manifest.json`` is written last and atomically:
a folder without one is still being written and is left alone.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path

from orchestration.settings import UserError

MANIFEST = "manifest.json"
_LONGEST_NAME = 255  # bytes; no file system keeps a longer one
_NAME = re.compile(r"[a-z0-9_]+")


@dataclass(frozen=True)
class DeliveredFile:
    """One file of a delivery: name, size in bytes and SHA-256 in hex."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What the supplier says was delivered.

    ``period_start`` is the first day covered, ``period_end`` the day the snapshot describes (both inclusive);
    ``received_at`` decides which delivery was known when and which supersedes which. ``extract`` names the mapping that the files
    follow, without it they have the contract's own form; where answers of an interface land it names the table or list asked for.
    """

    source: str
    contract_version: int
    supplier: str
    period_start: dt.date
    period_end: dt.date
    received_at: dt.datetime
    files: tuple[DeliveredFile, ...]
    extract: str | None = None

    @property
    def content_sha256(self) -> str:
        """Hash of what was delivered, not of when: the same bytes sent twice are one delivery."""
        lines = [self.source, str(self.contract_version), self.supplier, self.period_start.isoformat(), self.period_end.isoformat()]
        lines += [f"extract {self.extract}"] if self.extract else []
        lines += [f"{f.name} {f.size} {f.sha256}" for f in sorted(self.files, key=lambda f: f.name)]
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()

    @property
    def delivery_id(self) -> str:
        """Readable and unique: source, supplier, extract (where there is one), period end and twelve digits of the content hash."""
        parts = [self.source, self.supplier, self.extract, self.period_end.isoformat(), self.content_sha256[:12]]
        return "-".join(part for part in parts if part)


def file_entry(path: Path) -> DeliveredFile:
    """Size and hash of a file on disk."""
    with path.open("rb") as handle:
        digest = hashlib.file_digest(handle, "sha256").hexdigest()
    return DeliveredFile(path.name, path.stat().st_size, digest)


def write_manifest(folder: Path, manifest: Manifest) -> Path:
    """Write the manifest last and at once, so that nobody reads half a delivery."""
    body = asdict(manifest)
    if manifest.extract is None:
        del body["extract"]
    body["period_start"], body["period_end"] = manifest.period_start.isoformat(), manifest.period_end.isoformat()
    body["received_at"] = manifest.received_at.isoformat()
    target, part = folder / MANIFEST, folder / f".{MANIFEST}.part"
    part.write_text(json.dumps(body, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    part.replace(target)
    return target


def read_manifest(folder: Path) -> Manifest:
    """Read and check a manifest. Raises ``UserError`` with file, field and what would be right."""
    path = folder / MANIFEST
    for place in (folder, path):
        if place.is_symlink():
            raise UserError(f"F010 {place}: a link stands where {'a folder' if place == folder else 'the manifest'} should be")
    if not path.is_file():
        raise UserError(f"F010 {path}: the manifest must be a regular file")

    def wrong(field: str, should: str) -> UserError:
        return UserError(f"F001 {path}: field '{field}' {should}")

    try:
        body = json.loads(path.read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        raise UserError(f"F001 {path}, line {error.lineno}: not JSON ({error.msg}, column {error.colno})") from None
    except (ValueError, RecursionError) as error:  # no UTF-8, numbers or nesting beyond reason
        raise UserError(f"F001 {path}: not readable as JSON in UTF-8 ({type(error).__name__})") from None
    if not isinstance(body, dict):
        raise UserError(f"F001 {path}: must be a JSON object")
    for field in ("source", "supplier"):
        if not isinstance(body.get(field), str) or not _NAME.fullmatch(body[field]):
            raise wrong(field, "must be a text of lower-case letters, digits and _")
    extract = body.get("extract")
    if extract is not None and (not isinstance(extract, str) or not _NAME.fullmatch(extract)):
        raise wrong("extract", "must be a text of lower-case letters, digits and _, or left out")
    if not isinstance(body.get("contract_version"), int):
        raise wrong("contract_version", "must be a whole number")
    dates = {}
    for field in ("period_start", "period_end"):
        try:
            dates[field] = dt.date.fromisoformat(body.get(field))
        except (TypeError, ValueError):
            raise wrong(field, "must be a date as YYYY-MM-DD") from None
    try:
        received_at = dt.datetime.fromisoformat(body.get("received_at"))
        if received_at.tzinfo is not None:
            received_at = received_at.astimezone(dt.UTC).replace(tzinfo=None)
    except (TypeError, ValueError, OverflowError):
        raise wrong("received_at", "must be a date and time as YYYY-MM-DDTHH:MM:SS") from None
    if dates["period_start"] > dates["period_end"]:
        raise wrong("period_start", "must not be after period_end")
    files = body.get("files")
    if not isinstance(files, list) or not files:
        raise wrong("files", "must be a list with at least one file")
    entries = []
    for number, entry in enumerate(files):
        try:
            item = DeliveredFile(str(entry["name"]), int(entry["size"]), str(entry["sha256"]).lower())
        except (KeyError, TypeError, ValueError, OverflowError):
            raise wrong(f"files[{number}]", "must have name, size and sha256") from None
        if (
            item.name in {"", ".", "..", MANIFEST}
            or "/" in item.name
            or not item.name.isprintable()
            or len(item.name.encode()) > _LONGEST_NAME
        ):
            raise wrong(f"files[{number}].name", "must be the plain name of a file in the folder")
        if not re.fullmatch(r"[0-9a-f]{64}", item.sha256):
            raise wrong(f"files[{number}].sha256", "must be 64 hexadecimal digits")
        entries.append(item)
    if len({e.name for e in entries}) != len(entries):
        raise wrong("files", "must not name a file twice")
    periods = dates["period_start"], dates["period_end"]
    return Manifest(body["source"], body["contract_version"], body["supplier"], *periods, received_at, tuple(entries), extract)
