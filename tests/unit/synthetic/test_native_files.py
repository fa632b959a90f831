"""Deliveries in the suppliers' own formats: the same bytes each time, in the forms that the systems have."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from functools import cache

import openpyxl
import pyarrow.parquet as pq
import pytest

from orchestration.synthetic.national_id import IdRegister
from orchestration.synthetic.native.deliver import SYSTEMS
from orchestration.synthetic.native.system import NativeFiles, System
from orchestration.synthetic.native.told import draw, rows_of
from orchestration.synthetic.reference import municipalities

BY_EXTRACT = {system.extract: system for system in SYSTEMS}
FIRST, LAST = dt.date(2025, 1, 1), dt.date(2025, 12, 31)


def made_by(system: System) -> NativeFiles:
    """The files of one delivery that covers 2025."""
    state = draw(municipalities()[system.municipality], FIRST, LAST, 2025, IdRegister())
    return system.write(state, system.prepare(state), rows_of(state, FIRST, LAST))


@cache
def made(extract: str) -> NativeFiles:
    return made_by(BY_EXTRACT[extract])


def lines(extract: str, name: str) -> list[list[str]]:
    """Cells of a text file, by line."""
    return list(csv.reader(io.StringIO(made(extract).files[name].decode("latin-1")), delimiter=";"))


@pytest.mark.parametrize("system", SYSTEMS, ids=lambda system: system.extract)
def test_the_same_municipality_gives_the_same_bytes(system: System) -> None:
    again = made_by(system)
    assert again.files == made(system.extract).files and again.rows > 60
    assert again.defects == made(system.extract).defects


def test_a_dump_of_boei_has_dates_as_text_and_codes_that_other_tables_explain() -> None:
    units, ledger = lines("boei", "Leieobjekt_20251231.csv"), lines("boei", "reskontro_20251231.csv")
    assert units[0][:4] == ["Objekt_ID", "Bygg_ID", "Seksjons_ID", "Leie_ID"] and len({len(row) for row in units}) == 1
    moved_in = {row[4] for row in ledger[1:]}
    assert {len(text) for text in moved_in} == {8, 10} and {"-" in text for text in moved_in} == {True, False}
    planted = {defect.kind: defect for defect in made("boei").defects}
    assert units[planted["missing_street"].line - 1][6] == "999"
    assert "999" not in {row[0] for row in lines("boei", "Gateadresse_20251231.csv")}
    assert ledger[planted["unknown_local_code"].line - 1][-1] == "9" and ledger[planted["impossible_date"].line - 1][4] == "31.02.2025"
    assert [row[5] for row in units].count("99") == made("boei").excluded["Leieobjekt_20251231.csv", "dwelling", "purpose_99"] == 2
    tenants = {row[0]: row for row in lines("boei", "Leietaker_20251231.csv")}
    assert tenants[units[planted["secret_address"].line - 1][15]][6] == "1"


def test_an_fdvu_export_has_its_columns_in_place_and_tenants_that_are_no_people() -> None:
    sections, contracts = lines("fdvu", "seksjon_31122025.csv"), lines("fdvu", "kontrakt_31122025.csv")
    assert (sections[0][0], sections[0][26], len(sections[0])) == ("seksjonsnummer", "eierform", 27)
    assert (contracts[0][7], contracts[0][25], len(contracts[0])) == ("startdato", "behandlingsstatus", 26)
    assert sections[2][2] == 'Merket "A"; se perm'
    assert sections[1][16].endswith(",00") and " " in sections[1][16]
    assert sum(row[3] in ("Passiv", "Driftsadministrasjonen", "Drift Leide Boliger") for row in contracts) == 3
    (overlap,) = [d for d in made("fdvu").defects if d.kind == "overlapping_tenancies"]
    earlier = contracts[overlap.line - 1]
    end = dt.datetime.strptime(earlier[8], "%d.%m.%Y")
    later = [dt.datetime.strptime(row[7], "%d.%m.%Y") for row in contracts[1:] if row[13] == earlier[13] and row[8] == "" and row[7]]
    assert (end - max(later)).days == 12


def test_kobo_has_35_columns_in_the_workbook_and_23_fields_in_a_record() -> None:
    ((name, body),) = made("kobo_excel").files.items()
    rows = list(openpyxl.load_workbook(io.BytesIO(body))["Boliger"].iter_rows(values_only=True))
    assert (len(rows[0]), rows[0][0], rows[0][34]) == (35, "kommunenummer", "leieforholdsluttdato")
    broken = made("kobo_excel").defects[-1]
    assert (broken.file, rows[broken.line - 1][33]) == (name, "høsten 2025")
    pages = [json.loads(body) for body in made("kobo_api").files.values()]
    assert len(pages) == pages[0]["antallSider"] == 2
    assert {len(record) for page in pages for record in page["boliger"]} == {23}


def test_the_home_made_workbook_has_merged_headers_notes_and_a_total() -> None:
    ((name, body),) = made("homes").files.items()
    sheet = openpyxl.load_workbook(io.BytesIO(body))["Boliger"]
    assert {str(cells) for cells in sheet.merged_cells.ranges} == {"A1:P1", "A3:J3", "K3:P3"}
    first = [row[0] for row in sheet.iter_rows(min_row=5, values_only=True)]
    assert first.count(None) == made("homes").excluded[name, "dwelling", "note"] + 1  # and one empty row
    assert [cell for cell in first if cell and cell.startswith("Sum")] == ["Sum"]
    dates = [row[9] for row in sheet.iter_rows(min_row=5, values_only=True) if row[9]]
    assert {type(date) for date in dates} == {str, dt.datetime} and {len(date) for date in dates if isinstance(date, str)} == {8}


def test_plain_forms() -> None:
    contract = made("contract").files["dwellings.csv"].decode().splitlines()
    assert contract[0].startswith("municipality_code;dwelling_id;unit_id;")
    fixed = made("fixed_width").files["LEIEFORHOLD.DAT"].decode("latin-1").split("\r\n")
    assert {len(line) for line in fixed[:-1]} == {100} and "20250132" in fixed[made("fixed_width").defects[0].line - 1]
    table = pq.read_table(io.BytesIO(made("parquet").files["tenancies.parquet"]))
    assert str(table.schema.field("start_date").type) == "date32[day]"
    assert table["contract_kind"][made("parquet").defects[0].line - 1].as_py() == "by_word_of_mouth"
