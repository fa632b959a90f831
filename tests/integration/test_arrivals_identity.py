"""Persons across sources: one pseudonym for one number, and two number spaces that meet only where a source gives both."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from arrival_deliveries import csv_bytes, deliver, files_of, line, settings_with_klass, synthetic_id

from orchestration.arrivals.gate import run_gate
from orchestration.settings import Settings

DUF, OTHER_DUF = "202300004203", "201412345607"


@pytest.fixture
def settings(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A data home where the classification of municipalities is accepted already."""
    return settings_with_klass(tmp_path, tmp_path_factory)


def refugees(settings: Settings) -> list[tuple]:
    """Rows of the refugee register in raw."""
    columns = "register_number, person_pseudonym, person_id_status, person_duf_pseudonym, person_duf_status"
    return duckdb.sql(f"SELECT {columns} FROM '{settings.raw}/refugee_register/*/refugee.parquet' ORDER BY 1").fetchall()


def test_a_duf_number_has_a_pseudonym_of_its_own_and_only_where_it_is_valid(settings: Settings) -> None:
    rows = [
        line("refugee", register_number="R1", person_duf=DUF),
        line("refugee", register_number="R2", person_national_id="", person_duf=DUF),
        line("refugee", register_number="R3", person_national_id="", person_duf="202300004204"),
        line("refugee", register_number="R4", person_duf=""),
        line("refugee", register_number="R5", person_national_id="", person_duf=f"{OTHER_DUF[:4]} {OTHER_DUF[4:]}"),
    ]
    deliver(settings, "refugee_register", "1804", files_of("refugee_register", refugee=csv_bytes("refugee_register", "refugee", *rows)))
    result = run_gate(settings)
    assert (result.rows_accepted, result.rows_quarantined) == (5, 0)
    found = refugees(settings)
    assert [(status, duf) for _, _, status, _, duf in found] == [
        ("valid", "valid"),
        ("missing", "valid"),
        ("missing", "invalid_check_digits"),
        ("valid", "missing"),
        ("missing", "valid"),
    ]
    persons, dufs = [p for _, p, *_ in found], [d for *_, d, _ in found]
    assert persons[0] == persons[3] and len(set(persons)) == 4, "rows without an id have a pseudonym each"
    assert dufs[0] == dufs[1] != dufs[4] and (dufs[2], dufs[3]) == (None, None)
    assert not set(persons) & set(dufs)


def test_a_register_without_the_column_is_read(settings: Settings) -> None:
    content = f"municipality_code;register_number;person_national_id;settlement_date\n1804;R1;{synthetic_id(0)};2022-06-01\n"
    deliver(settings, "refugee_register", "1804", {"refugees.csv": content.encode()})
    assert run_gate(settings).rows_accepted == 1
    assert [row[2:] for row in refugees(settings)] == [("valid", None, "missing")]


@pytest.mark.parametrize(("duf", "refused"), [(DUF, []), ("", ["F018"])])
def test_persons_known_by_duf_number_alone_do_link(settings: Settings, duf: str, refused: list[str]) -> None:
    rows = [line("refugee", register_number=f"R{i}", person_national_id="", person_duf=duf) for i in range(30)]
    deliver(settings, "refugee_register", "1804", files_of("refugee_register", refugee=csv_bytes("refugee_register", "refugee", *rows)))
    result = run_gate(settings)
    assert [r.refusal_rule_id for r in result.refused] == refused


def test_the_same_id_is_the_same_pseudonym_in_every_source(settings: Settings) -> None:
    for source in ("municipal", "iplos", "refugee_register"):
        deliver(settings, source, "1804", files_of(source))
    assert len(run_gate(settings).accepted) == 3
    places = {
        "municipal/*/tenancy": "contract_holder_pseudonym",
        "municipal/*/household_member": "person_pseudonym",
        "municipal/*/application": "applicant_pseudonym",
        "iplos/*/service": "person_pseudonym",
        "refugee_register/*/refugee": "person_pseudonym",
    }
    found = {duckdb.sql(f"SELECT {column} FROM '{settings.raw}/{place}.parquet'").fetchone()[0] for place, column in places.items()}
    assert len(found) == 1
