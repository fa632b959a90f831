"""Indicators of applications, temporary accommodation, Husbanken and accounts agree with what was drawn or delivered, read on another way.

Belongs here: figures of sources beside the lease register. Does not belong here: dwellings, tenancies and households (``test_truth``).
"""

from __future__ import annotations

import csv
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import pytest

from orchestration.arrivals.manifest import Manifest, read_manifest
from orchestration.synthetic.position_file import layout

Figures = dict[tuple[str, int, str], tuple]


@pytest.fixture(scope="module")
def con(built_home):
    with built_home.connect() as connection:
        yield connection


def current(con, home, pattern: str) -> list[tuple[Path, Manifest]]:
    """Files of current deliveries with their manifests, the oldest delivery first."""
    counting = {row[0] for row in con.execute("select delivery_id from raw.delivery where is_current").fetchall()}
    files = [(path, read_manifest(path.parent)) for path in home.settings.landing.glob(pattern)]
    return sorted(
        ((path, manifest) for path, manifest in files if manifest.delivery_id in counting), key=lambda file: (file[1].period_end, file[0])
    )


def figures(con, *indicators: str, breakdown: str = "none") -> Figures:
    """Value and symbol of each municipality, year and indicator (and code, where there is a breakdown)."""
    rows = con.execute(
        "select area_code, year, indicator_id || case breakdown when 'none' then '' else ' ' || breakdown_code end, value, symbol "
        "from indicators.fct_indicator where area_level = 'municipality' and vintage = 'own_register' and breakdown = ? "
        "and list_contains(?, indicator_id)",
        [breakdown, list(indicators)],
    ).fetchall()
    return {(code, year, name): (value, symbol) for code, year, name, value, symbol in rows}


def test_applications_received_are_those_that_were_drawn(con) -> None:
    expected = con.execute(
        "select municipality_code, year(received), 'applications_received', count(*) from truth('application') group by all"
    ).fetchall()
    found = figures(con, "applications_received")
    years = {key[:2] for key in found}
    assert {(code, year, name): (Decimal(count), None) for code, year, name, count in expected if (code, year) in years} == {
        key: value for key, value in found.items() if value[0]
    }
    assert len(years) > 5


def test_households_in_temporary_accommodation_are_those_of_the_files(built_home, con) -> None:
    """The last file of a year tells of everybody who was there on its last day; who came back to another place is one household."""
    expected: Figures = {}
    for path, manifest in current(con, built_home, "temporary_accommodation/*/*/stays.csv"):
        day, there = manifest.period_end.isoformat(), set()
        with path.open(encoding="utf-8", newline="") as handle:
            for row in csv.DictReader(handle, delimiter=";"):
                if row["start_date"] <= day and (not row["end_date"] or row["end_date"] > day):
                    there.add((row["household_id"], int(row["child_count"]) > 0))
        year = manifest.period_end.year
        expected[manifest.supplier, year, "temporary_households"] = (Decimal(len(there)), None)
        expected[manifest.supplier, year, "temporary_with_children"] = (Decimal(sum(has for _, has in there)), None)
    assert figures(con, "temporary_households", "temporary_with_children") == expected
    assert len(expected) > 10


def test_figures_of_husbanken_are_those_of_its_files(built_home, con) -> None:
    kinds = {
        ("start_loan", "all", "all", "count"): "start_loans",
        ("start_loan", "all", "all", "nok"): "start_loan_nok",
        ("start_loan", "refinancing", "all", "count"): "start_loans_for_refinancing",
        ("housing_allowance", "all", "all", "count"): "housing_allowance_households",
        ("referral_agreement", "all", "all", "count"): "new_referral_agreement_dwellings",
    }
    expected: Figures = {}
    for path, _ in current(con, built_home, "husbanken/*/*/figures.csv"):
        with path.open(encoding="utf-8", newline="") as handle:
            for row in csv.DictReader(handle, delimiter=";"):
                name = kinds.get((row["scheme"], row["purpose"], row["recipient_group"], row["unit"]))
                if name:
                    value = None if row["symbol"] == ":" else Decimal(row["value"])
                    key = (row["municipality_code"], int(row["from_date"][:4]), name)
                    expected[key] = (value, ":" if value is None else None)
    assert figures(con, *kinds.values()) == expected
    assert {symbol for _, symbol in expected.values()} == {None, ":"}


def test_net_cost_of_housing_is_that_of_the_accounts(built_home, con) -> None:
    """Each line of the current accounts at its positions; the lines of the synthetic accounts are all of the types that count."""
    places = layout(2025, "Regnskap")
    expected: dict[tuple[str, int, str], int] = defaultdict(int)
    for path, manifest in current(con, built_home, "kostra_accounts/*/*/0A_*.dat"):
        for line in path.read_bytes().splitlines():
            told = {name: line[first - 1 : last].decode() for name, (first, last) in places.items()}
            function = told["funksjon_kapittel"].strip()
            if told["kontoklasse"] == "1" and function in ("265", "283", "315"):
                expected[manifest.supplier, manifest.period_end.year, f"net_operating_cost_nok {function}"] += 1000 * int(told["belop"])
    found = figures(con, "net_operating_cost_nok", breakdown="account_function")
    assert found == {key: (Decimal(amount), None) for key, amount in expected.items()}
    assert len(found) > 5
