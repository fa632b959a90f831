"""A hand-made data home with a release in use and its build, and the command line on it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from hand_made_forms import BUILD, make_build, make_release
from typer.testing import CliRunner

from orchestration.cli import app
from orchestration.settings import Settings, load_settings


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The data home."""
    monkeypatch.setenv("FJERNLYS_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("FJERNLYS_KEY_FILE", str(tmp_path / "key"))
    found = load_settings(dict(os.environ))
    make_release(found)
    make_build(found, BUILD)
    return found


@pytest.fixture
def run(settings: Settings) -> Callable[..., Result]:
    """``run("skjema13", ...)`` asks the command line."""
    return lambda *arguments: CliRunner().invoke(app, arguments)
