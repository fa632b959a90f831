"""The page on mapping files tells the truth: its example loads to the rows it shows, and every key of the schema is explained."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml

from orchestration.arrivals.gate import run_gate
from orchestration.mappings.load import SCHEMA, load_mapping
from orchestration.settings import PROJECT_ROOT
from tests.integration.arrival_deliveries import settings_with_klass
from tests.integration.mapped_deliveries import deliver_mapped, rows_of

PAGE = (PROJECT_ROOT / "docs" / "mappings.md").read_text(encoding="utf-8")


def example(name: str) -> str:
    """The block of the page under that name."""
    [block] = re.findall(rf"<!-- example: {re.escape(name)} -->\n```\w+\n(.*?)```", PAGE, re.DOTALL)
    return block


def test_the_example_loads_to_the_rows_that_the_page_shows(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    settings = settings_with_klass(tmp_path, tmp_path_factory)
    mapping, name = example("mappings/1804/boliger.yml"), "boliger_2024-12-31.csv"
    deliver_mapped(settings, mapping, {name: example(name).encode("cp1252")}, extract="boliger")

    result = run_gate(settings)

    assert [r.refusal_reason for r in result.refused] == []
    [receipt] = result.accepted
    [file] = receipt.files
    assert (file.header_count, file.accepted_count, file.quarantined_count, file.excluded_by_rule) == (2, 3, 0, {"X002 storage": 1})
    table = [line for line in PAGE.splitlines() if re.match(r"\| (line|3|4|5) \|", line)]
    header, *shown = [[cell.strip() for cell in line[1:-1].split("|")] for line in table]
    columns = ", ".join(f"CAST({name} AS VARCHAR)" for name in ["line_number", *header[1:]])
    assert [[value or "" for value in row] for row in rows_of(settings, receipt, "dwelling", columns)] == shown


def test_the_example_is_a_whole_mapping_file(tmp_path: Path) -> None:
    path = tmp_path / "1804" / "boliger.yml"
    path.parent.mkdir()
    path.write_text(example("mappings/1804/boliger.yml"), encoding="utf-8")
    assert load_mapping(path).title == "List of dwellings"


def test_every_key_and_choice_of_the_schema_is_explained() -> None:
    missing = []

    def visit(node: object) -> None:
        if isinstance(node, dict):
            missing.extend(key for key in node.get("properties", {}) if not re.search(rf"\b{key}\b", PAGE))
            missing.extend(choice for choice in node.get("enum", []) if str(choice) not in PAGE)
        for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
            visit(child)

    visit(json.loads(SCHEMA.read_text(encoding="utf-8")))
    assert missing == []


def test_every_snippet_of_the_page_is_yaml() -> None:
    snippets = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    assert len(snippets) >= 5
    for snippet in snippets:
        yaml.safe_load(snippet)
