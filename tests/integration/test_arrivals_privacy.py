"""No national id and no protected address leaves landing, wherever a supplier writes it; what the gate says shows none either."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from arrival_deliveries import csv_bytes, deliver, files_of, line, settings_with_klass, synthetic_id

from orchestration.arrivals.contracts import load_contracts
from orchestration.arrivals.gate import GateResult, run_gate
from orchestration.arrivals.manifest import MANIFEST
from orchestration.privacy.national_id import holds_id_sql, id_status, without_ids
from orchestration.settings import Settings

ID = synthetic_id(40)
WRONG = ID[:-1] + str((int(ID[-1]) + 1) % 10)
SECRET = "Skjulveien 77"


@pytest.fixture
def settings(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A data home where the classification of municipalities is accepted already."""
    return settings_with_klass(tmp_path, tmp_path_factory)


def texts_outside(settings: Settings) -> Iterator[tuple[str, str]]:
    """Name and content of everything outside landing: bytes, names of files, and every value and statistic of Parquet."""
    for path in settings.home.rglob("*"):
        if path.is_relative_to(settings.landing):
            continue
        yield str(path), str(path.relative_to(settings.home))
        if path.is_file():
            yield str(path), path.read_bytes().decode("latin-1")
        if path.suffix == ".parquet":
            for query in (f"FROM '{path}'", f"FROM parquet_metadata('{path}')", f"FROM parquet_kv_metadata('{path}')"):
                yield str(path), str(duckdb.sql(query).fetchall())


def assert_nowhere(settings: Settings, result: GateResult, *canaries: str) -> None:
    """None of these texts stands outside landing or in what the gate gave back."""
    places = [*texts_outside(settings), ("result", repr((result.accepted, result.refused, result.known, result.waiting, result.suites)))]
    assert [(place, number) for number, canary in enumerate(canaries) for place, content in places if canary in content] == []


TEXT_FIELDS = [
    (contract.source, file.entity, field.name)
    for contract in load_contracts().values()
    if contract.supplier == "municipality"
    for file in contract.files
    for field in file.fields
    if field.may_hold_id
]


def test_the_fields_that_may_hold_an_id_are_local_keys_and_free_texts() -> None:
    assert {name for _, _, name in TEXT_FIELDS} == {
        "address", "allocating_unit", "application_id", "decision_id", "dwelling_id", "event_id", "first_local_id",
        "group_code", "household_id", "label_nb", "line_id", "local_group_code",
        "local_id", "local_label_nb", "other_dwelling_id", "person_number",
        "reason", "register_number", "reserved_for", "responsible_unit", "scheme_code",
        "second_local_id", "service_id", "stay_id", "tenancy_id", "unit_id",
    }  # fmt: skip


@pytest.mark.parametrize(("source", "entity", "name"), TEXT_FIELDS)
def test_an_id_in_a_field_that_asks_for_none_sends_the_row_to_quarantine(settings: Settings, source: str, entity: str, name: str) -> None:
    """Another key beside it, so that the row is no second one; a field that holds codes of a list refuses the id for that, too."""
    file = load_contracts()[source].file(entity)
    listed = {entry.field for entry in file.listed}
    others = {f: "3" if f in listed else f"X{f}" for f in file.grain if f.endswith(("_id", "_number", "_code")) and f != name}
    others = {f: v for f, v in others.items() if f not in ("municipality_code", "member_number")}
    content = csv_bytes(source, entity, line(entity), line(entity, **others, **{name: ID}))
    deliver(settings, source, "1804", files_of(source, **{entity: content}))
    result = run_gate(settings)
    reason = "must not hold a national id or DUF number; those belong in the id columns alone"
    rows = duckdb.sql(f"SELECT line_number, rule_id, field_name, reason FROM '{settings.quarantine}/*/*/rows.parquet'").fetchall()
    assert [row for row in rows if row[1] == "R010"] == [(3, "R010", name, reason)]
    assert {row[1:3] for row in rows} == {("R010", name)} | ({("R005", name)} if name in listed else set())
    assert_nowhere(settings, result, ID)


WAYS = {
    "alone": (ID, True),
    "D-number": ("41818010077", True),
    "space": (f"{ID[:6]} {ID[6:]}", True),
    "hyphen": (f"{ID[:6]}-{ID[6:]}", True),
    "no-break space": (f"{ID[:6]}\u00a0{ID[6:]}", True),
    "in a text": (f"bor hos {ID}, 2. etg", True),
    "after letters": (f"HH_{ID}b", True),
    "after a wrong one": (f"{WRONG} {ID}", True),
    "wrong check digits": (WRONG, False),
    "two spaces": (f"{ID[:6]}  {ID[6:]}", True),
    "a dash between spaces": (f"født {ID[:6]} – {ID[6:]}.", True),
    "four signs": (f"{ID[:6]} -- {ID[6:]}", False),
    "twelve digits": (f"1{ID}", False),
    "DUF number": ("202300004203", True),
    "DUF number in a text": ("ankom som 202300004203, ukjent", True),
    "DUF number with wrong check digits": ("202300004204", False),
    "a number like a DUF number of no year": ("102300004210", False),
    "a street": ("Storgata 12 B", False),
}


@pytest.mark.parametrize(("written", "is_found"), WAYS.values(), ids=WAYS.keys())
def test_an_id_is_found_however_it_is_written(written: str, is_found: bool) -> None:
    assert id_status("41818010077") == "valid"
    assert duckdb.execute(f"SELECT {holds_id_sql('t')} FROM (SELECT ? AS t)", [written]).fetchone() == (is_found,)


def test_names_in_messages_lose_all_that_looks_like_an_id() -> None:
    assert without_ids(f"landing/x/{WRONG}/{ID[:6]}-{ID[6:]}_2024-12-31 123456789012") == "landing/x/#/#_2024-12-31 123456789012"


def test_ids_and_protected_addresses_in_their_own_fields_stay_inside(settings: Settings) -> None:
    members = [line("household_member", person_national_id=ID), line("household_member", member_number="2", person_national_id=WRONG)]
    dwelling = line("dwelling", address=SECRET, postal_code="9753", is_secret_address="1")
    files = files_of(
        "municipal",
        household_member=csv_bytes("municipal", "household_member", *members),
        dwelling=csv_bytes("municipal", "dwelling", dwelling),
    )
    deliver(settings, "municipal", "1804", files)
    result = run_gate(settings)
    assert result.rows_accepted == 6
    assert_nowhere(settings, result, ID, WRONG, SECRET)
    assert duckdb.sql(f"SELECT address, postal_code FROM '{settings.raw}/municipal/*/dwelling.parquet'").fetchall() == [(None, None)]


def test_a_secret_address_in_another_text_of_the_row_goes_no_further(settings: Settings) -> None:
    secret = {"address": SECRET, "postal_code": "9753", "is_secret_address": "1"}
    lines = [
        line("dwelling", dwelling_id="D2", responsible_unit=f"Base {SECRET.upper()}", **secret),
        line("dwelling", dwelling_id=f"{SECRET} H0101", **secret),
        line("dwelling", dwelling_id="D4", **secret),
        line("dwelling", dwelling_id="Storgata 1 H0101"),  # this address is not secret
    ]
    deliver(settings, "municipal", "1804", files_of("municipal", dwelling=csv_bytes("municipal", "dwelling", *lines)))
    result = run_gate(settings)
    rows = duckdb.sql(
        f"SELECT line_number, rule_id, field_name, row_key IS NULL FROM '{settings.quarantine}/municipal/*/rows.parquet' ORDER BY ALL"
    )
    assert rows.fetchall() == [(2, "R015", "responsible_unit", True), (3, "R015", "dwelling_id", True)]
    assert_nowhere(settings, result, SECRET, SECRET.upper())


def test_an_id_in_a_row_that_breaks_other_rules_is_not_shown(settings: Settings) -> None:
    lines = [
        line("tenancy"),
        line("tenancy", tenancy_id="T2", start_date=ID, contract_kind=WRONG, end_reason=ID),
        line("tenancy", tenancy_id="T3", municipality_code=ID),
        f"{ID};{WRONG}",
        f'"{ID}',
        line("tenancy") + ID,
    ]
    deliver(settings, "municipal", "1804", files_of("municipal", tenancy=csv_bytes("municipal", "tenancy", *lines)))
    result = run_gate(settings)
    assert (result.rows_accepted, result.rows_quarantined) == (5, 5)
    assert_nowhere(settings, result, ID, WRONG)


@pytest.mark.parametrize(
    ("header", "rule_id"), [(f";{ID}", "F008"), (f";kari {WRONG} nordmann", "F008"), (f"\n{ID}" + "9" * 1_000_001, "F013")]
)
def test_an_id_in_a_header_or_an_overlong_line_is_not_shown(settings: Settings, header: str, rule_id: str) -> None:
    content = csv_bytes("iplos", "service", line("service")).replace(b"need_hearing", b"need_hearing" + header.encode(), 1)
    deliver(settings, "iplos", "1804", {"services.csv": content})
    result = run_gate(settings)
    assert [r.refusal_rule_id for r in result.refused] == [rule_id]
    assert_nowhere(settings, result, ID, WRONG, "nordmann")


def _supplier(body: dict) -> None:
    body["supplier"] = ID


def _file_name(body: dict) -> None:
    body["files"][0]["name"] = f"{ID}.csv"


def _source(body: dict) -> None:
    body["source"] = ID


def _period(body: dict) -> None:
    body["period_end"] = ID


@pytest.mark.parametrize("change", [_supplier, _file_name, _source, _period])
@pytest.mark.parametrize("name", ["2024-12-31", ID, f"{WRONG[:6]} {WRONG[6:]}"])
@pytest.mark.parametrize("supplier", ["1804", ID])
def test_an_id_in_the_manifest_or_a_folder_name_is_not_shown(settings: Settings, change, name: str, supplier: str) -> None:
    folder = deliver(settings, "iplos", supplier, {"services.csv": csv_bytes("iplos", "service", line("service"))}, name=name)
    body = json.loads((folder / MANIFEST).read_text())
    change(body)
    (folder / MANIFEST).write_text(json.dumps(body))
    result = run_gate(settings)
    assert [r.refusal_rule_id for r in result.refused] == ["F001"]
    assert_nowhere(settings, result, ID, f"{WRONG[:6]} {WRONG[6:]}")
    again = run_gate(settings)
    assert (again.refused, len(again.known)) == ([], 2)


def test_restricted_folders_are_the_owners_alone_even_when_they_were_open(settings: Settings) -> None:
    for folder in (settings.landing, settings.work):
        folder.mkdir(exist_ok=True)
        folder.chmod(0o755)
    deliver(settings, "iplos", "1804", {"services.csv": csv_bytes("iplos", "service", line("service"))})
    run_gate(settings)
    assert [oct(p.stat().st_mode & 0o777) for p in (settings.landing, settings.work, settings.raw)] == ["0o700"] * 3
