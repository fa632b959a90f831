"""``fjernlys fetch`` as people see it: what can be fetched, and what came.

Belongs here: words. Does not belong here: fetching.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from orchestration.connectors.config import load_classifications, load_tables
from orchestration.connectors.fetch import Fetched, fetch_classification, fetch_table
from orchestration.console import make_reporter
from orchestration.settings import Settings, UserError

SOURCES = ("ssb", "klass")


def choices() -> str:
    """What ``connectors/*.yml`` names."""
    lines = ["StatBank tables (fjernlys fetch ssb <table>):"]
    lines += [f"  {c.table_id}  {c.title}" for c in load_tables()[1].values()]
    lines += ["Classifications of Klass (fjernlys fetch klass <number>):"]
    lines += [f"  {c.classification_id:>5}  {c.title}, from {c.first_day}" for c in load_classifications()[1].values()]
    return "\n".join([*lines, "Another one is an entry in connectors/statbank.yml or connectors/klass.yml."])


def fetch_all(
    settings: Settings,
    source: str,
    ids: list[str],
    dry_run: bool = False,
    vintage: str | None = None,
    first: dt.date | None = None,
    end: dt.date | None = None,
) -> Iterator[str]:
    """Fetch one after the other; a line for each."""
    if source not in SOURCES:
        raise UserError(f"'{source}' is no source. Write fjernlys fetch ssb 12008 or fjernlys fetch klass 131.")
    if not ids:
        raise UserError(f"Say what to fetch, such as fjernlys fetch {source} {'12008' if source == 'ssb' else '131'}; --list shows all.")
    if vintage and source == "klass":
        raise UserError("--vintage: a classification has none.")
    if (first or end) and source == "ssb":
        raise UserError("--from and --to: the periods of a table stand in connectors/statbank.yml.")
    for wanted in ids:
        now = dt.datetime.now()
        with make_reporter() as reporter:
            reporter.begin(f"fetch {source} {wanted}")
            if source == "ssb":
                fetched = fetch_table(settings, wanted, now, reporter.note, vintage=vintage, dry_run=dry_run)
            else:
                fetched = fetch_classification(settings, wanted, now, reporter.note, first, end, dry_run=dry_run)
        yield said(fetched)


def said(fetched: Fetched) -> str:
    """What came, in a line."""
    if fetched.folder is None:
        cells = f"{fetched.rows} cells in " if fetched.is_table else ""
        return f"{fetched.what}: would ask for {cells}{fetched.queries} answers. Nothing was written."
    amount = f"{fetched.rows} {'cells' if fetched.is_table else 'rows'}, {fetched.size / 1024:.0f} kB, {fetched.calls} calls"
    if fetched.missing:
        amount += f" (Klass has no correspondence to {', '.join(fetched.missing)} for every day asked for: choose a later --from)"
    if fetched.is_known:
        return f"{fetched.what}: {amount}. The same came before and is in {fetched.folder}; nothing was written."
    return f"{fetched.what}: {amount}. The delivery is in {fetched.folder}. Next: fjernlys nightly"
