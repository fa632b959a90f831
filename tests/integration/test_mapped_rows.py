"""Rows through a mapping: joined and cut values, look-ups, filters, several entities of one file; every line of every file adds up."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.arrivals.gate import run_gate
from orchestration.settings import Settings
from tests.integration.arrival_deliveries import settings_with_klass, synthetic_id
from tests.integration.mapped_deliveries import HEAD, adds_up, deliver_mapped, quarantined, rows_of, text

MAPPING = """\
files:
  units: {pattern: 'units[.]csv', format: csv, dates: [yyyyMMdd]}
  streets: {pattern: 'streets[.]csv', format: csv}
  owners: {pattern: 'owners[.]csv', format: csv}
  ledger: {pattern: 'ledger[.]csv', format: csv, dates: [d.M.yy], century_from: 30}
entities:
  dwelling:
    file: units
    lookups:
      street: {file: streets, key: {street_id: id}}
      owner: {file: owners, key: {owner: id}, optional: true}
    exclude:
      - {name: purpose_99, where: {column: purpose, is: [99]}, why: No dwelling}
      - name: closed
        where: [{column: state, matches: '(?i)clos.*'}, {column: owner, empty: false}]
        unless: {column: state, is: [closed soon]}
        why: Closed
    fields:
      dwelling_id: {join: [object, building, unit], with: "-", pad: [4, 2, 3]}
      unit_id: {column: object, pad: 4}
      address: {join: [street.name, number]}
      postal_code: {column: street.place, capture: '([0-9]{4})', otherwise: ""}
      is_secret_address: {column: secret, when_empty: "0"}
      responsible_unit: {first_of: [owner.short, owner.name, state]}
      unit_number: {column: code, part: 2, of: "/"}
      tenure_form: {constant: owned}
      tenure_kind: {constant: freehold}
      category: {constant: ordinary}
      is_wheelchair_accessible: {constant: false}
      room_count: {column: bedrooms, add: 1}
      monthly_rent_nok: {column: rent, divide: 12}
      area_m2: {column: area, round: true}
      acquired_date: {column: bought}
      changed_date: {period_end: true}
  tenancy:
    file: ledger
    lookups:
      unit: {file: units, key: {o: object, u: unit}}
    fields:
      tenancy_id: {column: no}
      dwelling_id: {join: [o, unit.building, u], with: "-", pad: [4, 2, 3]}
      household_id: {column: no}
      contract_holder_national_id: {column: fnr, pad: 11}
      contract_kind: {constant: permanent}
      start_date: {column: from}
      legal_basis: {constant: none}
      allocating_office: {constant: housing_office}
"""
UNITS = "object;building;unit;street_id;number;owner;purpose;state;secret;code;bedrooms;rent;area;bought"
UNIT = "7;1;2;S1;4B;O1;11;open;;x/H0101;2;90000;72.55;20010501"
STREETS = text("id;name;place", "S1;Storgata;8006 Bodø", "S2;Havna;Bodø", "S1;Storgata again;8006 Bodø", ";Nowhere;x", "S3;Broken")
OWNERS = text("id;name;short", "O1;Owner One;", "O2;Owner Two;two")
FILES = {"streets.csv": STREETS, "owners.csv": OWNERS, "ledger.csv": text("no;o;u;fnr;from", f"T1;7;2;{synthetic_id(0)};1.2.03")}


@pytest.fixture
def settings(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return settings_with_klass(tmp_path, tmp_path_factory)


def unit(**changes: str) -> str:
    values = dict(zip(UNITS.split(";"), UNIT.split(";"), strict=True)) | changes
    return ";".join(values.values())


def take_in(settings: Settings, *units: str, **files: bytes):
    deliver_mapped(settings, HEAD + MAPPING, {"units.csv": text(UNITS, *units), **FILES, **{f"{k}.csv": v for k, v in files.items()}})
    result = run_gate(settings)
    assert [r.refusal_reason for r in result.refused] == []
    [receipt] = result.accepted
    assert [f for f in receipt.files if not adds_up(f)] == []
    return receipt


def test_values_are_joined_cut_looked_up_and_reckoned(settings: Settings) -> None:
    receipt = take_in(settings, unit(), unit(unit="12345", street_id="S2", owner="O2", secret="1", bedrooms="", rent="1000"))
    columns = "dwelling_id, unit_id, address, postal_code, responsible_unit, unit_number, room_count"
    assert rows_of(settings, receipt, "dwelling", columns) == [
        ("0007-01-002", "0007", "Storgata 4B", "8006", "Owner One", "H0101", 3),
        ("0007-01-12345", "0007", None, None, "two", "H0101", None),
    ]
    columns = "CAST(monthly_rent_nok AS VARCHAR), CAST(area_m2 AS VARCHAR), CAST(changed_date AS VARCHAR), is_secret_address"
    assert rows_of(settings, receipt, "dwelling", columns) == [
        ("7500.00", "72.6", "2024-12-31", False),
        ("83.33", "72.6", "2024-12-31", True),
    ]


def test_each_file_of_each_entity_has_its_reckoning(settings: Settings) -> None:
    receipt = take_in(settings, unit(), unit(unit="3", purpose="99"))
    found = {(f.entity, f.file_name): (f.row_count, f.accepted_count, f.quarantined_count, f.excluded_by_rule) for f in receipt.files}
    assert found == {
        ("dwelling", "units.csv"): (2, 1, 0, {"X002 purpose_99": 1}),
        ("dwelling", "streets.csv"): (5, 0, 3, {"X001": 2}),
        ("dwelling", "owners.csv"): (2, 0, 0, {"X001": 2}),
        ("tenancy", "ledger.csv"): (1, 1, 0, {}),
        ("tenancy", "units.csv"): (2, 0, 0, {"X001": 2}),
    }
    assert [row[:4] for row in quarantined(settings, receipt.delivery_id)] == [
        ("streets.csv", 4, "R007", "id"),
        ("streets.csv", 5, "R002", "id"),
        ("streets.csv", 6, "R001", None),
    ]


def test_filters_take_rows_in_their_order_and_only_whole_lines(settings: Settings) -> None:
    receipt = take_in(
        settings,
        unit(),
        unit(unit="3", purpose="99", state="closed"),
        unit(unit="4", state="Closed", bought="whatever"),
        unit(unit="5", state="closed", owner=""),
        unit(unit="6", state="closed soon"),
        "99;99",
    )
    [units] = [f for f in receipt.files if (f.entity, f.file_name) == ("dwelling", "units.csv")]
    assert units.excluded_by_rule == {"X002 closed": 1, "X002 purpose_99": 1}
    assert (units.accepted_count, units.quarantined_count) == (3, 1)


def test_what_cannot_be_made_goes_to_quarantine_with_the_supplier_s_columns(settings: Settings) -> None:
    receipt = take_in(
        settings,
        unit(unit="1", street_id="S9"),
        unit(unit="2", owner="O9"),
        unit(unit="3", building=""),
        unit(unit="4", code="H0101"),
        unit(unit="5", street_id=""),
        unit(unit="", object="", building=""),
        unit(unit="7", rent="many"),
    )
    assert [row[1:] for row in quarantined(settings, receipt.delivery_id) if row[0] == "units.csv"] == [
        (2, "R012", "address", "street.name, number: street_id is not found in streets"),
        (2, "R012", "postal_code", "street.place: street_id is not found in streets"),
        (4, "R014", "dwelling_id", "object, building, unit: the columns must all be filled, or all be empty"),
        (5, "R014", "unit_number", "code: must have a part 2 between '/'"),
        (7, "R002", "dwelling_id", "object, building, unit: the field is part of the key and must not be empty"),
        (7, "R002", "object, unit", "the key of the look-up must not be empty"),
        (7, "R006", "unit_id", "object: the field must not be empty"),
        (8, "R004", "monthly_rent_nok", "rent: must be a number with decimal point"),
    ]
    assert rows_of(settings, receipt, "dwelling", "dwelling_id, address, responsible_unit") == [
        ("0007-01-002", "Storgata 4B", "open"),
        ("0007-01-005", "4B", "Owner One"),
    ]


def test_two_digit_years_and_ids_without_their_first_zero(settings: Settings) -> None:
    ids = [synthetic_id(0), synthetic_id(0).lstrip("0"), ""]
    assert len(ids[1]) == 10
    dates = ("1.2.03", "31.12.29", "1.1.30")
    lines = [f"T{i};7;2;{number};{date}" for i, (number, date) in enumerate(zip(ids, dates, strict=True))]
    receipt = take_in(settings, unit(), ledger=text("no;o;u;fnr;from", *lines))
    columns = "contract_holder_id_status, CAST(start_date AS VARCHAR), contract_holder_pseudonym, dwelling_id"
    rows = rows_of(settings, receipt, "tenancy", columns)
    assert [row[:2] for row in rows] == [("valid", "2003-02-01"), ("valid", "2029-12-31"), ("missing", "1930-01-01")]
    assert rows[0][2] == rows[1][2] != rows[2][2]
    assert {row[3] for row in rows} == {"0007-01-002"}


def test_another_order_of_columns_gives_the_same_rows(settings: Settings, tmp_path: Path) -> None:
    first = take_in(settings, unit(), unit(unit="3"))
    before = rows_of(settings, first, "dwelling", "* EXCLUDE (delivery_id)")
    turned = ["note;" + ";".join(reversed(line.split(";"))) for line in (UNITS, unit(), unit(unit="3"))]
    deliver_mapped(settings, HEAD + MAPPING, {"units.csv": text(*turned), **FILES}, name="turned")
    [second] = run_gate(settings).accepted
    assert rows_of(settings, second, "dwelling", "* EXCLUDE (delivery_id)") == before


def test_addresses_that_may_be_secret_and_ids_go_no_further(settings: Settings) -> None:
    take_in(settings, unit(secret="1", number="4-secret"), unit(unit="3", purpose="99", number=synthetic_id(1)))
    kept = [p for folder in (settings.raw, settings.quarantine, settings.work) for p in folder.rglob("*") if p.is_file()]
    for path in kept:
        content = path.read_bytes()
        assert synthetic_id(0).encode() not in content and synthetic_id(1).encode() not in content, path
        assert b"4-secret" not in content, path


def test_a_look_up_may_hang_on_one_above_it(settings: Settings) -> None:
    """The owner stands beside the street. Where the street is not found, what hangs on it is not found either."""
    above = "      owner: {file: owners, key: {owner: id}, optional: true}"
    mapping = MAPPING.replace(above, "      owner: {file: owners, key: {street.place: id}}").replace(
        "[owner.short, owner.name, state]", "[owner.name]"
    )
    streets = text("id;name;place", "S1;Storgata;O1", "S2;Havna;O9", "S3;Gata;")
    files = {
        "units.csv": text(UNITS, unit(), unit(unit="3", street_id="S2"), unit(unit="4", street_id="S8"), unit(unit="5", street_id="S3"))
    }
    deliver_mapped(settings, HEAD + mapping, {**FILES, **files, "streets.csv": streets})
    [receipt] = run_gate(settings).accepted
    assert rows_of(settings, receipt, "dwelling", "dwelling_id, address, responsible_unit") == [
        ("0007-01-002", "Storgata 4B", "Owner One"),
        ("0007-01-005", "Gata 4B", None),
    ]
    assert [row[1:4] for row in quarantined(settings, receipt.delivery_id) if row[0] == "units.csv"] == [
        (3, "R012", "responsible_unit"),
        (4, "R012", "address"),
        (4, "R012", "postal_code"),
        (4, "R012", "responsible_unit"),
    ]


def test_rows_that_a_filter_takes_do_not_hide_that_most_others_are_wrong(settings: Settings) -> None:
    excluded = [unit(unit=str(i), purpose="99") for i in range(600)]
    broken = [unit(unit=str(i), rent="many") for i in range(600, 621)]
    deliver_mapped(settings, HEAD + MAPPING, {"units.csv": text(UNITS, *excluded, *broken, unit()), **FILES})

    [receipt] = run_gate(settings).refused

    assert receipt.refusal_rule_id == "F015"
    assert "units.csv: 21 of 22 rows; most often R004 (21 rows), first in units.csv, line 602" in receipt.refusal_reason
