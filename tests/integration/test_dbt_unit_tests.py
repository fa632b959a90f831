"""dbt's unit tests, on a copy of the built warehouse: they need the relations that a model reads to exist."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys

from orchestration.settings import PROJECT_ROOT


def test_every_dbt_unit_test_passes(built_home, tmp_path) -> None:
    file = tmp_path / "warehouse.duckdb"
    shutil.copyfile(built_home.warehouse, file)
    target = tmp_path / "target"
    places = ["--project-dir", PROJECT_ROOT, "--profiles-dir", PROJECT_ROOT, "--target-path", target, "--log-path", target]
    command = [sys.executable, "-m", "dbt.cli.main", "test", "--quiet", "--select", "test_type:unit", *map(str, places)]
    done = subprocess.run(command, env={**os.environ, "FJERNLYS_BUILD_FILE": str(file)}, capture_output=True, text=True)

    assert (target / "run_results.json").is_file(), done.stdout + done.stderr
    results = json.loads((target / "run_results.json").read_text(encoding="utf-8"))["results"]
    assert {r["unique_id"]: r["message"] for r in results if r["status"] != "pass"} == {}
    assert len(results) > 40
