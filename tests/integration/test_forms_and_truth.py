"""Form 13 of real warehouses: the workbook has the numbers of the ground truth, and every number leads to its rows."""

from __future__ import annotations

import io
import json
import re
import shlex
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from homes import BuiltHome, settings_of
from openpyxl import load_workbook
from typer.testing import CliRunner

from expectations.release import form_13
from expectations.runner import run_suite
from orchestration.cli import app
from orchestration.form_13.explain import explain_line
from orchestration.form_13.files import forms_asked_for, written
from orchestration.form_13.model import Form
from orchestration.privacy.pseudonym import load_key
from orchestration.releasing.audience import load_audience
from orchestration.releasing.rekey import audience_secret
from orchestration.releasing.write import open_build, write_release
from orchestration.settings import PROJECT_ROOT, Settings, UserError

BUILD = "0123456789ab"
_CONSOLE = re.compile(r"```console\n\$ fjernlys (?P<command>.*)\n(?P<shown>(?:.*\n)+?)```")
_KEY = re.compile("[0-9a-f]{32}")  # another one under each pseudonym key
BODO, LAST = "1804", 2025


@pytest.fixture(scope="module")
def settings(built_home: BuiltHome, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A data home that has the default warehouse as its build, and the analysts' release of it."""
    found = settings_of(tmp_path_factory.mktemp("forms") / "home")
    found.key_file.write_bytes(built_home.settings.key_file.read_bytes())
    found.key_file.chmod(0o600)
    for folder in (found.builds / BUILD, found.work, found.releases / f"0001-{BUILD}"):
        folder.mkdir(parents=True)
    warehouse = found.builds / BUILD / "warehouse.duckdb"
    warehouse.symlink_to(built_home.warehouse)
    release, audience = found.releases / f"0001-{BUILD}", load_audience("analyst")
    with open_build(found, warehouse) as con:
        write_release(con, audience, audience_secret(load_key(found), "analyst"), release)
    with duckdb.connect(str(release / "analyst.duckdb"), read_only=True) as con:
        frame = form_13.frame(con)
    judged = run_suite("release", form_13.NAME, audience.name, frame, form_13.expectations(audience), key=form_13.KEY)
    form_13.write_results(frame, judged, release)
    notes = {"build_id": BUILD, "as_of": f"{LAST}-12-31", "known_at": f"{LAST + 1}-03-20", "code_sha256": "f" * 64}
    (release / "release.json").write_text(json.dumps(notes), encoding="utf-8")
    (found.releases / "current").symlink_to(release.name)
    return found


@pytest.fixture(scope="module")
def forms(settings: Settings) -> dict[str, Form]:
    """The forms of the last year."""
    return {form.municipality_code: form for form in forms_asked_for(settings, None, None)}


@pytest.fixture(scope="module")
def truth(built_home: BuiltHome) -> dict[tuple[str, int], dict[str, int]]:
    """True numbers of the lines that municipalities send, by municipality and year."""
    found: dict[tuple[str, int], dict[str, int]] = defaultdict(dict)
    with built_home.connect() as con:
        for code, year, line, count in con.execute(
            "select municipality_code, year, line_id, true_count from truth('form_return')"
        ).fetchall():
            found[code, year][line] = count
    return found


def cells(form: Form, sheet: str) -> dict[str, list]:
    """Rows of a sheet of the workbook, by number of the line."""
    book = load_workbook(io.BytesIO(written(form, "xlsx")))
    return {str(row[0]): list(row) for row in book[sheet].iter_rows(min_row=5, values_only=True) if row[0]}


def test_the_workbook_has_the_numbers_that_were_drawn(settings: Settings, truth: dict) -> None:
    checked = 0
    for (code, year), lines in truth.items():
        (form,) = forms_asked_for(settings, code, year)
        shown = {}
        for sheet in ("Boliger", "Nyinnflyttede", "Venteliste"):
            shown |= {line: row[2] for line, row in cells(form, sheet).items()}
        assert {line: shown[line] for line in lines} == lines
        checked += len(lines)
    assert checked > 100


def test_last_year_is_what_was_sent_of_all_offices_else_the_register(built_home: BuiltHome, forms: dict[str, Form]) -> None:
    """Section by section: of the waiting list only the sum was sent, and its groups would not add up to that."""
    with built_home.connect() as con:
        sent = con.execute(
            "select municipality_code, line_id, sent_count from indicators.fct_form_sent where year = ? and covered_office = 'all'",
            [LAST - 1],
        ).fetchall()
    expected = {(code, line): count for code, line, count in sent if line != "6"}
    found = {
        (code, line.line_id): line.earlier.count
        for code, form in forms.items()
        for line in form.lines
        if line.earlier and line.earlier.origin == "sent"
    }
    assert found == expected and expected
    assert {line.earlier.origin for form in forms.values() for line in form.lines if line.line_id == "6" and line.earlier} == {
        "own_register"
    }
    for form in forms.values():
        for change in form.changes:
            if change.causes:
                assert sum(cause.amount for cause in change.causes) == change.line.change, change


def test_the_estimate_sums_to_the_total_and_leaves_the_count_alone(forms: dict[str, Form]) -> None:
    form = forms[BODO]
    groups = [line for line in form.lines if line.measure_id == "newly_moved_in" and not line.is_whole]
    whole = next(line for line in form.lines if line.line_id == "5")
    assert sum(line.count for line in groups) == whole.count
    assert sum(line.estimate for line in groups if line.estimate is not None) == pytest.approx(Decimal(whole.count), abs=Decimal("0.05"))
    unclassified = next(line for line in groups if line.breakdown_code == "unclassified")
    assert unclassified.count > 0 and unclassified.estimate == 0 and unclassified.share == Decimal(unclassified.count) / whole.count


@pytest.mark.parametrize(
    ("measure", "grouping", "code"),
    [
        ("disposed_dwellings", "none", "all"),
        ("disposed_dwellings", "tenure_kind", "referral_agreement"),
        ("vacant_dwellings", "none", "all"),
        ("newly_moved_in", "none", "all"),
        ("newly_moved_in", "target_group_form_2020", "5"),
        ("new_on_waiting_list", "none", "all"),
        ("temporary_households", "none", "all"),
        ("households", "target_group_form_2020", "12"),
        ("applications_rejected", "none", "all"),
    ],
)
def test_every_number_is_its_rows(settings: Settings, forms: dict[str, Form], measure: str, grouping: str, code: str) -> None:
    (line,) = [each for each in forms[BODO].lines if (each.measure_id, each.breakdown, each.breakdown_code) == (measure, grouping, code)]
    found = explain_line(settings, BODO, LAST, line.line_id, False, None, "analyst")
    assert len(found.rows) == found.count == line.count > 0
    assert len({row["member_key"] for row in found.rows}) == line.count
    assert all(row["local_id"] and row["reason_label_nb"] for row in found.rows)


def test_who_was_left_out_says_why(settings: Settings) -> None:
    rows = explain_line(settings, BODO, LAST, "5", True, None, "analyst").rows
    assert {"renewal", "internal"} <= {row["reason_code"] for row in rows}


def test_no_own_key_stands_in_the_files(settings: Settings, built_home: BuiltHome, forms: dict[str, Form]) -> None:
    of_kind = {
        "dwelling_id": "dwellings.dim_dwelling",
        **{f"{kind}_id": f"households.fct_{kind}" for kind in ("tenancy", "application")},
        **{
            "household_id": "households.dim_household",
            "stay_id": "households.fct_temporary_stay",
            "service_id": "households.fct_care_service",
        },
    }
    with built_home.connect() as con:
        found = {
            kind: con.execute(f"select distinct {kind} from {table} where municipality_code = '{BODO}' and {kind} is not null").fetchall()
            for kind, table in of_kind.items()
        }
    assert all(found.values()), "Bodø has own keys of each kind"
    keys = {key for of_one in found.values() for (key,) in of_one}
    book = load_workbook(io.BytesIO(written(forms[BODO], "xlsx")), read_only=True)
    cells = [str(value) for sheet in book for row in sheet.iter_rows(values_only=True) for value in row if value is not None]
    for text in (" ".join(cells), written(forms[BODO], "html").decode(), written(forms[BODO], "csv").decode()):
        assert len(text) > 1000 and not keys & set(re.findall(r"[\w-]+", text))


def test_a_municipality_that_delivered_half_has_a_form_that_says_what_is_missing(forms: dict[str, Form]) -> None:
    halves = [form for form in forms.values() if form.missing]
    for form in halves:
        assert all(line.symbol in ("..", ":") and line.missing_reason_nb and line.share is None for line in form.missing)
        assert sum(form.missing_reasons.values()) == len(form.missing) < len(form.lines)
    assert halves


def test_a_year_before_the_first_has_no_form(settings: Settings) -> None:
    with pytest.raises(
        UserError, match=rf"{BODO} Bodø has no form of 2001: nothing was delivered of that year. Years there are: \d{{4}}-{LAST}"
    ):
        forms_asked_for(settings, BODO, 2001)


def _lines(text: str) -> Iterator[str]:
    for line in text.splitlines():
        yield " ".join(_KEY.sub("KEY", line.replace(BUILD, "…").replace("\N{NO-BREAK SPACE}", " ")).split())


def test_what_the_page_shows_is_what_the_commands_say(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A line of three dots stands for any number of lines."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FJERNLYS_HOME", str(settings.home))
    monkeypatch.setenv("FJERNLYS_KEY_FILE", str(settings.key_file))
    blocks = list(_CONSOLE.finditer((PROJECT_ROOT / "docs/form-13.md").read_text(encoding="utf-8")))
    assert len(blocks) == 3
    for block in blocks:
        said = list(_lines(CliRunner().invoke(app, shlex.split(block["command"])).stdout))
        pattern = "\n".join("(?:.*\n)*?.*" if line == "…" else re.escape(line) for line in _lines(block["shown"]))
        assert re.fullmatch(pattern, "\n".join(said).strip()), "\n".join(said)
