"""Tables asked for over PxWebApi 2: limits, parts that fit together, and errors that say what to change."""

from __future__ import annotations

import json

import pytest
from ssb_server import REGIONS, YEARS, SsbServer, answers, stops_in_the_middle, table

from orchestration.connectors.calls import Caller, CallError
from orchestration.connectors.config import Publisher, Selection, TableChoice
from orchestration.connectors.statbank import Part, Plan, StatBank
from orchestration.settings import UserError

PUBLISHER = Publisher("unused", "no", "CC BY 4.0", "Kilde: SSB")


def choice(table_id: str = "12008", **changed: Selection | None) -> TableChoice:
    """All regions and contents of the last two years, with some variables chosen otherwise."""
    variables = {"KOKkommuneregion0000": Selection(("*",)), "ContentsCode": Selection(("*",)), "Tid": Selection(("top(2)",))}
    variables = {name: selection for name, selection in {**variables, **changed}.items() if selection}
    return TableChoice(table_id, "Boliger", "last_day", variables, {})


def fetch(bank: StatBank, wanted: TableChoice) -> tuple[Plan, list[Part]]:
    plan = bank.plan(wanted)
    return plan, list(bank.answers(wanted.table_id, plan))


def found(parts: list[Part]) -> dict[tuple[str, ...], tuple[str | None, str | None]]:
    """Figure and symbol by codes; a cell that comes twice fails."""
    cells = [(codes, (figure, symbol)) for part in parts for codes, figure, symbol in part.table.cells()]
    assert len(cells) == len(dict(cells))
    return dict(cells)


@pytest.fixture
def bank(caller: Caller) -> StatBank:
    """StatBank on this machine."""
    return StatBank(caller, PUBLISHER)


def test_a_query_is_posted_with_its_expressions_written_out(bank: StatBank, ssb: SsbServer) -> None:
    plan, parts = fetch(bank, choice())
    assert (plan.cells, len(parts)) == (5 * 2 * 2, 1)
    assert ssb.calls[-1] == (
        "POST",
        "/api/pxwebapi/v2/tables/12008/data?lang=no&outputFormat=json-stat2",
        {
            "selection": [
                {"variableCode": "KOKkommuneregion0000", "valueCodes": list(REGIONS)},
                {"variableCode": "ContentsCode", "valueCodes": ["KOSboliger", "KOSandel"]},
                {"variableCode": "Tid", "valueCodes": ["2024", "2025"]},
            ]
        },
    )


def test_symbols_come_along_and_a_missing_figure_stays_missing(bank: StatBank) -> None:
    _, parts = fetch(bank, choice(Tid=Selection(("2022", "2023", "2025"))))
    cells = found(parts)
    assert cells["1804", "KOSandel", "2023"] == (None, ":")
    assert cells["EAK", "KOSandel", "2025"] == (None, "..")
    assert cells["4601", "KOSboliger", "2022"] == (None, ".")
    assert cells["1804", "KOSboliger", "2023"] == ("3827", None)
    assert cells["1804", "KOSandel", "2025"] == ("382.9", None)


def test_too_many_cells_come_in_parts_that_make_the_whole(bank: StatBank, ssb: SsbServer) -> None:
    _, whole = fetch(bank, choice(Tid=Selection(("*",))))
    ssb.config["maxDataCells"] = ssb.real_limit = 7
    plan, parts = fetch(bank, choice(Tid=Selection(("*",))))
    assert (plan.cells, len(whole), len(parts)) == (40, 1, len(plan.queries))
    assert max(len(p.table.values) for p in parts) <= 7
    assert found(parts) == found(whole)


def test_a_limit_that_is_lower_than_told_halves_the_query(bank: StatBank, ssb: SsbServer) -> None:
    _, whole = fetch(bank, choice())
    ssb.real_limit = 6
    plan, parts = fetch(bank, choice())
    assert (len(plan.queries), [len(p.table.values) for p in parts]) == (1, [4, 4, 4, 4, 4])
    assert found(parts) == found(whole)


def test_a_single_cell_that_is_too_much_is_an_error(bank: StatBank, ssb: SsbServer) -> None:
    ssb.real_limit = 0
    with pytest.raises(CallError, match="Too many cells selected"):
        fetch(bank, choice())


def test_calls_in_a_window_are_those_of_the_configuration(bank: StatBank, ssb: SsbServer, slept: list[float]) -> None:
    ssb.config = {"maxDataCells": 1, "maxCallsPerTimeWindow": 5, "timeWindow": 60}
    _, parts = fetch(bank, choice(KOKkommuneregion0000=Selection(("1804",))))
    assert (len(parts), slept) == (4, [60])


def test_a_code_list_is_found_by_its_label(bank: StatBank, ssb: SsbServer) -> None:
    _, parts = fetch(bank, choice(KOKkommuneregion0000=Selection(("*",), "Uttrekk for Kommuner 2024-")))
    assert ssb.calls[-1][2]["selection"][0] == {
        "variableCode": "KOKkommuneregion0000",
        "valueCodes": ["K-1804", "K-5001"],
        "codelist": "agg_X054",
    }
    assert {region for region, _, _ in found(parts)} == {"K-1804", "K-5001"}


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        (choice("99999"), "There is no table 99999 at .*: the id has five digits"),
        (choice(Tid=None), "variables: Tid must be chosen too, table 12008 cannot leave it out"),
        (choice(Region=Selection(("*",))), "table 12008 has no variable Region; it has KOKkommuneregion0000, ContentsCode, Tid"),
        (choice(KOKkommuneregion0000=Selection(("1805",))), r"KOKkommuneregion0000\.codes: nothing is called 1805; there is 1804"),
        (choice(Tid=Selection(("*",), "agg_none")), "the variable has no code list agg_none; it has none"),
        (choice(KOKkommuneregion0000=Selection(("*",), "x")), "has no code list x; it has Uttrekk for Kommuner 2024-"),
    ],
)
def test_a_choice_that_does_not_fit_the_table_names_the_place(bank: StatBank, wanted: TableChoice, message: str) -> None:
    with pytest.raises(UserError, match=message):
        bank.plan(wanted)


def other(**changed: object) -> bytes:
    """The whole answer with something changed."""
    codes = {"KOKkommuneregion0000": REGIONS, "ContentsCode": ("KOSboliger", "KOSandel"), "Tid": YEARS[2:]}
    return json.dumps({**table(codes, "2026-06-15T06:00:00Z", "12008"), **changed}).encode()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (other(value=[1] * 19), "it has 19 figures, its dimensions make 20 cells"),
        (other(**{"class": "collection"}), "it is no table in JSON-stat 2"),
        (other(extension={"px": {"tableid": "12009"}}), "the answer is table 12009"),
        (b"[]", "it is no JSON object"),
        (
            json.dumps(table({"KOKkommuneregion0000": REGIONS, "ContentsCode": ("KOSandel",), "Tid": YEARS[2:]}, "", "12008")).encode(),
            "asked for 2 codes of ContentsCode, 1 came",
        ),
    ],
)
def test_an_answer_that_is_not_what_was_asked_for_is_not_taken(bank: StatBank, ssb: SsbServer, content: bytes, message: str) -> None:
    plan = bank.plan(choice())
    ssb.faults = [answers(200, content)]
    with pytest.raises(UserError, match=f"{message}.*Nothing was written"):
        list(bank.answers("12008", plan))


def test_a_part_that_breaks_off_is_asked_for_again(bank: StatBank, ssb: SsbServer) -> None:
    ssb.config["maxDataCells"] = 10
    plan = bank.plan(choice())
    ssb.faults = [None, stops_in_the_middle]
    assert len(found(list(bank.answers("12008", plan)))) == 20


def test_a_selection_that_the_interface_refuses_keeps_its_words(bank: StatBank, ssb: SsbServer) -> None:
    plan = bank.plan(choice())
    ssb.variables = {**ssb.variables, "Alder": ("001",)}
    with pytest.raises(CallError, match=r"Missing selection for mandantory variable \(answered 400\)"):
        list(bank.answers("12008", plan))
