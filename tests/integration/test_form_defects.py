"""Planted defects and the controls of form 13 that find them: the named one, and no other.

Belongs here: defects in what municipalities deliver, and in single tables of a build. Does not belong here: what a control counts on
hand-made rows (dbt's unit tests), nor the limits of plausible lines (``tests/unit/expectations``).

Each defect has a municipality, or its form as sent, to itself, so that one build shows them all.
"""

from __future__ import annotations

import csv
import datetime as dt
import os
import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest
from homes import BuiltHome, build_warehouse, settings_of

from orchestration.arrivals.gate import run_gate
from orchestration.arrivals.manifest import Manifest, file_entry, read_manifest, write_manifest
from orchestration.settings import Settings
from orchestration.warehouse.dbt_run import NodeResult, build

YEAR = 2024  # the last of the shared home
OWN, SENT = "own_register", "sent"
RECEIVED = dt.datetime(2025, 6, 1, 12)  # after all that the generator delivers
OVER_FIVE_YEARS = """
    select stock.municipality_code, tenancy.household_id
    from households.fct_household_year as stock
    inner join intermediate.int_tenancies__counted as tenancy using (tenancy_key)
    inner join intermediate.int_households__contract_holder as holder on stock.household_key = holder.household_key
    where not list_contains(?, stock.municipality_code) and stock.year = 2024 and holder.valid_to is null and holder.refugee_until <= ?
    order by all limit 1
"""
REGISTER = "select line_id, line_count from indicators.fct_form_line where municipality_code = ? and year = ?"
Row = dict[str, str]
Control = tuple[int, str, str]
Found = set[tuple[str, int, str, str]]


@dataclass(frozen=True)
class Planted:
    """The build with the defects, what they should break, and what was broken before in what is left as it was."""

    after: Path
    results: list[NodeResult]
    expected: Found
    before: Found


def read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def correct(
    landing: Path, settings: Settings, source: str, code: str, change: Callable[[dict[str, list[Row]]], None], period_end: str = ""
) -> None:
    """The last delivery of a source (that of a period end) once more, with rows changed."""
    last = max(path for path in (landing / source / code).iterdir() if path.name.startswith(period_end))
    folder = settings.landing / source / code / f"{last.name}_corrected"
    folder.mkdir(parents=True)
    rows = {path: read(path) for path in sorted(last.glob("*.csv"))}
    change({path.stem: found for path, found in rows.items()})
    for path, found in rows.items():
        with (folder / path.name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(
                file, path.read_text(encoding="utf-8-sig").splitlines()[0].split(";"), delimiter=";", lineterminator="\n"
            )
            writer.writeheader()
            writer.writerows(found)
    before = read_manifest(last)
    files = tuple(file_entry(folder / path.name) for path in rows)
    write_manifest(folder, Manifest(source, before.contract_version, code, before.period_start, before.period_end, RECEIVED, files))


def judged(con: duckdb.DuckDBPyConnection, verdict: str) -> Found:
    """Municipality, year, origin and control."""
    found = con.execute(f"select municipality_code, year, origin, control_id from indicators.fct_form_control where {verdict}")
    return set(found.fetchall())


def broken(file: Path) -> Found:
    with duckdb.connect(str(file), read_only=True) as con:
        return judged(con, "not is_met")


def one(con: duckdb.DuckDBPyConnection, sql: str, *values: object) -> tuple:
    found = con.execute(sql, list(values)).fetchone()
    assert found is not None, sql
    return found


def let_by_two_offices(con: duckdb.DuckDBPyConnection, code: str) -> Callable[[dict[str, list[Row]]], None]:
    """The other office has the dwelling in another member's name, as a household of its own: the rule for one holder (C02) is blind."""
    household, tenancy, first, second = one(
        con,
        """
        select tenancy.household_id, tenancy.tenancy_id, min(member.member_number), max(member.member_number)
        from intermediate.int_households__stock_member as member
        inner join households.fct_household_year as stock using (household_key, reference_date)
        inner join intermediate.int_tenancies__counted as tenancy using (tenancy_key)
        where member.municipality_code = ? and member.is_linkable and reference_date = date '2024-12-31'
            and tenancy.start_date < date '2024-01-01'
        group by all having count(*) > 1 order by all limit 1
        """,
        code,
    )

    def change(rows: dict[str, list[Row]]) -> None:
        let = next(row for row in rows["tenancies"] if row["tenancy_id"] == tenancy)
        members = [row for row in rows["household_members"] if row["household_id"] == household]
        pair = [row for row in members if int(row["member_number"]) in (first, second)]
        other = "housing_office" if let["allocating_office"] == "service_office" else "service_office"
        doubled = {"household_id": "HX1", "from_date": "2024-03-01", "to_date": ""}
        rows["tenancies"].append(
            {
                **let,
                "tenancy_id": "LX1",
                "household_id": "HX1",
                "contract_holder_national_id": pair[1]["person_national_id"],
                "allocating_office": other,
                "start_date": "2024-03-01",
                "decision_date": "2024-02-01",
                "agreed_end_date": "",
                "reassessed_date": "",
            }
        )
        rows["household_members"] += [{**row, **doubled} for row in pair]
        rows["household_groups"] += [{**row, **doubled} for row in rows["household_groups"] if row["household_id"] == household]

    return change


def without_groups(con: duckdb.DuckDBPyConnection, code: str) -> Callable[[dict[str, list[Row]]], None]:
    """Groups that were registered this year have a code that says nothing."""

    def change(rows: dict[str, list[Row]]) -> None:
        for row in rows["household_groups"]:
            if row["from_date"] >= "2024-01-01":
                row["local_group_code"] = "ZZ"

    return change


def in_two_households(con: duckdb.DuckDBPyConnection, code: str) -> Callable[[dict[str, list[Row]]], None]:
    """A member of one household in stock is also registered in another."""
    found = con.execute(
        """
        select tenancy.household_id, min(member.member_number)
        from intermediate.int_households__stock_member as member
        inner join households.fct_household_year as stock using (household_key, reference_date)
        inner join intermediate.int_tenancies__counted as tenancy using (tenancy_key)
        where member.municipality_code = ? and member.is_linkable and reference_date = date '2024-12-31'
        group by all order by all limit 2
        """,
        [code],
    ).fetchall()
    (household, number), (other, _) = found

    def change(rows: dict[str, list[Row]]) -> None:
        members = rows["household_members"]
        person = next(row for row in members if row["household_id"] == household and row["member_number"] == str(number))
        members.append({**person, "household_id": other, "member_number": "9", "from_date": "2024-06-01", "to_date": ""})

    return change


def still_a_refugee(household: str) -> Callable[[dict[str, list[Row]]], None]:
    """Somebody decides that a household is in the group though the five years are over."""

    def change(rows: dict[str, list[Row]]) -> None:
        said = {"scheme": "form_2009", "group_code": "5", "from_date": "2024-12-01", "to_date": "", "decided_by": "housing_office"}
        code = rows["group_corrections"][0]["municipality_code"]
        rows["group_corrections"].append(
            {
                "municipality_code": code,
                "decision_id": "K-14",
                "household_id": household,
                **said,
                "decided_at": "2025-01-10",
                "reason": "Flyktning",
            }
        )

    return change


def sent_less(register: dict[str, int], year: int, *lines: str) -> Callable[[dict[str, list[Row]]], None]:
    """The form of a year as the register gives it, with one less on these lines; one more where a minus stands before the line."""

    def change(rows: dict[str, list[Row]]) -> None:
        for row in rows["form_return"]:
            line = row["line_id"]
            if row["year"] == str(year):
                count = register[line] - (line in lines) + (f"-{line}" in lines)
                row.update(line_count=str(count), symbol="", covered_office="all", counted_date=f"{year}-12-31")

    return change


@pytest.fixture(scope="module")
def planted(many_seeds_home: BuiltHome, tmp_path_factory: pytest.TempPathFactory) -> Planted:
    """What the small municipalities delivered first is that of the shared home: only the corrections are taken in here."""
    settings = settings_of(tmp_path_factory.mktemp("planted") / "home")
    for folder in ("raw", "quarantine"):
        shutil.copytree(getattr(many_seeds_home.settings, folder), getattr(settings, folder), copy_function=os.link)
    shutil.copy2(many_seeds_home.settings.key_file, settings.key_file)
    landing, after = many_seeds_home.settings.landing, settings.builds / "after" / "warehouse.duckdb"
    expected: Found = set()
    with duckdb.connect(str(many_seeds_home.warehouse), read_only=True) as con:
        met, red, put_right = judged(con, "is_met"), judged(con, "not is_met"), set()
        codes = sorted({code for code, year, *_ in met if year == YEAR} & {code for code, year, *_ in met if year == YEAR - 1})

        def free(*controls: Control) -> str:
            """A municipality without a defect of that origin so far, where these controls are not broken."""
            used = {code for code, _, origin, _ in expected if origin == controls[0][1]}
            return next(code for code in codes if code not in used and not {(code, *control) for control in controls} & red)

        for control, defect in (("K13", let_by_two_offices), ("K12", in_two_households), ("K15", without_groups)):
            code = free((YEAR, OWN, control))
            correct(landing, settings, "municipal", code, defect(con, code))
            expected.add((code, YEAR, OWN, control))
        flagged = [code for code, *place in red if place == [YEAR, OWN, "K14"]]
        code, household = one(con, OVER_FIVE_YEARS, [*flagged, *(code for code, *_ in expected)], f"{YEAR}-06-01")
        correct(landing, settings, "decision", code, still_a_refugee(household))
        expected.add((code, YEAR, OWN, "K14"))
        of_return = [(YEAR - 1, SENT, f"K{number:02}") for number in range(1, 8)] + [
            (YEAR, SENT, f"K{number:02}") for number in (9, 10, 11)
        ]
        for control, year, lines in (("K01", YEAR - 1, ["group"]), ("K11", YEAR, ["5", "group"]), ("K09", YEAR, ["4.1", "-4.2"])):
            code = free((YEAR, SENT, control))
            put_right |= {(code, *place) for place in of_return}
            register = dict(con.execute(REGISTER, [code, YEAR - 1]).fetchall())
            group = max((line for line in register if line.startswith("5.")), key=lambda line: (register[line], line))
            less = [group if line == "group" else line for line in lines]
            correct(landing, settings, "form_return", code, sent_less(register, YEAR - 1, *less), f"{YEAR - 1}")
            expected.add((code, year, SENT, control))
    assert not run_gate(settings).refused
    _, results = build_warehouse(settings, after, ["+fct_form_control"])
    return Planted(after, results, expected, red - put_right)


def test_each_defect_in_a_delivery_breaks_the_control_that_is_made_for_it(planted: Planted) -> None:
    assert len({(code, origin) for code, _, origin, _ in planted.expected}) == 7
    assert not planted.expected & planted.before
    assert broken(planted.after) == planted.expected | planted.before


def test_what_municipalities_deliver_is_told_and_stops_no_night(planted: Planted) -> None:
    assert [node.unique_id for node in planted.results if node.has_failed] == []
    warned = {node.unique_id.split(".")[2] for node in planted.results if node.status == "warn" and "form_control_k" in node.unique_id}
    assert {f"form_control_{control.lower()}_{origin}" for _, _, origin, control in planted.expected} <= warned
    assert warned == {f"form_control_{control.lower()}_{origin}" for _, _, origin, control in broken(planted.after)}


def test_flags_that_were_kept_after_five_years_break_their_control(built_home: BuiltHome) -> None:
    """The list of planted defects is of the last day, which is that of the form (T006)."""
    with (built_home.settings.truth / "defects.csv").open(encoding="utf-8") as file:
        kept = Counter(row["supplier"] for row in csv.DictReader(file, delimiter=";") if row["rule_id"] == "T006")
    with built_home.connect() as con:
        said = con.execute(
            """
            select municipality_code, left_count, message_nb from indicators.fct_form_control
            where control_id = 'K14' and year = 2025 and not is_met
            """
        ).fetchall()
    assert {code: count for code, count, *_ in said} == dict(kept)
    assert sum(kept.values()) == 14
    for _, count, message in said:
        assert f"(T006): {count}. Talt som flyktning i skjemaet: 0." in message


def wrong_line(con: duckdb.DuckDBPyConnection, place: tuple[str, int], like: str) -> None:
    """One more on the first line of this kind: a row of a sum that is not in the whole."""
    line = one(
        con, "select min(line_id) from indicators.fct_form_line where municipality_code = ? and year = ? and line_id like ?", *place, like
    )
    con.execute(
        "update indicators.fct_form_line set line_count = line_count + 1 where municipality_code = ? and year = ? and line_id = ?",
        [*place, *line],
    )


def more_accessible_than_there_are(con: duckdb.DuckDBPyConnection, place: tuple[str, int]) -> None:
    con.execute(
        """
        update indicators.fct_form_line as line set line_count = whole.line_count + 1 from indicators.fct_form_line as whole
        where line.line_id = '3' and whole.line_id = '2' and (line.municipality_code, line.year) = (?, ?)
            and (whole.municipality_code, whole.year) = (?, ?)
        """,
        [*place, *place],
    )


def without_a_move_in(con: duckdb.DuckDBPyConnection, place: tuple[str, int]) -> None:
    con.execute(
        """
        delete from households.fct_household_move where move_key = (
            select min(move_key) from households.fct_household_move where municipality_code = ? and year = ? and flow = 'newly_moved_in'
        )
        """,
        list(place),
    )


def opens_with_one_more(con: duckdb.DuckDBPyConnection, place: tuple[str, int]) -> None:
    con.execute(
        """
        update households.fct_household_flow set opening_household_count = opening_household_count + 1
        where municipality_code = ? and year = ? and period_kind = 'year' and breakdown = 'none'
        """,
        list(place),
    )


def without_an_event(con: duckdb.DuckDBPyConnection, place: tuple[str, int]) -> None:
    con.execute(
        """
        delete from dwellings.fct_dwelling_event where dwelling_event_key = (
            select min(dwelling_event_key) from dwellings.fct_dwelling_event where municipality_code = ? and year = ? and stock_change <> 0
        )
        """,
        list(place),
    )


IN_TABLES = {
    "K01": lambda con, place: wrong_line(con, place, "5.%"),
    "K02": lambda con, place: wrong_line(con, place, "6.%"),
    "K03": lambda con, place: wrong_line(con, place, "2._"),
    "K04": lambda con, place: wrong_line(con, place, "2.k%"),
    "K05": lambda con, place: wrong_line(con, place, "4.2"),
    "K06": more_accessible_than_there_are,
    "K07": lambda con, place: wrong_line(con, place, "7.1"),
    "K08": without_a_move_in,
    "K09": opens_with_one_more,
    "K10": without_an_event,
}


def test_tables_that_do_not_agree_break_one_control_each_and_stop_the_night(many_seeds_home: BuiltHome, tmp_path: Path) -> None:
    """The defects stand in the tables that a control reads, each in a year of a municipality where it was met."""
    file = tmp_path / "warehouse.duckdb"
    shutil.copyfile(many_seeds_home.warehouse, file)
    before, expected = broken(file), set()
    with duckdb.connect(str(file)) as con:
        met = sorted(judged(con, "is_met and right_count > 1"))
        for control, defect in IN_TABLES.items():
            used = {(code, year) for code, year, *_ in expected}
            code, year, *_ = next(place for place in met if place[2:] == (OWN, control) and place[:2] not in used)
            defect(con, (code, year))
            expected.add((code, year, OWN, control))
    dates = many_seeds_home.dates
    settings = settings_of(tmp_path / "home")
    select = ("int_indicators__form_flow", "fct_form_control")
    results = build(settings, file, as_of=dates.as_of, known_at=dates.known_at, build_id="test", select=select)

    assert broken(file) == before | expected
    failed = {node.unique_id.split(".")[2] for node in results if node.has_failed}
    assert failed == {f"form_control_{control.lower()}_own_register" for control in IN_TABLES}
