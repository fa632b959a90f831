"""A small picture of a series as inline SVG: one line without script, with gaps where years are missing and a mark at each break.

Belongs here: turning years and values into a picture. Does not belong here: which series is shown (``page``).
"""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 260, 64
_LEFT, _RIGHT, _TOP, _BOTTOM = 6, 6, 8, 8
Series = Mapping[int, float]


@dataclass(frozen=True)
class _Scale:
    first: int
    last: int
    low: float
    high: float

    def x(self, year: float) -> float:
        span = max(self.last - self.first, 1)
        return round(_LEFT + (year - self.first) / span * (WIDTH - _LEFT - _RIGHT), 1)

    def y(self, value: float) -> float:
        share = (value - self.low) / (self.high - self.low) if self.high > self.low else 0.5
        return round(HEIGHT - _BOTTOM - share * (HEIGHT - _TOP - _BOTTOM), 1)


def sparkline(main: Series, others: Sequence[Series] = (), breaks: Sequence[int] = (), title: str = "") -> str:
    """The picture of ``main`` before ``others``; empty where ``main`` has no value. Years that are missing make a gap."""
    if not main:
        return ""
    years = [year for series in (main, *others) for year in series]
    values = [value for series in (main, *others) for value in series.values()]
    scale = _Scale(min(years), max(years), min(*values, 0.0), max(*values, 0.0))
    marks = [_break(scale, year) for year in sorted(set(breaks)) if scale.first < year <= scale.last]
    lines = [_line(scale, series, "other", breaks) for series in others]
    base = f'<line class="base" x1="{_LEFT}" x2="{WIDTH - _RIGHT}" y1="{scale.y(0)}" y2="{scale.y(0)}"/>'
    body = "".join([base, *marks, *lines, _line(scale, main, "main", breaks), _last(scale, main)])
    return (
        f'<svg class="spark" role="img" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}">'
        f"<title>{html.escape(title)}</title>{body}</svg>"
    )


def stretches(series: Series, breaks: Sequence[int] = ()) -> list[list[int]]:
    """Years in a row: a missing year and a break part two stretches."""
    found: list[list[int]] = []
    for year in sorted(series):
        if found and found[-1][-1] == year - 1 and year not in breaks:
            found[-1].append(year)
        else:
            found.append([year])
    return found


def _line(scale: _Scale, series: Series, name: str, breaks: Sequence[int]) -> str:
    parts = []
    for years in stretches(series, breaks):
        points = " ".join(f"{scale.x(year)},{scale.y(series[year])}" for year in years)
        if len(years) > 1:
            parts.append(f'<polyline class="{name}" points="{points}"/>')
        else:
            parts.append(f'<circle class="{name}" cx="{scale.x(years[0])}" cy="{scale.y(series[years[0]])}" r="2"/>')
    return "".join(parts)


def _last(scale: _Scale, series: Series) -> str:
    year = max(series)
    return f'<circle class="last" cx="{scale.x(year)}" cy="{scale.y(series[year])}" r="3"/>'


def _break(scale: _Scale, year: int) -> str:
    """A mark between the last year of the old series and the first of the new one."""
    x = scale.x(year - 0.5)
    return f'<line class="break" x1="{x}" x2="{x}" y1="0" y2="{HEIGHT}"><title>Break before {year}</title></line>'
