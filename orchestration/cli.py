"""The command line ``fjernlys``: thin. Everything it does is also a Dagster job, a dbt command or a function of another module.

Belongs here: arguments, what is printed, exit codes. Does not belong here: any work.

Exit codes: 0 well, 1 the night failed, 2 something the user can mend.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from orchestration.form_13 import commands as form_13
from orchestration.settings import PROJECT_ROOT, Settings, UserError, load_settings

app = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help="Fjernlys: the warehouse of municipal housing."
)
form_13.add_to(app)
_DATE = ["%Y-%m-%d"]


@app.command()
def nightly(
    as_of: Annotated[
        dt.datetime | None, typer.Option(formats=_DATE, help="Day the marts describe; default: the latest municipal delivery.")
    ] = None,
    known_at: Annotated[dt.datetime | None, typer.Option(formats=_DATE, help="Last day of receipt that counts; default: today.")] = None,
    no_wait: Annotated[bool, typer.Option("--no-wait", help="Do not wait where another night is running.")] = False,
    demo: Annotated[bool, typer.Option("--demo", help="Put demonstration deliveries in landing where it is empty.")] = False,
) -> None:
    """Run the night: take in deliveries, build, check and release."""
    from orchestration.console import make_reporter
    from orchestration.headless import WAIT_SECONDS, run_night
    from orchestration.summary import print_summary

    settings = _tonight(_settings().with_dates(_day(as_of), _day(known_at)), demo)
    with make_reporter() as reporter:
        night = run_night(settings, reporter, demo=demo, wait_seconds=0 if no_wait else WAIT_SECONDS)
    print_summary(night)
    if night.problem:
        raise typer.Exit(1)


@app.command()
def synthesize(
    municipalities: Annotated[
        str | None, typer.Option(help="Four-digit codes with commas between, or all; default: the demonstration's.")
    ] = None,
    years: Annotated[str | None, typer.Option(help="First and last year, such as 2019-2025; default: the demonstration's.")] = None,
    seed: Annotated[int | None, typer.Option(help="The same seed gives the same bytes.")] = None,
    native: Annotated[
        bool | None,
        typer.Option(
            help="Also municipalities that deliver in their systems' own formats; default: with the demonstration's municipalities."
        ),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for landing/ and truth/; default: the data home.")] = None,
) -> None:
    """Write synthetic deliveries, and the truth about them beside landing."""
    from orchestration.console import make_reporter
    from orchestration.demonstration import parse_municipalities, parse_years, write_deliveries

    settings = _settings()
    landing, truth = (out / "landing", out / "truth") if out else (settings.landing, settings.truth)
    with make_reporter() as reporter:
        reporter.begin("synthetic deliveries")
        codes = parse_municipalities(municipalities) if municipalities else None
        span = parse_years(years) if years else None
        write_deliveries(landing, truth, reporter.note, municipalities=codes, years=span, seed=seed, native=native)
    typer.echo(f"Deliveries are in {landing}, the truth about them in {truth}. Next: fjernlys nightly")


@app.command()
def deliver(
    files: Annotated[list[Path], typer.Argument(help="All files of one delivery.", show_default=False)],
    mapping: Annotated[
        str | None, typer.Option(help="Name or path of the mapping; default: the one whose file patterns fit.", show_default=False)
    ] = None,
    source: Annotated[
        str | None, typer.Option(help="Source of files in the contract's own form, such as municipal.", show_default=False)
    ] = None,
    municipality: Annotated[str | None, typer.Option(help="Municipality code of the supplier (kommunenummer).", show_default=False)] = None,
    period_end: Annotated[
        dt.datetime | None, typer.Option(formats=_DATE, help="Day the files describe; default: the day in the file name.")
    ] = None,
    period_start: Annotated[
        dt.datetime | None, typer.Option(formats=_DATE, help="First day of the period; default: 1 January of that year.")
    ] = None,
    received_at: Annotated[dt.datetime | None, typer.Option(help="When it was received; default: now.", show_default=False)] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done and do nothing.")] = False,
) -> None:
    """Hand in files: copy them into landing as a delivery with its manifest."""
    from orchestration.handing_in.deliver import deliver as hand_in
    from orchestration.handing_in.deliver import told
    from orchestration.handing_in.plan import Said

    said = Said(municipality, _day(period_end), _day(period_start), received_at, source, mapping)
    for placed in hand_in(_settings(), files, said, dry_run):
        for line in told(placed, dry_run):
            typer.echo(line)


@app.command("check-delivery")
def check_delivery(
    paths: Annotated[list[Path], typer.Argument(help="A delivery's folder, or the files of one delivery.", show_default=False)],
    mapping: Annotated[str | None, typer.Option(help="As with deliver.", show_default=False)] = None,
    source: Annotated[str | None, typer.Option(help="As with deliver.", show_default=False)] = None,
    municipality: Annotated[str | None, typer.Option(help="Municipality code of the supplier (kommunenummer).", show_default=False)] = None,
    period_end: Annotated[
        dt.datetime | None, typer.Option(formats=_DATE, help="Day the files describe; default: the day in the file name, or today.")
    ] = None,
    form: Annotated[str, typer.Option("--format", help="text, json or html.")] = "text",
    out: Annotated[Path | None, typer.Option(help="File to write the report to; default: the screen.", show_default=False)] = None,
    lines: Annotated[int, typer.Option(min=1, help="How many line numbers to show for each problem.")] = 10,
) -> None:
    """Try a delivery out: what must be mended, by file and line. Nothing is kept. Exit code 0 well, 1 rows to mend, 2 refused."""
    from orchestration.handing_in.check_report import write_report
    from orchestration.handing_in.checking import check
    from orchestration.handing_in.plan import Said

    said = Said(municipality, _day(period_end), source=source, mapping=mapping)
    write = write_report(form, out)
    report = check(_settings(), paths, said, lines)
    write(report)
    raise typer.Exit(report.exit_code)


@app.command()
def fetch(
    source: Annotated[str | None, typer.Argument(help="ssb (StatBank tables) or klass (classifications).")] = None,
    ids: Annotated[list[str] | None, typer.Argument(help="Tables or classifications, such as 12008 or 131.")] = None,
    list_all: Annotated[bool, typer.Option("--list", help="Show what can be fetched.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Count the cells and write nothing.")] = False,
    vintage: Annotated[str | None, typer.Option(help="preliminary or final, where the day of publication does not tell.")] = None,
    first: Annotated[dt.datetime | None, typer.Option("--from", formats=_DATE, help="First day of a classification.")] = None,
    end: Annotated[dt.datetime | None, typer.Option("--to", formats=_DATE, help="Day after the last of a classification.")] = None,
) -> None:
    """Fetch published statistics into landing. The night needs no network, this does."""
    from orchestration.connectors.command import choices, fetch_all

    if list_all or source is None:
        typer.echo(choices())
        return
    for line in fetch_all(_settings(), source, ids or [], dry_run=dry_run, vintage=vintage, first=_day(first), end=_day(end)):
        typer.echo(line)


@app.command()
def onboard(
    samples: Annotated[list[Path], typer.Argument(help="Files as the supplier's system writes them.")],
    source: Annotated[str, typer.Option(help="Source whose contract the rows shall follow.")] = "municipal",
    municipality: Annotated[str | None, typer.Option(help="Municipality code; left out for a system that several use.")] = None,
    out: Annotated[Path | None, typer.Option(help="The mapping file to write; default: in the folder of mappings.")] = None,
) -> None:
    """Draft a mapping from samples, and say what is missing for the contract."""
    from orchestration.onboarding.onboard import onboard as draft

    typer.echo(draft(_settings(), samples, source, municipality, out).report)


@app.command()
def inbox(
    watch: Annotated[bool, typer.Option("--watch", help="Go on until Ctrl-C.")] = False,
    settle: Annotated[float, typer.Option(min=0.1, help="Seconds for which a file must stay unchanged.")] = 10.0,
) -> None:
    """Hand in what lies whole in the inbox, <data home>/inbox/<municipality code>/."""
    from orchestration.handing_in import inbox as box
    from orchestration.handing_in.inbox_status import lines

    def tell(result: box.Pass) -> None:
        for line in lines(result):
            typer.echo(line)

    settings = _settings()
    if watch:
        typer.echo(f"Watching {settings.inbox}; end with Ctrl-C.")
        with contextlib.suppress(KeyboardInterrupt):
            box.watch(settings, tell, settle)
        return
    result = box.run_once(settings, settle)
    tell(result)
    if not result.taken and not result.waiting:
        typer.echo(f"Nothing lies in {settings.inbox}/<municipality code>/.")


@app.command()
def rollback() -> None:
    """Go back one release. The release left is not published again by an unchanged night."""
    from orchestration.releasing import publish
    from orchestration.resources.lock import night_lock

    settings = _settings()
    with night_lock(settings, 0):
        left, now = publish.rollback(settings)
    typer.echo(f"Readers now see release {now.path.name}; {left.path.name} is withdrawn. Readers that are open must connect again.")


@app.command("rotate-key")
def rotate_key() -> None:
    """Load what landing holds under a new pseudonym key, then switch to it at once. Stopped halfway, run it again."""
    from orchestration.console import make_reporter
    from orchestration.custody.rotation import rotate_key as rotate
    from orchestration.warehouse.pins import kept_for_forms

    settings = _tonight(_settings())
    with make_reporter() as reporter:
        reporter.begin("a new key")
        done = rotate(settings, reporter.note)
    typer.echo(f"{done.deliveries} deliveries ({done.rows} rows) are loaded under key {done.new_key_id}; key {done.old_key_id} is gone.")
    if done.changed:
        typer.echo("Other rows than before were accepted, by rules that have changed since, of: " + ", ".join(done.changed))
    typer.echo("Releases and builds of the old key are as they were. Next: fjernlys nightly")
    if kept := kept_for_forms(settings):
        typer.echo(
            "Nights do not take away builds of forms that were sent (fjernlys forms). These hold pseudonyms of the old key: "
            f"{', '.join(kept)}. Where they must go, after the next night: fjernlys erase --older --reference ..."
        )


@app.command()
def erase(
    reference: Annotated[str, typer.Option(help="The decision that the erasure follows, such as a case number; kept in the log.")],
    delivery: Annotated[str | None, typer.Option(help="Id of a delivery to take out whole.")] = None,
    person: Annotated[
        bool, typer.Option("--person", help="Take out one person's rows; the number is asked for, never shown or kept.")
    ] = False,
    older: Annotated[
        bool, typer.Option("--older", help="Take out builds and releases older than the current release, and no more.")
    ] = False,
    rebuild: Annotated[bool, typer.Option(help="Run the night at once, then take away older builds and releases.")] = True,
) -> None:
    """Take a delivery or one person's rows out of landing, raw, builds and releases, with a log of what was removed."""
    from orchestration.console import make_reporter
    from orchestration.custody import erasure
    from orchestration.headless import run_night
    from orchestration.summary import print_erased, print_summary

    if sum((bool(delivery), person, older)) != 1:
        raise UserError("Say one of --delivery ID, --person and --older.")
    settings, today = _tonight(_settings()), dt.date.today()
    number = typer.prompt("National id, D-number or DUF number", hide_input=True) if person else ""
    if not older:
        with make_reporter() as reporter:
            reporter.begin("erasure")
            if delivery:
                removed = erasure.erase_delivery(settings, delivery, reference, today)
            else:
                removed = erasure.erase_person(settings, number, reference, today, reporter.note)
        print_erased(removed)
        then = "fjernlys erase --older --reference ..."
        if not rebuild:
            typer.echo(f"Builds and releases still hold what was removed. Next: fjernlys nightly, then: {then}")
            return
        with make_reporter() as reporter:
            night = run_night(settings, reporter)
        print_summary(night)
        if night.problem:
            typer.echo(f"Older builds and releases still hold what was removed. Mend, run fjernlys nightly, then: {then}", err=True)
            raise typer.Exit(1)
    print_erased(erasure.remove_older(settings, reference, today))


@app.command()
def status() -> None:
    """Releases, the last run, and refused deliveries with the reason."""
    from orchestration.summary import print_status

    print_status(_settings())


@app.command()
def calendar(
    municipality: Annotated[str | None, typer.Option(help="Four-digit code; default: everybody, and only what is owed.")] = None,
) -> None:
    """Who should have delivered what by when, and what came, from the current release."""
    from orchestration.delivery_calendar import print_calendar

    print_calendar(_settings(), municipality)


@app.command("control-report")
def control_report(
    municipality: Annotated[str | None, typer.Option(help="Four-digit code; default: all.")] = None,
    year: Annotated[int | None, typer.Option(help="Year of the form; default: all.")] = None,
    form: Annotated[str | None, typer.Option(help="11F, 11CF or REG (accounts); default: all.")] = None,
    output: Annotated[str, typer.Option("--format", help="text, csv or html.")] = "text",
    out: Annotated[Path | None, typer.Option(help="File to write the report to; default: the screen.", show_default=False)] = None,
) -> None:
    """What KOSTRA's controls found in the latest files: control, severity, record, journal number and message."""
    from orchestration.kostra.report import control_report, written_as

    written = written_as(output)(control_report(_settings(), municipality, year, form))
    if out:
        out.write_text(written, encoding="utf-8")
    typer.echo(f"The report is in {out}." if out else written, nl=bool(out))


@app.command()
def linkage(
    municipality: Annotated[str, typer.Option(help="Four-digit code.")],
    year: Annotated[int | None, typer.Option(help="Year of the deliveries; default: the latest.")] = None,
) -> None:
    """Who of one register is found in the others and why not, from the current release."""
    from orchestration.linkage import print_linkage

    print_linkage(_settings(), municipality, year)


@app.command()
def difference(
    known_at: Annotated[dt.datetime, typer.Option(formats=_DATE, help="Last day of receipt that counted then.", show_default=False)],
    as_of: Annotated[
        dt.datetime | None, typer.Option(formats=_DATE, help="Day the figures describe; default: the latest municipal delivery known then.")
    ] = None,
    municipality: Annotated[str | None, typer.Option(help="Four-digit code; default: all.")] = None,
    out: Annotated[Path | None, typer.Option(help="File to write, .csv or .html; default: the screen.", show_default=False)] = None,
) -> None:
    """Figures as they were known on a day against today's, and the deliveries that explain each difference.

    A warehouse that no night has left is built for it, of that day, of today or both: minutes, and some hundred megabytes while it lasts.
    """
    from orchestration.console import make_reporter
    from orchestration.headless import WAIT_SECONDS
    from orchestration.known_at.difference import difference as compare
    from orchestration.known_at.report import writer
    from orchestration.resources.lock import night_lock

    write = writer(out)
    settings = _tonight(_settings()).with_dates(_day(as_of), None)
    with make_reporter(sys.stderr) as reporter, night_lock(settings, WAIT_SECONDS):
        reporter.begin("two warehouses")
        found = compare(settings, known_at.date(), municipality, reporter.note)
    write(found)


@app.command()
def worklist(
    municipality: Annotated[str, typer.Option(help="Four-digit code.")],
    form: Annotated[str, typer.Option("--format", help="text, csv or html.")] = "text",
    out: Annotated[Path | None, typer.Option(help="File to write; default: the terminal.")] = None,
) -> None:
    """What a municipality has to mend: its rows in quarantine, by file and line, from the current release."""
    from orchestration.worklist import write_worklist

    text = write_worklist(_settings(), municipality, form, out)
    typer.echo(str(out) if out else text, nl=out is not None)


@app.command()
def query(
    sql: Annotated[str, typer.Argument(help="A query over the tables of the current release.", show_default=False)],
    audience: Annotated[str, typer.Option(help="Which release: analyst or property.")] = "analyst",
    form: Annotated[str, typer.Option("--format", help="table, csv (with semicolons) or json.")] = "table",
    limit: Annotated[
        int | None,
        typer.Option(min=0, help="Rows to show at most, 0: all; default: all of csv and json, the first 200 of a table (5 of a wide one)."),
    ] = None,
) -> None:
    """Ask the current release a question, such as: fjernlys query "select * from rpt_indicator_wide where year = 2025" --format csv"""
    from orchestration.query import print_query

    print_query(_settings(), sql, audience, form, limit)


@app.command()
def describe(
    table: Annotated[str | None, typer.Argument(help="A table; default: all of them.", show_default=False)] = None,
    audience: Annotated[str, typer.Option(help="Which release: analyst or property.")] = "analyst",
) -> None:
    """What the tables of the current release hold, or what the columns of one mean."""
    from orchestration.describe import print_description

    print_description(_settings(), table, audience)


@app.command()
def ui(port: Annotated[int, typer.Option(help="Port of the web page.")] = 3000) -> None:
    """Open Dagster's web page with assets, checks, runs and the schedule; ends with Ctrl-C."""
    from orchestration.resources.instance import prepare_home

    settings = _settings()
    prepare_home(settings)
    os.environ["FJERNLYS_HOME"] = str(settings.home)
    command = [sys.executable, "-W", "ignore", "-m", "dagster", "dev", "-m", "orchestration.definitions", "-p", str(port)]
    os.chdir(PROJECT_ROOT)
    os.execv(command[0], command)


@app.command()
def docs(out: Annotated[Path, typer.Option(help="Folder for the pages.")] = PROJECT_ROOT / "site") -> None:
    """Write dbt's documentation, the results of Great Expectations, the indicators and the work lists as static pages."""
    from orchestration.pages import write_pages

    for page in write_pages(_settings(), out):
        typer.echo(page)


def _day(moment: dt.datetime | None) -> dt.date | None:
    return moment.date() if moment else None


def _settings() -> Settings:
    return load_settings()


def _tonight(settings: Settings, demo: bool = False) -> Settings:
    """What is known today is known, but for synthetic deliveries: they have days of their own."""
    from orchestration.demonstration import is_synthetic

    return settings if settings.known_at or is_synthetic(settings, demo) else settings.with_dates(None, dt.date.today())


def main() -> None:
    """Entry point: a user's mistake is one message and exit code 2, never a stack trace."""
    try:
        app()
    except UserError as error:
        typer.echo(f"Error: {error}", err=True)
        sys.exit(2)
    except Exception as error:
        from orchestration.resources.errors import clear_message

        typer.echo(f"Error: {clear_message(error, _settings())}", err=True)
        sys.exit(2 if isinstance(error, OSError) else 1)


if __name__ == "__main__":
    main()
