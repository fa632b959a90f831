"""Reading the current release for the pages and lists of the command line.

Belongs here: opening the release that is in use and answering a fixed question. Does not belong here: free queries (``query``), how an
answer looks.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from orchestration.releasing import publish
from orchestration.releasing.audience import audience_names
from orchestration.settings import Settings, UserError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


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
    rows = ask_release(
        settings,
        "select municipality_name from dim_municipality where municipality_code = $code order by valid_from desc limit 1",
        {"code": code},
    )
    if not rows:
        raise UserError(f"--municipality: '{code}' is not a municipality code. Write four digits, such as 1804.")
    return rows[0]["municipality_name"]
