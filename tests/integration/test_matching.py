"""The same flats in two systems of a municipality, under other ids: counted once where they are one, told of where it is not certain."""

from __future__ import annotations

import datetime as dt

import duckdb
import pytest
from homes import build_warehouse

from orchestration.arrivals.gate import run_gate
from tests.integration.arrival_deliveries import csv_bytes, deliver, files_of, line, settings_with_klass, synthetic_id
from tests.integration.mapped_deliveries import deliver_mapped, text

CODE = "1804"
MAPPING = """\
version: 1
extract: care
title: Care dwellings
source: municipal
contract_version: 1
files:
  homes: {pattern: 'homes[.]csv', format: csv, dates: [dd.MM.yyyy]}
entities:
  dwelling:
    file: homes
    fields:
      dwelling_id: {column: Nr}
      unit_id: {column: Nr}
      unit_number: {column: Bruksenhet}
      address: {column: Adresse}
      postal_code: {column: Postnr}
      is_secret_address: {column: Skjermet, values: {Ja: "1", Nei: "0"}}
      tenure_form: {constant: owned}
      tenure_kind: {constant: freehold}
      category: {constant: adapted}
      area_m2: {column: Areal}
      is_wheelchair_accessible: {constant: "1"}
      acquired_date: {column: Fra}
"""
CARE = (
    "C1;H0101;STORGT 1;8006;61;01.02.2004;Nei",
    "C2;H0101;Skoleveien 2;8006;50;01.01.2010;Nei",
    "C3;;Torget 3;8006;45;01.01.2010;Nei",
    "C5;H0101;Strandgata 5;8006;40;01.01.2010;Nei",
    "C6;H0101;Bakkan 6;8006;42;01.01.2010;Nei",
    "C7;H0101;Hemmelig vei 7;8006;42;01.01.2010;Nei",
    "8;H0101;Havnegata 88;8006;30;01.01.2010;Nei",
    "C10;H0101;Parken 10;8006;30;01.01.2010;Nei",
)


def _dwelling(dwelling_id: str, address: str, unit_number: str = "H0101", **changes: str) -> str:
    plain = {"building_id": "", "cadastre_id": "", "postal_code": "8006", "area_m2": "", "category": "ordinary"}
    return line("dwelling", dwelling_id=dwelling_id, unit_id=f"U{dwelling_id}", address=address, unit_number=unit_number, **plain | changes)


PROPERTY = (
    _dwelling("D1", "Storgata 1"),
    _dwelling("D2", "Skolevegen 2", ""),
    _dwelling("D3", "Torget 3"),
    _dwelling("D4", "Torget 3", "H0102"),
    _dwelling("D5", "Strandgata 5", area_m2="39.5"),
    _dwelling("D6", "Bakken 6"),
    _dwelling("D7", "Hemmelig vei 7", is_secret_address="1"),
    _dwelling("8", "Kaigata 8"),
)
TENANCIES = (
    line("tenancy", tenancy_id="T1", dwelling_id="D1", household_id="H1"),
    line("tenancy", tenancy_id="T2", dwelling_id="D2", household_id="H2", contract_holder_national_id=synthetic_id(1)),
    line("tenancy", tenancy_id="T3", dwelling_id="D6", household_id="H3", contract_holder_national_id=synthetic_id(2)),
    line("tenancy", tenancy_id="T4", dwelling_id="D6", household_id="H4", contract_holder_national_id="", start_date="2024-05-01"),
)
MEMBERS = (
    line("household_member", household_id="H1", member_number="1"),
    line("household_member", household_id="H1", member_number="2", person_national_id=synthetic_id(1), to_date="2023-09-01"),
    line("household_member", household_id="H2", member_number="1", person_national_id=synthetic_id(1), from_date="2023-09-01"),
    line("household_member", household_id="H3", member_number="1", person_national_id=synthetic_id(2)),
    line("household_member", household_id="H4", member_number="1", person_national_id=""),
)
DECISIONS = (
    ("K1", "dwelling", "C5", "D5", "rejected"),
    ("K2", "dwelling", "D6", "C6", "confirmed"),
    ("K3", "household", "H2", "H1", "confirmed"),
    ("K4", "tenancy", "T3", "T4", "confirmed"),
    ("K5", "person", "H3/1", "H4/1", "confirmed"),
    ("K6", "tenancy", "T1", "T2", "confirmed"),
    ("K7", "dwelling", "D1", "D9", "confirmed"),
    ("K8", "household", "H3", "H4", "confirmed"),
    ("K9", "household", "H4", "H5", "confirmed"),
    ("KA", "household", "H5", "H3", "rejected"),
)
H5 = line("application", application_id="A5", household_id="H5", tenancy_id="", moved_in_date="", applicant_national_id="")


@pytest.fixture(scope="module")
def con(tmp_path_factory: pytest.TempPathFactory):
    """A warehouse of one municipality with a property system in the contract's form and a care system's own list."""
    settings = settings_with_klass(tmp_path_factory.mktemp("matching"), tmp_path_factory)
    entities = {"dwelling": PROPERTY, "tenancy": TENANCIES, "household_member": MEMBERS, "household_group": (), "application": (H5,)}
    files = files_of("municipal", **{entity: csv_bytes("municipal", entity, *rows) for entity, rows in entities.items()})
    deliver(settings, "municipal", CODE, files)
    deliver_mapped(settings, MAPPING, {"homes.csv": text("Nr;Bruksenhet;Adresse;Postnr;Areal;Fra;Skjermet", *CARE)}, extract="care")
    decisions = [
        f"{CODE};{k};{subject};{a};{b};{verdict};housing_office;2024-11-01;Samlet gjennomgang" for k, subject, a, b, verdict in DECISIONS
    ]
    head = "municipality_code;decision_id;subject;first_local_id;second_local_id;verdict;decided_by;decided_at;reason"
    deliver(settings, "decision", CODE, {"match_decisions.csv": text(head, *decisions)})
    gate = run_gate(settings)
    assert [(receipt.refusal_rule_id, receipt.refusal_reason) for receipt in gate.refused] == []
    assert len(gate.accepted) == 3
    warehouse = settings.builds / "matching" / "warehouse.duckdb"
    # Without indicators and most reports: they want classifications and population, which nobody delivers here.
    wanted = (
        "dim_dwelling",
        "dim_dwelling_unit",
        "fct_dwelling_month",
        "rpt_dwelling_match",
        "dim_household",
        "int_households__member",
        "fct_decision",
        "fct_quality_issue",
    )
    _, nodes = build_warehouse(settings, warehouse, [f"+{model}" for model in wanted])
    assert [(node.unique_id, node.message) for node in nodes if node.has_failed] == []
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        yield connection


def test_the_report_tells_what_became_of_each(con) -> None:
    report = (
        "select coalesce(leading_dwelling_id, ''), coalesce(other_dwelling_id, ''), outcome, method, candidate_count, rule_id, decision_id "
        "from dwellings.fct_dwelling_match where (leading_system, other_system) = ('contract', 'care') order by all"
    )
    assert con.execute(report).fetchall() == [
        ("", "C10", "none", None, 0, None, None),
        ("", "C5", "none", None, 0, None, None),
        ("", "C7", "none", None, 0, None, None),
        ("", "care:8", "none", None, 0, None, None),
        ("8", "", "none", None, 0, None, None),
        ("D1", "C1", "exact", "unit_and_address", 1, None, None),
        ("D2", "C2", "by_rule", "single_address", 1, None, None),
        ("D3", "C3", "ambiguous", "single_address", 2, "T018", None),
        ("D4", "C3", "ambiguous", "single_address", 2, "T018", None),
        ("D5", "", "none", None, 0, None, None),
        ("D5", "C5", "rejected", "decision", 1, "D002", "K1"),
        ("D6", "C6", "confirmed", "decision", 1, "D002", "K2"),
        ("D7", "", "none", None, 0, None, None),
    ]
    short = "select * exclude (municipality_code, matched_share) from dwellings.rpt_dwelling_match"
    assert con.execute(short).fetchall() == [("contract", "care", 8, 8, 1, 1, 1, 1, 4, 3, 1)]
    issues = "select local_id, entity from quality.fct_quality_issue where rule_id = 'T018'"
    assert con.execute(issues).fetchall() == [("C3", "dwelling")]


def test_a_matched_dwelling_counts_once_and_what_one_system_leaves_out_the_other_tells(con) -> None:
    current = "select dwelling_id, category, area_m2::double from dwellings.dim_dwelling where is_current order by 1"
    assert con.execute(current).fetchall() == [
        ("8", "ordinary", None),
        ("C10", "adapted", 30),
        ("C3", "adapted", 45),
        ("C5", "adapted", 40),
        ("C7", "adapted", 42),
        ("D1", "ordinary", 61),
        ("D2", "ordinary", 50),
        ("D3", "ordinary", None),
        ("D4", "ordinary", None),
        ("D5", "ordinary", 39.5),
        ("D6", "ordinary", 42),
        ("D7", "ordinary", None),
        ("care:8", "adapted", 30),
    ]
    stock = "select count(*), count(*) filter (where is_let) from dwellings.fct_dwelling_month where state_date = '2024-12-31'"
    assert con.execute(stock).fetchone() == (13, 3)
    assert con.execute("select count(*) from dwellings.dim_dwelling_unit where address like 'Hemmelig%'").fetchone() == (1,)


def test_decisions_are_applied_and_tell_what_they_changed(con) -> None:
    decisions = "select decision_id, state, no_longer_because, changed_row_count from quality.fct_decision order by 1"
    assert con.execute(decisions).fetchall() == [
        ("K1", "applied", None, 1),
        ("K2", "applied", None, 1),
        ("K3", "applied", None, 2),
        ("K4", "applied", None, 1),
        ("K5", "applied", None, 1),
        ("K6", "no_longer_applies", "different_dwellings", 0),
        ("K7", "no_longer_applies", "key_gone", 0),
        ("K8", "no_longer_applies", "inconsistent", 0),
        ("K9", "no_longer_applies", "inconsistent", 0),
        ("KA", "no_longer_applies", "inconsistent", 0),
    ]
    issues = "select local_id from quality.fct_quality_issue where rule_id = 'T019' order by 1"
    assert con.execute(issues).fetchall() == [("K8",), ("K9",), ("KA",)]
    tenancies = (
        "select tenancy_id, household_id, is_counted, treatment_rule_id, start_date from intermediate.int_tenancies__counted order by 1"
    )
    start = dt.date(2023, 3, 1)
    assert con.execute(tenancies).fetchall() == [
        ("T1", "H1", True, None, start),
        ("T2", "H1", True, None, start),
        ("T3", "H3", True, None, start),
        ("T4", "H4", False, "T001", None),
    ]
    # The child who stood in both halves of the household is one member, from the first day on.
    members = (
        "select household_id, member_number, from_date, to_date, count(*) over (partition by person_key) "
        "from intermediate.int_households__member order by 1, 2"
    )
    assert con.execute(members).fetchall() == [
        ("H1", 1, start, None, 1),
        ("H1", 2, start, None, 1),
        ("H3", 1, start, None, 2),
        ("H4", 1, start, None, 2),
    ]
    assert con.execute("select household_id, member_count from households.dim_household order by 1").fetchall() == [
        ("H1", 2),
        ("H3", 1),
        ("H4", 1),
        ("H5", 0),
    ]
