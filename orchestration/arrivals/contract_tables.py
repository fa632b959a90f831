"""The tables of ``docs/deliver-data.md``, written from the contracts and the rules, so that the page cannot fall behind.

Belongs here: contracts as Markdown. Does not belong here: any words that a person should write.
Run ``python -m orchestration.arrivals.contract_tables`` after changing a contract or a rule.
"""

from __future__ import annotations

import csv

from orchestration.arrivals.contracts import Contract, Field, FileContract, load_contracts
from orchestration.settings import PROJECT_ROOT

PAGE = PROJECT_ROOT / "docs" / "deliver-data.md"
_FIRST, _LAST = "<!-- {name}: written from the contracts -->", "<!-- end of {name} -->"
_RULES = PROJECT_ROOT / "seeds" / "quality" / "quality_rule.csv"


def contract_tables() -> str:
    """One section for each source that municipalities deliver, one table for each file."""
    contracts = load_contracts().values()
    return "\n".join(_section(c) for c in contracts if c.supplier == "municipality")


def rule_table() -> str:
    """The rules of the gate and of its suites."""
    with _RULES.open(encoding="utf-8", newline="") as handle:
        rules = [r for r in csv.DictReader(handle) if r["owner"] in ("gate", "great_expectations") and r["entity"] != "release"]
    actions = {
        "refuse_delivery": "delivery refused",
        "quarantine_row": "row to quarantine",
        "warn": "warning",
        "keep_unlinked": "row kept, person not linked",
        "mask_address": "address masked",
    }
    rows = [f"| {r['rule_id']} | {r['title_nb']} | {r['description']} | {actions[r['action']]} |" for r in rules if r["action"] in actions]
    return "\n".join(["| rule | på norsk | what it means | what happens |", "|---|---|---|---|", *rows])


def render(page: str) -> str:
    """The page with its tables written anew."""
    for name, text in (("contracts", contract_tables()), ("rules", rule_table())):
        first, last = _FIRST.format(name=name), _LAST.format(name=name)
        head, _, rest = page.partition(first)
        _, _, tail = rest.partition(last)
        page = f"{head}{first}\n{text}\n{last}{tail}"
    return page


def _section(contract: Contract) -> str:
    return "\n".join(["", f"### {contract.title_nb} (`{contract.source}`)", "", *(_file(f) for f in contract.files)])


def _file(file: FileContract) -> str:
    name = file.file or file.file_pattern
    key = ", ".join(file.grain)
    if file.layouts:
        lengths = ", ".join(f"{year}: {layout.record_length} characters" for year, layout in file.layouts.items())
        return f"**`{name}`** {file.title_nb}. Key: {key}. Record length: {lengths}. Fields and positions: `reference/kostra_layouts`.\n"
    rows = [
        f"| `{f.name}` | {f.nb} | {_form(f)} | {'yes' if f.required or f.name in file.grain else ''} | {f.description} |"
        for f in file.fields
    ]
    order = [f"`{o.not_before}` must not lie before `{o.than}`." for o in file.order]
    return "\n".join(
        [
            f"**`{name}`** {file.title_nb}. Key: {key}. {' '.join(order)}",
            "",
            "| column | felt | form | required | meaning |",
            "|---|---|---|---|---|",
            *rows,
            "",
        ]
    )


def _form(field: Field) -> str:
    if field.codes:
        return ", ".join(field.codes)
    if field.pattern:
        return f"`{field.pattern}`"
    names = {"date": "date YYYY-MM-DD", "integer": "whole number", "boolean": "0 or 1", "text": "text"}
    limits = "–".join(str(limit) for limit in (field.min, field.max) if limit is not None)
    return f"{names.get(field.type, field.type)} {limits}".strip()


if __name__ == "__main__":
    PAGE.write_text(render(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
