"""A decision that arrives later changes what is counted: two tenancies that were taken for one stay two."""

from __future__ import annotations

import datetime as dt

import duckdb
from arrival_deliveries import deliver
from homes import BuiltHome, build_warehouse

from orchestration.arrivals.gate import run_gate

_PAIR = """
    select municipality_code, kept_tenancy_id, tenancy_id from intermediate.int_tenancies__merged
    where is_merged_away order by all limit 1
"""


def test_a_rejected_match_keeps_two_tenancies_apart(home_copy: BuiltHome) -> None:
    with home_copy.connect() as con:
        code, kept, other = con.execute(_PAIR).fetchone()
        before = con.execute("select count(*) from quality.fct_decision where kind = 'group_correction'").fetchone()
    header = "municipality_code;decision_id;subject;first_local_id;second_local_id;verdict;decided_by;decided_at;reason"
    row = f"{code};K-9;tenancy;{other};{kept};rejected;property_unit;2025-12-20;To kontrakter for to hybler"
    period = (dt.date(2025, 12, 1), dt.date(2025, 12, 31))
    files = {"match_decisions.csv": f"{header}\n{row}\n".encode()}
    deliver(home_copy.settings, "decision", code, files, period, dt.datetime(2026, 2, 1, 8), name="later")
    result = run_gate(home_copy.settings)
    assert [receipt.source for receipt in result.accepted] == ["decision"]

    warehouse = home_copy.settings.builds / "decided" / "warehouse.duckdb"
    _, nodes = build_warehouse(home_copy.settings, warehouse, ["+int_tenancies__counted", "+fct_decision", "+fct_quality_issue"])
    assert [(node.unique_id, node.message) for node in nodes if node.has_failed] == []
    with duckdb.connect(str(warehouse), read_only=True) as con:
        issues = (
            "select local_id, rule_id from quality.fct_quality_issue "
            "where supplier = ? and rule_id in ('T001', 'T002') and local_id in (?, ?)"
        )
        # Both stand alone now; they began together in one dwelling, so that the one with the larger id is kept (C03).
        assert con.execute(issues, [code, kept, other]).fetchall() == [(kept, "T002")]
        counted = (
            "select tenancy_id, is_counted from intermediate.int_tenancies__counted where municipality_code = ? and tenancy_id in (?, ?)"
        )
        assert dict(con.execute(counted, [code, kept, other]).fetchall()) == {kept: False, other: True}
        matches = "select decision_id, state from quality.fct_decision where kind = 'match_decision' and municipality_code = ?"
        assert con.execute(matches, [code]).fetchall() == [("K-9", "applied")]
        # The earlier delivery was of the same day: its matches are taken back, the kinds that the later one does not hold still stand.
        assert con.execute("select count(*) from quality.fct_decision where kind = 'group_correction'").fetchone() == before
