"""Names, codes and separators with signs that mean something to SQL or to expressions are only signs."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest

from orchestration.arrivals.gate import run_gate
from tests.integration.arrival_deliveries import settings_with_klass
from tests.integration.mapped_deliveries import HEAD, adds_up, deliver_mapped, rows_of, text

MAPPING = (
    HEAD
    + r"""
files:
  units:
    {pattern: 'u[.]csv', format: csv, quote: none, delimiter: "|", decimal: ",", thousands: "'", dates: ["dd'MM'yyyy"], empty: ["it's"]}
  other: {pattern: 'l[.]csv', format: csv, quote: "'"}
entities:
  dwelling:
    file: units
    lookups: {k: {file: other, key: {"N'r\"; --": "o'k"}}}
    exclude:
      - {name: x, where: {column: "N'r\"; --", is: ["a'b", '"'], matches: ".*'.*"}, why: It's left out}
    fields:
      dwelling_id: {column: "N'r\"; --", part: 1, of: "'"}
      unit_id: {join: ["N'r\"; --", k.v], with: "';--"}
      is_secret_address: {constant: "0"}
      tenure_form: {column: "Ei{er}", values: {"E'": owned, "{0}": rented_in, "\\1": owned}}
      tenure_kind: {constant: freehold}
      category: {constant: ordinary}
      responsible_unit: {column: "Ei{er}", capture: "(['{E0\\\\].*)$"}
      is_wheelchair_accessible: {constant: false}
      monthly_rent_nok: {column: "%s"}
      acquired_date: {column: "\\d"}
"""
)


def test_signs_are_only_signs(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    settings = settings_with_klass(tmp_path, tmp_path_factory)
    rows = ["A'1|E'|1'234,5|01'02'2003", "B|{0}|it's|02'02'2003", "C|\\1|9|03'02'2003", "a'b|x|x|x"]
    other = text("'o''k';v", "'A''1';w", "B;''''", "C;'x'")
    deliver_mapped(settings, MAPPING, {"u.csv": text("N'r\"; --|Ei{er}|%s|\\d", *rows), "l.csv": other})

    [receipt] = run_gate(settings).accepted

    columns = "dwelling_id, unit_id, tenure_form, responsible_unit, monthly_rent_nok, acquired_date"
    assert rows_of(settings, receipt, "dwelling", columns) == [
        ("A", "A'1';--w", "owned", "E'", Decimal("1234.50"), dt.date(2003, 2, 1)),
        ("B", "B';--'", "rented_in", "{0}", None, dt.date(2003, 2, 2)),
        ("C", "C';--x", "owned", "\\1", Decimal("9.00"), dt.date(2003, 2, 3)),
    ]
    assert [f.excluded_by_rule for f in receipt.files] == [{"X002 x": 1}, {"X001": 3}]
    assert all(adds_up(f) for f in receipt.files)
