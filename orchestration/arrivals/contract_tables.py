"""Everything that is written from the contracts and the rules, so that it cannot fall behind.

Written are the pages ``docs/contracts/<source>.md``, the schemas ``contracts/schema/*.schema.json``, and in ``docs/deliver-data.md`` the
list of sources and the table of rules. Belongs here: which file holds what. Does not belong here: any words that a person should write.
Run ``python -m orchestration.arrivals.contract_tables`` after changing a contract or a rule.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path

from orchestration.arrivals.contract_pages import contract_list, contract_page
from orchestration.arrivals.contract_schemas import row_schema, schema_name
from orchestration.arrivals.contracts import CONTRACTS, load_contracts
from orchestration.settings import PROJECT_ROOT

PAGE = PROJECT_ROOT / "docs" / "deliver-data.md"
PAGES = PROJECT_ROOT / "docs" / "contracts"
SCHEMAS = CONTRACTS / "schema"
_FIRST, _LAST = "<!-- {name}: written from the contracts -->", "<!-- end of {name} -->"
_RULES = PROJECT_ROOT / "seeds" / "quality" / "quality_rule.csv"


def rule_table() -> str:
    """The rules of the gate and of its suites."""
    with _RULES.open(encoding="utf-8", newline="") as handle:
        rules = [r for r in csv.DictReader(handle) if r["owner"] in ("gate", "great_expectations") and r["entity"] != "release"]
    actions = {
        "refuse_delivery": "delivery refused",
        "quarantine_row": "row to quarantine",
        "warn": "warning",
        "exclude_row": "row counted as excluded",
        "keep_unlinked": "row kept, person not linked",
        "mask_address": "address masked",
    }
    rows = [f"| {r['rule_id']} | {r['title_nb']} | {r['description']} | {actions[r['action']]} |" for r in rules if r["action"] in actions]
    return "\n".join(["| rule | på norsk | what it means | what happens |", "|---|---|---|---|", *rows])


def render(page: str) -> str:
    """The page for suppliers with its tables written anew."""
    for name, text in (("contracts", contract_list(list(load_contracts().values()))), ("rules", rule_table())):
        first, last = _FIRST.format(name=name), _LAST.format(name=name)
        head, _, rest = page.partition(first)
        _, _, tail = rest.partition(last)
        page = f"{head}{first}\n{text}\n{last}{tail}"
    return page


def written_files() -> dict[Path, str]:
    """Every page and schema with what it should hold."""
    files = {}
    for contract in load_contracts().values():
        files[PAGES / f"{contract.source}.md"] = contract_page(contract)
        for file in contract.files:
            schema = json.dumps(row_schema(contract, file), indent=2, ensure_ascii=False)
            files[SCHEMAS / schema_name(contract, file)] = schema + "\n"
    return files


def write() -> None:
    """Write all of it, and take away pages and schemas of contracts that are gone."""
    files = written_files()
    for folder, pattern in ((PAGES, "*.md"), (SCHEMAS, "*.schema.json")):
        folder.mkdir(exist_ok=True)
        for path in set(folder.glob(pattern)) - files.keys():
            path.unlink()
    for path, text in files.items():
        path.write_text(text, encoding="utf-8")
    PAGE.write_text(render(PAGE.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    write()
