"""Published figures of the demonstration against what was planted in them: each deviation is told, and nothing else is."""

from __future__ import annotations

import csv

import pytest

CONTENTS = {
    "DEMOdisponerte": ("disposed_dwellings", "all"),
    "DEMOeide": ("disposed_dwellings", "owned"),
    "KOSEidavsamlet0000": ("share_owned", "all"),
}


@pytest.fixture(scope="module")
def con(built_home):
    with built_home.connect() as connection:
        connection.execute("set search_path = 'shared,indicators,quality,intermediate'")
        yield connection


@pytest.fixture(scope="module")
def planted(built_home) -> list[dict[str, str]]:
    with (built_home.settings.truth / "published.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def told(planted: list[dict[str, str]], kind: str) -> list[tuple]:
    """What the checks must find of one kind: area, year, vintage, target and code, published and right."""
    return sorted(
        (
            r["municipality_code"],
            int(r["year"]),
            f"published_{r['vintage']}",
            *CONTENTS[r["contents"]],
            float(r["published"]),
            float(r["right"]),
        )
        for r in planted
        if r["kind"] == kind
    )


def found(con, condition: str, scale: int = 1) -> list[tuple]:
    return con.execute(
        "select area_code, year, vintage, target_id, breakdown_code, "
        "cast(published_value as double) * ?, cast(compared_value as double) * ? "
        f"from fct_published_check where {condition} order by all",
        [scale, scale],
    ).fetchall()


def test_the_only_contradiction_is_the_planted_one(con, planted) -> None:
    (expected,) = told(planted, "rate_recomputed")
    (row,) = found(con, "outcome = 'contradiction'", scale=100)
    assert row[:6] == expected[:6]
    published, right = expected[5:]
    assert right - published == pytest.approx(5)
    assert row[6] == pytest.approx(right, abs=0.05)  # as far as one decimal tells


def test_our_own_dwellings_differ_from_the_published_where_it_was_planted(con, planted) -> None:
    counts = "check_kind = 'own_against_published' and outcome = 'differs' and target_id = 'disposed_dwellings'"
    expected = told(planted, "own_against_published") + told(planted, "preliminary")
    assert found(con, counts) == sorted(expected)
    assert (
        con.execute(
            "select count(*) from fct_published_check where check_kind = 'own_against_published' and outcome = 'agrees'"
        ).fetchone()[0]
        > 100
    )


def test_preliminary_figures_differ_from_the_final_ones_where_it_was_planted(con, planted) -> None:
    counts = "check_kind = 'preliminary_against_final' and outcome = 'differs' and target_id = 'disposed_dwellings'"
    assert found(con, counts) == told(planted, "preliminary")


def test_a_figure_that_is_kept_back_is_no_figure_and_never_zero(con) -> None:
    kept = con.execute(
        "select value, numerator, symbol, status from fct_indicator where vintage like 'published%' and status = 'suppressed'"
    ).fetchall()
    assert len(kept) > 0
    assert set(kept) == {(None, None, ":", "suppressed")}
    cells = con.execute("select count(*) from int_published__cell where status_symbol = ':' and state = 'readable'").fetchone()
    assert cells[0] > 0
    assert con.execute("select count(*) from int_published__figure where symbol = ':' and amount is not null").fetchone() == (0,)


def test_the_country_stands_as_published_beside_the_sum_of_those_that_deliver(con) -> None:
    rows = con.execute(
        "select year, vintage, cast(value as integer), municipality_count = municipality_total_count from fct_indicator "
        "where area_level = 'country' and indicator_id = 'disposed_dwellings' and breakdown = 'none' and year in (2008, 2022, 2023) "
        "and vintage = 'published_final' order by all"
    ).fetchall()
    assert rows == [
        (2008, "published_final", 96403, True),
        (2022, "published_final", 110531, True),
        (2023, "published_final", 115583, True),
    ]
    disagreement = (
        "select first_value, second_value, loaded_agrees_with from fct_published_disagreement where disagreement_id = 'disposed_2008'"
    )
    assert [tuple(map(str, row)) for row in con.execute(disagreement).fetchall()] == [("96769.000000", "96403.000000", "second")]


def test_what_was_not_read_is_told(con) -> None:
    """A city district, and the zeros that the table shows for municipalities whose code is not valid in the year."""
    unread = "select code, outcome, last_year from fct_published_reading where outcome <> 'read' order by all"
    assert con.execute(unread).fetchall() == [
        ("030101", "city_district", 2025),
        ("3428", "not_valid_in_year", 2019),
        ("3435", "not_valid_in_year", 2019),
        ("4022", "not_valid_in_year", 2023),
        ("5001", "not_valid_in_year", 2012),
        ("5026", "not_valid_in_year", 2012),
        ("5622", "not_valid_in_year", 2023),
    ]
    told = "select count(*) from fct_indicator where area_code = ? and year < 2024 and vintage like 'published%'"
    assert [con.execute(told, [code]).fetchone() for code in ("030101", "5622")] == [(0,), (0,)]
