"""A dump of BOEI: one file per table, keys in parts, dates as text, codes that other tables explain.

Belongs here: the tables of a dump. Codes and columns that no public text shows are made up here as they are in the mapping.
"""

from __future__ import annotations

import datetime as dt

import numpy as np

from orchestration.synthetic.days import day
from orchestration.synthetic.keys import Keys
from orchestration.synthetic.municipality import SyntheticMunicipality
from orchestration.synthetic.native.system import NativeDefect, NativeFiles, System, place_in_unit, present_tenancies, text_file
from orchestration.synthetic.native.told import Rows

_TENURE_KINDS = ("freehold", "cooperative", "condominium", "private_rental", "allocation_agreement", "referral_agreement")
_CATEGORIES = ("ordinary", "adapted", "near_base", "staffed_day", "staffed_round_clock")
_FORMS = ("owned", "rented_in", "right_of_disposal")
_CONTRACTS = ("three_year", "other_fixed_term", "permanent")
_SERVICE_PLACES = {"owned": (26510, 26510), "rented_in": (26550, 26555), "right_of_disposal": (26560, 26560)}
_NO_DWELLING = 99
_FIRST_TENANT = 1001
_UNITS = [
    "Objekt_ID",
    "Bygg_ID",
    "Seksjons_ID",
    "Leie_ID",
    "Flyttenr",
    "Formaal_ID",
    "Gateadresse_ID",
    "Gatenr",
    "Etasje",
    "AntallRom",
    "Boareal",
]
_UNITS += ["AndelAvFellesareal", "Livslopsstd", "Heis", "Driftsstatus_ID", "Leietaker_ID", "Beregnet_Boa", "TVSignal_ID", "DisponertAv"]
_UNITS += ["DisponertFra", "AvhendetDato"]
_TENANTS = [
    "Leietaker_ID",
    "Fornavn",
    "Etternavn",
    "Fodselsnummer",
    "Kjonn_Juridisk",
    "OppsagtDato",
    "hemmeligAdresse",
    "OBSKode",
    "Telefon1",
]
_LEDGER = ["Objekt_ID", "Leie_ID", "Flyttenr", "Leietaker_ID", "InnflyttetDato", "UtflyttetDato", "KontraktType_ID"]


def _prepare(state: SyntheticMunicipality) -> Keys:
    """Owner and service place belong to the object, so that a unit's dwellings have the same tenure; one tenant's address is secret."""
    d, t = state.dwellings, state.tenancies
    d.rent[:] = d.rent_after[:] = -1  # BOEI does not tell the rent
    first = np.searchsorted(d.unit, d.unit)
    for name in ("tenure", "tenure_kind"):
        values = getattr(d, name)[first]
        setattr(d, name, values)
        setattr(d, f"{name}_after", values)
    lasting = np.flatnonzero((t.start < state.first) & (t.end > state.last))
    state.planted.victims["secret_address"] = t.household[lasting[:1]]
    units = [f"{u + 1:04d}-{u % 3 + 1:02d}-{u % 2 + 1:02d}" for u in range(len(d))]
    dwellings = [f"{units[u]}-{n:03d}" for u, n in zip(d.unit, place_in_unit(d.unit), strict=True)]
    tenancies = [
        f"{d.unit[b] + 1:04d}-{n:03d}-{m:02d}" for b, n, m in zip(t.dwelling, place_in_unit(d.unit)[t.dwelling], _moves(state), strict=True)
    ]
    households = [str(_FIRST_TENANT + h) for h in range(len(state.households))]
    return Keys(*(np.array(keys, dtype=object) for keys in (dwellings, units, households, tenancies)))


def _moves(state: SyntheticMunicipality) -> np.ndarray:
    """``Flyttenr``: running number of the tenancies of a dwelling, in the order of their start."""
    order = np.lexsort((state.tenancies.start, state.tenancies.dwelling))
    moves = np.zeros(len(order), dtype=np.int64)
    moves[order] = place_in_unit(state.tenancies.dwelling[order])
    return moves


def _date(date: dt.date | None, form: int) -> str:
    """A date as one of the forms in which clerks have typed it."""
    return date.strftime(("%d.%m.%Y", "%Y-%m-%d", "%d.%m.%y")[form % 3]) if date else "NULL"


def _key(key: str) -> list[int]:
    return [int(part) for part in key.split("-")]  # numbers, as a spreadsheet leaves them: the leading zeros are gone


def _write(state: SyntheticMunicipality, keys: Keys, rows: Rows) -> NativeFiles:
    made, stamp = NativeFiles(), rows.last.strftime("%Y%m%d")
    present, secret = present_tenancies(state, rows.last), set(state.planted.of("secret_address").tolist())
    streets = sorted({row["address"].rpartition(" ")[0] for _, row in rows.dwellings})
    units, moves, t = [_UNITS], _moves(state), state.tenancies
    objects: dict[int, list[object]] = {}
    for place, row in rows.dwellings:
        key, street, number = _key(keys.dwelling[place]), *row["address"].rpartition(" ")[::2]
        objects[key[0]] = [key[0], f"Objekt {key[0]}", 1, row["postal_code"], 101 + _TENURE_KINDS.index(row["tenure_kind"])]
        purpose = 10 * (_FORMS.index(row["tenure_form"]) + 1) + _CATEGORIES.index(row["category"]) + 1
        tenancy = present.get(place)
        tenant = "NULL" if tenancy is None else keys.household[t.household[tenancy]]
        area = row["area_m2"].replace(".", ",") + "0"
        unit = [
            *key,
            0 if tenancy is None else moves[tenancy],
            purpose,
            streets.index(street) + 1,
            number,
            place % 3 + 1,
            row["room_count"],
        ]
        unit += [int(float(row["area_m2"])), 0, row["is_wheelchair_accessible"], place % 2, 1, tenant, area, 1, row["reserved_for"]]
        units.append([*unit, _date(row["acquired_date"], place), _date(row["disposed_date"], place)])
        if tenancy is not None and int(t.household[tenancy]) in secret:
            made.defects.append(
                NativeDefect("secret_address", "P004", f"Leieobjekt_{stamp}.csv", "dwelling", len(units), keys.dwelling[place])
            )
    ledger = [_LEDGER]
    for place, row in rows.tenancies:
        objekt, leie, move = _key(keys.tenancy[place])
        kind = _CONTRACTS.index(row["contract_kind"]) + 1
        dates = [_date(row["start_date"], place), _date(row["end_date"], place)]
        ledger.append([objekt, leie, move, keys.household[t.household[place]], *dates, kind])
    _plant(made, stamp, state, units, ledger, objects)

    tenants, ids = [_TENANTS], state.persons.ids[state.members.holder_row]
    for household in sorted({int(t.household[place]) for place, _ in rows.tenancies}):
        sex = 2 if state.members.female[state.members.holder_row[household]] else 1
        tenant = [
            keys.household[household],
            "Prøve",
            f"Leietaker {household}",
            ids[household],
            sex,
            "NULL",
            int(household in secret),
            "",
            "",
        ]
        tenants.append(tenant)
    purposes = [["Formaal_ID", "NavnPaaFormaal", "Tjenestested"]]
    for f, form in enumerate(_FORMS):
        purposes += [
            [10 * (f + 1) + c + 1, f"Formål {10 * (f + 1) + c + 1}", _SERVICE_PLACES[form][c % 2]] for c in range(len(_CATEGORIES))
        ]
    purposes.append([_NO_DWELLING, "Ikke bolig", "NULL"])
    tables = {
        "Leieobjekt": units,
        "reskontro": ledger,
        "Leietaker": tenants,
        "Formaal": purposes,
        "Eier": [["Eier_ID", "Navn", "EierType_ID"], *([101 + i, f"Eier {i + 1}", i + 1] for i in range(len(_TENURE_KINDS)))],
        "Poststed": [["Postnr_ID", "Poststed"], *([code, f"Sted {code}"] for code in sorted({row[3] for row in objects.values()}))],
        "Gateadresse": [["Gateadresse_ID", "GateNavn", "NasjonalID"], *([i + 1, name, 5000 + i] for i, name in enumerate(streets))],
        "Objekt": [["Objekt_ID", "Navn", "Bydel_ID", "Postnr_ID", "Eier_ID"], *objects.values()],
    }
    made.files = {f"{name}_{stamp}.csv": text_file(table) for name, table in tables.items()}
    made.rows = sum(len(table) - 1 for table in tables.values())
    return made


def _plant(made: NativeFiles, stamp: str, state: SyntheticMunicipality, units: list, ledger: list, objects: dict) -> None:
    """Garages with purpose 99 in every dump; in the last one a street, a contract type and a date that cannot be."""
    template, tenancy = units[1], ledger[1]
    for number in (9001, 9002):
        objects[number] = [number, f"Objekt {number}", 1, objects[template[0]][3], 101]
        units.append([number, *template[1:5], _NO_DWELLING, *template[6:15], "NULL", *template[16:]])
    ledger.append([9001, template[3], 1, *tenancy[3:]])
    made.excluded[f"Leieobjekt_{stamp}.csv", "dwelling", "purpose_99"] = 2
    made.excluded[f"reskontro_{stamp}.csv", "tenancy", "purpose_99"] = 1
    if day(dt.datetime.strptime(stamp, "%Y%m%d").date()) != state.last:
        return
    units.append([*template[:3], 901, *template[4:6], 999, *template[7:15], "NULL", *template[16:]])
    made.defects.append(NativeDefect("missing_street", "R012", f"Leieobjekt_{stamp}.csv", "dwelling", len(units)))
    ledger.append([*tenancy[:2], 91, *tenancy[3:6], 9])
    made.defects.append(NativeDefect("unknown_local_code", "R011", f"reskontro_{stamp}.csv", "tenancy", len(ledger)))
    ledger.append([*tenancy[:2], 92, tenancy[3], "31.02.2025", *tenancy[5:]])
    made.defects.append(NativeDefect("impossible_date", "R003", f"reskontro_{stamp}.csv", "tenancy", len(ledger)))


SYSTEM = System("1838", "boei/boei", 2, _prepare, _write)
