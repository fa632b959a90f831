"""Suite on the amount of a release: no core table empty, and none much smaller or larger than in the release before.

Belongs here: rows of whole tables. Does not belong here: what the rows say (``indicators``).
"""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pandas as pd

from expectations.runner import Expect
from orchestration.releasing.audience import Audience

NAME = "volume"
KEY = "table_name"
_CORE = {
    "dim_build",
    "dim_date",
    "dim_municipality",
    "dim_dwelling",
    "fct_dwelling_month",
    "fct_tenancy",
    "fct_household_year",
    "fct_indicator",
}
_WORK = {"fct_quality_issue", "fct_quarantine_row", "fct_quarantine_delivery", "fct_decision"}  # they shrink when work is done


def frame(con: duckdb.DuckDBPyConnection, audience: Audience, before: Path | None) -> pd.DataFrame:
    """A row for each table: rows now, rows of core tables, and the ratio to the release before."""
    earlier = {}
    if before is not None and (before / "release.json").is_file():
        notes = json.loads((before / "release.json").read_text(encoding="utf-8"))
        earlier = {name: t["rows"] for name, t in notes["audiences"].get(audience.name, {"tables": {}})["tables"].items()}
    rows = []
    for table in audience.tables:
        count = con.execute(f"select count(*) from {table.name}").fetchone()[0]
        ratio = count / earlier[table.name] if earlier.get(table.name) and table.name not in _WORK else None
        rows.append({"table_name": table.name, "core_rows": count if table.name in _CORE else None, "rows_to_previous": ratio})
    return pd.DataFrame(rows).astype({"core_rows": "float64", "rows_to_previous": "float64"})


def expectations(audience: Audience) -> list[Expect]:
    """What the amounts must be."""
    return [
        Expect(
            "G001",
            "expect_column_values_to_be_between",
            {"column": "core_rows", "min_value": 1},
            "stop_release",
            "No core table of the release is empty",
        ),
        Expect(
            "G002",
            "expect_column_values_to_be_between",
            {"column": "rows_to_previous", "min_value": 0.7, "max_value": 3},
            "warn",
            "No table has less than 70 % or more than three times the rows of the release before",
        ),
    ]
