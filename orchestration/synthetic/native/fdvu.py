"""An FDVU export: semicolon, ISO 8859-1, day before month, decimal comma, tenants that are no tenants, prices for a year.

Belongs here: the two files of the export. Columns whose position is known stand there; what no public text shows is made up, as in
the mapping.
"""

from __future__ import annotations

import datetime as dt

import numpy as np

from orchestration.synthetic.days import day
from orchestration.synthetic.keys import Keys
from orchestration.synthetic.municipality import SyntheticMunicipality
from orchestration.synthetic.native.system import NativeDefect, NativeFiles, System, place_in_unit, present_tenancies, text_file
from orchestration.synthetic.native.told import Rows

_SECTION = {
    **{
        0: "seksjonsnummer",
        1: "seksjonsnavn",
        2: "merknad",
        3: "adresse",
        5: "eiendom",
        6: "bygningsnavn",
        9: "formål",
        14: "seksjonstype",
    },
    **{
        16: "seksjonspris",
        17: "anskaffelsespris",
        21: "aktiv",
        22: "utleibar",
        23: "løpenummer",
        24: "leietakernummer",
        25: "leietakernavn",
    },
    **{
        26: "eierform",
        10: "antall rom",
        11: "areal",
        12: "tilgjengelig rullestol",
        13: "hemmelig adresse",
        18: "disponert fra",
        19: "avhendet",
    },
}
_CONTRACT = {
    **{0: "løpenummer", 3: "leietakernavn", 4: "leietakernummer", 5: "reskontronummer", 7: "startdato", 8: "sluttdato", 9: "kontraktsum"},
    **{10: "utgårdato", 13: "fasilitetsnummer", 14: "fasilitet", 19: "kontrakttype", 25: "behandlingsstatus", 1: "fødselsnummer"},
}
_OWNERSHIP = {
    **{"freehold": "Selveid", "cooperative": "Borettslag", "condominium": "Sameie", "private_rental": "Innleid"},
    **{"allocation_agreement": "Tildelingsavtale", "referral_agreement": "Tilvisningsavtale"},
}
_PURPOSES = {
    **{"ordinary": "Ordinær bolig", "adapted": "Omsorgsbolig", "near_base": "Bolig ved base"},
    **{"staffed_day": "Bemannet deler av døgnet", "staffed_round_clock": "Heldøgns bemanning"},
}
_CONTRACTS = {"three_year": "Tidsbestemt 3 år", "other_fixed_term": "Tidsbestemt annen", "permanent": "Tidsubestemt"}
_PSEUDO_TENANTS = ("Passiv", "Driftsadministrasjonen", "Drift Leide Boliger")
_FIRST_CONTRACT, _FIRST_TENANT = 70_001, 300_001


def _prepare(state: SyntheticMunicipality) -> Keys:
    """Two contracts overlap: the end of one was told days after the next had begun."""
    d, t = state.dwellings, state.tenancies
    order = np.lexsort((t.start, t.dwelling))
    follows = t.dwelling[order[1:]] == t.dwelling[order[:-1]]
    before, after = order[:-1][follows], order[1:][follows]
    late = (
        (t.start[after] > state.first + 30)
        & (t.start[after] < state.last - 30)
        & (t.end[after] > state.last)
        & (t.end[before] < t.start[after])
    )
    late &= t.household[before] != t.household[after]
    before, after = before[late][:1], after[late][:1]
    t.end[before], t.told_end[before] = t.start[after], t.start[after] + 12
    state.stays.end[t.stay[before]] = t.start[after]
    state.planted.victims["overlapping_tenancies"] = before
    state.planted.victims["secret_address"] = np.array([3])
    state.dwellings.secret[3] = True
    units = [f"{u // 8 + 1:05d}-{u % 8 + 1:04d}" for u in range(len(d))]
    dwellings = [f"{units[u]}-{n:02d}" for u, n in zip(d.unit, place_in_unit(d.unit), strict=True)]
    households = [str(_FIRST_TENANT + h) for h in range(len(state.households))]
    tenancies = [str(_FIRST_CONTRACT + n) for n in range(len(t))]
    return Keys(*(np.array(keys, dtype=object) for keys in (dwellings, units, households, tenancies)))


def _date(date: dt.date | None) -> str:
    return date.strftime("%d.%m.%Y") if date else ""


def _money(amount: float) -> str:
    return f"{amount:,.2f}".replace(",", " ").replace(".", ",")


def _line(columns: dict[int, str], **values: object) -> list[object]:
    """A row in the export's order of columns; those nobody knows are empty."""
    return [values.get(columns.get(position, "").replace(" ", "_"), "") for position in range(max(columns) + 1)]


def _header(columns: dict[int, str]) -> list[str]:
    return [columns.get(position, f"felt{position}") for position in range(max(columns) + 1)]


def _write(state: SyntheticMunicipality, keys: Keys, rows: Rows) -> NativeFiles:
    made, stamp, t = NativeFiles(), rows.last.strftime("%d%m%Y"), state.tenancies
    sections_file, contracts_file = f"seksjon_{stamp}.csv", f"kontrakt_{stamp}.csv"
    present = present_tenancies(state, rows.last)
    sections = [_header(_SECTION)]
    for place, row in rows.dwellings:
        tenancy = present.get(place)
        household = None if tenancy is None else int(t.household[tenancy])
        values = {
            "seksjonsnummer": keys.dwelling[place],
            "seksjonsnavn": row["unit_number"],
            "merknad": 'Merket "A"; se perm' if place == 1 else "",
            "adresse": f"{row['address']}, {row['postal_code']} Sted",
            "eiendom": f"Eiendom {int(state.dwellings.unit[place]) // 8 + 1}",
            "bygningsnavn": keys.unit[state.dwellings.unit[place]],
            "formål": _PURPOSES[row["category"]],
            "seksjonstype": "Bolig",
            "seksjonspris": _money(12 * row["monthly_rent_nok"]),
            "aktiv": "Nei" if row["disposed_date"] else "Ja",
            "utleibar": "Ja",
            "løpenummer": "" if tenancy is None else keys.tenancy[tenancy],
            "leietakernummer": "" if household is None else keys.household[household],
            "leietakernavn": "" if household is None else f"Leietaker {household}",
            "eierform": _OWNERSHIP[row["tenure_kind"]],
            "antall_rom": row["room_count"],
            "areal": row["area_m2"].replace(".", ","),
            "tilgjengelig_rullestol": "Ja" if row["is_wheelchair_accessible"] else "Nei",
            "hemmelig_adresse": "Ja" if row["is_secret_address"] else "Nei",
            "disponert_fra": _date(row["acquired_date"]),
            "avhendet": _date(row["disposed_date"]),
        }
        sections.append(_line(_SECTION, **values))
        if row["is_secret_address"]:
            made.defects.append(NativeDefect("secret_address", "P004", sections_file, "dwelling", len(sections), keys.dwelling[place]))
    contracts = [_header(_CONTRACT)]
    for place, row in rows.tenancies:
        household = int(t.household[place])
        values = {
            "løpenummer": keys.tenancy[place],
            "fødselsnummer": row["contract_holder_national_id"],
            "leietakernavn": f"Leietaker {household}",
            "leietakernummer": keys.household[household],
            "reskontronummer": keys.household[household],
            "startdato": _date(row["start_date"]),
            "sluttdato": _date(row["end_date"]),
            "kontraktsum": _money(12 * 6000),
            "fasilitetsnummer": keys.dwelling[int(t.dwelling[place])],
            "fasilitet": "Bolig",
            "kontrakttype": _CONTRACTS[row["contract_kind"]],
            "behandlingsstatus": "Aktiv",
        }
        contracts.append(_line(_CONTRACT, **values))
        if place in state.planted.of("overlapping_tenancies") and day(rows.last) == state.last:
            made.defects.append(
                NativeDefect("overlapping_tenancies", "T002", contracts_file, "tenancy", len(contracts), keys.tenancy[place])
            )
    _plant(made, day(rows.last) == state.last, sections_file, sections, contracts_file, contracts)
    made.files = {sections_file: text_file(sections), contracts_file: text_file(contracts)}
    made.rows = len(sections) + len(contracts) - 2
    return made


def _plant(made: NativeFiles, is_last: bool, sections_file: str, sections: list, contracts_file: str, contracts: list) -> None:
    """Storage rooms, drafts and pseudo-tenants in every export; in the last one an unknown form of ownership and a date that cannot be."""
    section, contract = sections[1], contracts[1]
    sections.append(["90001-0001-01", *section[1:22], "Nei", "", "", "", section[26]])
    made.excluded[sections_file, "dwelling", "not_for_letting"] = 1
    for number, name in enumerate(_PSEUDO_TENANTS):
        contracts.append([90_001 + number, "", "", name, 999_901 + number, "", "", "01.02.2024", "", "", "", *contract[11:]])
    made.excluded[contracts_file, "tenancy", "pseudo_tenant"] = len(_PSEUDO_TENANTS)
    contracts.append([90_010, *contract[1:25], "Kladd"])
    made.excluded[contracts_file, "tenancy", "draft"] = 1
    if not is_last:
        return
    sections.append(["90002-0001-01", *section[1:26], "Festetomt"])
    made.defects.append(NativeDefect("unknown_local_code", "R011", sections_file, "dwelling", len(sections)))
    contracts.append([90_011, *contract[1:7], "30.02.2025", "", *contract[9:]])
    made.defects.append(NativeDefect("impossible_date", "R003", contracts_file, "tenancy", len(contracts)))


SYSTEM = System("3435", "fdvu/fdvu", 2, _prepare, _write)
