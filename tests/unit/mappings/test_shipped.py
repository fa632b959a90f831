"""The mappings that ship with the project can be read, say what they made up, and use the columns that are public."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.arrivals.contracts import load_contracts
from orchestration.mappings.load import load_mapping
from orchestration.settings import PROJECT_ROOT

SHIPPED = sorted((PROJECT_ROOT / "mappings").glob("*/*.yml"))
WITHOUT = {"care_list": {"tenancy"}}  # stands beside the system that has the tenancies
WITHOUT_PUBLIC_FORM = {"contract"}  # says what the contract says, nothing is made up


def _id(path: Path) -> str:
    return path.stem


def test_each_format_of_the_page_is_there() -> None:
    assert [path.stem for path in SHIPPED] == [
        "boei",
        "care_list",
        "contract",
        "fdvu",
        "fixed_width",
        "kobo_api",
        "kobo_excel",
        "parquet",
        "homes",
    ]


def test_the_page_tells_of_each() -> None:
    page = (PROJECT_ROOT / "docs" / "supplier-formats.md").read_text(encoding="utf-8")
    assert [path for path in SHIPPED if f"| `{path.parent.name}/{path.stem}` |" not in page] == []


@pytest.mark.parametrize("path", SHIPPED, ids=_id)
def test_a_shipped_mapping_serves_every_municipality_and_fills_dwellings_and_tenancies(path: Path) -> None:
    mapping = load_mapping(path)
    assert (mapping.extract, mapping.source, mapping.municipality) == (path.stem, "municipal", None)
    assert {entity.entity for entity in mapping.entities} >= ({"dwelling", "tenancy"} - WITHOUT.get(path.stem, set()))


@pytest.mark.parametrize("path", SHIPPED, ids=_id)
def test_what_is_made_up_is_marked(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert ("modelled" in text) == (path.stem not in WITHOUT_PUBLIC_FORM)


@pytest.mark.parametrize("path", SHIPPED, ids=_id)
def test_no_name_of_a_person_is_read(path: Path) -> None:
    columns = {column for entity in load_mapping(path).entities for field in entity.fields for column in field.columns}
    assert not {column for column in columns if column.rpartition(".")[2].lower() in {"fornavn", "etternavn", "navn", "leietakernavn"}}


def test_the_contract_through_a_mapping_has_every_field_that_all_must_send_under_its_own_name() -> None:
    mapping = load_mapping(PROJECT_ROOT / "mappings" / "contract" / "contract.yml")
    for entity in mapping.entities:
        contract = next(f for f in load_contracts()["municipal"].files if f.entity == entity.entity)
        assert [(field.name, field.column) for field in entity.fields] == [
            (field.name, field.name) for field in contract.fields if not field.optional
        ]
