"""What a column of a sample looks like."""

from __future__ import annotations

import pytest

from orchestration.mappings.dates import read_form
from orchestration.onboarding.values import FORMS, Column

CASES = [(("31/12-2024", "01/03-2023"), "dd/MM-yyyy"), (("1/3-2023", "31/12-2024"), "d/M-yyyy"), (("13/02/24", "28/02/24"), "dd/MM/yy")]


@pytest.mark.parametrize(("values", "form"), CASES)
def test_dates_as_norwegians_write_them_are_known(values: tuple[str, ...], form: str) -> None:
    assert form in Column("Overtatt", values, len(values)).dates


def test_every_form_that_is_tried_can_stand_in_a_mapping() -> None:
    assert all(read_form(form) for form in FORMS)
