"""What BI tools stand on: each mart that an exposure names has a version, a recorded contract and a day it is served until (C159)."""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import replace

import pytest

from orchestration.releasing.audience import load_audience
from orchestration.settings import PROJECT_ROOT, Settings, load_settings
from orchestration.warehouse.dbt_project import DbtNode, read_nodes, target_folder
from orchestration.warehouse.dbt_run import parse


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    home = tmp_path_factory.mktemp("parse")
    settings = load_settings({"FJERNLYS_HOME": str(home), "FJERNLYS_KEY_FILE": str(home / "key")})
    parse(settings)
    return settings


@pytest.fixture(scope="module")
def manifest(settings: Settings) -> dict:
    return json.loads((target_folder(settings) / "manifest.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def named(manifest: dict) -> set[str]:
    return {name for exposure in manifest["exposures"].values() for name in exposure["depends_on"]["nodes"]}


def test_what_exposures_name_is_served_and_nothing_else(settings: Settings, named: set[str]) -> None:
    served = {node.unique_id for node in read_nodes(settings) if node.contract_version is not None}
    assert served == named


def test_a_contract_changes_with_its_version_only(settings: Settings, manifest: dict) -> None:
    """Another name, type or order of columns is another version: the old hash stays under its number, the new one is added. What the old
    version promised is served under its name with _v and its number until its day."""
    wrong = []
    for node in read_nodes(settings):
        if node.contract_version is None:
            continue
        hashes = manifest["nodes"][node.unique_id]["config"]["meta"]["contract_hashes"]
        versions = [int(number) for number in hashes]
        if versions != list(range(1, node.contract_version + 1)) or len(set(hashes.values())) != len(hashes):
            wrong.append(f"{node.name}: versions are counted from 1 to contract_version, each with a hash of its own")
        elif hashes[str(node.contract_version)] != node.contract_hash:
            wrong.append(
                f"{node.name}: the columns have changed: add version {node.contract_version + 1} with the hash {node.contract_hash}"
            )
    assert wrong == []


def test_served_until_is_a_day_at_the_end_of_a_year(settings: Settings) -> None:
    days = {dt.date.fromisoformat(node.served_until) for node in read_nodes(settings) if node.contract_version is not None}
    assert {(day.month, day.day) for day in days} == {(12, 31)}


def test_the_hash_follows_what_readers_rely_on() -> None:
    columns = (("year", "integer", "Year (år)."), ("value", "varchar", "Value (verdi)."))
    node = DbtNode("model.x", "s", "x", "model", "table", "", None, None, (), columns, ())

    def changed(*columns: tuple[str, str, str]) -> bool:
        return replace(node, columns=columns).contract_hash != node.contract_hash

    assert not changed(("year", "integer", "Another text (år)."), columns[1])
    assert changed(("years", "integer", "Year (år)."), columns[1])
    assert changed(("year", "bigint", "Year (år)."), columns[1])
    assert changed(columns[1], columns[0])
    assert changed(columns[0])


def test_analysts_get_what_exposures_name(named: set[str]) -> None:
    released = {table.name for table in load_audience("analyst").tables}
    assert {name.rpartition(".")[2] for name in named} - released == set()


def test_exposures_lead_to_a_heading_of_the_docs(manifest: dict) -> None:
    headings = {}
    for page in (PROJECT_ROOT / "docs").glob("*.md"):
        titles = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
        headings[page.stem] = {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}
    wrong = []
    for exposure in manifest["exposures"].values():
        page, _, heading = exposure["url"].removeprefix("https://fjernlys.example.org/docs/").partition("#")
        if heading not in headings.get(page, set()) or not exposure["owner"]["email"].endswith("@example.org"):
            wrong.append(exposure["name"])
    assert wrong == []
