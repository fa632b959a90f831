"""The pages of the catalogue are of today, and a picture shows what the series is: gaps, breaks, and nothing where nothing is known."""

from __future__ import annotations

import re

import pytest

from orchestration.indicators.catalogue import Break, Indicator, load_catalogue, load_not_computable
from orchestration.indicators.page import body, value_in_words
from orchestration.indicators.sparkline import sparkline, stretches
from orchestration.indicators.tables import PAGE, break_in_words, render


def by_id(indicator_id: str) -> Indicator:
    return next(indicator for indicator in load_catalogue() if indicator.indicator_id == indicator_id)


def figure(year: int, value: float, **other) -> dict:
    """A row of the release."""
    row = {
        "indicator_id": "vacancy_rate",
        "vintage": "own_register",
        "area_level": "country",
        "area_code": "0",
        "area_name": "Hele landet",
        "breakdown": "none",
        "breakdown_code": "all",
        "code_label": "I alt",
        "year": year,
        "value": value,
        "municipality_count": 4,
        "municipality_total_count": 357,
    }
    return row | other


def article(text: str, indicator_id: str) -> str:
    return re.search(rf'<article id="{indicator_id}">.*?</article>', text, re.S)[0]


def test_the_page_of_the_repository_is_written_from_the_seeds_of_today() -> None:
    assert PAGE.read_text(encoding="utf-8") == render()


def test_an_indicator_tells_its_formula_source_date_breaks_and_reports() -> None:
    line = next(line for line in render().splitlines() if "<br>`start_loan_nok_per_household`" in line)
    assert line == (
        "| **Startlån per husholdning i kommunen** · Start loans per household in the municipality<br>`start_loan_nok_per_household` "
        "| Start loans paid in the year divided by all households in the municipality, not by those who got one. C125, C128. "
        "| Start loans, amount / Households in the municipality; NOK | Husbanken, from 2009; flow, 1 January to 31 December of the year |  "
        "| Its change in kroner and in per cent are two figures; a report has called the per cent percentage points. "
        "Says little where fewer than 5 stand under the line. See `start_loan_nok_per_loan`. "
        "Asked for in NIBR 2013:29 (F11, F12, F13). |"
    )
    assert by_id("social_assistance_per_1000").formula == "Social assistance recipients / Inhabitants × 1 000"
    assert by_id("net_operating_cost_per_inhabitant").formula == "Net operating cost of housing / Inhabitants, undivided"
    assert by_id("waiting_time_median_days").formula == "Waiting time, median (no sum of municipalities)"
    assert [each.year for each in by_id("establishment_grants").breaks] == [2020]


def test_a_break_says_which_figures_it_is_in() -> None:
    one = Break(2020, ("published_final", "published_preliminary"), "target_group%", "", "Groups were merged", "Form 13")
    assert break_in_words(one) == "Break in 2020 (published figures, by target_group…): Groups were merged (Form 13)."
    every = Break(2009, ("own_register", "published_final", "published_preliminary"), "%", "", "Reform", "Law")
    assert break_in_words(every) == "Break in 2009 (all figures): Reform (Law)."


def test_what_cannot_be_computed_is_no_indicator() -> None:
    computed = {indicator.indicator_id for indicator in load_catalogue()}
    missing = load_not_computable()
    assert {each.indicator_id for each in missing} & computed == set()
    assert "Bostedsløse per 1 000 innbyggere" in render() and len(missing) > 40


def test_a_missing_year_and_a_break_part_the_line() -> None:
    series = {2014: 1.0, 2015: 2.0, 2017: 3.0, 2018: 4.0, 2019: 4.0}
    assert stretches(series) == [[2014, 2015], [2017, 2018, 2019]]
    assert stretches(series, [2018]) == [[2014, 2015], [2017], [2018, 2019]]
    picture = sparkline(series, breaks=[2018, 2014, 2030], title="a < b")
    assert picture.count("<polyline") == 2 and picture.count('class="break"') == 1
    assert "<title>a &lt; b</title>" in picture and "Break before 2018" in picture


def test_the_line_lies_where_the_values_are() -> None:
    """From the left to the right edge, zero at the bottom and the greatest value at the top; below zero goes below the base."""
    assert '<polyline class="main" points="6.0,56.0 130.0,32.0 254.0,8.0"/>' in sparkline({2020: 0.0, 2021: 5.0, 2022: 10.0})
    below = sparkline({2020: -10.0, 2021: 10.0})
    assert 'points="6.0,56.0 254.0,8.0"' in below and 'y1="32.0" y2="32.0"' in below
    assert sparkline({}) == ""
    assert 'class="main" cx="6.0"' in sparkline({2020: 3.0})


def test_a_picture_shows_the_country_and_says_who_reports() -> None:
    rows = [figure(2023, 0.1), figure(2025, 0.125), figure(2025, 0.5, area_level="municipality", area_code="1804", area_name="Bodø")]
    text = article(body(load_catalogue(), rows), "vacancy_rate")
    assert "<figcaption>2023–2025. Hele landet: 12.5 % in 2025 (4 of 357 municipalities)</figcaption>" in text
    assert text.count('class="main"') == 2 and text.count('class="other"') == 1
    published = article(body(load_catalogue(), [figure(2020, 0.2, vintage="published_final"), *rows]), "vacancy_rate")
    assert published == text
    assert "No figures in this release" in article(body(load_catalogue(), rows), "start_loans")


def test_an_indicator_that_is_never_alone_is_shown_by_its_codes() -> None:
    rows = [
        figure(year, value, indicator_id="throughput", breakdown="need_horizon", breakdown_code=code, code_label=label)
        for code, label, value in (("permanent", "Varig behov", 0.05), ("temporary", "Midlertidig behov", 0.3))
        for year in (2024, 2025)
    ]
    text = article(body(load_catalogue(), rows), "throughput")
    assert "2024–2025. Varig behov: 5.0 % in 2025 (4 of 357 municipalities)" in text
    assert text.count('<polyline class="other"') == 1


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (0.0849, "share", "8.5 %"),
        (1234.0, "count", "1 234"),
        (20.96, "per_1000", "21.0 per 1 000"),
        (12345.6, "nok", "12 346 kr"),
        (-32.14, "nok", "-32.1 kr"),
        (8.04, "years", "8.0 years"),
    ],
)
def test_values_are_said_as_people_read_them(value: float, unit: str, words: str) -> None:
    assert value_in_words(value, unit) == words
