"""Fetching a table or a classification: the plan, the answers, and a delivery in landing with the query beside them.

Belongs here: what a delivery of published statistics holds and which days it covers. Does not belong here: how the interfaces are asked
(``statbank``, ``classifications``) and reading what landed (``sources``).

Everything is asked for and checked before anything is written. The same answer to the same query is the delivery that is there already.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from orchestration.arrivals.manifest import MANIFEST, Manifest, file_entry, read_manifest, write_manifest
from orchestration.connectors.calls import Caller
from orchestration.connectors.classifications import Classifications
from orchestration.connectors.config import Publisher, load_classifications, load_tables
from orchestration.connectors.statbank import Part, StatBank
from orchestration.settings import Settings, UserError, make_folder

STATBANK, KLASS, SUPPLIER, QUERY = "ssb_statbank", "klass_codes", "ssb", "query.json"
_PERIOD = re.compile(r"(\d{4})(?:([MKHU])(\d{1,2}))?(?:-(\d{4}))?")
_MONTHS = {"M": 1, "K": 3, "H": 6}


@dataclass(frozen=True)
class Fetched:
    """What a fetch brought. ``folder`` holds the delivery, an older one where ``is_known``; it is ``None`` after a dry run.

    ``missing`` are classifications that Klass does not compare to this one for every day asked for.
    """

    what: str
    folder: Path | None
    is_known: bool
    rows: int
    size: int
    calls: int
    queries: int
    is_table: bool = False
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Delivery:
    source: str
    extract: str
    period_start: dt.date
    period_end: dt.date
    files: dict[str, bytes]
    query: dict


def make_caller(settings: Settings, publisher: Publisher, note: Callable[[str], None]) -> Caller:
    """A caller of the publisher's address, or of the same path at the address that the settings name instead."""
    url = publisher.base_url
    if settings.ssb_url:
        instead = urlsplit(settings.ssb_url)
        url = urlunsplit((instead.scheme, instead.netloc, instead.path.rstrip("/") + urlsplit(url).path, "", ""))
    return Caller(url, note)


def fetch_table(
    settings: Settings, table_id: str, now: dt.datetime, note: Callable[[str], None], vintage: str | None = None, dry_run: bool = False
) -> Fetched:
    """Bring one table of ``connectors/statbank.yml`` into landing."""
    publisher, choices = load_tables()
    choice = choices.get(table_id) or _unknown("table", table_id, "statbank.yml", choices)
    if vintage and vintage not in (choice.vintages or ("final",)):
        raise UserError(f"--vintage: table {table_id} is published as {' and '.join(choice.vintages or ('final',))}, not as {vintage}.")
    caller = make_caller(settings, publisher, note)
    bank = StatBank(caller, publisher)
    plan = bank.plan(choice)
    note(f"{choice.title}: {plan.cells} cells in {len(plan.queries)} queries of at most {plan.limit}")
    what = f"StatBank table {table_id} ({choice.title})"
    if dry_run:
        return Fetched(what, None, False, plan.cells, 0, caller.calls, len(plan.queries), is_table=True)
    parts: list[Part] = []
    for part in bank.answers(table_id, plan):
        parts.append(part)
        note(f"{sum(len(p.table.values) for p in parts)} of {plan.cells} cells, {_size(sum(len(p.content) for p in parts))}")
    if len({p.table.updated for p in parts}) > 1:
        raise UserError(f"Table {table_id} was updated while it was fetched. Fetch it again; nothing was written.")
    today = now.date()
    periods = sorted(period_days(code) for part in parts for code in _periods(part)) or [(today, today)]
    newest = periods[-1]
    vintage = vintage or choice.vintage(_day(parts[0].table.updated, today), newest[1].year)
    end = min(newest[1] if choice.figures_describe == "last_day" else newest[0], today)
    files = {f"statbank_{table_id}_{vintage}_{number:03}.json": p.content for number, p in enumerate(parts, 1)}
    query = {
        "table_id": table_id,
        "title": parts[0].table.label,
        "vintage": vintage,
        "updated": parts[0].table.updated,
        "cells": plan.cells,
        "licence": publisher.licence,
        "credit": publisher.credit,
        "url": f"{caller.base_url}/tables/{table_id}/data?lang={publisher.language}&outputFormat=json-stat2",
        "queries": [{"file": name, "body": p.body} for name, p in zip(files, parts, strict=True)],
    }
    delivery = _Delivery(STATBANK, f"{table_id}_{vintage}", min(periods[0][0], end), end, files, query)
    folder, is_known = _deliver(settings, delivery, now)
    return Fetched(what, folder, is_known, plan.cells, sum(map(len, files.values())), caller.calls, len(parts), is_table=True)


def fetch_classification(
    settings: Settings,
    number: str,
    now: dt.datetime,
    note: Callable[[str], None],
    first: dt.date | None = None,
    end: dt.date | None = None,
    dry_run: bool = False,
) -> Fetched:
    """Bring one classification of ``connectors/klass.yml`` into landing, as it is from ``first`` until (not including) ``end``.

    It describes the division from its first day on, so that day is its period: a later fetch of the same takes its place.
    """
    publisher, choices = load_classifications()
    choice = choices.get(number) or _unknown("classification", number, "klass.yml", choices)
    first = first or choice.first_day
    if end and end <= first:
        raise UserError(f"--to: {end} must lie after {first}, the first day asked for.")
    if first > now.date():
        raise UserError(f"--from: {first} lies after today ({now.date()}).")
    caller = make_caller(settings, publisher, note)
    what = f"Klass {number} ({choice.title})"
    if dry_run:
        return Fetched(what, None, False, 0, 0, 0, 2 + len(choice.correspondences))
    parts, classifications = [], Classifications(caller, publisher)
    for part in classifications.answers(choice, first, end):
        parts.append(part)
        note(f"{part.path}: {part.rows} rows, {_size(len(part.content))}")
    files = {p.file_name: p.content for p in parts}
    query = {
        "classification_id": number,
        "title": choice.title,
        "licence": publisher.licence,
        "credit": publisher.credit,
        "url": caller.base_url,
        "first_day": first.isoformat(),
        "end_day": end.isoformat() if end else None,
        "queries": [{"file": p.file_name, "path": p.path, "params": p.params} for p in parts],
        "missing_correspondences": classifications.missing,
    }
    folder, is_known = _deliver(settings, _Delivery(KLASS, number, first, first, files, query), now)
    size, missing = sum(map(len, files.values())), tuple(classifications.missing)
    return Fetched(what, folder, is_known, sum(p.rows for p in parts), size, caller.calls, len(parts), missing=missing)


def _deliver(settings: Settings, delivery: _Delivery, now: dt.datetime) -> tuple[Path, bool]:
    """Write the delivery, unless it is there already."""
    place = settings.landing / delivery.source / SUPPLIER
    for older in sorted(place.glob(f"*/{MANIFEST}")):
        if _is_same(older.parent, delivery):
            return older.parent, True
    for folder in (settings.landing, place):
        make_folder(folder, 0o700)
    name, number = f"{delivery.period_end}_{delivery.extract}", 1
    while (folder := place / f"{name}_{number}").exists():
        number += 1
    make_folder(folder, 0o700)
    query = {"fetched_at": now.isoformat(timespec="seconds"), **delivery.query}
    for file_name, content in {**delivery.files, QUERY: json.dumps(query, ensure_ascii=False, indent=1).encode()}.items():
        (folder / file_name).write_bytes(content)
    entries = tuple(file_entry(folder / file_name) for file_name in (*delivery.files, QUERY))
    received = now.replace(microsecond=0)
    days = (delivery.period_start, delivery.period_end)
    write_manifest(folder, Manifest(delivery.source, 1, SUPPLIER, *days, received, entries, delivery.extract))
    return folder, False


def _is_same(folder: Path, delivery: _Delivery) -> bool:
    """Whether the folder holds these bytes for these days, whenever they were fetched."""
    try:
        manifest = read_manifest(folder)
        query = json.loads((folder / QUERY).read_bytes())
        entries = [entry.name for entry in manifest.files if entry.name != QUERY]
        contents = {name: (folder / name).read_bytes() for name in entries}
    except (UserError, OSError, ValueError):
        return False
    query.pop("fetched_at", None)
    days = (manifest.period_start, manifest.period_end)
    return contents == delivery.files and query == delivery.query and days == (delivery.period_start, delivery.period_end)


def _periods(part: Part) -> tuple[str, ...]:
    """Codes of the periods of an answer."""
    return part.table.dimension(part.table.time).codes if part.table.time else ()


def period_days(period: str) -> tuple[dt.date, dt.date]:
    """First and last day of a period as StatBank writes it: 2025, 2025M03, 2025K1, 2025H1, 2025U12, 2015-2019."""
    found = _PERIOD.fullmatch(period)
    if not found:
        raise UserError(f"The period {period} has none of the forms 2025, 2025M03, 2025K1, 2025H1, 2025U12 and 2015-2019.")
    year, unit, number = int(found[1]), found[2], int(found[3] or 1)
    if unit == "U":
        monday = dt.date.fromisocalendar(year, number, 1)
        return monday, monday + dt.timedelta(days=6)
    months = _MONTHS.get(unit, 12)
    start = dt.date(year, months * (number - 1) + 1, 1)
    after = start.year * 12 + start.month - 1 + months if not found[4] else (int(found[4]) + 1) * 12
    return start, dt.date(after // 12, after % 12 + 1, 1) - dt.timedelta(days=1)


def _day(updated: str, today: dt.date) -> dt.date:
    try:
        return dt.date.fromisoformat(updated[:10])
    except ValueError:
        return today


def _unknown(what: str, wanted: str, file: str, choices: dict) -> None:
    raise UserError(f"connectors/{file} names no {what} {wanted}. It has {', '.join(choices)}; add an entry for another.")


def _size(count: int) -> str:
    return f"{count / 1024:.0f} kB" if count < 1024**2 else f"{count / 1024**2:.1f} MB"
