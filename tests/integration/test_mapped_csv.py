"""Text files through a mapping: values in the contract's form, and whatever has no such form in quarantine with the supplier's words."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest

from orchestration.arrivals.gate import run_gate
from orchestration.settings import Settings
from tests.integration.arrival_deliveries import settings_with_klass
from tests.integration.mapped_deliveries import COLUMNS, DWELLINGS, HEAD, adds_up, deliver_mapped, quarantined, rows_of, text


@pytest.fixture
def settings(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return settings_with_klass(tmp_path, tmp_path_factory)


def test_values_come_in_the_form_of_the_contract(settings: Settings) -> None:
    lines = [COLUMNS, "B1;E;Ja;1 234,50;01.02.2003", 'B2 ; L ;Nei;"-";31.12.2024', "", ";;;;", "B3;E;Nei;7500;1.1.2020"]
    deliver_mapped(settings, HEAD + DWELLINGS, {"units_2024.csv": text(*lines)})

    result = run_gate(settings)

    [receipt] = result.accepted
    [file] = receipt.files
    assert (receipt.extract, receipt.delivery_id[:30]) == ("homes", "municipal-1804-homes-2024-12-3")
    assert rows_of(settings, receipt, "dwelling", "line_number, municipality_code, dwelling_id, unit_id, tenure_form") == [
        (2, "1804", "B1", "B1", "owned"),
        (3, "1804", "B2", "B2", "rented_in"),
    ]
    assert rows_of(settings, receipt, "dwelling", "is_wheelchair_accessible, monthly_rent_nok, acquired_date, address") == [
        (True, Decimal("1234.50"), dt.date(2003, 2, 1), None),
        (False, None, dt.date(2024, 12, 31), None),
    ]
    assert (file.line_count, file.header_count, file.blank_count, file.accepted_count, file.quarantined_count) == (6, 1, 2, 2, 1)
    assert adds_up(file)
    assert quarantined(settings, receipt.delivery_id) == [
        ("units_2024.csv", 6, "R003", "acquired_date", "Fra: must be a date as dd.MM.yyyy"),
    ]


def test_what_has_no_place_in_the_contract_is_said_in_the_suppliers_words(settings: Settings) -> None:
    lines = [
        COLUMNS,
        "B1;X;Ja;1,5;01.01.2020",
        "B2;E;Kanskje;1,5;01.01.2020",
        "B3;E;Ja;1.5;01.01.2020",
        "B4;E;Ja;1,555;01.01.2020",
        "B5;;Ja;1,5;30.02.2020",
        "B6;E;Ja;200 000;",
        "B7;E;Ja",
        'B8;E;"Ja;1;01.01.2020',
        ";E;Ja;1;01.01.2020",
        "B1;E;Ja;1,5;01.01.2020",
        "B1;E;Ja;1,5;01.01.2020",
    ]
    deliver_mapped(settings, HEAD + DWELLINGS, {"units.csv": text(*lines)})

    [receipt] = run_gate(settings).accepted

    unknown = "the code has no meaning in the mapping; add it to values, or correct the row"
    cut = "the line must have 5 fields; a quotation mark that is opened must be closed on the line"
    number = "Leie: must be a number with decimal comma and ' ' between thousands"
    found = quarantined(settings, receipt.delivery_id)
    assert [row[1:] for row in found] == [
        (2, "R011", "tenure_form", f"Eier: {unknown}"),
        (3, "R011", "is_wheelchair_accessible", f"Rullestol: {unknown}"),
        (4, "R004", "monthly_rent_nok", number),
        (5, "R004", "monthly_rent_nok", "Leie: must be a number with at most 2 decimals, not below 0, not above 100000"),
        (6, "R003", "acquired_date", "Fra: must be a date as dd.MM.yyyy"),
        (6, "R006", "tenure_form", "Eier: the field must not be empty"),
        (7, "R004", "monthly_rent_nok", "Leie: must be a number with at most 2 decimals, not below 0, not above 100000"),
        (7, "R006", "acquired_date", "Fra: the field must not be empty"),
        (8, "R001", None, cut),
        (9, "R001", None, cut),
        (10, "R002", "dwelling_id", "Nr: the field is part of the key and must not be empty"),
        (10, "R006", "unit_id", "Nr: the field must not be empty"),
        (11, "R007", "municipality_code, dwelling_id", "the key (municipality_code, dwelling_id) stands on an earlier line of the file"),
        (12, "R007", "municipality_code, dwelling_id", "the key (municipality_code, dwelling_id) stands on an earlier line of the file"),
    ]
    [file] = receipt.files
    assert (file.accepted_count, file.quarantined_count) == (0, 11)
    assert adds_up(file)
