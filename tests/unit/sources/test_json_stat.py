"""Tables in JSON-stat 2: every cell with its codes, the digits that came and its symbol, or a sentence about what is wrong."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.sources.json_stat import NoTable, read_table


def body(**changed: Any) -> dict:
    """Two regions, one content and two years, with parts changed; ``None`` takes one away."""
    whole = {
        "version": "2.0",
        "class": "dataset",
        "label": "12008: Boliger",
        "updated": "2026-03-16T07:00:00Z",
        "id": ["Region", "ContentsCode", "Tid"],
        "size": [2, 1, 2],
        "role": {"time": ["Tid"], "geo": ["Region"], "metric": ["ContentsCode"]},
        "dimension": {
            "Region": {"category": {"index": {"1804": 1, "0301": 0}, "label": {"1804": "Bodø", "0301": "Oslo"}}},
            "ContentsCode": {"category": {"label": {"KOSandel": "Andel"}, "unit": {"KOSandel": {"base": "prosent", "decimals": 1}}}},
            "Tid": {"category": {"index": ["2024", "2025"]}},
        },
        "extension": {"px": {"tableid": "12008"}},
        "value": [1, 2.50, None, 0],
        "status": {"2": ":"},
    }
    return {k: v for k, v in {**whole, **changed}.items() if v is not None}


def cells(content: str) -> list[tuple[str, ...]]:
    return [(*codes, figure, symbol) for codes, figure, symbol in read_table(content.encode()).cells()]


def test_cells_run_with_the_last_dimension_fastest_and_keep_digits_and_symbols() -> None:
    assert cells(json.dumps(body()).replace("2.5,", "2.50,")) == [
        ("0301", "KOSandel", "2024", "1", None),
        ("0301", "KOSandel", "2025", "2.50", None),
        ("1804", "KOSandel", "2024", None, ":"),
        ("1804", "KOSandel", "2025", "0", None),
    ]


def test_what_the_table_says_of_itself() -> None:
    table = read_table(json.dumps(body()).encode())
    assert (table.table_id, table.updated, table.geo, table.time, table.metric) == (
        "12008",
        "2026-03-16T07:00:00Z",
        "Region",
        "Tid",
        "ContentsCode",
    )
    assert table.dimension("ContentsCode").units == {"KOSandel": ("prosent", 1)}
    assert table.dimension("Region").labels["1804"] == "Bodø"


@pytest.mark.parametrize(
    ("value", "figures"),
    [
        ({"0": 1, "3": 7}, ["1", None, None, "7"]),
        ({}, [None] * 4),
        ([0.1, 1e3, 1e-3, 12345678901234567890], ["0.1", "1000.0", "0.001", "12345678901234567890"]),
        ([-1, -0.5, 0, 0.0], ["-1", "-0.5", "0", "0.0"]),
    ],
)
def test_figures_dense_or_sparse_are_plain_decimals(value: Any, figures: list[str | None]) -> None:
    assert [cell[3] for cell in cells(json.dumps(body(value=value, status=None)))] == figures


@pytest.mark.parametrize(
    ("status", "symbols"),
    [
        (None, [None] * 4),
        ("*", ["*"] * 4),
        ([None, "", "..", "."], [None, None, "..", "."]),
        ({"0": "|", "3": "-"}, ["|", None, None, "-"]),
    ],
)
def test_symbols_in_all_three_forms(status: Any, symbols: list[str | None]) -> None:
    assert [cell[4] for cell in cells(json.dumps(body(status=status)))] == symbols


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"class": "collection"}, "no table in JSON-stat 2"),
        ({"version": "1.0"}, "no table in JSON-stat 2"),
        ({"size": [2, 1]}, "id, size and dimension do not belong together"),
        ({"id": None}, "id, size and dimension do not belong together"),
        ({"id": [], "size": []}, "id, size and dimension do not belong together"),
        ({"size": [3, 1, 2]}, "the dimension Region has 2 codes, its size is 3"),
        ({"value": [1, 2, 3]}, "it has 3 figures, its dimensions make 4 cells"),
        ({"value": [1, 2, 3, 4, 5]}, "it has 5 figures, its dimensions make 4 cells"),
        ({"value": {"4": 1}}, "a figure stands outside the 4 cells"),
        ({"value": None}, "the figures are missing"),
        ({"value": [1, 2, "46,5", 4]}, "cell 3 .Region=1804, ContentsCode=KOSandel, Tid=2024. holds something that is no number"),
        ({"value": [1, 2, True, 4]}, "cell 3 .Region=1804, ContentsCode=KOSandel, Tid=2024. holds something that is no number"),
        ({"value": [1, 2, float("nan"), 4]}, "NaN stands where a number should be"),
        ({"status": {"4": ":"}}, "a symbol stands outside the 4 cells"),
        ({"status": [":"]}, "it has 1 symbols for 4 cells"),
        ({"dimension": {}}, "the dimension Region is not described"),
        ({"dimension": {**body()["dimension"], "Tid": {"category": {"index": {"2024": 0, "2025": 2}}}}}, "are not numbered from 0"),
        ({"dimension": {**body()["dimension"], "Tid": {"category": {"index": ["2024", "2024"]}}}}, "Tid has 2 codes, its size is 2"),
        ({"dimension": {**body()["dimension"], "Tid": {"category": {"index": 5}}}}, "has another form"),
    ],
)
def test_what_is_wrong_with_a_table_is_said_without_a_figure(changed: dict, message: str) -> None:
    with pytest.raises(NoTable, match=message):
        read_table(json.dumps(body(**changed)).encode())


@pytest.mark.parametrize(
    ("whole", "double", "key"), [('"2": ":"', '"2": ":", "2": "*"', "'2'"), ('"value": [1', '"value": [9], "value": [1', "'value'")]
)
def test_a_cell_or_part_that_stands_twice_is_not_chosen_from(whole: str, double: str, key: str) -> None:
    with pytest.raises(NoTable, match=f"the key {key} stands twice in one object"):
        read_table(json.dumps(body()).replace(whole, double).encode())


def test_another_order_of_dimensions_is_the_same_table() -> None:
    dimension = body()["dimension"]
    turned = body(
        id=["Tid", "ContentsCode", "Region"], dimension=dict(reversed(dimension.items())), value=[1, None, 2.5, 0], status={"1": ":"}
    )
    found = {(region, contents, year): rest for year, contents, region, *rest in cells(json.dumps(turned))}
    assert found == {(region, contents, year): rest for region, contents, year, *rest in cells(json.dumps(body()))}


@given(st.data())
def test_no_change_of_bytes_is_a_crash(data: st.DataObject) -> None:
    content = bytearray(json.dumps(body()).encode())
    for _ in range(data.draw(st.integers(1, 3))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(content)))
    for changed in (bytes(content), bytes(content[:cut])):
        try:
            table = read_table(changed)
        except NoTable:
            continue
        assert len(list(table.cells())) == len(table.values)
