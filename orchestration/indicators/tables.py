"""``docs/indicators.md``, written from the seeds of the catalogue, so that it cannot fall behind.

Belongs here: the page of the repository. Does not belong here: figures and pictures (``page``), reading the seeds (``catalogue``).
Run ``python -m orchestration.indicators.tables`` after changing a seed of the catalogue.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from orchestration.indicators.catalogue import THEMES, Break, Indicator, load_catalogue, load_not_computable, unit_in_words
from orchestration.settings import PROJECT_ROOT

PAGE = PROJECT_ROOT / "docs" / "indicators.md"
_HEAD = """<!-- Written from seeds/indicators; run `python -m orchestration.indicators.tables` after changing them. -->
# Indicators

{count} indicators (indikatorer), each a measure over the line and, where it is a ratio, one under it
([rules of counting](counting-rules.md), C100). `dim_indicator` has the same columns and `fct_indicator` the figures
([read the marts](read-the-marts.md)); `fjernlys docs` writes this page with a picture of every series. Figures of areas are sums over
sums of the municipalities that delivered. What reports ask for and nothing gives stands [at the end](#what-cannot-be-computed).
"""
_COLUMNS = ("indicator", "what it is", "formula, unit", "source, date", "divided by", "read with care")
_MISSING_COLUMNS = ("wanted", "what would be needed", "who has it", "asked for in")


def render() -> str:
    """The whole page."""
    indicators = load_catalogue()
    parts = [_HEAD.format(count=len(indicators))]
    for theme, found in groupby(indicators, key=lambda indicator: indicator.theme):
        parts.append(f"\n## {THEMES[theme]}\n\n{_head(_COLUMNS)}")
        parts += [_line(_cells(indicator)) for indicator in found]
    parts.append(f"\n## What cannot be computed\n\n{_head(_MISSING_COLUMNS)}")
    for each in load_not_computable():
        wanted = f"{each.label_nb} · {each.label_en}"
        parts.append(_line(map(_text, (wanted, each.what_is_needed, each.held_by, "; ".join(each.reports)))))
    return "".join(parts)


def _cells(indicator: Indicator) -> tuple[str, ...]:
    divided = ", ".join(f"`{name}`" for name in indicator.breakdowns if name != "none")
    if indicator.never_without:
        divided += " (never without)"
    care = [*map(_text, indicator.caveats), *(break_in_words(each) for each in indicator.breaks)]
    if indicator.related:
        care.append(f"See `{indicator.related}`.")
    if indicator.reports:
        care.append(f"Asked for in {'; '.join(indicator.reports)}.")
    return (
        f"**{_text(indicator.label_nb)}** · {_text(indicator.label_en)}<br>`{indicator.indicator_id}`",
        f"{_text(indicator.definition)} {', '.join(indicator.rules)}.",
        f"{_text(indicator.formula)}; {unit_in_words(indicator.unit)}",
        f"{indicator.source}, from {indicator.first_year}; {indicator.stock_or_flow}, {indicator.reference_date}",
        divided,
        " ".join(care),
    )


def break_in_words(each: Break) -> str:
    """A break with its reason and the figures that it is in."""
    which = "" if each.breakdowns == "%" else f", by {each.breakdowns.replace('%', '…')}"
    vintages = "all figures" if len(each.vintages) > 2 else "published figures" if "own_register" not in each.vintages else "own figures"
    return f"Break in {each.year} ({vintages}{which}): {each.reason_en} ({each.source})."


def _head(titles: tuple[str, ...]) -> str:
    return _line(titles) + _line("---" for _ in titles)


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |\n"


def _text(words: str) -> str:
    return words.replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(render(), encoding="utf-8")
