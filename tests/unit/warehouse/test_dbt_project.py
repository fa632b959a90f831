"""The parsed project: kept in the data home, shared by the checkout, thrown away when a file changes."""

from __future__ import annotations

from pathlib import Path

from orchestration.settings import Settings
from orchestration.warehouse.dbt_project import STAMP, adopt_parsed, is_parsed, project_hash, share_parsed, target_folder


def parsed(folder: Path, stamp: str) -> None:
    folder.mkdir(parents=True)
    for name, text in {"manifest.json": "{}", "partial_parse.msgpack": "x", STAMP: stamp}.items():
        (folder / name).write_text(text, encoding="utf-8")


def settings_at(home: Path) -> Settings:
    return Settings(home=home, key_file=home / "key")


def test_another_home_takes_over_what_the_checkout_has_parsed(tmp_path: Path) -> None:
    first, second, shared = settings_at(tmp_path / "a"), settings_at(tmp_path / "b"), tmp_path / "checkout" / "target" / "parsed"
    shared.parents[1].mkdir()
    parsed(target_folder(first), project_hash())
    assert not adopt_parsed(second, shared)
    share_parsed(first, shared)
    assert adopt_parsed(second, shared)
    assert is_parsed(second)


def test_what_was_parsed_for_other_files_is_not_taken_over(tmp_path: Path) -> None:
    home, shared = settings_at(tmp_path / "a"), tmp_path / "checkout" / "target" / "parsed"
    parsed(shared, "of files that have changed since")
    assert not adopt_parsed(home, shared)
    assert not is_parsed(home)


def test_a_copy_that_was_cut_short_is_not_taken_for_whole(tmp_path: Path) -> None:
    home = settings_at(tmp_path / "a")
    parsed(target_folder(home), project_hash())
    (target_folder(home) / "partial_parse.msgpack").unlink()
    assert not is_parsed(home)
