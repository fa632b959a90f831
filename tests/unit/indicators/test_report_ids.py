"""Every indicator that the reports list is computed, or stands in the table of what cannot be, with what would be needed."""

from __future__ import annotations

from orchestration.indicators.catalogue import rows

PROGRAMME = ("K1", "K2", "K3", "K4", "K4x", "K5", "K6", "K6b", "K7", *(f"H{n}" for n in range(1, 8)), *(f"P{n}" for n in range(1, 8)))
LISTED = {
    *(f"R1:{number}" for number in PROGRAMME),
    *(f"R2:{number}" for number in range(1, 46)),  # 46 to 58 are not printed
    *(f"R3:F{number:02}" for number in range(1, 29)),
    *(f"R4:L{number:02}" for number in range(1, 28)),
}


def named(seed: str) -> set[str]:
    return {each for row in rows(seed) for each in row["report_ids"].split("|") if each}


def test_what_the_reports_list_is_computed_or_said_to_be_missing() -> None:
    assert LISTED - named("indicator") - named("indicator_not_computable") == set()


def test_no_report_has_an_indicator_of_another_name() -> None:
    assert (named("indicator") | named("indicator_not_computable")) - LISTED == set()


def test_what_is_said_to_be_missing_is_not_computed() -> None:
    assert named("indicator") & named("indicator_not_computable") == set()
