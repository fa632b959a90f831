"""The page of all indicators that ``fjernlys docs`` writes: the catalogue, each entry with a picture of its series in the release in use.

Belongs here: which series is shown, and the page. Does not belong here: drawing it (``sparkline``), reading the seeds (``catalogue``).
"""

from __future__ import annotations

import html
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from orchestration.indicators.catalogue import THEMES, Indicator, load_catalogue, load_not_computable, unit_in_words
from orchestration.indicators.sparkline import sparkline
from orchestration.indicators.tables import break_in_words
from orchestration.page_frame import page
from orchestration.released import ask_release
from orchestration.settings import Settings, UserError

TITLE = "Indicators (indikatorer)"
_COUNTRY = ("country", "0")
_VINTAGES = ("own_register", "published_final", "published_preliminary")
_FIGURES = """
    select
        figure.indicator_id, figure.vintage, figure.area_level, figure.area_code, figure.area_name, figure.breakdown,
        figure.breakdown_code, dim_breakdown.label_nb as code_label, dim_breakdown.sort_order, figure.year,
        cast(figure.value as double) as value, figure.municipality_count, figure.municipality_total_count
    from fct_indicator as figure
    left join dim_breakdown on figure.breakdown_key = dim_breakdown.breakdown_key
    where figure.area_level in ('country', 'municipality') and figure.value is not null
    order by figure.indicator_id, figure.area_level, figure.area_code, dim_breakdown.sort_order, figure.breakdown_code, figure.year
"""
_STYLE = """
body { font-family: system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem; color: #1b1f24; line-height: 1.45; }
h1, h2, h3 { font-weight: 600; } h2 { margin-top: 3rem; border-bottom: 2px solid #d8dee4; padding-bottom: .3rem; }
h3 { margin: 0; font-size: 1.05rem; } a { color: #0b57d0; } nav ul { columns: 2; padding-left: 1.2rem; }
article { display: grid; grid-template-columns: minmax(0, 1fr) 270px; gap: .2rem 1.5rem; padding: 1.1rem 0; }
article { border-bottom: 1px solid #d8dee4; }
article p { margin: .3rem 0 .5rem; } .en { color: #59636e; font-weight: 400; } code { font-size: .85em; color: #59636e; }
dl { display: grid; grid-template-columns: 7.5rem minmax(0, 1fr); gap: .1rem .8rem; margin: .3rem 0 0; font-size: .9rem; }
dt { color: #59636e; } dd { margin: 0; } figure { margin: 0; } figcaption { font-size: .8rem; color: #59636e; }
.spark { display: block; max-width: 100%; height: auto; } .spark polyline { fill: none; }
.spark .main { stroke: #0b57d0; stroke-width: 2; } .spark circle.main, .spark .last { fill: #0b57d0; stroke: none; }
.spark .other { stroke: #b6bec7; stroke-width: 1; } .spark circle.other { fill: #b6bec7; stroke: none; }
.spark .base { stroke: #e3e7eb; } .spark .break { stroke: #a40e26; stroke-dasharray: 3 3; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 2rem; font-size: .9rem; }
th, td { text-align: left; padding: .35rem .6rem; border-bottom: 1px solid #d8dee4; vertical-align: top; }
@media (max-width: 48rem) { article { grid-template-columns: minmax(0, 1fr); } nav ul { columns: 1; } }
@media (prefers-color-scheme: dark) { body { background: #0d1117; color: #e6edf3; } a { color: #79c0ff; }
  .en, code, dt, figcaption { color: #9198a1; } article, th, td, h2 { border-color: #30363d; }
  .spark .main { stroke: #79c0ff; } .spark circle.main, .spark .last { fill: #79c0ff; } .spark .base { stroke: #30363d; }
  .spark .other { stroke: #57606a; } .spark circle.other { fill: #57606a; } .spark .break { stroke: #ff7b72; } }
"""


@dataclass
class _Line:
    """One series of an indicator: an area, or a code of a breakdown."""

    name: str
    values: dict[int, float] = field(default_factory=dict)
    reporting: str = ""


def indicator_page(settings: Settings) -> str:
    """The whole page; without a release it has no pictures."""
    try:
        figures = ask_release(settings, _FIGURES)
    except UserError:
        figures = []
    return page(TITLE, body(load_catalogue(), figures), style=_STYLE)


def body(indicators: list[Indicator], figures: Iterable[dict[str, Any]]) -> str:
    """The page without its frame."""
    by_indicator: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in figures:
        by_indicator[row["indicator_id"]].append(row)
    themes = [(theme, list(found)) for theme, found in groupby(indicators, key=lambda indicator: indicator.theme)]
    missing = load_not_computable()
    links = "".join(f'<li><a href="#{theme}">{_text(THEMES[theme])}</a> ({len(found)})</li>' for theme, found in themes)
    parts = [
        f"<p>{len(indicators)} indicators. A picture shows the country, that is all municipalities that report, as a strong line; ",
        "thin lines are the municipalities where sizes can be compared, or the codes of a breakdown. A year without a figure is a gap, ",
        "a dashed line a break in the series. Everything starts at zero.</p>",
        f'<nav><ul>{links}<li><a href="#not-computable">What cannot be computed</a> ({len(missing)})</li></ul></nav>',
    ]
    for theme, found in themes:
        parts.append(f'<h2 id="{theme}">{_text(THEMES[theme])}</h2>')
        parts += [_article(indicator, by_indicator[indicator.indicator_id]) for indicator in found]
    parts.append('<h2 id="not-computable">What cannot be computed</h2><table><tr>')
    parts += [f"<th>{title}</th>" for title in ("wanted", "what would be needed", "who has it", "asked for in")]
    parts.append("</tr>")
    for each in missing:
        wanted = f'{_text(each.label_nb)}<br><span class="en">{_text(each.label_en)}</span>'
        cells = (wanted, _text(each.what_is_needed), _text(each.held_by), _text("; ".join(each.reports)))
        parts.append(f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>")
    return "".join([*parts, "</table>"])


def _article(indicator: Indicator, figures: list[dict[str, Any]]) -> str:
    divided = ", ".join(name for name in indicator.breakdowns if name != "none") or "not divided"
    facts = [
        ("Formula", _text(indicator.formula)),
        ("Unit", _text(unit_in_words(indicator.unit))),
        ("Source", _text(f"{indicator.source}, from {indicator.first_year}")),
        ("Counted", _text(f"{indicator.population}, {indicator.stock_or_flow}; {indicator.reference_date}")),
        ("Divided by", _text(divided + (f"; never without {indicator.never_without}" if indicator.never_without else ""))),
        ("Breaks", _text(" ".join(map(break_in_words, indicator.breaks)))),
        ("With care", _text(" ".join(indicator.caveats))),
        ("See also", f'<a href="#{indicator.related}">{_text(indicator.related)}</a>' if indicator.related else ""),
        ("Rules", _text(", ".join(indicator.rules))),
        ("Asked for in", _text("; ".join(indicator.reports))),
    ]
    listed = "".join(f"<dt>{name}</dt><dd>{words}</dd>" for name, words in facts if words)
    head = f'<h3>{_text(indicator.label_nb)} <span class="en">{_text(indicator.label_en)}</span></h3>'
    names = f"<code>{_text(indicator.indicator_id)}</code> <span class=en>version {indicator.version}</span>"
    return (
        f'<article id="{_text(indicator.indicator_id)}"><div>{head}{names}<p>{_text(indicator.definition)}</p>'
        f"<dl>{listed}</dl></div>{_figure(indicator, figures)}</article>"
    )


def _figure(indicator: Indicator, figures: list[dict[str, Any]]) -> str:
    main, others, vintage = _chosen(indicator, figures)
    if main is None:
        return "<figure><figcaption>No figures in this release.</figcaption></figure>"
    breaks = [each.year for each in indicator.breaks if vintage in each.vintages and each.breakdowns == "%"]
    last = max(main.values)
    says = f"{main.name}: {value_in_words(main.values[last], indicator.unit)} in {last}{main.reporting}"
    span = f"{min(main.values)}–{last}" if len(main.values) > 1 else str(last)
    picture = sparkline(main.values, [line.values for line in others], breaks, f"{indicator.label_nb}, {span}. {says}")
    return f"<figure>{picture}<figcaption>{_text(f'{span}. {says}')}</figcaption></figure>"


def _chosen(indicator: Indicator, figures: list[dict[str, Any]]) -> tuple[_Line | None, list[_Line], str]:
    """The series that is shown: of our own figures before published ones, of the country before a municipality, undivided if it may be."""
    shown = "none" if "none" in indicator.breakdowns else indicator.breakdowns[0]
    for vintage in _VINTAGES:
        rows = [row for row in figures if row["vintage"] == vintage and row["breakdown"] == shown]
        country = [row for row in rows if (row["area_level"], row["area_code"]) == _COUNTRY]
        if shown != "none":
            lines = _lines(country, "breakdown_code", "code_label")
            return (lines[0], lines[1:], vintage) if lines else (None, [], vintage)
        towns = _lines([row for row in rows if row["area_level"] == "municipality"], "area_code", "area_name")
        if country:
            # Sums of a country and counts of its municipalities have no size in common.
            return _lines(country, "area_code", "area_name")[0], towns if indicator.is_ratio else [], vintage
        if towns:
            return towns[0], towns[1:], vintage
    return None, [], ""


def _lines(rows: list[dict[str, Any]], key: str, name: str) -> list[_Line]:
    found: dict[str, _Line] = {}
    for row in rows:
        line = found.setdefault(row[key], _Line(row[name]))
        line.values[row["year"]] = row["value"]
        if row["area_level"] != "municipality":
            line.reporting = f" ({row['municipality_count']} of {row['municipality_total_count']} municipalities)"
    return list(found.values())


def _text(words: str) -> str:
    """Words as HTML: names between backticks are code, and numbers such as 1 000 stay on one line."""
    whole = re.sub(r"(?<=\d) (?=\d{3}\b)", "\N{NO-BREAK SPACE}", html.escape(words))
    return re.sub(r"`(\w+)`", r"<code>\1</code>", whole)


def value_in_words(value: float, unit: str) -> str:
    """A value as people read it: shares in per cent, thousands apart."""
    if unit == "share":
        return f"{100 * value:.1f} %"
    words = f"{value:,.0f}" if unit == "count" or abs(value) >= 1000 else f"{value:,.1f}"
    words = words.replace(",", " ")
    return {"nok": f"{words} kr", "nok_per_month": f"{words} kr a month", "sqm": f"{words} m²"}.get(
        unit, words if unit == "count" else f"{words} {unit_in_words(unit)}"
    )
