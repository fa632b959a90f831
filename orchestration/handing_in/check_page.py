"""The report of a checked delivery as one page in Norwegian, to be sent to the supplier or printed.

Belongs here: the page. Does not belong here: what was found (``checking``). The page stands alone: no script, no font, nothing fetched.
Everything that others wrote is escaped; no value of a row is in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from itertools import groupby

from orchestration.arrivals.contracts import load_contracts
from orchestration.arrivals.ledger import FileReceipt
from orchestration.handing_in.checking import ACCEPTED, NOT_READ, REFUSED, TO_MEND, CheckedDelivery, CheckReport, Finding, Problem
from orchestration.handing_in.reasons_nb import in_norwegian, status_in_norwegian
from orchestration.page_frame import page

_VERDICTS = {
    ACCEPTED: ("good", "Godtatt", "Alle rader tas inn."),
    TO_MEND: ("mend", "Godtatt, men noe må rettes", "Radene som er listet nedenfor, telles ikke med før de er rettet og sendt på nytt."),
    REFUSED: ("bad", "Avvist", "Ingenting tas inn før dette er rettet."),
    NOT_READ: ("bad", "Ikke lest", "Leveransen kunne ikke leses."),
}
_STYLE = """
:root { color-scheme: light; --ink: #1b1f24; --soft: #57606a; --line: #d0d7de; --paper: #fff; }
* { box-sizing: border-box; }
body { font: 15px/1.5 system-ui, "Segoe UI", sans-serif; color: var(--ink); background: var(--paper);
  margin: 0 auto; max-width: 62rem; padding: 2rem 1.25rem 3rem; }
h1 { font-size: 1.6rem; margin: 0 0 .25rem; } h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
h3 { font-size: 1rem; margin: 1.25rem 0 .25rem; overflow-wrap: anywhere; }
p { margin: .35rem 0; max-width: 46rem; } .soft, caption { color: var(--soft); }
section + section { border-top: 3px solid var(--line); margin-top: 3rem; padding-top: 1.5rem; } .about { font-size: 1.05rem; }
.verdict { border: 1px solid var(--line); border-left: .4rem solid; border-radius: .3rem;
  padding: .75rem 1rem; margin: 1rem 0; overflow-wrap: anywhere; }
.verdict strong { font-size: 1.15rem; }
.good { border-left-color: #1a7f37; } .mend { border-left-color: #bf8700; } .bad { border-left-color: #cf222e; }
.wide { overflow-x: auto; } table { border-collapse: collapse; width: 100%; margin: .5rem 0 1rem; }
caption { text-align: left; padding-bottom: .25rem; }
th, td { text-align: left; vertical-align: top; padding: .4rem .6rem; border-bottom: 1px solid var(--line); }
th { font-weight: 600; border-bottom-width: 2px; } thead { display: table-header-group; } tr { break-inside: avoid; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; } .lines { min-width: 9rem; overflow-wrap: anywhere; }
code { font: .9em ui-monospace, Consolas, monospace; color: var(--soft); } td p { margin: 0; }
footer { margin-top: 2.5rem; padding-top: .75rem; border-top: 1px solid var(--line); color: var(--soft); font-size: .9rem; }
@media print { body { font-size: 10pt; padding: 0; max-width: none; }
  h2, h3 { break-after: avoid; } .wide { overflow: visible; } @page { margin: 16mm; } }
"""


def as_page(report: CheckReport) -> str:
    """The whole page."""
    body = "\n".join(f"<section>{_delivery(d)}</section>" for d in report.deliveries) or "<p>Ingen leveranse ble funnet.</p>"
    foot = (
        "<footer>Siden viser filer, linjer, felt og regler, aldri innholdet i en rad. Linjenumrene er de i filen slik den ble levert: "
        "tekstfil linje, regneark rad, JSON og Parquet post. Rett i fagsystemet og send hele leveransen på nytt.</footer>"
    )
    return page("Kontroll av leveranse", body + foot, "nb", _STYLE)


def _delivery(delivery: CheckedDelivery) -> str:
    css, word, meaning = _VERDICTS[delivery.verdict]
    period = f", perioden {delivery.period_start} til {delivery.period_end}" if delivery.period_end else ""
    reason = ""
    if delivery.reason:
        rule = " ".join(filter(None, [delivery.rule_id, delivery.title_rule_nb]))
        reason = f"<p><b>{escape(rule)}</b>{'. ' if rule else ''}{escape(in_norwegian(delivery.reason))}</p>"
    to_mend = f"<p>{_rows(delivery.rows_to_mend)} må rettes.</p>" if delivery.rows_to_mend else ""
    about = f"<b>{escape(delivery.title_nb)}</b> ({_code(delivery.source)}) fra {escape(delivery.supplier)}{period}"
    parts = [
        f"<p class=about>{about}</p>",
        f'<div class="verdict {css}"><strong>{word}</strong><p>{meaning}</p>{to_mend}{reason}</div>',
        _problems("Dette må rettes", delivery.source, delivery.problems),
        _problems("Tatt inn, men bør ses på", delivery.source, delivery.remarks),
        _files(delivery),
        _excluded(delivery.files),
        _unlinked(delivery),
        _findings(delivery.findings),
    ]
    return "\n".join(filter(None, parts))


def _problems(title: str, source: str, found: Sequence[Problem]) -> str:
    if not found:
        return ""
    parts = [f"<h2>{title}</h2>"]
    titles = _entity_titles(source)
    for (file_name, entity), problems in groupby(found, key=lambda p: (p.file_name, p.entity)):
        rows = [_problem(problem) for problem in problems]
        parts.append(f"<h3>{escape(file_name)} <span class=soft>{escape(titles.get(entity, entity))}</span></h3>")
        parts.append(_table(("Regel", "Felt", "Hva som er galt", "Rader", "Linje"), rows, (3,)))
    return "\n".join(parts)


def _problem(problem: Problem) -> list[str]:
    more = problem.row_count - len(problem.lines)
    lines = ", ".join(map(str, problem.lines)) + (f" og {more} til" if more > 0 else "") if problem.lines else "hele filen"
    term = escape(problem.field_nb)
    if problem.field_name and problem.field_nb != problem.field_name:
        term += f"<br>{_code(problem.field_name)}"
    what = f"{escape(problem.title_nb)}<br><span class=soft>{escape(in_norwegian(problem.reason))}</span>"
    return [_code(problem.rule_id), term, what, str(problem.row_count), f'<div class="lines">{lines}</div>']


def _files(delivery: CheckedDelivery) -> str:
    titles = _entity_titles(delivery.source)
    rows = [
        [
            f"{escape(f.file_name)}<br><span class=soft>{escape(titles.get(f.entity, f.entity))}</span>",
            *(str(n) for n in (f.line_count, f.header_count, f.blank_count, f.accepted_count, f.quarantined_count, f.excluded_count)),
        ]
        for f in delivery.files
    ]
    header = ("Fil", "Linjer", "Overskrift", "Blanke", "Godtatt", "Må rettes", "Utelatt")
    return "<h2>Filene, linje for linje</h2>\n" + _table(header, rows, range(1, 7)) if rows else ""


def _excluded(files: Iterable[FileReceipt]) -> str:
    rows = [
        [escape(f.file_name), escape(name), str(count)] for f in files for name, count in sorted(getattr(f, "excluded_by_rule", {}).items())
    ]
    return "<h2>Utelatt etter avtale</h2>\n" + _table(("Fil", "Regel", "Rader"), rows, (2,)) if rows else ""


def _unlinked(delivery: CheckedDelivery) -> str:
    titles = _entity_titles(delivery.source)
    rows = [
        [escape(titles.get(u.entity, u.entity)), escape(status_in_norwegian(u.number, u.status)), str(u.row_count)]
        for u in delivery.unlinked
    ]
    if not rows:
        return ""
    why = "<p class=soft>Radene tas inn, men nummeret kobler ikke personen til andre kilder.</p>"
    return f"<h2>Rader uten kobling til person</h2>{why}\n" + _table(("Innhold", "Hvorfor", "Rader"), rows, (2,))


def _findings(findings: Iterable[Finding]) -> str:
    rows = [
        [
            _code(f.rule_id),
            f"{escape(f.title_nb)}<br><span class=soft lang=en>{escape(f.description)}</span>",
            "varsel" if f.action == "warn" else "avvises",
            str(f.row_count),
        ]
        for f in findings
    ]
    return "<h2>Leveransen sett under ett</h2>\n" + _table(("Regel", "Hva som er uvanlig", "Følge", "Antall"), rows, (3,)) if rows else ""


def _table(header: Iterable[str], rows: Iterable[Iterable[str]], numbers: Iterable[int]) -> str:
    """``rows`` hold HTML."""
    right = set(numbers)

    def cells(tag: str, row: Iterable[str]) -> str:
        return "".join(f"<{tag}{' class=number' if i in right else ''}>{cell}</{tag}>" for i, cell in enumerate(row))

    body = "".join(f"<tr>{cells('td', row)}</tr>\n" for row in rows)
    return f"<div class=wide><table><thead><tr>{cells('th', header)}</tr></thead>\n<tbody>{body}</tbody></table></div>"


def _code(name: str) -> str:
    """A name of the contract, which may be broken after an underscore only."""
    return f"<code>{escape(name).replace('_', '_<wbr>').replace('-', '&#8209;')}</code>"


def _entity_titles(source: str) -> dict[str, str]:
    contract = load_contracts().get(source)
    return {file.entity: file.title_nb for file in contract.files} if contract else {}


def _rows(count: int) -> str:
    return f"{count} rad{'er' * (count != 1)}"
