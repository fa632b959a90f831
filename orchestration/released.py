"""Reading the current release for the pages and lists of the command line.

Belongs here: opening the release that is in use and answering a fixed question. Does not belong here: free queries (``query``), how an
answer looks.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from orchestration.releasing import publish
from orchestration.releasing.audience import audience_names
from orchestration.settings import Settings, UserError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


_FEW = 5
_NAMES = """
    from (select municipality_code, max_by(municipality_name, valid_from) as municipality_name from dim_municipality group by all)
"""


@contextlib.contextmanager
def open_release(settings: Settings, audience: str) -> Iterator[DuckDBPyConnection]:
    """A connection that reads an audience's file of the release in use."""
    import duckdb

    if audience not in audience_names():
        raise UserError(f"There is no release '{audience}'. There are: {', '.join(audience_names())}.")
    current = publish.current_release(settings)
    if current is None:
        raise UserError(f"There is no release in {settings.releases} yet. Run: fjernlys nightly")
    with duckdb.connect(str(current.path / f"{audience}.duckdb"), read_only=True) as con:
        yield con


def ask_release(settings: Settings, sql: str, parameters: dict[str, Any] | None = None) -> list[dict[str, Any]]:
    """Rows of the analysts' release by column name. A release made before the table was part of it is told in a sentence."""
    import duckdb

    with open_release(settings, "analyst") as con:
        try:
            return con.execute(sql, parameters or {}).to_arrow_table().to_pylist()
        except duckdb.CatalogException:
            name = publish.current_release(settings).path.name
            raise UserError(f"Release {name} was made before it held this list. Run: fjernlys nightly") from None


def known_municipality(settings: Settings, code: str) -> str:
    """The name of a municipality of the release; a ``UserError`` where there is none with that code."""
    if not re.fullmatch("[0-9]{4}", code):
        raise UserError(f"--municipality: '{code}' is not a municipality code. Write four digits, such as 1804.")
    rows = ask_release(settings, f"{_NAMES} where municipality_code = $code", {"code": code})
    if not rows:
        raise UserError(
            f"--municipality: no municipality {code} is known and none delivers under that code. {_those_that_deliver(settings)}"
        )
    return rows[0]["municipality_name"]


def _those_that_deliver(settings: Settings) -> str:
    """The first few of which files are expected."""
    rows = ask_release(
        settings, f"{_NAMES} where municipality_code in (select supplier from fct_delivery_status) order by municipality_code"
    )
    if not rows:
        return "Nobody delivers yet."
    more = len(rows) - _FEW
    few = ", ".join(f"{row['municipality_code']} {row['municipality_name']}" for row in rows[:_FEW])
    return f"Those that deliver: {few}{f' and {more} more' if more > 0 else ''}."
