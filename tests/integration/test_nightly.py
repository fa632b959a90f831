"""The whole job on a small municipality: it releases, repeats nothing, fails without harm, and survives being killed.

The tests tell one story in one data home and run in the order in which they stand.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from orchestration.headless import run_night
from orchestration.releasing import publish
from orchestration.releasing.audience import load_audience
from orchestration.resources.instance import open_instance
from orchestration.resources.night import Night, SilentReporter
from orchestration.settings import Settings, load_settings
from orchestration.synthetic import synthesize


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A home with two years of deliveries of Bindal (1811)."""
    home = tmp_path_factory.mktemp("night")
    settings = load_settings({"FJERNLYS_HOME": str(home / "home"), "FJERNLYS_KEY_FILE": str(home / "key")})
    synthesize(settings.landing, settings.truth, municipalities=["1811"], years=(2024, 2025))
    return settings


@pytest.fixture(scope="module")
def first(settings: Settings) -> Night:
    """The first night."""
    return run_night(settings, SilentReporter(), wait_seconds=0)


def _environment(settings: Settings) -> dict[str, str]:
    return {**os.environ, "FJERNLYS_HOME": str(settings.home), "FJERNLYS_KEY_FILE": str(settings.key_file)}


def _release_files(settings: Settings) -> dict[str, bytes]:
    current = settings.releases / "current"
    return {str(p.relative_to(current)): p.read_bytes() for p in sorted(current.rglob("*.parquet"))}


def test_the_night_ends_with_a_release(settings: Settings, first: Night):
    assert first.problem is None
    assert first.release.path.name == f"0001-{first.plan.build_id}"
    current = settings.releases / "current"
    files = {"analyst.duckdb", "property.duckdb", "parquet", "release.json", "analyst_form_controls.parquet"}
    assert {p.name for p in current.iterdir()} == files
    notes = json.loads((current / "release.json").read_text(encoding="utf-8"))
    assert (notes["build_id"], notes["as_of"], notes["checks"]["failures"]) == (
        first.plan.build_id,
        "2025-12-31",
        [o.as_json() for o in sorted(first.outcomes, key=lambda o: (o.subject, o.rule)) if not o.passed],
    )
    assert {d["status"] for d in notes["deliveries"]} >= {"accepted"}
    for name in ("analyst", "property"):
        with duckdb.connect(str(current / f"{name}.duckdb"), read_only=True) as con:
            tables = {t for (t,) in con.execute("select table_name from duckdb_tables()").fetchall()}
            assert tables == {t.name for t in load_audience(name).tables}
            assert con.execute("select build_id, as_of_date::varchar from dim_build").fetchone() == (first.plan.build_id, "2025-12-31")
            for table in tables:
                assert con.execute(f"select count(*) from {table}").fetchone()[0] == notes["audiences"][name]["tables"][table]["rows"]


def test_the_release_tells_of_each_line_of_form_13_whether_it_is_plausible(settings: Settings, first: Night):
    current = settings.releases / "current"
    with duckdb.connect(str(current / "analyst.duckdb"), read_only=True) as con:
        judged = con.execute(
            """
            select count(*), count(*) filter (result.is_met is null), count(*) filter (result.is_met is null and figure.missing_nb is null)
            from fct_form_plausibility as figure
            inner join read_parquet(?) as result using (municipality_code, year, line_id, control_id)
            """,
            [str(current / "analyst_form_controls.parquet")],
        ).fetchone()
        lines = con.execute("select count(*) from fct_form_line where not is_extension").fetchone()[0]
    # A single municipality has nobody to be compared with, and the first year none before it.
    assert judged[0] == 2 * lines and judged[0] > judged[1] > judged[2] > 0
    told = {o.rule: o.severity for o in first.outcomes if o.subject == "release/analyst" and o.rule.startswith("K")}
    assert told == {"K16": "warn", "K17": "warn"}


def test_every_row_read_is_told(first: Night, settings: Settings):
    moved = [o for o in first.outcomes if o.rule == "rows_add_up"]
    assert sorted(o.subject for o in moved) == sorted(p.name for p in settings.landing.iterdir())
    assert len(moved) > 8 and all(o.passed for o in moved)
    files = [f for r in first.arrivals.accepted for f in r.files]
    assert sum(f.row_count for f in files) == sum(f.accepted_count + f.quarantined_count + f.excluded_count for f in files) > 0


def test_dagster_has_every_asset_and_check_of_the_run(settings: Settings, first: Night):
    with open_instance(settings) as instance:
        run = instance.get_run_by_id(first.run_id)
        events = [e.dagster_event for e in instance.all_logs(first.run_id) if e.is_dagster_event]
    assert run.status.value == "SUCCESS"
    made = {tuple(e.asset_key.path) for e in events if e.event_type_value == "ASSET_MATERIALIZATION"}
    assert {("accepted", "municipal"), ("raw", "municipal__tenancy"), ("households", "fct_tenancy"), ("release", "current")} <= made
    checks = [e.asset_check_evaluation_data for e in events if e.event_type_value == "ASSET_CHECK_EVALUATION"]
    rules = sum(c.metadata["rules"].value for c in checks)
    assert rules == len(first.outcomes)


def test_a_second_night_publishes_nothing_and_loads_neither_dbt_nor_great_expectations(settings: Settings, first: Night):
    files = _release_files(settings)
    code = (
        "import sys\nfrom orchestration.headless import run_night\nfrom orchestration.resources.night import SilentReporter\n"
        "from orchestration.settings import load_settings\nnight = run_night(load_settings(), SilentReporter(), wait_seconds=0)\n"
        "print(night.problem, night.is_unchanged, night.plan.build_id, 'dbt' in sys.modules, 'great_expectations' in sys.modules)"
    )
    result = subprocess.run([sys.executable, "-c", code], env=_environment(settings), capture_output=True, text=True, check=True)
    assert result.stdout.split() == ["None", "True", first.plan.build_id, "False", "False"]
    assert [r.path.name for r in publish.list_releases(settings)] == [first.release.path.name]
    assert _release_files(settings) == files


def test_a_blocking_failure_says_which_rule_and_leaves_the_release(settings: Settings, first: Night):
    parquet = next((settings.raw / "municipal").glob("*2025-06*/tenancy.parquet"))
    whole = parquet.read_bytes()
    duckdb.execute(f"copy (select * from read_parquet('{parquet}') order by line_number offset 1) to '{parquet}.part' (format parquet)")
    Path(f"{parquet}.part").replace(parquet)
    try:
        that_night = replace(settings, as_of=first.plan.as_of.replace(month=11, day=30), webhook_url="http://127.0.0.1:9/hook")
        night = run_night(that_night, SilentReporter(), wait_seconds=0)
    finally:
        parquet.write_bytes(whole)
    assert night.problem.startswith("Stopped by rows_moved on raw.municipal__tenancy, 1 row: ")
    assert publish.current_release(settings) == first.release
    assert night.incident_trouble == "the webhook could not be reached (URLError)"
    incident = night.incident_file.read_text(encoding="utf-8")
    assert "| rows_moved | raw.municipal__tenancy | 1 |" in incident and f"Release {first.release.path.name}, unchanged." in incident
    with open_instance(settings) as instance:
        assert instance.get_run_by_id(night.run_id).status.value == "FAILURE"
        events = [e.dagster_event for e in instance.all_logs(night.run_id) if e.is_dagster_event]
    (error,) = [e.event_specific_data.error for e in events if e.is_step_failure]
    assert (error.cause, error.context) == (None, None), "an inner error may show values"


def test_a_killed_night_harms_nothing_and_the_next_one_succeeds(settings: Settings, first: Night):
    command = [sys.executable, "-u", "-m", "orchestration.cli", "nightly", "--as-of", "2025-11-30"]
    process = subprocess.Popen(command, env=_environment(settings), stdout=subprocess.PIPE, text=True)
    for line in process.stdout:
        if line.startswith("warehouse"):
            break
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert publish.current_release(settings) == first.release
    assert list(settings.builds.glob(".*.part")) != []
    night = run_night(replace(settings, as_of=first.plan.as_of.replace(month=11, day=30)), SilentReporter(), wait_seconds=0)
    assert night.problem is None and night.release.number == 2
    assert list(settings.builds.glob(".*.part")) == [] and publish.current_release(settings) == night.release
    with open_instance(settings) as instance:
        statuses = sorted(run.status.value for run in instance.get_runs())
    assert statuses == ["FAILURE", "FAILURE", "SUCCESS", "SUCCESS", "SUCCESS"]


def test_roll_back_and_an_unchanged_night_does_not_undo_it(settings: Settings, first: Night):
    left, now = publish.rollback(settings)
    assert (left.number, now) == (2, first.release)
    night = run_night(replace(settings, as_of=first.plan.as_of.replace(month=11, day=30)), SilentReporter(), wait_seconds=0)
    assert night.is_unchanged and publish.current_release(settings) == first.release


def test_nothing_that_the_night_keeps_outside_landing_holds_an_identifying_value(settings: Settings, first: Night):
    from orchestration.privacy.national_id import id_status

    found = []
    for folder in (settings.quarantine, settings.docs, settings.incidents, settings.dagster_home):
        for path in folder.rglob("*"):
            if path.is_file() and path.suffix in {".json", ".md", ".log", ".db", ".yaml", ".out", ".err"}:
                text = path.read_bytes().decode("latin-1")
                found += [path.name for word in _eleven_digits(text) if id_status(word) == "valid"]
    assert found == []


def _eleven_digits(text: str) -> list[str]:
    import re

    return re.findall(r"(?<![0-9A-Za-z.-])\d{11}(?![0-9A-Za-z.])", text)
