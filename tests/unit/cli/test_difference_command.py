"""``fjernlys difference``: what it costs, where progress goes, and which day is compared."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from orchestration.cli import app
from orchestration.console import PlainReporter
from orchestration.known_at import difference as compared
from orchestration.known_at.difference import Difference, Table

FIGURES = Table(
    ("municipality_code", "measure", "year", "breakdown", "known_then", "known_now", "difference", "explained", "unexplained"),
    (("1804", "let_dwellings", 2024, "", 12, 11, -1, -1, 0), ("1804", "households", 2024, "", 11, 11, 0, 0, 0)),
)
HEAD = "As of 2024-12-31: known at 2025-06-20 against known at 2026-03-20.\n"
FIGURE = "1804 2024 let_dwellings: 12 -> 11 (-1, unexplained 0)\n1 figure is as it was. 0 deliveries since.\n"


@pytest.fixture
def difference(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The command without its warehouses: what was received last before the day that is asked for came on 20 June."""

    def find(_, known_at, municipality, progress):
        progress("known at 2025-06-20: 1, stg_municipal__dwelling")
        days = (known_at, dt.date(2025, 6, 20), dt.date(2026, 3, 20), dt.date(2024, 12, 31))
        return Difference(*days, municipality, FIGURES, Table(("part",), ()), Table(("delivery_id",), ()))

    monkeypatch.setattr(compared, "difference", find)
    monkeypatch.setenv("FJERNLYS_HOME", str(tmp_path / "home"))
    return lambda *arguments: CliRunner().invoke(app, ["difference", *arguments])


def test_the_answer_is_standard_output_and_progress_is_not(difference):
    result = difference("--known-at", "2025-06-20")
    assert (result.exit_code, result.stdout) == (0, HEAD + FIGURE)
    assert result.stderr == "two warehouses ...\n  known at 2025-06-20: 1, stg_municipal__dwelling\n"


def test_a_day_without_news_is_told_with_the_last_that_had_some(difference, tmp_path: Path):
    brought_down = "Known at 2025-06-20, the last day something was received until 2025-06-30.\n"
    assert difference("--known-at", "2025-06-30").stdout == brought_down + HEAD + FIGURE
    page = tmp_path / "page.html"
    assert difference("--known-at", "2025-06-30", "--out", str(page)).stdout == f"{brought_down}The difference is in {page}.\n"
    then = "slik de var kjent 2025-06-20 (2025-06-20 er siste dag noe var mottatt til og med 2025-06-30) og slik de er kjent 2026-03-20."
    assert then in page.read_text(encoding="utf-8")


def test_help_tells_what_it_costs(difference):
    told = " ".join(difference("--help").stdout.split())
    assert "A warehouse that no night has left is built for it, of that day, of today or both: minutes, and some hundred megabytes" in told


def test_work_goes_on_where_nobody_listens_any_longer():
    read, write = os.pipe()
    os.close(read)
    with pytest.raises(BrokenPipeError), os.fdopen(write, "w") as stream:  # closing finds the pipe broken, reporting did not
        reporter = PlainReporter(stream)
        reporter.begin("two warehouses")
        reporter.note("one")
        reached = True
    assert reached
