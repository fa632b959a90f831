"""What the end of a night tells about the release."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

from orchestration.summary import _print_release
from orchestration.terminal import table_console


def test_a_version_that_ends_soon_is_told(tmp_path: Path) -> None:
    notes = {
        "as_of": "2028-06-30",
        "build_id": "0123456789ab",
        "audiences": {"analyst": {"tables": {"rpt_comparison": {"rows": 12}}}},
        "ending": {"rpt_comparison": "2028-12-31"},
    }
    night = SimpleNamespace(
        release_notes=notes, release=SimpleNamespace(path=tmp_path / "0001"), settings=SimpleNamespace(releases=tmp_path)
    )
    console = table_console()
    with console.capture() as captured:
        _print_release(console, night)
    assert "Ends         this version of rpt_comparison is served until 2028-12-31" in captured.get()
