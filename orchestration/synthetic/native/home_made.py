"""A workbook that somebody made for the office: two header rows with merged cells, notes among the rows, a total, years of two digits.

Belongs here: its sheet. Nothing in it follows any standard; that is the point.
"""

from __future__ import annotations

import numpy as np

from orchestration.synthetic.days import OPEN
from orchestration.synthetic.households import GroupRows
from orchestration.synthetic.keys import Keys
from orchestration.synthetic.local_groups import BY_RULE, LocalGroup
from orchestration.synthetic.municipality import SyntheticMunicipality
from orchestration.synthetic.native.system import NativeDefect, NativeFiles, System
from orchestration.synthetic.native.told import Rows, keep_latest_of_each_dwelling
from orchestration.synthetic.native.workbooks import Sheet, workbook

GROUPS = (
    LocalGroup("psyk", "Psykisk helse", "1", "1"),
    LocalGroup("rus", "Rus", "2", "1"),
    LocalGroup("rop", "Rus og psykiatri", "3", "1"),
    LocalGroup("tilrettelagt", "Tilrettelagt bolig", "4", BY_RULE),
    LocalGroup("flyktning", "Flyktning", "5", "4"),
    LocalGroup("økonomi", "Økonomi og annet", "6", "5"),
    LocalGroup("fritt", "Uten behovsprøving", "7", "6"),
)
_TITLES = [["Kommunale boliger"], ["Oppdatert av boligkontoret, spør om noe er uklart"]]
_MAIN = ["Bolig", None, None, None, None, None, None, None, None, None, "Leieforhold", None, None, None, None, None]
_SUB = ["Nr", "Hus", "Adresse", "Postnr", "Eies eller leies", "Type", "Rom", "Rullestol", "Leie pr mnd", "Kjøpt eller leid fra"]
_SUB += ["Leietaker", "Fødselsnr", "Fra", "Til", "Fast", "Målgruppe"]
_MERGED = ["A1:P1", "A3:J3", "K3:P3"]
_TENURES = {
    **{"freehold": "Eier", "cooperative": "Eier (borettslag)", "condominium": "Eier (sameie)", "private_rental": "Leier inn"},
    **{"allocation_agreement": "Tildelingsavtale", "referral_agreement": "Tilvisningsavtale"},
}
_TYPES = {
    **{"ordinary": "vanlig", "adapted": "tilpasset", "near_base": "ved base"},
    **{"staffed_day": "bemannet dag", "staffed_round_clock": "bemannet døgn"},
}
_NOTES = {10: "NB! Rørene i blokka skiftes til våren", 25: "Under her: boligene på andre siden av elva"}


def _prepare(state: SyntheticMunicipality) -> Keys:
    """A row for each dwelling with its present tenant, who has one group; dwellings that were sold are struck from the list."""
    keep_latest_of_each_dwelling(state)
    state.dwellings.disposed[:] = OPEN
    t, h = state.tenancies, state.households
    everyone = np.arange(len(t))
    state.groups = GROUPS
    h.holder_birth[:] = state.first  # nobody's age is told, so that nobody counts as elderly
    forever = np.full(len(t), OPEN)
    state.group_rows = GroupRows(everyone, np.ones_like(everyone), h.group, t.start.copy(), forever)
    d = state.dwellings
    units = [f"Hus {u + 1}" for u in range(len(d))]
    dwellings = [f"{u + 1}-{n + 1}" for n, u in enumerate(d.unit)]
    households = [f"L{n + 1}" for n in everyone]
    tenancies = [f"{dwellings[b]} L{n + 1}" for n, b in enumerate(t.dwelling)]
    return Keys(*(np.array(keys, dtype=object) for keys in (dwellings, units, households, tenancies)))


def _write(state: SyntheticMunicipality, keys: Keys, rows: Rows) -> NativeFiles:
    made, name, t = NativeFiles(), f"boligliste {rows.last:%d.%m.%Y}.xlsx", state.tenancies
    tenancy_of = {int(t.dwelling[place]): (place, row) for place, row in rows.tenancies}
    sheet = Sheet("Boliger", [*_TITLES, _MAIN, _SUB], _MERGED)
    vacant = 0
    for number, (place, row) in enumerate(rows.dwellings):
        if number in _NOTES:
            sheet.rows.append([None, _NOTES[number]])
        line = [
            keys.dwelling[place],
            keys.unit[state.dwellings.unit[place]],
            row["address"],
            row["postal_code"],
            _TENURES[row["tenure_kind"]],
        ]
        line += [_TYPES[row["category"]], row["room_count"], "Ja" if row["is_wheelchair_accessible"] else "Nei", row["monthly_rent_nok"]]
        line.append(row["acquired_date"].strftime("%d.%m.%y") if place % 2 else row["acquired_date"])
        if place in tenancy_of:
            key, tenancy = tenancy_of[place]
            start, end = tenancy["start_date"], tenancy["end_date"]
            line += [keys.household[key], tenancy["contract_holder_national_id"], start if place % 3 else start.strftime("%d.%m.%y")]
            line += [end.strftime("%d.%m.%y") if end else "-", "Ja" if tenancy["contract_kind"] == "permanent" else "Nei"]
            line.append(GROUPS[int(state.households.group[key])].code)
        else:
            vacant += 1
            line.append("ledig")
        sheet.rows.append(line)
    template = next(row for row in sheet.rows[4:] if len(row) == len(_SUB))
    sheet.rows.append(["900-1", *template[1:4], "Lånt", *template[5:12], "31.06.25", *template[13:]])
    for kind, rule, entity in (
        ("unknown_local_code", "R011", "dwelling"),
        ("impossible_date", "R003", "tenancy"),
        ("impossible_date", "R003", "household_group"),
    ):
        made.defects.append(NativeDefect(kind, rule, name, entity, len(sheet.rows)))
    rents = sum(row["monthly_rent_nok"] for _, row in rows.dwellings)
    sheet.rows += [[], ["Sum", *[None] * 7, rents], [None, "Spørsmål: ring boligkontoret"]]
    for entity in ("dwelling", "tenancy", "household_group"):
        made.excluded[name, entity, "note"] = len(_NOTES) + 1
        made.excluded[name, entity, "total"] = 1
    for entity in ("tenancy", "household_group"):
        made.excluded[name, entity, "vacant"] = vacant
    made.files, made.rows = {name: workbook([sheet])}, len(sheet.rows) - 4
    return made


SYSTEM = System("1134", "workbook/homes", 1, _prepare, _write, ("dwelling", "tenancy", "household_group"), GROUPS)
