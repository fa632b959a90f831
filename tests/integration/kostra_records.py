"""Records of KOSTRA forms for tests: one that breaks no control for each form and year, with fields to change.

Belongs here: valid values. Does not belong here: what a test expects. All ids are synthetic (month + 80).
"""

from __future__ import annotations

from arrival_deliveries import synthetic_id

from orchestration.arrivals.contracts import FileContract, load_contracts

FORMS = {"11F": ("kostra_11f", "social_assistance"), "11CF": ("kostra_11cf", "qualification_programme")}
YEARS = (2022, 2023, 2024, 2025, 2026)

_COMMON = {
    "KOMMUNE_NR": "1804",
    "PERSON_JOURNALNR": "J1",
    "FODSELSDATO": "01011980",
    "KJONN": "1",
    "EKTSTAT": "1",
    "BU18": "2",
    "SAKSBEHANDLER": "SB1",
}
_VALID = {
    "11F": {
        "VKLO": "5",
        "TRYGDESIT": "12",
        "ARBSIT": "07",
        "STMND_1": "01",
        "BIDRAG": "0012000",
        "LAAN": "0000000",
        "BIDRAG_JAN": "0012000",
        "GITT_OKONOMIRAD": "2",
        "FAAT_INDIVIDUELL_PLAN": "2",
        "BOSIT": "1",
        "VILKARSOSLOV": "2",
        "VILKARSAMEKT": "2",
    },
    "11CF": {"KVP_KOMM": "2", "KVP_MED_ASTONAD": "2", "STMND_1": "01", "KVP_STONAD": "0015000", "STATUS": "1"},
}
_DATES = ("REG_DATO", "VEDTAK_DATO", "BEGYNT_DATO")


def file_of(form: str) -> FileContract:
    """Contract of the file of a form."""
    source, entity = FORMS[form]
    return load_contracts()[source].file(entity)


def date_text(form: str, year: int, field: str, year_of_date: int) -> str:
    """2 March of a year as the layout writes dates."""
    pattern = next(f.date_pattern for f in file_of(form).layouts[year].fields if f.name == field)
    return f"0203{year_of_date}" if pattern == "ddMMyyyy" else f"0203{year_of_date % 100:02d}"


def record(form: str, year: int, number: int = 0, **changes: str) -> bytes:
    """A record that breaks no control, with some fields changed; ``number`` gives another person and journal number."""
    values = _COMMON | _VALID[form] | {"VERSION": f"{year % 100:02d}", "PERSON_FODSELSNR": synthetic_id(number)}
    values |= {"PERSON_JOURNALNR": f"J{number + 1}"}
    if form == "11CF":
        values |= {field: date_text(form, year, field, year) for field in _DATES}
    layout = file_of(form).layouts[year]
    known = {f.name for f in layout.fields}
    unknown = set(changes) - known
    assert not unknown, f"{form} {year} has no {unknown}"
    values = {name: value for name, value in (values | changes).items() if name in known}
    return "".join(values.get(f.name, "").ljust(f.last - f.first + 1) for f in layout.fields).encode("latin-1")


_ACCOUNTS = {"skjema": "0A", "kvartal": " ", "kontoklasse": "1", "funksjon_kapittel": "265 ", "art_sektor": "010", "belop": "      100"}


def account_line(year: int, **changes: str) -> bytes:
    """A line of accounts that breaks no control of single lines, with some fields changed."""
    values = _ACCOUNTS | {"aargang": str(year), "region": "180400"} | changes
    layout = load_contracts()["kostra_accounts"].file("account_line").layouts[year]
    return "".join(values.get(f.name, "").ljust(f.last - f.first + 1) for f in layout.fields).encode("latin-1")
