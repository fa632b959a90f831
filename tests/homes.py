"""Data homes for tests: synthetic deliveries, taken in and built.

Belongs here: making a home. Does not belong here: which homes are shared (``conftest``).
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from orchestration.settings import Settings, load_settings

if TYPE_CHECKING:
    from orchestration.arrivals.gate import GateResult
    from orchestration.warehouse.dbt_run import NodeResult
    from orchestration.warehouse.raw_schema import RawDates

LARGEST = "5001"  # Trondheim, of the default set


@dataclass(frozen=True)
class BuiltHome:
    """A data home from landing to a built warehouse, without a release."""

    settings: Settings
    gate: GateResult
    dates: RawDates
    dbt: list[NodeResult]
    warehouse: Path

    def connect(self) -> duckdb.DuckDBPyConnection:
        """The warehouse, read-only, with the home's ground truth within reach of ``truth(name)``."""
        con = duckdb.connect(str(self.warehouse), read_only=True)
        con.execute(f"create temp macro truth(entity) as table from read_parquet('{self.settings.truth}/*/' || entity || '.parquet')")
        return con


def settings_of(home: Path) -> Settings:
    """Settings of a scratch home, with its key beside it."""
    return load_settings({"FJERNLYS_HOME": str(home), "FJERNLYS_KEY_FILE": str(home.with_name(f"{home.name}.key"))})


def build_warehouse(settings: Settings, file: Path, select: Sequence[str] = ()) -> tuple[RawDates, list[NodeResult]]:
    """Schema ``raw`` and all of dbt in a new file, or the models of ``select`` (``+model``: and all it is made of) and their tests."""
    from orchestration.warehouse.dbt_run import build
    from orchestration.warehouse.raw_schema import create_raw_schema, new_warehouse

    file.parent.mkdir(parents=True, exist_ok=True)
    with new_warehouse(file, settings) as con:
        dates = create_raw_schema(con, settings)
    return dates, build(settings, file, as_of=dates.as_of, known_at=dates.known_at, build_id="test", select=select)


def without_largest(built: BuiltHome, home: Path) -> Settings:
    """The key and what the gate made of a home's deliveries, in another that has no build: all but those of the largest municipality.

    A third of the tenancies is left, and every kind of delivery. Files are linked, not copied.
    """
    settings = settings_of(home)
    skipped = shutil.ignore_patterns(f"*-{LARGEST}-*")
    for folder in ("raw", "quarantine"):
        shutil.copytree(getattr(built.settings, folder), getattr(settings, folder), ignore=skipped, copy_function=os.link)
    shutil.copy2(built.settings.key_file, settings.key_file)
    return settings


def make_home(home: Path, **options) -> BuiltHome:
    """Synthetic deliveries through gate, raw and dbt."""
    from orchestration.arrivals.gate import run_gate
    from orchestration.synthetic import synthesize

    settings = settings_of(home)
    synthesize(settings.landing, settings.truth, **options)
    gate = run_gate(settings)
    warehouse = settings.builds / "test" / "warehouse.duckdb"
    dates, nodes = build_warehouse(settings, warehouse)
    return BuiltHome(settings, gate, dates, nodes, warehouse)
