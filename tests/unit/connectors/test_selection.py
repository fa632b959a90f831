"""Codes that expressions mean, and queries that are cut so that no cell is lost or asked for twice."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.connectors.selection import NoSuchCode, cells, split, written_out

REGIONS = ("EAK", "EAKUO", "EKA03", "0301", "1804", "K-0301")
YEARS = ("2020", "2021", "2022", "2023")


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (["*"], REGIONS),
        (["????"], ("0301", "1804")),
        (["EKA*"], ("EKA03",)),
        (["EAK"], ("EAK",)),
        (["eak", "EAK", "EA*"], ("EAK", "EAKUO")),
        (["*0301"], ("0301", "K-0301")),
        (["1804", "0301"], ("0301", "1804")),
        (["top(2)"], ("EAK", "EAKUO")),
        (["TOP( 2 , 1 )"], ("EAKUO", "EKA03")),
        (["bottom(2)"], ("1804", "K-0301")),
        (["bottom(1,1)"], ("1804",)),
        (["from(0301)"], ("0301", "1804", "K-0301")),
        (["to(eakuo)"], ("EAK", "EAKUO")),
        (["range(EAKUO,0301)"], ("EAKUO", "EKA03", "0301")),
        (["top(99)"], REGIONS),
    ],
)
def test_expressions_are_written_out_in_the_order_of_the_variable(wanted: list[str], found: tuple[str, ...]) -> None:
    assert written_out(wanted, REGIONS, is_time=False) == found


@pytest.mark.parametrize(("wanted", "found"), [("top(1)", ("2023",)), ("top(2,1)", ("2021", "2022")), ("bottom(1)", ("2020",))])
def test_the_top_of_time_is_the_newest(wanted: str, found: tuple[str, ...]) -> None:
    assert written_out([wanted], YEARS, is_time=True) == found


@pytest.mark.parametrize(
    "wanted", ["9999", "99*", "top(x)", "top(0)", "top(1,9)", "from(9999)", "range(0301)", "range(1804,0301)", "from(0301,1804)", "EA.", ""]
)
def test_what_means_no_code_is_told(wanted: str) -> None:
    with pytest.raises(NoSuchCode):
        written_out(["0301", wanted], REGIONS, is_time=False)


def test_a_query_that_fits_is_not_cut() -> None:
    query = {"region": ("1", "2"), "year": ("3", "4")}
    assert split(query, 4) == [query]


def test_the_longest_variable_is_cut_first() -> None:
    query = {"region": tuple("abcde"), "year": ("1", "2")}
    assert [q["region"] for q in split(query, 4)] == [("a", "b"), ("c", "d"), ("e",)]


@given(st.lists(st.integers(1, 9), min_size=1, max_size=4), st.integers(1, 60))
def test_parts_hold_each_cell_once_and_none_is_too_large(sizes: list[int], limit: int) -> None:
    query = {f"v{i}": tuple(f"{i}.{n}" for n in range(size)) for i, size in enumerate(sizes)}
    parts = split(query, limit)
    found = [cell for part in parts for cell in product(*part.values())]
    assert sorted(found) == sorted(product(*query.values()))
    assert max(map(cells, parts)) <= limit
