"""Tables of StatBank over PxWebApi 2: what a table holds, which queries bring what is wanted, and the answers as they came.

Belongs here: the interface's paths, limits and habits. Does not belong here: waiting and trying again (``calls``), counting and splitting
(``selection``), and writing deliveries (``fetch``).
"""

from __future__ import annotations

import difflib
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from orchestration.connectors.calls import Caller, CallError
from orchestration.connectors.config import Publisher, Selection, TableChoice
from orchestration.connectors.selection import NoSuchCode, Query, cells, split, written_out
from orchestration.settings import UserError
from orchestration.sources.json_stat import NoTable, Table, read_table

_DEFAULT_CELLS = 800_000
_TOO_MANY = "too many cells"
_CONFIG = "connectors/statbank.yml"


@dataclass(frozen=True)
class Variable:
    """A variable of a table: its codes in order, and whether it can be left out."""

    codes: tuple[str, ...]
    can_be_left_out: bool
    is_time: bool
    codelists: dict[str, str]  # label by id


@dataclass(frozen=True)
class Part:
    """One answer with the query that it answers."""

    body: dict
    content: bytes
    table: Table


@dataclass(frozen=True)
class Plan:
    """What will be asked for: the whole query written out, and the code lists that its codes belong to."""

    query: Query
    codelists: dict[str, str]
    limit: int

    @property
    def cells(self) -> int:
        """Cells that will come."""
        return cells(self.query)

    @property
    def queries(self) -> list[Query]:
        """One query for each answer."""
        return split(self.query, self.limit)

    def body(self, query: Query) -> dict:
        """The query as the interface wants it."""
        chosen = [{"variableCode": name, "valueCodes": list(codes)} for name, codes in query.items()]
        for item in chosen:
            if item["variableCode"] in self.codelists:
                item["codelist"] = self.codelists[item["variableCode"]]
        return {"selection": chosen}


class StatBank:
    """The interface, asked by one caller."""

    def __init__(self, caller: Caller, publisher: Publisher):
        self.caller, self.publisher = caller, publisher

    def plan(self, choice: TableChoice) -> Plan:
        """Count the cells of a choice. Raises ``UserError`` where the choice does not fit the table."""
        limit = self._learn_limits()
        variables = self._variables(choice.table_id)
        where = f"{_CONFIG}: tables.{choice.table_id}.variables"
        unknown = [name for name in choice.variables if name not in variables]
        if unknown:
            raise UserError(f"{where}: table {choice.table_id} has no variable {unknown[0]}; it has {', '.join(variables)}.")
        missing = [name for name, v in variables.items() if name not in choice.variables and not v.can_be_left_out]
        if missing:
            raise UserError(f"{where}: {missing[0]} must be chosen too, table {choice.table_id} cannot leave it out.")
        query, codelists = {}, {}
        for name, selection in choice.variables.items():
            variable = variables[name]
            codes = variable.codes
            if selection.codelist:
                codelists[name], codes = self._codelist(f"{where}.{name}.codelist", selection, variable)
            try:
                query[name] = written_out(selection.codes, codes, variable.is_time)
            except NoSuchCode as error:
                near = difflib.get_close_matches(str(error), codes, 3) or codes[:3]
                raise UserError(f"{where}.{name}.codes: nothing is called {error}; there is {', '.join(near)} and so on.") from None
        return Plan(query, codelists, limit)

    def answers(self, table_id: str, plan: Plan) -> Iterator[Part]:
        """Ask for all cells of a plan. A query that turns out too large is halved."""
        waiting = deque(plan.queries)
        while waiting:
            query = waiting.popleft()
            body = plan.body(query)
            try:
                answer = self.caller.post(f"tables/{table_id}/data", body, lang=self.publisher.language, outputFormat="json-stat2")
            except CallError as error:
                halves = split(query, max(cells(query) // 2, 1))
                if _TOO_MANY not in error.title.lower() or len(halves) == 1:
                    raise
                waiting.extendleft(reversed(halves))
                continue
            yield Part(body, answer.content, self._checked(table_id, query, answer.content))

    def _checked(self, table_id: str, query: Query, content: bytes) -> Table:
        """The answer as a table that holds the cells asked for and no others."""
        where = f"{self.caller.base_url}/tables/{table_id}/data"
        try:
            table = read_table(content)
        except NoTable as error:
            raise UserError(f"{where}: the answer cannot be used: {error}. Nothing was written.") from None
        if table.table_id and table.table_id != table_id:
            raise UserError(f"{where}: the answer is table {table.table_id}. Nothing was written.")
        for name, codes in query.items():
            found = next((d.codes for d in table.dimensions if d.name == name), ())
            if sorted(map(str.casefold, found)) != sorted(map(str.casefold, codes)):
                raise UserError(
                    f"{where}: asked for {len(codes)} codes of {name}, {len(found)} came or others than asked for. Nothing was written."
                )
        return table

    def _learn_limits(self) -> int:
        """Cells in one answer. The interface tells calls in its configuration, or (where that says 0) in the headers of its answers."""
        config = self.caller.get("config").document
        if config.get("maxCallsPerTimeWindow") and config.get("timeWindow"):
            self.caller.window.calls, self.caller.window.seconds = int(config["maxCallsPerTimeWindow"]), float(config["timeWindow"])
        return int(config.get("maxDataCells") or _DEFAULT_CELLS)

    def _variables(self, table_id: str) -> dict[str, Variable]:
        try:
            body = self.caller.get(f"tables/{table_id}/metadata", lang=self.publisher.language, outputFormat="json-stat2").document
        except CallError as error:
            if error.status == 404:
                raise UserError(
                    f"There is no table {table_id} at {self.caller.base_url}. Look it up in StatBank: the id has five digits."
                ) from None
            raise
        times = (body.get("role") or {}).get("time") or []
        variables = {}
        for name in body["id"]:
            extension = body["dimension"][name].get("extension") or {}
            index = body["dimension"][name]["category"]["index"]
            codes = tuple(sorted(index, key=index.__getitem__) if isinstance(index, dict) else index)
            lists = {item["id"]: item.get("label", "").strip() for item in extension.get("codelists") or extension.get("codeLists") or []}
            variables[name] = Variable(codes, bool(extension.get("elimination")), name in times, lists)
        return variables

    def _codelist(self, where: str, selection: Selection, variable: Variable) -> tuple[str, tuple[str, ...]]:
        """Id and codes of a code list that is named by its id or its label."""
        wanted = selection.codelist
        found = next((i for i, label in variable.codelists.items() if wanted in (i, label)), None)
        if found is None:
            names = ", ".join(label or i for i, label in variable.codelists.items()) or "none"
            raise UserError(f"{where}: the variable has no code list {wanted}; it has {names}.")
        body = self.caller.get(f"codelists/{found}", lang=self.publisher.language).document
        return found, tuple(value["code"] for value in body["values"])
