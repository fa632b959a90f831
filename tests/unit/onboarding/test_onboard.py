"""From samples to drafts, to the letter: what is read, what is guessed, what must be filled in, and that nothing personal is written."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from openpyxl import Workbook

from orchestration.mappings.load import load_mapping
from orchestration.onboarding.onboard import onboard
from orchestration.privacy.national_id import check_digits
from orchestration.settings import Settings, UserError

ID = "018180000" + check_digits("018180000")  # synthetic: month + 80
DRAFTS = Path(__file__).parent / "drafts"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A folder for mappings of its own."""
    return Settings(home=tmp_path / "home", key_file=tmp_path / "key", mappings=tmp_path / "mappings")


def home_made(path: Path) -> Path:
    """A spreadsheet saved as text in Norway: a title above, Windows letters, decimal commas, one row for dwelling and tenant."""
    names = "Bolig-ID;Bruksenhet;Gateadresse;Postnr;Sperret adresse;Eierform;Type;Rom;BRA;Rullestol;Husleie;Disponert fra;Avhendet"
    lines = ["Kommunale boliger", "", f"{names};Leietaker;Fødselsnummer;Kontrakttype;Innflytting;Målgruppe;Merknad"]
    for n in range(12):
        form, kind = ["Eid", "Innleid", "Framleid"][n % 3], ["Selveid", "Sameie"][n % 2]
        dwelling = f"B{n};U{n};Ælgveien {n};8006;{'Ja' if n == 3 else 'Nei'};{form};{kind}"
        size = f"{n % 4 + 1};{50 + n},5;{['J', 'N'][n % 2]};{7 + n} 000,00;0{n % 9 + 1}.01.2001;{'31.12.2023' if n == 4 else '-'}"
        tenant = f"Kari Nordmann;{ID};{['3 år', 'Fast'][n % 2]};15.03.2{n % 3};{['RUS', 'PSY'][n % 2]};Ring Ola på 99887766"
        lines.append(f"{dwelling};{size};{tenant}")
    path.write_bytes(("\r\n".join(lines) + "\r\n").encode("latin-1"))
    return path


def several_files(folder: Path) -> list[Path]:
    """A dump of tables with a look-up, UTF-8 and tabulators; the dwelling's key stands in parts."""
    homes = ["bygg\tleie_nr\tgate_id\tnr\tbruksenhetsnummer\themmelig\teierform"]
    homes += [f"{n % 3}\t{n}\t{n % 2}\t{n}\tH010{n}\t0\towned" for n in range(6)]
    streets = ["gate_id\tgatenavn\tpostnummer", "0\tStorgata\t8006", "1\tElvegata\t8007"]
    paths = [folder / "Leieobjekt.txt", folder / "Gater.txt"]
    for path, lines in zip(paths, (homes, streets), strict=True):
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return paths


def workbook(path: Path) -> Path:
    """Two sheets; the header of the first stands on rows 3 and 4, with a merged cell, and days are kept as dates and as numbers."""
    book = Workbook()
    sheet = book.active
    sheet.title = "Boliger"
    rows = [
        ["Kommunale boliger 2024"],
        [],
        ["Bolig-ID", "Plassering", None, "Areal", "Disponert fra", "Endret"],
        [None, "Adresse", "Postnummer", None, None, None],
    ]
    rows += [[f"B{n}", f"Storgata {n}", "8006", 50 + n, dt.date(2001, 5, n + 1), 45292 + n] for n in range(5)]
    for row in rows:
        sheet.append(row)
    for block in ("A3:A4", "B3:C3", "D3:D4"):
        sheet.merge_cells(block)
    refugees = book.create_sheet("Søknader")
    refugees.append(["Søknad-ID", "Husstand", "Mottatt", "Vedtak"])
    for n in range(4):
        refugees.append([f"S{n}", f"H{n}", f"0{n + 1}.02.2024", ["Innvilget", "Avslag"][n % 2]])
    book.save(path)
    return path


def pages(folder: Path) -> list[Path]:
    """Two pages of an interface."""
    found = []
    for page in (1, 2):
        homes = [
            {
                "koboId": f"k{page}{n}",
                "bruksenhetsnummer": f"H010{n}",
                "adresse": {"gatenavn": f"Storgata {n}", "postnummer": "8006"},
                "erTilgjengeligForRullestolbruker": n == 1,
                "antallSoverom": n,
                "bruksareal": 50.5,
                "leieforhold": {"startdato": "2024-02-01", "person": {"navn": "Kari Nordmann", "fnr": ID}},
            }
            for n in (1, 2)
        ]
        found.append(folder / f"boliger-side{page}.json")
        found[-1].write_text(json.dumps({"side": page, "data": {"boliger": homes}}), encoding="utf-8")
    return found


def parquet(path: Path) -> Path:
    """The refugee register with names of its own."""
    table = {"kommune_nr": ["5001"] * 3, "Løpenr": ["1", "2", "3"], "pnr": [ID] * 3, "Bosatt dato": [dt.date(2023, 1, 1)] * 3}
    pq.write_table(pa.table(table), path)
    return path


def positions(path: Path) -> Path:
    """A fixed-width file with a header."""
    rows = [("Bolig-ID", "Postnr", "Rom", "Disponert fra")] + [(f"B{n}", "8006", f"{n}", f"200{n}0131") for n in range(1, 5)]
    path.write_text("\n".join("".join(cell.ljust(width) for cell, width in zip(row, (10, 8, 5, 13), strict=True)) for row in rows) + "\n")
    return path


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
    "legal_basis": "{constant: none}",
    "allocating_office": "{constant: housing_office}",
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
    assert [(e.entity, len(e.fields)) for e in mapping.entities] == [("dwelling", 14), ("tenancy", 8)]
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
