"""``docs/kostra-controls.md``: the controls as tables, written from the list, so that the page cannot fall behind.

Belongs here: the list as Markdown. Does not belong here: the words around the tables, which a person writes.
Run ``python -m orchestration.kostra.controls_page`` after changing the list.
"""

from __future__ import annotations

from orchestration.kostra.registry import Control, load_controls
from orchestration.settings import PROJECT_ROOT

PAGE = PROJECT_ROOT / "docs" / "kostra-controls.md"
_FIRST, _LAST = "<!-- {form}: written from the list -->", "<!-- end of {form} -->"
_ACTIONS = {"refuse_delivery": "delivery refused", "quarantine_row": "row to quarantine", "warn": "reported"}


def table(form: str) -> str:
    """What is checked of a form, then what is not."""
    controls = [c for c in load_controls() if c.form == form]
    checked = [_checked(c) for c in controls if c.is_implemented]
    left_out = [f"| {c.control} | {c.title_nb} | {c.condition} | {c.reason} |" for c in controls if not c.is_implemented]
    parts = ["| control | på norsk | what breaks it | years | severity | what happens |", "|---|---|---|---|---|---|", *checked]
    if left_out:
        parts += ["", "Not checked:", "", "| control | på norsk | what breaks it | why not |", "|---|---|---|---|", *left_out]
    return "\n".join(parts)


def _checked(c: Control) -> str:
    years = str(c.first_year) if c.first_year == c.last_year else f"{c.first_year}–{c.last_year}"
    rules = f" (gate rules {', '.join(c.gate_rules)})" if c.gate_rules else ""
    notes = "".join(f" {note}" for note in (c.disagreement, c.reason) if note)
    return f"| {c.control} | {c.title_nb} | {c.condition}.{notes} | {years} | {c.severity} | {_ACTIONS[c.action]}{rules} |"


def render(page: str) -> str:
    """The page with its tables written anew."""
    for form in dict.fromkeys(c.form for c in load_controls()):
        first, last = _FIRST.format(form=form), _LAST.format(form=form)
        head, _, rest = page.partition(first)
        _, _, tail = rest.partition(last)
        page = f"{head}{first}\n{table(form)}\n{last}{tail}"
    return page


if __name__ == "__main__":
    PAGE.write_text(render(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
