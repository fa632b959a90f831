"""The words of the gate in Norwegian: none of the row rules' reasons is left in English."""

from __future__ import annotations

import re

import pytest

from orchestration.arrivals.contracts import load_contracts
from orchestration.arrivals.rules import row_rules
from orchestration.handing_in.reasons_nb import in_norwegian

_ENGLISH = re.compile(r"\b(must|the|not|be|with|of|or|one|line)\b")


@pytest.mark.parametrize(
    ("english", "norwegian"),
    [
        ("must be a whole number, not below 1, not above 20", "skal være et helt tall, ikke under 1, ikke over 20"),
        ("leie: must be a number with a decimal comma", "leie: skal være et tall med desimalkomma"),
        ("must be one of a, b", "skal være en av a, b"),
        ("something nobody has translated", "something nobody has translated"),
    ],
)
def test_known_phrases_are_put_into_norwegian_and_others_kept(english: str, norwegian: str):
    assert in_norwegian(english) == norwegian


def test_every_reason_of_every_contract_is_norwegian():
    fields = [(file, f) for contract in load_contracts().values() for file in contract.files for f in file.fields]
    assert len(fields) > 50
    for file, field in fields:
        for rule in row_rules([field], file.grain, file.order, 7, True):
            told = in_norwegian(rule.reason)
            for code in field.codes:
                told = told.replace(code, "")
            assert not _ENGLISH.search(told), rule.reason
