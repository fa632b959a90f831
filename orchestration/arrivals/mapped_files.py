"""Is this a whole delivery in the form that its mapping says? The files of an extract, before any row is read.

Belongs here: a delivery with ``extract`` in its manifest: its mapping, which file is which, headers. Does not belong here: files in the
contract's own form (``checks``), and rows.

Files that are no UTF-8 or ISO 8859-1 text are written as UTF-8 lines into the restricted work folder first, a line for each line, row or
record of the delivered file, so that everything after goes one road and a line number is that of the supplier's file.
"""

from __future__ import annotations

import codecs
import difflib
from dataclasses import replace
from pathlib import Path

from orchestration.arrivals.checks import CheckedFile, Refusal, check_bytes, few, open_entry, stray_file
from orchestration.arrivals.contracts import Contract
from orchestration.arrivals.manifest import MANIFEST, DeliveredFile, Manifest
from orchestration.arrivals.reading import Reading, lookup_reading, mapped_reading
from orchestration.arrivals.scan import MAX_LINE, scan_file
from orchestration.mappings.cells import delimiter_of, header_names, lines_inside
from orchestration.mappings.load import load_mapping
from orchestration.mappings.model import MAPPING_FILE, MappedFile, Mapping, are_parts
from orchestration.privacy.national_id import without_ids
from orchestration.settings import UserError
from orchestration.sources.records import RecordProblem, open_records

_CHUNK = 1024 * 1024
_PLAIN = {"utf-8": "utf-8", "latin-1": "latin-1"}
_OTHER_DELIMITERS = {";": "semicolon", ",": "comma", "\t": "tab", "|": "bar"}


def check_mapped_files(manifest: Manifest, contract: Contract, folder: Path, work: Path) -> list[CheckedFile]:
    """Every file for every entity that reads it, scanned and ready. ``work`` is the restricted folder for files written as lines."""
    mapping = _mapping(manifest, folder)
    named = _named(manifest, mapping, folder)
    read = [_Opened(entry, folder / entry.name, file, work / manifest.delivery_id) for entry, file in named]
    for opened in read:
        if sum(other.entry == opened.entry for other in read) > 1:  # a sheet of a workbook has a reckoning of its own
            opened.name = f"{opened.entry.name} ({opened.file.sheet or opened.file.records or opened.file.name})"
    for file in mapping.files:  # a JSON record leaves out what it has no value for: a column stands in the file if any record has it
        if file.format == "json":
            known = {name for opened in read if opened.file == file for name in opened.names}
            for opened in read:
                if opened.file == file:
                    opened.known = known
    checked = []
    for entity in mapping.entities:
        of_contract = contract.file(entity.entity)
        lookup_files = tuple(mapping.file(k.file) for k in entity.lookups)
        for opened in read:
            if opened.file.name == entity.file:
                columns = opened.columns(entity.own_columns())
                reading = mapped_reading(of_contract, opened.file, entity, columns, lookup_files, opened.encoding)
                checked.append(opened.checked(reading))
        for opened in read:
            if lookups := tuple(k for k in entity.lookups if k.file == opened.file.name):
                columns = opened.columns(tuple(c for k in lookups for c in entity.lookup_columns(k)))
                checked.append(opened.checked(lookup_reading(of_contract, opened.file, entity, columns, lookups, opened.encoding)))
    return checked


def _mapping(manifest: Manifest, folder: Path) -> Mapping:
    """The mapping that came with the delivery (rule F020), which must be for it."""
    path = folder / MAPPING_FILE
    entry = next((e for e in manifest.files if e.name == MAPPING_FILE), None)
    if entry is None:
        raise Refusal("F020", f"{folder / MANIFEST}: field 'files' must name {MAPPING_FILE}, the mapping that the files follow")
    open_entry(entry, path)
    try:
        mapping = load_mapping(path)
    except UserError as error:
        raise Refusal("F020", "; ".join(str(error).splitlines())) from None
    should = {"extract": manifest.extract, "source": manifest.source, "contract_version": manifest.contract_version}
    if mapping.municipality:
        should["municipality"] = manifest.supplier
    for key, wanted in should.items():
        if getattr(mapping, key) != wanted:
            raise Refusal("F020", f"{path}: {key} must be that of the manifest ({wanted})")
    return mapping


def _named(manifest: Manifest, mapping: Mapping, folder: Path) -> list[tuple[DeliveredFile, MappedFile]]:
    """Which file of the mapping each delivered file is, or which ones: the sheets of a workbook. Rules F021 and F002."""
    found: list[tuple[DeliveredFile, MappedFile]] = []
    for entry in manifest.files:
        if entry.name == MAPPING_FILE:
            continue
        named = [f for f in mapping.files if f.is_named(entry.name)]
        if not named or (len(named) > 1 and not are_parts(named)):
            what = f"the patterns of {' and '.join(f.name for f in named)} both name it" if named else "no pattern of the mapping names it"
            raise Refusal("F021", f"{folder / entry.name}: {what}; exactly one must")
        for name in (entry.name, *(f"{f.sheet or f.records}" for f in named)):  # both are told in receipts, and from there in releases
            if without_ids(name) != name:
                raise Refusal("F021", f"{folder / entry.name}: a name of a file or sheet holds a number like a national id; rename it")
        found += [(entry, file) for file in named]
    for file in mapping.files:
        names = [entry.name for entry, f in found if f == file]
        if not names:
            raise Refusal("F002", f"{folder}: the file {file.name} (named {file.pattern}) is missing from the manifest")
        if len(names) > 1 and not file.several:
            said = "say several: true in the mapping if all of them belong to it"
            raise Refusal("F021", f"{folder}: {' and '.join(sorted(names))} are both the file {file.name}; {said}")
    stray_file(folder, manifest, lambda name: any(f.is_named(name) for f in mapping.files))
    return found


class _Opened:
    """A delivered file that is whole, written as lines where it must be, with its header."""

    def __init__(self, entry: DeliveredFile, path: Path, file: MappedFile, work: Path):
        self.entry, self.path, self.file, self.name = entry, path, file, entry.name
        self.encoding = _PLAIN.get(file.encoding, "utf-8")
        self.lines, self.scan = path, open_entry(entry, path)
        self.line, self.header_count = 1, file.header_count
        self.known: set[str] = set()  # columns that other files of the same kind have
        if file.is_structured:
            self._write_records(work)
        else:
            if file.encoding not in _PLAIN:
                self._transcode(work)
            check_bytes(path, self.scan, self.encoding, file.encoding)
            self._read_header()
        self.inside_marks = lines_inside(self.lines, file)

    def checked(self, reading: Reading) -> CheckedFile:
        """The file with one of its readings."""
        reading = replace(reading, header_count=self.header_count)
        return CheckedFile(self.name, self.lines, self.scan, reading, inside_marks=self.inside_marks)

    def columns(self, used: tuple[str, ...]) -> tuple[str, ...]:
        """All columns in their order; the used ones are there, and once (rules F007 and F008)."""
        for name in dict.fromkeys(used):
            count = self.names.count(name)
            if count == 0 and name not in self.known:
                raise Refusal("F007", f"{self.path}, line {self.line}: missing column {name}, which the mapping uses{self._near(name)}")
            if count > 1:
                raise Refusal("F008", f"{self.path}, line {self.line}: the column {name} stands more than once")
        return self.names

    def _near(self, name: str) -> str:
        """Columns with nearly that name, by position: a header may be a row of data after all."""
        close = difflib.get_close_matches(name.lower(), [n.lower() for n in self.names], 2, 0.75)
        places = [i for i, n in enumerate(self.names, 1) if n.lower() in close]
        return f" (column {few(places)} has nearly that name)" if places else ""

    def _write_records(self, work: Path) -> None:
        work.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.lines = work / f"{self.file.name}-{self.entry.sha256}.lines"
        try:
            records = open_records(self.path, self.file)
            with self.lines.open("wb") as handle:
                for batch in records.batches():
                    handle.write("".join(f"{line}\n" for line in batch.column(1).to_pylist()).encode())
        except RecordProblem as problem:
            where = f"{self.path}, line {problem.line}" if problem.line else str(self.path)
            raise Refusal(problem.rule_id, f"{where}: {problem.reason}") from None
        self.names, self.header_count = tuple(records.header), records.header_count
        self.line = max(self.header_count, 1)
        self.scan = scan_file(self.lines)

    def _transcode(self, work: Path) -> None:
        work.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.lines = work / f"{self.file.name}-{self.entry.sha256}.lines"
        decoder = codecs.getincrementaldecoder(self.file.encoding)()
        line = 1
        with self.path.open("rb") as source, self.lines.open("wb") as target:
            while True:
                chunk = source.read(_CHUNK)
                try:
                    text = decoder.decode(chunk, final=not chunk)
                except UnicodeDecodeError as error:
                    line += error.object[: error.start].count(b"\n")
                    right = f"the bytes are not {self.file.encoding}; save the file with that encoding, or correct encoding in the mapping"
                    raise Refusal("F005", f"{self.path}, line {line}: {right}") from None
                except UnicodeError:
                    raise Refusal("F005", f"{self.path}: the file does not begin as {self.file.encoding} does") from None
                line += text.count("\n")
                target.write(text.encode())
                if not chunk:
                    break
        self.scan = scan_file(self.lines)

    def _read_header(self) -> None:
        """Names of the columns, from the mapping or from the header row. Rules F004 and F006."""
        file = self.file
        self.line = file.header_row or 1
        if file.format == "fixed_width":
            self.names = tuple(p.name for p in file.positions)
            return
        if not file.header_row:
            self.names = file.columns
            return
        header = _line(self.lines, file.header_row, self.encoding)
        where = f"{self.path}, line {self.line}"
        if not header or not header.strip():
            raise Refusal("F004", f"{where}: the file has no header")
        names = header_names(file, header)
        if names is None:
            raise Refusal("F006", f"{where}: the header has a quotation mark that is not closed")
        if len(names) == 1:
            others = [n for d, n in _OTHER_DELIMITERS.items() if d != delimiter_of(file) and d in header]
            seen = f" (it has {' and '.join(others)})" if others else ""
            raise Refusal("F006", f"{where}: the header has no '{file.delimiter}', the delimiter of the mapping{seen}")
        self.names = tuple(names)


def _line(path: Path, number: int, encoding: str) -> str | None:
    """One line of a file; none is longer than is allowed, the scan has seen to that."""
    with path.open("rb") as handle:
        for _ in range(number - 1):
            handle.readline(MAX_LINE + 2)
        return handle.readline(MAX_LINE + 2).removeprefix(codecs.BOM_UTF8).decode(encoding).rstrip("\r\n")
