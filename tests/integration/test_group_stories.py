"""Lives of households through the rules for target groups (C30-C32, C38, C39), from tenancies and registers to the groups they are given.

Belongs here: what takes several models to decide. Does not belong here: a rule of one model (its dbt unit test).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import pytest
from compiled_models import CompiledModels

ENTRY = ("municipality_code", "local_group_code", "scheme", "scheme_code", "certainty")
# A municipality's list: mental health, refugees, old group 4 without more detail, disability. It leaves care_3, care_3b and bodo_4 out.
MAPPING = [
    ("5001", "PSY", "form_2009", "1", "exact"),
    ("5001", "PSY", "r0_2019", "1", "exact"),
    ("5001", "FLY", "form_2009", "5", "exact"),
    ("5001", "FLY", "r0_2019", "4", "exact"),
    ("5001", "TIL", "form_2009", "4", "exact"),
    ("5001", "TIL", "r0_2019", None, "by_rule"),
    ("5001", "FUN", "form_2009", "4", "exact"),
    ("5001", "FUN", "r0_2019", "2", "exact"),
]
GIVEN = (
    "int_tenancies__counted",
    "int_households__household",
    "int_households__member",
    "int_households__local_group",
    "int_dwellings__version",
    "int_care__service",
    "int_decisions__corrected_group",
    "int_geography__described",
    "int_persons__duf_link",
    "stg_refugee_register__refugee",
    "stg_group_mapping__local_group",
)


def day(text: str | None) -> dt.date | None:
    return None if text is None else dt.date.fromisoformat(text)


class Town:
    """Rows of one municipality, told household by household."""

    def __init__(self) -> None:
        self.rows: dict[str, list[dict]] = {f"intermediate.{name}": [] for name in GIVEN if name.startswith("int_")}
        self.rows |= {f"staging.{name}": [] for name in GIVEN if name.startswith("stg_")}
        self.add("intermediate.int_geography__described", municipality_code="5001", is_ended=False, last_date=dt.date(2025, 12, 31))
        for entry in MAPPING:
            told = dict(zip(ENTRY, entry, strict=True), local_label_nb=entry[1], valid_from=dt.date(2000, 1, 1), line_number=1)
            self.add(
                "staging.stg_group_mapping__local_group",
                **told,
                delivery_id="m",
                period_end=day("2025-12-31"),
                received_at=day("2026-01-10"),
            )

    def add(self, table: str, **row: object) -> None:
        self.rows[table].append(row)

    def household(self, name: str, first_date: str, groups: Iterable[tuple[str, str, str | None]], born: int | None = 1985) -> None:
        """A household of one person with groups (code, from, to) in the order of their rank."""
        self.add("intermediate.int_households__household", household_key=name, municipality_code="5001", first_date=day(first_date))
        person = {"person_key": name, "member_number": 1, "is_linkable": True, "birth_year": born, "from_date": day(first_date)}
        self.add("intermediate.int_households__member", household_key=name, municipality_code="5001", **person)
        for rank, (code, start, end) in enumerate(groups, start=1):
            row = {"household_key": name, "municipality_code": "5001", "local_group_code": code, "group_rank": rank}
            self.add("intermediate.int_households__local_group", **row, from_date=day(start), to_date=day(end))

    def tenancy(self, household: str, dwelling: str, start: str, end: str | None = None, holder: str | None = None) -> None:
        tenancies = self.rows["intermediate.int_tenancies__counted"]
        tenancies.append(
            {
                "household_key": household,
                "tenancy_key": f"t{len(tenancies)}",
                "tenancy_id": f"L{len(tenancies):03}",
                "municipality_code": "5001",
                "dwelling_key": dwelling,
                "contract_holder_pseudonym": holder or household,
                "contract_holder_id_status": "valid",
                "start_date": day(start),
                "end_date": day(end),
                "is_counted": True,
            }
        )

    def settled(self, person: str, on: str) -> None:
        register = self.rows["staging.stg_refugee_register__refugee"]
        row = {"municipality_code": "5001", "register_number": str(len(register)), "person_pseudonym": person, "person_id_status": "valid"}
        register.append({**row, "settlement_date": day(on), "period_end": day("2025-12-31"), "delivery_id": "r"})

    def dwelling(self, name: str, category: str) -> None:
        row = {"dwelling_key": name, "category": category, "valid_from": day("2000-01-01"), "acquired_date": day("2000-01-01")}
        self.add("intermediate.int_dwellings__version", **row)

    def service(self, person: str, start: str, end: str | None = None, *, is_dwelling: bool = False) -> None:
        row = {"person_key": person, "is_linkable": True, "is_dwelling": is_dwelling, "start_date": day(start), "end_date": day(end)}
        self.add("intermediate.int_care__service", **row)


@pytest.fixture(scope="module")
def models(compiled: dict[str, dict], tmp_path_factory: pytest.TempPathFactory) -> CompiledModels:
    return CompiledModels(compiled, tmp_path_factory.mktemp("group_stories"), ["bridge_household_target_group"], given=GIVEN)


def spells(models: CompiledModels, town: Town, household: str, scheme: str) -> list[tuple]:
    """(group, rank, rule, from, to) of a household, in order."""
    con = models.run(town.rows)
    return con.execute(
        "select group_code, group_rank, rule, cast(valid_from as varchar), cast(valid_to as varchar) "
        "from households.bridge_household_target_group "
        "where household_key = cast(md5(?) as uuid) and scheme = ? order by valid_from, group_rank",
        [household, scheme],
    ).fetchall()


def test_a_refugee_with_mental_health_problems_before_and_after_five_years(models) -> None:
    town = Town()
    town.household("A", "2019-07-01", [("PSY", "2019-07-01", None), ("FLY", "2019-07-01", None)])
    town.tenancy("A", "D", "2019-07-01")
    town.settled("A", "2019-06-15")
    over = "2024-06-15"
    for scheme, refugee, mental in (("form_2009", "5", "1"), ("r0_2019", "4", "1"), ("bodo_4", "1", "3"), ("care_3", "no_place", "2")):
        assert spells(models, town, "A", scheme) == [
            (refugee, 1, "refugee_register", "2019-07-01", over),
            (mental, 2, "local_group", "2019-07-01", over),
            (mental, 1, "local_group", over, None),
        ]


def test_the_contract_goes_to_another_person_of_the_household(models) -> None:
    """The new holder is linked and not in the register: the flag stays as a local one, and somebody must look at it (T009)."""
    town = Town()
    town.household("A", "2022-01-01", [("FLY", "2022-01-01", None)])
    town.tenancy("A", "D", "2022-01-01", "2024-05-01")
    town.tenancy("A", "D", "2024-05-01", holder="spouse")
    town.settled("A", "2021-03-01")
    assert spells(models, town, "A", "r0_2019") == [
        ("4", 1, "refugee_register", "2022-01-01", "2024-05-01"),
        ("4", 1, "local_flag", "2024-05-01", None),
    ]


@pytest.mark.parametrize(
    ("settled", "over"),
    [("2020-02-29", "2025-02-28"), ("2020-12-31", "2025-12-31"), ("2021-01-01", None), ("2020-03-01", "2025-03-01")],
)
def test_the_five_years_end_on_the_anniversary_itself(models, settled, over) -> None:
    """29 February gives 28 February. Settled on 31 December, nobody is a refugee on that day five years on; on 1 January, still."""
    town = Town()
    town.household("A", "2021-02-01", [("FLY", "2021-02-01", None)])
    town.tenancy("A", "D", "2021-02-01")
    town.settled("A", settled)
    after = [] if over is None else [("formerly_refugee", 1, "formerly_refugee", over, None)]
    assert spells(models, town, "A", "r0_2019") == [("4", 1, "refugee_register", "2021-02-01", over), *after]


def test_two_refugees_share_a_flat_and_each_has_five_years_of_its_own(models) -> None:
    """Two households in one dwelling; when one leaves, the other's groups and days are as before."""
    town = Town()
    town.household("stays", "2021-06-01", [("FLY", "2021-06-01", None)])
    town.household("leaves", "2021-06-01", [("FLY", "2021-06-01", "2023-04-01")])
    town.tenancy("stays", "D", "2021-06-01")
    town.tenancy("leaves", "D#2", "2021-06-01", "2023-04-01")
    town.settled("stays", "2019-09-01")
    town.settled("leaves", "2021-05-20")
    assert spells(models, town, "stays", "bodo_4") == [
        ("1", 1, "refugee_register", "2021-06-01", "2024-09-01"),
        ("formerly_refugee", 1, "formerly_refugee", "2024-09-01", None),
    ]
    assert spells(models, town, "leaves", "bodo_4") == [("1", 1, "refugee_register", "2021-06-01", None)]


def test_a_person_of_18_moves_to_a_staffed_shared_home(models) -> None:
    """Too young for the split by age, with or without care: the local code alone tells that it is a disability."""
    town = Town()
    town.dwelling("home", "staffed_round_clock")
    for name, code in (("told", "FUN"), ("untold", "TIL")):
        town.household(name, "2025-08-01", [(code, "2025-08-01", None)], born=2007)
        town.tenancy(name, "home", "2025-08-01")
        town.service(name, "2025-08-01")
    for scheme, told, untold in (
        ("r0_2019", "2", "unsplit"),
        ("care_3b", "2", "unsplit"),
        ("bodo_4", "4", "4"),
        ("care_3", "unsplit", "unsplit"),
    ):
        rule = "age_split" if scheme in ("r0_2019", "care_3b") else "local_group"
        assert spells(models, town, "told", scheme) == [(told, 1, "local_group", "2025-08-01", None)]
        assert spells(models, town, "untold", scheme) == [(untold, 1, rule, "2025-08-01", None)]


@pytest.mark.parametrize("scheme", ["r0_2019", "care_3b"])
def test_a_person_of_70_in_a_staffed_shared_home_has_services_like_those_under_67(models, scheme) -> None:
    """Disability while the services last; elderly when they end during the year, and again in an ordinary dwelling."""
    town = Town()
    town.dwelling("home", "staffed_day")
    town.dwelling("flat", "adapted")
    town.household("A", "2023-02-01", [("TIL", "2023-02-01", None)], born=1953)
    town.tenancy("A", "home", "2023-02-01", "2025-01-01")
    town.tenancy("A", "flat", "2025-01-01")
    town.service("A", "2023-01-01", "2024-03-01")
    town.service("A", "2024-06-01")
    town.service("A", "2023-01-01", is_dwelling=True)
    assert spells(models, town, "A", scheme) == [
        ("2", 1, "age_split", "2023-02-01", "2024-03-01"),
        ("3", 1, "age_split", "2024-03-01", "2024-06-01"),
        ("2", 1, "age_split", "2024-06-01", "2025-01-01"),
        ("3", 1, "age_split", "2025-01-01", None),
    ]


def test_old_group_4_turns_on_new_years_day_of_the_year_of_67_and_never_without_an_age(models) -> None:
    """Age is year minus year of birth: born on 31 December too. Of somebody whose year of birth is not known nothing is said."""
    town = Town()
    town.household("67 in 2024", "2023-11-01", [("TIL", "2023-11-01", None)], born=1957)
    town.household("unknown", "2023-11-01", [("TIL", "2023-11-01", None)], born=None)
    for name in ("67 in 2024", "unknown"):
        town.tenancy(name, "D", "2023-11-01")
    assert spells(models, town, "67 in 2024", "r0_2019") == [
        ("unsplit", 1, "age_split", "2023-11-01", "2024-01-01"),
        ("3", 1, "age_split", "2024-01-01", None),
    ]
    assert spells(models, town, "unknown", "r0_2019") == [("unsplit", 1, "age_split", "2023-11-01", None)]
    assert spells(models, town, "67 in 2024", "form_2009") == [("4", 1, "local_group", "2023-11-01", None)]


def test_one_tenancy_ends_on_the_day_the_next_begins(models) -> None:
    """No day without a primary group, and none with two, over six dwellings in ten years."""
    town = Town()
    town.household("A", "2015-12-31", [("PSY", "2015-12-31", "2020-02-29"), ("FUN", "2020-02-29", None)])
    starts = ["2015-12-31", "2017-01-01", "2018-06-15", "2020-02-29", "2022-12-31", "2024-01-01"]
    for number, start in enumerate(starts):
        town.tenancy("A", f"D{number}", start, starts[number + 1] if start != starts[-1] else None)
    assert spells(models, town, "A", "r0_2019") == [
        ("1", 1, "local_group", "2015-12-31", "2020-02-29"),
        ("2", 1, "local_group", "2020-02-29", None),
    ]
