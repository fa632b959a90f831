"""The queries that the pages show run on the demonstration data and give the answers they print."""

from __future__ import annotations

import re

import pytest

from orchestration.settings import PROJECT_ROOT

PAGES = {"README.md": 3, "docs/fetch-statistics.md": 3, "docs/form-13.md": 7, "docs/matching.md": 3, "docs/read-the-marts.md": 27}
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


@pytest.mark.parametrize("page", PAGES)
def test_every_answer_on_the_page_is_right(con, page: str) -> None:
    found = list(QUERY.finditer((PROJECT_ROOT / page).read_text(encoding="utf-8")))
    assert len(found) == PAGES[page]
    right = []
    for match in found:
        cursor = con.execute(match["sql"])
        right.append(as_table([column[0] for column in cursor.description], cursor.fetchall()))
    assert [match["answer"] for match in found] == right, "The page should say:\n" + "\n".join(right)
