"""What was not delivered is missing, never zero: the demonstration with one entity taken out of one municipality's last deliveries."""

from __future__ import annotations

import json

import duckdb
import pytest
from homes import BuiltHome, build_warehouse

from orchestration.synthetic import DEFAULT_MUNICIPALITIES

CODE = "1804"


@pytest.fixture
def without_tenancies(home_copy: BuiltHome):
    """The warehouse as it is when Bodø's deliveries of 2025 hold no tenancies."""
    for receipt in home_copy.settings.raw.glob(f"municipal/municipal-{CODE}-2025-*/receipt.json"):
        body = json.loads(receipt.read_text(encoding="utf-8"))
        body["files"] = [file for file in body["files"] if file["entity"] != "tenancy"]
        receipt.write_text(json.dumps(body), encoding="utf-8")
        (receipt.parent / "tenancy.parquet").unlink()
    warehouse = home_copy.settings.builds / "without" / "warehouse.duckdb"
    _, nodes = build_warehouse(home_copy.settings, warehouse)
    assert [(node.unique_id, node.message) for node in nodes if node.has_failed] == []
    with duckdb.connect(str(warehouse), read_only=True) as con:
        yield con


def test_figures_without_their_entity_are_missing_and_outside_the_sums(without_tenancies, built_home) -> None:
    con = without_tenancies

    def figure(connection, area: str, indicator: str, year: int) -> tuple:
        return connection.execute(
            "select value, symbol, status, municipality_count, municipality_total_count from indicators.fct_indicator "
            "where area_code = ? and indicator_id = ? and year = ? and breakdown = 'none' and vintage = 'own_register' "
            "and area_level in ('municipality', 'county', 'country')",
            [area, indicator, year],
        ).fetchone()

    assert figure(con, CODE, "let_dwellings", 2025) == (None, "..", "missing", 0, 1)
    assert figure(con, CODE, "newly_moved_in", 2025) == (None, "..", "missing", 0, 1)
    assert figure(con, "18", "households", 2025)[3] == 2  # the other municipalities of the county
    with built_home.connect() as whole:
        # a shared flat counts by the contracts last told of (C15); the flats themselves are those delivered
        flats = (
            "select count(*) from dwellings.dim_dwelling where municipality_code = ? and place_number = 1 and is_in_stock "
            "and valid_from <= date '2025-12-31' and coalesce(valid_to, date '9999-12-31') > date '2025-12-31'"
        )
        assert con.execute(flats, [CODE]).fetchone() == whole.execute(flats, [CODE]).fetchone()
        assert figure(con, CODE, "disposed_dwellings", 2025)[1:] == (None, "observed", 1, 1)
        assert figure(con, CODE, "let_dwellings", 2024) == figure(whole, CODE, "let_dwellings", 2024)
        before, now = (figure(c, "0", "let_dwellings", 2025) for c in (whole, con))
        own = figure(whole, CODE, "let_dwellings", 2025)
        county = [figure(c, "18", "households", 2025)[3] for c in (whole, con)]
    assert (now[0], now[3]) == (before[0] - own[0], before[3] - 1)
    assert county[1] == county[0] - 1
    _the_calendar_coverage_and_dwelling_months_tell_of_it(con)
    with built_home.connect() as whole:
        _what_cannot_be_held_together_says_so(con, whole)


def _the_calendar_coverage_and_dwelling_months_tell_of_it(con) -> None:
    status = (
        "select entity, status from quality.fct_delivery_status where supplier = ? and source = 'municipal' and period_end = ? order by 1"
    )
    others = ("application", "dwelling", "household_group", "household_member")
    assert con.execute(status, [CODE, "2025-12-31"]).fetchall() == [*((e, "on_time") for e in others), ("tenancy", "partly")]
    assert {s for _, s in con.execute(status, [CODE, "2024-12-31"]).fetchall()} == {"on_time"}
    lacking = "select municipality_code, year, entity from quality.fct_coverage where not is_covered and municipality_code in ?"
    assert con.execute(lacking, [DEFAULT_MUNICIPALITIES]).fetchall() == [(CODE, 2025, "tenancy")]
    assert con.execute(
        "select is_complete, missing_entities, let_dwellings from indicators.rpt_indicator_wide "
        "where municipality_code = ? and year = 2025",
        [CODE],
    ).fetchone() == (False, "municipal.tenancy", None)
    months = con.execute(
        "select year, bool_or(is_let is null), bool_and(is_let is null), bool_and(days_vacant is null) from dwellings.fct_dwelling_month "
        "where municipality_code = ? and year >= 2024 group by year order by year",
        [CODE],
    ).fetchall()
    assert months == [(2024, False, False, False), (2025, True, True, True)]


def _what_cannot_be_held_together_says_so(con, whole) -> None:
    pairs = """
        select pair_id, is_told, missing_reason, left_count is null, right_count is null, difference is null
        from indicators.fct_reconciliation where municipality_code = ? and year = 2025 and line_id in ('all', '2', '4.1')
        and pair_id <> 'own_published' order by pair_id, line_id
    """
    assert con.execute(pairs, [CODE]).fetchall() == [
        ("care_dwellings_iplos", False, "left_not_told", True, False, True),
        ("dwellings_households", False, "right_not_told", False, True, True),
        ("households_persons", False, "neither_told", True, True, True),
        ("own_form_sent", True, None, False, False, False),
        ("own_form_sent", False, "left_not_told", True, False, True),
    ]
    causes = "select distinct pair_id, line_id from indicators.fct_reconciliation_cause where municipality_code = ? and year = 2025"
    told = {pair for pair in con.execute(causes, [CODE]).fetchall() if pair[0] != "own_published"}
    assert told == {("own_form_sent", "2"), ("own_form_sent", "6")}
    country = """
        select municipality_count, left_count from indicators.rpt_reconciliation
        where area_level = 'country' and year = 2025 and pair_id = 'dwellings_households'
    """
    own = country.replace("area_level = 'country'", "area_code = ?").replace("municipality_count, ", "")
    before, now = (c.execute(country).fetchone() for c in (whole, con))
    assert now == (before[0] - 1, before[1] - whole.execute(own, [CODE]).fetchone()[0])
