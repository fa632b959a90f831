"""The report of a checked delivery as plain text, for a terminal or an e-mail.

Belongs here: the words and their order. Does not belong here: what was found (``checking``) and the page (``check_page``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from orchestration.handing_in.checking import ACCEPTED, NOT_READ, REFUSED, TO_MEND, CheckedDelivery, CheckReport, Problem

VERDICTS = {
    ACCEPTED: "Accepted: every row is taken in.",
    TO_MEND: "Accepted, but for rows that must be mended: they go to quarantine and are not counted.",
    REFUSED: "Refused: nothing of it is taken in until it is mended.",
    NOT_READ: "Not read.",
}
NUMBERS = {"national_id": "national id", "duf": "DUF number"}


def as_text(report: CheckReport) -> str:
    """The whole report."""
    return "\n\n".join("\n".join(_delivery(d)) for d in report.deliveries) + "\n"


def _delivery(delivery: CheckedDelivery) -> Iterator[str]:
    period = f", {delivery.period_start} to {delivery.period_end}" if delivery.period_end else ""
    yield f"{delivery.title_nb} ({delivery.source}) of {delivery.supplier}{period}"
    yield VERDICTS[delivery.verdict]
    if delivery.reason:
        yield f"  {delivery.rule_id or ''} {delivery.reason}".replace("   ", "  ")
    if delivery.files:
        yield ""
        yield "File: lines = header + blank + accepted + to mend + excluded"
    for f in delivery.files:
        counts = f"{f.line_count} = {f.header_count} + {f.blank_count} + {f.accepted_count} + {f.quarantined_count} + {f.excluded_count}"
        yield f"  {f.file_name} ({f.entity}): {counts}"
        for name, count in sorted(getattr(f, "excluded_by_rule", {}).items()):
            yield f"    excluded by {name}: {count}"
    yield from _by_file("To mend, by file (the first line of the file is line 1)", delivery.problems)
    yield from _by_file("Taken in, but to be looked at, by file", delivery.remarks)
    if delivery.unlinked:
        yield ""
        yield "Rows that are kept though a number does not link them to a person"
    for u in delivery.unlinked:
        yield f"  {u.entity}, {u.person}: {_rows(u.row_count)}, {NUMBERS[u.number]} {u.status.replace('_', ' ')}"
    if delivery.findings:
        yield ""
        yield "What does not look right for the delivery as a whole"
    for f in delivery.findings:
        yield f"  {f.rule_id} {'(warning) ' if f.action == 'warn' else ''}{f.description} (not so: {f.row_count})"


def _by_file(title: str, problems: Sequence[Problem]) -> Iterator[str]:
    if problems:
        yield ""
        yield title
    for (file_name, entity), own in groupby(problems, key=lambda p: (p.file_name, p.entity)):
        yield f"  {file_name} ({entity})"
        for problem in own:
            yield f"    {problem.rule_id} {_field(problem)}{problem.reason}"
            if problem.lines:
                yield f"      {_rows(problem.row_count)}: line {lines(problem)}"


def lines(problem: Problem) -> str:
    """The first line numbers, and how many there are besides."""
    more = problem.row_count - len(problem.lines)
    return ", ".join(map(str, problem.lines)) + (f" and {more} more" if more > 0 else "")


def _field(problem: Problem) -> str:
    if not problem.field_name:
        return ""
    term = f" ({problem.field_nb})" if problem.field_nb != problem.field_name else ""
    return f"{problem.field_name}{term}: "


def _rows(count: int) -> str:
    return f"{count} row{'s' * (count != 1)}"
