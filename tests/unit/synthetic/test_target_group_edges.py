"""The lossless edges between schemes of target groups, held against a list that is finer than all of them.

The list of sixteen codes says of each code, by hand, what it is in every scheme. An edge is lossless when everybody with the first code
has the second; where there is no edge, the list shows somebody who would be lost.
"""

from __future__ import annotations

import csv
from collections import defaultdict

import pytest

from orchestration.settings import PROJECT_ROOT
from orchestration.synthetic.local_groups import BY_RULE, LocalGroup, local_groups

SCHEMES = ("form_2009", "form_2020", "r0_2019", "care_3", "care_3b", "bodo_4")
FROM = SCHEMES[:3]


def edges() -> dict[tuple[str, str, str], str]:
    """(from scheme, from code, to scheme): to code; of codes that stand for a group."""
    with (PROJECT_ROOT / "seeds/groups/target_group_edge.csv").open(encoding="utf-8") as file:
        rows = [r for r in csv.DictReader(file) if r["from_code"] not in ("unclassified", "formerly_refugee")]
    return {(r["from_scheme"], r["from_code"], r["to_scheme"]): r["to_code"] for r in rows}


def people(group: LocalGroup) -> list[dict[str, str]]:
    """The code in every scheme of everybody who may have the local code; a rule splits old group 4 alike where it does."""
    codes = dict(zip(SCHEMES, (group.form_2009, group.form_2020, group.r0, group.care_3, group.care_3b, group.bodo_4), strict=True))
    split = [scheme for scheme, code in codes.items() if code == BY_RULE]
    return [{**codes, **dict.fromkeys(split, code)} for code in (("2", "3", "unsplit") if split else ("",))]


@pytest.fixture(scope="module")
def found() -> dict[tuple[str, str, str], set[str]]:
    """(from scheme, from code, to scheme): the codes there that the people of the list have."""
    result = defaultdict(set)
    for person in (p for group in local_groups("1804") for p in people(group)):
        for first in FROM:
            for second in SCHEMES:
                result[first, person[first], second].add(person[second])
    return result


def test_everybody_with_the_first_code_of_an_edge_has_the_second(found) -> None:
    declared = edges()
    assert len(declared) > 50
    assert {edge: found[edge] for edge, code in declared.items() if found[edge] != {code}} == {}


def test_where_there_is_no_edge_to_a_scheme_that_may_be_left_out_somebody_would_be_lost(found) -> None:
    """Old group 4 holds the elderly and the disabled, and both halves of it the two kinds of disability or what a rule leaves open."""
    without = {(scheme, code, to) for scheme, code, to in found if to in ("care_3", "care_3b", "bodo_4")} - edges().keys()
    assert without == {
        ("form_2009", "4", "care_3"),
        ("form_2009", "4", "care_3b"),
        ("form_2020", "4", "care_3"),
        ("form_2020", "4", "care_3b"),
        ("r0_2019", "2", "care_3"),
        ("r0_2019", "3", "care_3"),
        ("r0_2019", "unsplit", "care_3"),
    }
    assert {edge: found[edge] for edge in without if len(found[edge]) == 1 and found[edge] != {"unsplit"}} == {}
