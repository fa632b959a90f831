"""What many tests need: the default synthetic deliveries, taken in and built once a session.

Belongs here: homes that several test modules share. Does not belong here: what only one folder of tests needs (its own conftest).
A test that changes a home takes ``home_copy``; nothing may change ``built_home``.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from homes import BuiltHome, make_home, settings_of

os.environ.setdefault("DO_NOT_TRACK", "1")
os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")


@pytest.fixture(scope="session")
def built_home(tmp_path_factory: pytest.TempPathFactory) -> BuiltHome:
    """The default synthetic set."""
    return make_home(tmp_path_factory.mktemp("built") / "home")


@pytest.fixture(scope="session")
def renumbered_home(tmp_path_factory: pytest.TempPathFactory) -> BuiltHome:
    """A small municipality whose code and county changed on 1 January 2024, drawn with another seed."""
    home = tmp_path_factory.mktemp("renumbered") / "home"
    return make_home(home, municipalities=["3012", "3124"], years=(2022, 2025), seed=7)


# Small municipalities of several sizes, each drawn with a seed of its own, in three sets: their code ended, began, or lasts.
_ENDED = ("3012", "3013", "3039", "3050", "3052", "3812", "3819", "3822", "5404", "5406", "5413", "5416", "5423", "5439")
_BEGUN = ("3124", "3318", "4030", "5540")
_LASTING = ("1811", "1815", "3425", "4222", "4633", "5061")


@pytest.fixture(scope="session")
def many_seeds_home(tmp_path_factory: pytest.TempPathFactory) -> BuiltHome:
    """Twenty-four municipalities with twenty-four seeds in one warehouse."""
    codes = [*_ENDED, *_BEGUN, *_LASTING]
    seeds = {code: 100 + number for number, code in enumerate(codes)}
    home = tmp_path_factory.mktemp("many_seeds") / "home"
    return make_home(home, municipalities=codes, years=(2021, 2024), seeds=seeds)


@pytest.fixture
def home_copy(built_home: BuiltHome, tmp_path: Path) -> BuiltHome:
    """A copy of ``built_home`` that a test may change."""
    settings = settings_of(tmp_path / "home")
    shutil.copytree(built_home.settings.home, settings.home)
    shutil.copy2(built_home.settings.key_file, settings.key_file)
    warehouse = settings.home / built_home.warehouse.relative_to(built_home.settings.home)
    return replace(built_home, settings=settings, warehouse=warehouse)
