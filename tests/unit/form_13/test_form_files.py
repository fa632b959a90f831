"""The form as workbook, CSV file and page: the same numbers in all three, missing lines marked, Norwegian form, nothing that runs."""

from __future__ import annotations

import csv
import datetime as dt
import html
import io
import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from orchestration.form_13.files import FORMATS, forms_asked_for, write_form, write_forms, written
from orchestration.form_13.model import Form
from orchestration.form_13.words import day, number, percent, signed
from orchestration.settings import Settings, UserError


@pytest.fixture
def form(settings: Settings) -> Form:
    """Trondheim's form of 2025."""
    (found,) = forms_asked_for(settings, "5001", 2025)
    return found


@pytest.fixture
def book(form: Form) -> Workbook:
    """Its workbook, read back."""
    return load_workbook(io.BytesIO(written(form, "xlsx")))


def rows_of(book: Workbook, name: str) -> list[list[object]]:
    """Values of a sheet below its title, without empty rows."""
    return [list(row) for row in book[name].iter_rows(min_row=4, values_only=True) if any(value is not None for value in row)]


def row_of(book: Workbook, sheet: str, first: str) -> list[object]:
    """The row that begins with a text."""
    (found,) = [row for row in rows_of(book, sheet) if row[0] == first]
    return found


def test_there_is_a_sheet_for_each_part_and_for_controls_and_methods(book: Workbook) -> None:
    parts = ["Boliger", "Nyinnflyttede", "Midlertidig botilbud", "Utvidelser"]
    assert book.sheetnames == ["Forside", *parts, "Endringer", "Kontroller", "Metoder"]
    assert (book["Boliger"]["A1"].value, book["Boliger"]["A2"].value) == ("Del: dwellings", "5001 Trondheim, telt 31.12.2025")


def test_a_section_has_last_years_numbers_as_sent_where_all_were_else_all_of_the_register(book: Workbook) -> None:
    head = ["Linje", "Tekst", "Antall 2025", "Sendt 2025", "Antall 2024", "Endring", "2024 er fra", "Merknad"]
    assert rows_of(book, "Boliger")[:3] == [
        head,
        ["2", "Boliger i alt", 4105, 4100, 4060, 45, "Skjemaet som sendt", None],
        ["4.1", "Utleide boliger", 3789, 3789, 3780, 9, "Skjemaet som sendt", None],
    ]
    assert [row[0] for row in rows_of(book, "Boliger")[3:]] == [
        "«Sendt 2025» er skjemaet for 2025 som ble sendt 15.02.2026 (bare boligkontoret).",
        "«Antall 2024» er skjemaet for 2024 som ble sendt 15.02.2025 (hele kommunen). Kontroll K16 sammenligner med registerets tall.",
    ]
    moved_in = rows_of(book, "Nyinnflyttede")
    assert [(row[5], row[7]) for row in moved_in[1:4]] == [(440, "Egne registre"), (400, "Egne registre"), (40, "Egne registre")]
    assert moved_in[-1][0] == (
        "«Antall 2024» er fra egne registre: skjemaet for 2024 som ble sendt 15.02.2025 (hele kommunen), har ikke alle linjene i denne "
        "delen, og tall fra to kilder ville ikke summere."
    )


def test_each_section_says_whether_it_tells_of_a_day_or_of_a_year(book: Workbook) -> None:
    said = {name: book[name]["A2"].value for name in ("Nyinnflyttede", "Midlertidig botilbud", "Forside", "Metoder")}
    assert said == {
        "Nyinnflyttede": "5001 Trondheim, i løpet av 2025",
        "Midlertidig botilbud": "5001 Trondheim, telt 31.12.2025",
        "Forside": "5001 Trondheim, telt 31.12.2025",
        "Metoder": "5001 Trondheim",
    }


def test_the_front_says_what_was_sent_already_and_how_it_differs(form: Form, book: Workbook) -> None:
    said = "15.02.2026, bare boligkontoret, telt 30.12.2025, 1 linje avviker"
    assert row_of(book, "Forside", "Tidligere sendt for 2025")[1] == said
    assert [line.line_id for line in form.differing] == ["2"], "7 was sent as missing and is missing"
    assert rows_of(book, "Forside")[-1][0] == (
        "Hvorfor linjene avviker fra det som ble sendt: fjernlys explain reconciliation --municipality 5001 --year 2025 "
        "--pair own_form_sent --line 2"
    )
    never = load_workbook(io.BytesIO(written(replace(form, sent=None), "xlsx")))
    assert row_of(never, "Forside", "Tidligere sendt for 2025")[1] == "Ikke sendt"


def test_the_day_that_last_years_form_was_counted_on_is_told_where_it_is_another(book: Workbook) -> None:
    assert row_of(book, "Forside", "Fjorårets skjema som sendt er talt")[1] == dt.datetime(2024, 11, 30)


def test_the_estimate_stands_beside_the_observed_count_and_share(book: Workbook) -> None:
    assert row_of(book, "Nyinnflyttede", "Linje")[2:5] == ["Antall 2025", "Andel", "Anslag*"]
    _, text, count, share, estimate, *_ = row_of(book, "Nyinnflyttede", "5.9")
    assert (text, count, estimate) == ("Uten målgruppe", 58, 0)
    assert round(share, 4) == 0.1261
    assert row_of(book, "Nyinnflyttede", "5.5")[2:5] == [402, pytest.approx(402 / 460), 460]
    assert row_of(book, "Nyinnflyttede", "5")[2:5] == [460, None, None]
    assert rows_of(book, "Nyinnflyttede")[4][0].startswith("* Anslag: husstander uten målgruppe er fordelt forholdsmessig")


def test_a_line_that_cannot_be_told_is_marked_and_says_why(book: Workbook) -> None:
    assert row_of(book, "Midlertidig botilbud", "7") == [
        "7",
        "Midlertidig botilbud",
        "..",
        "..",
        10,
        None,
        "Egne registre",
        "Filen er ikke levert.",
    ]
    assert row_of(book, "Forside", "Linjer som mangler")[1] == 1
    assert row_of(book, "Forside", "Filen er ikke levert.")[1] == 1
    cell = book["Midlertidig botilbud"]["C5"]
    assert (cell.value, cell.fill.fgColor.rgb) == ("..", "00FFF4CE")


def test_a_change_is_made_up_of_what_came_and_went_and_what_was_sent_otherwise(form: Form, book: Workbook) -> None:
    because = "Anskaffet +35; Avhendet -4; Det som ble sendt, avviker fra registeret slik det er i dag +14"
    assert row_of(book, "Endringer", "2") == ["2", "Boliger i alt", 4060, 4105, 45, because]
    assert row_of(book, "Endringer", "5")[4:] == [20, 'Uten målgruppe +18; =HYPERLINK("x") +2']
    (whole,) = [change for change in form.changes if change.line.line_id == "2"]
    assert sum(cause.amount for cause in whole.causes) == 45


def test_controls_of_this_form_and_of_what_was_sent_are_kept_apart(book: Workbook) -> None:
    rows = rows_of(book, "Kontroller")
    head = ["Kontroll", "Alvorlighet", "Hva som skal stemme", "Venstre side", "Høyre side", "Differanse", "Resultat", "Melding"]
    said = "Av 3 linjer: 1 oppfylt, 1 ikke, 1 kan ikke kontrolleres."
    assert [row for row in rows if len([value for value in row if value is not None]) > 1][:13] == [
        head,
        ["K01", "Feil", "Sum av grupper er i alt", 460, 460, 0, "Oppfylt", "Oppfylt."],
        ["K03", "Feil", "Midlertidig", None, None, None, "Kan ikke kontrolleres", "Mangler."],
        ["K09", "Feil", "Inngående", 3779, 3779, 0, "Oppfylt", "Oppfylt."],
        ["K16", "Advarsel", "Hver linje: Ingen stor endring", None, None, None, "Ikke oppfylt", said],
        ["Linje", "Alvorlighet", "Tekst", "Verdi", "Nedre grense", "Øvre grense", "Enhet", "Melding"],
        ["2", "Advarsel", "2 i ord", 4105, 3000, 4000.6, "antall", "Over grensen."],
        head,
        ["K01", "Feil", "Sum av grupper er i alt", 4, 4, 0, "Oppfylt", "Oppfylt."],
        ["K02", "Advarsel", "Bevegelse", 10, 12, -2, "Ikke oppfylt", "'=1+1"],
        head,
        ["K09", "Feil", "Inngående", 3780, 3779, 1, "Ikke oppfylt", "Differanse: 1."],
        ["Kontroll", "Regel", "Definisjon", "Alvorlighet", None, None, None, None],
    ]
    assert [row[0] for row in rows if len([value for value in row if value is not None]) == 1] == [
        "Dette skjemaet",
        "Dette skjemaet, K16 Ingen stor endring",
        "Skjemaet for 2025 som ble sendt 15.02.2026 (bare boligkontoret)",
        "Skjemaet for 2024 som ble sendt 15.02.2025 (hele kommunen)",
        "Hva kontrollene sier",
        "Dette skjemaet: av 3 kontroller av sammenhenger er 2 oppfylt og 0 ikke oppfylt; 1 kan ikke kontrolleres.",
    ]
    explained = [row[:2] for row in rows[rows.index(["Hva kontrollene sier", *[None] * 7]) + 2 : -1]]
    assert explained == [["K01", "C163"], ["K02", "C163"], ["K03", "C163"], ["K09", "C164"], ["K16", "C166"]]


def test_the_front_counts_faults_of_this_form_alone_and_names_those_of_what_was_sent(book: Workbook) -> None:
    rows = [row[:2] for row in rows_of(book, "Forside")]
    for fact in (
        ["Sammenhenger som ikke stemmer (K01–K15)", 0],
        ["Linjer som er uvanlige (K16, K17)", 1],
        ["Kan ikke kontrolleres", "1 sammenheng og 1 linje"],
    ):
        assert fact in rows
    start = rows.index(["Dette skjemaet: linjer som er uvanlige", None])
    assert rows[start + 1 : start + 9] == [
        ["Kontroll", "Melding"],
        ["K16 Ingen stor endring", "Linje 2"],
        ["Skjemaet for 2025 som ble sendt 15.02.2026 (bare boligkontoret): sammenhenger som ikke stemmer", None],
        ["Kontroll", "Melding"],
        ["K02 Bevegelse", "'=1+1"],
        ["Skjemaet for 2024 som ble sendt 15.02.2025 (hele kommunen): sammenhenger som ikke stemmer", None],
        ["Kontroll", "Melding"],
        ["K09 Inngående", "Differanse: 1."],
    ]


def test_a_limit_has_a_decimal_where_it_is_not_whole(form: Form, book: Workbook) -> None:
    (limits,) = [[cell.number_format for cell in row[3:6]] for row in book["Kontroller"].iter_rows() if row[5].value == 4000.6]
    assert limits == ["[$-414]#,##0", "[$-414]#,##0", "[$-414]#,##0.0"]
    assert '<td class="n">3\N{NO-BREAK SPACE}000</td><td class="n">4\N{NO-BREAK SPACE}000,6</td>' in written(form, "html").decode()


def test_methods_tell_what_is_counted_by_which_rule_and_from_which_deliveries(book: Workbook) -> None:
    assert row_of(book, "Metoder", "Bygg")[1] == "0123456789ab"
    assert row_of(book, "Metoder", "Leveranser mottatt til og med")[1] == "15.01.2026"
    assert row_of(book, "Metoder", "7")[:8] == [
        *("7", "Midlertidig botilbud", "Slik telles 7", "C10", "Modellert", "temporary_households", "Mangler", "Ikke talt")
    ]
    delivered = [row[1:7] for row in rows_of(book, "Metoder") if row[3] in ("Levert", "Ikke levert")]
    assert delivered == [
        ["Kommunalt disponerte boliger", "municipal-5001-x", "Levert", 2, 4200, 1],
        ["Opphold i midlertidig botilbud", None, "Ikke levert", 0, None, None],
    ]


def test_no_text_is_taken_for_a_formula(book: Workbook) -> None:
    assert row_of(book, "Nyinnflyttede", "5.5")[1] == '\'=HYPERLINK("x")'
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    assert "f" not in kinds


def test_csv_and_page_say_what_the_workbook_says(form: Form, book: Workbook) -> None:
    rows = list(csv.DictReader(io.StringIO(written(form, "csv").decode("utf-8-sig")), delimiter=";"))
    page = written(form, "html").decode()
    for name in ("Boliger", "Nyinnflyttede", "Midlertidig botilbud", "Utvidelser"):
        for line_id, text, count, *_ in rows_of(book, name):
            if line_id not in {line.line_id for line in form.lines}:
                continue
            (row,) = [row for row in rows if row["line_id"] == line_id]
            assert (row["line_count"] or row["symbol"], row["label_nb"]) == (str(count), text)
            shown, words = number(count) if isinstance(count, int) else count, html.escape(text.removeprefix("'"))
            assert f'<td>{line_id}</td><td>{words}</td><td class="n">{shown}</td>' in page
    assert len(rows) == len(form.lines) == 7
    assert {(row["municipality_code"], row["year"], row["counted_date"], row["covered_office"]) for row in rows} == {
        ("5001", "2025", "2025-12-31", "all")
    }


def test_the_page_needs_nothing_else_and_writes_as_norwegians_do(form: Form) -> None:
    page = written(form, "html").decode()
    assert "<script" not in page and "http" not in page and '<html lang="nb">' in page
    assert "4\N{NO-BREAK SPACE}105" in page and "12,61\N{NO-BREAK SPACE}%" in page and "31.12.2025" in page
    assert "Største endringer" in page and "=HYPERLINK(&quot;x&quot;)" in page


def test_numbers_and_days_of_the_workbook_have_norwegian_formats(book: Workbook) -> None:
    sheet = book["Nyinnflyttede"]
    assert (sheet["C5"].number_format, sheet["D6"].number_format) == ("[$-414]#,##0", "[$-414]0.00\\ %")
    day_cell = next(row[1] for row in book["Forside"].iter_rows(min_row=4) if row[0].value == "Telledato")
    assert (day_cell.number_format, day_cell.value) == ("[$-414]dd.mm.yyyy", dt.datetime(2025, 12, 31))


def test_the_same_form_gives_the_same_bytes(form: Form, monkeypatch: pytest.MonkeyPatch) -> None:
    first = {kind: written(form, kind) for kind in FORMATS}
    monkeypatch.setattr("time.localtime", lambda *_: (2031, 5, 6, 7, 8, 9, 0, 0, 0))
    assert {kind: written(form, kind) for kind in FORMATS} == first
    assert re.findall(rb"20(?:26-11|31)", first["xlsx"]) == []


def test_words() -> None:
    assert [number(value) for value in (0, 999, 1000, -1234567)] == ["0", "999", "1\xa0000", "-1\xa0234\xa0567"]
    assert [number(Decimal("12.345"), 2), percent(Decimal(58) / 460)] == ["12,35", "12,61\xa0%"]
    assert [signed(3), signed(0), signed(-3), day(dt.date(2025, 1, 2))] == ["+3", "0", "-3", "02.01.2025"]


def test_many_forms_are_made_by_several_processes(settings: Settings, form: Form, tmp_path: Path) -> None:
    folder, notes = tmp_path / "many", []
    forms = [replace(form, municipality_code=f"{5001 + number}") for number in range(9)]
    done = list(write_forms(settings, forms, folder, ("csv",), notes.append))
    assert done == [(each, [folder / f"{each.name}.csv"]) for each in forms]
    assert notes[-1] == "9 of 9: 5009 Trondheim"
    assert all((folder / f"{each.name}.csv").read_bytes() == written(each, "csv") for each in forms)


def test_no_half_file_is_left(form: Form, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_form(form, tmp_path, FORMATS)
    before = (tmp_path / "skjema13_5001_2025.html").read_bytes()
    monkeypatch.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(OSError):
        write_form(form, tmp_path, ("html",))
    assert (tmp_path / "skjema13_5001_2025.html").read_bytes() == before


def test_a_folder_that_cannot_be_written_is_told(settings: Settings, form: Form, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(UserError, match="a file stands where a folder should be"):
        list(write_forms(settings, [form], tmp_path / "file", FORMATS))
    monkeypatch.setattr(Path, "write_bytes", lambda *_: (_ for _ in ()).throw(PermissionError(13, "Permission denied")))
    with pytest.raises(UserError, match=r"out: the files cannot be written \(Permission denied\)"):
        list(write_forms(settings, [form], tmp_path / "out", FORMATS))
