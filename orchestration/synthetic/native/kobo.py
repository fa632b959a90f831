"""Kobo: the import workbook of 35 columns, and the pages that the interface for dwellings answers with.

Belongs here: both forms. Names of columns and fields are the public ones; what enumerations and nested objects hold is made up, as in the
mappings.
"""

from __future__ import annotations

import datetime as dt
import json

import numpy as np

from orchestration.synthetic.days import OPEN
from orchestration.synthetic.keys import Keys
from orchestration.synthetic.municipality import SyntheticMunicipality
from orchestration.synthetic.native.system import NativeDefect, NativeFiles, System
from orchestration.synthetic.native.told import Rows, keep_latest_of_each_dwelling
from orchestration.synthetic.native.workbooks import Sheet, workbook

_COLUMNS = (
    *("kommunenummer", "gnrbnr", "festenummer", "seksjonsnummer", "bruksenhetsnummer", "gatenavn", "husnummer", "husbokstav", "postnummer"),
    *(
        "ekstrareferanse",
        "koboboligtype",
        "underkategoriboligtype",
        "kobodisposisjonsform",
        "boligeiersnavn",
        "boligeiersorganisasjonsnummer",
    ),
    *("boligeiersmobilnummer", "boligstatus", "statusdato", "manedsleie", "malernummerstrom", "malernummervann", "depositum"),
    *("errullestoltilpasset", "antallsoverom", "skolekretsbarneskole", "skolekretsungdomsskole", "ovriginformasjon"),
    *("kvalifiserermvakompensasjon", "erbofellesskap", "erdognbemannet", "harpersonalbase", "hovedsoker", "leieforholdertidsubegrenset"),
    *("leieforholdstartdato", "leieforholdsluttdato"),
)
_FORMS = {
    **{"freehold": "Selveid", "cooperative": "Borettslag", "condominium": "Sameie", "private_rental": "Innleid"},
    **{"allocation_agreement": "Tildelingsavtale", "referral_agreement": "Tilvisningsavtale"},
}
_STAFFING = {  # type of dwelling, manned round the clock, has a base of staff
    "ordinary": ("Ordinær bolig", "Nei", "Nei"),
    "adapted": ("Tilrettelagt bolig", "Nei", "Nei"),
    "near_base": ("Ordinær bolig", "Nei", "Ja"),
    "staffed_day": ("Tilrettelagt bolig", "Nei", "Ja"),
    "staffed_round_clock": ("Tilrettelagt bolig", "Ja", "Ja"),
}
_PAGE = 40
_NEVER_TOLD = 0  # 1 January 1970: the import has no day from which the municipality disposed of the dwelling


def _prepare_excel(state: SyntheticMunicipality) -> Keys:
    """The sheet has one row for each dwelling: its present contract, no day from which it was disposed of, none on which it was sold."""
    keep_latest_of_each_dwelling(state)
    d, t = state.dwellings, state.tenancies
    d.acquired[:], d.disposed[:] = _NEVER_TOLD, OPEN
    dwellings = [f"BOLIG-{n + 1:04d}" for n in range(len(d))]
    units = [f"{_land(u)}/H{u % 90 + 101:04d}" for u in range(len(d))]
    d.unit_number = np.array([f"H{u % 90 + 101:04d}" for u in d.unit], dtype=object)
    tenancies = [f"{dwellings[b]}/{_iso(s)}" for b, s in zip(t.dwelling, t.start, strict=True)]
    return Keys(*(np.array(keys, dtype=object) for keys in (dwellings, units, tenancies, tenancies)))


def _iso(day: int) -> str:
    return (dt.date(1970, 1, 1) + dt.timedelta(days=int(day))).isoformat()


def _land(unit: int) -> str:
    return f"{unit // 40 + 10}/{unit % 40 + 1}"


def _write_excel(state: SyntheticMunicipality, keys: Keys, rows: Rows) -> NativeFiles:
    made, name = NativeFiles(), f"kobo_import_{rows.last.isoformat()}.xlsx"
    tenancy_of = {int(state.tenancies.dwelling[place]): (place, row) for place, row in rows.tenancies}
    sheet = Sheet("Boliger", [list(_COLUMNS)])
    vacant = 0
    for place, row in rows.dwellings:
        kind, round_clock, base = _STAFFING[row["category"]]
        values = {
            "kommunenummer": state.code,
            "gnrbnr": _land(int(state.dwellings.unit[place])),
            "bruksenhetsnummer": row["unit_number"],
            "gatenavn": row["address"].rpartition(" ")[0],
            "husnummer": int(row["address"].rpartition(" ")[2]),
            "husbokstav": "B" if place % 9 == 4 else None,
            "postnummer": row["postal_code"],
            "ekstrareferanse": keys.dwelling[place],
            "koboboligtype": kind,
            "kobodisposisjonsform": _FORMS[row["tenure_kind"]],
            "boligstatus": "Utleid" if place in tenancy_of else "Ledig",
            "manedsleie": row["monthly_rent_nok"],
            "errullestoltilpasset": "Ja" if row["is_wheelchair_accessible"] else "Nei",
            "antallsoverom": row["room_count"] - 1,
            "erdognbemannet": round_clock,
            "harpersonalbase": base,
        }
        if place in tenancy_of:
            _, tenancy = tenancy_of[place]
            values |= {
                "hovedsoker": tenancy["contract_holder_national_id"],
                "leieforholdertidsubegrenset": "Ja" if tenancy["contract_kind"] == "permanent" else "Nei",
                "leieforholdstartdato": tenancy["start_date"],
                "leieforholdsluttdato": tenancy["end_date"],
            }
        else:
            vacant += 1
        sheet.rows.append([values.get(column) for column in _COLUMNS])
    unknown = dict(zip(_COLUMNS, next(row for row in sheet.rows[1:] if row[-2]), strict=True))
    unknown |= {
        "ekstrareferanse": "BOLIG-9001",
        "kobodisposisjonsform": "Annet",
        "leieforholdstartdato": "høsten 2025",
        "leieforholdsluttdato": None,
    }
    sheet.rows.append(list(unknown.values()))
    made.defects.append(NativeDefect("unknown_local_code", "R011", name, "dwelling", len(sheet.rows)))
    made.defects.append(NativeDefect("impossible_date", "R003", name, "tenancy", len(sheet.rows)))
    made.excluded[name, "tenancy", "vacant"] = vacant
    made.files, made.rows = {name: workbook([sheet])}, len(sheet.rows) - 1
    return made


def _prepare_api(state: SyntheticMunicipality) -> Keys:
    """A dwelling is shown with its present contract and household."""
    keep_latest_of_each_dwelling(state)
    state.dwellings.secret[state.tenancies.dwelling[0]] = True
    numbers = range(len(state.dwellings))
    dwellings, units = [f"LEV-{n + 1}" for n in numbers], [str(300_000_001 + n) for n in numbers]
    tenancies = [f"lf-{n + 1}" for n in range(len(state.tenancies))]
    households = [f"hs-{n + 1}" for n in range(len(state.tenancies))]
    return Keys(*(np.array(keys, dtype=object) for keys in (dwellings, units, households, tenancies)))


_API_TYPES = {
    **{"ordinary": "ORDINAER_BOLIG", "adapted": "TILRETTELAGT_BOLIG", "near_base": "BOLIG_VED_PERSONALBASE"},
    **{"staffed_day": "BEMANNET_DELER_AV_DOGNET", "staffed_round_clock": "HELDOGNSBEMANNET"},
}
_DISPOSAL = {"owned": "EIET", "rented_in": "INNLEID", "right_of_disposal": "DISPOSISJONSRETT"}
_OWNERSHIP = {
    **{"freehold": "SELVEIER", "cooperative": "ANDEL", "condominium": "SAMEIE", "private_rental": "PRIVAT_UTLEIER"},
    **{"allocation_agreement": "TILDELINGSAVTALE", "referral_agreement": "TILVISNINGSAVTALE"},
}


def _record(state: SyntheticMunicipality, keys: Keys, place: int, row: dict, tenancy: tuple[int, dict] | None) -> dict:
    street, _, number = row["address"].rpartition(" ")
    day = {name: row[name].isoformat() if row[name] else None for name in ("acquired_date", "disposed_date")}
    record = {
        "koboId": f"00000000-0000-4000-8000-{place + 1:012d}",
        "leverandorBoligId": keys.dwelling[place],
        "ekstraReferanse": None,
        "adresse": {"gatenavn": street, "husnummer": int(number), "husbokstav": None, "postnummer": row["postal_code"], "poststed": "Sted"},
        "antallSoverom": row["room_count"] - 1,
        "boligtype": _API_TYPES[row["category"]],
        "bruksareal": float(row["area_m2"]),
        "bruksenhetsnummer": row["unit_number"],
        "bygning": {"bygningsnummer": int(keys.unit[state.dwellings.unit[place]])},
        "disposisjonsform": _DISPOSAL[row["tenure_form"]],
        "eieform": _OWNERSHIP[row["tenure_kind"]],
        "eiendom": {
            "gardsnummer": 10,
            "bruksnummer": place + 1,
            "disponertFra": day["acquired_date"],
            "disponertTil": day["disposed_date"],
        },
        "eieseksjon": None,
        "eier": {"navn": "Eier"},
        "egenskaper": ["VARMEPUMPE", "BALKONG"] if place % 2 else [],
        "erBofellesskap": False,
        "erTilgjengeligForRullestolbruker": bool(row["is_wheelchair_accessible"]),
        "etasjenummer": 1,
        "husstand": None,
        "kvalifisererMvaKompensasjon": False,
        "leieforhold": None,
        "leiekostnad": {"manedsleie": float(row["monthly_rent_nok"]), "depositum": 0},
        "leieTilEiePotensial": False,
    }
    if tenancy:
        key, told = tenancy
        record["husstand"] = {
            "husstandId": keys.household[state.tenancies.household[key]],
            "hovedsoker": told["contract_holder_national_id"],
            "harAdressesperre": bool(row["is_secret_address"]),
        }
        record["leieforhold"] = {
            "leieforholdId": keys.tenancy[key],
            "startdato": told["start_date"].isoformat(),
            "sluttdato": told["end_date"].isoformat() if told["end_date"] else None,
            "tidsubegrenset": told["contract_kind"] == "permanent",
        }
    return record


def _write_api(state: SyntheticMunicipality, keys: Keys, rows: Rows) -> NativeFiles:
    made, stamp = NativeFiles(), rows.last.isoformat()
    tenancy_of = {int(state.tenancies.dwelling[place]): (place, row) for place, row in rows.tenancies}
    records = [_record(state, keys, place, row, tenancy_of.get(place)) for place, row in rows.dwellings]
    secret = [n for n, (_, row) in enumerate(rows.dwellings) if row["is_secret_address"] and records[n]["husstand"]]
    template = next(r for r in records if r["leieforhold"])
    lease = {**template["leieforhold"], "leieforholdId": "lf-9001", "startdato": "2025-13-01"}
    records.append({**template, "leverandorBoligId": "LEV-9001", "leieforhold": lease, "boligtype": "HYBELHUS"})
    planted: dict[int, list[tuple]] = {n: [("secret_address", "P004", "dwelling", records[n]["leverandorBoligId"])] for n in secret}
    planted[len(records) - 1] = [("unknown_local_code", "R011", "dwelling", None), ("impossible_date", "R003", "tenancy", None)]
    made.rows = len(records)
    for page, start in enumerate(range(0, len(records), _PAGE), start=1):
        name, part = f"kobo_bolig_{stamp}_{page:02d}.json", records[start : start + _PAGE]
        body = {"side": page, "antallSider": -(-len(records) // _PAGE), "boliger": part}
        made.files[name] = (json.dumps(body, ensure_ascii=False, indent=1) + "\n").encode()
        made.excluded[name, "tenancy", "vacant"] = sum(record["leieforhold"] is None for record in part)
        for place in range(start, start + len(part)):
            made.defects += [
                NativeDefect(kind, rule, name, entity, place - start + 1, local_id)
                for kind, rule, entity, local_id in planted.get(place, [])
            ]
    return made


EXCEL = System("4022", "kobo/kobo_excel", 1, _prepare_excel, _write_excel)
API = System("5026", "kobo/kobo_api", 1, _prepare_api, _write_api)
