"""``fjernlys describe``: tables and columns in the words that the release carries."""

from __future__ import annotations

import pytest

from orchestration.settings import UserError

TABLES = """
    create table fct_tenancy as select i as tenancy_key, date '2025-01-01' as start_date from range(1234) as r (i);
    comment on table fct_tenancy is 'Contracts (leieforhold), [C12].
    ';
    comment on column fct_tenancy.start_date is 'First day (startdato).';
    create table dim_build as select '0123' as build_id;
    comment on table dim_build is 'One row about the build (bygg).';
    create table fct_tenancy_change (tenancy_key integer)
"""


@pytest.fixture
def describe(on_release):
    run = on_release(TABLES)
    return lambda *arguments: run("describe", *arguments)


def lines(result) -> list[str]:
    assert result.exit_code == 0, result.exception
    return [" ".join(line.split()) for line in result.stdout.splitlines() if line.strip(" ─")]


def test_every_table_with_its_rows_and_what_it_holds(describe):
    assert lines(describe()) == [
        "table rows description",
        "dim_build 1 One row about the build (bygg).",
        "fct_tenancy 1 234 Contracts (leieforhold), [C12].",
        "fct_tenancy_change 0",
    ]


def test_the_columns_of_one_table_with_type_and_meaning(describe):
    assert lines(describe("fct_tenancy")) == [
        "fct_tenancy: Contracts (leieforhold), [C12]. 1 234 rows.",
        "column type description",
        "tenancy_key BIGINT",
        "start_date DATE First day (startdato).",
    ]


@pytest.mark.parametrize(
    ("table", "alike"),
    [
        ("tenancy", " Alike: fct_tenancy, fct_tenancy_change."),
        ("FCT_TENACY", " Alike: fct_tenancy, fct_tenancy_change."),
        ("dim_bild", " Alike: dim_build."),
        ("xyz", ""),
    ],
)
def test_an_unknown_table_is_told_with_those_that_are_alike(describe, table: str, alike: str):
    result = describe(table)
    assert isinstance(result.exception, UserError) and result.stdout == ""
    assert (
        str(result.exception)
        == f"There is no table '{table}' in the release for analyst.{alike} All of them: fjernlys describe --audience analyst"
    )


def test_an_unknown_audience_is_told(describe):
    assert str(describe("--audience", "public").exception) == "There is no release 'public'. There are: analyst, property."
