"""Writes small deliveries for tests: what a supplier would send, with one thing changed at a time.

Belongs here: the shape of a whole delivery of each source. Does not belong here: what a test expects. All ids are synthetic (month + 80).
"""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest

from orchestration.arrivals.contracts import load_contracts
from orchestration.arrivals.gate import run_gate
from orchestration.arrivals.manifest import DeliveredFile, Manifest, file_entry, write_manifest
from orchestration.privacy.national_id import check_digits
from orchestration.settings import PROJECT_ROOT, Settings

KLASS_FILES = ("klass131_municipality_versions.csv", "klass131_changes.csv")
PERIOD = (dt.date(2024, 1, 1), dt.date(2024, 12, 31))
RECEIVED = dt.datetime(2025, 1, 15, 8, 0)

_VALUES = {
    "dwelling": "1804;D1;U1;H0101;Storgata 1;8006;0;owned;freehold;ordinary;3;72.5;1;Bolig sør;;7500.00;;2001-05-01;;;"
    "300123456;12/345/0/7;Tildelingskontoret;0;650000;2045-06-30",
    "tenancy": "1804;T1;D1;HH1;{id};three_year;2023-03-01;;social_services_act;housing_office;2023-02-01;;2026-03-01;;",
    "household_member": "1804;HH1;1;{id};1980;f;2023-03-01;",
    "household_group": "1804;HH1;1;A;2023-03-01;",
    "application": "1804;A1;HH1;{id};2022-12-01;2023-02-01;granted;;2023-02-10;;2023-03-01;T1;A;housing_office;social_services_act;"
    "2023-02-05;2023-02-01;0;ordinary",
    "dwelling_event": "1804;E1;D1;renovated;2019-05-01;;condition",
    "service": "1804;S1;{id};1980;f;7;2023-03-01;;3.50;;" + ";".join(["1"] * 17),
    "refugee": "1804;R1;{id};202200004201;2022-06-01",
    "person": "1804;P1;{id};1980;f;alone;0;2023-03-01;",
    "need_score": "1804;P1;cooking;2023-03-01;3",
    "dwelling_staffing": "1804;S1;round_clock;2023-03-01;",
    "stay": "1804;M1;HH1;{id};;1980;single;0;guesthouse;no_dwelling;social_services_act_27;A;2024-03-01;;;650.00",
    "line": "1804;2024;2024-12-31;all;2;Boliger i alt;980;",
    "match_decision": "1804;K1;tenancy;T1;T2;confirmed;housing_office;2024-06-01;Samme leieforhold",
    "group_correction": "1804;G1;HH1;local;A;2023-03-01;;housing_office;2024-06-01;Feil kode",
    "accepted_deviation": "1804;A1;T004;HH1;2025-06-01;housing_office;2024-06-01;Avklares",
    "local_group": "1804;A;Rus;form_2009;2;exact;2009-01-01;",
}


def settings_in(home: Path) -> Settings:
    """Settings of a data home of its own, the key outside it."""
    return Settings(home=home / "home", key_file=home / "config" / "pseudonym.key")


def synthetic_id(number: int) -> str:
    """The synthetic id with that number: born 1 January 1980, month + 80."""
    found = -1
    for individual in range(1000):
        nine = f"018180{individual:03d}"
        digits = check_digits(nine)
        found += digits is not None
        if digits is not None and found == number:
            return nine + digits
    raise ValueError(f"no synthetic id {number}")


def line(entity: str, **changes: str | None) -> str:
    """A whole line of an entity with some fields changed."""
    names = [f.name for contract in load_contracts().values() for file in contract.files if file.entity == entity for f in file.fields]
    values = dict(zip(names, _VALUES[entity].format(id=synthetic_id(0)).split(";"), strict=True))
    return ";".join({**values, **changes}.values())


def header(source: str, entity: str) -> str:
    """Header line of an entity."""
    return ";".join(f.name for f in load_contracts()[source].file(entity).fields)


def csv_bytes(source: str, entity: str, *lines: str) -> bytes:
    """A whole file."""
    return ("\n".join([header(source, entity), *lines]) + "\n").encode()


def files_of(source: str, **changed: bytes) -> dict[str, bytes]:
    """One line in each file of a source; ``changed`` gives other bytes by entity."""
    contract = load_contracts()[source]
    files = [f for f in contract.files if not f.optional or f.entity in changed]
    return {f.file: changed.get(f.entity, csv_bytes(source, f.entity, line(f.entity))) for f in files}


def deliver(
    settings: Settings,
    source: str,
    supplier: str,
    files: dict[str, bytes],
    period: tuple[dt.date, dt.date] = PERIOD,
    received_at: dt.datetime = RECEIVED,
    name: str | None = None,
    entries: dict[str, DeliveredFile] | None = None,
    version: int = 1,
) -> Path:
    """Write a delivery into landing; ``entries`` replaces what the manifest says about a file."""
    folder = settings.landing / source / supplier / (name or period[1].isoformat())
    folder.mkdir(parents=True)
    for file, content in files.items():
        (folder / file).write_bytes(content)
    said = [(entries or {}).get(f) or file_entry(folder / f) for f in files]
    write_manifest(folder, Manifest(source, version, supplier, *period, received_at, tuple(said)))
    return folder


def deliver_klass(settings: Settings) -> Path:
    """The real classification of municipalities."""
    regions = PROJECT_ROOT / "reference" / "regions"
    files = {name: (regions / name).read_bytes() for name in KLASS_FILES}
    return deliver(settings, "klass", "ssb", files, (dt.date(1838, 1, 1), dt.date(2025, 12, 31)), dt.datetime(2026, 1, 2))


_WITH_KLASS: dict[str, Path] = {}


def settings_with_klass(home: Path, factory: pytest.TempPathFactory) -> Settings:
    """A data home of its own where the classification of municipalities is accepted already (made once, then copied)."""
    if "home" not in _WITH_KLASS:
        first = settings_in(factory.mktemp("klass"))
        deliver_klass(first)
        assert len(run_gate(first).accepted) == 1
        _WITH_KLASS["home"] = first.home
    own = settings_in(home)
    shutil.copytree(_WITH_KLASS["home"], own.home)
    return own
