"""The pages and schemas for suppliers show the contracts and rules as they are."""

from __future__ import annotations

import json

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from orchestration.arrivals.contract_pages import contract_page
from orchestration.arrivals.contract_schemas import example_row, row_schema
from orchestration.arrivals.contract_tables import PAGE, PAGES, SCHEMAS, render, rule_table, written_files
from orchestration.arrivals.contracts import load_contracts

ROWS = [(contract, file) for contract in load_contracts().values() for file in contract.files]


def test_pages_and_schemas_are_written_from_the_contracts_of_today() -> None:
    files = written_files()
    assert {path for folder in (PAGES, SCHEMAS) for path in folder.iterdir()} == set(files)
    assert [path.name for path, text in files.items() if path.read_text(encoding="utf-8") != text] == []
    page = PAGE.read_text(encoding="utf-8")
    assert render(page) == page
    assert "| F009 | Feil postlengde |" in rule_table()


def test_the_page_for_suppliers_links_to_every_source() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert [source for source in load_contracts() if f"(contracts/{source}.md)" not in page] == []


def test_a_field_is_shown_with_its_form_unit_and_norwegian_name() -> None:
    page = contract_page(load_contracts()["municipal"])
    assert "| `room_count` | antall rom | whole number 1–20 |  |  | Number of rooms. |" in page
    assert "| `monthly_rent_nok` | månedsleie | decimal(9,2) 0–100000 | NOK per month |  | Rent per month in NOK. |" in page
    assert "`rented_in` Leid inn" in page


def test_a_position_file_is_shown_with_its_places_in_each_year() -> None:
    page = contract_page(load_contracts()["kostra_11f"])
    assert "| KOMMUNE_NR | `municipality_code` | text |" in page
    assert "| SAKSBEHANDLER | not kept |" in page


@pytest.mark.parametrize(("contract", "file"), ROWS, ids=[f"{c.source}_v{c.version}_{f.entity}" for c, f in ROWS])
def test_the_example_row_follows_its_schema(contract, file) -> None:
    schema = row_schema(contract, file)
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema, format_checker=FormatChecker())
    row = example_row(file)
    assert list(validator.iter_errors(row)) == []
    assert [e.validator for e in validator.iter_errors(row | {"unknown": 1})] == ["additionalProperties"]


def test_a_schema_says_what_the_contract_says() -> None:
    contract = load_contracts()["municipal"]
    validator = Draft202012Validator(row_schema(contract, contract.file("dwelling")), format_checker=FormatChecker())
    row = example_row(contract.file("dwelling"))
    wrong = {"room_count": 21, "tenure_form": "bought", "acquired_date": "31.12.2024", "dwelling_id": None, "is_secret_address": "yes"}
    for name, value in wrong.items():
        assert [list(e.path) for e in validator.iter_errors(row | {name: value})] == [[name]], name
    assert list(validator.iter_errors(row | {"room_count": None})) == []
    schema = json.loads((SCHEMAS / "municipal.v1.dwelling.schema.json").read_text(encoding="utf-8"))
    assert schema["properties"]["tenure_form"]["oneOf"][0] == {"const": "owned", "title": "Eid av kommunen"}
