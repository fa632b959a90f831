"""What the command line tells at the end of a night, and about the state of the data home.

Belongs here: turning results into text. Does not belong here: making results.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from orchestration.arrivals.ledger import Receipt, read_receipts
from orchestration.releasing import publish
from orchestration.releasing.notes import read_notes
from orchestration.settings import Settings
from orchestration.terminal import table_console, thousands
from orchestration.warehouse.pins import kept_for_forms, unreadable_forms

if TYPE_CHECKING:
    from orchestration.custody.erasure import Erased
    from orchestration.resources.night import Night

_MOST_REFUSED = 10
_MOST_CHECKS = 12
_FIRST_LOOK = "select municipality_name, year, disposed_dwellings, vacancy_rate from rpt_indicator_wide order by all"


def print_summary(night: Night) -> None:
    """The end of a night: what came in, what was checked, what was released, how long it took."""
    console = table_console()
    console.rule("Night failed" if night.problem else "Night done", style="red" if night.problem else "green")
    if night.arrivals is not None:
        _print_arrivals(console, night)
    _print_checks(console, night)
    if night.problem:
        _print_problem(console, night)
    elif night.is_unchanged:
        _print_unchanged(console, night)
    elif night.release and night.release_notes:
        _print_release(console, night)
    _print_times(console, night)


def _print_arrivals(console: Console, night: Night) -> None:
    result = night.arrivals
    new = len(result.accepted) + len(result.refused)
    excluded = result.rows_read - result.rows_accepted - result.rows_quarantined
    console.print(
        f"[bold]Deliveries[/]   {new} new: {len(result.accepted)} accepted, {len(result.refused)} refused; {len(result.known)} known before"
    )
    console.print(
        f"[bold]Rows[/]         {thousands(result.rows_read)} read = {thousands(result.rows_accepted)} accepted "
        f"+ {thousands(result.rows_quarantined)} quarantined + {thousands(excluded)} excluded"
    )
    for receipt in result.refused[:_MOST_REFUSED]:
        console.print(f"  refused: {escape(_refusal(receipt))}")
    if len(result.refused) > _MOST_REFUSED:
        console.print(f"  and {len(result.refused) - _MOST_REFUSED} more; see them all with: fjernlys status")
    for waiting in result.waiting:
        console.print(f"  waiting: {escape(waiting.folder)}: {escape(waiting.reason)}")


def _print_checks(console: Console, night: Night) -> None:
    failed = [o for o in night.outcomes if not o.passed]
    stopping = [o for o in failed if o.is_blocking]
    warned = len(failed) - len(stopping)
    console.print(f"[bold]Checks[/]       {len(night.outcomes) - len(failed)} passed, {len(stopping)} failed, {warned} warned")
    refused = {r.delivery_id for r in night.arrivals.refused} if night.arrivals else set()  # told above
    warnings = [o for o in failed if not o.is_blocking and o.detail.partition(":")[0] not in refused]
    for outcome in [*stopping, *warnings][:_MOST_CHECKS]:
        console.print(f"  {'failed' if outcome.is_blocking else 'warned'}: {escape(outcome.sentence())}", overflow="fold")


def _print_problem(console: Console, night: Night) -> None:
    console.print(f"[bold red]Failed in[/]    {night.step}: {escape(night.problem or '')}", overflow="fold")
    current = publish.current_release(night.settings)
    console.print(f"[bold]In use[/]       {f'release {current.path.name}, unchanged' if current else 'no release yet'}")
    if night.incident_file:
        console.print(f"[bold]Incident[/]     {night.incident_file}", soft_wrap=True)
    if night.incident_trouble:
        console.print(f"              {escape(night.incident_trouble)}")


def _print_unchanged(console: Console, night: Night) -> None:
    current = publish.current_release(night.settings)
    if current and night.plan and current.build_id == night.plan.build_id:
        console.print(
            f"[bold]Release[/]      nothing has changed: build {current.build_id} is already in use, nothing was built or published"
        )
    else:
        console.print(
            f"[bold]Release[/]      build {night.plan.build_id} was withdrawn by a roll-back and is not published again; "
            f"in use is {current.path.name if current else 'none'}"
        )
    console.print(f"[bold]Where[/]        {night.settings.releases / publish.CURRENT}", soft_wrap=True)


def _print_release(console: Console, night: Night) -> None:
    notes = night.release_notes
    audiences = list(notes["audiences"])
    table = Table(box=box.SIMPLE_HEAD, title=f"Released marts, as of {notes['as_of']}, build {notes['build_id']}", title_justify="left")
    table.add_column("mart")
    for name in audiences:
        table.add_column(name, justify="right")
    for mart in sorted({t for name in audiences for t in notes["audiences"][name]["tables"]}):
        counts = [notes["audiences"][name]["tables"].get(mart) for name in audiences]
        table.add_row(mart, *(thousands(c["rows"]) if c else "-" for c in counts))
    console.print(table)
    for mart, day in notes["ending"].items():
        console.print(f"[bold]Ends[/]         this version of {mart} is served until {day}")
    where = night.settings.releases / publish.CURRENT
    console.print(f"[bold]Release[/]      {night.release.path.name}")
    console.print(
        f"[bold]Where[/]        {where} -> {night.release.path.name} "
        f"({', '.join(f'{a}.duckdb' for a in audiences)}, parquet/, release.json)",
        soft_wrap=True,
    )
    console.print(f"[bold]Open it[/]      .venv/bin/fjernlys query '{_FIRST_LOOK}'", soft_wrap=True)
    console.print(f"              or in Python: duckdb.connect('{where}/analyst.duckdb', read_only=True)", soft_wrap=True)


def _print_times(console: Console, night: Night) -> None:
    steps = ", ".join(f"{title} {seconds:.1f} s" for title, seconds in night.seconds.items())
    console.print(f"[bold]Time[/]         {steps}; together {sum(night.seconds.values()):.1f} s", soft_wrap=True)


def print_status(settings: Settings) -> None:
    """Releases, the last run, refused deliveries and builds that stay."""
    console = table_console()
    _print_releases(console, settings)
    _print_last_run(console, settings)
    refused = [r for r in read_receipts(settings) if r.status == "refused"]
    console.print(f"[bold]Refused deliveries[/]: {len(refused) or 'none'}")
    for receipt in refused:
        console.print(f"  {escape(_refusal(receipt))}", overflow="fold")
    for unreadable in unreadable_forms(settings):
        console.print(f"[bold]Form[/] {escape(unreadable.sentence())}", soft_wrap=True)
    if pinned := kept_for_forms(settings):
        console.print(f"[bold]Builds that stay[/] for forms that were sent (fjernlys forms): {', '.join(pinned)}")


def _print_releases(console: Console, settings: Settings) -> None:
    releases, current = publish.list_releases(settings), publish.current_release(settings)
    if not releases:
        console.print(f"No release in {settings.releases} yet. Run: fjernlys nightly", soft_wrap=True)
        return
    table = Table(box=box.SIMPLE_HEAD, title=f"Releases in {settings.releases}", title_justify="left")
    for title in ("release", "as of", "known at", "checks", "state"):
        table.add_column(title)
    for release in reversed(releases):
        notes = read_notes(release.path)
        state = "in use" if current and release.number == current.number else "withdrawn" if release.is_withdrawn else ""
        checks = f"{notes['checks']['passed']} passed, {notes['checks']['failed']} not"
        table.add_row(release.path.name, notes["as_of"], notes["known_at"], checks, state)
    console.print(table)


def _print_last_run(console: Console, settings: Settings) -> None:
    if not settings.dagster_home.is_dir():
        return
    from orchestration.resources.instance import open_instance

    with open_instance(settings) as instance:
        records = instance.get_run_records(limit=1)
    if records:
        run = records[0].dagster_run
        console.print(
            f"[bold]Last run[/]: {run.status.value.lower()}, started {records[0].create_timestamp:%Y-%m-%d %H:%M} UTC, id {run.run_id}"
        )
    incidents = sorted(settings.incidents.glob("*.md")) if settings.incidents.is_dir() else []
    if incidents:
        console.print(f"[bold]Last incident[/]: {incidents[-1]}", soft_wrap=True)


def print_erased(removed: list[Erased]) -> None:
    """What an erasure took away, place by place."""
    console = table_console()
    console.print(f"[bold]Removed[/]: {len(removed) or 'nothing'}")
    for one in removed:
        console.print(f"  {one.place}" + (f", {one.rows} rows" if one.rows else ""), markup=False)


def _refusal(receipt: Receipt) -> str:
    return f"{receipt.delivery_id}: {receipt.refusal_rule_id} {receipt.refusal_reason}"
