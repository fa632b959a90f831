"""What holds for any figures that are compared: over time, and among peers.

The figures are made up by hypothesis; the models are the project's own. Sums of the country are those of its municipalities.
"""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

YEARS = range(2018, 2025)
MUNICIPALITIES = ("0001", "0002", "0003", "0004", "0005")
CHANGE, RANK, ANOMALY = "fct_indicator_change", "fct_indicator_rank", "fct_indicator_anomaly"
SLOWLY = settings(max_examples=10, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
a_value = st.one_of(st.none(), st.sampled_from([0, 0, 5, 10, 50]), st.integers(0, 2000))
a_series = st.lists(a_value, min_size=len(YEARS), max_size=len(YEARS))
some_series = st.fixed_dictionaries({code: a_series for code in MUNICIPALITIES})
FIGURE = (
    "area_level text, area_code text, area_name text, year integer, indicator_id text, breakdown_key text, breakdown text, "
    "breakdown_code text, vintage text, denominator decimal(18, 2), value decimal(18, 6), unit text, status text, "
    "municipality_count integer, municipality_total_count integer"
)


class Comparison:
    """The models of comparison, ready to run on one set of figures after another."""

    def __init__(self, sandbox) -> None:
        self.con, self.relation, self._sandbox = sandbox.con, sandbox.relation, sandbox
        sandbox.seed(
            "indicator", "measure", "breakdown", "target_group_scheme", "code_label", "indicator_break", "anomaly_bound", "area_level"
        )
        sandbox.run("dim_measure", "dim_indicator", "dim_breakdown", "int_indicators__segment")
        sandbox.given(
            "int_geography__border", "select 'municipality' as area_level, '' as area_code, 0 as year, 0 as border_number where false"
        )
        self.con.execute(f"create table {self.relation('fct_indicator')} ({FIGURE})")
        years = f"select unnest(range({YEARS.start}, {YEARS.stop}))::integer as year"
        codes = ", ".join(f"('{code}')" for code in MUNICIPALITIES)
        sandbox.given(
            "int_geography__area_member",
            "select 'country' as area_level, '0' as area_code, municipality_code, year "
            f"from ({years}), (values {codes}) as m (municipality_code)",
        )
        sandbox.given(
            "int_indicators__area_year",
            "select row_number() over () as area_year_id, area_level, area_code, 'Landet' as area_name, year, "
            f"count(*)::integer as municipality_total_count from {self.relation('int_geography__area_member')} group by all",
        )

    def run(self, series: dict[str, list], order: str = "area_code, year") -> None:
        """Municipalities and their country, put down in some order."""
        rows = [(code, year, value) for code, values in series.items() for year, value in zip(YEARS, values, strict=True)]
        self.con.execute("create or replace table fed (code text, year integer, value integer)")
        self.con.executemany("insert into fed values (?, ?, ?)", rows)
        self.con.execute(f"delete from {self.relation('fct_indicator')}")
        self.con.execute(
            f"insert into {self.relation('fct_indicator')} by name select *, area_code as area_name, 'disposed_dwellings' as indicator_id, "
            "'key' as breakdown_key, 'none' as breakdown, 'all' as breakdown_code, 'own_register' as vintage, 'count' as unit, "
            "'observed' as status from ("
            "select 'municipality' as area_level, code as area_code, year, value, count(value) as municipality_count, "
            "1 as municipality_total_count from fed group by all "
            "union all select 'country', '0', year, sum(value), count(value), count(*) from fed group by year"
            f") order by {order}"
        )
        for model in (CHANGE, RANK, ANOMALY):
            self.con.execute(f"drop table if exists {self.relation(model)}")
            self._sandbox.run(model)

    def rows(self, sql: str) -> list[tuple]:
        return self.con.execute(sql.format(**{name: self.relation(name) for name in (CHANGE, RANK, ANOMALY)})).fetchall()


@pytest.fixture
def comparison(sandbox) -> Comparison:
    return Comparison(sandbox)


def test_changes_agree_and_no_row_order_counts(comparison: Comparison) -> None:
    @SLOWLY
    @given(some_series)
    def holds(series: dict[str, list]) -> None:
        comparison.run(series)
        told = {code: dict(zip(YEARS, values, strict=True)) for code, values in series.items()}

        # the sum of the municipalities' changes is the change of their sum, where all tell of both years
        country = comparison.rows(
            "select base_year_used, year, change_absolute from {fct_indicator_change} "
            "where area_level = 'country' and municipality_count = 5 and base_municipality_count = 5 and change_kind = 'base_year'"
        )
        for base_year, year, step in country:
            assert step == sum(values[year] - values[base_year] for values in told.values())

        # steps from year to year multiply up to the step from the first year; each is rounded to the fourth decimal
        chained = comparison.rows(
            "with step as (select area_code, year, change_percent, reason from {fct_indicator_change} "
            "where change_kind = 'year_on_year') "
            "select long.area_code, long.year, long.base_value, long.value, long.change_percent, "
            "product(1 + step.change_percent::double / 100), sum(1 / greatest(1 + step.change_percent::double / 100, 1e-9)) "
            "from {fct_indicator_change} as long inner join step on long.area_code = step.area_code "
            "and step.year > long.base_year_used and step.year <= long.year "
            "where long.change_kind = 'first_year' and long.reason is null "
            "group by all having bool_and(step.reason is null)"
        )
        for _, _, base, value, percent, compounded, inverse in chained:
            assert abs(float(percent) - (compounded - 1) * 100) < 0.0001 * (1 + compounded * inverse)
            assert abs(base * (1 + percent / 100) - value) < base * Decimal("0.000001")

        everything = {model: comparison.rows(f"select * from {{{model}}} order by all") for model in (CHANGE, RANK, ANOMALY)}
        comparison.run(series, order="hash(area_code || year)")
        assert everything == {model: comparison.rows(f"select * from {{{model}}} order by all") for model in (CHANGE, RANK, ANOMALY)}

    holds()


def test_places_are_those_of_a_sorted_list(comparison: Comparison) -> None:
    @SLOWLY
    @given(some_series)
    def holds(series: dict[str, list]) -> None:
        comparison.run(series)
        for position, year in enumerate(YEARS):
            values = {code: told[position] for code, told in series.items()}
            highest_first = sorted((v for v in values.values() if v is not None), reverse=True)
            found = comparison.rows(
                f"select municipality_code, rank, percentile, peer_count, peer_median from {{fct_indicator_rank}} where year = {year}"
            )
            assert {code: rank for code, rank, *_ in found} == {
                code: None if v is None else highest_first.index(v) + 1 for code, v in values.items()
            }
            for code, _, percentile, peers, median in found:
                assert peers == len(highest_first)
                assert (percentile is None) == (values[code] is None or peers < 3)
                if percentile is not None:
                    below = sum(v < values[code] for v in highest_first)
                    assert abs(float(percentile) - below / (peers - 1)) < 0.000001
                if peers:
                    middle = (highest_first[(peers - 1) // 2] + highest_first[peers // 2]) / 2
                    assert float(median) == middle

    holds()
