"""``fjernlys check-delivery``: the arrival gate alone, in a scratch home with a throw-away key.

Belongs here: setting the scratch home up, running the gate, and what it found as one object. Does not belong here: judging (the
gate did) and showing it (``check_text``, ``check_page``).

Raw, quarantine and landing of the data home are read at most. What the object holds is free of values: file, line, field, rule, reason.
"""

from __future__ import annotations

import contextlib
import csv
import datetime as dt
import os
import re
import shutil
import stat
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import duckdb

from orchestration.arrivals.contracts import IDENTITY_COLUMNS, load_contracts
from orchestration.arrivals.gate import KLASS, GateResult, run_gate
from orchestration.arrivals.ledger import RECEIPT, FileReceipt, Receipt, read_receipt
from orchestration.arrivals.manifest import MANIFEST, Manifest, read_manifest
from orchestration.arrivals.promotion import QUARANTINED
from orchestration.handing_in.names import shown
from orchestration.handing_in.placing import Handed, new_aside, place
from orchestration.handing_in.plan import Said, named_files, plan
from orchestration.kostra.findings import FINDINGS
from orchestration.kostra.registry import load_controls
from orchestration.settings import PROJECT_ROOT, Settings, UserError

ACCEPTED, TO_MEND, REFUSED, NOT_READ = "accepted", "accepted_with_rows_to_mend", "refused", "not_read"
EXIT_CODES = {ACCEPTED: 0, TO_MEND: 1, REFUSED: 2, NOT_READ: 2}
_STATUS_ENDINGS = {number: ending for number, (_, ending) in IDENTITY_COLUMNS.items()}
_REGIONS = PROJECT_ROOT / "reference" / "regions"
_PLACE = re.compile(r"landing/[^/\s]+/[^/\s]+/[^/\s:,]+(/)?")
_RULES = PROJECT_ROOT / "seeds" / "quality" / "quality_rule.csv"


@dataclass(frozen=True)
class Problem:
    """A rule that rows of a file break: how many, and the first of them."""

    file_name: str
    entity: str
    field_name: str
    field_nb: str
    rule_id: str
    title_nb: str
    title_en: str
    reason: str
    row_count: int
    lines: tuple[int, ...]


@dataclass(frozen=True)
class Finding:
    """An expectation about a whole delivery that does not hold."""

    rule_id: str
    title_nb: str
    description: str
    column: str | None
    action: str
    row_count: int


@dataclass(frozen=True)
class Unlinked:
    """Rows of an entity whose number of a person does not link; they are kept. ``number``: ``national_id`` or ``duf``."""

    entity: str
    person: str
    number: str
    status: str
    row_count: int


@dataclass(frozen=True)
class CheckedDelivery:
    """What the gate made of one delivery. ``remarks`` are rows that are taken in and that somebody should look at."""

    source: str
    title_nb: str
    supplier: str
    period_start: dt.date | None
    period_end: dt.date | None
    verdict: str
    rule_id: str | None = None
    title_rule_nb: str | None = None
    reason: str | None = None
    files: tuple[FileReceipt, ...] = ()
    problems: tuple[Problem, ...] = ()
    remarks: tuple[Problem, ...] = ()
    findings: tuple[Finding, ...] = ()
    unlinked: tuple[Unlinked, ...] = ()

    @property
    def rows_to_mend(self) -> int:
        """Rows that are in quarantine."""
        return sum(f.quarantined_count for f in self.files)


@dataclass(frozen=True)
class CheckReport:
    """All deliveries of one check, the worst verdict first in importance."""

    deliveries: tuple[CheckedDelivery, ...]

    @property
    def verdict(self) -> str:
        """The worst of the deliveries' verdicts."""
        order = (NOT_READ, REFUSED, TO_MEND, ACCEPTED)
        return min((d.verdict for d in self.deliveries), key=order.index, default=NOT_READ)

    @property
    def exit_code(self) -> int:
        """0: all rows are taken in. 1: some rows are to be mended. 2: the delivery is refused or cannot be read."""
        return EXIT_CODES[self.verdict]

    def as_json(self) -> dict:
        """Plain values."""
        body = {"verdict": self.verdict, "deliveries": [asdict(d) for d in self.deliveries]}
        for delivery in body["deliveries"]:
            for name in ("period_start", "period_end"):
                delivery[name] = delivery[name].isoformat() if delivery[name] else None
            for file in delivery["files"]:
                file.pop("parquet_sha256")
        return body


def check(settings: Settings, paths: Sequence[Path], said: Said, first_lines: int = 10) -> CheckReport:
    """Run the gate on a delivery's folder, or on files as ``deliver`` would hand them in."""
    folder = paths[0] if len(paths) == 1 and paths[0].is_dir() else None
    with _scratch(settings) as scratch:
        if folder is not None and os.path.lexists(folder / MANIFEST):
            _copy_delivery(settings, scratch, folder)
        else:
            with named_files(scratch, paths) as files:
                for handed in plan(scratch, files, said, for_check=True):
                    place(scratch, handed)
        own = _deliveries(scratch)
        _lay_beside(settings, scratch, own)
        result = run_gate(scratch)
        return _report(scratch, result, own, first_lines)


@contextlib.contextmanager
def _scratch(settings: Settings) -> Iterator[Settings]:
    home = new_aside(settings, "check")
    try:
        yield replace(settings, home=home, key_file=home / "throw-away.key", known_at=None, as_of=None)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _copy_delivery(settings: Settings, scratch: Settings, folder: Path) -> None:
    """The folder as it is, odd things included, at its place in the scratch landing."""
    inside = folder.absolute().is_relative_to(settings.landing) and len(folder.absolute().relative_to(settings.landing).parts) == 3
    if inside:
        source, supplier = folder.absolute().parts[-3:-1]
    else:
        try:
            manifest = read_manifest(folder)
            source, supplier = manifest.source, manifest.supplier
        except UserError:
            source, supplier = "unknown", "unknown"
    target = scratch.landing / source / supplier / "delivery"
    target.mkdir(parents=True)
    for path in folder.iterdir():
        mode = path.lstat().st_mode
        if stat.S_ISLNK(mode):
            (target / path.name).symlink_to(path.readlink())
        elif stat.S_ISREG(mode):
            _linked(path, target / path.name)
        elif stat.S_ISDIR(mode):
            (target / path.name).mkdir()
        else:
            os.mkfifo(target / path.name)


def _linked(path: Path, target: Path) -> None:
    """A second name for the same bytes where the file system has that, else a copy."""
    try:
        os.link(path, target)
    except OSError:
        try:
            shutil.copyfile(path, target)
        except PermissionError:
            raise UserError(f"{shown(path)}: the file may not be read.") from None


def _deliveries(scratch: Settings) -> list[Manifest]:
    found = []
    for folder in sorted(scratch.landing.glob("*/*/*")):
        with contextlib.suppress(UserError, PermissionError):
            found.append(read_manifest(folder))
    return found


def _lay_beside(settings: Settings, scratch: Settings, own: Sequence[Manifest]) -> None:
    """What the gate compares with: the classification of municipalities, and receipts of the supplier's other deliveries."""
    scratch.raw.mkdir(parents=True, mode=0o700)
    if any((settings.raw / KLASS).glob(f"*/{RECEIPT}")):
        shutil.copytree(settings.raw / KLASS, scratch.raw / KLASS, ignore=lambda *_: [m.delivery_id for m in own])
    elif not any(m.source == KLASS for m in own):
        period = dt.date(1838, 1, 1), dt.date(2025, 12, 31)
        classification = Manifest(KLASS, 1, "ssb", *period, dt.datetime.combine(period[1], dt.time(8)), ())
        place(scratch, Handed(classification, tuple(sorted(_REGIONS.glob("klass131_*.csv")))))
    for manifest in own:
        for path in (settings.raw / manifest.source).glob(f"*/{RECEIPT}"):
            if path.parent.name != manifest.delivery_id and read_receipt(path).supplier == manifest.supplier:
                target = scratch.raw / manifest.source / path.parent.name / RECEIPT
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, target)


def _report(scratch: Settings, result: GateResult, own: Sequence[Manifest], first_lines: int) -> CheckReport:
    is_klass = any(m.source == KLASS for m in own)
    receipts = [r for r in [*result.accepted, *result.refused] if r.source != KLASS or is_klass]
    found = [_checked(scratch, result, receipt, first_lines) for receipt in receipts]
    for waiting in result.waiting:
        source, _, rest = waiting.folder.partition("/")
        found.append(CheckedDelivery(source, _title(source), rest.partition("/")[0], None, None, NOT_READ, reason=waiting.reason))
    return CheckReport(tuple(found))


def _checked(scratch: Settings, result: GateResult, receipt: Receipt, first_lines: int) -> CheckedDelivery:
    rules = _rules()
    folder = scratch.quarantine / receipt.source / receipt.delivery_id
    problems = _problems(folder / QUARANTINED, receipt.source, first_lines)
    remarks = _problems(folder / FINDINGS, receipt.source, first_lines)
    is_refused = receipt.status == "refused"
    verdict = REFUSED if is_refused else TO_MEND if problems else ACCEPTED
    return CheckedDelivery(
        source=receipt.source,
        title_nb=_title(receipt.source),
        supplier=receipt.supplier,
        period_start=receipt.period_start,
        period_end=receipt.period_end,
        verdict=verdict,
        rule_id=receipt.refusal_rule_id,
        title_rule_nb=rules.get(receipt.refusal_rule_id, {}).get("title_nb") if is_refused else None,
        reason=_without_places(receipt.refusal_reason or "") or None,
        files=tuple(replace(f, file_name=shown(f.file_name)) for f in receipt.files),
        problems=problems,
        remarks=remarks,
        findings=_findings(result, receipt, {receipt.refusal_rule_id, *(p.rule_id for p in (*problems, *remarks))}),
        unlinked=_unlinked(scratch, receipt),
    )


def _problems(path: Path, source: str, first_lines: int) -> tuple[Problem, ...]:
    """Rows of quarantine, or controls that only report, by file, rule and field."""
    if not path.exists():
        return ()
    rules, names = _rules(), _field_names(source)
    about = "coalesce(field_name, ''), rule_id, reason" if path.name == QUARANTINED else "'', rule_id, coalesce(detail, '')"
    with duckdb.connect() as connection:
        rows = connection.execute(
            f"""SELECT file_name, entity, {about}, count(DISTINCT coalesce(line_number, 0)),
                       list_slice(list_sort(list_distinct(list(line_number) FILTER (line_number IS NOT NULL))), 1, ?)
                FROM read_parquet(?) GROUP BY ALL ORDER BY 1, 2, 6 DESC, 4, 3, 5""",
            [first_lines, str(path)],
        ).fetchall()
    return tuple(
        Problem(
            file_name=shown(file_name),
            entity=entity,
            field_name=field,
            field_nb=", ".join(names.get((entity, part), part) for part in field.split(", ")) if field else "",
            rule_id=rule_id,
            title_nb=rules.get(rule_id, {}).get("title_nb", rule_id),
            title_en=rules.get(rule_id, {}).get("title_en", rule_id),
            reason=reason if path.name == QUARANTINED else " ".join(filter(None, [rules[rule_id]["message_nb"], reason and f"({reason})"])),
            row_count=row_count,
            lines=tuple(lines or ()),
        )
        for file_name, entity, field, rule_id, reason, row_count, lines in rows
    )


def _findings(result: GateResult, receipt: Receipt, told: set[str]) -> tuple[Finding, ...]:
    """Expectations that do not hold; what is told by line, or as the reason of the refusal, is not told again."""
    rules = _rules()
    delivery_id = receipt.delivery_id.partition("-refused-")[0]
    return tuple(
        Finding(c.rule_id, rules.get(c.rule_id, {}).get("title_nb", c.rule_id), c.description, c.column, c.action, c.unexpected_count)
        for suite in result.suites
        for c in suite.checks
        if not c.success and delivery_id in c.failing_keys and c.rule_id not in told
    )


def _unlinked(scratch: Settings, receipt: Receipt) -> tuple[Unlinked, ...]:
    """Counts by status of the number, from the rows the gate accepted. No DUF number is no lack beside a column for the national id."""
    found: list[Unlinked] = []
    with duckdb.connect() as connection:
        for file in load_contracts()[receipt.source].files if receipt.status == "accepted" else ():
            path = scratch.raw / receipt.source / receipt.delivery_id / f"{file.entity}.parquet"
            columns = [name for name, _ in file.raw_columns()] if path.exists() else []
            found_by = [(c, n, e) for c in columns for n, e in _STATUS_ENDINGS.items() if c.endswith(e)]
            for column, number, ending in found_by:
                needs_none = number == "duf" and (column.removesuffix(ending) + _STATUS_ENDINGS["national_id"]) in columns
                rows = connection.execute(
                    f'SELECT "{column}", count(*) FROM read_parquet(?) WHERE "{column}" <> \'valid\' GROUP BY ALL ORDER BY 2 DESC, 1',
                    [str(path)],
                ).fetchall()
                found += [
                    Unlinked(file.entity, column.removesuffix(ending), number, status, count)
                    for status, count in rows
                    if not needs_none or status != "missing"
                ]
    return tuple(found)


def _without_places(reason: str) -> str:
    """A reason without the scratch home's folders: the supplier knows its files by their names."""
    return _PLACE.sub(lambda place: "" if place[1] else "the delivery", reason)


def _rules() -> dict[str, dict[str, str]]:
    """Titles of the gate's rules and of the controls of KOSTRA, by rule id."""
    with _RULES.open(encoding="utf-8", newline="") as handle:
        rules = {row["rule_id"]: row for row in csv.DictReader(handle)}
    return rules | {c.rule_id: {"title_nb": c.title_nb, "title_en": c.condition, "message_nb": c.message_nb} for c in load_controls()}


def _title(source: str) -> str:
    contract = load_contracts().get(source)
    return contract.title_nb if contract else source


def _field_names(source: str) -> dict[tuple[str, str], str]:
    return {(file.entity, f.name): f.nb for file in load_contracts()[source].files for f in file.fields}
