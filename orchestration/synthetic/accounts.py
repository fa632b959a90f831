"""KOSTRA accounts of a year (form 0A) as a fixed-width file: what a municipality spends on its dwellings, and enough beside it to add up.

Belongs here: made-up amounts in 1 000 NOK that break no control. Does not belong here: the persons of forms 11F and 11CF.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from orchestration.synthetic.municipality import SyntheticMunicipality
from orchestration.synthetic.position_file import Records, layout

FORM = "0A"
_LAYOUT_YEAR = 2025
_OPERATING, _INVESTMENT = "1", "0"
_DWELLINGS, _HOUSING_POLICY, _HOUSING_SUPPORT, _ADMINISTRATION = "265", "315", "283", "120"

# Account class, function, type: 1 000 NOK for each household in the dwellings; depreciation and transfers are told once and mirrored.
_PER_HOUSEHOLD = {
    (_OPERATING, _DWELLINGS, "010"): 9.0,
    (_OPERATING, _DWELLINGS, "190"): 14.0,
    (_OPERATING, _DWELLINGS, "230"): 21.0,
    (_OPERATING, _DWELLINGS, "630"): -78.0,
    (_OPERATING, _DWELLINGS, "590"): 17.0,
    (_OPERATING, "860", "990"): -17.0,
    (_OPERATING, _HOUSING_POLICY, "010"): 2.5,
    (_OPERATING, _HOUSING_SUPPORT, "470"): 4.0,
    (_OPERATING, _ADMINISTRATION, "010"): 160.0,
    (_OPERATING, "840", "800"): -60.0,
    (_OPERATING, "880", "570"): 6.0,
    (_INVESTMENT, _DWELLINGS, "230"): 30.0,
    (_INVESTMENT, _DWELLINGS, "670"): -4.0,
    (_INVESTMENT, "880", "970"): -6.0,
}
_BALANCE = {(_OPERATING, "800", "870"): _OPERATING, (_INVESTMENT, "870", "910"): _INVESTMENT}  # taxes and loans pay the rest


def write_accounts(path: Path, state: SyntheticMunicipality, year: int) -> int:
    """Write the accounts of a year; the returned number is that of the lines."""
    rng = np.random.default_rng([int(state.code), year, 48])
    households = max(len(state.households.group), 50)
    growth = 1.03 ** (year - 2019)
    amounts = {}
    for account, each in _PER_HOUSEHOLD.items():
        spread = 1.0 if account[2] in ("590", "990", "570", "970") else rng.uniform(0.9, 1.1)
        amounts[account] = round(each * households * growth * spread)
    for account, kind in _BALANCE.items():
        amounts[account] = -sum(amount for (account_class, _, _), amount in amounts.items() if account_class == kind)
    records = Records(layout(_LAYOUT_YEAR, "Regnskap"), len(amounts))
    put = records.put
    put("skjema", FORM)
    put("aargang", year)
    put("region", f"{state.code}00")
    for name, number in (("kontoklasse", 0), ("funksjon_kapittel", 1), ("art_sektor", 2)):
        put(name, np.array([account[number] for account in amounts]), fill=" ")
    put("belop", np.array([f"{amount:9d}" for amount in amounts.values()]), fill=" ")
    path.write_bytes(bytes(records))
    return len(amounts)
