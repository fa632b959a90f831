"""Numbers that should agree, their causes, and the rows behind a cause, for the analyst alone."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest
from click.testing import Result

from orchestration.settings import UserError

ASKED = ("explain", "reconciliation", "--municipality", "5001", "--year", "2025")


def rows(run: Callable[..., Result], *arguments: str) -> list[tuple[str, ...]]:
    """The answer as CSV, without its headings."""
    return [tuple(row) for row in csv.reader(io.StringIO(run(*ASKED, *arguments, "--format", "csv").stdout), delimiter=";")][1:]


def test_the_pairs_with_their_difference_or_why_there_is_none(run: Callable[..., Result]) -> None:
    assert rows(run) == [
        ("care", "all", "Omsorg mot IPLOS", "alle", "12", "10", "2", "0.1667", ""),
        ("sent", "2", "Mot sendt skjema", "Boliger i alt", "3", "", "", "", "Ikke sendt"),
    ]
    assert [row[0] for row in rows(run, "--line", " 2 ")] == ["sent"]


def test_the_causes_that_make_the_difference_up(run: Callable[..., Result]) -> None:
    assert rows(run, "--pair", "care") == [
        ("vacant", "Ledig", "3", "1", "Boligen er ledig."),
        ("several", "Flere personer", "-1", "1", "Flere i samme bolig."),
        ("rest", "Uforklart", "1", "0", "Resten."),
    ]
    title = run(*ASKED, "--pair", "care").stdout.splitlines()[0]
    assert title == "5001 Trondheim 2025, Omsorg mot IPLOS: Boliger 12, Personer 10, difference 2"


def test_the_rows_of_a_cause_have_own_keys(run: Callable[..., Result]) -> None:
    ((kind, _, own, dwelling, since, _, amount, _),) = rows(run, "--pair", "care", "--cause", "vacant")
    assert (kind, own, dwelling, since, amount) == ("dwelling", "B-3", "", "2019-05-01", "3")
    ((kind, key, own, dwelling, since, _, amount, _),) = rows(run, "--pair", "care", "--cause", "several")
    assert (kind, len(key), own, dwelling, since, amount) == ("person", 32, "V-1 V-2 H-1", "B-1", "2024-01-01", "-1")


def test_a_cause_without_rows_says_so(run: Callable[..., Result]) -> None:
    shown = run(*ASKED, "--pair", "care", "--cause", "rest").stdout
    assert shown.splitlines()[-1].startswith("No rows: this cause is what is left of the difference")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--pair", "x"), "--pair: there is no pair 'x'. Those there are: care, sent."),
        (("--pair", "care", "--line", "5"), "--line: pair care is not by lines of the form: leave --line out."),
        (("--pair", "sent"), "Pair sent is by lines of the form: say which with --line. Those it has: 2."),
        (("--pair", "sent", "--line", "5"), "--line: pair sent has no line '5'. Those it has: 2."),
        (("--line", "2.1"), "--line: no pair has a line '2.1'. Nearest: 2."),
        (("--pair", "sent", "--line", "2"), "Pair sent cannot be held together for this year: Ikke sendt."),
        (("--pair", "care", "--cause", "office"), "--cause: 'office' explains nothing here. Causes: vacant, several, rest."),
        (("--cause", "vacant"), "--cause: say which pair it is a cause of, with --pair."),
        (
            ("--municipality", "3012"),
            "3012 Aremark has no form of 2025: 3012 was in use until 2023-12-31, and its area went to 3124 Aremark. "
            "Those that have one: 5001 Trondheim.",
        ),
        (("--year", "2019"), "5001 Trondheim has nothing to hold together for 2019. Years there are: 2025."),
        (
            ("--audience", "property"),
            "The rows behind a number are not for audience property: they tell who lives where and why. They are for: analyst.",
        ),
    ],
)
def test_a_mistake_is_told(run: Callable[..., Result], arguments: tuple[str, ...], says: str) -> None:
    result = run(*ASKED, *arguments)
    assert isinstance(result.exception, UserError) and str(result.exception) == says
