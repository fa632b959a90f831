"""The arrival gate: every complete delivery in landing is promoted to raw or refused whole, with a receipt.

Belongs here: the order of the steps. Does not belong here: how a step is done (the modules beside this one).
"""

from __future__ import annotations

import datetime as dt
import errno
import importlib
import os
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import duckdb

from expectations import runner
from expectations.arrivals import kostra_controls, profile
from orchestration.arrivals import checks, promotion
from orchestration.arrivals.contracts import Contract, load_contracts
from orchestration.arrivals.ledger import FileReceipt, Receipt, accepted_receipt, read_receipts
from orchestration.arrivals.manifest import MANIFEST, Manifest, read_manifest
from orchestration.arrivals.mapped_files import check_mapped_files
from orchestration.arrivals.staging import Batch, BatchFile, open_work
from orchestration.kostra import findings
from orchestration.privacy.national_id import without_ids
from orchestration.privacy.pseudonym import load_key
from orchestration.settings import Settings, UserError

BATCH_BYTES = 128 * 1024 * 1024
KLASS = "klass"
_NO_KLASS = (
    f"no delivery of {KLASS} (the list of municipalities) is accepted yet, so that the supplier cannot be checked; "
    "hand it in, see docs/deliver-data.md"
)
_NO_ACCESS = "a file of it may not be read by the user that runs the night"
_UNSPECIFIED = "9999"  # the classification's code for "uoppgitt" is no municipality


@dataclass(frozen=True)
class Waiting:
    """A folder that was left alone, and why."""

    folder: str  # below landing
    reason: str


@dataclass
class GateResult:
    """What one run of the gate did. ``known`` are deliveries met again: accepted or refused before."""

    accepted: list[Receipt] = field(default_factory=list)
    refused: list[Receipt] = field(default_factory=list)
    known: list[Receipt] = field(default_factory=list)
    waiting: list[Waiting] = field(default_factory=list)
    suites: list[runner.SuiteResult] = field(default_factory=list)

    def _rows(self, count: str) -> int:
        return sum(getattr(f, count) for receipt in self.accepted for f in receipt.files)

    @property
    def rows_read(self) -> int:
        """Rows of accepted deliveries."""
        return self._rows("row_count")

    @property
    def rows_accepted(self) -> int:
        """Rows that went to raw."""
        return self._rows("accepted_count")

    @property
    def rows_quarantined(self) -> int:
        """Rows of accepted deliveries that went to quarantine."""
        return self._rows("quarantined_count")


@dataclass(frozen=True)
class _Delivery:
    folder: Path
    manifest: Manifest
    files: tuple[checks.CheckedFile, ...] = ()
    held_years: tuple[int, ...] = ()  # of the period, those that the supplier was a municipality in

    @property
    def deletions(self) -> str:
        """Whether what is not there is gone (``full_snapshot``), or only what the delivery says is gone (``changes``)."""
        return "changes" if any(f.reading.tells_deleted for f in self.files) else "full_snapshot"


def run_gate(settings: Settings, progress: Callable[[str], None] | None = None) -> GateResult:
    """Take in all new complete deliveries. A refused one never stops the others; a full disk stops the gate with ``UserError``."""
    try:
        return _Gate(settings, progress or (lambda _: None)).run()
    except (OSError, duckdb.Error) as error:
        if getattr(error, "errno", None) == errno.ENOSPC or re.search(
            r"no space left|disk is full|max_temp_directory_size", str(error), re.IGNORECASE
        ):
            what_to_do = "Deliveries promoted so far are whole, the others are still in landing: make room and run again."
            raise UserError(f"The disk of {settings.home} is full. {what_to_do}") from None
        raise


def _not_yet(manifest: Manifest, known_at: dt.date) -> str:
    """Why a delivery from a day that has not come is left alone: once in, it would outrank all that come after it."""
    field = f"{MANIFEST}: field 'received_at' ({manifest.received_at.date()})"
    return f"F012 {field} lies after the day of this night ({known_at}); correct it, or it waits till then"


class _Gate:
    def __init__(self, settings: Settings, progress: Callable[[str], None]):
        self.settings, self.progress = settings, progress
        self.contracts = load_contracts()
        self.work = settings.work / "arrivals"
        self.result = GateResult()
        self.receipts: dict[str, Receipt] = {}
        self.batches: Counter[str] = Counter()
        self.versions: dict[str, list[tuple]] = {}

    def run(self) -> GateResult:
        self._prepare()
        found = self._find()
        if found:
            runner.preload()
        first = [d for d in found if d.manifest.source == KLASS]
        rest = [d for d in found if d.manifest.source != KLASS]
        for group in (first, rest):
            for batch in self._batches(self._check(group)):
                self._take_in(batch)
        shutil.rmtree(self.work, ignore_errors=True)
        runner.save_results(self.settings, self.result.suites)
        return self.result

    def _prepare(self) -> None:
        shutil.rmtree(self.work, ignore_errors=True)
        for folder in (self.settings.work, self.settings.landing, self.settings.raw):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            folder.chmod(0o700)
        self.work.mkdir(mode=0o700)
        self.receipts = {r.delivery_id: r for r in read_receipts(self.settings)}

    def _find(self) -> list[_Delivery]:
        """Complete deliveries that are not known, in the order of source, supplier, period and receipt."""
        found: list[_Delivery] = []
        self._find_misplaced()
        for folder in sorted(p for p in self.settings.landing.glob("*/*/*") if p.is_dir()):
            try:
                if not os.path.lexists(folder / MANIFEST):
                    self._wait(folder, f"no {MANIFEST} yet")
                    continue
                found.append(_Delivery(folder, read_manifest(folder)))
            except PermissionError:
                self._wait(folder, _NO_ACCESS)
            except UserError as error:
                rule_id, _, reason = str(error).partition(" ")
                self._refuse(folder, None, checks.Refusal(rule_id, reason))
        found.sort(key=lambda d: (d.manifest.source, d.manifest.supplier, d.manifest.period_end, d.manifest.received_at, d.folder))
        new: list[_Delivery] = []
        for delivery in found:
            delivery_id = delivery.manifest.delivery_id
            if delivery_id in self.receipts:
                self.result.known.append(self.receipts[delivery_id])
            elif refused := self._refused_before(delivery_id, delivery.folder):
                self.result.known.append(refused)
            elif (known_at := self.settings.known_at) and delivery.manifest.received_at.date() > known_at:
                self._wait(delivery.folder, _not_yet(delivery.manifest, known_at))
            else:
                new.append(delivery)
        return new

    def _find_misplaced(self) -> None:
        """Files that lie where only folders should be are no delivery; a hidden one (of the file system or an editor) is left unsaid."""
        for depth in ("*", "*/*", "*/*/*"):
            for path in sorted(self.settings.landing.glob(depth)):
                if not path.is_dir() and not path.name.startswith("."):
                    self._wait(path, "lies outside a delivery's folder, landing/<source>/<supplier>/<name>/")

    def _refused_before(self, delivery_id: str, folder: Path) -> Receipt | None:
        if not any(known.startswith(f"{_shown(delivery_id)}-refused-") for known in self.receipts):
            return None
        return self.receipts.get(_refused_id(delivery_id, folder))

    def _check(self, deliveries: list[_Delivery]) -> Iterator[_Delivery]:
        """Deliveries whose files may be read; the others are refused, or wait for the list of municipalities.

        The same delivery may lie in landing twice, cut short and whole: the first one that is whole is read.
        """
        whole: set[str] = set()
        for delivery in deliveries:
            manifest, folder = delivery.manifest, delivery.folder
            if manifest.delivery_id in whole:
                continue
            try:
                contract = checks.check_manifest(manifest, self.contracts, folder)
                held_years: tuple[int, ...] = ()
                if contract.supplier == "municipality":
                    versions = self._municipality_versions()
                    if versions is None:
                        self._wait(folder, _NO_KLASS)
                        continue
                    checks.check_supplier(manifest, contract, folder, _in_use(versions, manifest.period_end))
                    held_years = _held_years(versions, manifest)
                files = tuple(
                    check_mapped_files(manifest, contract, folder, self.work / "lines")
                    if checks.follows_mapping(manifest, contract)
                    else checks.check_files(manifest, contract, folder)
                )
                whole.add(manifest.delivery_id)
                yield replace(delivery, files=files, held_years=held_years)
            except checks.Refusal as refusal:
                self._refuse(folder, manifest, refusal)
            except PermissionError:
                self._wait(folder, _NO_ACCESS)

    def _wait(self, folder: Path, reason: str) -> None:
        self.result.waiting.append(Waiting(_shown(str(folder.relative_to(self.settings.landing))), reason))

    def _municipality_versions(self) -> list[tuple] | None:
        """Codes with the days they were in use from and to, by the accepted classification that was received last."""
        accepted = [r for r in self.receipts.values() if r.source == KLASS and r.status == "accepted"]
        if not accepted:
            return None
        latest = max(accepted, key=lambda r: (r.received_at, r.delivery_id))
        if latest.delivery_id not in self.versions:
            path = self.settings.raw / KLASS / latest.delivery_id / "municipality_version.parquet"
            self.versions[latest.delivery_id] = _read_versions(path)
        return self.versions[latest.delivery_id]

    def _batches(self, deliveries: Iterator[_Delivery]) -> Iterator[list[_Delivery]]:
        """Neighbouring deliveries of one source, up to a size that fits in memory; a larger one stands alone."""
        batch: list[_Delivery] = []
        size = 0
        for delivery in deliveries:
            own = sum(f.scan.size for f in delivery.files)
            if batch and (batch[0].manifest.source != delivery.manifest.source or size + own > BATCH_BYTES):
                yield batch
                batch, size = [], 0
            batch.append(delivery)
            size += own
        if batch:
            yield batch

    def _take_in(self, deliveries: list[_Delivery]) -> None:
        """Stage one batch, judge it, and promote or refuse each delivery."""
        contract = self.contracts[deliveries[0].manifest.source]
        numbered = [(d, f) for d in deliveries for f in d.files]
        files = [BatchFile(i, d.manifest, f, d.held_years) for i, (d, f) in enumerate(numbered)]
        with open_work(self.settings, self.work) as connection:
            batch = Batch(connection, files, contract.files, lambda: load_key(self.settings), self.work, self.settings.kostra_controls)
            batch.stage()
            counts = batch.counts()
            refusals = self._judge(contract, batch, counts, deliveries)
            self._promote(contract, deliveries, batch, counts, refusals)
        for delivery in deliveries:
            shutil.rmtree(self.work / "lines" / delivery.manifest.delivery_id, ignore_errors=True)
        accepted = sum(d.manifest.delivery_id not in refusals for d in deliveries)
        rows = sum(c["row_count"] for c in counts)
        self.progress(f"{contract.source}: {accepted} of {len(deliveries)} readable deliveries accepted, {rows} rows read")

    def _previous(self, deliveries: list[_Delivery], counts: list[dict]) -> dict[tuple[str, str], int]:
        """Accepted rows by delivery and entity of the supplier's delivery before (in raw or in this batch) over about as long a period."""
        rows: dict[str, dict[str, int]] = {}
        known: dict[str, Receipt | Manifest] = {d.manifest.delivery_id: d.manifest for d in deliveries}
        for count in counts:
            entities = rows.setdefault(count["delivery_id"], {})
            entities[count["entity"]] = entities.get(count["entity"], 0) + count["accepted_count"]
        for r in self.receipts.values():
            if r.status == "accepted" and r.source == deliveries[0].manifest.source:
                known[r.delivery_id] = r
                rows[r.delivery_id] = {f.entity: r.accepted_rows(f.entity) for f in r.files}
        previous = {}
        for delivery in deliveries:
            if delivery.deletions == "changes":  # how much changed says nothing of how much there is
                continue
            own = delivery.manifest
            before = [
                k
                for k in known.values()
                if (k.supplier, k.extract) == (own.supplier, own.extract)
                and k.period_end < own.period_end
                and 0.5 <= _days(k) / _days(own) <= 2
            ]
            if before:
                latest = max(before, key=lambda k: (k.period_end, k.received_at, k.delivery_id))
                previous |= {(own.delivery_id, entity): accepted for entity, accepted in rows[latest.delivery_id].items()}
        return previous

    def _judge(self, contract: Contract, batch: Batch, counts: list[dict], deliveries: list[_Delivery]) -> dict[str, checks.Refusal]:
        """Run the suites. The first blocking failure of a delivery refuses it."""
        frame = profile.frame(counts, self._previous(deliveries, counts))
        folders = {d.manifest.delivery_id: d.folder for d in deliveries}
        self.batches[contract.source] += 1
        subject = f"batch_{self.batches[contract.source]}"
        results = [runner.run_suite("arrivals", f"{contract.source}__profile", subject, frame, profile.EXPECTATIONS, "delivery_id")]
        suites = importlib.import_module(f"expectations.arrivals.{contract.source}").SUITES
        for entity, suite in suites.items():
            name = f"{contract.source}__{entity}"
            parts = [
                runner.run_suite("arrivals", name, subject, batch.staged_frame(entity, p.columns), p.expectations, "delivery_id")
                for p in suite.parts()
            ]
            results.append(replace(parts[0], checks=tuple(check for part in parts for check in part.checks)))
        if controls := kostra_controls.controls(contract.source, self.settings.kostra_controls):
            frame = kostra_controls.frame(controls, findings.breaches_by_file(batch.connection))
            expected = kostra_controls.expectations(controls)
            results.append(runner.run_suite("arrivals", f"{contract.source}__controls", subject, frame, expected, "delivery_id"))
        self.result.suites += results
        refusals: dict[str, checks.Refusal] = {}
        for result in results:
            for check in result.checks:
                if check.is_blocking:
                    for delivery_id in check.failing_keys:
                        where = folders[delivery_id]
                        found = profile.findings(check.rule_id, [c for c in counts if c["delivery_id"] == delivery_id])
                        worst = batch.most_broken(delivery_id) if check.rule_id == profile.TOO_MANY_QUARANTINED else ""
                        reason = f"{where}: this does not hold: {check.description}{found}{worst}"
                        refusals.setdefault(delivery_id, checks.Refusal(check.rule_id, reason))
        return refusals

    def _promote(
        self, contract: Contract, deliveries: list[_Delivery], batch: Batch, counts: list[dict], refusals: dict[str, checks.Refusal]
    ) -> None:
        folders = {d.manifest.delivery_id: self.work / "staged" / d.manifest.delivery_id for d in deliveries}
        for folder in folders.values():
            folder.mkdir(parents=True)
        accepted = [d.manifest.delivery_id for d in deliveries if d.manifest.delivery_id not in refusals]
        for file in contract.files:
            promotion.write_staged(batch.connection, file, {i: folders[i] for i in accepted})
        names = {i: _refused_id(i, d.folder) if i in refusals else i for d in deliveries for i in [d.manifest.delivery_id]}
        doubtful = {c["delivery_id"] for c in counts if c["quarantined_count"]}
        promotion.write_quarantined(batch.connection, {i: (names[i], folders[i]) for i in folders if i in doubtful})
        found = findings.with_findings(batch.connection)
        promotion.write_findings(batch.connection, {i: (names[i], folders[i]) for i in folders if i in found})
        for delivery in deliveries:
            delivery_id = delivery.manifest.delivery_id
            folder = folders[delivery_id]
            quarantined = [folder / promotion.QUARANTINED] if delivery_id in doubtful else []
            quarantined += [folder / findings.FINDINGS] if delivery_id in found else []
            if delivery_id in refusals:
                self._refuse(delivery.folder, delivery.manifest, refusals[delivery_id], quarantined)
                continue
            entities = dict.fromkeys(f.reading.entity for f in delivery.files)
            raw_files = {entity: folder / f"{entity}.parquet" for entity in entities}
            hashes = {entity: promotion.sha256_of(path) for entity, path in raw_files.items()}
            files = tuple(
                FileReceipt(
                    **{k: v for k, v in c.items() if k not in ("delivery_id", "unlinked_count", "judged_count")},
                    parquet_sha256=hashes[c["entity"]],
                )
                for c in counts
                if c["delivery_id"] == delivery_id
            )
            receipt = accepted_receipt(delivery.manifest, files, delivery.deletions)
            promotion.promote(self.settings, receipt, self.work, raw_files.values(), quarantined)
            self.receipts[delivery_id] = receipt
            self.result.accepted.append(receipt)

    def _refuse(self, folder: Path, manifest: Manifest | None, refusal: checks.Refusal, quarantined: Iterable[Path] = ()) -> None:
        """Keep the reason under an id that tells this attempt from a mended one, unless it is kept already."""
        source, supplier, name = folder.parts[-3:]
        receipt = Receipt(
            delivery_id=_refused_id(manifest.delivery_id if manifest else f"{source}-{supplier}-{name}", folder),
            source=_shown(manifest.source if manifest else source),
            supplier=_shown(manifest.supplier if manifest else supplier),
            contract_version=manifest.contract_version if manifest else None,
            period_start=manifest.period_start if manifest else None,
            period_end=manifest.period_end if manifest else None,
            received_at=manifest.received_at if manifest else None,
            content_sha256=manifest.content_sha256 if manifest else "",
            status="refused",
            refusal_rule_id=refusal.rule_id,
            refusal_reason=_shown(refusal.reason.replace(f"{self.settings.home}/", "")),
            extract=manifest.extract if manifest else None,
        )
        if receipt.delivery_id in self.receipts:
            self.result.known.append(self.receipts[receipt.delivery_id])
            return
        promotion.refuse(self.settings, receipt, self.work, quarantined)
        self.receipts[receipt.delivery_id] = receipt
        self.result.refused.append(receipt)
        self.progress(f"refused: {refusal.rule_id} {receipt.refusal_reason}")


def _days(delivery: Receipt | Manifest) -> int:
    return (delivery.period_end - delivery.period_start).days + 1


def _refused_id(delivery_id: str, folder: Path) -> str:
    return f"{_shown(delivery_id)}-refused-{checks.found_digest(folder)[:8]}"


def _shown(text: str) -> str:
    """Names that a supplier chose, as they may be shown and written: without numbers that could be national ids."""
    return without_ids(text.encode("utf-8", "replace").decode("utf-8"))


def _in_use(versions: list[tuple], day: dt.date) -> set[str]:
    """Codes of municipalities in use on a day."""
    return {
        code
        for code, valid_from, valid_to in versions
        if code != _UNSPECIFIED and valid_from <= day and (valid_to is None or valid_to > day)
    }


def _held_years(versions: list[tuple], manifest: Manifest) -> tuple[int, ...]:
    """Years of the period at whose end the supplier's code was in use."""
    own = [version for version in versions if version[0] == manifest.supplier]
    years = range(manifest.period_start.year, manifest.period_end.year + 1)
    return tuple(year for year in years if _in_use(own, dt.date(year, 12, 31)))


def _read_versions(path: Path) -> list[tuple]:
    with duckdb.connect() as connection:
        return connection.execute("SELECT code, valid_from, valid_to FROM read_parquet(?)", [str(path)]).fetchall()
