"""The command line: clear messages, exit codes, no stack traces."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from orchestration import demonstration
from orchestration.settings import PROJECT_ROOT, UserError, load_settings


@pytest.fixture
def fjernlys(tmp_path: Path):
    """Run the command line in a scratch home."""

    def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess:
        env = {**os.environ, "FJERNLYS_HOME": str(tmp_path / "home"), "FJERNLYS_KEY_FILE": str(tmp_path / "key"), **environment}
        return subprocess.run([sys.executable, "-m", "orchestration.cli", *arguments], env=env, capture_output=True, text=True, check=False)

    return run


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("query", "select 1"), "There is no release in"),
        (("query", "select 1", "--audience", "public"), "There is no release 'public'. There are: analyst, property."),
        (("rollback",), "There is no current release to roll back from."),
        (("deliver", "letter.txt"), "letter.txt: there is no such file."),
        (("deliver", "pyproject.toml"), "pyproject.toml: no mapping's patterns and no contract's names fit these files."),
        (("check-delivery", "letter.txt", "--format", "pdf"), "--format: must be one of text, json, html."),
        (("onboard", "letter.txt"), "letter.txt: there is no such file."),
        (("synthesize", "--municipalities", "18x1"), "--municipalities: '18x1' is not a four-digit code."),
        (("fetch", "nav", "1"), "'nav' is no source. Write fjernlys fetch ssb 12008 or fjernlys fetch klass 131."),
        (("fetch", "ssb", "12009"), "connectors/statbank.yml names no table 12009."),
        (("synthesize", "--years", "2025-2019"), "--years: '2025-2019' is not a range of years."),
    ],
)
def test_a_users_mistake_is_one_message_and_exit_code_2(fjernlys, arguments: tuple[str, ...], says: str):
    result = fjernlys(*arguments)
    assert result.returncode == 2
    assert result.stderr.startswith("Error: ") and says in result.stderr
    assert "Traceback" not in result.stdout + result.stderr


def test_a_wrong_date_in_the_environment_names_the_variable(fjernlys):
    result = fjernlys("status", FJERNLYS_AS_OF="31.12.2025")
    assert (result.returncode, result.stderr) == (2, "Error: FJERNLYS_AS_OF: '31.12.2025' is not a date. Write it as YYYY-MM-DD.\n")


def test_a_home_that_cannot_be_written_is_told_without_a_trace(fjernlys, tmp_path: Path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    result = fjernlys("nightly", FJERNLYS_HOME=str(tmp_path / "file"))
    assert (result.returncode, result.stderr) == (2, f"Error: {tmp_path / 'file'}: a file stands where a folder should be.\n")


@pytest.mark.parametrize("arguments", [("synthesize", "--out"), ("docs", "--out")])
def test_a_folder_that_cannot_be_made_is_named(fjernlys, tmp_path: Path, arguments: tuple[str, ...]):
    (tmp_path / "file").write_text("", encoding="utf-8")
    result = fjernlys(*arguments, str(tmp_path / "file" / "x"))
    assert result.returncode == 2 and result.stderr.startswith(f"Error: {tmp_path / 'file' / 'x'}")
    assert "the folder cannot be made (Not a directory)." in result.stderr


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("FJERNLYS_KEEP_RELEASES", "many", "'many' is not a whole number of 1 or more."),
        ("FJERNLYS_THREADS", "0", "'0' is not a whole number of 1 or more."),
        ("FJERNLYS_MEMORY_LIMIT", "lots", "'lots' is not an amount of memory. Write it as 1GB or 800MB."),
    ],
)
def test_a_wrong_setting_names_the_variable(fjernlys, name: str, value: str, says: str):
    result = fjernlys("status", **{name: value})
    assert (result.returncode, result.stderr) == (2, f"Error: {name}: {says}\n")


def test_status_of_an_empty_home_says_what_to_do(fjernlys):
    result = fjernlys("status")
    assert result.returncode == 0
    assert "Run: fjernlys nightly" in result.stdout and "Refused deliveries: none" in result.stdout


def test_a_delivery_is_tried_out_handed_in_and_known(fjernlys, tmp_path: Path):
    regions = sorted((PROJECT_ROOT / "reference" / "regions").glob("klass131_*.csv"))
    files = (*map(str, regions), "--period-end", "2025-12-31")
    checked = fjernlys("check-delivery", *files)
    assert checked.returncode == 0 and "Accepted: every row is taken in." in checked.stdout
    assert not (tmp_path / "key").exists() and not (tmp_path / "home" / "landing").exists()
    assert fjernlys("deliver", *files).stdout.startswith("Handed in: klass of ssb, 2025-01-01 to 2025-12-31, received ")
    assert fjernlys("deliver", *files).stdout.startswith("Known: klass of ssb, 2025-01-01 to 2025-12-31: in landing already as klass/ssb/")


def test_a_folder_that_is_no_delivery_ends_with_2_and_an_empty_inbox_is_told(fjernlys, tmp_path: Path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "manifest.json").write_text("{", encoding="utf-8")
    checked = fjernlys("check-delivery", str(tmp_path / "in"))
    assert checked.returncode == 2 and "  F001 manifest.json, line 1: not JSON" in checked.stdout
    assert fjernlys("inbox").stdout == f"Nothing lies in {tmp_path / 'home' / 'inbox'}/<municipality code>/.\n"


def test_help_does_not_import_the_large_libraries():
    large = ("dagster", "dbt", "great_expectations", "pandas", "duckdb")
    code = f"import sys, orchestration.cli; print([m for m in {large} if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"


def test_municipalities_and_years_are_read():
    assert demonstration.parse_municipalities("5001, 1811") == ("5001", "1811")
    assert demonstration.parse_municipalities("all") == "all"
    assert demonstration.parse_years("2024") == (2024, 2024)
    assert demonstration.parse_years("2019-2025") == (2019, 2025)
    with pytest.raises(UserError):
        demonstration.parse_municipalities("")


def test_the_demonstration_goes_only_into_an_empty_landing_or_finishes_itself(tmp_path: Path):
    settings = load_settings({"FJERNLYS_HOME": str(tmp_path)})
    assert demonstration.is_wanted(settings)
    (settings.landing / "municipal").mkdir(parents=True)
    assert not demonstration.is_wanted(settings)
    settings.truth.mkdir()
    (settings.truth / "synthesis.json").write_text('{"options": {}}', encoding="utf-8")
    assert demonstration.is_wanted(settings), "a demonstration that was killed is finished"
    (settings.truth / "synthesis.json").write_text('{"options": {}, "summary": {}}', encoding="utf-8")
    assert not demonstration.is_wanted(settings)


def test_only_synthetic_deliveries_have_days_of_their_own(tmp_path: Path):
    settings = load_settings({"FJERNLYS_HOME": str(tmp_path)})
    assert demonstration.is_synthetic(settings, demo=True)
    assert not demonstration.is_synthetic(settings, demo=False)
    (settings.landing / "municipal").mkdir(parents=True)
    assert not demonstration.is_synthetic(settings, demo=True)
    settings.truth.mkdir()
    (settings.truth / "synthesis.json").write_text('{"summary": {}}', encoding="utf-8")
    assert demonstration.is_synthetic(settings, demo=False)
