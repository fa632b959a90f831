"""The commands of form 13 and of what lies behind its numbers: thin, like ``orchestration.cli``, which adds them.

Belongs here: arguments, what is printed. Does not belong here: any work.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich import box
from rich.table import Table

from orchestration.settings import UserError, load_settings
from orchestration.spreadsheet import harmless
from orchestration.terminal import row_count, table_console

explain = typer.Typer(no_args_is_help=True, help="The rows behind a number, for those who may see them.")
_MUNICIPALITY = typer.Option(help="Four-digit code.", show_default=False)
_YEAR = typer.Option(help="Year of the form (skjemaår).", show_default=False)
_BUILD = typer.Option(help="A build that is kept; default: the current release's.", show_default=False)
_AUDIENCE = typer.Option(help="Who asks: only analyst may.")
_ROW = {
    **{"member_kind": "kind", "member_key": "key", "local_id": "own key", "dwelling_id": "dwelling"},
    **{"from_date": "from", "to_date": "to"},
}
_WHERE_TOLD = ("counted_as",)  # columns that the table leaves out where no row has them
_TABLE = typer.Option("--format", help="table, or csv (with semicolons).")


def add_to(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.command("skjema13")(skjema13)
    app.command("skjema13-diff")(skjema13_diff)
    app.command("forms")(forms)
    app.add_typer(explain, name="explain")


def skjema13(
    municipality: Annotated[str | None, _MUNICIPALITY] = None,
    everyone: Annotated[bool, typer.Option("--all", help="Every municipality that has a form of the year.")] = False,
    year: Annotated[int | None, typer.Option(help="Year of the form; default: the last with a form.", show_default=False)] = None,
    out: Annotated[Path, typer.Option(help="Folder for the files.")] = Path(),
    kinds: Annotated[str, typer.Option("--format", help="Files to write, with commas between.")] = "xlsx,csv,html",
    sent: Annotated[
        bool, typer.Option("--sent", help="Keep the form as it was sent, with its build, and hand its CSV file in as what was sent.")
    ] = False,
) -> None:
    """Write form 13 (skjema 13) of a municipality and year as workbook, CSV and page, from the current release."""
    from orchestration.console import make_reporter
    from orchestration.form_13.files import forms_asked_for, wanted_formats, write_forms, write_overview

    if bool(municipality) == everyone:
        raise UserError("Say one of --municipality CODE and --all.")
    if everyone and sent:
        raise UserError("--sent keeps the form of one municipality: say --municipality CODE.")
    settings, formats = load_settings(), wanted_formats(kinds)
    with make_reporter(sys.stderr) as reporter:
        if everyone:
            reporter.begin("forms")
        found = forms_asked_for(settings, municipality, year)
        written = list(write_forms(settings, found, out, formats, reporter.note))
    if everyone:
        missing = [form for form in found if form.missing]
        typer.echo(f"{len(found)} forms of {found[0].year} are in {out}; {len(missing)} of them lack lines.")
        typer.echo(f"Which, and controls that are not met: {write_overview(found, out)}")
        return
    ((form, paths),) = written
    for line in _about(form):
        typer.echo(line)
    for path in paths:
        typer.echo(f"  {path}")
    if sent:
        from orchestration.form_13.sent import kept_forms, send
        from orchestration.handing_in.deliver import told

        for line in _about_sending(form, [notes for _, notes in kept_forms(settings)]):
            typer.echo(line)
        kept = send(settings, form, dt.datetime.now().replace(microsecond=0))
        typer.echo(f"Kept as sent in {kept.folder}; build {form.made.build_id} stays.")
        for placed in kept.handed_in:
            for line in told(placed):
                typer.echo(line)


def _about(form: Any) -> Iterable[str]:
    from orchestration.form_13.sentences import THIS_FORM, UNCHECKED, UNLIKELY, how_it_differs, return_name, sent_already, unchecked

    whose = f"{form.municipality_code} {form.municipality_name} {form.year}"
    yield f"Form 13 of {whose}, from build {form.made.build_id}: {len(form.lines)} lines"
    if form.missing:
        yield f"{len(form.missing)} of them cannot be told and are marked:"
        yield from (f"  {lines}: {reason}" for reason, lines in form.missing_reasons.items())
    yield f"{THIS_FORM}:"
    yield from _controlled(form.broken)
    yield f"  {UNLIKELY} (K16, K17): {len(form.unlikely_lines)}"
    yield from (f"    {name}: {', '.join(control.line_id for control in controls)}" for name, controls in form.unlikely.items())
    yield f"  {UNCHECKED}: {unchecked(form)}"
    for sent, controls in form.controls_of_returns:
        yield f"{return_name(sent)}:"
        yield from _controlled([control for control in controls if control.is_met is False])
    yield f"Tidligere sendt for {form.year}: {sent_already(form)}"
    if form.differing:
        yield f"  {how_it_differs(form)}"


def _controlled(broken: Sequence[Any]) -> Iterable[str]:
    from orchestration.form_13.sentences import WRONG_SUMS

    yield f"  {WRONG_SUMS} (K01-K15): {len(broken)}"
    yield from (f"    {control.name_nb}: {control.message_nb}" for control in broken)


def _about_sending(form: Any, kept: Iterable[dict[str, Any]]) -> Iterable[str]:
    """What somebody who sends should know."""
    missing, broken = len(form.missing), len(form.broken)
    yield (
        f"What is sent has {missing} line{'' if missing == 1 else 's'} that cannot be told and {broken} control"
        f"{'' if broken == 1 else 's'} not met."
    )
    same = (form.municipality_code, form.year)
    sent = [dt.date.fromisoformat(notes["sent_at"][:10]) for notes in kept if (notes["municipality_code"], notes["year"]) == same]
    if sent := [*sent, *([form.sent.received_date] if form.sent else [])]:
        yield f"It replaces the return of {form.year} that was sent on {max(sent)}, whole, from the next night on."


def skjema13_diff(
    municipality: Annotated[str, _MUNICIPALITY],
    year: Annotated[int, _YEAR],
    build_from: Annotated[
        str, typer.Option("--from", help="Build to compare with, such as that of a form that was sent.", show_default=False)
    ],
    build_to: Annotated[
        str | None, typer.Option("--to", help="The other build; default: the current release's.", show_default=False)
    ] = None,
    line: Annotated[str | None, typer.Option(help="Show the rows that came to this line and went out of it.", show_default=False)] = None,
    form: Annotated[str, _TABLE] = "table",
    audience: Annotated[str, _AUDIENCE] = "analyst",
) -> None:
    """Lines of a form that differ between two builds, with the number of rows that came in and went out; with --line those rows."""
    from orchestration.form_13.difference import form_difference, line_difference

    if line is not None:
        of_line = line_difference(load_settings(), municipality, year, build_from, build_to, line, audience)
        _begin(of_line.title, of_line.about_keys, form)
        _show(of_line.rows, {"change": "change", **_ROW, "reason_code": "code", "reason_label_nb": "why", "counted_as": "counts as"}, form)
        if form == "table":
            came = sum(row["change"] == "in" for row in of_line.rows)
            typer.echo(f"{row_count(came)} in, {row_count(len(of_line.rows) - came)} out.")
        return
    found = form_difference(load_settings(), municipality, year, build_from, build_to)
    titles = {"line_id": "line", "label_nb": "text", "count_from": "from", "count_to": "to", "change": "change"}
    _show(found.rows, {**titles, "in_count": "rows in", "out_count": "rows out"}, form)
    if form == "table":
        typer.echo(
            f"{len(found.rows)} lines differ from build {found.build_from} to {found.build_to}; {found.unchanged_count} are the same."
        )


def forms(
    drop: Annotated[
        str | None,
        typer.Option(help="Let the build go of a form that was sent anew since, such as 2024/1811/1; its files stay.", show_default=False),
    ] = None,
) -> None:
    """Forms that were sent, and the builds that are kept for them."""
    from orchestration.form_13.sent import kept_forms, let_build_go
    from orchestration.warehouse.pins import unreadable_forms

    settings = load_settings()
    if drop is not None:
        build_id = let_build_go(settings, drop, dt.date.today())
        typer.echo(f"Form {drop} keeps its files; build {build_id} goes with the next night, where no other form is made of it.")
        return
    for unreadable in unreadable_forms(settings):
        typer.echo(unreadable.sentence(), err=True)
    rows = [{**notes, "state": state, "folder": folder} for folder, notes, state in kept_forms(settings)]
    if not rows:
        typer.echo("No form was kept as sent. Keep one with: fjernlys skjema13 --municipality CODE --sent")
        return
    titles = {"year": "year", "municipality_code": "municipality", "number": "number", "sent_at": "sent", "build_id": "build"}
    _show(rows, {**titles, "state": "build is", "as_of": "as of", "known_at": "known at", "folder": "folder"}, "table")


@explain.command("skjema13")
def explain_skjema13(
    municipality: Annotated[str, _MUNICIPALITY],
    year: Annotated[int, _YEAR],
    line: Annotated[str | None, typer.Option(help="Number of the line, such as 5.12.", show_default=False)] = None,
    control: Annotated[
        str | None, typer.Option(help="Control instead of a line, such as K12: its rows, or the lines it holds.", show_default=False)
    ] = None,
    left_out: Annotated[bool, typer.Option("--left-out", help="The rows that were left out, and why, instead of those counted.")] = False,
    form: Annotated[str, _TABLE] = "table",
    build: Annotated[str | None, _BUILD] = None,
    audience: Annotated[str, _AUDIENCE] = "analyst",
) -> None:
    """The rows behind a line or a control of form 13: key of the analysts' release, own key, and why each stands there."""
    from orchestration.form_13.explain import explain_line

    if control is not None and (line is not None or left_out):
        raise UserError("--control is asked for alone, without --line and --left-out.")
    if control is not None:
        _explain_control(municipality, year, control, form, build, audience)
        return
    if line is None:
        raise UserError("Say one of --line NUMBER and --control K01.")
    found = explain_line(load_settings(), municipality, year, line, left_out, build, audience)
    _begin(found.title, found.about_keys, form)
    _show(found.rows, {**_ROW, "reason_code": "code", "reason_label_nb": "why", "counted_as": "counts as"}, form)
    if form == "table":
        typer.echo(f"{row_count(len(found.rows))} {'left out' if left_out else 'counted'}.")


def _explain_control(municipality: str, year: int, control: str, form: str, build: str | None, audience: str) -> None:
    from orchestration.form_13.control import HAVE_ROWS, explain_control

    found = explain_control(load_settings(), municipality, year, control, build, audience)
    _begin("\n".join(found.says), found.about_keys, form)
    titles = {"finding": "finding", **_ROW, "reason_code": "code", "reason_label_nb": "why", "counted_as": "counts as"}
    _show(found.rows, titles, form)
    if form == "csv":
        return
    if found.commands:
        typer.echo("The rows of what it looks at:")
    for command in found.commands:
        typer.echo(f"  {command}")
    if control.strip().upper() in HAVE_ROWS:
        typer.echo(f"{row_count(len(found.rows))}.")


@explain.command("reconciliation")
def explain_reconciliation(
    municipality: Annotated[str, _MUNICIPALITY],
    year: Annotated[int, typer.Option(help="Year (31 December).", show_default=False)],
    pair: Annotated[str | None, typer.Option(help="Pair of numbers; default: all of them.", show_default=False)] = None,
    line: Annotated[
        str | None, typer.Option(help="Line of the form, for pairs that are by lines; default: all lines.", show_default=False)
    ] = None,
    cause: Annotated[str | None, typer.Option(help="Cause whose rows are shown; default: the causes.", show_default=False)] = None,
    form: Annotated[str, _TABLE] = "table",
    build: Annotated[str | None, _BUILD] = None,
    audience: Annotated[str, _AUDIENCE] = "analyst",
) -> None:
    """Numbers that should agree: each pair; with --pair why it does not; with --cause the rows behind that."""
    from orchestration.form_13.reconciliation import explain_reconciliation as reconciled

    found = reconciled(load_settings(), municipality, year, pair, line, cause, build, audience)
    _begin(found.title, found.about_keys, form)
    _show(found.rows, found.titles, form)
    if found.note and form == "table":
        typer.echo(found.note)


def _begin(title: str, about_keys: str, form: str) -> None:
    """What stands above rows; in a file for a spreadsheet there is no place for it."""
    if form == "table":
        typer.echo(title)
    if about_keys:
        typer.echo(about_keys, err=True)


def _show(rows: list[dict[str, Any]], titles: dict[str, str], form: str) -> None:
    """Rows as a table for the eye, or as CSV for a spreadsheet."""
    if form not in ("table", "csv"):
        raise UserError(f"--format: '{form}' is not a format. Write table or csv.")
    if form == "csv":
        target = io.StringIO()
        writer = csv.writer(target, delimiter=";", lineterminator="\n")
        writer.writerow(titles)
        writer.writerows([harmless(row[name]) for name in titles] for row in rows)
        typer.echo(target.getvalue(), nl=False)
        return
    if not rows:
        return
    table = Table(box=box.SIMPLE_HEAD)
    titles = {name: title for name, title in titles.items() if name not in _WHERE_TOLD or any(row[name] is not None for row in rows)}
    for name, title in titles.items():
        is_number = all(isinstance(row[name], int | None) for row in rows)
        table.add_column(title, justify="right" if is_number else "left", overflow="fold")
    for row in rows:
        table.add_row(*("" if row[name] is None else str(row[name]) for name in titles))
    table_console().print(table, markup=False)
