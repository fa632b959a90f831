"""The dbt project as plain objects, read from dbt's manifest without importing dbt.

Belongs here: which models, seeds and tests there are, and whether the manifest is still that of the code.
Does not belong here: running dbt (``dbt_run``) or showing it in Dagster (``assets``).
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from orchestration.settings import PROJECT_ROOT, Settings

STAMP = "parsed_for"
SHARED = PROJECT_ROOT / "target" / "parsed"  # made at installation, for every data home of this checkout
_PARSED = ("manifest.json", "partial_parse.msgpack", STAMP)
_FOLDERS = ("models", "seeds", "macros", "tests/dbt")
_FILES = ("dbt_project.yml", "profiles.yml", "selectors.yml")
_ENDINGS = {".sql", ".yml", ".yaml", ".csv", ".md"}


@dataclass(frozen=True)
class DbtTest:
    """A data test and the model or seed it speaks about."""

    unique_id: str
    rule: str
    subject: str
    severity: str
    description: str


@dataclass(frozen=True)
class DbtNode:
    """A model or seed: one relation of the build."""

    unique_id: str
    schema: str
    name: str
    kind: str
    materialized: str
    description: str
    owner: str | None
    grain: str | None
    upstream: tuple[tuple[str, str], ...]
    columns: tuple[tuple[str, str, str], ...]
    tests: tuple[DbtTest, ...]
    contract_version: int | None = None
    served_until: str | None = None

    @property
    def contract_hash(self) -> str:
        """What readers rely on: names, types and order of the columns."""
        return hashlib.sha256(json.dumps([column[:2] for column in self.columns]).encode()).hexdigest()[:12]

    @property
    def is_mart(self) -> bool:
        """Whether others may read it."""
        return self.materialized == "table" and self.schema not in ("intermediate", "staging", "seeds")


def target_folder(settings: Settings) -> Path:
    """Where dbt keeps its manifest and the parsed project between nights."""
    return settings.home / "dbt-target"


def project_hash(root: Path = PROJECT_ROOT) -> str:
    """Hash of the files that dbt parses."""
    files = [root / name for name in _FILES]
    for folder in _FOLDERS:
        files += (path for path in (root / folder).rglob("*") if path.suffix in _ENDINGS)
    digest = hashlib.sha256()
    for path in sorted(files):
        if path.is_file():
            digest.update(f"{path.relative_to(root).as_posix()}\n".encode() + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def is_parsed(settings: Settings) -> bool:
    """Whether the manifest of the data home is that of the project's files."""
    return _is_of(target_folder(settings), project_hash())


def adopt_parsed(settings: Settings, shared: Path = SHARED) -> bool:
    """Take over what the checkout has parsed, where that is of the project's files as they are now."""
    if not _is_of(shared, project_hash()):
        return False
    _copy_parsed(shared, target_folder(settings))
    return True


def share_parsed(settings: Settings, shared: Path = SHARED) -> None:
    """Leave the parsed project with the checkout, for other data homes. A checkout that cannot be written to does without."""
    if os.access(shared.parents[1], os.W_OK):
        _copy_parsed(target_folder(settings), shared)


def _is_of(folder: Path, now: str) -> bool:
    stamp = folder / STAMP
    return all((folder / name).is_file() for name in _PARSED) and stamp.read_text(encoding="utf-8") == now


def _copy_parsed(source: Path, target: Path) -> None:
    """The stamp last: what it vouches for is whole."""
    target.mkdir(parents=True, exist_ok=True)
    (target / STAMP).unlink(missing_ok=True)
    for name in _PARSED:
        part = target / f".{name}.{os.getpid()}.part"
        shutil.copyfile(source / name, part)
        part.replace(target / name)


def read_nodes(settings: Settings) -> list[DbtNode]:
    """Models and seeds, each after those it reads from."""
    body = json.loads((target_folder(settings) / "manifest.json").read_text(encoding="utf-8"))
    nodes = {key: node for key, node in body["nodes"].items() if node["resource_type"] in ("model", "seed")}
    names = {key: (node["schema"], node["name"]) for key, node in nodes.items()}
    names |= {key: (node["schema"], node["name"]) for key, node in body["sources"].items()}
    order = _in_order(nodes)
    tests = _tests(body, order)
    return [_node(nodes[key], names, tests.get(key, [])) for key in order]


def _in_order(nodes: dict[str, dict]) -> list[str]:
    order: dict[str, None] = {}

    def visit(key: str) -> None:
        if key in nodes and key not in order:
            for upstream in sorted(nodes[key].get("depends_on", {}).get("nodes", [])):
                visit(upstream)
            order[key] = None

    for key in sorted(nodes):
        visit(key)
    return list(order)


def _tests(body: dict, order: list[str]) -> dict[str, list[DbtTest]]:
    position = {key: number for number, key in enumerate(order)}
    tests: dict[str, list[DbtTest]] = {}
    for key, node in sorted(body["nodes"].items()):
        if node["resource_type"] != "test":
            continue
        read = [up for up in node["depends_on"]["nodes"] if up in position]
        subject = node.get("attached_node") or max(read, key=lambda up: position[up], default=None)
        if subject in position:
            severity = "warn" if node["config"]["severity"].lower() == "warn" else "error"
            test = DbtTest(key, node["name"], subject.rpartition(".")[2], severity, (node.get("description") or "").strip())
            tests.setdefault(subject, []).append(test)
    return tests


def _node(node: dict, names: dict[str, tuple[str, str]], tests: list[DbtTest]) -> DbtNode:
    meta = {**node.get("meta", {}), **node["config"].get("meta", {})}
    return DbtNode(
        unique_id=node["unique_id"],
        schema=node["schema"],
        name=node["name"],
        kind=node["resource_type"],
        materialized=node["config"]["materialized"],
        description=(node.get("description") or "").strip(),
        owner=meta.get("owner"),
        grain=", ".join(meta["grain"]) if isinstance(meta.get("grain"), list) else meta.get("grain"),
        upstream=tuple(sorted({names[up] for up in node.get("depends_on", {}).get("nodes", []) if up in names})),
        columns=tuple((c["name"], c.get("data_type") or "", (c.get("description") or "").strip()) for c in node["columns"].values()),
        tests=tuple(tests),
        contract_version=meta.get("contract_version"),
        served_until=meta.get("served_until"),
    )
