"""Deliveries with chance damage: each is accepted with every line accounted for, or refused with a rule; the gate never stops.

Belongs here: damage drawn by a seed, in every format. Does not belong here: one certain mistake and its message (``test_arrivals_refused``,
``test_mapped_*``). The draws are the same on every machine.
"""

from __future__ import annotations

import io
import json
import random
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from arrival_deliveries import csv_bytes, deliver, line, settings_with_klass, synthetic_id
from mapped_deliveries import COLUMNS, DWELLINGS, HEAD, adds_up, deliver_mapped
from openpyxl import Workbook

from orchestration.arrivals.gate import run_gate
from orchestration.arrivals.manifest import read_manifest
from orchestration.settings import PROJECT_ROOT, Settings

MUTANTS = 25
ROWS = [[f"D{n}", "EL"[n % 2], ["Ja", "Nei"][n % 2], f"{7000 + n},50", f"0{n % 9 + 1}.01.2001"] for n in range(12)]
NAMES = COLUMNS.split(";")
SHEET = "xl/worksheets/sheet1.xml"
# What readers of text and spreadsheets have stumbled over.
TOKENS = [b"\0", b"\r", b"\n", b"\r\n", b'"', b'""', b";", b";;;;", b"\t", b"\\", b"'", b"{", b"}", b"[", b"-", b"NULL", b"45292", b"1e309"]
TOKENS += [b"\xff", b"\xef\xbb\xbf", b"\xc3", b"\xe5", b"\x1a", b"\x1f", b"\x85", b"\xe2\x80\xa8", b"=1+1", b"@SUM(A1)"]
TOKENS += [b"x" * 5_000, b" " * 300]


def services() -> bytes:
    """A file in the form of its contract, with ids."""
    return csv_bytes("iplos", "service", *(line("service", service_id=f"S{n}", person_national_id=synthetic_id(n)) for n in range(12)))


def text(encoding: str = "utf-8") -> bytes:
    """A supplier's own text."""
    return "".join(f"{';'.join(row)}\r\n" for row in [NAMES, *ROWS]).encode(encoding)


def positions() -> bytes:
    """The same in fixed width."""
    return "".join("".join(cell.ljust(12) for cell in row) + "\n" for row in ROWS).encode()


def workbook() -> bytes:
    """The same in a workbook."""
    book, packed = Workbook(), io.BytesIO()
    for row in [NAMES, *ROWS]:
        book.active.append(row)
    book.save(packed)
    return packed.getvalue()


def sheet() -> bytes:
    """The XML of its sheet; damage outside would only break the package."""
    with zipfile.ZipFile(io.BytesIO(workbook())) as package:
        return package.read(SHEET)


def packed_sheet(content: bytes) -> bytes:
    """A workbook with this sheet."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook())) as package, zipfile.ZipFile(packed, "w") as changed:
        for name in package.namelist():
            changed.writestr(name, content if name == SHEET else package.read(name))
    return packed.getvalue()


def records() -> bytes:
    """The same as JSON."""
    return json.dumps({"data": [dict(zip(NAMES, row, strict=True)) for row in ROWS]}, ensure_ascii=False).encode()


def parquet() -> bytes:
    """The same as Parquet."""
    packed = io.BytesIO()
    table = pa.Table.from_pylist([dict(zip(NAMES, row, strict=True)) for row in ROWS])
    pq.write_table(table, packed, compression="none", use_dictionary=False)
    return packed.getvalue()


def flip(data: bytes, chance: random.Random) -> bytes:
    found = bytearray(data)
    for _ in range(chance.randint(1, 5)):
        found[chance.randrange(len(found))] ^= 1 << chance.randrange(8)
    return bytes(found)


def cut(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data))]


def take_out(data: bytes, chance: random.Random) -> bytes:
    first = chance.randrange(len(data))
    return data[:first] + data[first + chance.randint(1, 60) :]


def put_in(data: bytes, chance: random.Random) -> bytes:
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(len(data) + 1)
        data = data[:at] + chance.choice(TOKENS) + data[at:]
    return data


def mix_lines(data: bytes, chance: random.Random) -> bytes:
    lines = data.splitlines(keepends=True)
    for _ in range(chance.randint(1, 4)):
        lines.insert(chance.randrange(len(lines)), lines[chance.randrange(len(lines))])
        lines.pop(chance.randrange(len(lines)))
    return b"".join(lines)


def swap_columns(data: bytes, chance: random.Random) -> bytes:
    """In all lines, or in some."""
    lines = [row.split(b";") for row in data.split(b"\n")]
    one, two = chance.randrange(len(lines[0])), chance.randrange(len(lines[0]))
    some = chance.random() < 0.5
    for cells in lines:
        if max(one, two) < len(cells) and not (some and chance.random() < 0.5):
            cells[one], cells[two] = cells[two], cells[one]
    return b"\n".join(b";".join(cells) for cells in lines)


def other_encoding(data: bytes, chance: random.Random) -> bytes:
    words = data.decode("utf-8", "replace").replace("D3", "Å3").replace("S3", "Å3")
    return words.encode(chance.choice(["utf-16", "latin-1", "cp1252", "utf-8-sig", "utf-32", "cp865"]), "replace")


DAMAGE = [flip, cut, take_out, put_in, mix_lines, other_encoding]
STRUCTURED = '{{pattern: \'units.*[.]{0}\', format: {1}, decimal: ",", dates: [dd.MM.yyyy], empty: ["-"]{2}}}'


def mapped(suffix: str, described: str) -> str:
    """The plain mapping with its file described another way."""
    return HEAD + re.sub(r"  units: \{.*\}", lambda _: f"  units: {STRUCTURED.format(suffix, described, '')}", DWELLINGS)


CUTS = ", ".join(f"{{name: {name}, from: {12 * i + 1}, to: {12 * i + 12}}}" for i, name in enumerate(NAMES))
FORMATS: dict[str, tuple[Callable[[], bytes], str | None, str]] = {  # how it is written, its mapping, name of the file
    "contract": (services, None, "services.csv"),
    "csv": (text, mapped("csv", "csv"), "units.csv"),
    "csv in latin-1": (lambda: text("latin-1"), mapped("csv", "csv, encoding: latin-1"), "units.csv"),
    "csv in cp1252": (lambda: text("cp1252"), mapped("csv", "csv, encoding: cp1252"), "units.csv"),
    "csv in utf-16": (lambda: text("utf-16"), mapped("csv", "csv, encoding: utf-16"), "units.csv"),
    "csv without quotation marks": (text, mapped("csv", "csv, quote: none"), "units.csv"),
    "fixed width": (positions, mapped("txt", f"fixed_width, columns: [{CUTS}]"), "units.txt"),
    "workbook": (workbook, mapped("xlsx", "excel"), "units.xlsx"),
    "sheet of a workbook": (sheet, mapped("xlsx", "excel"), "units.xlsx"),
    "json": (records, mapped("json", "json, records: data"), "units.json"),
    "parquet": (parquet, mapped("parquet", "parquet"), "units.parquet"),
}
LINES = {"contract", "csv", "csv in latin-1", "csv in cp1252", "csv without quotation marks", "fixed width"}


@pytest.fixture
def settings(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A data home where the classification of municipalities is accepted already."""
    return settings_with_klass(tmp_path, tmp_path_factory)


def deliver_content(settings: Settings, form: str, content: bytes, name: str) -> Path:
    """A delivery of one file."""
    _, mapping, file = FORMATS[form]
    if form == "sheet of a workbook":
        content = packed_sheet(content)
    if mapping is None:
        return deliver(settings, "iplos", "1804", {file: content}, name=name)
    return deliver_mapped(settings, mapping, {file: content}, name=name)


def physical_lines(content: bytes) -> int:
    """Lines of a text file, told without any code of the gate."""
    return content.count(b"\n") + (content[-1:] not in (b"\n", b""))


def stored_texts(settings: Settings) -> str:
    """Everything that the gate has written down, as text."""
    found = [p.read_text() for p in settings.home.rglob("receipt.json") if "landing" not in p.parts]
    with duckdb.connect() as connection:
        for path in [*settings.raw.rglob("*.parquet"), *settings.quarantine.rglob("*.parquet")]:
            found += map(str, connection.execute("SELECT * FROM read_parquet(?)", [str(path)]).fetchall())
    return "\n".join(found)


@pytest.mark.parametrize("form", FORMATS)
def test_damage_by_chance(settings: Settings, form: str) -> None:
    whole = FORMATS[form][0]()
    chance = random.Random(f"damage {form}")
    contents: dict[bytes, str] = {whole: "whole"}
    while len(contents) <= MUTANTS:
        damage = chance.choice([*DAMAGE, *([swap_columns] * (form in LINES))])
        mutant = damage(whole, chance)
        if chance.random() < 0.3 and mutant:
            mutant = chance.choice(DAMAGE)(mutant, chance)
        contents.setdefault(mutant, f"{damage.__name__}-{len(contents)}")
    folders = {deliver_content(settings, form, content, name): content for content, name in contents.items()}
    lines_of = {read_manifest(folder).delivery_id: physical_lines(content) for folder, content in folders.items()}

    result = run_gate(settings)

    accepted, refused = result.accepted, result.refused
    assert len(accepted) + len(refused) == len(folders)
    assert not result.waiting
    rules = {row.split(",", 1)[0] for row in (PROJECT_ROOT / "seeds/quality/quality_rule.csv").read_text().splitlines()}
    assert {r.refusal_rule_id for r in refused} <= rules
    assert all(len(r.refusal_reason) < 3_000 for r in refused)
    for receipt in accepted:
        (file,) = receipt.files
        assert adds_up(file)
        if form in LINES:
            assert file.line_count == lines_of[receipt.delivery_id]
    assert len(accepted) < len(folders)
    assert len(accepted) >= (1 if form in ("workbook", "parquet") else 2), "damage that is always refused tests the refusal alone"
    assert not [n for n in range(12) if re.search(f"(?<![0-9]){synthetic_id(n)}(?![0-9])", stored_texts(settings))]
