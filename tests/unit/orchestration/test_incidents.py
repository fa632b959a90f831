"""What a failed night leaves, and what it never shows."""

from __future__ import annotations

import datetime as dt
import errno
import http.server
import json
import threading
from dataclasses import replace
from pathlib import Path

import dagster as dg
import duckdb
import pytest

from orchestration.outcome import Outcome
from orchestration.resources.errors import clear_message, hide_values, is_disk_full
from orchestration.resources.incidents import Incident, post_incident, write_incident
from orchestration.resources.night import Night
from orchestration.settings import Settings, UserError, load_settings

INCIDENT = Incident(
    run_id="run-1",
    step="warehouse",
    problem="Stopped by not_negative on dwellings.fct_dwelling_month, 3 rows",
    outcomes=(Outcome("dwellings.fct_dwelling_month", "not_negative", False, "error", 3, "days_let >= 0 (3)"),),
    release_in_use="0001-aaaaaaaaaaaa",
    at=dt.datetime(2026, 1, 10, 2, 15, 7),
)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings({"FJERNLYS_HOME": str(tmp_path)})


@pytest.fixture
def webhook():
    """A local receiver of posts."""
    received = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            received.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/hook", received
    server.shutdown()


def test_the_file_says_step_rule_rows_and_what_to_do(settings: Settings):
    path = write_incident(settings, INCIDENT)
    text = path.read_text(encoding="utf-8")
    assert path.name == "20260110T021507-warehouse.md"
    assert "| not_negative | dwellings.fct_dwelling_month | 3 | days_let >= 0 (3) |" in text
    assert "Release 0001-aaaaaaaaaaaa, unchanged." in text
    assert "fjernlys nightly" in text and "run-1" in text


def test_the_webhook_gets_the_same_as_json(settings: Settings, webhook):
    url, received = webhook
    assert post_incident(replace(settings, webhook_url=url), INCIDENT) is None
    assert received[0]["step"] == "warehouse" and received[0]["rules"][0]["rows"] == 3
    assert received[0]["at"] == "2026-01-10T02:15:07"


def test_without_a_webhook_nothing_is_posted(settings: Settings):
    assert post_incident(settings, INCIDENT) is None


def test_a_webhook_that_cannot_be_reached_is_told_not_raised(settings: Settings):
    assert "could not be reached" in post_incident(replace(settings, webhook_url="http://127.0.0.1:9/hook"), INCIDENT)
    assert "could not be reached" in post_incident(replace(settings, webhook_url="nonsense"), INCIDENT)


def test_a_users_mistake_is_told_as_it_is(settings: Settings):
    assert clear_message(UserError("field 'x' is 'y'"), settings) == "field 'x' is 'y'"


def test_a_full_disk_is_told_by_name(settings: Settings):
    for error in (OSError(errno.ENOSPC, "No space left on device"), duckdb.IOException("Could not write: No space left on device")):
        assert clear_message(error, settings).startswith(f"The disk of {settings.home} is full.")


def test_an_unexpected_error_shows_kind_and_place_but_no_value(settings: Settings):
    try:
        duckdb.execute("select cast('01819012345 Kari' as integer)")
    except duckdb.Error as error:
        message = clear_message(error, settings)
    assert message.startswith("ConversionException in tests/unit/orchestration/test_incidents.py:")
    assert "01819" not in message and "Kari" not in message


def test_values_are_hidden_in_any_quotes_and_as_long_numbers():
    assert hide_values("value 'Ola' and \"Kari\" at 12345678901 in line 12") == "value '...' and '...' at # in line 12"
    assert hide_values("string 'Kari D'Arcy Berg' to INT32, field 'a'") == "string '...'"
    assert hide_values('string "Ola \'Nordmann\nBerg" is cut') == "string '...' is cut"
    assert hide_values("begins 'Ola Nordmann") == "begins '...'"


def test_sqlite_on_a_full_disk_is_told_by_name_too(settings: Settings, monkeypatch: pytest.MonkeyPatch):
    error = RuntimeError("(sqlite3.OperationalError) disk I/O error")
    assert not is_disk_full(error, settings)
    monkeypatch.setattr("orchestration.resources.errors._free_bytes", lambda _: 4096)
    assert is_disk_full(error, settings)


def test_a_step_that_fills_the_disk_makes_room_and_says_so(settings: Settings):
    night = Night(settings)
    half = settings.builds / ".0123456789ab.part"
    with pytest.raises(dg.Failure) as failure, night.working("warehouse"):
        half.mkdir(parents=True)
        raise OSError(errno.ENOSPC, "No space left on device")
    assert failure.value.description == night.problem and night.problem.startswith("The disk of")
    assert not half.exists()


def test_a_value_in_an_error_of_a_step_is_neither_told_nor_kept_by_dagster(settings: Settings):
    night = Night(settings)
    number = "01818010083"

    @dg.op
    def step():
        with night.working("arrivals"):
            try:
                duckdb.sql(f"SELECT CAST('Kari D''Arcy {number}' AS INTEGER)").fetchall()
            except duckdb.Error as error:
                raise RuntimeError(f"while reading {number}") from error

    @dg.job
    def failing():
        step()

    settings.dagster_home.mkdir()
    with dg.DagsterInstance.local_temp(str(settings.dagster_home)) as instance:
        result = failing.execute_in_process(instance=instance, raise_on_error=False)
        events = "".join(str(e) for e in instance.all_logs(result.run_id))
    assert not result.success
    kept = b"".join(path.read_bytes() for path in settings.home.rglob("*") if path.is_file())
    for place in (night.problem, events, kept.decode("latin-1")):
        assert "while reading #" in place
        assert number not in place and "D'Arcy" not in place and "Kari" not in place
