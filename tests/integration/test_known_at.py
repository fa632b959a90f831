"""As it was known: the marts of an earlier day, from a home that has everything, against a home that had no more on that day.

Belongs here: that nothing received later shows. The rules of which delivery counts are tested in ``tests/unit/warehouse``.
"""

from __future__ import annotations

import datetime as dt
import json
import shutil
from pathlib import Path

import duckdb
import pytest
from homes import LARGEST, BuiltHome, settings_of, without_largest

from orchestration.arrivals.gate import run_gate
from orchestration.settings import Settings
from orchestration.warehouse.build import plan_build
from orchestration.warehouse.dbt_run import build
from orchestration.warehouse.raw_schema import create_raw_schema

# The day before 1146 mended June, and the day of the decisions, with formats of suppliers to come; each with the day that is described.
KNOWN = {
    dt.date(2025, 7, 6): dt.date(2025, 6, 30),
    dt.date(2026, 1, 4): dt.date(2024, 12, 31),
}
_MARTS = ("shared", "dwellings", "households", "indicators", "quality")


def _received(delivery: Path) -> dt.date:
    return dt.datetime.fromisoformat(json.loads((delivery / "manifest.json").read_text(encoding="utf-8"))["received_at"]).date()


def _hand_in(from_settings: Settings, to_settings: Settings, known_at: dt.date) -> None:
    """Copy what was received by a day, but for the largest municipality. The files get other times than they had."""
    for delivery in from_settings.landing.glob("*/*/*"):
        copied = to_settings.landing / delivery.relative_to(from_settings.landing)
        if delivery.parent.name != LARGEST and _received(delivery) <= known_at and not copied.exists():
            shutil.copytree(delivery, copied, copy_function=shutil.copyfile)


def _build(settings: Settings, file: Path) -> Path:
    plan = plan_build(settings, "key")
    with duckdb.connect(str(file)) as con:
        create_raw_schema(con, settings, plan.as_of, plan.known_at)
    results = build(settings, file, as_of=plan.as_of, known_at=plan.known_at, build_id="same", has_tests=False)
    assert [r.message for r in results if r.has_failed] == []
    return file


def _differences(first: Path, second: Path) -> tuple[int, dict[str, int]]:
    """Rows read, and rows that stand in one warehouse only, by mart."""
    read, found = 0, {}
    with duckdb.connect() as con:
        con.execute(f"attach '{first}' as a (read_only)")
        con.execute(f"attach '{second}' as b (read_only)")
        marts = con.execute(
            f"select schema_name || '.' || table_name from duckdb_tables() where database_name = 'a' and schema_name in {_MARTS} order by 1"
        ).fetchall()
        for (mart,) in marts:
            if mart == "shared.dim_build":
                continue
            sides = f"(from a.{mart} except all from b.{mart}) union all (from b.{mart} except all from a.{mart})"
            read += con.execute(f"select count(*) from a.{mart}").fetchone()[0]
            if different := con.execute(f"select count(*) from ({sides})").fetchone()[0]:
                found[mart] = different
        assert len(marts) > 40
    return read, found


@pytest.fixture(scope="module")
def growing_home(built_home: BuiltHome, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A home with the key of ``built_home`` and nothing delivered."""
    settings = settings_of(tmp_path_factory.mktemp("growing") / "home")
    shutil.copyfile(built_home.settings.key_file, settings.key_file)
    settings.key_file.chmod(0o600)
    return settings


def test_nothing_received_later_shows(built_home: BuiltHome, growing_home: Settings, tmp_path: Path) -> None:
    everything = without_largest(built_home, tmp_path / "everything")
    read = []
    for known_at, as_of in KNOWN.items():
        _hand_in(built_home.settings, growing_home, known_at)
        taken_in = run_gate(growing_home)
        assert taken_in.accepted
        assert not taken_in.waiting
        files = [tmp_path / name / f"{known_at}_{as_of}" / "warehouse.duckdb" for name in ("then", "now")]
        for file in files:
            file.parent.mkdir(parents=True)
        then = _build(growing_home.with_dates(as_of, None), files[0])
        now = _build(everything.with_dates(as_of, known_at), files[1])
        rows, found = _differences(then, now)
        assert found == {}, f"known at {known_at}, as of {as_of}"
        read.append(rows)
        for file in files:
            file.unlink()
    # what is known grows, and what is described too: each pair is a warehouse of its own
    assert len(set(read)) == len(KNOWN)
