"""Hand-made releases for the commands that read one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from click.testing import Result
from typer.testing import CliRunner

from orchestration.cli import app


@pytest.fixture
def on_release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """``run = on_release(sql)`` makes a release for analysts by SQL; ``run("query", ...)`` asks it."""

    def make(sql: str) -> Callable[..., Result]:
        folder = tmp_path / "releases" / "0001-0123456789ab"
        folder.mkdir(parents=True)
        (tmp_path / "releases" / "current").symlink_to(folder.name)
        with duckdb.connect(str(folder / "analyst.duckdb")) as con:
            con.execute(sql)
        monkeypatch.setenv("FJERNLYS_HOME", str(tmp_path))
        return lambda *arguments: CliRunner().invoke(app, arguments)

    return make
