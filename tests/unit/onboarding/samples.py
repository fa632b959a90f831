"""Writes small samples of suppliers' files for tests, in every format; what is personal in them must stand in no draft.

Belongs here: the files. Does not belong here: what a test expects.
"""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from openpyxl import Workbook

from orchestration.privacy.national_id import check_digits

ID = "018180000" + check_digits("018180000")  # synthetic: month + 80


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
