"""Other sources through a mapping: the register of refugees with DUF numbers, and IPLOS-style services with hours and scores."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.arrivals.gate import run_gate
from orchestration.settings import Settings
from tests.integration.arrival_deliveries import settings_with_klass, synthetic_id
from tests.integration.mapped_deliveries import adds_up, deliver_mapped, quarantined, rows_of, text

DUF = "202300004203"
REGISTER = """\
version: 1
extract: export
title: Export of the register
source: refugee_register
contract_version: 1
files: {list: {pattern: 'flyktninger[.]csv', format: csv, delimiter: "|", dates: [dd.MM.yyyy]}}
entities:
  refugee:
    file: list
    fields:
      register_number: {column: Nr}
      person_national_id: {column: Fnr}
      settlement_date: {column: Bosatt}
"""
SERVICES = """\
version: 1
extract: gerica
title: Services
source: iplos
contract_version: 1
files: {list: {pattern: 'tjenester[.]txt', format: fixed_width, decimal: ",", dates: [ddMMyyyy], columns: [
  {name: id, from: 1, to: 4}, {name: fnr, from: 5, to: 15}, {name: born, from: 16, to: 19}, {name: kjonn, from: 20, to: 20},
  {name: type, from: 21, to: 22}, {name: fra, from: 23, to: 30}, {name: timer, from: 31, to: 35}, {name: husarbeid, from: 36, to: 36}]}}
entities:
  service:
    file: list
    fields:
      service_id: {column: id}
      person_national_id: {column: fnr}
      birth_year: {column: born}
      sex: {column: kjonn, values: {1: m, 2: f}}
      service_type: {column: type, values: {"07": "7", "29": "29"}}
      start_date: {column: fra}
      hours_per_week: {column: timer}
      need_housework: {column: husarbeid}
"""


@pytest.fixture
def settings(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return settings_with_klass(tmp_path, tmp_path_factory)


def test_the_register_of_refugees_with_and_without_duf_numbers(settings: Settings) -> None:
    with_duf = REGISTER.replace("extract: export", "extract: with_duf") + "      person_duf: {column: DUF}\n"
    rows = [f"1|{synthetic_id(0)}|01.06.2022|{DUF}|x", f"2||02.06.2022|{DUF}|x", "3||03.06.2022|123456789012|x"]
    content = {"flyktninger.csv": text("Nr|Fnr|Bosatt|DUF|note", *rows)}
    deliver_mapped(settings, REGISTER, content, extract="export", source="refugee_register")
    deliver_mapped(settings, with_duf, content, extract="with_duf", source="refugee_register")

    result = run_gate(settings)

    assert [r.refusal_reason for r in result.refused] == []
    without, with_numbers = sorted(result.accepted, key=lambda r: r.extract)
    assert all(adds_up(f) for r in result.accepted for f in r.files)
    columns = "person_id_status, person_duf_status, person_duf_pseudonym IS NULL"
    assert rows_of(settings, without, "refugee", columns) == [
        ("valid", "missing", True),
        ("missing", "missing", True),
        ("missing", "missing", True),
    ]
    assert rows_of(settings, with_numbers, "refugee", columns) == [
        ("valid", "valid", False),
        ("missing", "valid", False),
        ("missing", "invalid_check_digits", True),
    ]


def test_services_of_fixed_width(settings: Settings) -> None:
    lines = [
        f"S1  {synthetic_id(0)}19802070103202303,501",
        f"S2  {synthetic_id(1)}19801290103202312,009",
        f"S3  {synthetic_id(1)}19803070103202312,008",
    ]
    deliver_mapped(settings, SERVICES, {"tjenester.txt": text(*lines)}, extract="gerica", source="iplos")

    [receipt] = run_gate(settings).accepted

    assert [f.entity for f in receipt.files] == ["service"]
    assert all(adds_up(f) for f in receipt.files)
    columns = "service_id, sex, service_type, CAST(start_date AS VARCHAR), CAST(hours_per_week AS VARCHAR), need_housework, need_shopping"
    assert rows_of(settings, receipt, "service", columns) == [
        ("S1", "f", "7", "2023-03-01", "3.50", 1, None),
        ("S2", "m", "29", "2023-03-01", "12.00", 9, None),
    ]
    assert [row[1:] for row in quarantined(settings, receipt.delivery_id)] == [
        (3, "R005", "need_housework", "husarbeid: must be one of 1, 2, 3, 4, 5, 9"),
        (3, "R011", "sex", "kjonn: the code has no meaning in the mapping; add it to values, or correct the row"),
    ]
