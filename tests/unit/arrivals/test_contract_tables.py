"""The page for suppliers shows the contracts and rules as they are."""

from __future__ import annotations

from orchestration.arrivals.contract_tables import PAGE, contract_tables, render, rule_table


def test_the_page_is_written_from_the_contracts_of_today() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert render(page) == page
    assert contract_tables() in page
    assert rule_table() in page


def test_a_field_is_shown_with_its_form_and_norwegian_name() -> None:
    row = "| `room_count` | antall rom | whole number 1–20 |  | Number of rooms. |"
    assert row in contract_tables()
    assert "| F009 | Feil postlengde |" in rule_table()
