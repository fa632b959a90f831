"""What many tests need: the default synthetic deliveries, taken in and built once a session.

Belongs here: homes that several test modules share. Does not belong here: what only one folder of tests needs (its own conftest).
A test that changes a home takes ``home_copy``; nothing may change ``built_home``.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pytest

from orchestration.settings import Settings, load_settings

if TYPE_CHECKING:
    from orchestration.arrivals.gate import GateResult
    from orchestration.warehouse.dbt_run import NodeResult
    from orchestration.warehouse.raw_schema import RawDates

os.environ.setdefault("DO_NOT_TRACK", "1")
os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")


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


def build_warehouse(settings: Settings, file: Path) -> tuple[RawDates, list[NodeResult]]:
    """Schema ``raw`` and all of dbt in a new file."""
    from orchestration.warehouse.dbt_run import build
    from orchestration.warehouse.raw_schema import create_raw_schema

    file.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(file)) as con:
        dates = create_raw_schema(con, settings)
    return dates, build(settings, file, as_of=dates.as_of, known_at=dates.known_at, build_id="test")


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


@pytest.fixture(scope="session")
def built_home(tmp_path_factory: pytest.TempPathFactory) -> BuiltHome:
    """The default synthetic set."""
    return make_home(tmp_path_factory.mktemp("built") / "home")


@pytest.fixture(scope="session")
def renumbered_home(tmp_path_factory: pytest.TempPathFactory) -> BuiltHome:
    """A small municipality whose code and county changed on 1 January 2024, drawn with another seed."""
    home = tmp_path_factory.mktemp("renumbered") / "home"
    return make_home(home, municipalities=["3012", "3124"], years=(2022, 2025), seed=7)


@pytest.fixture
def home_copy(built_home: BuiltHome, tmp_path: Path) -> BuiltHome:
    """A copy of ``built_home`` that a test may change."""
    settings = settings_of(tmp_path / "home")
    shutil.copytree(built_home.settings.home, settings.home)
    shutil.copy2(built_home.settings.key_file, settings.key_file)
    warehouse = settings.home / built_home.warehouse.relative_to(built_home.settings.home)
    return replace(built_home, settings=settings, warehouse=warehouse)
