"""The limits for lines of form 13: what Great Expectations finds, and what the form is told of it, line by line.

Belongs here: limits and their edges. Does not belong here: the figures that are judged (dbt's unit tests of ``fct_form_plausibility``).
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from expectations.release import form_13
from expectations.runner import run_suite
from orchestration.releasing.audience import load_audience

HARD_SPACE = "\u00a0"
PERCENTILES = "per 100 boliger; 5. til 95. persentil er"
# line, control, value, base, peers and limits in the class, peers and limits in all, why not
ROWS = [
    ("up exactly 20 %", "K16", 72, 60, None, None, None),
    ("up more than 20 %", "K16", 73, 60, None, None, None),
    ("down exactly 20 %", "K16", 48, 60, None, None, None),
    ("down more than 20 %", "K16", 47, 60, None, None, None),
    ("up exactly 5, more than 20 %", "K16", 15, 10, None, None, None),
    ("up 4, more than 20 %", "K16", 14, 10, None, None, None),
    ("down exactly 5, more than 20 %", "K16", 0, 5, None, None, None),
    ("down 4 to none", "K16", 0, 4, None, None, None),
    ("exactly 5 and exactly 20 %", "K16", 30, 25, None, None, None),
    ("exactly 5 and just over 20 %", "K16", 29, 24, None, None, None),
    ("5 from none", "K16", 5, 0, None, None, None),
    ("4 from none", "K16", 4, 0, None, None, None),
    ("none both years", "K16", 0, 0, None, None, None),
    ("thousands", "K16", 2500, 1250, None, None, None),
    ("not told before", "K16", 9, None, None, None, "linjen er ikke oppgitt året før"),
    ("not told", "K16", None, 9, None, None, "linjen er ikke oppgitt"),
    ("on the 95th of the class", "K17", 8.5, None, (20, 1, 8.5), (90, 1, 2), None),
    ("above the 95th of the class", "K17", 8.51, None, (20, 1, 8.5), (90, 1, 20), None),
    ("on the 5th of the class", "K17", 1, None, (20, 1, 8.5), (90, 2, 20), None),
    ("below the 5th of the class", "K17", 0.99, None, (20, 1, 8.5), (90, 0, 20), None),
    ("19 others in the class: above all", "K17", 21, None, (19, 1, 30), (20, 0, 20), None),
    ("19 others in the class: inside all", "K17", 20, None, (19, 1, 3), (20, 0, 20), None),
    ("19 others in all", "K17", 99, None, (19, 1, 2), (19, 1, 2), None),
    ("no class, 20 others in all", "K17", 99, None, None, (20, 1, 2), None),
    ("alone", "K17", 99, None, None, (0, None, None), None),
    ("none of them has any", "K17", 0, None, (25, 0, 0), (25, 0, 0), None),
    ("no rate", "K17", None, None, (25, 1, 2), (25, 1, 2), "innbyggertall er ikke kjent"),
]
BROKEN = {
    ("up more than 20 %", "K16"),
    ("down more than 20 %", "K16"),
    ("up exactly 5, more than 20 %", "K16"),
    ("down exactly 5, more than 20 %", "K16"),
    ("exactly 5 and just over 20 %", "K16"),
    ("5 from none", "K16"),
    ("thousands", "K16"),
    ("above the 95th of the class", "K17"),
    ("below the 5th of the class", "K17"),
    ("19 others in the class: above all", "K17"),
    ("no class, 20 others in all", "K17"),
}
NOT_JUDGED = {("not told before", "K16"), ("not told", "K16"), ("19 others in all", "K17"), ("alone", "K17"), ("no rate", "K17")}


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], dict]:
    """The rows of ``analyst_form_controls.parquet``."""
    folder = tmp_path_factory.mktemp("release")
    with duckdb.connect() as con:
        con.execute(
            f"""create table {form_13.TABLE} (
            municipality_code varchar, year integer, line_id varchar, control_id varchar, severity varchar,
            value decimal(18,6), unit_label_nb varchar, base_count integer, size_class_label_nb varchar, class_peer_count integer,
            class_p05 decimal(18,6), class_p95 decimal(18,6), all_peer_count integer, all_p05 decimal(18,6), all_p95 decimal(18,6),
            missing_nb varchar)"""
        )
        for line, control, value, base, of_class, of_all, why in ROWS:
            limits = [*(of_class or (0 if of_all else None, None, None)), *(of_all or (None, None, None))]
            row = ["1804", 2025, line, control, "warning", value, "per 100 boliger", base, "Store" if of_class else None, *limits, why]
            con.execute(f"insert into {form_13.TABLE} values ({', '.join('?' * len(row))})", row)
        frame = form_13.frame(con)
        result = run_suite("release", form_13.NAME, "analyst", frame, form_13.expectations(load_audience("analyst")), form_13.KEY)
        path = form_13.write_results(frame, result, folder)
        found = con.execute("select * from read_parquet(?)", [str(path)])
        names = [column[0] for column in found.description]
        rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    return {(row["line_id"], row["control_id"]): row for row in rows}


def test_every_line_and_control_has_a_row_in_a_fixed_order_of_columns(judged) -> None:
    assert set(judged) == {(row[0], row[1]) for row in ROWS}
    columns = ["municipality_code", "year", "line_id", "control_id", "severity", "value", "lower", "upper", "is_met", "message_nb"]
    assert {tuple(row) for row in judged.values()} == {tuple(columns)}


def test_what_lies_outside_is_broken_and_what_lies_on_a_limit_is_not(judged) -> None:
    assert {key for key, row in judged.items() if row["is_met"] is False} == BROKEN
    assert {key for key, row in judged.items() if row["is_met"] is None} == NOT_JUDGED


def test_the_limits_stand_beside_the_value(judged) -> None:
    limits = {key[0]: (row["value"], row["lower"], row["upper"]) for key, row in judged.items()}
    assert limits["up exactly 20 %"] == (72, 48, 72)
    assert limits["4 from none"] == (4, -4, 4)
    assert limits["19 others in the class: inside all"] == (20, 0, 20)
    assert limits["19 others in all"] == (99, None, None)
    assert limits["not told before"] == (9, None, None)


@pytest.mark.parametrize(
    ("line", "control", "message"),
    [
        ("up exactly 20 %", "K16", "Fra 60 året før til 72 (+20,0 %)."),
        ("down more than 20 %", "K16", "Fra 60 året før til 47 (-21,7 %): mer enn 20 % og minst 5."),
        ("5 from none", "K16", "Fra 0 året før til 5: mer enn 20 % og minst 5."),
        ("thousands", "K16", f"Fra 1{HARD_SPACE}250 året før til 2{HARD_SPACE}500 (+100,0 %): mer enn 20 % og minst 5."),
        ("not told", "K16", "Kan ikke kontrolleres: linjen er ikke oppgitt."),
        ("above the 95th of the class", "K17", f"8,51 {PERCENTILES} 1,00 til 8,50 blant 20 andre store kommuner."),
        ("no class, 20 others in all", "K17", f"99,00 {PERCENTILES} 1,00 til 2,00 blant 20 andre kommuner."),
        ("19 others in all", "K17", "Kan ikke kontrolleres: andre kommuner som oppgir linjen: 19; det trengs 20."),
        ("alone", "K17", "Kan ikke kontrolleres: andre kommuner som oppgir linjen: 0; det trengs 20."),
    ],
)
def test_what_was_found_is_told_in_norwegian(judged, line: str, control: str, message: str) -> None:
    assert judged[line, control]["message_nb"] == message


def test_a_release_where_all_is_well_has_results_too(tmp_path: Path) -> None:
    with duckdb.connect() as con:
        con.execute(
            f"""create table {form_13.TABLE} as select '1804' as municipality_code, 2025 as year, '5' as line_id, 'K16' as control_id,
            'warning' as severity, 10::decimal(18,6) as value, 'antall' as unit_label_nb, 10 as base_count,
            null::varchar as size_class_label_nb, null::integer as class_peer_count,
            null::decimal(18,6) as class_p05, null::decimal(18,6) as class_p95,
            null::integer as all_peer_count, null::decimal(18,6) as all_p05, null::decimal(18,6) as all_p95, null::varchar as missing_nb"""
        )
        frame = form_13.frame(con)
        result = run_suite("release", form_13.NAME, "analyst", frame, form_13.expectations(load_audience("analyst")), form_13.KEY)
        path = form_13.write_results(frame, result, tmp_path)
        assert con.execute("select line_id, is_met from read_parquet(?)", [str(path)]).fetchall() == [("5", True)]
    assert result.success
