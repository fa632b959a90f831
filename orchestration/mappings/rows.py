"""From the cells of a supplier's row to the text fields of a contract, as SQL, with what may go wrong on the way.

Belongs here: look-ups, sources of fields, row filters, deleted rows, and the rules that a mapping adds. Does not belong here: one value
(``conversion``), the contract's own rules and running any SQL (``arrivals``).

For each field ``x`` there is the text ``t_x`` and ``w_x``, which tells why there is none: 0 nothing is wrong, else the number of a cause.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from orchestration.arrivals.contracts import Field, FileContract
from orchestration.arrivals.rules import RowRule, text, value
from orchestration.mappings.cells import cells_sql, malformed_reason
from orchestration.mappings.conversion import Step, decimals_of, literal, steps, target
from orchestration.mappings.model import Condition, LookUp, MappedEntity, MappedField, MappedFile
from orchestration.privacy.national_id import normalised_sql
from orchestration.sources.records import BROKEN, BROKEN_REASON, BROKEN_RULE

SUPPLIER_FIELD = "municipality_code"
SUPPLIER = MappedField(SUPPLIER_FIELD)  # no source of its own: the supplier of the delivery
BROKEN_CELL, FOUND_NOTHING, PARTLY_EMPTY, NOT_TURNED = 1, 2, 3, 4  # the last one and up: a step that cannot turn the text
ALWAYS = ("R001", "R002", "R009")  # rules that also hold for a deleted row, which may come with its key alone


def lookup_table(entity: MappedEntity, file: MappedFile, lookup: LookUp) -> str:
    """Name of the table that holds the rows of a look-up, the same for all files of one form."""
    digest = hashlib.sha256(repr((entity, file, lookup)).encode()).hexdigest()[:12]
    return f"lookup_{digest}"


@dataclass(frozen=True)
class LookUpRows:
    """A file that rows of an entity are looked up in: its columns, and the look-ups that use it."""

    file: MappedFile
    entity: MappedEntity
    columns: tuple[str, ...]
    lookups: tuple[LookUp, ...]

    @property
    def used(self) -> tuple[str, ...]:
        """Columns that any of the look-ups uses."""
        return tuple(dict.fromkeys(c for k in self.lookups for c in self.entity.lookup_columns(k)))

    def cells(self, source: str) -> str:
        """SELECT of the cells."""
        return cells_sql(self.file, self.columns, self.used, source)

    def columns_of(self, lookup: LookUp) -> list[str]:
        """Cells of a look-up, its key first."""
        return [f"c_{self.used.index(c)}" for c in self.entity.lookup_columns(lookup)]

    def keys_of(self, lookup: LookUp) -> list[str]:
        """Cells of the key of a look-up."""
        return self.columns_of(lookup)[: len(lookup.key)]


@dataclass(frozen=True)
class MappedRows:
    """A file whose rows become rows of an entity: its columns, and the files it looks things up in."""

    file: MappedFile
    entity: MappedEntity
    columns: tuple[str, ...]
    lookup_files: tuple[MappedFile, ...] = ()
    contract: FileContract | None = field(default=None, compare=False)

    @property
    def mapped(self) -> tuple[MappedField, ...]:
        """Mapped fields, the supplier's code among them."""
        own = self.entity.fields
        return own if any(f.name == SUPPLIER_FIELD for f in own) or SUPPLIER_FIELD not in self._contract_fields else (SUPPLIER, *own)

    @property
    def _contract_fields(self) -> dict[str, Field]:
        return {f.name: f for f in self.contract.fields}

    @property
    def fields(self) -> tuple[Field, ...]:
        """Fields of the contract that are filled, in the contract's order."""
        filled = {f.name for f in self.mapped}
        return tuple(f for f in self.contract.fields if f.name in filled)

    def outputs(self) -> dict[str, str]:
        """SQL of the columns of raw: a deleted row keeps its key alone, an address that may be secret goes nowhere."""
        outputs = {}
        for f in self.fields:
            if f.is_identity:
                continue
            sql = value(f.name)
            if f.pii == "address" and "is_secret_address" in self._contract_fields:
                sql = f"CASE WHEN {value('is_secret_address')} IS DISTINCT FROM false THEN NULL ELSE {sql} END"
            if self.entity.deleted and f.name not in self.contract.grain:
                sql = f"CASE WHEN is_deleted THEN NULL ELSE {sql} END"
            outputs[f.name] = sql
        return outputs | ({"is_deleted": "is_deleted"} if self.entity.deleted else {})

    def text_sql(self, source: str) -> str:
        """SELECT of ``t_x`` and ``w_x`` of every field, ``malformed``, ``excluded_by``, ``is_deleted``, and ``kind`` with excluded rows."""
        own = self.entity.own_columns()
        cells = cells_sql(self.file, self.columns, own, source)
        at = {name: f"r.c_{i}" for i, name in enumerate(own)}
        joins, found = "", {}
        for i, (lookup, file) in enumerate(zip(self.entity.lookups, self.lookup_files, strict=True)):
            columns = self.entity.lookup_columns(lookup)
            at |= {f"{lookup.name}.{c}": f"k_{i}.c_{j}" for j, c in enumerate(columns)}
            table, keys = lookup_table(self.entity, file, lookup), [f"c_{j}" for j in range(len(lookup.key))]
            first = f"SELECT DISTINCT ON (delivery_id, {', '.join(keys)}) * FROM {table} ORDER BY file_no, line_number"
            matches = " AND ".join(f"k_{i}.{key} = {at[ours]}" for key, (ours, _) in zip(keys, lookup.key, strict=True))
            joins += f" LEFT JOIN ({first}) AS k_{i} ON k_{i}.delivery_id = r.delivery_id AND {matches}"
            whole = " AND ".join(f"{at[ours]} IS NOT NULL" for ours, _ in lookup.key)
            before = {
                found[k.name] for ours, _ in lookup.key if (k := self.entity.lookup_of(ours))
            }  # what it hangs on may be missing already
            misses = [*sorted(before), "false" if lookup.optional else f"({whole} AND k_{i}.delivery_id IS NULL)"]
            found[lookup.name] = f"({' OR '.join(misses)})"
        excluded = self._excluded_sql(at)
        deleted = _condition_sql(self.entity.deleted, at) if self.entity.deleted else "false"
        sources = ", ".join(f'{_source_sql(f, at)} AS "s_{f.name}", {self._wrong_sql(f, at, found)} AS "e_{f.name}"' for f in self.mapped)
        kept = "r.* EXCLUDE (kind" + "".join(f", c_{i}" for i in range(len(own))) + ")"
        first = f"""SELECT {kept}, {excluded} AS excluded_by, kind AS line_kind, {deleted} AS is_deleted, {sources}
                    FROM ({cells}) AS r{joins}"""
        kind = "CASE WHEN excluded_by IS NULL THEN line_kind ELSE 'excluded' END AS kind"
        sql, names = f"SELECT * EXCLUDE (line_kind), {kind} FROM ({first})", [f.name for f in self.mapped]
        for number in range(max(len(self._steps(f)) for f in self.mapped)):
            sql = self._step_sql(number, sql)
        finished = ", ".join(f"{self._finished_sql(f)} AS {text(f.name)}, e_{f.name} AS w_{f.name}" for f in self.mapped)
        hidden = ", ".join(f"s_{n}, e_{n}" for n in names)
        return f"SELECT * EXCLUDE ({hidden}), {finished} FROM ({sql})"

    def rules(self, rules: Iterable[RowRule]) -> list[RowRule]:
        """The contract's rules in words of the supplier's columns, and those that the mapping adds."""
        mapped = {f.name: f for f in self.mapped}
        found = []
        for rule in rules:
            broken, reason = rule.broken, rule.reason
            if rule.rule_id == "R001":
                reason = malformed_reason(self.file, self.columns)
            elif rule.field_name in mapped:
                decimals = decimals_of(self._contract_fields[rule.field_name])
                reason = reason.replace("with a decimal point", f"with at most {decimals} decimals")
                broken, reason = f'"w_{rule.field_name}" = 0 AND ({broken})', _in_words(mapped[rule.field_name], reason)
            found.append(replace(rule, broken=broken, reason=reason))
        for f in self.mapped:
            for cause, rule_id, reason in self._causes(f):
                found.append(RowRule(rule_id, f.name, _in_words(f, reason), f'"w_{f.name}" = {cause}'))
        if self.entity.deleted:
            found = [r if r.rule_id in ALWAYS or r.field_name in self.contract.grain else _not_deleted(r) for r in found]
        return found

    def _causes(self, f: MappedField) -> list[tuple[int, str, str]]:
        """What may go wrong with a field: number, rule and reason."""
        causes = []
        if self.file.is_structured and f.columns:
            causes.append((BROKEN_CELL, BROKEN_RULE, BROKEN_REASON))
        lookups = [k for k in dict.fromkeys(self.entity.lookup_of(c) for c in f.columns) if k and not k.optional]
        if lookups:
            keys = "; ".join(f"{', '.join(ours for ours, _ in k.key)} is not found in {k.file}" for k in lookups)
            causes.append((FOUND_NOTHING, "R012", keys))
        if f.join and f.pad:
            causes.append((PARTLY_EMPTY, "R014", "the columns must all be filled, or all be empty"))
        causes += [(NOT_TURNED + i, step.rule_id, step.reason) for i, step in enumerate(self._steps(f))]
        return causes

    def _steps(self, f: MappedField) -> list[Step]:
        return steps(f, self.file, self._contract_fields[f.name]) if f.columns else []

    def _wrong_sql(self, f: MappedField, at: dict[str, str], found: dict[str, str]) -> str:
        """SQL of what is wrong before any step."""
        cells = [at[c] for c in f.columns]
        causes = {cause for cause, *_ in self._causes(f)}
        cases = []
        if BROKEN_CELL in causes:
            cases.append((" OR ".join(f"{c} = {literal(BROKEN)}" for c in cells), BROKEN_CELL))
        if FOUND_NOTHING in causes:
            names = dict.fromkeys(self.entity.lookup_of(c).name for c in f.columns if self.entity.lookup_of(c))
            cases.append((" OR ".join(found[name] for name in names), FOUND_NOTHING))
        if PARTLY_EMPTY in causes:
            cases.append((f"concat({', '.join(f'{c} IS NULL' for c in cells)}) NOT IN ({_all_equal(len(cells))})", PARTLY_EMPTY))
        when = " ".join(f"WHEN {condition} THEN {cause}" for condition, cause in cases)
        return f"CAST(CASE {when} ELSE 0 END AS UTINYINT)" if when else "0::UTINYINT"

    def _step_sql(self, number: int, source: str) -> str:
        """One step of every field that has so many. An empty text stays; one that is not turned gets the number of its cause."""
        fields = [f for f in self.mapped if number < len(self._steps(f))]
        turned, before, causes = [], [], []
        for i, f in enumerate(fields):
            s, e = f'"s_{f.name}"', f'"e_{f.name}"'
            turned.append(f"CASE WHEN {s} <> '' AND {e} = 0 THEN {self._steps(f)[number].sql(s)} ELSE {s} END AS {s}")
            before.append(f"coalesce({s} <> '' AND {e} = 0, false) AS b_{i}")
            causes.append(f"CASE WHEN b_{i} AND {s} IS NULL THEN {NOT_TURNED + number}::UTINYINT ELSE {e} END AS {e}")
        hidden = ", ".join(f"b_{i}" for i in range(len(fields)))
        source = f"SELECT * REPLACE ({', '.join(turned)}) FROM (SELECT *, {', '.join(before)} FROM ({source}))"
        return f"SELECT * EXCLUDE ({hidden}) REPLACE ({', '.join(causes)}) FROM ({source})"

    def _finished_sql(self, f: MappedField) -> str:
        s = f'"s_{f.name}"'
        sql = f"nullif({s}, '')"
        if f.when_empty is not None:
            wanted = _constant(f.when_empty, self._contract_fields[f.name])
            sql = f'CASE WHEN {s} IS NULL AND "e_{f.name}" = 0 THEN {wanted} ELSE {sql} END'
        if self._contract_fields[f.name].is_identity:
            sql = normalised_sql(sql)
            if self.entity.deleted:
                sql = f"CASE WHEN is_deleted THEN NULL ELSE {sql} END"
        return sql if f.constant is None else _constant(f.constant, self._contract_fields[f.name])

    def _excluded_sql(self, at: dict[str, str]) -> str:
        cases = []
        for row_filter in self.entity.exclude:
            holds = [_condition_sql(c, at) for c in row_filter.where]
            if row_filter.unless:
                holds.append(f"NOT ({' AND '.join(_condition_sql(c, at) for c in row_filter.unless)})")
            cases.append(f"WHEN {' AND '.join(holds)} THEN {literal(row_filter.name)}")
        if not cases:
            return "NULL::VARCHAR"
        return f"CASE WHEN kind <> 'row' OR malformed THEN NULL {' '.join(cases)} END"


def _all_equal(count: int) -> str:
    return f"'{'true' * count}', '{'false' * count}'"


def _not_deleted(rule: RowRule) -> RowRule:
    return replace(rule, broken=f"NOT is_deleted AND ({rule.broken})")


def _in_words(f: MappedField, reason: str) -> str:
    """A reason that begins with the supplier's columns."""
    return f"{', '.join(f.columns)}: {reason}" if f.columns else reason


def _constant(code: str, wanted: Field) -> str:
    return literal(target(code, wanted))


def _source_sql(f: MappedField, at: dict[str, str]) -> str:
    if f is SUPPLIER:
        return "r.supplier"
    if f.period_end:
        return "CAST(r.period_end AS VARCHAR)"
    cells = [at[c] for c in f.columns]
    for i, width in enumerate(f.pad):
        cells[i] = f"lpad({cells[i]}, greatest(CAST(length({cells[i]}) AS INTEGER), {width}), '0')"
    if f.column:
        return cells[0]
    if f.first_of:
        return f"coalesce({', '.join(cells)})"
    if f.join:
        return f"nullif(concat_ws({literal(f.separator)}, {', '.join(cells)}), '')"
    return "NULL::VARCHAR"


def _condition_sql(condition: Condition, at: dict[str, str]) -> str:
    cell, holds = at[condition.column], []
    if condition.values:
        holds.append(f"coalesce({cell} IN ({', '.join(map(literal, condition.values))}), false)")
    if condition.matches is not None:
        holds.append(f"coalesce(regexp_full_match({cell}, {literal(condition.matches)}), false)")
    if condition.empty is not None:
        holds.append(f"{cell} IS {'' if condition.empty else 'NOT '}NULL")
    return f"({' AND '.join(holds)})"
