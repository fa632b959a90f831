"""The receipts of the gate: what is already in raw, and what was refused.

Belongs here: the form of a receipt, reading and writing it. Does not belong here: deciding anything about a delivery.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from orchestration.arrivals.manifest import Manifest
from orchestration.settings import Settings, UserError

RECEIPT = "receipt.json"


@dataclass(frozen=True)
class FileReceipt:
    """Counts of one file as one entity reads it: ``line_count`` = header + blank + accepted + quarantined + excluded.

    ``excluded_by_rule`` says why rows were left out: ``X001`` looked up in, ``X002 <name of the filter>``.
    """

    entity: str
    file_name: str
    line_count: int
    header_count: int
    blank_count: int
    row_count: int
    accepted_count: int
    quarantined_count: int
    excluded_count: int
    parquet_sha256: str
    excluded_by_rule: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Receipt:
    """What the gate decided about one delivery. Dates are empty where the manifest could not be read."""

    delivery_id: str
    source: str
    supplier: str
    contract_version: int | None
    period_start: dt.date | None
    period_end: dt.date | None
    received_at: dt.datetime | None
    content_sha256: str
    status: str
    refusal_rule_id: str | None = None
    refusal_reason: str | None = None
    files: tuple[FileReceipt, ...] = ()
    extract: str | None = None
    deletions: str = "full_snapshot"

    def accepted_rows(self, entity: str) -> int:
        """Accepted rows of an entity over all its files."""
        return sum(f.accepted_count for f in self.files if f.entity == entity)

    def write(self, folder: Path) -> None:
        """Write ``receipt.json`` into a folder."""
        body = asdict(self)
        for name in ("period_start", "period_end", "received_at"):
            body[name] = body[name].isoformat() if body[name] else None
        (folder / RECEIPT).write_text(json.dumps(body, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def accepted_receipt(manifest: Manifest, files: tuple[FileReceipt, ...], deletions: str = "full_snapshot") -> Receipt:
    """Receipt of a delivery that is in raw. ``deletions`` says whether what it does not hold is gone, or only what it says is."""
    return Receipt(
        delivery_id=manifest.delivery_id,
        source=manifest.source,
        supplier=manifest.supplier,
        contract_version=manifest.contract_version,
        period_start=manifest.period_start,
        period_end=manifest.period_end,
        received_at=manifest.received_at,
        content_sha256=manifest.content_sha256,
        status="accepted",
        files=files,
        extract=manifest.extract,
        deletions=deletions,
    )


def read_receipt(path: Path) -> Receipt:
    """One receipt from its file."""
    try:
        body = json.loads(path.read_text(encoding="utf-8"))
        for name, read in (("period_start", dt.date), ("period_end", dt.date), ("received_at", dt.datetime)):
            body[name] = read.fromisoformat(body[name]) if body[name] else None
        body["files"] = tuple(FileReceipt(**f) for f in body["files"])
        return Receipt(**body)
    except (ValueError, KeyError, TypeError) as error:
        raise UserError(
            f"{path}: the receipt cannot be read ({type(error).__name__}). Remove the folder to have the delivery read again."
        ) from None


def read_receipts(settings: Settings) -> list[Receipt]:
    """Receipts of all accepted and refused deliveries, by delivery id."""
    paths = [*settings.raw.glob(f"*/*/{RECEIPT}"), *settings.quarantine.glob(f"*/*/{RECEIPT}")]
    return sorted((read_receipt(p) for p in paths), key=lambda r: r.delivery_id)
