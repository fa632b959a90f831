"""From a file nobody has seen to rows in raw: samples, a draft, the marked places filled in, handed in, through the gate."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path

import pytest
from arrival_deliveries import RECEIVED, files_of, settings_with_klass
from mapped_deliveries import COLUMNS, DWELLINGS, HEAD, adds_up, deliver_mapped, rows_of
from openpyxl import Workbook

from orchestration.arrivals.contracts import load_contracts
from orchestration.arrivals.gate import run_gate
from orchestration.handing_in.deliver import deliver
from orchestration.handing_in.plan import Said
from orchestration.mappings.load import load_mapping
from orchestration.onboarding.onboard import onboard
from orchestration.settings import Settings
from tests.unit.onboarding.samples import home_made

FILLED = {
    "category": "{constant: ordinary}",
    "tenancy_id": '{join: [Bolig-ID, Innflytting], with: "-"}',
    "household_id": "{column: Bolig-ID}",
    "'Framleid'": "right_of_disposal",
}


@pytest.fixture
def settings(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A data home where the classification of municipalities is accepted already, with mappings of its own."""
    own = settings_with_klass(tmp_path, tmp_path_factory)
    return Settings(home=own.home, key_file=own.key_file, mappings=tmp_path / "mappings")


def test_a_draft_that_is_filled_in_takes_the_file_in(settings: Settings, tmp_path: Path) -> None:
    file = home_made(tmp_path / "boliger_2024-12-31.csv")
    drafted = onboard(settings, [file], "municipal", "1804")
    draft = drafted.draft
    for key, value in FILLED.items():
        draft = draft.replace(f" {key}: FILL_IN", f" {key}: {value}")
    drafted.path.write_text(draft, encoding="utf-8")
    deliver(settings, [file], Said(municipality="1804", received_at=RECEIVED))
    (receipt,) = run_gate(settings).accepted
    assert (receipt.extract, receipt.period_end) == ("boliger", dt.date(2024, 12, 31))
    assert all(adds_up(f) for f in receipt.files)
    assert [(f.entity, f.line_count, f.header_count, f.accepted_count) for f in receipt.files] == [
        ("dwelling", 15, 3, 12),
        ("tenancy", 15, 3, 12),
    ]
    columns = "line_number, dwelling_id, address, tenure_form, area_m2, monthly_rent_nok, acquired_date, disposed_date"
    rows = rows_of(settings, receipt, "dwelling", columns)
    assert [str(value) for value in rows[1]] == ["5", "B1", "Ælgveien 1", "rented_in", "51.5", "8000.00", "2001-01-02", "None"]
    assert [str(value) for value in rows[3]][2:] == ["None", "owned", "53.5", "10000.00", "2001-01-04", "None"]  # a secret address


def test_files_in_the_form_of_the_contract_need_nothing_filled_in_but_their_groups(settings: Settings, tmp_path: Path) -> None:
    paths = []
    for name, content in files_of("municipal").items():
        paths.append(tmp_path / name)
        paths[-1].write_bytes(content)
    drafted = onboard(settings, paths, "municipal", "1804", settings.mappings / "1804" / "all.yml")
    without_groups, _, groups = drafted.draft.partition("target_groups:")
    assert groups.splitlines()[1:] == ["  # take this section out where the groups are delivered as a group_mapping", "  'A': FILL_IN"]
    drafted.path.write_text(without_groups, encoding="utf-8")
    mapping = load_mapping(drafted.path)
    contract = load_contracts()["municipal"]
    for entity in mapping.entities:
        assert [(f.name, f.column) for f in entity.fields] == [(f.name, f.name) for f in contract.file(entity.entity).fields]
    assert [e.entity for e in mapping.entities] == [f.entity for f in contract.files if not f.optional]


def test_two_sheets_of_a_workbook_are_two_files_of_the_mapping(settings: Settings) -> None:
    mapping = DWELLINGS.replace(
        "units: {pattern: 'units.*[.]csv', format: csv,", "units: {pattern: 'units[.]xlsx', format: excel, sheet: Boliger,"
    )
    mapping = mapping.replace("entities:", "  owners: {pattern: 'units[.]xlsx', format: excel, sheet: Eiere, header_row: 2}\nentities:")
    mapping = mapping.replace("    file: units\n", "    file: units\n    lookups:\n      owner: {file: owners, key: {Eier: Kode}}\n")
    mapping = mapping.replace("{column: Eier, values: {E: owned, L: rented_in}}", "{column: owner.Form}")
    book, packed = Workbook(), io.BytesIO()
    book.active.title = "Boliger"
    for row in [COLUMNS.split(";"), ["D1", "E", "Ja", 7000.5, dt.date(2001, 1, 1)], ["D2", "L", "Nei", 6000, "02.01.2001"]]:
        book.active.append(row)
    owners = book.create_sheet("Eiere")
    for row in [["Koder"], ["Kode", "Form"], ["E", "owned"], ["L", "rented_in"]]:
        owners.append(row)
    book.save(packed)
    deliver_mapped(settings, HEAD + mapping, {"units.xlsx": packed.getvalue()})
    (receipt,) = run_gate(settings).accepted
    assert [(f.file_name, f.line_count, f.accepted_count, f.excluded_count) for f in receipt.files] == [
        ("units.xlsx (Boliger)", 3, 2, 0),
        ("units.xlsx (Eiere)", 4, 0, 2),
    ]
    assert all(adds_up(f) for f in receipt.files)
    rows = rows_of(settings, receipt, "dwelling", "dwelling_id, tenure_form, monthly_rent_nok, acquired_date")
    first, second = (tuple(map(str, row)) for row in rows)
    assert first == ("D1", "owned", "7000.50", "2001-01-01")
    assert second == ("D2", "rented_in", "6000.00", "2001-01-02")
