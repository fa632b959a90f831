"""Small deliveries through a mapping, for tests: a supplier's own files with the mapping beside them.

Belongs here: one plain extract and how it is delivered. Does not belong here: what a test expects. All ids are synthetic (month + 80).
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import duckdb

from orchestration.arrivals.ledger import FileReceipt, Receipt
from orchestration.arrivals.manifest import Manifest, file_entry, write_manifest
from orchestration.settings import Settings
from tests.integration.arrival_deliveries import PERIOD, RECEIVED

HEAD = """\
version: 1
extract: homes
title: Homes
source: municipal
contract_version: 1
"""
DWELLINGS = """\
files:
  units: {pattern: 'units.*[.]csv', format: csv, decimal: ",", thousands: " ", dates: [dd.MM.yyyy], empty: ["-"]}
entities:
  dwelling:
    file: units
    fields:
      dwelling_id: {column: Nr}
      unit_id: {column: Nr}
      is_secret_address: {constant: "0"}
      tenure_form: {column: Eier, values: {E: owned, L: rented_in}}
      tenure_kind: {constant: freehold}
      category: {constant: ordinary}
      is_wheelchair_accessible: {column: Rullestol, values: {Ja: "1", Nei: "0"}}
      monthly_rent_nok: {column: Leie}
      acquired_date: {column: Fra}
"""
COLUMNS = "Nr;Eier;Rullestol;Leie;Fra"


def text(*lines: str) -> bytes:
    """Lines of a file in UTF-8."""
    return ("\n".join(lines) + "\n").encode()


def deliver_mapped(
    settings: Settings,
    mapping: str,
    files: dict[str, bytes],
    supplier: str = "1804",
    extract: str = "homes",
    source: str = "municipal",
    period: tuple[dt.date, dt.date] = PERIOD,
    received_at: dt.datetime = RECEIVED,
    name: str | None = None,
) -> Path:
    """Write a delivery with its mapping into landing."""
    folder = settings.landing / source / supplier / (name or f"{extract}-{period[1]}")
    folder.mkdir(parents=True)
    for file, content in {**files, "mapping.yml": mapping.encode()}.items():
        (folder / file).write_bytes(content)
    said = tuple(file_entry(folder / f) for f in [*files, "mapping.yml"])
    write_manifest(folder, Manifest(source, 1, supplier, *period, received_at, said, extract))
    return folder


def rows_of(settings: Settings, receipt: Receipt, entity: str, columns: str = "*") -> list[tuple]:
    """Rows of raw in the order of their lines."""
    path = settings.raw / receipt.source / receipt.delivery_id / f"{entity}.parquet"
    with duckdb.connect() as connection:
        return connection.execute(f"SELECT {columns} FROM read_parquet('{path}') ORDER BY line_number").fetchall()


def quarantined(settings: Settings, delivery_id: str) -> list[tuple]:
    """File, line, rule, field and reason of the rows in quarantine."""
    [path] = settings.quarantine.glob(f"*/{delivery_id}*/rows.parquet")
    query = "SELECT file_name, line_number, rule_id, field_name, reason FROM read_parquet(?) ORDER BY 1, 2, 3, 4"
    with duckdb.connect() as connection:
        return connection.execute(query, [str(path)]).fetchall()


def adds_up(file: FileReceipt) -> bool:
    """Physical lines are all accounted for."""
    parts = (file.header_count, file.blank_count, file.accepted_count, file.quarantined_count, file.excluded_count)
    return file.line_count == sum(parts) and sum(file.excluded_by_rule.values()) == file.excluded_count
