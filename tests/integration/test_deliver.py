"""``fjernlys deliver``: files become a delivery in landing once, whole, or not at all."""

from __future__ import annotations

import datetime as dt
import json
import os
import zipfile
from pathlib import Path

import pytest
from arrival_deliveries import PERIOD, RECEIVED, csv_bytes, files_of, line, settings_with_klass, synthetic_id

from orchestration.arrivals.gate import run_gate
from orchestration.handing_in.checking import check
from orchestration.handing_in.deliver import deliver, told
from orchestration.handing_in.plan import Said
from orchestration.settings import Settings, UserError

SAID = Said(municipality="1804", period_end=PERIOD[1], received_at=RECEIVED)


@pytest.fixture
def settings(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return settings_with_klass(tmp_path, tmp_path_factory)


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """The five files of a municipal delivery."""
    return _written(tmp_path / "export", files_of("municipal"))


def _written(folder: Path, contents: dict[str, bytes]) -> list[Path]:
    folder.mkdir()
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return [folder / name for name in contents]


def _landing(settings: Settings) -> list[str]:
    return sorted(str(p.relative_to(settings.landing)) for p in settings.landing.rglob("*") if p.is_file() and "klass" not in p.parts)


def test_files_become_a_delivery_that_the_gate_accepts(settings, files):
    (placed,) = deliver(settings, files, SAID)
    manifest = json.loads((placed.folder / "manifest.json").read_text(encoding="utf-8"))
    assert placed.folder.parent == settings.landing / "municipal" / "1804"
    assert placed.folder.name == f"2024-12-31_{placed.manifest.content_sha256[:12]}"
    assert {k: manifest[k] for k in ("source", "contract_version", "supplier", "period_start", "period_end", "received_at")} == {
        "source": "municipal",
        "contract_version": 1,
        "supplier": "1804",
        "period_start": "2024-01-01",
        "period_end": "2024-12-31",
        "received_at": "2025-01-15T08:00:00",
    }
    assert [f["name"] for f in manifest["files"]] == [p.name for p in files]
    assert all(path.exists() for path in files), "the originals stay"
    assert [oct(p.stat().st_mode & 0o777) for p in (settings.landing, placed.folder)] == ["0o700", "0o700"]
    (receipt,) = run_gate(settings).accepted
    assert (receipt.delivery_id, sum(f.accepted_count for f in receipt.files)) == (placed.manifest.delivery_id, 5)


def test_the_same_files_again_are_known_in_landing_in_raw_and_with_another_day_of_receipt(settings, files):
    (first,) = deliver(settings, files, SAID)
    before = _landing(settings)
    (again,) = deliver(settings, files, Said("1804", PERIOD[1], received_at=dt.datetime(2025, 6, 1)))
    assert again.known == f"in landing already as municipal/1804/{first.folder.name}"
    run_gate(settings)
    (third,) = deliver(settings, files, SAID)
    assert third.known == f"accepted before as {first.manifest.delivery_id}"
    assert _landing(settings) == before
    assert list(told(third)) == [
        f"Known: municipal of 1804, 2024-01-01 to 2024-12-31: accepted before as {first.manifest.delivery_id}. Nothing is handed in twice."
    ]


def test_a_copy_in_landing_that_was_cut_short_is_not_taken_for_the_delivery(settings, files):
    (first,) = deliver(settings, files, SAID)
    with (first.folder / "dwellings.csv").open("r+b") as handle:
        handle.truncate(10)
    assert [r.refusal_rule_id for r in run_gate(settings).refused] == ["F003"]
    (second,) = deliver(settings, files, SAID)
    assert (second.known, second.folder.name) == ("", first.folder.name + "_2")
    assert [r.delivery_id for r in run_gate(settings).accepted] == [first.manifest.delivery_id]


def test_a_refused_delivery_handed_in_again_tells_why_it_was_refused(settings, tmp_path):
    files = _written(tmp_path / "export", files_of("municipal", dwelling=b"one,two\n"))
    deliver(settings, files, SAID)
    run_gate(settings)
    (again,) = deliver(settings, files, SAID)
    assert "; it was refused: F006 " in again.known and "separate the columns with semicolon" in again.known


def test_a_folder_stands_for_the_files_in_it(settings, files):
    (files[0].parent / ".DS_Store").write_bytes(b"")
    (placed,) = deliver(settings, [files[0].parent], SAID, dry_run=True)
    assert [f.name for f in placed.manifest.files] == sorted(p.name for p in files)


def test_an_archive_stands_for_the_files_in_it(settings, files, tmp_path):
    with zipfile.ZipFile(tmp_path / "mail.zip", "w") as archive:
        for path in files:
            archive.write(path, f"export/{path.name}")
    (placed,) = deliver(settings, [tmp_path / "mail.zip"], SAID)
    assert {f.name for f in placed.manifest.files} == {p.name for p in files} and not any(settings.aside.iterdir())
    assert check(settings, [tmp_path / "mail.zip"], SAID).exit_code == 0


def test_a_dry_run_leaves_nothing(settings, files):
    (placed,) = deliver(settings, files, SAID, dry_run=True)
    assert next(told(placed, dry_run=True)) == "Would hand in: municipal of 1804, 2024-01-01 to 2024-12-31, received 2025-01-15 08:00:00"
    assert _landing(settings) == [] and not any(settings.aside.iterdir())


def test_what_is_missing_is_said_before_anything_is_copied(settings, files):
    for said, names, says in (
        (SAID, files[:4], "municipal: the delivery needs also applications.csv"),
        (Said(period_end=PERIOD[1]), files, "--municipality 5001"),
        (Said("1804"), files, "--period-end YYYY-MM-DD"),
        (Said("18x4", PERIOD[1]), files, "municipality code of four digits"),
        (Said("1804", PERIOD[1], dt.date(2025, 1, 1)), files, "--period-start: 2025-01-01 lies after the last day"),
        (Said("1804", PERIOD[1], received_at=dt.datetime(2024, 12, 30)), files, "--period-end: 2024-12-31 has not come yet"),
        (Said("1804", PERIOD[1], received_at=dt.datetime(2099, 1, 1)), files, "--received-at: 2099-01-01 00:00:00 has not come yet"),
        (Said("1804", PERIOD[1], source="municipel"), files, "--source: must be one of"),
        (Said("1804", PERIOD[1], source="iplos"), files, "dwellings.csv: is not a file of iplos; expected services.csv"),
        (SAID, [], "No files are named"),
    ):
        with pytest.raises(UserError) as error:
            deliver(settings, names, said)
        assert says in str(error.value)
    assert _landing(settings) == []


def test_links_devices_and_missing_files_are_refused(settings, files, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("not to be delivered", encoding="utf-8")
    files[0].unlink()
    for make, says in (
        (lambda: files[0].symlink_to(secret), "must be a regular file, no link"),
        (lambda: os.mkfifo(files[0]), "must be a regular file, no folder and no device"),
        (lambda: None, "there is no such file"),
    ):
        make()
        with pytest.raises(UserError, match=says):
            deliver(settings, files, SAID)
        files[0].unlink(missing_ok=True)
    assert _landing(settings) == [] and not any(settings.aside.iterdir())


def test_what_a_killed_hand_in_left_aside_is_removed(settings, files):
    dead = settings.aside / "placing-999999999-1"
    dead.mkdir(parents=True)
    (dead / "dwellings.csv").write_text(synthetic_id(0), encoding="utf-8")
    deliver(settings, files, SAID)
    assert not any(settings.aside.iterdir())


def test_a_corrected_file_is_another_delivery(settings, files):
    (first,) = deliver(settings, files, SAID)
    files[0].write_bytes(csv_bytes("municipal", "dwelling", line("dwelling", room_count="4")))
    (second,) = deliver(settings, files, Said("1804", PERIOD[1], received_at=dt.datetime(2025, 2, 1)))
    assert second.known == "" and second.folder != first.folder
    assert len(run_gate(settings).accepted) == 2


def test_tables_of_statbank_live_side_by_side_each_under_its_own_name(settings, tmp_path):
    said = Said(period_end=dt.date(2025, 12, 31), received_at=dt.datetime(2026, 6, 20))
    names = ["statbank_12008_final_001.csv", "statbank_12008_final_002.csv", "statbank_12134_final_001.csv", "table.yml"]
    files = _written(tmp_path / "saved", dict.fromkeys(names, b"as saved"))
    (placed,) = deliver(settings, [*files[:2], files[3]], said)
    assert (placed.manifest.source, placed.manifest.extract) == ("ssb_statbank", "12008_final")
    with pytest.raises(UserError, match="a delivery holds one table in one vintage\\. Hand in each on its own"):
        deliver(settings, files, said)
    with pytest.raises(UserError, match=r"ssb_statbank: the delivery needs also query.json or table\\.yml"):
        deliver(settings, files[:1], said)
