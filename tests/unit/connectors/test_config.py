"""The files that name what is fetched: the shipped ones are right, a wrong one is told with file, line and what would be right."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest

from orchestration.connectors.config import FOLDER, Selection, load_classifications, load_tables
from orchestration.settings import UserError


def test_the_shipped_tables() -> None:
    publisher, tables = load_tables()
    assert (publisher.base_url, publisher.language, publisher.licence) == ("https://data.ssb.no/api/pxwebapi/v2", "no", "CC BY 4.0")
    assert tables["12008"].variables["Tid"] == Selection(("top(5)",))
    assert tables["12008"].vintages == {"preliminary": (3, 15), "final": (6, 15)}


def test_the_shipped_classifications() -> None:
    _, classifications = load_classifications()
    assert list(classifications) == ["131", "104", "112", "128", "231", "241"]
    assert (classifications["104"].first_day, classifications["104"].correspondences) == (dt.date(1999, 1, 1), ("131",))


@pytest.mark.parametrize(
    ("updated", "vintage"),
    [("2026-03-16", "preliminary"), ("2026-06-14", "preliminary"), ("2026-06-15", "final"), ("2027-03-15", "final")],
)
def test_the_day_of_publication_tells_the_vintage_of_the_newest_period(updated: str, vintage: str) -> None:
    assert load_tables()[1]["12008"].vintage(dt.date.fromisoformat(updated), 2025) == vintage


def test_a_table_that_is_published_once_is_final() -> None:
    assert load_tables()[1]["11084"].vintage(dt.date(2026, 1, 1), 2025) == "final"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"12008":', '"1200":', r"line \d+: tables: '1200' does not match .*Tables by id, five digits in quotation marks"),
        ("figures_describe: last_day", "figures_describe: middle", r"line 17: tables\.12008\.figures_describe: .*first_day or last_day"),
        ('Tid: {codes: ["top(5)"]}', "Tid: {codes: [2024]}", r"line 22: tables\.12008\.variables\.Tid\.codes\.0: .*in quotation marks"),
        ("ContentsCode: {codes", "ContentsCode: {codez", r"line \d+: tables\.12008\.variables\.ContentsCode: .*A variable has codes"),
        ('final: "06-15"', "final: 06-15-2026", r"line 18: tables\.12008\.vintages\.final: .*MM-DD"),
        ("version: 1", "version: 2", r"line 9: version: 1 was expected"),
        ("tables:", "tables", r", line \d+: not YAML"),
        ('"12134":', '"12008":', r"line \d+: tables\.12008: the key stands twice"),
    ],
)
def test_a_wrong_entry_is_told_with_its_line(tmp_path: Path, old: str, new: str, message: str) -> None:
    path = tmp_path / "statbank.yml"
    shutil.copy(FOLDER / "statbank.yml", path)
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(UserError, match=message):
        load_tables(path)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"klass\.yml: there is no such file"):
        load_classifications(tmp_path / "klass.yml")
