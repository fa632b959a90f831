"""Suite on the profile of a batch: one row per file of a delivery, with its counts.

Belongs here: do the lines add up, and is the amount plausible? Does not belong here: the rows themselves (one module per source).
"""

from __future__ import annotations

import pandas as pd

from expectations.runner import Expect

TOO_MANY_QUARANTINED = "F015"
_COUNTED = {TOO_MANY_QUARANTINED: ("quarantined_count", "judged_count"), "F018": ("unlinked_count", "accepted_count")}
SMALL_FILE = 20  # so few quarantined or unlinked rows never condemn a file


def frame(counts: list[dict], previous: dict[tuple[str, str], int]) -> pd.DataFrame:
    """What the suite looks at, one row for each file. ``previous``: accepted rows of the delivery before, by delivery and entity."""
    found = pd.DataFrame(counts)
    accepted = found.groupby(["delivery_id", "entity"])["accepted_count"].transform("sum")
    before = pd.Series([previous.get((c["delivery_id"], c["entity"]), 0) for c in counts], dtype="float")
    explained = found[["header_count", "blank_count", "accepted_count", "quarantined_count", "excluded_count"]].sum(axis=1)
    return pd.DataFrame(
        {
            "delivery_id": found["delivery_id"],
            "lines_unaccounted": found["line_count"] - explained,
            "quarantined_share": _share(found["quarantined_count"], found["judged_count"]),
            "unlinked_share": _share(found["unlinked_count"], found["accepted_count"]),
            "accepted_to_previous": (accepted / before).where(before > SMALL_FILE),
        }
    )


def _share(count: pd.Series, of: pd.Series) -> pd.Series:
    return (count / of).where(count > SMALL_FILE, 0.0)


def findings(rule_id: str, counts: list[dict]) -> str:
    """The counts behind a failure, file by file: what a supplier needs to find it."""
    if rule_id not in _COUNTED:
        return ""
    part, whole = _COUNTED[rule_id]
    return "".join(f"; {c['file_name']}: {c[part]} of {c[whole]} rows" for c in counts if c[part] > SMALL_FILE)


EXPECTATIONS = [
    Expect(
        "F014",
        "expect_column_values_to_be_in_set",
        {"column": "lines_unaccounted", "value_set": [0]},
        "refuse_delivery",
        "Lines in the file = header + blank + accepted + quarantined + excluded",
    ),
    Expect(
        TOO_MANY_QUARANTINED,
        "expect_column_values_to_be_between",
        {"column": "quarantined_share", "max_value": 0.05},
        "refuse_delivery",
        f"At most 5 % of the rows of a file (or {SMALL_FILE}) are in quarantine",
    ),
    Expect(
        "F018",
        "expect_column_values_to_be_between",
        {"column": "unlinked_share", "max_value": 0.5},
        "refuse_delivery",
        f"At most half of the rows of a file (or {SMALL_FILE}) have a national id that does not link",
    ),
    Expect(
        "F016",
        "expect_column_values_to_be_between",
        {"column": "accepted_to_previous", "min_value": 0.5, "max_value": 2},
        "warn",
        "Accepted rows are between half and twice those of the supplier's delivery before over about as long a period",
    ),
]
