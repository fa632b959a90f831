"""The municipalities' own target group codes and what each means in the national schemes.

Belongs here: local code lists with their mappings. Each code is mapped to each scheme on its own. Does not belong
here: how a household's groups are decided (``truth_groups``).
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

BY_RULE = "by_rule"
UNKNOWN_CODE = "X99"
_WITHOUT_CODE = (BY_RULE, "unsplit", "no_place")


@dataclass(frozen=True)
class LocalGroup:
    """A local code. ``r0`` is a code of ``r0_2019`` or ``by_rule`` (old group 4 without more detail).

    ``care_3``, ``care_3b`` and ``bodo_4`` are codes there, ``unsplit``, ``no_place`` or ``by_rule``; empty where the municipality's mapping
    leaves the scheme out.
    """

    code: str
    label_nb: str
    form_2009: str
    r0: str
    weight: float = 1.0
    care_3: str = ""
    care_3b: str = ""
    bodo_4: str = ""

    @property
    def form_2020(self) -> str:
        """From 2020 the form has mental illness, drug abuse and both as one group."""
        return "12" if self.form_2009 in {"1", "2", "3"} else self.form_2009


# Codes in the manner of a lease system that two large cities use: ten groups, finer than the form.
_TEN = (
    LocalGroup("AND", "Andre funksjonshemminger", "4", BY_RULE, 4),
    LocalGroup("DEM", "Demente", "4", "3", 2, care_3="1"),
    LocalGroup("FLY", "Flyktning", "5", "4"),
    LocalGroup("FUN", "Funksjonsnedsettelse", "4", "2", 3),
    LocalGroup("PSY", "Psykiatri", "1", "1"),
    LocalGroup("RHF", "Rehabilitering rus (housing first)", "2", "1", 1),
    LocalGroup("RUS", "Rusmisbruker", "2", "1", 2),
    LocalGroup("ROP", "ROP", "3", "1"),
    LocalGroup("SOS", "Sosialt og økonomisk vanskeligstilt", "6", "5"),
    LocalGroup("ING", "Ingen målgruppe passer", "7", "6"),
)
# A list of sixteen codes that splits the elderly and the disabled further.
_SIXTEEN = (
    LocalGroup("1", "Eldre med lett bistandsbehov", "4", "3", 3, care_3="1", care_3b="3", bodo_4="4"),
    LocalGroup("2", "Eldre med omfattende bistandsbehov", "4", "3", 2, care_3="1", care_3b="3", bodo_4="4"),
    LocalGroup("3", "Demens", "4", "3", 1, care_3="1", care_3b="3", bodo_4="4"),
    LocalGroup("4", "Fysisk funksjonsnedsettelse", "4", "2", 1, care_3="1", care_3b="2", bodo_4="4"),
    LocalGroup("5", "Utviklingshemming", "4", "2", 2, care_3="3", care_3b="2", bodo_4="4"),
    LocalGroup("6", "Ervervet hjerneskade", "4", "2", 0.5, care_3="unsplit", care_3b="2", bodo_4="4"),
    LocalGroup("7", "Tilrettelagt bolig, ikke nærmere angitt", "4", BY_RULE, 2, care_3="unsplit", care_3b=BY_RULE, bodo_4="4"),
    LocalGroup("8", "Psykisk helse", "1", "1", 3, care_3="2", care_3b="1", bodo_4="3"),
    LocalGroup("9", "Psykisk helse, unge", "1", "1", 1, care_3="2", care_3b="1", bodo_4="3"),
    LocalGroup("10", "Rus", "2", "1", 2, care_3="2", care_3b="1", bodo_4="3"),
    LocalGroup("11", "Rus, i rehabilitering", "2", "1", 1, care_3="2", care_3b="1", bodo_4="3"),
    LocalGroup("12", "Psykisk helse og rus", "3", "1", care_3="2", care_3b="1", bodo_4="3"),
    LocalGroup("13", "Flyktninger", "5", "4", care_3="no_place", care_3b="no_place", bodo_4="1"),
    LocalGroup("14", "Sosialt vanskeligstilte", "6", "5", 2, care_3="no_place", care_3b="no_place", bodo_4="2"),
    LocalGroup("15", "Økonomisk vanskeligstilte", "6", "5", 1, care_3="no_place", care_3b="no_place", bodo_4="2"),
    LocalGroup("16", "Utleie uten behovsprøving", "7", "6", care_3="no_place", care_3b="no_place", bodo_4="no_place"),
)
# The form's own seven groups: all that a small municipality keeps.
_SEVEN = (
    LocalGroup("P", "Psykisk lidelse", "1", "1"),
    LocalGroup("R", "Rusmisbruk", "2", "1"),
    LocalGroup("PR", "Psykisk lidelse og rusmisbruk", "3", "1"),
    LocalGroup("T", "Behov for tilrettelagt bolig", "4", BY_RULE),
    LocalGroup("F", "Flyktning", "5", "4"),
    LocalGroup("A", "Andre problemer", "6", "5"),
    LocalGroup("U", "Uten behovsprøving", "7", "6"),
)
# Eight codes: the elderly and the disabled apart, the rest as in the form.
_EIGHT = (
    *(g for g in _SEVEN if g.code != "T"),
    LocalGroup("TE", "Tilrettelagt bolig, eldre", "4", "3", 2, care_3="1"),
    LocalGroup("TF", "Tilrettelagt bolig, funksjonsnedsettelse", "4", "2", 1),
)
_BY_CODE = {"5001": _TEN, "4601": _TEN, "1804": _SIXTEEN, "1811": _SEVEN}


def local_groups(municipality: str) -> tuple[LocalGroup, ...]:
    """The code list of a municipality."""
    return _BY_CODE.get(municipality) or (_EIGHT if int(municipality) % 3 == 0 else _SEVEN)


def write_mapping(path: Path, municipality: str, groups: tuple[LocalGroup, ...] = ()) -> int:
    """Write the mapping as delivered (``local_groups.csv``), of other ``groups`` than the municipality's where given; returns the rows."""
    rows = []
    for group in groups or local_groups(municipality):
        placed = {"form_2009": group.form_2009, "form_2020": group.form_2020, "r0_2019": group.r0}
        placed |= {"care_3": group.care_3, "care_3b": group.care_3b, "bodo_4": group.bodo_4}
        for scheme, code in placed.items():
            if code:
                certainty, code = (code, "") if code in _WITHOUT_CODE else ("exact", code)
                rows.append([municipality, group.code, group.label_nb, scheme, code, certainty, "1970-01-01", ""])
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, delimiter=";", lineterminator="\n", quoting=csv.QUOTE_NONE)
        writer.writerow(
            ["municipality_code", "local_group_code", "local_label_nb", "scheme", "scheme_code", "certainty", "valid_from", "valid_to"]
        )
        writer.writerows(rows)
    return len(rows)
