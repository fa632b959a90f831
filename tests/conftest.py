"""What many tests need: the default synthetic deliveries, taken in and built once a session, whatever the number of processes.

Belongs here: homes that several test modules share. Does not belong here: what only one folder of tests needs (its own conftest).
A test that changes a home takes ``home_copy``; nothing may change ``built_home``.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from compiled_models import compile_project
from homes import BuiltHome, make_home, settings_of
from hypothesis import settings as hypothesis_settings
from once import once

os.environ.setdefault("DO_NOT_TRACK", "1")
os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")

# The same examples on every machine and in every run; how long one takes on a busy machine is no finding.
hypothesis_settings.register_profile("fjernlys", derandomize=True, database=None, deadline=None)
hypothesis_settings.load_profile("fjernlys")


@pytest.fixture(scope="session")
def built_home(tmp_path_factory: pytest.TempPathFactory) -> BuiltHome:
    """The default synthetic set."""
    return once(tmp_path_factory, "built", lambda folder: make_home(folder / "home"))


@pytest.fixture(scope="session")
def renumbered_home(tmp_path_factory: pytest.TempPathFactory) -> BuiltHome:
    """A small municipality whose code and county changed on 1 January 2024, drawn with another seed."""
    options = {"municipalities": ["3012", "3124"], "years": (2022, 2025), "seed": 7}
    return once(tmp_path_factory, "renumbered", lambda folder: make_home(folder / "home", **options))


# Small municipalities of several sizes, each drawn with a seed of its own, in three sets: their code ended, began, or lasts.
_ENDED = ("3012", "3013", "3039", "3050", "3052", "3812", "3819", "3822", "5404", "5406", "5413", "5416", "5423", "5439")
_BEGUN = ("3124", "3318", "4030", "5540")
_LASTING = ("1811", "1815", "3425", "4222", "4633", "5061")


@pytest.fixture(scope="session")
def many_seeds_home(tmp_path_factory: pytest.TempPathFactory) -> BuiltHome:
    """Twenty-four municipalities with twenty-four seeds in one warehouse."""
    codes = [*_ENDED, *_BEGUN, *_LASTING]
    options = {"municipalities": codes, "years": (2021, 2024), "seeds": {code: 100 + number for number, code in enumerate(codes)}}
    return once(tmp_path_factory, "many_seeds", lambda folder: make_home(folder / "home", **options))


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict]:
    """The models and seeds of the project, compiled."""
    return once(tmp_path_factory, "compiled", compile_project)


@pytest.fixture
def home_copy(built_home: BuiltHome, tmp_path: Path) -> BuiltHome:
    """A copy of ``built_home`` that a test may change."""
    settings = settings_of(tmp_path / "home")
    shutil.copytree(built_home.settings.home, settings.home)
    shutil.copy2(built_home.settings.key_file, settings.key_file)
    warehouse = settings.home / built_home.warehouse.relative_to(built_home.settings.home)
    return replace(built_home, settings=settings, warehouse=warehouse)
