"""The simplest senders: the documented files themselves, files of fixed width, and Parquet files with typed columns.

Belongs here: forms that say what the contract says, in another wrapping.
"""

from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.synthetic import extracts
from orchestration.synthetic.days import date_of, day
from orchestration.synthetic.keys import Keys
from orchestration.synthetic.municipality import SyntheticMunicipality
from orchestration.synthetic.native.system import NativeDefect, NativeFiles, System
from orchestration.synthetic.native.told import Rows, rows_of
from orchestration.synthetic.truth import local_keys

_DWELLING_WIDTHS = {
    **{"dwelling_id": 8, "unit_id": 8, "address": 30, "postal_code": 4, "is_secret_address": 1, "tenure_kind": 20, "category": 19},
    **{"room_count": 2, "area_m2": 6, "is_wheelchair_accessible": 1, "monthly_rent_nok": 8, "acquired_date": 8, "disposed_date": 8},
}
_TENANCY_WIDTHS = {
    **{"tenancy_id": 8, "dwelling_id": 8, "household_id": 8, "contract_holder_national_id": 11, "contract_kind": 16},
    **{"start_date": 8, "end_date": 8, "legal_basis": 19, "allocating_office": 14},
}


def _prepare(state: SyntheticMunicipality) -> Keys:
    """The contract's own keys; one address is secret."""
    state.dwellings.secret[0] = True
    return local_keys(state)


def _secret(made: NativeFiles, rows: Rows, file: str, header: int) -> None:
    for number, (_, row) in enumerate(rows.dwellings):
        if row["is_secret_address"]:
            made.defects.append(NativeDefect("secret_address", "P004", file, "dwelling", number + header + 1, row["dwelling_id"]))


def _cell(value: object) -> str:
    return "" if value is None else str(value)


def _write_contract(state: SyntheticMunicipality, keys: Keys, rows: Rows) -> NativeFiles:
    """``dwellings.csv``, ``tenancies.csv`` and ``household_members.csv`` as the contract wants them."""
    made = NativeFiles()
    extract = extracts.members(state, state.persons.ids)
    members = extract.show(extract.rows(day(rows.first), day(rows.last)), day(rows.last)).to_pylist()
    tables = {
        "dwellings.csv": [r for _, r in rows.dwellings],
        "tenancies.csv": [r for _, r in rows.tenancies],
        "household_members.csv": members,
    }
    for name, table in tables.items():
        lines = [";".join(table[0]), *(";".join(map(_cell, row.values())) for row in table)]
        made.files[name] = "".join(f"{line}\n" for line in lines).encode()
        made.rows += len(table)
    _secret(made, rows, "dwellings.csv", 1)
    return made


def _fixed(row: dict, widths: dict[str, int]) -> str:
    def text(name: str) -> str:
        value = row[name]
        return value.strftime("%Y%m%d") if isinstance(value, dt.date) else _cell(value)

    return "".join(
        text(name).rjust(width) if name in ("room_count", "area_m2", "monthly_rent_nok") else text(name).ljust(width)
        for name, width in widths.items()
    )


def _write_fixed(state: SyntheticMunicipality, keys: Keys, rows: Rows) -> NativeFiles:
    """Two files of fixed width in ISO 8859-1 without a header; the last delivery has a tenancy on the 32nd of a month."""
    made = NativeFiles()
    dwellings = [_fixed(row, _DWELLING_WIDTHS) for _, row in rows.dwellings]
    tenancies = [_fixed(row, _TENANCY_WIDTHS) for _, row in rows.tenancies]
    template = rows.tenancies[0][1]
    broken = _fixed({**template, "tenancy_id": "L9000001", "end_date": None}, _TENANCY_WIDTHS)
    start = sum(list(_TENANCY_WIDTHS.values())[: list(_TENANCY_WIDTHS).index("start_date")])
    tenancies.append(f"{broken[:start]}20250132{broken[start + 8 :]}")
    made.defects.append(NativeDefect("impossible_date", "R003", "LEIEFORHOLD.DAT", "tenancy", len(tenancies)))
    _secret(made, rows, "BOLIG.DAT", 0)
    for name, lines in (("BOLIG.DAT", dwellings), ("LEIEFORHOLD.DAT", tenancies)):
        made.files[name] = "".join(f"{line}\r\n" for line in lines).encode("latin-1")
        made.rows += len(lines)
    return made


def _parquet(table: list[dict]) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(table), buffer)
    return buffer.getvalue()


def _typed(rows: Rows) -> tuple[list[dict], list[dict]]:
    """Rows with true dates, decimals and truth values, and whether they are deletions."""
    left_out = ("municipality_code", "vacancy_reason", "changed_date")
    dwellings = [
        {
            **{name: value for name, value in row.items() if name not in left_out},
            "is_secret_address": bool(row["is_secret_address"]),
            "is_wheelchair_accessible": bool(row["is_wheelchair_accessible"]),
            "area_m2": Decimal(row["area_m2"]),
            "deleted": False,
        }
        for _, row in rows.dwellings
    ]
    return dwellings, [{**{n: v for n, v in row.items() if n not in left_out}, "deleted": False} for _, row in rows.tenancies]


def _deletion(row: dict, key: str) -> dict:
    return {name: {key: value, "deleted": True}.get(name) for name, value in row.items()}


def _write_parquet(state: SyntheticMunicipality, keys: Keys, rows: Rows) -> NativeFiles:
    """Changes: the first delivery tells all, and a dwelling with a tenancy too many; the next what is new or changed, and deletes those."""
    made, begun = NativeFiles(), date_of(state.first)
    dwellings, tenancies = _typed(rows)
    mistaken_dwelling = {**dwellings[0], "dwelling_id": "B9000001", "unit_id": "E9000001", "is_secret_address": False}
    mistaken_tenancy = {**tenancies[0], "tenancy_id": "L9000002", "dwelling_id": "B9000001"}
    if rows.first == begun:
        dwellings, tenancies = [*dwellings, mistaken_dwelling], [*tenancies, mistaken_tenancy]
    else:
        known = _typed(rows_of(state, begun, rows.first - dt.timedelta(days=1)))
        dwellings, tenancies = (
            [row for row in now if row not in before] for now, before in zip((dwellings, tenancies), known, strict=True)
        )
        dwellings.append(_deletion(mistaken_dwelling, "dwelling_id"))
        tenancies.append(_deletion(mistaken_tenancy, "tenancy_id"))
    if day(rows.last) == state.last:
        tenancies.append({**tenancies[0], "tenancy_id": "L9000001", "contract_kind": "by_word_of_mouth"})
        made.defects.append(NativeDefect("unknown_code", "R005", "tenancies.parquet", "tenancy", len(tenancies)))
    for number, row in enumerate(dwellings, start=1):
        if row["is_secret_address"]:
            made.defects.append(NativeDefect("secret_address", "P004", "dwellings.parquet", "dwelling", number, row["dwelling_id"]))
    made.files = {"dwellings.parquet": _parquet(dwellings), "tenancies.parquet": _parquet(tenancies)}
    made.rows = len(dwellings) + len(tenancies)
    return made


CONTRACT = System("5622", "contract/contract", 2, _prepare, _write_contract, ("dwelling", "tenancy", "household_member"))
FIXED_WIDTH = System("3428", "fixed_width/fixed_width", 1, _prepare, _write_fixed)
PARQUET = System("1560", "parquet/parquet", 2, _prepare, _write_parquet)
