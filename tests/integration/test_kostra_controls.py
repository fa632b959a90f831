"""Each control of forms 11F and 11CF in each layout year: a record that breaks it is found, one that nearly does is not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from arrival_deliveries import deliver, settings_with_klass
from kostra_records import FORMS, YEARS, date_text, record

from orchestration.arrivals.gate import run_gate
from orchestration.kostra.registry import controls_of
from orchestration.privacy.national_id import check_digits

Changes = dict[str, str]
Case = Changes | list[Changes] | Callable[[int], Changes]


def born(year: int, individual: int = 0, month: int = 81) -> str:
    """A synthetic id of somebody born on 1 January of that year."""
    first = {19: 0, 20: 500}[year // 100]
    for number in range(first + individual, 1000):
        nine = f"01{month}{year % 100:02d}{number:03d}"
        if digits := check_digits(nine):
            return nine + digits
    raise ValueError(year)


def _wrong(number: str) -> str:
    return number[:-1] + str((int(number[-1]) + 1) % 10)


TERMS = {"VILKARSOSLOV": "1", "VILKARARBEID": "16"}


def _terms(year: int) -> Changes:
    pattern = "01022025" if year >= 2025 else "010225"
    return TERMS | {"UTBETDATO": pattern, "UTBETTOMDATO": pattern}


def _without(name: str) -> Callable[[int], Changes]:
    return lambda year: _terms(year) | {name: ""}


# What breaks a control: changes to a record that breaks none, or several records that break it together.
SHARED: dict[str, Case] = {
    "K003": {"KOMMUNE_NR": "5001"},
    "K003B": {"BYDELSNR": "01"},
    "K004": {"VERSION": "19"},
    "K004A": {"FODSELSDATO": ""},
    "K005": {"PERSON_FODSELSNR": _wrong(born(1981))},
    "K005A": [{"PERSON_FODSELSNR": born(1982)}, {"PERSON_FODSELSNR": born(1982)}],
    "K005B": [{"PERSON_JOURNALNR": "twice"}, {"PERSON_JOURNALNR": "twice"}],
    "K006": lambda year: {"PERSON_FODSELSNR": born(year - 17)},
    "K008": {"KJONN": "3"},
    "K009": {"EKTSTAT": "6"},
    "K010": {"BU18": "0"},
    "K011": {"BU18": "1", "ANTBU18": "00"},
    "K012": {"BU18": "2", "ANTBU18": "01"},
    "K013": {"BU18": "1", "ANTBU18": "14"},
}
BREAKS: dict[str, dict[str, Case]] = {
    "11F": SHARED
    | {
        "K007": lambda year: {"PERSON_FODSELSNR": born(year - 96)},
        "K014": {"VKLO": "0"},
        "K015": {"VKLO": "1", "ARBSIT": "03"},
        "K016": {"VKLO": "2", "ARBSIT": "01"},
        "K017": {"VKLO": "4", "ARBSIT": "02"},
        "K018": {"VKLO": "6", "ARBSIT": "10"},
        "K019": {"VKLO": "8", "ARBSIT": "09"},
        "K020B": {"VKLO": "3", "TRYGDESIT": "12"},
        "K021": {"VKLO": "5", "ARBSIT": "01"},
        "K022": {"TRYGDESIT": "03"},
        "K023A": lambda year: {"TRYGDESIT": "07", "PERSON_FODSELSNR": born(year - 61)},
        "K023B": {"TRYGDESIT": "05"},
        "K023C": {"TRYGDESIT": "13"},
        "K024": {"TRYGDESIT": "04", "ARBSIT": "01"},
        "K024B": {"VKLO": "3", "TRYGDESIT": "11", "ARBSIT": "08"},
        "K025": {"ARBSIT": "11"},
        "K026": {"STMND_1": ""},
        "K027": {"BIDRAG": "0000000", "BIDRAG_JAN": "0000000"},
        "K030": {"BIDRAG": "0600000", "BIDRAG_JAN": "0600000"},
        "K031": {"BIDRAG": "0000200", "BIDRAG_JAN": "0000200"},
        "K032": {"GITT_OKONOMIRAD": "3"},
        "K033": {"FAAT_INDIVIDUELL_PLAN": ""},
        "K035": {"BOSIT": "7"},
        "K036": {"BIDRAG_JAN": "0011999"},
        "K037": {"LAAN_FEB": "0000001"},
        "K038": {"PERSON_FODSELSNR": "", "PERSON_DUF": "202300004204"},
        "K039": {"VILKARSOSLOV": ""},
        "K040": {"VILKARSAMEKT": "3"},
        "K041": _without("UTBETDATO"),
        "K042": _without("UTBETTOMDATO"),
        "K043": _without("VILKARARBEID"),
    },
    "11CF": SHARED
    | {
        "K007": lambda year: {"PERSON_FODSELSNR": born(year - 69)},
        "K014": lambda year: {"REG_DATO": date_text("11CF", year, "REG_DATO", year - 5)},
        "K015": lambda year: {"VEDTAK_DATO": date_text("11CF", year, "VEDTAK_DATO", year - 5)},
        "K016": {"BEGYNT_DATO": ""},
        "K019": {"KVP_KOMM": ""},
        "K020": {"KVP_KOMM": "1", "KOMMNR_KVP_KOMM": "9998"},
        "K021": {"YTELSE_SOSHJELP": "1", "YTELSE_TYPE_SOSHJ": ""},
        "K026": {"KVP_MED_ASTONAD": "3"},
        "K027": {"KVP_MED_ASTONAD": "2", "KVP_MED_KOMMBOS": "4"},
        "K028": {"STMND_1": ""},
        "K029": {"KVP_STONAD": "0000000"},
        "K030": {"KVP_STONAD": ""},
        "K031": {"STMND_1": ""},
        "K032": {"KVP_STONAD": "0600001"},
        "K036": {"STATUS": "8"},
        "K037": lambda year: {"STATUS": "4", "AVSL_DATO": date_text("11CF", year, "AVSL_DATO", year - 1)},
        "K038": lambda year: {"STATUS": "3", "AVSL_DATO": date_text("11CF", year, "AVSL_DATO", year), "AVSL_VIKTIGSTE_INNTEKT": "01"},
        "K039": lambda year: {"STATUS": "3", "AVSL_DATO": date_text("11CF", year, "AVSL_DATO", year), "AVSL_SKOLE": "04"},
    },
}
ENDED = {"STATUS": "3", "AVSL_SKOLE": "04", "AVSL_VIKTIGSTE_INNTEKT": "01"}
CHILDREN = {"BU18": "1", "ANTBU18": "13"}
# Records just inside: none of them breaks the control.
NEARLY: dict[str, dict[str, Case]] = {
    "11F": {
        "K005": {"PERSON_FODSELSNR": "01010100100"},
        "K006": lambda year: {"PERSON_FODSELSNR": born(year - 18)},
        "K007": lambda year: {"PERSON_FODSELSNR": born(year - 95)},
        "K011": CHILDREN,
        "K012": CHILDREN,
        "K013": CHILDREN,
        "K015": {"VKLO": "1", "ARBSIT": "02"},
        "K016": {"VKLO": "2", "ARBSIT": "06"},
        "K017": {"VKLO": "4", "ARBSIT": "03"},
        "K018": {"VKLO": "6", "ARBSIT": "09"},
        "K019": {"VKLO": "8", "ARBSIT": "10"},
        "K020B": {"VKLO": "3", "TRYGDESIT": "01"},
        "K021": {"VKLO": "5", "ARBSIT": "03"},
        "K023A": lambda year: {"TRYGDESIT": "07", "PERSON_FODSELSNR": born(year - 62)},
        "K023B": {"TRYGDESIT": "05"} | CHILDREN,
        "K023C": {"TRYGDESIT": "13"} | CHILDREN,
        "K024": {"TRYGDESIT": "07", "ARBSIT": "04"},
        "K024B": {"VKLO": "5", "TRYGDESIT": "11", "ARBSIT": "08"},
        "K026": {"STMND_1": "", "STMND_12": "12"},
        "K027": {"BIDRAG": "0000000", "LAAN": "0000001"},
        "K030": {"BIDRAG": "0500000", "LAAN": "0099999"},
        "K031": {"BIDRAG": "0000200", "LAAN": "0000001"},
        "K037": {"LAAN": "0000001", "LAAN_DES": "0000001"},
        "K038": {"PERSON_FODSELSNR": "", "PERSON_DUF": "202300004203"},
        "K041": _terms,
        "K042": _terms,
        "K043": lambda year: _terms(year) | {"VILKARARBEID": "", "VILKARDIGPLAN": "19"},
    },
    "11CF": {
        "K006": lambda year: {"PERSON_FODSELSNR": born(year - 18)},
        "K007": lambda year: {"PERSON_FODSELSNR": born(year - 68)},
        "K014": lambda year: {"REG_DATO": date_text("11CF", year, "REG_DATO", year - 4)},
        "K020": {"KVP_KOMM": "1", "KOMMNR_KVP_KOMM": "0301"},
        "K021": {"YTELSE_SOSHJELP": "1", "YTELSE_TYPE_SOSHJ": "3"},
        "K027": {"KVP_MED_ASTONAD": "1", "KVP_MED_SOSHJ_SUP": "7"},
        "K028": {"STATUS": "2", "STMND_1": ""},
        "K030": {"STATUS": "2", "KVP_STONAD": ""},
        "K031": {"STATUS": "2", "STMND_1": ""},
        "K032": {"KVP_STONAD": "0600000"},
        "K037": lambda year: {"STATUS": "5", "AVSL_DATO": date_text("11CF", year, "AVSL_DATO", year)},
        "K038": ENDED,
        "K039": ENDED,
    },
}
# A duplicate in Oslo is none; the same person with another status is none.
Found = dict[tuple[str, int, str], set[int]]


def cases() -> list[tuple[str, int, str]]:
    return [
        (c.form, year, c.control) for form in FORMS for c in controls_of(form) if c.scope != "layout" for year in YEARS if c.holds_in(year)
    ]


def _records(case: Case, year: int) -> list[Changes]:
    if callable(case):
        return [case(year)]
    return case if isinstance(case, list) else [case]


@pytest.fixture(scope="module")
def lines() -> dict[tuple[str, int, str, str], list[int]]:
    """Lines of the records for each case, filled while the files are written."""
    return {}


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory, lines: dict) -> Found:
    """One file for each form and year with all its cases; what the gate found, by line."""
    settings = settings_with_klass(tmp_path_factory.mktemp("controls"), tmp_path_factory)
    for form, (source, _) in FORMS.items():
        for year in YEARS:
            content = [record(form, year)]
            for _, _, control in (c for c in cases() if c[:2] == (form, year)):
                for kind, table in (("breaks", BREAKS), ("nearly", NEARLY)):
                    for changes in _records(table[form][control], year) if control in table[form] else []:
                        content.append(record(form, year, len(content), **changes))
                        lines.setdefault((form, year, control, kind), []).append(len(content))
            file = {f"{form}_1804_{year}.dat": b"\n".join(content) + b"\n"}
            deliver(settings, source, "1804", file, (dt.date(year, 1, 1), dt.date(year, 12, 31)), dt.datetime(year + 1, 1, 20))
    run_gate(settings)
    result: Found = {}
    for name in ("rows", "controls"):
        query = f"SELECT source, file_name, rule_id, line_number FROM '{settings.quarantine}/*/*/{name}.parquet'"
        for _, file_name, rule_id, line in duckdb.sql(query).fetchall():
            year, (form, _, control) = int(Path(file_name).stem[-4:]), rule_id.partition("-")
            result.setdefault((form, year, control), set()).add(line)
    return result


@pytest.mark.parametrize(("form", "year", "control"), cases())
def test_a_breach_is_found_and_a_near_miss_is_not(form: str, year: int, control: str, found: Found, lines: dict) -> None:
    here = found.get((form, year, control), set())
    assert here >= set(lines[form, year, control, "breaks"])
    assert not here & {1, *lines.get((form, year, control, "nearly"), ())}


def test_a_record_that_breaks_nothing_is_in_no_list(found: Found) -> None:
    assert {key for key, lines in found.items() if 1 in lines} == set()
