"""What was known against what is known: figures by hand for a corrected delivery, and the demonstration set as a whole."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import pytest
from homes import BuiltHome, settings_of, without_largest
from typer.testing import CliRunner

from orchestration.arrivals.gate import run_gate
from orchestration.arrivals.manifest import Manifest, file_entry, read_manifest, write_manifest
from orchestration.cli import app
from orchestration.known_at.difference import Difference, _warehouse, difference
from orchestration.known_at.report import writer
from orchestration.privacy.pseudonym import key_id, load_key
from orchestration.settings import Settings, UserError
from orchestration.synthetic import synthesize
from orchestration.warehouse.build import WAREHOUSE, plan_build

CODE, YEAR_END = "1811", dt.date(2025, 12, 31)
RECEIVED = dt.date(2026, 4, 1)  # after all that the generator delivers


def _read(path: Path) -> list[dict]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def _write(path: Path, rows: list[dict]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys(), delimiter=";", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _correct(settings: Settings) -> str:
    """The last delivery once more: one tenancy had ended in November; returns its id."""
    last = settings.landing / "municipal" / CODE / "2025-12-31_1"
    folder = last.with_name("2025-12-31_2")
    folder.mkdir()
    for path in last.glob("*.csv"):
        (folder / path.name).write_bytes(path.read_bytes())
    tenancies = _read(last / "tenancies.csv")
    dwellings = {row["dwelling_id"]: row for row in _read(last / "dwellings.csv")}
    in_dwelling = [row["dwelling_id"] for row in tenancies if not row["end_date"]]
    of_household = [row["household_id"] for row in tenancies]
    ended = next(
        row
        for row in tenancies
        if not row["end_date"]
        and row["dwelling_id"] in dwellings
        and not dwellings[row["dwelling_id"]]["disposed_date"]
        and in_dwelling.count(row["dwelling_id"]) == of_household.count(row["household_id"]) == 1
        and row["start_date"] < "2024-01-01"
    )
    ended["end_date"], ended["end_reason"] = "2025-11-10", "moved_own_home"
    _write(folder / "tenancies.csv", tenancies)
    return _hand_in(folder, read_manifest(last))


def _hand_in(folder: Path, before: Manifest) -> str:
    """The files of a folder as a delivery of the same kind as one before it; returns its id."""
    files = tuple(file_entry(path) for path in sorted(folder.glob("*.csv")))
    received = dt.datetime.combine(RECEIVED, dt.time(12))
    manifest = Manifest(before.source, before.contract_version, CODE, before.period_start, before.period_end, received, files)
    write_manifest(folder, manifest)
    return manifest.delivery_id


def _translate_otherwise(settings: Settings) -> str:
    """The list of local groups once more: the code of other problems is *not need-tested* in form_2020; returns its id."""
    (last,) = (settings.landing / "group_mapping" / CODE).iterdir()
    folder = last.with_name(f"{last.name[:-1]}2")
    folder.mkdir()
    rows = _read(last / "local_groups.csv")
    (row,) = [row for row in rows if row["scheme"] == "form_2020" and row["scheme_code"] == "6"]
    row["scheme_code"] = "7"
    _write(folder / "local_groups.csv", rows)
    return _hand_in(folder, read_manifest(last))


def _leave_builds(settings: Settings) -> None:
    """What nights before and after the correction would have left; the tests ask for the same ones again and again."""
    for known_at in (RECEIVED - dt.timedelta(days=1), None):
        plan = plan_build(settings.with_dates(YEAR_END, known_at), key_id(load_key(settings)))
        _warehouse(settings, plan, plan.folder(settings) / WAREHOUSE, lambda text: None)


@pytest.fixture(scope="module")
def corrected(tmp_path_factory: pytest.TempPathFactory) -> tuple[Settings, str]:
    """A small municipality that has ended a tenancy in a corrected delivery; and the id of that delivery."""
    settings = settings_of(tmp_path_factory.mktemp("corrected") / "home")
    synthesize(settings.landing, settings.truth, municipalities=[CODE], years=(2024, 2025), seed=7)
    delivery_id = _correct(settings)
    taken_in = run_gate(settings)
    assert not taken_in.refused
    corrections = [receipt for receipt in taken_in.accepted if receipt.delivery_id == delivery_id]
    assert [file.quarantined_count for file in corrections[0].files if file.entity == "tenancy"] == [0]
    _leave_builds(settings)
    return settings, delivery_id


@pytest.fixture(scope="module")
def since(corrected: tuple[Settings, str]) -> Difference:
    """What is known today against the day before the correction came."""
    return difference(corrected[0], RECEIVED - dt.timedelta(days=1), None, lambda text: None)


def test_a_tenancy_that_had_ended_is_told_in_every_figure_it_stood_in(since: Difference, corrected: tuple[Settings, str]) -> None:
    assert since.as_of == YEAR_END
    changed = {(f["measure"], f["year"]): f["difference"] for f in since.figures.dicts() if f["difference"] and not f["breakdown"]}
    assert changed == {("let_dwellings", 2025): -1, ("vacant_dwellings", 2025): 1, ("households", 2025): -1}
    parts = {
        (p["measure"], p["delivery_id"], p["entity"], p["basis"], p["rows_added"], p["rows_removed"], p["part"])
        for p in since.parts.dicts()
        if not p["breakdown"]
    }
    of = (corrected[1], "municipal__tenancy", "row")
    assert parts == {("let_dwellings", *of, 0, 1, -1), ("vacant_dwellings", *of, 1, 0, 1), ("households", *of, 0, 1, -1)}
    groups = [(f["year"], f["difference"], f["unexplained"]) for f in since.figures.dicts() if f["breakdown"] and f["difference"]]
    assert groups == [(2025, -1, 0)]


def test_rows_are_counted_by_the_delivery_that_tells_them(since: Difference, corrected: tuple[Settings, str]) -> None:
    rows = {
        d["entity"]: (d["rows_added"], d["rows_changed"], d["rows_removed"])
        for d in since.deliveries.dicts()
        if d["delivery_id"] == corrected[1]
    }
    assert rows.pop("tenancy") == (0, 1, 0)
    assert set(rows.values()) == {(0, 0, 0)}
    assert {d["delivery_id"] for d in since.deliveries.dicts()} == {corrected[1]}


def test_on_the_day_of_the_correction_nothing_is_left_to_explain(corrected: tuple[Settings, str]) -> None:
    found = difference(corrected[0], RECEIVED, CODE, lambda text: None)
    assert [f for f in found.figures.dicts() if f["difference"]] == []
    assert found.parts.rows == found.deliveries.rows == ()
    assert not (corrected[0].work / "known_at").exists()


def test_a_list_of_groups_that_says_otherwise_explains_the_households_it_moves(tmp_path: Path) -> None:
    """No row of a household changes: what a whole municipality shares decides (basis *municipality*)."""
    settings = settings_of(tmp_path / "home")
    synthesize(settings.landing, settings.truth, municipalities=[CODE], years=(2024, 2025), seed=7)
    delivery_id = _translate_otherwise(settings)
    assert not run_gate(settings).refused
    found = difference(settings, RECEIVED - dt.timedelta(days=1), None, lambda text: None)
    changed = {
        (f["measure"], f["year"], f["breakdown"]): (f["known_then"], f["known_now"], f["unexplained"])
        for f in found.figures.dicts()
        if f["difference"]
    }
    assert changed == {
        ("households_by_group", 2024, "6"): (9, 0, 0),
        ("households_by_group", 2024, "7"): (1, 10, 0),
        ("households_by_group", 2025, "6"): (10, 0, 0),
        ("households_by_group", 2025, "7"): (1, 11, 0),
    }
    parts = {
        (p["measure"], p["year"], p["breakdown"], p["delivery_id"], p["entity"], p["basis"], p["rows_added"], p["rows_removed"], p["part"])
        for p in found.parts.dicts()
    }
    of = (delivery_id, "group_mapping__local_group", "municipality")
    assert parts == {
        ("households_by_group", 2024, "6", *of, 0, 9, -9),
        ("households_by_group", 2024, "7", *of, 9, 0, 9),
        ("households_by_group", 2025, "6", *of, 0, 10, -10),
        ("households_by_group", 2025, "7", *of, 10, 0, 10),
    }


def test_the_parts_of_the_demonstration_add_up(built_home: BuiltHome, tmp_path: Path) -> None:
    """Half a year of deliveries, a correction, decisions, registers and eight suppliers that had not delivered before."""
    settings = without_largest(built_home, tmp_path / "home").with_dates(YEAR_END, None)
    found = difference(settings, dt.date(2025, 7, 5), None, lambda text: None)
    figures = found.figures.dicts()
    assert {f["measure"] for f in figures if f["difference"]} == {
        "disposed_dwellings", "let_dwellings", "vacant_dwellings", "households", "households_by_group", "newly_moved_in", "on_waiting_list"
    }  # fmt: skip
    assert [f for f in figures if f["unexplained"]] == []
    assert all(p["delivery_id"] and p["received_date"] > dt.date(2025, 7, 5) for p in found.parts.dicts())
    sums: dict[tuple, int] = {}
    for part in found.parts.dicts():
        key = (part["municipality_code"], part["measure"], part["year"], part["breakdown"])
        sums[key] = sums.get(key, 0) + part["part"]
        assert part["part"] == part["rows_added"] - part["rows_removed"]
    of = {(f["municipality_code"], f["measure"], f["year"], f["breakdown"]): f for f in figures}
    assert {key: figure["difference"] for key, figure in of.items() if figure["difference"]} == {k: n for k, n in sums.items() if n}
    for figure in figures:
        assert figure["difference"] == (figure["known_now"] or 0) - (figure["known_then"] or 0)
    # the households of each group are the households
    for key, figure in of.items():
        if key[1] == "households" and figure["known_now"] is not None:
            groups = [f["known_now"] for k, f in of.items() if k[:3] == (key[0], "households_by_group", key[2])]
            assert sum(groups) == figure["known_now"]


def test_the_command_writes_a_page(corrected: tuple[Settings, str], tmp_path: Path) -> None:
    settings, delivery_id = corrected
    environment = {"FJERNLYS_HOME": str(settings.home), "FJERNLYS_KEY_FILE": str(settings.key_file)}
    page = tmp_path / "difference.html"
    command = ["difference", "--known-at", "2026-03-31", "--municipality", CODE, "--out", str(page)]
    result = CliRunner().invoke(app, command, env=environment)
    assert result.exit_code == 0, result.output
    text = page.read_text(encoding="utf-8")
    assert "Utleide boliger" in text
    assert delivery_id in text


def test_the_table_has_every_figure_with_its_parts(since: Difference, tmp_path: Path) -> None:
    writer(tmp_path / "difference.csv")(since)
    lines = _read(tmp_path / "difference.csv")
    assert sum(int(line["part"] or 0) for line in lines if line["measure"] == "let_dwellings") == -1
    assert {line["unexplained"] for line in lines} == {"0"}
    assert len({(x["municipality_code"], x["measure"], x["year"], x["breakdown"]) for x in lines}) == len(since.figures.rows)


@pytest.mark.parametrize(("name", "message"), [("difference.pdf", "must end in .csv or .html"), ("none/difference.csv", "no folder")])
def test_a_file_that_cannot_be_written_is_told_first(name: str, message: str, tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["difference", "--known-at", "2026-03-31", "--out", str(tmp_path / name)])
    assert isinstance(result.exception, UserError)
    assert message in str(result.exception)
