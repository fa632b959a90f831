"""Static pages for people: dbt's documentation, the results of Great Expectations, indicators, KOSTRA's controls by file, and work lists.

Belongs here: writing the pages. Does not belong here: making what they show.
"""

from __future__ import annotations

import html
import shutil
from collections.abc import Iterator
from pathlib import Path

from expectations.runner import CheckResult, SuiteResult, read_results
from orchestration.indicators.page import indicator_page
from orchestration.kostra.file_pages import file_pages
from orchestration.page_frame import page
from orchestration.settings import Settings, UserError, make_folder
from orchestration.warehouse import dbt_run
from orchestration.worklist import municipalities_with_a_list, read_worklist, render_worklist


def write_pages(settings: Settings, out: Path) -> Iterator[Path]:
    """Write every page into a folder and give its path."""
    make_folder(out)
    yield _copied(dbt_run.document(settings), out / "dbt.html")
    yield _written(out / "data-docs.html", "Data Docs", _data_docs(read_results(settings)))
    yield _whole(out / "indicators.html", indicator_page(settings))
    body = "<p>How the tables are made and what they mean, and what the last night's checks of deliveries and release found.</p>"
    body += _links(
        [
            ("indicators.html", "Indicators: what each one is, with a picture of its series"),
            ("dbt.html", "Models, columns and lineage (dbt)"),
            ("data-docs.html", "What Great Expectations found (Data Docs)"),
        ]
    )
    links = []
    for code in _with_a_work_list(settings):
        work = read_worklist(settings, code)
        yield _whole(out / f"worklist-{code}.html", render_worklist(work, "html"))
        links.append((f"worklist-{code}.html", f"{code} {work.name}: {len(work.rows)} to mend"))
    body += f"<h2>Work lists</h2>{_links(links)}" if links else ""
    links = []
    for name, title, text in file_pages(settings):
        yield _whole(out / name, text)
        links.append((name, title))
    body += f"<h2>KOSTRA, file by file</h2>{_links(links)}" if links else ""
    yield _written(out / "index.html", "Fjernlys", body)


def _links(pages: list[tuple[str, str]]) -> str:
    items = "".join(f'<li><a href="{html.escape(name)}">{html.escape(title)}</a></li>' for name, title in pages)
    return f"<ul>{items}</ul>"


def _with_a_work_list(settings: Settings) -> list[str]:
    """Municipalities of the current release; none where there is no release yet, or an old one."""
    try:
        return municipalities_with_a_list(settings)
    except UserError:
        return []


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
    return _whole(path, page(title, body))


def _whole(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def _copied(source: Path, target: Path) -> Path:
    shutil.copyfile(source, target)
    return target
