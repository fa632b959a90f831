"""``fjernlys query``: how many rows there are, what is unknown, and answers for other tools."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from orchestration.settings import UserError

NINE = """
    create table narrow as select i as n, case when i = 1 then null when i = 2 then '' else 'x' || i end as name from range(1, 10) as r (i);
    create table wide as select i as first_column, {columns} from range(1, 8) as r (i);
    create table long as select i as n from range(1234) as r (i);
    create table odd as select '=1+1' as text, true as flag, 1.50::decimal(9, 2) as amount, date '2025-12-31' as day, null as nothing
""".format(columns=", ".join(f"i * {c} as c{c}" for c in range(2, 16)))


@pytest.fixture
def query(on_release):
    run = on_release(NINE)
    return lambda *arguments: run("query", *arguments)


def lines(result) -> list[str]:
    assert result.exit_code == 0, result.exception
    return [" ".join(line.split()) for line in result.stdout.splitlines() if line.strip(" ─")]


def refusal(result) -> str:
    assert isinstance(result.exception, UserError) and result.stdout == ""
    return str(result.exception)


def test_what_is_unknown_is_not_an_empty_text_and_the_rows_are_counted(query):
    assert lines(query("select * from narrow order by n limit 3")) == ["n name", "1 NULL", "2", "3 x3", "3 rows"]


@pytest.mark.parametrize(
    ("sql", "limit", "says"),
    [
        ("from narrow", ("--limit", "5"), "5 of 9 rows; --limit 0 shows all"),
        ("from narrow", ("--limit", "9"), "9 rows"),
        ("from narrow -- with a remark", ("--limit", "1"), "1 of 9 rows; --limit 0 shows all"),
        ("from narrow; -- with a remark", ("--limit", "1"), "1 of 9 rows; --limit 0 shows all"),
        ("from narrow where n = 1;", (), "1 row"),
        ("show tables", ("--limit", "3"), "3 of 4 rows; --limit 0 shows all"),
        ("from long", (), "200 of 1 234 rows; --limit 0 shows all"),
        ("from long", ("--limit", "0"), "1 234 rows"),
        ("from wide", (), "5 of 7 rows; --limit 0 shows all"),
    ],
)
def test_the_last_line_says_how_many_rows_there_are(query, sql: str, limit: tuple[str, ...], says: str):
    assert lines(query(sql, *limit))[-1] == says


@pytest.mark.parametrize("table", ["narrow", "wide"])
def test_no_rows_are_told_and_nothing_else(query, table: str):
    assert query(f"select * from {table} where 1 = 0").stdout == "no rows\n"


def test_a_wide_answer_lies_on_its_side_five_rows_beside_each_other(query):
    shown = lines(query("select * from wide order by 1", "--limit", "0"))
    assert shown[:3] == ["column row 1 row 2 row 3 row 4 row 5", "first_column 1 2 3 4 5", "c2 2 4 6 8 10"]
    assert shown[16:18] == ["column row 6 row 7", "first_column 6 7"]
    assert shown[-2:] == ["c15 90 105", "7 rows"]


def test_csv_is_whole_and_harmless_in_a_spreadsheet(query):
    assert query("from odd", "--format", "csv").stdout == "text;flag;amount;day;nothing\n'=1+1;true;1.50;2025-12-31;\n"
    assert query("from long order by n", "--format", "csv").stdout.splitlines() == ["n", *map(str, range(1234))]
    assert query("from long order by n", "--format", "csv", "--limit", "2").stdout == "n\n0\n1\n"
    assert query("from long where n < 0", "--format", "csv").stdout == "n\n"


def test_json_has_an_object_for_each_row_with_numbers_as_numbers(query):
    assert (
        query("from odd", "--format", "json").stdout
        == '[\n{"text": "=1+1", "flag": true, "amount": 1.5, "day": "2025-12-31", "nothing": null}\n]\n'
    )
    assert json.loads(query("from long order by n", "--format", "json").stdout) == [{"n": n} for n in range(1234)]
    assert json.loads(query("from long where n < 0", "--format", "json").stdout) == []


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("select 1; select 2",), "These are 2 statements with semicolons between. Write one query at a time."),
        (("/* nothing */",), "The query is empty. Write one in quotation marks, such as: fjernlys query 'select * from dim_build'"),
        (("use main",), "The statement has no answer to show. Write a query, such as: fjernlys query 'select * from dim_build'"),
        (("from narrow", "--format", "xml"), "--format: 'xml' is not a format. Write one of table, csv, json."),
        (
            ("select 1 as a, 2 as a", "--format", "json"),
            "--format json: two columns are called 'a'. Give each a name of its own with as.",
        ),
        (("from narow",), 'The query cannot be run: Catalog Error: Table with name narow does not exist! Did you mean "narrow"?'),
    ],
)
def test_what_cannot_be_answered_is_told(query, arguments: tuple[str, ...], says: str):
    assert refusal(query(*arguments)) == says


def test_help_has_an_example(query):
    assert 'fjernlys query "select * from rpt_indicator_wide' in " ".join(query("--help").stdout.split())


@pytest.mark.usefixtures("query")
def test_a_reader_that_has_seen_enough_is_no_error():
    command = [sys.executable, "-m", "orchestration.cli", "query", "from range(100000)", "--format", "csv"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "range\n"
        process.stdout.close()
        assert process.stderr.read() == ""
