"""Reading the current release for the pages and lists of the command line.

Belongs here: opening the release that is in use and answering a fixed question. Does not belong here: free queries (``summary``), how an
answer looks.
"""

from __future__ import annotations

from typing import Any

from orchestration.releasing import publish
from orchestration.settings import Settings, UserError


def ask_release(settings: Settings, sql: str, parameters: dict[str, Any] | None = None) -> list[dict[str, Any]]:
    """Rows of the analysts' release by column name. A release made before the table was part of it is told in a sentence."""
    import duckdb

    current = publish.current_release(settings)
    if current is None:
        raise UserError(f"There is no release in {settings.releases} yet. Run: fjernlys nightly")
    with duckdb.connect(str(current.path / "analyst.duckdb"), read_only=True) as con:
        try:
            return con.execute(sql, parameters or {}).to_arrow_table().to_pylist()
        except duckdb.CatalogException:
            raise UserError(f"Release {current.path.name} was made before it held this list. Run: fjernlys nightly") from None


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
