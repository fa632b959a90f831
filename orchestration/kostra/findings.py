"""Breaches of controls in a batch: kept for quarantine, for the report and for Great Expectations.

Belongs here: running the SQL of ``evaluate`` and writing what it finds. Does not belong here: the conditions, and the report for people.

A finding is (file_no, line_number, rule_id, detail); a sum of a file has no line, and ``detail`` is the amount in 1 000 NOK.
"""

from __future__ import annotations

import duckdb
import pyarrow as pa

from orchestration.arrivals.rules import mask_sql, rule_table
from orchestration.kostra.evaluate import Controls

FINDINGS = "controls.parquet"
SCHEMA = pa.schema(
    [
        (name, pa.int64() if name == "line_number" else pa.string())
        for name in ("delivery_id", "source", "entity", "file_name", "line_number", "rule_id", "detail")
    ]
)


def find_breaches(connection: duckdb.DuckDBPyConnection, controls: Controls, number: int) -> int:
    """Fill ``control_finding`` and, for records that go to quarantine, ``quarantined`` and ``control_breach_<number>``.

    Returns the number of rows in ``control_breach_<number>``, a table that is there only where a control compares records.
    """
    checked = f"checked_{number}"
    if controls.reporting:
        masks = [f"finding_{i}" for i in range(rule_table(controls.reporting)["mask"][-1].as_py() + 1)]
        found = f"SELECT file_no, line_number, {', '.join(masks)} FROM {checked} WHERE {' + '.join(masks)} > 0"
        connection.register("rule", rule_table(controls.reporting))
        connection.execute(
            f"""INSERT INTO control_finding SELECT file_no, line_number, rule_id, NULL
                FROM ({found}) JOIN rule ON ({mask_sql(controls.reporting, "finding")}) & flag <> 0"""
        )
        connection.unregister("rule")
    if controls.groups:
        connection.execute(f"CREATE TEMP TABLE control_breach_{number} (file_no INTEGER, line_number BIGINT, rule_id VARCHAR)")
    for control in controls.groups:
        found = controls.group_sql(control, checked)
        if control.action == "quarantine_row":
            reason = f"Kontroll {control.control}: {control.message_nb}".replace("'", "''")
            connection.execute(f"INSERT INTO control_breach_{number} SELECT *, '{control.rule_id}' FROM ({found})")
            breach = f"SELECT *, NULL, '{reason}' FROM control_breach_{number} WHERE rule_id = '{control.rule_id}'"
            connection.execute(f"INSERT INTO quarantined {breach}")
        else:
            connection.execute(f"INSERT INTO control_finding SELECT *, '{control.rule_id}', NULL FROM ({found})")
    for control in controls.sums:
        found = controls.sum_sql(control, checked)
        connection.execute(f"INSERT INTO control_finding SELECT file_no, NULL, '{control.rule_id}', detail FROM ({found})")
    if not controls.groups:
        return 0
    return connection.execute(f"SELECT count(*) FROM control_breach_{number}").fetchone()[0]


def breaches_by_file(connection: duckdb.DuckDBPyConnection) -> list[dict]:
    """How often each file of the batch breaks each rule, in quarantine or only reported; a file without breaches stands once."""
    return (
        connection.execute(
            """SELECT delivery_id, file_no, rule_id, count(rule_id) AS found
               FROM file LEFT JOIN (
                   SELECT DISTINCT file_no, line_number, rule_id FROM quarantined
                   UNION ALL SELECT file_no, line_number, rule_id FROM control_finding
               ) AS breach USING (file_no)
               GROUP BY ALL ORDER BY ALL"""
        )
        .to_arrow_table()
        .to_pylist()
    )


def with_findings(connection: duckdb.DuckDBPyConnection) -> set[str]:
    """Deliveries of the batch that have findings."""
    found = connection.execute("SELECT DISTINCT delivery_id FROM control_finding JOIN file USING (file_no)").fetchall()
    return {delivery_id for (delivery_id,) in found}


FINDINGS_QUERY = """SELECT folder_no, folder.name AS delivery_id, source, entity, file_name, line_number, rule_id, detail
    FROM control_finding JOIN file USING (file_no) JOIN folder USING (delivery_id)
    ORDER BY folder_no, file_no, line_number, rule_id"""
