"""The group mapping that goes with a mapped extract: its ``target_groups`` as an ordinary delivery of ``group_mapping``.

Belongs here: when such a delivery is needed, and its rows. Does not belong here: what the groups mean (dbt).

The latest group mapping of a municipality counts alone, so that the new one holds the rows of the latest as well; a local code
that the extract names is replaced by what the extract says.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Iterator

import duckdb

from orchestration.arrivals.contracts import Contract, load_contracts
from orchestration.arrivals.ledger import RECEIPT, read_receipt
from orchestration.arrivals.manifest import MANIFEST, Manifest, read_manifest
from orchestration.handing_in.placing import Handed
from orchestration.mappings.model import LocalGroup
from orchestration.settings import Settings, UserError

SOURCE = "group_mapping"
_ENTITY = "local_group"
Row = dict[str, str]


def group_delivery(settings: Settings, manifest: Manifest, groups: Iterable[LocalGroup]) -> Handed | None:
    """What is to be handed in so that these groups count; ``None`` where they do already."""
    contract = load_contracts()[SOURCE]
    latest, before = _latest(settings, contract, manifest.supplier)
    own = [row for group in groups for row in _rows(group, manifest.supplier)]
    codes = {row["local_group_code"] for row in own}
    rows = sorted((*own, *(row for row in before if row["local_group_code"] not in codes)), key=lambda row: list(row.values()))
    if latest and rows == sorted(before, key=lambda row: list(row.values())):
        return None
    end = max(filter(None, [manifest.period_end, latest and latest[0]]))
    received_at = max(filter(None, [manifest.received_at, latest and latest[1]]))
    start = dt.date(end.year, 1, 1)
    made = Manifest(SOURCE, contract.version, manifest.supplier, start, end, received_at, ())
    return Handed(made, made=((contract.file(_ENTITY).file, _as_bytes(contract, rows)),))


def _names(contract: Contract) -> list[str]:
    return [f.name for f in contract.file(_ENTITY).fields]


def _rows(group: LocalGroup, supplier: str) -> Iterator[Row]:
    for placement in group.placements:
        yield {
            "municipality_code": supplier,
            "local_group_code": group.code,
            "local_label_nb": " ".join(group.label.split()),
            "scheme": placement.scheme,
            "scheme_code": placement.code or "",
            "certainty": placement.certainty,
            "valid_from": group.valid_from.isoformat(),
            "valid_to": group.valid_to.isoformat() if group.valid_to else "",
        }


def _as_bytes(contract: Contract, rows: Iterable[Row]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, _names(contract), delimiter=contract.format["delimiter"], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def _latest(settings: Settings, contract: Contract, supplier: str) -> tuple[tuple | None, list[Row]]:
    """The group mapping that counts now, or will after the next night: its period end and receipt, and its rows."""
    found = []
    for path in (settings.raw / SOURCE).glob(f"*/{RECEIPT}"):
        receipt = read_receipt(path)
        if receipt.supplier == supplier:
            found.append((receipt.period_end, receipt.received_at, receipt.delivery_id, path.parent / f"{_ENTITY}.parquet"))
    known = {delivery_id for _, _, delivery_id, _ in found}
    for path in (settings.landing / SOURCE / supplier).glob(f"*/{MANIFEST}"):
        try:
            manifest = read_manifest(path.parent)
        except (UserError, OSError):
            continue
        is_refused = any((settings.quarantine / SOURCE).glob(f"{manifest.delivery_id}-refused-*"))
        if manifest.delivery_id not in known and not is_refused:
            found.append(
                (manifest.period_end, manifest.received_at, manifest.delivery_id, path.parent / contract.file(_ENTITY).file),
            )
    if not found:
        return None, []
    latest = max(found, key=lambda entry: entry[:3])
    return latest[:2], _read(contract, latest[3])


def _read(contract: Contract, path) -> list[Row]:
    names = _names(contract)
    if path.suffix == ".parquet":
        columns = ", ".join(f"coalesce(CAST({name} AS VARCHAR), '') AS {name}" for name in names)
        with duckdb.connect() as connection:
            rows = connection.execute(f"SELECT {columns} FROM read_parquet(?)", [str(path)]).fetchall()
        return [dict(zip(names, row, strict=True)) for row in rows]
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return [
            {name: (row.get(name) or "").strip() for name in names}
            for row in csv.DictReader(handle, delimiter=contract.format["delimiter"])
            if any(row.values())
        ]
