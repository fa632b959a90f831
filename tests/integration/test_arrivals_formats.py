"""The formats that are not delimited files of a municipality: KOSTRA position files and StatBank tables."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import duckdb
import pytest
from arrival_deliveries import deliver, settings_with_klass, synthetic_id
from kostra_records import record as valid_record

from orchestration.arrivals.contracts import load_contracts
from orchestration.arrivals.gate import GateResult, run_gate
from orchestration.settings import PROJECT_ROOT, Settings

FORM = load_contracts()["kostra_11f"].file("social_assistance")
DUF = "202300004203"
YEAR = {year: (dt.date(year, 1, 1), dt.date(year, 12, 31)) for year in (2022, 2024, 2025)}


@pytest.fixture
def settings(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A data home where the classification of municipalities is accepted already."""
    return settings_with_klass(tmp_path, tmp_path_factory)


def record(year: int, number: int = 0, **values: str) -> bytes:
    """A record of form 11F that breaks nothing, with these fields changed."""
    return valid_record("11F", year, number, **values)


def deliver_11f(settings: Settings, year: int, content: bytes) -> GateResult:
    """Deliver one file of form 11F and run the gate."""
    files = {f"11F_1804_{year}.dat": content}
    deliver(settings, "kostra_11f", "1804", files, YEAR[year], dt.datetime(year + 1, 1, 20))
    return run_gate(settings)


def rows(settings: Settings, columns: str) -> list[tuple]:
    """Rows of form 11F in raw."""
    query = f"SELECT {columns} FROM '{settings.raw}/kostra_11f/*/*.parquet' ORDER BY layout_year, line_number"
    return duckdb.sql(query).fetchall()


def test_both_layouts_of_11f_end_in_one_table_without_what_identifies(settings: Settings) -> None:
    person = synthetic_id(3)
    named = {"PERSON_FODSELSNR": person, "PERSON_DUF": DUF, "SAKSBEHANDLER": "OLAN", "BOSIT": "4", "BIDRAG": "0012500"}
    deliver_11f(settings, 2024, record(2024, **named) + b"\n")
    result = deliver_11f(settings, 2025, record(2025, **named) + b"\n" + record(2025, 1, PERSON_FODSELSNR="", UTBETDATO="31012025") + b"\n")
    assert (len(result.accepted), result.rows_accepted) == (1, 2)
    columns = "layout_year, line_number, municipality_code, journal_number, person_id_status, birth_year, bosit, bidrag, utbetdato"
    assert rows(settings, columns) == [
        (2024, 1, "1804", "J1", "valid", None, "4", 12500, None),
        (2025, 1, "1804", "J1", "valid", 1980, "4", 12500, None),
        (2025, 2, "1804", "J2", "missing", 1980, "1", 12000, dt.date(2025, 1, 31)),
    ]
    names = [n for (n, *_) in duckdb.sql(f"DESCRIBE SELECT * FROM '{settings.raw}/kostra_11f/*/*.parquet'").fetchall()]
    assert names == [n for n, _ in FORM.raw_columns()]
    assert rows(settings, "person_duf_status") == [("valid",), ("valid",), ("missing",)]
    duf_pseudonyms = [p for (p,) in rows(settings, "person_duf_pseudonym")]
    assert duf_pseudonyms[0] == duf_pseudonyms[1] and duf_pseudonyms[2] is None
    assert duf_pseudonyms[0] != rows(settings, "person_pseudonym")[0][0], "another number space"
    assert not {"person_fodselsnr", "person_duf", "saksbehandler", "fodselsdato"} & set(names)
    pseudonyms = rows(settings, "person_pseudonym")
    assert pseudonyms[0] == pseudonyms[1] != pseudonyms[2]


def test_rules_of_11f_come_from_the_layout_of_the_year(settings: Settings) -> None:
    lines = [
        record(2025, 0, BOSIT="7"),
        record(2025, 1, UTBETDATO="31022025"),
        record(2025, 2, BIDRAG="12,5"),
        record(2025, 3, VERSION="24"),
        record(2025, 4, KOMMUNE_NR="5001"),
        record(2025, 5, PERSON_JOURNALNR=""),
        record(2025, 6, FODSELSDATO="010180"),
        record(2025, 8, BYDELSNR=""),
    ]
    assert deliver_11f(settings, 2025, b"\n".join(lines)).rows_accepted == 1
    quarantined = f"'{settings.quarantine}/kostra_11f/*/rows.parquet' WHERE rule_id[1] = 'R'"
    found = duckdb.sql(f"SELECT line_number, rule_id, field_name FROM {quarantined} ORDER BY ALL")
    assert found.fetchall() == [
        (1, "R005", "bosit"),
        (2, "R003", "utbetdato"),
        (3, "R004", "bidrag"),
        (4, "R005", "version"),
        (5, "R009", "municipality_code"),
        (6, "R002", "journal_number"),
        (7, "R003", "fodselsdato"),
    ]


def test_what_is_mandatory_follows_the_layout_of_the_year(settings: Settings) -> None:
    """No field of 11F was mandatory before 2025 but the key."""
    assert deliver_11f(settings, 2022, record(2022, SAKSBEHANDLER="", EKTSTAT="1")).rows_quarantined == 0


@pytest.mark.parametrize("content", [b" ", b" \n", b" \r\n"])
def test_one_space_is_nothing_to_report(settings: Settings, content: bytes) -> None:
    result = deliver_11f(settings, 2024, content)
    (file,) = result.accepted[0].files
    assert (file.line_count, file.blank_count, file.row_count) == (1, 1, 0)
    assert rows(settings, "*") == []


def test_a_wrong_record_length_refuses_the_delivery_and_names_the_line(settings: Settings) -> None:
    result = deliver_11f(settings, 2025, record(2025) + b"\n" + record(2024) + b"\n")
    (refused,) = result.refused
    reason = "landing/kostra_11f/1804/2025-12-31/11F_1804_2025.dat, line 2: the record has 324 characters, the layout of 11F 2025 has 338"
    assert (refused.refusal_rule_id, refused.refusal_reason) == ("F009", reason)


def test_windows_letters_in_a_position_file_are_another_encoding(settings: Settings) -> None:
    content = record(2025, PERSON_JOURNALNR="J\x96")
    (refused,) = deliver_11f(settings, 2025, content).refused
    assert refused.refusal_rule_id == "F005"


def test_a_year_without_layout_is_refused(settings: Settings) -> None:
    deliver(settings, "kostra_11f", "1804", {"11F_1804_2019.dat": b" "}, (dt.date(2019, 1, 1), dt.date(2019, 12, 31)))
    (refused,) = run_gate(settings).refused
    assert (refused.refusal_rule_id, "one of the years 2022, 2023, 2024, 2025, 2026" in refused.refusal_reason) == ("F001", True)


SAMPLE = Path(__file__).parent / "data" / "0A_V2019_K4_R040200_OK.dat"


def test_a_real_accounts_file_is_read_whole(settings: Settings) -> None:
    """Each line of the sample in raw with the amount that stands in its last nine characters."""
    content = SAMPLE.read_bytes()
    deliver(settings, "kostra_accounts", "0402", {SAMPLE.name: content}, (dt.date(2019, 1, 1), dt.date(2019, 12, 31)))
    result = run_gate(settings)
    (file,) = result.accepted[0].files
    assert (file.line_count, file.accepted_count, file.quarantined_count) == (1644, 1644, 0)
    found = duckdb.sql(
        f"""SELECT skjema, aargang, kvartal, region, orgnr, foretaksnr, kontoklasse, funksjon_kapittel, art_sektor, belop
            FROM '{settings.raw}/kostra_accounts/*/*.parquet' ORDER BY line_number"""
    ).fetchall()
    lines = [
        ("0A", "2019", "4", "040200", None, None, line[31:32], line[32:36].strip(), line[36:39], int(line[39:]))
        for line in content.decode().splitlines()
    ]
    assert found == lines
    assert (found[0][6:], sum(row[-1] for row in found)) == (("1", "120", "010", 36328), 149223)


def deliver_statbank(settings: Settings, files: dict[str, bytes]) -> GateResult:
    """Deliver StatBank files and run the gate."""
    deliver(settings, "ssb_population", "ssb", files, (dt.date(2005, 1, 1), dt.date(2019, 1, 1)))
    return run_gate(settings)


def test_statbank_columns_become_rows_and_symbols_stay_apart(settings: Settings) -> None:
    old = '"region"\t"age"\t"Persons 2005"\t"Persons 2006"\n"1804 Bodø"\t"1 year"\t12\t..\n"1804 Bodø"\t"105 years or older"\t-\t0\n'
    new = "region,age,Persons 2019\n1804 Bodø,0 years,245\n1804 Bodø,zero years,1\n1804 Bodø,2 years,x\n1804 Bodø,0 years,3\n"
    files = {"ssb_07459_raw_Personer2005-2006.csv": old.encode("latin-1"), "ssb_07459_raw_Personer2019.csv": new.encode()}
    result = deliver_statbank(settings, files)
    found = duckdb.sql(f"SELECT * EXCLUDE (delivery_id) FROM '{settings.raw}/ssb_population/*/*.parquet'").fetchall()
    assert found == [
        (2, "1804", 1, 2005, 12, None),
        (2, "1804", 1, 2006, None, ".."),
        (3, "1804", 105, 2005, None, "-"),
        (3, "1804", 105, 2006, 0, None),
        (2, "1804", 0, 2019, 245, None),
    ]
    counts = [(f.line_count, f.header_count, f.row_count, f.accepted_count, f.quarantined_count) for f in result.accepted[0].files]
    assert counts == [(3, 1, 2, 2, 0), (5, 1, 4, 1, 3)]
    bad = duckdb.sql(f"SELECT line_number, rule_id, field_name FROM '{settings.quarantine}/ssb_population/*/rows.parquet' ORDER BY ALL")
    assert bad.fetchall() == [(3, "R004", "age"), (4, "R004", "cell_2019"), (5, "R007", "municipality_code, age")]


@pytest.mark.parametrize(
    ("header", "rule_id", "words"),
    [
        ("region;age;Persons 2019", "F006", "separate the columns with tab or comma"),
        ("region,Persons 2019", "F007", "missing column age"),
        ("region,age", "F007", "missing column Persons <year>"),
        ("region,age,sex,Persons 2019", "F008", "unknown column 3"),
        ("region,age,Persons 2019,Persons 2019", "F008", "stands more than once"),
    ],
)
def test_a_statbank_header_that_is_wrong(settings: Settings, header: str, rule_id: str, words: str) -> None:
    (refused,) = deliver_statbank(settings, {"ssb_07459_raw_Personer2019.csv": f"{header}\n1804 Bodø,0 years,1\n".encode()}).refused
    assert refused.refusal_rule_id == rule_id
    assert words in refused.refusal_reason


def test_the_real_population_files_are_read_whole(settings: Settings) -> None:
    folder = PROJECT_ROOT / "reference" / "population"
    files = {p.name: p.read_bytes() for p in sorted(folder.glob("ssb_07459_raw_*.csv"))}
    result = deliver_statbank(settings, files)
    assert (result.rows_read, result.rows_accepted, result.rows_quarantined) == (196_206, 196_206, 0)
    query = f"SELECT year, sum(persons) FROM '{settings.raw}/ssb_population/*/*.parquet' WHERE municipality_code = '1804' GROUP BY year"
    population = dict(duckdb.sql(query).fetchall())
    official = duckdb.sql(
        f"SELECT year, population FROM read_csv('{folder}/population_by_municipality.csv', all_varchar = true) WHERE code = '1804'"
    )
    expected = {int(year): int(persons) for year, persons in official.fetchall()}
    assert population == {year: persons for year, persons in expected.items() if year in population}
    assert min(population) == 2005
