"""A form that was sent stays as it was, and so does its build, until the law takes that away."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import Result
from hand_made_forms import BUILD, make_build

from orchestration.arrivals.manifest import read_manifest
from orchestration.custody import rotation
from orchestration.custody.erasure import erase_person, remove_older
from orchestration.form_13.files import forms_asked_for, written
from orchestration.form_13.sent import kept_forms, send
from orchestration.privacy.national_id import check_digits
from orchestration.privacy.pseudonym import key_id, load_key
from orchestration.settings import Settings, UserError
from orchestration.warehouse import build
from orchestration.warehouse.pins import unreadable_forms

NOW = dt.datetime(2026, 1, 20, 9, 30)


def sent(settings: Settings, at: dt.datetime = NOW) -> Path:
    """Send Trondheim's form of 2025."""
    return send(settings, forms_asked_for(settings, "5001", 2025)[0], at).folder


def finish(settings: Settings, build_id: str) -> None:
    """A night that ends with this build."""
    plan = build.BuildPlan(build_id, NOW.date(), NOW.date(), "k", "c", ())
    build.begin(settings, plan).write_text("data", encoding="utf-8")
    build.finish(settings, plan, {})


def test_it_is_kept_with_what_it_was_made_of(settings: Settings) -> None:
    folder = sent(settings)
    assert folder == settings.forms / "2025" / "5001" / "1"
    assert oct(settings.forms.stat().st_mode & 0o777) == "0o700"
    notes = json.loads((folder / "form.json").read_text(encoding="utf-8"))
    (form,) = forms_asked_for(settings, "5001", 2025)
    files = {f"skjema13_5001_2025.{kind}": hashlib.sha256(written(form, kind)).hexdigest() for kind in ("xlsx", "csv", "html")}
    assert notes == {
        **{"municipality_code": "5001", "municipality_name": "Trondheim", "year": 2025, "number": 1, "sent_at": "2026-01-20T09:30:00"},
        **{"build_id": BUILD, "release": f"0001-{BUILD}", "as_of": "2025-12-31", "known_at": "2026-01-15", "code_sha256": "f" * 64},
        "files": files,
    }
    for name, digest in files.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
    assert sent(settings).name == "2"


def test_it_is_handed_in_as_what_was_sent(settings: Settings) -> None:
    sent(settings)
    (manifest,) = settings.landing.glob("form_return/5001/*/manifest.json")
    found = read_manifest(manifest.parent)
    assert (found.period_end, found.received_at, [file.name for file in found.files]) == (
        dt.date(2025, 12, 31),
        NOW,
        ["skjema13_5001_2025_1.csv"],
    )
    again = send(settings, forms_asked_for(settings, "5001", 2025)[0], NOW + dt.timedelta(days=1))
    assert [placed.known for placed in again.handed_in] == [f"in landing already as {manifest.parent.relative_to(settings.landing)}"]
    assert [read_manifest(folder).received_at for folder in settings.landing.glob("form_return/5001/*/")] == [NOW]


def test_a_form_sent_again_after_a_correction_counts_again(settings: Settings) -> None:
    (first,) = forms_asked_for(settings, "5001", 2025)
    corrected = replace(first, lines=(replace(first.lines[0], count=4000), *first.lines[1:]))
    for days, form in enumerate((first, corrected, first, first)):
        send(settings, form, NOW + dt.timedelta(days))
    found = sorted((read_manifest(folder) for folder in settings.landing.glob("form_return/5001/*/")), key=lambda each: each.received_at)
    assert [each.received_at for each in found] == [NOW, NOW + dt.timedelta(1), NOW + dt.timedelta(2)]
    assert [each.files[0].name for each in found] == [f"skjema13_5001_2025_{number}.csv" for number in (1, 2, 3)]
    digests = [each.files[0].sha256 for each in found]
    assert digests[0] == digests[2] != digests[1]
    assert len({each.delivery_id for each in found}) == 3, "the arrival gate takes each for a delivery of its own"
    names = sorted(path.name for path in (settings.forms / "2025" / "5001" / "3").iterdir())
    assert names == ["form.json", *(f"skjema13_5001_2025.{kind}" for kind in ("csv", "html", "xlsx"))]


def test_its_build_stays_while_others_go(settings: Settings) -> None:
    sent(settings)
    os.utime(settings.builds / BUILD, (1, 1))
    for number in range(1, 5):
        finish(settings, f"{number:012d}")
    assert sorted(path.name for path in settings.builds.iterdir()) == ["000000000003", "000000000004", BUILD]


def test_a_build_made_anew_under_the_same_id_stays_pinned(settings: Settings) -> None:
    sent(settings)
    finish(settings, BUILD)
    for number in range(1, 4):
        finish(settings, f"{number:012d}")
    assert (settings.builds / BUILD).is_dir()


def test_an_erasure_takes_its_build_and_leaves_the_form_which_says_so(settings: Settings, run: Callable[..., Result]) -> None:
    folder = sent(settings)
    make_build(settings, "f" * 12)
    newer = settings.releases / f"0002-{'f' * 12}"
    newer.mkdir()
    (settings.releases / "current").unlink()
    (settings.releases / "current").symlink_to(newer.name)
    remove_older(settings, "sak 2026/12", dt.date(2026, 3, 1))
    assert not (settings.builds / BUILD).exists()
    assert sorted(path.name for path in folder.iterdir()) == [
        "form.json",
        *(f"skjema13_5001_2025.{kind}" for kind in ("csv", "html", "xlsx")),
    ]
    assert json.loads((folder / "form.json").read_text())["build_erased"] == {"day": "2026-03-01", "reference": "sak 2026/12"}
    asked = run("explain", "skjema13", "--municipality", "5001", "--year", "2025", "--line", "2", "--build", BUILD)
    assert str(asked.exception) == (
        f"Build {BUILD} was taken away on 2026-03-01 by an erasure (sak 2026/12). "
        f"The form that was sent of it stays in {folder}; the rows behind it cannot be shown."
    )
    assert "erased" in run("forms").stdout


def test_a_form_that_could_not_be_explained_is_not_sent(settings: Settings) -> None:
    (form,) = forms_asked_for(settings, "5001", 2025)
    gone = replace(form, made=replace(form.made, build_id="e" * 12))
    with pytest.raises(UserError, match=r"Build e{12} of the release in use is no longer kept.*Run fjernlys nightly first"):
        send(settings, gone, NOW)
    assert not settings.forms.exists()


def test_the_build_of_a_form_that_was_sent_anew_is_let_go_when_somebody_says_so(settings: Settings, run: Callable[..., Result]) -> None:
    first = sent(settings)
    later, (form,) = "d" * 12, forms_asked_for(settings, "5001", 2025)
    make_build(settings, later)
    send(settings, replace(form, made=replace(form.made, build_id=later)), NOW + dt.timedelta(1))
    assert run("forms", "--drop", "2025/5001/1").stdout == (
        f"Form 2025/5001/1 keeps its files; build {BUILD} goes with the next night, where no other form is made of it.\n"
    )
    for path in settings.builds.iterdir():
        os.utime(path, (1, 1))
    for number in range(1, 3):
        finish(settings, f"{number:012d}")
    assert sorted(path.name for path in settings.builds.iterdir()) == ["000000000001", "000000000002", later]
    assert len(list(first.iterdir())) == 4, "the files of the form stay"
    states = [line.split()[5:7] for line in run("forms").stdout.splitlines() if line.split()[:2] == ["2025", "5001"]]
    assert states == [["let", "go"], ["kept", "2025-12-31"]]


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("2025/5001/1", "--drop: 2025/5001/1 is the last form that was sent of that municipality and year; its build stays."),
        ("2025/5001", "--drop: no form 2025/5001 was sent. Write year/municipality/number; those there are: fjernlys forms"),
    ],
)
def test_the_build_of_the_form_that_counts_is_not_let_go(settings: Settings, run: Callable[..., Result], name: str, says: str) -> None:
    sent(settings)
    assert str(run("forms", "--drop", name).exception) == says
    assert kept_forms(settings)[0][2] == "kept"


@pytest.mark.parametrize("content", ["{", "[]", '{"year": 2025}'])
def test_a_form_whose_notes_cannot_be_read_keeps_every_build_and_stops_no_night(
    settings: Settings, run: Callable[..., Result], content: str
) -> None:
    folder = sent(settings)
    (folder / "form.json").write_text(content, encoding="utf-8")
    for number in range(1, 5):
        finish(settings, f"{number:012d}")
    assert len(list(settings.builds.iterdir())) == 5
    (warning,) = unreadable_forms(settings)
    assert (warning.passed, warning.is_blocking, warning.subject) == (False, False, "forms/2025/5001/1")
    says = "form.json on forms/2025/5001/1: cannot be read, so that nobody can tell which build the form is made of"
    assert says in run("status").stdout and says in run("forms").stderr
    assert sent(settings).name == "2"


def test_a_person_who_is_in_no_file_may_still_be_in_a_build_of_a_form(settings: Settings) -> None:
    number = next(nine + digits for n in range(1000) if (digits := check_digits(nine := f"018180{n:03d}")))
    with pytest.raises(UserError) as none_kept:
        erase_person(settings, number, "sak 2026/12", NOW.date())
    assert "forms that were sent" not in str(none_kept.value)
    sent(settings)
    with pytest.raises(UserError) as kept:
        erase_person(settings, number, "sak 2026/12", NOW.date())
    assert str(kept.value).endswith(
        f"Builds kept for forms that were sent may still hold the person: {BUILD}. They go with: fjernlys erase --older --reference ..."
    )


def test_of_a_build_of_another_key_only_own_keys_are_shown(settings: Settings, run: Callable[..., Result]) -> None:
    asked_for = ("explain", "skjema13", "--municipality", "5001", "--year", "2025", "--line", "2", "--format", "csv")
    notes = settings.builds / BUILD / "build.json"
    notes.write_text(json.dumps({"key_id": key_id(load_key(settings))}), encoding="utf-8")
    same = run(*asked_for)
    assert all(row.split(";")[1] for row in same.stdout.splitlines()) and same.stderr == ""
    notes.write_text(json.dumps({"key_id": "0" * 16}), encoding="utf-8")
    other = run(*asked_for)
    assert [row.split(";")[:3] for row in other.stdout.splitlines()[1:]] == [["dwelling", "", f"B-{n}"] for n in (1, 2, 3)]
    assert other.stderr == (
        f"Build {BUILD} was made under another pseudonym key: the keys of its release are not known any more, and are left out.\n"
    )


def test_a_new_key_names_the_builds_of_the_old_one_that_no_night_takes_away(
    settings: Settings, run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotation, "rotate_key", lambda *_: rotation.Rotation("old", "new", 1, 2, ()))
    assert "forms that were sent" not in run("rotate-key").stdout
    sent(settings)
    assert run("rotate-key").stdout.splitlines()[-1] == (
        "Nights do not take away builds of forms that were sent (fjernlys forms). These hold pseudonyms of the old key: "
        f"{BUILD}. Where they must go, after the next night: fjernlys erase --older --reference ..."
    )


def test_forms_are_listed(settings: Settings, run: Callable[..., Result], tmp_path: Path) -> None:
    assert run("forms").stdout == "No form was kept as sent. Keep one with: fjernlys skjema13 --municipality CODE --sent\n"
    sent(settings), sent(settings, NOW + dt.timedelta(1))
    assert [(notes["number"], notes["sent_at"]) for _, notes, _ in kept_forms(settings)] == [
        (1, "2026-01-20T09:30:00"),
        (2, "2026-01-21T09:30:00"),
    ]
    line = next(line for line in run("forms").stdout.splitlines() if "2026-01-21" in line)
    assert line.split()[:8] == ["2025", "5001", "2", "2026-01-21T09:30:00", BUILD, "kept", "2025-12-31", "2026-01-15"]


def test_the_status_names_the_builds_that_stay(settings: Settings, run: Callable[..., Result]) -> None:
    assert "Builds that stay" not in run("status").stdout
    sent(settings)
    assert run("status").stdout.splitlines()[-1] == f"Builds that stay for forms that were sent (fjernlys forms): {BUILD}"


def test_the_command_keeps_what_it_wrote(settings: Settings, run: Callable[..., Result], tmp_path: Path) -> None:
    result = run("skjema13", "--municipality", "5001", "--out", str(tmp_path / "out"), "--sent")
    assert "What is sent has 1 line that cannot be told and 0 controls not met." in result.stdout
    assert "It replaces the return of 2025 that was sent on 2026-02-15, whole, from the next night on." in result.stdout
    assert f"Kept as sent in {settings.forms}/2025/5001/1; build {BUILD} stays." in result.stdout
    assert "Handed in: form_return of 5001, 2025-01-01 to 2025-12-31" in result.stdout
    for path in (tmp_path / "out").iterdir():
        assert path.read_bytes() == (settings.forms / "2025" / "5001" / "1" / path.name).read_bytes()
