"""The inbox: whole files are handed in once and moved away, the others wait with a reason. A kill takes nothing twice and loses nothing."""

from __future__ import annotations

import io
import os
import stat
import zipfile
from pathlib import Path

import mapped_files
import pytest
from arrival_deliveries import csv_bytes, files_of, line, settings_in, synthetic_id
from mapped_files import HOMES, MAPPING, STREETS, with_mapping

from orchestration.arrivals.manifest import read_manifest
from orchestration.handing_in.inbox import Pass, run_once, take_in, watch
from orchestration.handing_in.inbox_status import lines
from orchestration.handing_in.watching import STATUS, Look, look
from orchestration.settings import Settings, UserError


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return with_mapping(settings_in(tmp_path), tmp_path)


def _drop(settings: Settings, files: dict[str, bytes], folder: str = "1804") -> Path:
    path = settings.inbox / folder
    path.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (path / name).write_bytes(content)
    return path


def _pass(settings: Settings) -> Pass:
    return run_once(settings, 0.0)


def _delivered(settings: Settings) -> dict[str, list[dict[str, bytes]]]:
    """Files of complete deliveries by source; a folder without manifest would be left out and is none."""
    found: dict[str, list[dict[str, bytes]]] = {}
    for manifest in sorted(settings.landing.glob("*/*/*/manifest.json")):
        entries = read_manifest(manifest.parent).files
        found.setdefault(manifest.parts[-4], []).append({e.name: (manifest.parent / e.name).read_bytes() for e in entries})
    return found


def _taken(settings: Settings) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in sorted(settings.inbox.glob("*/taken/*/*"))}


def _zip(files: dict[str, bytes], **options) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, **options) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


def test_files_of_a_mapping_are_handed_in_with_their_groups_and_moved_away(settings):
    folder = _drop(settings, mapped_files.files())
    (taken,) = _pass(settings).taken
    assert [p.manifest.source for p in taken.placed] == ["group_mapping", "municipal"]
    (delivery,) = _delivered(settings)["municipal"]
    assert delivery == {**mapped_files.files(), "mapping.yml": MAPPING.encode()}
    manifest = read_manifest(taken.placed[1].folder)
    assert (manifest.extract, manifest.supplier, str(manifest.period_end)) == ("homes", "1804", "2024-12-31")
    assert _taken(settings) == mapped_files.files()
    assert sorted(p.name for p in folder.iterdir()) == [STATUS, "taken"]
    assert "Waiting (venter): nothing" in (folder / STATUS).read_text(encoding="utf-8")


def test_nothing_is_taken_until_all_files_are_there_and_unchanged(settings):
    folder = _drop(settings, {HOMES: mapped_files.homes()})
    assert _pass(settings).waiting == {f"1804/{HOMES}": r"1804/homes: also needed: streets (named as streets.*\.csv)"}
    before = look(settings.inbox)
    (folder / STREETS).write_bytes(mapped_files.streets())
    arriving = take_in(settings, before, look(settings.inbox))
    assert arriving.waiting == {
        f"1804/{HOMES}": "waits until the other files beside it have arrived",
        f"1804/{STREETS}": "is still arriving",
    }
    before = look(settings.inbox)
    with (folder / STREETS).open("ab") as handle:
        handle.write(b"8;Storgata\r\n")
    assert not take_in(settings, before, look(settings.inbox)).taken and not _delivered(settings)
    assert len(_pass(settings).taken) == 1


def test_the_same_files_dropped_again_are_known_and_moved_away_beside_the_first(settings):
    _drop(settings, mapped_files.files())
    _pass(settings)
    _drop(settings, mapped_files.files())
    (taken,) = _pass(settings).taken
    assert [bool(p.known) for p in taken.placed] == [True], "the groups count already, the delivery is known"
    assert {k: len(v) for k, v in _delivered(settings).items()} == {"group_mapping": 1, "municipal": 1}
    assert sorted(_taken(settings)) == [HOMES, "homes_20241231_2.csv", STREETS, "streets_2.csv"]


def test_two_snapshots_beside_each_other_are_two_deliveries_or_wait(settings):
    both = {HOMES: mapped_files.homes(), "homes_20231231.csv": mapped_files.homes(), STREETS: mapped_files.streets()}
    folder = _drop(settings, both)
    waiting = _pass(settings).waiting
    assert set(waiting) == {f"1804/{name}" for name in both} and "more than one file is named as homes" in waiting[f"1804/{STREETS}"]
    for day in ("2023", "2024"):
        _drop(settings, {f"homes_{day}1231.csv": both[HOMES], STREETS: both[STREETS]}, f"1804/{day}")
    for name in both:
        (folder / name).unlink()
    assert len(_pass(settings).taken) == 2
    periods = [read_manifest(p.parent).period_end for p in settings.landing.glob("municipal/*/*/manifest.json")]
    assert sorted(map(str, periods)) == ["2023-12-31", "2024-12-31"]


def test_files_named_as_a_contract_take_the_day_from_their_folder(settings):
    _drop(settings, files_of("municipal"))
    assert set(_pass(settings).waiting.values()) == {
        "no day stands in the file names: put the files in a folder named after the day they describe, such as 2025-12-31"
    }
    _drop(settings, files_of("refugee_register"), "1804/2024-12-31")
    (taken,) = _pass(settings).taken
    assert (taken.placed[0].manifest.source, str(taken.placed[0].manifest.period_end)) == ("refugee_register", "2024-12-31")


def test_what_may_not_be_taken_waits_with_the_reason_and_without_an_id(settings, tmp_path):
    number = synthetic_id(1)
    folder = _drop(settings, {"list.csv.part": b"", "~$homes.xlsx": b"", "letter.docx": b"", f"homes_{number}.csv": b"", ".hidden": b""})
    (folder / "link.csv").symlink_to(tmp_path)
    _drop(settings, {"x.csv": b""}, f"1804/{number}")
    _drop(settings, {"x.csv": b""}, "1804/a/b")
    (settings.inbox / "loose.csv").write_bytes(b"")
    result = _pass(settings)
    text = "\n".join(lines(result)) + (folder / STATUS).read_text(encoding="utf-8")
    assert not result.taken and number not in text
    assert result.waiting == {
        "1804/list.csv.part": "is being written by a program; it is left alone until that is done",
        "1804/~$homes.xlsx": "is being written by a program; it is left alone until that is done",
        "1804/letter.docx": "no mapping's pattern and no contract's name fits it",
        f"1804/homes_{number}.csv": "the name holds a number in the form of a national id; rename the file",
        f"1804/{number}/x.csv": "the name holds a number in the form of a national id; rename the folder",
        "1804/link.csv": "is a link or a device; put the file itself here",
        "1804/a/b": "a folder in a folder is not looked into; put the files one folder up",
        "loose.csv": "lies outside the folders of the municipalities, inbox/<municipality code>/",
    }


def test_a_file_that_two_mappings_want_is_given_to_neither(settings, tmp_path):
    with_mapping(settings, tmp_path, MAPPING.replace("extract: homes", "extract: other"), "1804/other.yml")
    _drop(settings, mapped_files.files())
    reason = "the patterns of 1804/homes and 1804/other fit; make them differ, or use fjernlys deliver --mapping"
    assert _pass(settings).waiting == {f"1804/{HOMES}": reason, f"1804/{STREETS}": reason}


def test_another_municipality_does_not_get_the_mapping(settings):
    _drop(settings, mapped_files.files(), "5001")
    assert set(_pass(settings).waiting.values()) == {"no mapping's pattern and no contract's name fits it"}


def test_a_half_written_mapping_is_told_and_stops_no_other(settings, tmp_path):
    with_mapping(settings, tmp_path, "version: 1\nextract: draft\n", "1804/draft.yml")
    _drop(settings, {**mapped_files.files(), "letter.docx": b""})
    result = _pass(settings)
    assert len(result.taken) == 1
    why = result.waiting["1804/letter.docx"]
    assert "; a mapping cannot be read: " in why and "draft.yml, line 1" in why


def test_an_archive_is_taken_apart_and_kept(settings):
    content = _zip({f"export/{HOMES}": mapped_files.homes(), f"export/{STREETS}": mapped_files.streets(), "__MACOSX/._x": b"x"})
    _drop(settings, {"mail.zip": content})
    (taken,) = _pass(settings).taken
    assert taken.names == ("mail.zip",) and _taken(settings) == {"mail.zip": content}
    assert set(_delivered(settings)["municipal"][0]) == {HOMES, STREETS, "mapping.yml"}
    assert not [p for p in settings.aside.iterdir() if p.is_dir()]


def test_names_in_an_archive_packed_by_windows_keep_their_letters(settings, tmp_path):
    with_mapping(settings, tmp_path, MAPPING.replace("streets.*", "gater_på_øya"))
    content = _zip({HOMES: mapped_files.homes(), "gater_pX_Yya.csv": mapped_files.streets()})
    _drop(settings, {"mail.zip": content.replace(b"gater_pX_Yya", "gater_på_øya".encode("cp865"))})
    assert not _pass(settings).waiting
    assert "gater_på_øya.csv" in _delivered(settings)["municipal"][0]


def _link_in_zip() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        entry = zipfile.ZipInfo(HOMES)
        entry.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(entry, "/etc/passwd")
    return packed.getvalue()


def _larger_than_it_says() -> bytes:
    content = _zip({HOMES: b"x" * 5000})
    return content.replace((5000).to_bytes(4, "little"), (50).to_bytes(4, "little"))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (_zip({f"../../{HOMES}": b""}), "a name leads out of the archive"),
        (_zip({f"/etc/{HOMES}": b""}), "a name leads out of the archive"),
        (_zip({f"..\\{HOMES}": b""}), "a name leads out of the archive"),
        (_link_in_zip(), "a link or device stands where a file should be"),
        (_zip({"inner.zip": _zip({HOMES: b""})}), "an archive in the archive"),
        (_zip({f"a/{HOMES}": b"", f"b/{HOMES.upper()}": b""}), "two files have the same name"),
        (_zip({HOMES: bytes(30 * 1024**2)}), "or packed too tightly"),
        (_zip({f"{n}.csv": b"" for n in range(201)}), "holds 201 files; at most 200 are taken"),
        (_zip({}), "the archive holds no files"),
        (_zip({HOMES: b"x"})[:40], "cannot be taken apart (BadZipFile)"),
        (_larger_than_it_says(), "mail.zip: "),
        (_zip({HOMES: b"x"}), r"1804/homes: also needed: streets"),
    ],
    ids=lambda value: value if isinstance(value, str) else "archive",
)
def test_an_archive_that_may_harm_or_is_not_whole_waits_and_leaves_nothing(settings, content: bytes, says: str):
    _drop(settings, {"mail.zip": content})
    result = _pass(settings)
    assert not result.taken and says in result.waiting["1804/mail.zip"]
    assert not _delivered(settings) and not [p for p in settings.aside.iterdir() if p.is_dir()]


def test_only_one_process_takes_from_the_inbox(settings, monkeypatch):
    def second(*_) -> Look:
        with pytest.raises(UserError, match="Another process takes in files"):
            run_once(settings, 0.0)
        return Look()

    monkeypatch.setattr("orchestration.handing_in.inbox.take_in", lambda *_: Pass())
    monkeypatch.setattr("orchestration.handing_in.inbox.look", second)
    run_once(settings, 0.0)


_STEPS = ("rename", "replace", "fsync", "mkdir", "unlink", "rmdir")


def _run_until(settings: Settings, step: int) -> bool:
    """One pass in a process of its own that is killed before its ``step``-th change to the file system; whether it came to the end."""
    child = os.fork()
    if child == 0:
        count = 0

        def counted(real):
            def call(*args, **kwargs):
                nonlocal count
                count += 1
                if count == step:
                    os._exit(9)
                return real(*args, **kwargs)

            return call

        for name in _STEPS:
            setattr(os, name, counted(getattr(os, name)))
        code = 1
        try:
            run_once(settings, 0.0)
            code = 0
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    assert code in (0, 9)
    return code == 0


@pytest.mark.parametrize("packed", [False, True])
def test_a_kill_at_any_step_takes_nothing_twice_and_loses_nothing(tmp_path, packed: bool):
    files = {"mail.zip": _zip(mapped_files.files())} if packed else mapped_files.files()
    step, ended = 0, False
    while not ended:
        step += 1
        settings = with_mapping(settings_in(tmp_path / str(step)), tmp_path)
        _drop(settings, files)
        ended = _run_until(settings, step)
        for delivery in _delivered(settings).get("municipal", []):
            assert {HOMES, STREETS, "mapping.yml"} == set(delivery), f"killed at step {step}: half a delivery in landing"
        _pass(settings)
        _pass(settings)
        delivered = _delivered(settings)
        assert {k: len(v) for k, v in delivered.items()} == {"group_mapping": 1, "municipal": 1}, f"killed at step {step}"
        assert delivered["municipal"][0] == {**mapped_files.files(), "mapping.yml": MAPPING.encode()}
        assert _taken(settings) == files, f"killed at step {step}"
        left = [p.name for p in settings.inbox.glob("1804/*") if p.name not in ("taken", STATUS)]
        assert not left and sorted(p.name for p in settings.aside.iterdir()) == ["inbox.lock"], f"killed at step {step}"
    assert step > 10


def test_a_corrected_file_of_the_same_name_is_a_delivery_of_its_own(settings):
    _drop(settings, files_of("refugee_register"), "1804/2024-12-31")
    _pass(settings)
    corrected = csv_bytes("refugee_register", "refugee", line("refugee", register_number="R2"))
    _drop(settings, files_of("refugee_register", refugee=corrected), "1804/2024-12-31")
    (taken,) = _pass(settings).taken
    assert not taken.placed[0].known and len(_delivered(settings)["refugee_register"]) == 2


def test_watching_takes_in_what_comes_and_rests_while_nothing_changes(settings, monkeypatch):
    folder = settings.inbox / "1804"
    folder.mkdir(parents=True)
    (folder / "letter.docx").write_bytes(b"")
    slept, told = [], []

    def sleep(_: float) -> None:
        slept.append(1)
        if len(slept) == 4:
            _drop(settings, mapped_files.files())
        if len(slept) == 10:
            raise KeyboardInterrupt

    monkeypatch.setattr("orchestration.handing_in.inbox.time.sleep", sleep)
    with pytest.raises(KeyboardInterrupt):
        watch(settings, told.append, 0.0)
    assert [(len(p.taken), sorted(p.waiting)) for p in told] == [
        (0, ["1804/letter.docx"]),
        (0, [f"1804/{name}" for name in (HOMES, "letter.docx", STREETS)]),
        (1, ["1804/letter.docx"]),
        (0, ["1804/letter.docx"]),
        (0, ["1804/letter.docx"]),
    ]
