"""docs/synthetic-data.md states the rates of the planted defects that the code uses."""

import re

from orchestration.settings import PROJECT_ROOT
from orchestration.synthetic.calibration import DEFECTS


def test_the_table_of_defects_is_the_one_in_the_code() -> None:
    text = (PROJECT_ROOT / "docs" / "synthetic-data.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \|.*\| ([\d.]+) of [^|]*\| (\d+) \|$", text, flags=re.MULTILINE)
    assert {kind: (float(rate), int(least)) for kind, rate, least in rows} == DEFECTS
