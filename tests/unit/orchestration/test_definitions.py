"""Everything is put together: assets, checks, job, schedule, sensor."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from zoneinfo import ZoneInfo

import dagster as dg
import pytest

from orchestration.arrivals.contracts import load_contracts
from orchestration.definitions import build_definitions
from orchestration.releasing.audience import audience_names
from orchestration.resources.event_log import EventLog
from orchestration.resources.instance import open_instance
from orchestration.sensors import manifests_cursor
from orchestration.settings import Settings, load_settings
from orchestration.warehouse.dbt_project import read_nodes


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    home = tmp_path_factory.mktemp("home")
    return load_settings({"FJERNLYS_HOME": str(home), "FJERNLYS_KEY_FILE": str(home / "key")})


@pytest.fixture(scope="module")
def definitions(settings: Settings) -> dg.Definitions:
    return build_definitions(settings)


def _keys(definitions: dg.Definitions) -> set[tuple[str, ...]]:
    return {tuple(spec.key.path) for spec in definitions.resolve_all_asset_specs()}


def test_they_load(definitions: dg.Definitions):
    dg.Definitions.validate_loadable(definitions)


def test_every_step_has_its_assets(definitions: dg.Definitions, settings: Settings):
    contracts = load_contracts()
    expected = {("landing", source) for source in contracts} | {("accepted", source) for source in contracts}
    expected |= {("raw", f.relation) for c in contracts.values() for f in c.files}
    expected |= {("raw", "delivery"), ("raw", "delivery_file"), ("raw", "quarantined_row"), ("raw", "accepted_key")}
    expected |= {(node.schema, node.name) for node in read_nodes(settings)}
    expected |= {("release", name) for name in [*audience_names(), "current"]} | {("forms", "skjema13")}
    assert _keys(definitions) == expected


def test_every_asset_has_group_kind_description_and_owner(definitions: dg.Definitions):
    for spec in definitions.resolve_all_asset_specs():
        assert spec.group_name and spec.group_name != "default", spec.key
        assert spec.kinds and spec.description, spec.key
        assert spec.owners or spec.key.path[0] in ("landing", "seeds"), spec.key


def test_the_way_of_the_data_has_no_gap(definitions: dg.Definitions):
    upstream = {tuple(spec.key.path): {tuple(d.asset_key.path) for d in spec.deps} for spec in definitions.resolve_all_asset_specs()}
    seen, todo = set(), [("release", "current")]
    while todo:
        key = todo.pop()
        if key not in seen:
            seen.add(key)
            todo += upstream[key]
    assert {("landing", "municipal"), ("accepted", "iplos"), ("raw", "municipal__tenancy"), ("households", "fct_tenancy")} <= seen


def test_every_tested_model_has_one_check_and_each_step_its_own(definitions: dg.Definitions, settings: Settings):
    checks = {(tuple(key.asset_key.path), key.name) for key in definitions.resolve_asset_graph().asset_check_keys}
    expected = {((node.schema, node.name), "dbt_tests") for node in read_nodes(settings) if node.tests}
    expected |= {(("accepted", source), "arrival_rules") for source in load_contracts()}
    expected |= {(("raw", f.relation), "rows_moved") for c in load_contracts().values() for f in c.files}
    expected |= {(("release", name), check) for name in audience_names() for check in ("is_safe", "is_plausible")}
    assert checks == expected


def test_the_job_holds_every_step_in_order(definitions: dg.Definitions):
    job = definitions.resolve_job_def("nightly")
    assert [node.name for node in job.nodes_in_topological_order] == ["arrivals", "raw", "warehouse", "release", "publish"]
    assert {hook.name for hook in job.hook_defs} == {"incident"}
    assert job.executor_def.name == "in_process"


def test_the_forms_of_a_year_have_a_job_of_their_own(definitions: dg.Definitions):
    job = definitions.resolve_job_def("forms")
    assert [node.name for node in job.nodes_in_topological_order] == ["forms__skjema13"]
    assert "2025" in job.partitions_def.get_partition_keys()


@pytest.mark.parametrize(("utc", "day"), [("2026-01-10T01:15", "2026-01-10"), ("2026-07-01T00:15", "2026-07-01")])
def test_the_schedule_is_daily_in_norway_and_passes_the_day_of_the_tick(definitions: dg.Definitions, utc: str, day: str):
    schedule = definitions.resolve_schedule_def("nightly_at_0215")
    assert (schedule.cron_schedule, schedule.execution_timezone, schedule.job_name) == ("15 2 * * *", "Europe/Oslo", "nightly")
    tick = dt.datetime.fromisoformat(utc).replace(tzinfo=dt.UTC)
    assert tick.astimezone(ZoneInfo("Europe/Oslo")).strftime("%H:%M") == "02:15"
    with dg.build_schedule_context(scheduled_execution_time=tick) as context:
        (request,) = schedule.evaluate_tick(context).run_requests
    assert request.run_config == {"resources": {"night": {"config": {"known_at": day}}}}


def _deliver(landing: Path, name: str, body: dict) -> Path:
    folder = landing / "municipal" / "1811" / name
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text(json.dumps(body), encoding="utf-8")
    return folder


def test_the_sensor_reacts_to_a_complete_delivery_only(definitions: dg.Definitions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("FJERNLYS_HOME", str(tmp_path))
    sensor, landing = definitions.resolve_sensor_def("new_delivery"), tmp_path / "landing"

    def tick(cursor: str | None):
        with dg.build_sensor_context(cursor=cursor) as context:
            result = sensor.evaluate_tick(context)
        return [r.run_key for r in result.run_requests or []], result.cursor

    assert tick(None) == ([], None)
    (landing / "municipal" / "1811" / "begun").mkdir(parents=True)
    assert tick(None) == ([], None), "a folder without a manifest is still being written"
    _deliver(landing, "2025", {"a": 1})
    first = manifests_cursor(landing)
    assert tick(None) == ([first], first)
    assert tick(first)[0] == []
    _deliver(landing, "2026", {"a": 2})
    second = manifests_cursor(landing)
    assert second != first and tick(first) == ([second], second)


def test_the_inbox_is_asked_for_once_when_its_files_have_stopped_changing(
    definitions: dg.Definitions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("FJERNLYS_HOME", str(tmp_path))
    sensor, folder = definitions.resolve_sensor_def("files_in_inbox"), tmp_path / "inbox" / "1804"
    cursor = None

    def tick() -> tuple[int, str | None]:
        nonlocal cursor
        with dg.build_sensor_context(cursor=cursor) as context:
            result = sensor.evaluate_tick(context)
        cursor = result.cursor
        return len(result.run_requests or []), result.skip_message

    assert sensor.default_status is dg.DefaultSensorStatus.STOPPED
    assert tick() == (0, "Nothing in the inbox.")
    folder.mkdir(parents=True)
    (folder / "letter.docx").write_bytes(b"a")
    assert tick() == (0, "Files are arriving.")
    (folder / "letter.docx").write_bytes(b"ab")
    assert tick() == (0, "Files are arriving.")
    assert [tick()[0] for _ in range(3)] == [1, 0, 0]
    (folder / "letter.docx").write_bytes(b"abc")
    assert [tick()[0] for _ in range(3)] == [0, 1, 0]
    assert "letter" not in cursor


def test_the_inbox_job_hands_in(definitions: dg.Definitions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("FJERNLYS_HOME", str(tmp_path))
    monkeypatch.setattr("orchestration.handing_in.inbox.SETTLE_SECONDS", 0.0)
    folder = tmp_path / "inbox" / "1804"
    folder.mkdir(parents=True)
    (folder / "letter.docx").write_bytes(b"a")
    assert definitions.resolve_job_def("inbox").execute_in_process().success
    assert "letter.docx: no mapping's pattern" in (folder / "README-status.txt").read_text(encoding="utf-8")


def test_the_instance_is_quiet_one_run_at_a_time_and_keeps_connections(settings: Settings):
    with open_instance(settings) as instance:
        assert instance.telemetry_enabled is False
        assert instance.get_settings("concurrency")["runs"]["max_concurrent_runs"] == 1
        assert isinstance(instance.event_log_storage, EventLog)
