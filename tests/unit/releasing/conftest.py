"""Fixtures of the releasing tests."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hand_made_build import Made, make_warehouse

from orchestration.settings import load_settings


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The hand-made build, made once."""
    file = tmp_path_factory.mktemp("template") / "warehouse.duckdb"
    make_warehouse(file)
    return file


@pytest.fixture
def made(tmp_path: Path, template: Path) -> Made:
    """A copy of the hand-made build that a test may change."""
    settings = load_settings({"FJERNLYS_HOME": str(tmp_path / "home"), "FJERNLYS_KEY_FILE": str(tmp_path / "key")})
    settings.work.mkdir(parents=True)
    warehouse, folder = tmp_path / "warehouse.duckdb", tmp_path / "release"
    folder.mkdir()
    shutil.copy2(template, warehouse)
    return Made(settings, warehouse, folder)
