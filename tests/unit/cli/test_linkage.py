"""The report of person linkage on the terminal, from a hand-made release."""

from __future__ import annotations

import io
from pathlib import Path

import duckdb
import pytest
from rich.console import Console

from orchestration import linkage
from orchestration.settings import Settings, UserError

ROWS = """
    ('1804', 'iplos', 'service', 2025, 'municipal', 'joined', 30, 20, 0),
    ('1804', 'iplos', 'service', 2025, 'municipal', 'not_in_other', 8, 8, 0),
    ('1804', 'iplos', 'service', 2025, 'municipal', 'id_missing', 2, 2, 0),
    ('1804', 'iplos', 'service', 2025, 'kostra_11cf', 'other_not_delivered', 38, 28, 0),
    ('1804', 'iplos', 'service', 2025, 'kostra_11cf', 'id_missing', 2, 2, 0),
    ('1804', 'iplos', 'service', 2024, 'municipal', 'joined', 5, 5, 0), ('5001', 'iplos', 'service', 2025, 'municipal', 'joined', 99, 99, 0)
"""


@pytest.fixture
def released(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Questions go to a database in memory."""
    con = duckdb.connect()
    names = "municipality_code, source, entity, year, other_source, outcome, row_count, person_count, by_duf_row_count"
    con.execute(f"create table fct_person_linkage as from (values {ROWS}) as linkage ({names})")
    monkeypatch.setattr(linkage, "ask_release", lambda _, sql, parameters: con.execute(sql, parameters).to_arrow_table().to_pylist())
    monkeypatch.setattr(linkage, "known_municipality", lambda _, code: {"1804": "Bodø", "0301": "Oslo"}[code])
    return Settings(home=tmp_path, key_file=tmp_path / "key")


def shown(settings: Settings, code: str, year: int | None = None) -> list[list[str]]:
    """Words of each line."""
    out = io.StringIO()
    linkage.print_linkage(settings, code, year, Console(file=out, width=160))
    return [line.split() for line in out.getvalue().splitlines()]


def test_a_row_for_each_register_that_was_delivered(released: Settings) -> None:
    lines = [" ".join(words) for words in shown(released, "1804") if words]
    assert lines == [
        "Person linkage of 1804 Bodø, 2025: rows of each file, and how many are found where",
        "iplos, service: 40 rows",
        "looked for in rows joined not there no id joined",
        "municipal 30 8 2 75 %",
        "Not delivered for this year, so that nobody can be looked for there: kostra_11cf",
    ], "a register that has not come is none without persons"


def test_another_year(released: Settings) -> None:
    assert shown(released, "1804", 2024)[-1] == ["municipal", "5", "100", "%"]
    assert " ".join(shown(released, "1804", 2019)[0]) == "1804 Bodø has delivered no persons for 2019. Years: 2025, 2024"


def test_a_municipality_without_deliveries(released: Settings) -> None:
    assert " ".join(shown(released, "0301")[0]) == "0301 Oslo has delivered no persons yet."


def test_without_a_release_the_report_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="Run: fjernlys nightly"):
        linkage.print_linkage(Settings(home=tmp_path, key_file=tmp_path / "key"), "1804")
