"""Static pages for people: dbt's documentation and the results of Great Expectations.

Belongs here: writing the pages. Does not belong here: making what they show.
"""

from __future__ import annotations

import html
import shutil
from collections.abc import Iterator
from pathlib import Path

from expectations.runner import CheckResult, SuiteResult, read_results
from orchestration.settings import Settings, make_folder
from orchestration.warehouse import dbt_run

_STYLE = """
body { font-family: system-ui, sans-serif; margin: 2rem auto; max-width: 72rem; padding: 0 1rem; color: #1b1f24; }
h1, h2, h3 { font-weight: 600; } table { border-collapse: collapse; width: 100%; margin: .5rem 0 2rem; }
a { color: #0b57d0; } li { margin: .4rem 0; }
th, td { text-align: left; padding: .35rem .6rem; border-bottom: 1px solid #d8dee4; vertical-align: top; }
td.number { text-align: right; font-variant-numeric: tabular-nums; }
.passed { color: #116329; } .failed { color: #a40e26; font-weight: 600; }
@media (prefers-color-scheme: dark) { body { background: #0d1117; color: #e6edf3; } th, td { border-color: #30363d; }
  .passed { color: #3fb950; } .failed { color: #ff7b72; } a { color: #79c0ff; } }
"""


def write_pages(settings: Settings, out: Path) -> Iterator[Path]:
    """Write every page into a folder and give its path."""
    make_folder(out)
    yield _copied(dbt_run.document(settings), out / "dbt.html")
    yield _written(out / "data-docs.html", "Data Docs", _data_docs(read_results(settings)))
    links = "<p>How the tables are made and what they mean, and what the last night's checks of deliveries and release found.</p>"
    links += '<ul><li><a href="dbt.html">Models, columns and lineage (dbt)</a></li>'
    links += '<li><a href="data-docs.html">What Great Expectations found (Data Docs)</a></li></ul>'
    yield _written(out / "index.html", "Fjernlys", links)


def _data_docs(results: list[SuiteResult]) -> str:
    if not results:
        return "<p>No results yet: run a night first.</p>"
    checks = [check for result in results for check in result.checks]
    passed = sum(check.success for check in checks)
    parts = [f"<p>{passed} of {len(checks)} expectations hold. Values of rows are never shown; counts and keys of deliveries are.</p>"]
    for stage in sorted({result.stage for result in results}):
        parts.append(f"<h2>{html.escape(stage.capitalize())}</h2>")
        parts += [_suite(result) for result in results if result.stage == stage]
    return "\n".join(parts)


def _suite(result: SuiteResult) -> str:
    head = f"<h3>{html.escape(result.name)} on {html.escape(result.subject)}</h3><p>{result.row_count} rows looked at</p>"
    titles = ("result", "rule", "expectation", "column", "not as expected", "what it says")
    header = "".join(f"<th>{title}</th>" for title in titles)
    return f"{head}<table><tr>{header}</tr>{''.join(_check(check) for check in result.checks)}</table>"


def _check(check: CheckResult) -> str:
    word = "passed" if check.success else "failed"
    keys = f" ({', '.join(check.failing_keys[:5])}{' …' if len(check.failing_keys) > 5 else ''})" if check.failing_keys else ""
    counts = f"{check.unexpected_count} of {check.element_count}"
    cells = [check.rule_id, check.type, check.column or "", counts, check.description + keys]
    row = "".join(f"<td{' class=number' if number == 3 else ''}>{html.escape(str(cell))}</td>" for number, cell in enumerate(cells))
    return f"<tr><td class={word}>{word}</td>{row}</tr>"


def _written(path: Path, title: str, body: str) -> Path:
    path.write_text(page(title, body), encoding="utf-8")
    return path


def page(title: str, body: str, language: str = "en") -> str:
    """A whole page that needs no other file."""
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{title}</title><style>{_STYLE}</style></head><body><h1>{title}</h1>{body}</body></html>\n"
    )


def _copied(source: Path, target: Path) -> Path:
    shutil.copyfile(source, target)
    return target
