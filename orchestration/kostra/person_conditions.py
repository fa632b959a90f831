"""Conditions of the controls of forms 11F (social assistance) and 11CF (qualification programme), as SQL that is true for a breach.

Belongs here: one function for each control, under the id of the list. Does not belong here: severities, actions and messages (the list)
and records compared with each other (``groups``).
"""

from __future__ import annotations

from collections.abc import Callable

from orchestration.kostra.fields import OSLO, Record
from orchestration.privacy.duf_number import duf_status_sql
from orchestration.privacy.national_id import date_sql, normalised_sql, status_sql

Condition = Callable[[Record], str]

_DISTRICTS = tuple(f"{number:02d}" for number in range(1, 16))
_MONTHS = ("JAN", "FEB", "MARS", "APRIL", "MAI", "JUNI", "JULI", "AUG", "SEPT", "OKT", "NOV", "DES")
_PAID_MONTHS = [f"STMND_{number}" for number in range(1, 13)]
_TERMS = [
    f"VILKAR{ending}"
    for ending in (
        *("ARBEID", "KURS", "UTD", "JOBBLOG", "JOBBTILB", "SAMT", "OKRETT", "LIVSH", "HELSE", "ANNET", "DIGPLAN"),
        "NORSKSAMISKOPPL",
    )
]
_SUPPORT = [f"KVP_MED_{ending}" for ending in ("KOMMBOS", "HUSBANKBOS", "SOSHJ_ENGANG", "SOSHJ_PGM", "SOSHJ_SUP")]
_AFTERWARDS = [
    f"AVSL_{ending}"
    for ending in ("ORDINAERTARB", "ARBLONNSTILS", "ARBMARK", "SKOLE", "UFORE", "AAP", "OK_AVKLAR", "UTEN_OK_AVKLAR", "ANNET", "UKJENT")
]
_ON_LEAVE, _STILL_IN = "2", "1"
_OLDEST_YEARS = 4


def _district(r: Record) -> str:
    in_oslo = f"{r.text('KOMMUNE_NR')} = '{OSLO}'"
    return f"CASE WHEN {in_oslo} THEN {r.is_none_of('BYDELSNR', *_DISTRICTS)} ELSE {r.text('BYDELSNR')} IS NOT NULL END"


def _national_id(r: Record) -> str:
    number = normalised_sql(r.text("PERSON_FODSELSNR"))
    status = status_sql(number)
    return f"CASE {status} WHEN 'valid' THEN false WHEN 'placeholder' THEN {date_sql(number)} IS NULL ELSE true END"


def _no_children(r: Record) -> str:
    return f"NOT ({r.is_one_of('BU18', '1')} AND {r.number('ANTBU18')} > 0)"


def _needs_children(benefit: str) -> Condition:
    return lambda r: f"{r.is_one_of('TRYGDESIT', benefit)} AND {_no_children(r)}"


def _livelihood(source: str, *work: str) -> Condition:
    return lambda r: f"{r.is_one_of('VKLO', source)} AND {r.is_none_of('ARBSIT', *work)}"


def _benefits(r: Record) -> tuple[str, ...]:
    codes = ("01", "02", "04", "05", "06", "07", "09", "10", "11", "12")
    return codes if r.year < 2024 else (*codes, "13")


def _monthly(kind: str) -> Condition:
    return lambda r: f"{r.total([f'{kind}_{month}' for month in _MONTHS])} <> {r.number(kind)}"


def _old_or_missing(field: str) -> Condition:
    return lambda r: f"{r.value(field)} IS NULL OR {r.year} - year({r.value(field)}) > {_OLDEST_YEARS}"


def _support(r: Record) -> str:
    any_kind = r.any_filled(_SUPPORT)
    return f"({r.is_one_of('KVP_MED_ASTONAD', '1')} AND NOT {any_kind}) OR ({r.is_one_of('KVP_MED_ASTONAD', '2')} AND {any_kind})"


def _is(field: str, *codes: str) -> Condition:
    return lambda r: r.is_none_of(field, *codes)


_SHARED: dict[str, Condition] = {
    "K003": lambda r: f"{r.text('KOMMUNE_NR')} IS DISTINCT FROM supplier",
    "K003B": _district,
    "K004": lambda r: f"{r.text('VERSION')} IS DISTINCT FROM '{r.year % 100:02d}'",
    "K004A": lambda r: f"{r.value('FODSELSDATO')} IS NULL",
    "K005": _national_id,
    "K006": lambda r: f"{r.age} < {r.limit}",
    "K008": _is("KJONN"),
    "K009": _is("EKTSTAT"),
    "K010": _is("BU18"),
    "K011": lambda r: f"{r.is_one_of('BU18', '1')} AND {r.number('ANTBU18')} <= 0",
    "K012": lambda r: f"{r.number('ANTBU18')} > 0 AND {r.is_none_of('BU18', '1')}",
    "K013": lambda r: f"{r.number('ANTBU18')} >= {r.limit}",
}

_SOCIAL_ASSISTANCE: dict[str, Condition] = {
    "K007": lambda r: f"{r.age} >= {r.limit}",
    "K014": _is("VKLO", *"123456789"),
    "K015": _livelihood("1", "01", "02"),
    "K016": _livelihood("2", "03", "05", "06"),
    "K017": _livelihood("4", "03"),
    "K018": _livelihood("6", "09"),
    "K019": _livelihood("8", "10"),
    "K020B": lambda r: f"{r.is_one_of('VKLO', '3')} AND {r.is_none_of('TRYGDESIT', *(code for code in _benefits(r) if code != '12'))}",
    "K021": _livelihood("5", "02", "03", "04", "05", "06", "07", "08"),
    "K022": lambda r: r.is_none_of("TRYGDESIT", *_benefits(r)),
    "K023A": lambda r: f"{r.is_one_of('TRYGDESIT', '07')} AND {r.age} < {r.limit}",
    "K023B": _needs_children("05"),
    "K023C": _needs_children("13"),
    "K024": lambda r: f"{r.is_one_of('TRYGDESIT', '04', '07')} AND {r.is_none_of('ARBSIT', '02', '04', '07')}",
    "K024B": lambda r: f"{r.is_one_of('VKLO', '3')} AND {r.is_one_of('TRYGDESIT', '11')} AND {r.is_one_of('ARBSIT', '08')}",
    "K025": _is("ARBSIT", *(f"{number:02d}" for number in range(1, 11))),
    "K026": lambda r: f"NOT {r.any_filled(_PAID_MONTHS)}",
    "K027": lambda r: f"{r.number('BIDRAG')} <= 0 AND {r.number('LAAN')} <= 0",
    "K030": lambda r: f"{r.total(['BIDRAG', 'LAAN'])} >= {r.limit}",
    "K031": lambda r: f"{r.total(['BIDRAG', 'LAAN'])} <= {r.limit}",
    "K032": _is("GITT_OKONOMIRAD", "1", "2"),
    "K033": _is("FAAT_INDIVIDUELL_PLAN", "1", "2"),
    "K035": _is("BOSIT"),
    "K036": _monthly("BIDRAG"),
    "K037": _monthly("LAAN"),
    "K038": lambda r: f"{r.text('PERSON_FODSELSNR')} IS NULL AND {duf_status_sql(normalised_sql(r.text('PERSON_DUF')))} <> 'valid'",
    "K039": _is("VILKARSOSLOV", "1", "2"),
    "K040": _is("VILKARSAMEKT", "1", "2"),
    "K041": lambda r: f"{r.is_one_of('VILKARSOSLOV', '1')} AND {r.value('UTBETDATO')} IS NULL",
    "K042": lambda r: f"{r.is_one_of('VILKARSOSLOV', '1')} AND {r.value('UTBETTOMDATO')} IS NULL",
    "K043": lambda r: f"{r.is_one_of('VILKARSOSLOV', '1')} AND NOT {r.any_filled(_TERMS)}",
}

_QUALIFICATION: dict[str, Condition] = {
    "K007": lambda r: f"{r.age} > {r.limit}",
    "K014": _old_or_missing("REG_DATO"),
    "K015": _old_or_missing("VEDTAK_DATO"),
    "K016": lambda r: f"{r.text('KOMMUNE_NR')} IS DISTINCT FROM '{OSLO}' AND ({_old_or_missing('BEGYNT_DATO')(r)})",
    "K019": _is("KVP_KOMM", "1", "2"),
    "K020": lambda r: f"{r.is_one_of('KVP_KOMM', '1')} AND {r.is_none_of('KOMMNR_KVP_KOMM')}",
    "K021": lambda r: f"{r.is_one_of('YTELSE_SOSHJELP', '1')} AND {r.is_none_of('YTELSE_TYPE_SOSHJ')}",
    "K026": _is("KVP_MED_ASTONAD", "1", "2"),
    "K027": _support,
    "K028": lambda r: f"{r.is_none_of('STATUS', _ON_LEAVE)} AND NOT {r.any_filled(_PAID_MONTHS)}",
    "K029": lambda r: f"{r.number('KVP_STONAD')} <= 0",
    "K030": lambda r: f"{r.is_none_of('STATUS', _ON_LEAVE)} AND {r.any_filled(_PAID_MONTHS)} AND {r.text('KVP_STONAD')} IS NULL",
    "K031": lambda r: f"{r.is_one_of('STATUS', _STILL_IN)} AND {r.number('KVP_STONAD')} > 0 AND NOT {r.any_filled(_PAID_MONTHS)}",
    "K032": lambda r: f"{r.number('KVP_STONAD')} > {r.limit}",
    "K036": _is("STATUS"),
    "K037": lambda r: f"{r.is_one_of('STATUS', '3', '4', '5', '7')} AND coalesce(year({r.value('AVSL_DATO')}), 0) <> {r.year}",
    "K038": lambda r: f"{r.is_one_of('STATUS', '3', '7')} AND NOT {r.any_filled(_AFTERWARDS)}",
    "K039": lambda r: f"{r.is_one_of('STATUS', '3', '7')} AND {r.is_none_of('AVSL_VIKTIGSTE_INNTEKT')}",
}

CONDITIONS: dict[str, Condition] = {
    f"{form}-{control}": condition
    for form, own in (("11F", _SOCIAL_ASSISTANCE), ("11CF", _QUALIFICATION))
    for control, condition in (_SHARED | own).items()
}
