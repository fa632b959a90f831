"""The asset of the forms of a year: files for every municipality, counts beside, and no part of the night."""

from __future__ import annotations

import dagster as dg

from orchestration.assets.forms import forms_asset
from orchestration.settings import Settings


def materialize(year: str) -> dg.ExecuteInProcessResult:
    """Make the forms of a year."""
    return dg.materialize([forms_asset()], partition_key=year, raise_on_error=False)


def test_the_forms_of_a_year_take_the_place_of_the_earlier_ones(settings: Settings) -> None:
    assert materialize("2025").success and oct(settings.forms.stat().st_mode & 0o777) == "0o700"
    folder = settings.forms / "2024" / "current"
    folder.mkdir(parents=True)
    (folder / "skjema13_9999_2024.csv").write_text("of an earlier release", encoding="utf-8")
    result = materialize("2024")
    assert result.success
    names = [f"skjema13_{code}_2024.{kind}" for code in ("3124", "4003", "4004", "4007", "5001") for kind in ("csv", "html", "xlsx")]
    assert sorted(path.name for path in folder.iterdir()) == sorted([*names, "skjema13_2024.csv"])
    (told,) = result.asset_materializations_for_node("forms__skjema13")
    assert {name: value.value for name, value in told.metadata.items() if name != "folder"} == {
        **{"build_id": "0123456789ab", "forms": 5, "forms_that_lack_lines": 1, "lines_that_lack": 1},
        **{"forms_by_reason": {"Filen er ikke levert.": 1}, "forms_by_control_not_met": {}},
    }


def test_a_year_without_a_form_fails_in_words_and_leaves_what_there_was(settings: Settings) -> None:
    result = materialize("2010")
    assert not result.success
    messages = [event.step_failure_data.user_failure_data.description for event in result.all_events if event.is_step_failure]
    assert messages == ["--year: no municipality has a form of 2010. Years there are: 2023-2025."]
    assert not settings.forms.exists()
