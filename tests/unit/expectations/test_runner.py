"""The runner of suites: which rows fail, what is kept, and that no value is."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from expectations.runner import Expect, read_results, run_suite, save_results
from orchestration.settings import Settings

FRAME = pd.DataFrame({"delivery_id": ["a", "a", "b", "c"], "share": [0.1, 0.9, 0.8, None], "secret": ["w", "w", "topsecretvalue", "w"]})
EXPECTATIONS = [
    Expect("X001", "expect_column_values_to_be_between", {"column": "share", "max_value": 0.5}, "refuse_delivery", "at most half"),
    Expect("X002", "expect_column_values_to_be_in_set", {"column": "secret", "value_set": ["w"]}, "warn"),
    Expect("X003", "expect_column_values_to_not_be_null", {"column": "secret"}, "refuse_delivery"),
]


def test_results_stand_in_the_order_of_the_suite_with_the_failing_keys() -> None:
    result = run_suite("arrivals", "test", "frame", FRAME, EXPECTATIONS, "delivery_id")
    assert [(c.rule_id, c.success, c.is_blocking, c.unexpected_count, c.failing_keys) for c in result.checks] == [
        ("X001", False, True, 2, ("a", "b")),
        ("X002", False, False, 1, ("b",)),
        ("X003", True, False, 0, ()),
    ]
    assert (result.success, result.row_count) == (False, 4)


def test_rows_that_stand_for_many_are_counted_by_what_they_stand_for() -> None:
    """Positions count, whatever the frame's own index."""
    counted = FRAME.assign(row_count=[1, 20, 300, 4000]).set_index(pd.Index([7, 7, 5, 5]))
    result = run_suite("arrivals", "test", "frame", counted, EXPECTATIONS, "delivery_id")
    assert [(c.element_count, c.unexpected_count, c.failing_keys) for c in result.checks] == [
        (4321, 320, ("a", "b")),
        (4321, 300, ("b",)),
        (4321, 0, ()),
    ]


def test_kept_results_replace_those_of_the_same_suite_and_show_no_value(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, key_file=tmp_path / "key")
    result = run_suite("arrivals", "test", "batch_1", FRAME, EXPECTATIONS, "delivery_id")
    other = run_suite("arrivals", "test", "batch_2", FRAME, EXPECTATIONS, "delivery_id")
    save_results(settings, [result, other])
    assert read_results(settings) == [result, other]
    save_results(settings, [result])
    assert read_results(settings) == [result]
    assert "topsecretvalue" not in "".join(p.read_text() for p in tmp_path.rglob("*.json"))


def test_a_column_that_is_not_there_is_an_error_and_no_pass() -> None:
    wrong = [Expect("X001", "expect_column_values_to_not_be_null", {"column": "absent"})]
    with pytest.raises(RuntimeError, match="X001 expect_column_values_to_not_be_null on absent could not be evaluated"):
        run_suite("arrivals", "test", "frame", FRAME, wrong, "delivery_id")
