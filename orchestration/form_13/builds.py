"""Builds as a form needs them: the one that is meant, opened, with a clear word where it is gone.

Belongs here: from what a user wrote to an open build. Does not belong here: what is asked of it (``explain``, ``difference``).
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from orchestration.form_13.asked import release_in_use
from orchestration.settings import Settings, UserError
from orchestration.warehouse.build import WAREHOUSE
from orchestration.warehouse.pins import why_erased

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def build_meant(settings: Settings, build_id: str | None) -> str:
    """The build with this id, or that of the release in use; a ``UserError`` where it is not kept."""
    found = build_id or release_in_use(settings).build_id
    if (settings.builds / found / WAREHOUSE).is_file():
        return found
    kept = sorted(path.name for path in settings.builds.glob("*") if (path / WAREHOUSE).is_file())
    raise UserError(
        why_erased(settings, found)
        or f"Build {found} is not kept. Those that are: {', '.join(kept) or 'none'}. Builds of forms that were sent stay: fjernlys forms"
    )


@contextlib.contextmanager
def opened(settings: Settings, *build_ids: str) -> Iterator[DuckDBPyConnection]:
    """A connection with builds attached read-only: ``warehouse``, and where there are two the second as ``other``."""
    import duckdb

    from orchestration.releasing.write import BUILD, open_build, text

    first, *others = build_ids
    with open_build(settings, settings.builds / first / WAREHOUSE) as con:
        for other in others:
            con.execute(f"attach {text(settings.builds / other / WAREHOUSE)} as other (read_only)")
        con.execute(f"use {BUILD}")
        try:
            yield con
        except (duckdb.CatalogException, duckdb.BinderException):
            raise UserError(
                f"Build {' or '.join(build_ids)} was made by another version of Fjernlys, whose tables are other ones. "
                "The notes of the form (form.json) name the code it was made with."
            ) from None
