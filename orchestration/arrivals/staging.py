"""One batch of files in DuckDB: lines -> fields -> rules -> pseudonyms -> staged rows, in a few statements for many files.

Belongs here: running the SQL that ``reading`` and ``rules`` generate, and counting what became of every line.
Does not belong here: which deliveries are in a batch (``gate``), and files in raw (``promotion``).

Ids as delivered stand only in the restricted work folder, which the gate empties; what leaves it is a pseudonym and a status.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa

from expectations.runner import ROW_COUNT
from orchestration.arrivals.checks import CheckedFile
from orchestration.arrivals.contracts import IS_DELETED, Field, FileContract
from orchestration.arrivals.lines import line_reader, record_reader
from orchestration.arrivals.lookups import FILTERED, LOOKED_UP, stage_lookup
from orchestration.arrivals.manifest import Manifest
from orchestration.arrivals.reading import Reading
from orchestration.arrivals.row_keys import KEY_TABLE, keep_row_keys
from orchestration.arrivals.rules import RowRule, broken_sql, mask_sql, masks_sql, row_rules, rule_table, text, value, value_sql
from orchestration.kostra.evaluate import controls_for
from orchestration.kostra.findings import find_breaches
from orchestration.mappings.cells import INSIDE
from orchestration.privacy.duf_number import duf_status_sql
from orchestration.privacy.national_id import status_sql
from orchestration.privacy.pseudonym import pseudonyms
from orchestration.settings import Settings

_BATCH_ROWS = 100_000

_FILE_SCHEMA = pa.schema(
    {
        "file_no": pa.int32(),
        **dict.fromkeys(("delivery_id", "source", "supplier", "entity", "file_name"), pa.string()),
        **dict.fromkeys(("period_start", "period_end"), pa.date32()),
        "line_count": pa.int64(),
        "held_years": pa.list_(pa.int32()),
    }
)
_TABLES = """
CREATE TABLE line_count (file_no INTEGER, line_count BIGINT, header_count BIGINT, blank_count BIGINT, row_count BIGINT);
CREATE TABLE excluded (file_no INTEGER, rule VARCHAR, row_count BIGINT);
CREATE TABLE quarantined (file_no INTEGER, line_number BIGINT, rule_id VARCHAR, field_name VARCHAR, reason VARCHAR);
CREATE TABLE control_finding (file_no INTEGER, line_number BIGINT, rule_id VARCHAR, detail VARCHAR);
"""


@dataclass(frozen=True)
class BatchFile:
    """A file of a delivery with its number in the batch. ``held_years`` are those of its period that the supplier was a municipality in."""

    file_no: int
    manifest: Manifest
    checked: CheckedFile
    held_years: tuple[int, ...] = ()

    @property
    def row(self) -> dict[str, Any]:
        """The file as a row of the table ``file``."""
        manifest, checked = self.manifest, self.checked
        return {
            "file_no": self.file_no,
            "delivery_id": manifest.delivery_id,
            "source": manifest.source,
            "supplier": manifest.supplier,
            "entity": checked.reading.entity,
            "file_name": checked.name,
            "period_start": manifest.period_start,
            "period_end": manifest.period_end,
            "line_count": checked.scan.line_count,
            "held_years": self.held_years,
        }


def _place_sql(reading: Reading, identity: Field) -> str:
    """What the pseudonym of a row without a valid id is made of: the place of the row, never the bad id."""
    keys = " || '|' || ".join(f"CAST({value(name)} AS VARCHAR)" for name in reading.grain)
    return f"'local|{reading.contract.source}|' || supplier || '|{reading.entity}|{identity.becomes}|' || {keys}"


def _staged_sql(reading: Reading, accepted: str, number: int, unlinked: set[str]) -> str:
    """SELECT of the accepted rows of one reading with the columns of raw; ids are replaced by pseudonyms here."""
    outputs = dict(reading.outputs)
    source = f"{accepted} AS c"
    for i, f in enumerate(reading.identities):
        source += f" LEFT JOIN {_known_sql(number, f)} AS person_{i} ON person_{i}.id = c.{text(f.name)}"
        pseudonym, status = f.identity_columns
        outputs |= {pseudonym: f"person_{i}.pseudonym", status: f"coalesce(person_{i}.status, 'missing')"}
        if f.name in unlinked:
            place = f"place_{i}.file_no = c.file_no AND place_{i}.line_number = c.line_number"
            source += f" LEFT JOIN place_{f.becomes}_{number} AS place_{i} ON {place}"
            outputs[pseudonym] = f"coalesce(person_{i}.pseudonym, place_{i}.pseudonym)"
    if reading.series:
        cells = ", ".join(f"{{'year': {year}, 'text': {cell}}}" for year, cell in reading.series)
        source += f", unnest([{cells}]) AS series(cell)"
    names = [(name, kind) for name, kind in reading.contract.raw_columns() if name not in ("delivery_id", "line_number")]
    columns = ", ".join(f'CAST({outputs.get(name, "NULL")} AS {kind}) AS "{name}"' for name, kind in names)
    return f"SELECT c.file_no, c.line_number, {columns} FROM {source}"


def _known_sql(number: int, identity: Field) -> str:
    """The known numbers of the kind that the field holds."""
    return f"(SELECT id, status, pseudonym FROM person_{number} WHERE pii = '{identity.pii}')"


def open_work(settings: Settings, folder: Path) -> duckdb.DuckDBPyConnection:
    """A database in memory that spills into the restricted work folder."""
    return duckdb.connect(
        ":memory:",
        config={
            "memory_limit": settings.memory_limit,
            "threads": settings.threads,
            "temp_directory": str(folder / "spill"),
            "preserve_insertion_order": False,
            "disabled_optimizers": "in_clause",  # would turn every code list into a join
        },
    )


def _lines(reading: Reading, files: list[BatchFile]) -> pa.RecordBatchReader:
    """Numbered lines of the files: of their text, or of their records."""
    if reading.is_of_records:
        return record_reader((f.file_no, f.checked.records) for f in files)
    return line_reader((f.file_no, f.checked.path, reading.encoding) for f in files)


class Batch:
    """Many files of one source, read into ``staged_<entity>``, ``quarantined`` and ``line_count``; ``folder`` is for files of its own."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        files: list[BatchFile],
        contracts: Iterable[FileContract],
        key: Callable[[], bytes],
        folder: Path,
        control_settings: str = "",
    ):
        self.connection, self.files, self._key, self._folder = connection, files, key, folder
        self._control_settings = control_settings
        connection.execute(_TABLES + KEY_TABLE)
        self._staged: dict[str, list[str]] = {}  # SQL of the accepted rows, by entity, one for each reading
        for contract in contracts:
            columns = ", ".join(f'NULL::{kind} AS "{name}"' for name, kind in contract.raw_columns() if name != "delivery_id")
            self._staged[contract.entity] = [f"SELECT NULL::INTEGER AS file_no, {columns} WHERE false"]
        inside = [(f.file_no, line) for f in files for line in f.checked.inside_marks]
        columns = {"file_no": pa.array([n for n, _ in inside], pa.int32()), "line_number": pa.array([n for _, n in inside], pa.int64())}
        self._create(INSIDE, pa.table(columns))
        self._create("file", pa.Table.from_pylist([f.row for f in files], schema=_FILE_SCHEMA))

    def _create(self, table: str, rows: pa.Table) -> None:
        self.connection.register("arriving", rows)
        self.connection.execute(f"CREATE TABLE {table} AS SELECT * FROM arriving")
        self.connection.unregister("arriving")

    def _insert(self, table: str, rows: pa.RecordBatch) -> None:
        self.connection.register("arriving", rows)
        self.connection.execute(f"INSERT INTO {table} SELECT * FROM arriving")
        self.connection.unregister("arriving")

    def stage(self) -> None:
        """Read all files, those with the same reading together."""
        readings: dict[Reading, list[BatchFile]] = {}
        for file in self.files:
            readings.setdefault(file.checked.reading, []).append(file)
        for reading in [r for r in readings if r.looked_up]:
            stage_lookup(self.connection, reading, [(f.file_no, f.checked.path) for f in readings.pop(reading)])
        for number, (reading, files) in enumerate(readings.items()):
            self._read(reading, files, number)
        for entity, accepted in self._staged.items():
            self.connection.execute(f"CREATE VIEW staged_{entity} AS {' UNION ALL '.join(accepted)}")

    def _read(self, reading: Reading, files: list[BatchFile], number: int) -> None:
        """Leaves ``checked_<number>``, ``double_key_<number>`` and ``person_<number>``, which ``staged_<entity>`` looks at."""
        supplier_is_municipality = any(f.name == "municipality_code" for f in reading.fields) and files[0].manifest.supplier.isdigit()
        rules = row_rules(reading.fields, reading.grain, reading.contract, len(reading.columns) or None, supplier_is_municipality)
        rules = reading.mapped.rules(rules) if reading.mapped else rules + reading.cell_rules
        controls = controls_for(reading.contract, reading.layout_year, self._control_settings)
        rules += controls.quarantining
        self._check_rows(reading, rules, controls.reporting, files, number)
        doubles = self._find_double_keys(reading, number)
        self._quarantine(rules, number)
        breaches = find_breaches(self.connection, controls, number)
        keep_row_keys(self.connection, reading, number)
        accepted = f"(SELECT * FROM checked_{number} WHERE kind = 'row' AND NOT broken)"
        if doubles:
            accepted = f"(FROM {accepted} ANTI JOIN double_key_{number} USING (file_no, line_number))"
        if breaches:
            accepted = f"(FROM {accepted} ANTI JOIN control_breach_{number} USING (file_no, line_number))"
        unlinked = self._make_pseudonyms(reading, accepted, number) if reading.identities else set()
        self._staged[reading.entity].append(_staged_sql(reading, accepted, number, unlinked))

    def _check_rows(
        self, reading: Reading, rules: list[RowRule], reporting: tuple[RowRule, ...], files: list[BatchFile], number: int
    ) -> None:
        """View ``checked_<number>``: every line with its kind, what raw needs of it, and the masks of the rules it breaks.

        It lies in a file beside the spilled tables: a table of millions of rows would take all memory, and each step needs few columns.
        ``reporting`` are rules that a row may break and be accepted all the same: their masks are ``finding_<i>``.
        """
        lines = f"(SELECT l.*, {reading.file_columns}, {reading.kind_sql} AS kind FROM arriving AS l JOIN file USING (file_no))"
        values = ", ".join(f"{value_sql(f)} AS {value(f.name)}" for f in reading.fields)
        judged = f"SELECT *, kind = 'row' AND ({broken_sql(rules)}) AS broken FROM (SELECT *, {values} FROM ({reading.text_sql(lines)}))"
        masks = [f"CASE WHEN broken THEN {sql} ELSE 0 END AS mask_{i}" for i, sql in enumerate(masks_sql(rules))]
        masks += [f"CASE WHEN kind = 'row' THEN {sql} ELSE 0 END AS finding_{i}" for i, sql in enumerate(masks_sql(reporting))]
        columns = ", ".join(["file_no", "line_number", "supplier", "kind", "malformed", "broken", *masks, *reading.needed, *reading.kept])
        self.connection.register("arriving", _lines(reading, files))
        checked = self._folder / f"checked_{number}.parquet"
        self.connection.execute(f"COPY (SELECT {columns} FROM ({judged})) TO '{checked}' (COMPRESSION snappy)")
        self.connection.unregister("arriving")
        self.connection.execute(f"CREATE VIEW checked_{number} AS FROM read_parquet('{checked}')")
        self.connection.execute(
            f"""INSERT INTO line_count
                SELECT file_no, count(*), count_if(kind = 'header'), count_if(kind = 'blank'), count_if(kind IN ('row', 'excluded'))
                FROM checked_{number} GROUP BY file_no"""
        )
        if reading.mapped:
            self.connection.execute(
                f"""INSERT INTO excluded SELECT file_no, '{FILTERED} ' || excluded_by, count(*)
                    FROM checked_{number} WHERE kind = 'excluded' GROUP BY ALL"""
            )

    def _find_double_keys(self, reading: Reading, number: int) -> int:
        """Table ``double_key_<number>``: lines whose key stands on an earlier line of the file (rule R007), and how many they are.

        Hashes tell most keys apart. Where no field is a key there is no table.
        """
        if not reading.grain:
            return 0
        keys = ", ".join(value(name) for name in reading.grain)
        whole = " AND ".join(f"{value(name)} IS NOT NULL" for name in reading.grain)
        rows = f"FROM checked_{number} WHERE kind = 'row' AND NOT malformed AND {whole}"
        keyed = f"(SELECT file_no, line_number, {keys}, hash({keys}) AS key_hash {rows})"
        [(count,)] = self.connection.execute(
            f"""CREATE TEMP TABLE double_key_{number} AS
                WITH repeated AS (SELECT file_no, key_hash FROM {keyed} GROUP BY ALL HAVING count(*) > 1)
                SELECT file_no, line_number FROM {keyed} SEMI JOIN repeated USING (file_no, key_hash)
                QUALIFY row_number() OVER (PARTITION BY file_no, {keys} ORDER BY line_number) > 1"""
        ).fetchall()
        names = ", ".join(reading.grain)
        self.connection.execute(
            f"""INSERT INTO quarantined
                SELECT file_no, line_number, 'R007', '{names}', 'the key ({names}) stands on an earlier line of the file'
                FROM double_key_{number}"""
        )
        return count

    def _quarantine(self, rules: list[RowRule], number: int) -> None:
        self.connection.register("rule", rule_table(rules))
        self.connection.execute(
            f"""INSERT INTO quarantined
                SELECT file_no, line_number, rule_id, field_name, reason
                FROM (SELECT * FROM checked_{number} WHERE broken) AS c JOIN rule ON ({mask_sql(rules, "mask")}) & flag <> 0"""
        )
        self.connection.unregister("rule")

    def _make_pseudonyms(self, reading: Reading, accepted: str, number: int) -> set[str]:
        """Table ``person_<number>`` (distinct ids with status and pseudonym), and ``place_<becomes>_<number>`` (line, pseudonym) for rows
        without a valid national id, where there are any: the names of those fields are returned.

        A DUF number that is missing or wrong has no pseudonym: it is the second number of a person, and mostly empty.
        """
        ids = " UNION ".join(
            f"SELECT DISTINCT '{f.pii}' AS pii, {text(f.name)} AS id FROM {accepted} WHERE {text(f.name)} IS NOT NULL"
            for f in reading.identities
        )
        status = f"CASE pii WHEN 'duf' THEN {duf_status_sql('id')} ELSE {status_sql('id')} END"
        message = "CASE pii WHEN 'duf' THEN 'duf|' ELSE 'id|' END || id"
        self.connection.execute(f"CREATE TEMP TABLE known AS SELECT pii, id, {status} AS status, {message} AS message FROM ({ids})")
        self._pseudonymise("SELECT message FROM known WHERE status = 'valid'")
        self.connection.execute(
            f"""CREATE TEMP TABLE person_{number} AS SELECT pii, id, status, pseudonym FROM known LEFT JOIN pseudonym USING (message);
                DROP TABLE known"""
        )
        unlinked = set()
        for f in reading.identities:
            if f.pii == "duf":
                continue
            [(count,)] = self.connection.execute(
                f"""CREATE TEMP TABLE place AS
                    SELECT file_no, line_number, {_place_sql(reading, f)} AS message
                    FROM {accepted} LEFT JOIN {_known_sql(number, f)} ON id = {text(f.name)} WHERE pseudonym IS NULL"""
            ).fetchall()
            if count:
                self._pseudonymise("SELECT DISTINCT message FROM place")
                self.connection.execute(
                    f"""CREATE TEMP TABLE place_{f.becomes}_{number} AS
                        SELECT file_no, line_number, pseudonym FROM place JOIN pseudonym USING (message)"""
                )
                unlinked.add(f.name)
            self.connection.execute("DROP TABLE place")
        return unlinked

    def _pseudonymise(self, messages: str) -> None:
        """Table ``pseudonym`` (message, pseudonym) of distinct messages."""
        self.connection.execute("CREATE OR REPLACE TEMP TABLE pseudonym (message VARCHAR, pseudonym VARCHAR)")
        for batch in self.connection.execute(messages).to_arrow_table().to_batches(max_chunksize=_BATCH_ROWS):
            self._insert("pseudonym", pseudonyms(self._key(), batch))

    def counts(self) -> list[dict]:
        """What became of the lines of each file, in the order of the files. ``line_count`` is that of the scan."""
        readings = {f.checked.reading.entity: f.checked.reading for f in self.files if not f.checked.reading.looked_up}
        accepted = " UNION ALL ".join(self._accepted_count_sql(reading) for reading in readings.values())
        names = ("header_count", "blank_count", "row_count", "accepted_count", "quarantined_count", "unlinked_count", "excluded_count")
        known = ", ".join(f"CAST(coalesce({name}, 0) AS BIGINT) AS {name}" for name in names)
        table = self.connection.execute(
            f"""WITH accepted AS ({accepted}),
                     bad AS (SELECT file_no, count(DISTINCT line_number) AS quarantined_count FROM quarantined GROUP BY file_no),
                     left_out AS (
                        SELECT file_no, sum(row_count) AS excluded_count, list({{'rule': rule, 'rows': row_count}} ORDER BY rule) AS reasons
                        FROM excluded GROUP BY file_no)
                SELECT delivery_id, entity, file_name, file.line_count, {known}, coalesce(reasons, []) AS reasons
                FROM file LEFT JOIN line_count USING (file_no) LEFT JOIN accepted USING (file_no) LEFT JOIN bad USING (file_no)
                LEFT JOIN left_out USING (file_no)
                ORDER BY file_no"""
        ).to_arrow_table()
        counts = table.to_pylist()
        for count in counts:
            count["excluded_by_rule"] = {reason["rule"]: reason["rows"] for reason in count.pop("reasons")}
            filtered = sum(rows for rule, rows in count["excluded_by_rule"].items() if rule != LOOKED_UP)
            count["judged_count"] = count["row_count"] - filtered
        return counts

    def most_broken(self, delivery_id: str) -> str:
        """The rule and field that most rows of a delivery broke, with the first line: file, line, field, rule and reason."""
        found = self.connection.execute(
            """SELECT file_name, min(line_number), field_name, rule_id, arg_min(reason, line_number), count(DISTINCT line_number)
               FROM quarantined JOIN file USING (file_no) WHERE delivery_id = ?
               GROUP BY file_name, field_name, rule_id ORDER BY count(DISTINCT line_number) DESC, 1, 4, 3 LIMIT 1""",
            [delivery_id],
        ).fetchone()
        if found is None:
            return ""
        name, line, field, rule_id, reason, rows = found
        place = f"line {line}, field {field}" if field else f"line {line}"
        return f"; most often {rule_id} ({rows} rows), first in {name}, {place}: {reason}"

    def _accepted_count_sql(self, reading: Reading) -> str:
        rows = "count(DISTINCT line_number)" if reading.series else "count(*)"
        persons: dict[str, list[str]] = {}
        for f in reading.identities:
            persons.setdefault(f.becomes, []).append(f"{f.identity_columns[1]} <> 'valid'")
        unlinked = " OR ".join(f"({' AND '.join(numbers)})" for numbers in persons.values()) or "false"
        if reading.contract.tells_deleted:
            unlinked = f"{IS_DELETED} IS NOT TRUE AND ({unlinked})"
        counts = f"{rows} AS accepted_count, count_if({unlinked}) AS unlinked_count"
        return f"SELECT file_no, {counts} FROM staged_{reading.entity} GROUP BY file_no"

    def staged_frame(self, entity: str, columns: dict[str, str]) -> pd.DataFrame:
        """Staged rows for a suite: only the columns it looks at, and the delivery. Equal rows stand once, with their number."""
        chosen = ", ".join(f"{sql} AS {name}" for name, sql in columns.items())
        rows = f"SELECT delivery_id, {chosen} FROM staged_{entity} JOIN file USING (file_no)"
        return self.connection.execute(f"SELECT *, count(*) AS {ROW_COUNT} FROM ({rows}) GROUP BY ALL").df()
