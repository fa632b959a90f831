"""What happens when the gate is killed, the disk is full or the key is not there; and that no line is ever lost."""

from __future__ import annotations

import datetime as dt
import errno
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from arrival_deliveries import csv_bytes, deliver, files_of, line, settings_with_klass
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from orchestration.arrivals import promotion
from orchestration.arrivals.checks import CheckedFile
from orchestration.arrivals.contracts import load_contracts
from orchestration.arrivals.gate import run_gate
from orchestration.arrivals.manifest import DeliveredFile, Manifest
from orchestration.arrivals.reading import delimited_reading
from orchestration.arrivals.scan import scan_file
from orchestration.arrivals.staging import Batch, BatchFile, open_work
from orchestration.privacy.pseudonym import key_id
from orchestration.settings import PROJECT_ROOT, Settings, UserError

_KILLED = """
import os, signal, sys
from pathlib import Path
from orchestration.arrivals import promotion
from orchestration.arrivals.gate import run_gate
from orchestration.settings import Settings

move, moves = promotion._move, []
def killed(aside, target, files, receipt):
    moves.append(target)
    if len(moves) == int(sys.argv[3]):
        os.kill(os.getpid(), signal.SIGKILL)
    move(aside, target, files, receipt)
promotion._move = killed
run_gate(Settings(home=Path(sys.argv[1]), key_file=Path(sys.argv[2])))
"""


@pytest.fixture
def settings(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A data home where the classification of municipalities is accepted already."""
    return settings_with_klass(tmp_path, tmp_path_factory)


def deliver_two(settings: Settings) -> None:
    """Two deliveries of services, each with one row for quarantine."""
    for code in ("1804", "5001"):
        lines = [line("service", municipality_code=code), line("service", municipality_code=code, service_id="S2", sex="x")]
        deliver(settings, "iplos", code, {"services.csv": csv_bytes("iplos", "service", *lines)})


def folders(place: Path) -> list[str]:
    """Names of the finished folders of services."""
    return sorted(p.name[:10] for p in place.glob("iplos/*"))


# moves: 1 quarantine of 1804, 2 raw of 1804, 3 quarantine of 5001, 4 raw of 5001
@pytest.mark.parametrize(
    ("move", "in_raw", "in_quarantine"), [(1, [], []), (2, [], ["iplos-1804"]), (4, ["iplos-1804"], ["iplos-1804", "iplos-5001"])]
)
def test_a_killed_gate_leaves_nothing_half_and_the_next_one_succeeds(
    settings: Settings, move: int, in_raw: list[str], in_quarantine: list[str]
) -> None:
    deliver_two(settings)
    arguments = [sys.executable, "-c", _KILLED, str(settings.home), str(settings.key_file), str(move)]
    killed = subprocess.run(arguments, cwd=PROJECT_ROOT, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert (folders(settings.raw), folders(settings.quarantine)) == (in_raw, in_quarantine)
    assert list(settings.work.rglob("*.parquet")) != []
    result = run_gate(settings)
    assert len(result.accepted) == 2 - len(in_raw)
    assert folders(settings.raw) == folders(settings.quarantine) == ["iplos-1804", "iplos-5001"]
    assert list(settings.work.iterdir()) == []
    assert len(list(settings.raw.glob("iplos/*/service.parquet"))) == 2


def test_a_full_disk_is_said_in_words_and_nothing_is_half_promoted(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    deliver_two(settings)
    whole = promotion._DeliveryWriter.close
    closed = []

    def full(writer: promotion._DeliveryWriter) -> None:
        closed.append(writer)
        if len(closed) == 2:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        whole(writer)

    monkeypatch.setattr(promotion._DeliveryWriter, "close", full)
    with pytest.raises(UserError) as error:
        run_gate(settings)
    what_to_do = "Deliveries promoted so far are whole, the others are still in landing: make room and run again."
    assert str(error.value) == f"The disk of {settings.home} is full. {what_to_do}"
    assert folders(settings.raw) == []
    monkeypatch.undo()
    assert len(run_gate(settings).accepted) == 2


def test_the_key_is_made_once_and_a_missing_or_another_one_stops_the_gate(settings: Settings) -> None:
    deliver_two(settings)
    run_gate(settings)
    key = settings.key_file.read_text()
    assert (settings.raw / "key_id").read_text() == key_id(bytes.fromhex(key.strip())) + "\n"
    deliver(settings, "municipal", "1804", files_of("municipal"))
    settings.key_file.unlink()
    with pytest.raises(UserError, match=r"The pseudonym key .* is missing, but .* already holds pseudonyms made with key [0-9a-f]{16}"):
        run_gate(settings)
    settings.key_file.write_text("cd" * 32)
    settings.key_file.chmod(0o600)
    with pytest.raises(UserError, match=r"The pseudonym key .* has id [0-9a-f]{16}, but .* holds pseudonyms made with key"):
        run_gate(settings)
    settings.key_file.write_text(key)
    settings.key_file.chmod(0o644)
    with pytest.raises(UserError, match=r"can be read by others. Run: chmod 600"):
        run_gate(settings)
    settings.key_file.chmod(0o600)
    assert [r.source for r in run_gate(settings).accepted] == ["municipal"]


_CONTRACT = load_contracts()["refugee_register"]
_FILE = _CONTRACT.file("refugee")
_ALPHABET = st.sampled_from([*"180420-1;\"' R\tø€", "\n", "\r\n", "1804;R9;;2020-02-29", "\n\n"])


@hypothesis_settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(_ALPHABET, max_size=60).map("".join), st.integers(1, 40))
def test_every_line_is_header_blank_accepted_or_quarantined_whatever_stands_in_it(content: str, chunk: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "refugees.csv"
        columns = ("municipality_code", "register_number", "person_national_id", "settlement_date")
        path.write_bytes((";".join(columns) + "\n" + content).encode())
        scan = scan_file(path, chunk_size=chunk)
        assert scan.line_count == scan_file(path).line_count
        reading = delimited_reading(_CONTRACT, _FILE, columns)
        today = dt.date(2024, 12, 31)
        manifest = Manifest("refugee_register", 1, "1804", today, today, None, (DeliveredFile("refugees.csv", 0, ""),))
        settings = Settings(home=folder, key_file=folder / "key")
        with open_work(settings, folder) as connection:
            batch = Batch(
                connection, [BatchFile(0, manifest, CheckedFile("refugees.csv", path, scan, reading))], [_FILE], lambda: b"key", folder
            )
            batch.stage()
            (counts,) = batch.counts()
    lines = path_lines(content)
    assert counts["line_count"] == 1 + len(lines)
    assert counts["header_count"] == 1
    assert counts["blank_count"] == sum(not text.strip(" ") for text in lines)
    assert counts["row_count"] == counts["accepted_count"] + counts["quarantined_count"]
    assert counts["line_count"] == counts["header_count"] + counts["blank_count"] + counts["row_count"]
    plain = {text for text in lines if text == "1804;R9;;2020-02-29"}
    assert counts["accepted_count"] >= len(plain)


def path_lines(content: str) -> list[str]:
    """Lines as a reader counts them: between line feeds, without the carriage return before one."""
    lines = content.split("\n")
    if lines[-1] == "":
        lines.pop()
    return [text.removesuffix("\r") for text in lines]
