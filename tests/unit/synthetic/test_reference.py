"""Real municipalities and their population: validity of codes, official figures and marked estimates."""

import datetime as dt

from orchestration.synthetic.reference import inhabitants, municipalities, population


def test_codes_and_when_they_are_valid() -> None:
    known = municipalities()
    assert known["1804"].name == "Bodø" and known["1804"].valid_to == dt.date(9999, 12, 31)
    assert (known["1507"].valid_from, known["1507"].valid_to) == (dt.date(2020, 1, 1), dt.date(2024, 1, 1))
    assert "9999" not in known
    # A change of name does not end a code: Trondheim got a second name in 2023.
    assert known["5001"].valid_from == dt.date(2018, 1, 1)
    for year, count in ((2019, 422), (2020, 356), (2023, 356), (2024, 357), (2026, 357)):
        assert sum(m.valid_from <= dt.date(year, 1, 1) < m.valid_to for m in known.values()) == count
        assert len(population(year)) == count


def test_official_figures_stay_official() -> None:
    assert sum(p.total for p in population(2020).values()) == 5_367_580
    assert sum(p.total for p in population(2024).values()) == 5_550_203
    bodo = population(2020)["1804"]
    assert (bodo.total, bodo.ages, bodo.status, bodo.age_status) == (52_357, (10_780, 34_159, 5_431, 1_987), "official", "official")
    later = population(2024)["1804"]
    assert (later.total, later.status, later.method, later.age_status, later.age_method) == (
        53_712,
        "official",
        "observed",
        "estimated",
        "distributed",
    )


def test_estimates_are_marked_and_add_up() -> None:
    bodo = population(2022)["1804"]
    assert (bodo.total, bodo.status, bodo.method) == (round((52_357 + 53_712) / 2), "estimated", "interpolated")
    # The code that was split in 2024 goes towards the sum of the two that followed it.
    start, end = population(2020)["1507"].total, population(2024)["1508"].total + population(2024)["1580"].total
    assert population(2023)["1507"].total == round(start + (end - start) * 3 / 4)
    assert (population(2026)["5001"].total, population(2026)["5001"].method) == (population(2024)["5001"].total, "carried_forward")
    for year in range(2021, 2028):
        assert all(sum(p.ages) == p.total for p in population(year).values())
        assert year == 2024 or {p.status for p in population(year).values()} == {"estimated"}


def test_inhabitants_live_within_the_borders_of_the_last_day_of_the_year() -> None:
    told = {year: {code: people.total for code, people in inhabitants(year).items()} for year in (2018, 2019, 2023)}
    assert (told[2018]["5001"], told[2019]["5001"], told[2019]["5030"]) == (196_159, 196_159, 6_076), "Klæbu is no part of it in 2019"
    assert told[2018]["1567"] == population(2019)["5061"].total, "another code, the same people"
    assert told[2023]["1507"] == population(2023)["1507"].total, "split the next day"
    assert told[2019]["0301"] == 693_494
    assert [len(told[year]) for year in (2018, 2019, 2023)] == [422, 422, 356]
