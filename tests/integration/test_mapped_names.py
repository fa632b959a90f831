"""Names that suppliers give files are told in receipts and releases: none of them may hold a person's number."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.arrivals.gate import run_gate
from tests.integration.arrival_deliveries import settings_with_klass, synthetic_id
from tests.integration.mapped_deliveries import COLUMNS, DWELLINGS, HEAD, deliver_mapped, text


@pytest.mark.parametrize("sign", ["", " ", "-"])
def test_a_file_named_after_a_person_is_refused_without_saying_the_number(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, sign: str
) -> None:
    settings = settings_with_klass(tmp_path, tmp_path_factory)
    number = f"{synthetic_id(1)[:6]}{sign}{synthetic_id(1)[6:]}"
    deliver_mapped(settings, HEAD + DWELLINGS, {f"units{number}.csv": text(COLUMNS, "1;E;Ja;100;01.01.2020")})

    [receipt] = run_gate(settings).refused

    told = "units#.csv: a name of a file or sheet holds a number like a national id; rename it"
    assert (receipt.refusal_rule_id, receipt.refusal_reason) == ("F021", f"landing/municipal/1804/homes-2024-12-31/{told}")
    kept = [p for root in (settings.raw, settings.quarantine) for p in root.rglob("*") if p.is_file()]
    assert not [p.name for p in kept if number.encode() in p.read_bytes()]
