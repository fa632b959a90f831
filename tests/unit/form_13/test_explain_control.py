"""From a control of the form to its rows, or to the lines that it holds against each other."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest
from click.testing import Result

from orchestration.settings import UserError

ASKED = ("explain", "skjema13", "--municipality", "5001", "--year", "2025")


def rows(run: Callable[..., Result], control: str) -> list[tuple[str, ...]]:
    """Finding, kind, own key, dwelling, first day, reason and what counts in its place."""
    found = csv.DictReader(io.StringIO(run(*ASKED, "--control", control, "--format", "csv").stdout), delimiter=";")
    names = ("finding", "member_kind", "local_id", "dwelling_id", "from_date", "reason_label_nb", "counted_as")
    return [tuple(row[name] for name in names) for row in found]


def test_what_a_control_finds_is_shown_by_finding_with_own_keys(run: Callable[..., Result]) -> None:
    assert rows(run, "K12") == [("1", "household", "H-1", "B-1", "2025-02-01", "I to", "")]
    assert rows(run, " k13") == [
        ("1", "tenancy", "L-1", "B-1", "2025-02-01", "Av to", ""),
        ("2", "tenancy", "L-2", "B-1", "2025-02-03", "To ganger", "L-1"),
    ]
    assert sorted(row[2:] for row in rows(run, "K14")) == [("H-1", "B-1", "2025-02-01", "Talt", ""), ("H-2", "", "", "Merket", "")]
    shown = run(*ASKED, "--control", "K12").stdout.splitlines()
    assert (shown[0], shown[-1]) == ("5001 Trondheim 2025, K12 Egne registre: To husstander: Funnet: 1.", "1 row.")


def test_what_holds_numbers_against_each_other_says_where_their_rows_are(run: Callable[..., Result]) -> None:
    """A sum names its lines; last year's form as sent is reconciled, under the code of then; a stock is a line of the year."""
    explain = "  fjernlys explain skjema13 --municipality 5001 --year 2025 --line"
    assert run(*ASKED, "--control", "K03").stdout.splitlines()[-2:] == [f"{explain} 2", f"{explain} 2.1"]
    sent = "  fjernlys explain reconciliation --municipality 5000 --year 2024 --pair own_form_sent --line 4.1"
    assert run(*ASKED, "--control", "K09").stdout.splitlines() == [
        "5001 Trondheim 2025, K09 Egne registre: Beholdning: Oppfylt.",
        "5001 Trondheim 2025, K09 Skjemaet som sendt: Beholdning: Differanse: 10.",
        "The rows of what it looks at:",
        f"{explain} U9",
        sent,
    ]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "Say one of --line NUMBER and --control K01."),
        (("--control", "K12", "--line", "2"), "--control is asked for alone, without --line and --left-out."),
        (("--control", "K12", "--left-out"), "--control is asked for alone, without --line and --left-out."),
        (
            ("--control", "K99"),
            "--control: there is no control 'K99' of the form of 2025. Those there are: K03, K09, K12, K13, K14.",
        ),
        (("--control", "K16"), "K16 looks at single lines, which the form's sheet Kontroller names. Ask for the line: --line."),
        (("--control", "K12", "--year", "2019"), "5001 Trondheim has no form of 2019, and no controls."),
        (
            ("--control", "K12", "--audience", "property"),
            "The rows behind a number are not for audience property: they tell who lives where and why. They are for: analyst.",
        ),
    ],
)
def test_a_mistake_is_told(run: Callable[..., Result], arguments: tuple[str, ...], says: str) -> None:
    result = run(*ASKED, *arguments)
    assert isinstance(result.exception, UserError) and str(result.exception) == says
