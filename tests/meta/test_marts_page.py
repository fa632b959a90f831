"""The page that tells what to ask leads to every mart.

Belongs here: agreement between the list of stars and the models. Does not belong here: whether the queries of the page are right.
"""

from __future__ import annotations

import re

from orchestration.settings import PROJECT_ROOT


def test_every_mart_is_named_once_among_the_stars() -> None:
    page = (PROJECT_ROOT / "docs/read-the-marts.md").read_text(encoding="utf-8")
    stars = page.partition("## The stars\n")[2].partition("\n\n")[0]
    cells = [line.split("|")[2] for line in stars.splitlines()]
    named = [name for cell in cells for name in re.findall(r"\b(?:dim|fct|bridge|rpt)_\w+", cell)]
    marts = [path.stem for folder in ("marts", "quality") for path in (PROJECT_ROOT / "models" / folder).rglob("*.sql")]
    assert sorted(named) == sorted(marts)
