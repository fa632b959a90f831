"""A new key: everything in landing under it, at once, and whatever happens in between."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from arrival_deliveries import csv_bytes, deliver, files_of, line, settings_with_klass, synthetic_id

from orchestration.arrivals.gate import run_gate
from orchestration.arrivals.ledger import read_receipts
from orchestration.custody.rotation import rotate_key
from orchestration.privacy.pseudonym import key_id, load_key, next_key_file, pseudonym
from orchestration.settings import PROJECT_ROOT, Settings, UserError

_KILLED = """
import os, signal, sys
from pathlib import Path
from orchestration.arrivals import promotion
from orchestration.custody import rotation
from orchestration.settings import Settings

places = {"in_loading": (promotion, "_move"), "before_switch": (rotation, "_switch"), "after_switch": (rotation, "load_key")}
place, name = places[sys.argv[3]]
real, calls = getattr(place, name), []
def killed(*arguments, **named):
    calls.append(1)
    if sys.argv[3] == "before_switch" or len(calls) == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return real(*arguments, **named)
setattr(place, name, killed)
rotation.rotate_key(Settings(home=Path(sys.argv[1]), key_file=Path(sys.argv[2])))
"""


@pytest.fixture
def settings(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A data home with two municipalities' services of the same two persons, loaded."""
    own = settings_with_klass(tmp_path, tmp_path_factory)
    for code in ("1804", "5001"):
        rows = [line("service", municipality_code=code, service_id=f"S{n}", person_national_id=synthetic_id(n)) for n in range(2)]
        rows.append(line("service", municipality_code=code, service_id="S9", sex="x"))
        deliver(own, "iplos", code, files_of("iplos", service=csv_bytes("iplos", "service", *rows)))
    assert len(run_gate(own).accepted) == 2
    return own


def persons(settings: Settings) -> dict[tuple[str, str], str]:
    """Pseudonyms in raw by municipality and service."""
    rows = duckdb.sql(f"select municipality_code, service_id, person_pseudonym from '{settings.raw}/iplos/*/service.parquet'").fetchall()
    return {(code, service): person for code, service, person in rows}


def test_the_same_persons_get_pseudonyms_of_the_new_key_and_the_old_key_is_gone(settings: Settings) -> None:
    old_key, old_raw, before = load_key(settings), settings.raw, persons(settings)
    receipts = {r.delivery_id: [(f.accepted_count, f.quarantined_count) for f in r.files] for r in read_receipts(settings)}
    done = rotate_key(settings)
    new_key, after = load_key(settings), persons(settings)
    assert (done.old_key_id, done.new_key_id, done.deliveries, done.changed) == (key_id(old_key), key_id(new_key), 3, ())
    assert new_key != old_key
    assert after.keys() == before.keys()
    assert after == {(code, f"S{n}"): pseudonym(new_key, f"id|{synthetic_id(n)}") for code in ("1804", "5001") for n in range(2)}
    assert not set(before.values()) & set(after.values())
    assert {r.delivery_id: [(f.accepted_count, f.quarantined_count) for f in r.files] for r in read_receipts(settings)} == receipts
    assert not old_raw.exists()
    assert not next_key_file(settings.key_file).exists()
    assert oct(settings.key_file.stat().st_mode)[-3:] == "600"
    assert not run_gate(settings).accepted  # nothing is new


def test_deliveries_that_left_landing_are_named_and_nothing_changes(settings: Settings) -> None:
    before, key = persons(settings), load_key(settings)
    (folder,) = (settings.landing / "iplos" / "5001").iterdir()
    (gone,) = [r.delivery_id for r in read_receipts(settings) if r.supplier == "5001"]
    (folder / "services.csv").unlink()
    with pytest.raises(UserError, match=f"1 of 3 deliveries are no longer whole in landing[^$]*{gone}"):
        rotate_key(settings)
    assert (persons(settings), load_key(settings)) == (before, key)
    assert not next_key_file(settings.key_file).exists()


def test_what_is_not_accepted_under_the_new_key_stops_the_switch(settings: Settings) -> None:
    before, key = persons(settings), load_key(settings)
    (folder,) = (settings.landing / "iplos" / "5001").iterdir()
    content = (folder / "services.csv").read_bytes()
    (folder / "services.csv").write_bytes(content.replace(b"5001;", b"5009;"))  # the same size: only the gate sees it
    with pytest.raises(UserError, match="Nothing is switched: 1 deliveries"):
        rotate_key(settings)
    assert (persons(settings), load_key(settings)) == (before, key)
    (folder / "services.csv").write_bytes(content)
    assert rotate_key(settings).deliveries == 3


@pytest.mark.parametrize("moment", ["in_loading", "before_switch", "after_switch"])
def test_a_kill_leaves_one_whole_generation_and_asking_again_ends_it(settings: Settings, moment: str) -> None:
    before, key = persons(settings), load_key(settings)
    command = [sys.executable, "-c", _KILLED, str(settings.home), str(settings.key_file), moment]
    ended = subprocess.run(command, cwd=PROJECT_ROOT, env={**os.environ, "PYTHONPATH": str(PROJECT_ROOT)}, check=False, capture_output=True)
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    in_use, now = load_key(settings), persons(settings)
    assert now == {k: pseudonym(in_use, f"id|{synthetic_id(int(k[1][1]))}") for k in before}
    assert (in_use == key) == (moment != "after_switch")
    waiting = next_key_file(settings.key_file)
    made = waiting.read_text() if waiting.exists() else None
    done = rotate_key(settings)
    if made:
        assert settings.key_file.read_text() == made  # the same new key, not a third one
    assert done.deliveries == 3
    assert sorted(p.name for p in settings.home.glob("raw*")) == [f"raw.{done.new_key_id}"]
    assert persons(settings).keys() == before.keys()
