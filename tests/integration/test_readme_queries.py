"""The queries that the README shows run on the demonstration data and give the answers it prints."""

from __future__ import annotations

import re

import pytest

from orchestration.settings import PROJECT_ROOT

PAGE = PROJECT_ROOT / "README.md"
QUERY = re.compile(r"```sql\n(?P<sql>select\s[^`]*?;)\n```\n\n(?P<answer>(?:\|.*\n)+)")


def as_table(columns: list[str], rows: list[tuple]) -> str:
    """A markdown table as the page writes it; an empty cell is NULL."""
    lines = [columns, ["---"] * len(columns), *[["" if value is None else f"{value}" for value in row] for row in rows]]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


@pytest.fixture(scope="module")
def con(built_home):
    with built_home.connect() as connection:
        connection.execute("set search_path = 'shared,dwellings,households,indicators,quality'")
        yield connection


def test_every_answer_on_the_page_is_right(con) -> None:
    found = list(QUERY.finditer(PAGE.read_text(encoding="utf-8")))
    assert len(found) == 3
    for match in found:
        cursor = con.execute(match["sql"])
        answer = as_table([column[0] for column in cursor.description], cursor.fetchall())
        assert match["answer"] == answer, f"The page should say:\n{answer}"
