"""Did every accepted row reach the raw schema?

Belongs here: comparing what dbt will read with what the receipts say. Does not belong here: reading deliveries.
"""

from __future__ import annotations

import duckdb

from orchestration.arrivals.contracts import load_contracts
from orchestration.outcome import Outcome


def moved_outcomes(con: duckdb.DuckDBPyConnection) -> tuple[dict[str, int], list[Outcome]]:
    """Rows of each raw relation, and one outcome for each entity: rows in the view = rows accepted by its receipts.

    A line of a StatBank file becomes a row for each year, so that there are at least as many rows as lines.
    """
    contracts = load_contracts()
    names = {(contract.source, f.entity): f.relation for contract in contracts.values() for f in contract.files}
    relations = [*names.values(), "delivery", "delivery_file", "quarantined_row", "accepted_key"]
    rows = dict(con.execute(" union all ".join(f"select '{name}', count(*) from raw.{name}" for name in relations)).fetchall())
    accepted = {
        (source, entity): count
        for source, entity, count in con.execute(
            "select f.source, f.entity, sum(f.accepted_count)::bigint from raw.delivery_file f "
            "join raw.delivery d using (delivery_id) where d.status = 'accepted' group by all"
        ).fetchall()
    }
    outcomes = []
    for place, name in names.items():
        expected = accepted.get(place, 0)
        is_unfolded = contracts[place[0]].format["kind"] == "statbank"
        is_whole = rows[name] >= expected if is_unfolded else rows[name] == expected
        detail = "" if is_whole else f"the receipts count {expected} accepted rows, the relation has {rows[name]}"
        outcomes.append(Outcome(f"raw.{name}", "rows_moved", is_whole, rows=0 if is_whole else abs(rows[name] - expected), detail=detail))
    return rows, outcomes
