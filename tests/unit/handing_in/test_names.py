"""Names that others chose: what may become a name in landing, and what a message shows of it."""

from __future__ import annotations

import unicodedata

import pytest

from orchestration.handing_in.names import delivered_name, folder_problem, shown
from orchestration.privacy.national_id import check_digits
from orchestration.settings import UserError

ID = "018180000" + check_digits("018180000")  # month + 80: nobody's


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("../dwellings.csv", "plain name without folders"),
        ("..\\dwellings.csv", "plain name without folders"),
        ("C:dwellings.csv", "plain name without folders"),
        ("..", "plain name without folders"),
        (".hidden.csv", "hidden or half-written"),
        ("~$Boliger.xlsx", "hidden or half-written"),
        ("boliger.csv.PART", "hidden or half-written"),
        ("boliger.tmp", "hidden or half-written"),
        ("a\nb.csv", "signs that cannot be shown"),
        ("a\x1b[2Jb.csv", "signs that cannot be shown"),
        ("a\udcffb.csv", "signs that cannot be shown"),
        ("ø" * 101 + ".csv", "longer than 200 bytes"),
        ("manifest.json", "used by the system"),
        ("Mapping.yml", "used by the system"),
        ("NUL.txt", "used by the system"),
    ],
)
def test_unsafe_names_are_refused_with_what_is_wrong(name: str, says: str):
    with pytest.raises(UserError, match=says):
        delivered_name(name)


@pytest.mark.parametrize("name", [f"{ID}.csv", f"boliger {ID[:6]} {ID[6:]}.csv", f"vedlegg-{ID[:6]}-{ID[6:]}.xlsx"])
def test_a_national_id_in_a_name_is_refused_and_not_shown(name: str):
    with pytest.raises(UserError, match="form of a national id; rename the file") as error:
        delivered_name(name)
    assert ID[:6] not in str(error.value) and ID[6:] not in str(error.value)


def test_letters_of_other_systems_become_the_same_name():
    assert delivered_name(unicodedata.normalize("NFD", "Målgrupper.csv")) == "Målgrupper.csv"
    assert delivered_name("Leieobjekt 2025-12-31 (1).csv") == "Leieobjekt 2025-12-31 (1).csv"


def test_what_is_shown_is_on_one_line_and_without_ids():
    assert shown(f"inbox/5001/{ID}\n.csv") == "inbox/5001/#?.csv"
    assert folder_problem("2025-12-31") is None
    assert folder_problem(ID) == "the name holds a number in the form of a national id; rename the folder"
