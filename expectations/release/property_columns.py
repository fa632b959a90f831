"""Suite on the names in the property release: none speaks of a person, a household, a group or care.

Belongs here: a second look that does not trust the allow-list. Does not belong here: that the file has exactly the columns of the
allow-list (``orchestration.releasing.verify``).
"""

from __future__ import annotations

import duckdb
import pandas as pd

from expectations.runner import Expect
from orchestration.releasing.audience import Audience

NAME = "property_columns"
KEY = "column_name"
_WORDS = (
    "person|pseudonym|household|tenan|holder|member|birth|age_group|sex|target_group|group_code|care|service|need_|health|staffing|category|"
    "reserved|responsible|legal|office|decision|end_reason|refugee|address|postal|secret|applica|waiting"
)


def frame(con: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """A row for each column of the release."""
    return con.execute(
        "select table_name || '.' || column_name as column_name from duckdb_columns() where database_name = current_database() order by 1"
    ).df()


def expectations(audience: Audience) -> list[Expect]:
    """No such name."""
    return [
        Expect(
            "G009",
            "expect_column_values_to_not_match_regex",
            {"column": "column_name", "regex": _WORDS},
            "stop_release",
            f"No column of the {audience.name} release is named after persons, households, groups, care or what tells them",
        )
    ]
