"""``release.json``: what a release is made of, and what changed against the one before.

Belongs here: describing. Does not belong here: judging (``verify``, ``expectations/release``).

Nothing here depends on the clock: the same build gives the same text.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import platform
from importlib.metadata import version
from pathlib import Path

import duckdb

from orchestration.outcome import Outcome
from orchestration.releasing.audience import Audience
from orchestration.warehouse.build import BuildPlan
from orchestration.warehouse.dbt_project import DbtNode

NOTES = "release.json"
LINE_RESULTS = (
    "analyst_form_controls.parquet"  # beside it, for analysts: which lines of form 13 are unlikely (``expectations.release.form_13``)
)
_PACKAGES = ("fjernlys", "duckdb", "dbt-core", "dbt-duckdb", "dagster", "great-expectations")


def release_notes(
    plan: BuildPlan, nodes: list[DbtNode], audiences: list[Audience], folder: Path, outcomes: list[Outcome], before: Path | None
) -> dict:
    """Everything that ``release.json`` says. Marts that BI uses tell the version of their contract and the day it is served until."""
    served = {node.name: node for node in nodes if node.contract_version is not None}
    described = {audience.name: _audience(audience, folder, served) for audience in audiences}
    failed = [o for o in outcomes if not o.passed]
    return {
        "build_id": plan.build_id,
        "as_of": plan.as_of.isoformat(),
        "known_at": plan.known_at.isoformat(),
        "key_id": plan.key_id,
        "code_sha256": plan.code_hash,
        "versions": {"python": platform.python_version(), **{name: version(name) for name in _PACKAGES}},
        "deliveries": [
            {
                "delivery_id": r.delivery_id,
                "source": r.source,
                "supplier": r.supplier,
                "period_end": r.period_end.isoformat() if r.period_end else None,
                "received_at": r.received_at.isoformat() if r.received_at else None,
                "content_sha256": r.content_sha256,
                "status": r.status,
                "refusal_rule_id": r.refusal_rule_id,
            }
            for r in plan.deliveries
        ],
        "checks": {
            "passed": len(outcomes) - len(failed),
            "failed": len(failed),
            "failures": [o.as_json() for o in sorted(failed, key=lambda o: (o.subject, o.rule))],
        },
        "audiences": described,
        "ending": _ending(served, plan.as_of),
        "changes": _changes(described, read_notes(before) if before else None),
    }


def read_notes(folder: Path) -> dict:
    """The notes of a release on disk."""
    return json.loads((folder / NOTES).read_text(encoding="utf-8"))


def _ending(served: dict[str, DbtNode], as_of: dt.date) -> dict[str, str]:
    """Marts whose version is served for a year or less, with the last day."""
    soon = as_of + dt.timedelta(days=365)
    return {name: node.served_until for name, node in sorted(served.items()) if dt.date.fromisoformat(node.served_until) <= soon}


def _audience(audience: Audience, folder: Path, served: dict[str, DbtNode]) -> dict:
    tables = {}
    with duckdb.connect(str(folder / f"{audience.name}.duckdb"), read_only=True) as con:
        for table in audience.tables:
            columns = con.execute(
                """
                select column_name, data_type, is_nullable, comment from duckdb_columns()
                where database_name = current_database() and table_name = ? order by column_index
                """,
                [table.name],
            ).fetchall()
            rows = con.execute(f"select count(*) from {table.name}").fetchone()[0]
            parquet = folder / "parquet" / audience.name / f"{table.name}.parquet"
            tables[table.name] = {
                "rows": rows,
                "columns": {name: kind for name, kind, _, _ in columns},
                "contract_sha256": hashlib.sha256(json.dumps(columns, ensure_ascii=False).encode()).hexdigest(),
                "parquet_sha256": _file_hash(parquet),
            }
            if table.name in served:
                node = served[table.name]
                tables[table.name] |= {"contract_version": node.contract_version, "served_until": node.served_until}
    contract = hashlib.sha256("\n".join(f"{name} {t['contract_sha256']}" for name, t in sorted(tables.items())).encode()).hexdigest()
    return {"contract_sha256": contract, "tables": tables}


def _changes(now: dict, before: dict | None) -> dict | None:
    if before is None:
        return None
    changes: dict = {"since_build": before["build_id"], "audiences": {}}
    for audience, described in now.items():
        earlier = before["audiences"].get(audience, {"tables": {}})["tables"]
        tables = described["tables"]
        both = sorted(set(tables) & set(earlier))
        changes["audiences"][audience] = {
            "new_tables": sorted(set(tables) - set(earlier)),
            "removed_tables": sorted(set(earlier) - set(tables)),
            "new_columns": [f"{t}.{c}" for t in both for c in tables[t]["columns"] if c not in earlier[t]["columns"]],
            "removed_columns": [f"{t}.{c}" for t in both for c in earlier[t]["columns"] if c not in tables[t]["columns"]],
            "new_versions": {
                t: {"before": earlier[t].get("contract_version"), "now": tables[t].get("contract_version")}
                for t in both
                if earlier[t].get("contract_version") != tables[t].get("contract_version")
            },
            "rows": {t: {"before": earlier[t]["rows"], "now": tables[t]["rows"]} for t in both if earlier[t]["rows"] != tables[t]["rows"]},
            "changed_content": [t for t in both if earlier[t]["parquet_sha256"] != tables[t]["parquet_sha256"]],
        }
    return changes


def _file_hash(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
