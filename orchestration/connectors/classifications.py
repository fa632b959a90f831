"""Classifications of Klass: codes with their validity, changes of codes, and correspondences to other classifications.

Belongs here: the interface's paths. Does not belong here: waiting and trying again (``calls``) and writing deliveries (``fetch``).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from orchestration.connectors.calls import Caller, CallError
from orchestration.connectors.config import ClassificationChoice, Publisher
from orchestration.settings import UserError
from orchestration.sources import klass


@dataclass(frozen=True)
class Part:
    """One answer: the name of the file that it becomes, what was asked, and its rows."""

    file_name: str
    path: str
    params: dict[str, str]
    content: bytes
    rows: int


class Classifications:
    """The interface, asked by one caller."""

    def __init__(self, caller: Caller, publisher: Publisher):
        self.caller, self.publisher = caller, publisher
        self.missing: list[str] = []

    def answers(self, choice: ClassificationChoice, first: dt.date, end: dt.date | None) -> Iterator[Part]:
        """Codes, changes and correspondences from ``first`` until (not including) ``end``; without an end what is valid is valid on.

        A correspondence that Klass does not have for every day between is left out and named in ``missing``.
        """
        number = choice.classification_id
        days = {"from": first.isoformat()} | ({"to": end.isoformat()} if end else {})
        try:
            yield self._ask(f"codes_{number}.json", "code", f"classifications/{number}/codes", days)
        except CallError as error:
            if error.status != 404:
                raise
            raise UserError(f"There is no classification {number} with codes from {first} at {self.caller.base_url}.") from None
        yield self._ask(f"changes_{number}.json", "code_change", f"classifications/{number}/changes", days)
        for target in choice.correspondences:
            params = {"targetClassificationId": target, **days}
            try:
                yield self._ask(f"correspondence_{number}_{target}.json", "correspondence", f"classifications/{number}/corresponds", params)
            except CallError as error:
                if error.status != 404:
                    raise
                self.missing.append(target)

    def _ask(self, file_name: str, entity: str, path: str, params: dict[str, str]) -> Part:
        answer = self.caller.get(path, language=self.publisher.language, **params)
        try:
            rows = len(klass.read_rows(entity, file_name, answer.content))
        except klass.NoCodes as error:
            raise UserError(f"{self.caller.base_url}/{path}: the answer cannot be used: {error}. Nothing was written.") from None
        return Part(file_name, path, params, answer.content, rows)
