"""No cell that we write is a formula to a spreadsheet, whatever a supplier called a file or column."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.spreadsheet import harmless

STARTS = "=+-@\t\r\n＝＋－＠"


@pytest.mark.parametrize("text", ["=1+1", "+47", "-", "@SUM(A1)", "\t=1", "\r=1", "\n=1", '=HYPERLINK("http://x";"y")', "＝1+1"])
def test_a_text_that_begins_as_a_formula_is_marked_as_text(text: str) -> None:
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize(("value", "cell"), [("Storgata 1", "Storgata 1"), ("a=b", "a=b"), (-5, -5), (0.5, 0.5), (None, ""), ("", "")])
def test_other_values_stay_as_they_are(value: object, cell: object) -> None:
    assert harmless(value) == cell


@settings(max_examples=100)
@given(texts=st.lists(st.text(st.sampled_from(STARTS + 'a;"')), min_size=1, max_size=4))
def test_any_text_comes_back_from_the_file_as_one_harmless_cell(texts: list[str]) -> None:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=";").writerow([harmless(text) for text in texts])
    [row] = csv.reader(io.StringIO(out.getvalue(), newline=""), delimiter=";") if any(texts) or len(texts) > 1 else [texts]
    assert [cell.removeprefix("'") for cell in row] == texts
    assert not [cell for cell in row if cell[:1] in tuple(STARTS)]
