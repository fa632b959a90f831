"""Is this a whole delivery in the agreed form? Rules F001-F013, before any row is read.

Belongs here: what refuses a delivery whole, and the words of the reason. Does not belong here: rows (``rules``), plausibility
(``expectations/arrivals``).

A reason names the file, the line and the field and says what would be right. It never shows what stands in a row.
"""

from __future__ import annotations

import hashlib
import re
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from orchestration.arrivals.contracts import Contract, FileContract
from orchestration.arrivals.manifest import MANIFEST, DeliveredFile, Manifest
from orchestration.arrivals.reading import Reading, answer_reading, delimited_reading, position_reading, statbank_reading
from orchestration.arrivals.scan import MAX_LINE, Scan, scan_file
from orchestration.sources import answers, delimited, statbank
from orchestration.sources.records import RecordProblem, Records

_SHOWN = 10
_DELIMITER_NAMES = {";": "semicolon", ",": "comma", "\t": "tab", "|": "bar"}


class Refusal(Exception):
    """The delivery is refused whole: rule and reason."""

    def __init__(self, rule_id: str, reason: str):
        super().__init__(f"{rule_id} {reason}")
        self.rule_id, self.reason = rule_id, reason


@dataclass(frozen=True)
class CheckedFile:
    """A file that may be read: its path, what the scan found and how to read it.

    ``records`` are the lines of one that is no text, ``inside_marks`` lines that are part of another.
    """

    name: str
    path: Path
    scan: Scan
    reading: Reading
    records: Records | None = None
    inside_marks: tuple[int, ...] = ()


def check_manifest(manifest: Manifest, contracts: dict[str, Contract], folder: Path) -> Contract:
    """The contract of the delivery. Rules F001 and F012."""
    path = folder / MANIFEST
    contract = contracts.get(manifest.source)
    if contract is None:
        raise Refusal("F001", f"{path}: field 'source' must be one of {', '.join(sorted(contracts))}")
    if manifest.contract_version != contract.version:
        raise Refusal("F001", f"{path}: field 'contract_version' must be {contract.version}")
    if (manifest.source, manifest.supplier) != (folder.parent.parent.name, folder.parent.name):
        raise Refusal("F001", f"{path}: fields 'source' and 'supplier' must be those of the folder landing/<source>/<supplier>/")
    if contract.supplier == "municipality" and not re.fullmatch(r"\d{4}", manifest.supplier):
        raise Refusal("F001", f"{path}: field 'supplier' must be a municipality code of four digits")
    if contract.supplier != "municipality" and manifest.supplier not in contract.supplier:
        raise Refusal("F001", f"{path}: field 'supplier' must be one of {', '.join(contract.supplier)}")
    years = contract.format.get("years")
    if years and manifest.period_end.year not in years:
        raise Refusal(
            "F001", f"{path}: field 'period_end' must be in one of the years {', '.join(map(str, years))}, which have a record layout"
        )
    if manifest.period_end > manifest.received_at.date():
        raise Refusal(
            "F012",
            f"{path}: field 'period_end' ({manifest.period_end}) must not lie after the day of receipt ({manifest.received_at.date()})",
        )
    return contract


def check_supplier(manifest: Manifest, contract: Contract, folder: Path, municipalities: set[str]) -> None:
    """Rule F011: the supplier is one of the municipalities valid on the last day of the period."""
    if contract.supplier == "municipality" and manifest.supplier not in municipalities:
        should = f"must be the code of a municipality that exists on {manifest.period_end}"
        raise Refusal("F011", f"{folder / MANIFEST}: field 'supplier' ({manifest.supplier}) {should}")


def check_files(manifest: Manifest, contract: Contract, folder: Path) -> list[CheckedFile]:
    """All files of the delivery, scanned and ready to read. Rules F002-F010 and F013."""
    contract_of = {entry.name: _contract_of(entry, contract, folder) for entry in manifest.files}
    stray_file(folder, manifest, lambda name: any(file.is_named(name) for file in contract.files))
    for file in contract.files:
        if file not in contract_of.values() and not file.optional:
            raise Refusal("F002", f"{folder}: the file {file.names} ({file.title_nb}) is missing from the manifest")
    return [_check_file(entry, folder / entry.name, manifest, contract, contract_of[entry.name]) for entry in manifest.files]


def stray_file(folder: Path, manifest: Manifest, is_named: Callable[[str], bool]) -> None:
    """A file that would be read must not lie in the folder without standing in the manifest."""
    listed = {entry.name for entry in manifest.files}
    for path in sorted(folder.iterdir()):
        if path.name not in listed and is_named(path.name):
            raise Refusal("F001", f"{folder / MANIFEST}: field 'files' does not name {path.name}, which is in the folder")


def found_digest(folder: Path) -> str:
    """Hash of what stands in the folder, manifest included: tells a delivery refused before from a mended one."""
    digest = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        is_file = path.is_file() and not path.is_symlink()
        content = hashlib.sha256(path.read_bytes()).hexdigest() if is_file and path.name == MANIFEST else ""
        if is_file and not content:
            with path.open("rb") as handle:
                content = hashlib.file_digest(handle, "sha256").hexdigest()
        digest.update(f"{path.name} {content}\n".encode())
    return digest.hexdigest()


def _contract_of(entry: DeliveredFile, contract: Contract, folder: Path) -> FileContract:
    for file in contract.files:
        if file.is_named(entry.name):
            return file
    expected = ", ".join(file.names for file in contract.files)
    raise Refusal("F001", f"{folder / MANIFEST}: field 'files' names a file that is not in the contract; expected {expected}")


def follows_mapping(manifest: Manifest, contract: Contract) -> bool:
    """Whether the files follow the mapping that ``extract`` names; where answers of an interface land it names what was asked for."""
    return manifest.extract is not None and contract.format["kind"] not in answers.KINDS


def open_entry(entry: DeliveredFile, path: Path, record_length: int | None = None) -> Scan:
    """Scan of a regular file that is whole. Rules F002-F004 and F010."""
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        raise Refusal("F002", f"{path}: the manifest names this file, but it is not in the folder") from None
    if not stat.S_ISREG(mode):
        kind = "a directory" if stat.S_ISDIR(mode) else "a link" if stat.S_ISLNK(mode) else "no regular file"
        raise Refusal("F010", f"{path}: {kind} stands where a regular file should be")
    scan = scan_file(path, record_length)
    if (scan.size, scan.sha256) != (entry.size, entry.sha256):
        what = (
            f"has {scan.size} bytes, the manifest says {entry.size}"
            if scan.size != entry.size
            else "has another SHA-256 than the manifest says"
        )
        raise Refusal("F003", f"{path}: the file {what}; send it again whole")
    if scan.size == 0:
        raise Refusal("F004", f"{path}: the file is empty")
    return scan


def _check_file(entry: DeliveredFile, path: Path, manifest: Manifest, contract: Contract, file: FileContract) -> CheckedFile:
    layout = file.layouts.get(manifest.period_end.year)
    scan = open_entry(entry, path, layout.record_length if layout else None)
    kind = contract.format["kind"]
    if kind in answers.KINDS:
        return _answer(entry, path, scan, file)
    check_bytes(path, scan, contract.format.get("encoding"))
    if kind == "fixed_width":
        if scan.wrong_length and not _nothing_to_report(scan):
            line, found = scan.wrong_length
            form = f"{layout.form} {layout.year}"
            raise Refusal(
                "F009", f"{path}, line {line}: the record has {found} characters, the layout of {form} has {layout.record_length}"
            )
        if scan.other_blank_line:
            raise Refusal("F009", f"{path}, line {scan.other_blank_line}: the record holds a tab or the like; blank positions are spaces")
        return CheckedFile(entry.name, path, scan, position_reading(contract, file, layout.year))
    encoding = contract.format.get("encoding") or ("latin-1" if scan.not_utf8_line else "utf-8")
    header = scan.first_line.decode(encoding)
    if not header.strip():
        raise Refusal("F004", f"{path}, line 1: the file has no header")
    if kind == "statbank":
        return CheckedFile(entry.name, path, scan, statbank_reading(file, _statbank_header(path, header), encoding))
    return CheckedFile(entry.name, path, scan, delimited_reading(contract, file, _delimited_header(path, header, contract, file)))


def _answer(entry: DeliveredFile, path: Path, scan: Scan, file: FileContract) -> CheckedFile:
    """An answer of an interface, or a table saved from it, read through once. Rules F030, F033 and F034."""
    try:
        records = answers.open_answer(file.entity, path, [f.name for f in file.fields])
        scan.line_count = answers.count_lines(file.entity, path, records)
    except RecordProblem as problem:
        where = f"{path}, line {problem.line}: " if problem.line else f"{path}: the answer "
        raise Refusal(problem.rule_id, where + problem.reason) from None
    return CheckedFile(entry.name, path, scan, answer_reading(file, records.header), records)


def check_bytes(path: Path, scan: Scan, encoding: str | None, said: str | None = None) -> None:
    """Rules F005 and F013. ``said`` is the encoding in a mapping's words, where there is one."""
    mend = "save the file with the encoding {}" if said is None else "save it so, or correct encoding in the mapping"
    if encoding == "utf-8" and scan.not_utf8_line:
        raise Refusal("F005", f"{path}, line {scan.not_utf8_line}: the bytes are not UTF-8; {mend.format('UTF-8')}")
    if encoding == "latin-1" and scan.control_line:
        right = mend.format("ISO 8859-1 (Latin-1)") + (" to cp1252 or utf-8" if said else "")
        raise Refusal("F005", f"{path}, line {scan.control_line}: the bytes are not ISO 8859-1; {right}")
    for line, what in (
        (scan.nul_line, "holds a NUL byte"),
        (scan.bare_return_line, "holds a carriage return that does not end the line; end lines with a line feed"),
        (scan.long_line, f"is longer than {MAX_LINE} bytes"),
    ):
        if line:
            raise Refusal("F013", f"{path}, line {line}: the line {what}")


def _nothing_to_report(scan: Scan) -> bool:
    """A position file that holds one single space says that there is nothing to report."""
    return scan.line_count == 1 and scan.first_line == b" "


def _delimited_header(path: Path, header: str, contract: Contract, file: FileContract) -> tuple[str, ...]:
    """Columns of the header in their order. Rules F006-F008."""
    delimiter, names = contract.format["delimiter"], [f.name for f in file.fields]
    columns = delimited.split_header(header, delimiter)
    name = _DELIMITER_NAMES[delimiter]
    if columns is None:
        raise Refusal(
            "F006", f"{path}, line 1: the header has a quotation mark that is not closed; write the names without quotation marks"
        )
    if len(columns) == 1 and len(names) > 1:
        others = [n for d, n in _DELIMITER_NAMES.items() if d != delimiter and d in header]
        seen = f" (it has {' and '.join(others)})" if others else ""
        raise Refusal("F006", f"{path}, line 1: the header has no {name}{seen}; separate the columns with {name} '{delimiter}'")
    missing = [f.name for f in file.fields if f.name not in columns and not f.optional]
    if missing:
        raise Refusal("F007", f"{path}, line 1: missing column {', '.join(missing)}")
    unknown = [i for i, c in enumerate(columns, 1) if c not in names]
    if unknown:
        raise Refusal("F008", f"{path}, line 1: unknown column {few(unknown)}; the contract has {', '.join(names)}")
    twice = [n for n in names if columns.count(n) > 1]
    if twice:
        raise Refusal("F008", f"{path}, line 1: the column {', '.join(twice)} stands more than once")
    return tuple(columns)


def few(columns: list[int]) -> str:
    """The first positions and how many there are besides: a header may have a hundred thousand columns."""
    more = f" and {len(columns) - _SHOWN} more" if len(columns) > _SHOWN else ""
    return ", ".join(map(str, columns[:_SHOWN])) + more


def _statbank_header(path: Path, header: str) -> statbank.Header:
    read = statbank.read_header(header)
    if read is None:
        raise Refusal("F006", f"{path}, line 1: the header has a quotation mark that is not closed")
    if len(read.columns) == 1:
        raise Refusal("F006", f"{path}, line 1: the header cannot be split; separate the columns with tab or comma")
    if missing := read.missing():
        raise Refusal("F007", f"{path}, line 1: missing column {', '.join(missing)}")
    if unknown := read.unknown():
        raise Refusal("F008", f"{path}, line 1: unknown column {few(unknown)}; after region and age come columns 'Persons <year>'")
    if len(set(read.columns)) != len(read.columns):
        raise Refusal("F008", f"{path}, line 1: a column stands more than once")
    return read
