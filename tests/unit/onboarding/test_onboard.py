"""From samples to drafts, to the letter: what is read, what is guessed, what must be filled in, and that nothing personal is written."""

from __future__ import annotations

from pathlib import Path

import pytest
from samples import ID, home_made, pages, parquet, positions, several_files, workbook

from orchestration.mappings.load import load_mapping
from orchestration.onboarding.onboard import onboard
from orchestration.settings import Settings, UserError

DRAFTS = Path(__file__).parent / "drafts"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A folder for mappings of its own."""
    return Settings(home=tmp_path / "home", key_file=tmp_path / "key", mappings=tmp_path / "mappings")


CASES = {
    "home_made": (lambda f: [home_made(f / "boliger_2024-12-31.csv")], "municipal", "5001"),
    "several_files": (several_files, "municipal", None),
    "workbook": (lambda f: [workbook(f / "Oversikt.xlsx")], "municipal", "5001"),
    "pages": (pages, "municipal", None),
    "parquet": (lambda f: [parquet(f / "flyktninger.parquet")], "refugee_register", "5001"),
    "positions": (lambda f: [positions(f / "boliger.dat")], "municipal", "5001"),
}


@pytest.mark.parametrize(("name", "case"), CASES.items(), ids=CASES.keys())
def test_the_draft_and_the_report(settings: Settings, tmp_path: Path, name: str, case: tuple) -> None:
    samples, source, municipality = case
    result = onboard(settings, samples(tmp_path), source, municipality)
    text = f"{result.draft}\n=== report\n{result.report}\n".replace(f"{tmp_path}/", "")
    expected = DRAFTS / f"{name}.txt"
    assert text == expected.read_text(encoding="utf-8")
    assert result.path.read_text(encoding="utf-8") == result.draft
    for personal in (ID, "Nordmann", "Kari", "99887766", "Ælgveien", "Storgata"):
        assert personal not in text


FILLED = {
    "category": "{constant: ordinary}",
    "tenancy_id": '{join: [Bolig-ID, Innflytting], with: "-"}',
    "household_id": "{column: Bolig-ID}",
    "'Framleid'": "right_of_disposal",
}


def test_a_draft_loads_as_soon_as_the_marked_places_are_filled(settings: Settings, tmp_path: Path) -> None:
    result = onboard(settings, [home_made(tmp_path / "boliger_2024-12-31.csv")], "municipal", "5001")
    with pytest.raises(UserError, match="still to be filled in"):
        load_mapping(result.path)
    draft = result.draft
    for key, value in FILLED.items():
        assert draft.count(f" {key}: FILL_IN") == 1
        draft = draft.replace(f" {key}: FILL_IN", f" {key}: {value}")
    result.path.write_text(draft, encoding="utf-8")
    mapping = load_mapping(result.path)
    assert [(e.entity, len(e.fields)) for e in mapping.entities] == [("dwelling", 14), ("tenancy", 6)]
    assert mapping.entity("dwelling").fields[5].values == (("Eid", "owned"), ("Framleid", "right_of_disposal"), ("Innleid", "rented_in"))
    assert (mapping.files[0].encoding, mapping.files[0].decimal, mapping.files[0].dates) == ("latin-1", ",", ("dd.MM.yyyy", "dd.MM.yy"))


def test_a_draft_without_marked_places_loads_at_once(settings: Settings, tmp_path: Path) -> None:
    result = onboard(settings, [parquet(tmp_path / "flyktninger.parquet")], "refugee_register", "5001")
    assert load_mapping(result.path).extract == "flyktninger"


def test_rows_never_pass_for_names_of_columns(settings: Settings, tmp_path: Path) -> None:
    """Without a row of names that is one for certain, columns get numbers: a name of a person or street would else stand in the draft."""
    path = tmp_path / "liste.csv"
    path.write_text(
        "Kari Nordmann;Storgata;Eid;Selveid\nOla Hansen;Elvegata;Innleid;Sameie\nPer Olsen;Elvegata;Eid;Sameie\n", encoding="utf-8"
    )
    result = onboard(settings, [path], "municipal", "5001")
    assert "columns: [column_1, column_2, column_3, column_4]" in result.draft
    assert "      tenure_form:  # guess; eierform; one of owned, rented_in, right_of_disposal\n        column: column_3\n" in result.draft
    assert not [word for word in ("Nordmann", "Hansen", "Olsen", "Storgata", "Elvegata") if word in result.draft + result.report]


def test_a_sample_in_which_nothing_is_recognised(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("Farge;Antall\nrød;1\nblå;2\n", encoding="utf-8")
    result = onboard(settings, [tmp_path / "a.csv"])
    assert '    encoding: utf-8\n    delimiter: ";"\n    header_row: 1\nentities:\n  FILL_IN  # no entity of municipal was' in result.draft
    assert result.report.splitlines()[0] == "a.csv: csv, 2 columns, 2 rows read"


def test_texts_that_may_be_more_than_codes_are_not_shown(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "boliger.csv"
    rows = ["Bolig-ID;Eierform;Målgruppe"] + [f"B{n};{['Eid', 'Hansen', 'Kari Nordmann', '41'][n % 4]};{n}{n}{n}{n}{n}" for n in range(7)]
    path.write_text("\n".join(rows), encoding="utf-8")
    text = onboard(settings, [path], "municipal", "5001").draft
    assert "          '41': FILL_IN\n          'Eid': owned  # likely\n" in text
    assert "Nordmann" not in text


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the file is empty"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, r"the file is an old workbook \(.xls\) or one with a password"),
        (b"x", "no columns can be seen"),
        (b'{"a": 1, "a": 2}', "the file has an object with the same name twice"),
        (b"PAR1 cut short", "the file is damaged or no Parquet file"),
    ],
)
def test_a_sample_that_cannot_be_read(settings: Settings, tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / "sample").write_bytes(content)
    with pytest.raises(UserError, match=message):
        onboard(settings, [tmp_path / "sample"])


def test_what_the_user_may_have_mistaken(settings: Settings, tmp_path: Path) -> None:
    sample = parquet(tmp_path / "a.parquet")
    for arguments, message in (
        (([tmp_path / "b.csv"],), "b.csv: there is no such file"),
        (([sample], "kostra_11f"), "--source must be one of .*municipal"),
        (([sample], "municipal", "50"), "--municipality must be a municipality code of four digits"),
        (([sample], "municipal", "5001", tmp_path / "My file.yml"), "name the file <extract>.yml"),
    ):
        with pytest.raises(UserError, match=message):
            onboard(settings, *arguments)
    onboard(settings, [sample], "refugee_register")
    with pytest.raises(UserError, match="the file exists"):
        onboard(settings, [sample], "refugee_register")
