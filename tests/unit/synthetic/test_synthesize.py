"""The whole set: same options same bytes, deliveries as agreed, options that cannot be used."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import shutil
import stat
from itertools import pairwise
from pathlib import Path

import pytest
from synthetic_sets import SyntheticSet, make_set

from orchestration.arrivals.contracts import load_contracts
from orchestration.arrivals.manifest import file_entry, read_manifest
from orchestration.settings import UserError
from orchestration.synthetic import synthesize


def _hashes(folder: Path) -> dict[str, str]:
    return {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_same_options_give_the_same_bytes(small_set: SyntheticSet, tmp_path: Path) -> None:
    again = make_set(tmp_path, municipalities=["1146", "1811"])
    assert _hashes(again.landing) == _hashes(small_set.landing)
    assert _hashes(again.truth) == _hashes(small_set.truth)
    assert again.summary == small_set.summary


def test_another_seed_gives_other_bytes(small_set: SyntheticSet, tmp_path: Path) -> None:
    other = make_set(tmp_path, municipalities=["1146", "1811"], seed=1)
    mine, others = _hashes(small_set.landing), _hashes(other.landing)
    name = "municipal/1811/2025-12-31_1/tenancies.csv"
    assert mine[name] != others[name]
    assert mine["klass/ssb/2019-01-01_1/klass131_changes.csv"] == others["klass/ssb/2019-01-01_1/klass131_changes.csv"]


def test_deliveries_have_whole_manifests_and_the_agreed_header(small_set: SyntheticSet) -> None:
    contracts = load_contracts()
    cut = {row["delivery"] for row in small_set.defects() if row["rule_id"] == "F003"}
    folders = sorted(p.parent for p in small_set.landing.rglob("manifest.json"))
    assert len(folders) == small_set.summary.deliveries
    for folder in folders:
        manifest = read_manifest(folder)
        assert manifest.received_at.date() >= manifest.period_end
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        contract = contracts[manifest.source]
        broken = [f.name for f in manifest.files if file_entry(folder / f.name) != f]
        assert bool(broken) == (str(folder.relative_to(small_set.landing)) in cut)
        if contract.format["kind"] == "delimited":
            for file in (f for f in contract.files if not f.optional or (folder / f.file).exists()):
                header = (folder / file.file).open(encoding="utf-8").readline().rstrip("\n")
                assert header.split(contract.format["delimiter"]) == [f.name for f in file.fields]


def test_rhythm_of_deliveries(small_set: SyntheticSet) -> None:
    manifests = [read_manifest(p) for p in sorted((small_set.landing / "municipal" / "1811").iterdir())]
    ends = [m.period_end for m in manifests]
    assert ends[:6] == [dt.date(year, 12, 31) for year in range(2019, 2025)]
    assert [e.month for e in ends[6:]] == list(range(1, 13)) and ends[-1] == dt.date(2025, 12, 31)
    assert manifests[0].period_start == dt.date(2019, 1, 1)
    assert all(later.period_start == before.period_end + dt.timedelta(days=1) for before, later in pairwise(manifests))
    assert len(list((small_set.landing / "refugee_register" / "1811").iterdir())) == 7


def test_a_truncated_delivery_is_sent_whole_again(small_set: SyntheticSet) -> None:
    (cut,) = [row for row in small_set.defects() if row["rule_id"] == "F003"]
    first, second = small_set.landing / cut["delivery"], small_set.landing / cut["delivery"].replace("_1", "_2")
    assert read_manifest(first).delivery_id == read_manifest(second).delivery_id
    assert read_manifest(first).received_at < read_manifest(second).received_at
    whole = (second / cut["file"]).read_bytes()
    assert whole.startswith((first / cut["file"]).read_bytes()) and whole.endswith(b"\n")


def test_codes_exist_only_while_they_are_valid(tmp_path: Path) -> None:
    made = make_set(tmp_path, municipalities=["0101", "3001", "1580"])
    ends = {code: [p.name for p in sorted((made.landing / "municipal" / code).iterdir())] for code in ("0101", "3001", "1580")}
    assert ends["0101"] == ["2019-12-31_1"]
    assert [name[:4] for name in ends["3001"]] == ["2020", "2021", "2022", "2023"]
    assert ends["1580"][0].startswith("2024-12-31") and len({name[:10] for name in ends["1580"]}) == 13


def test_position_files_follow_the_layout_of_their_year(small_set: SyntheticSet) -> None:
    for year, width in ((2024, 324), (2025, 338)):
        content = (small_set.landing / "kostra_11f" / "1146" / f"{year}-12-31_1" / f"11F_1146_{year}.dat").read_bytes()
        assert {len(line) for line in content.splitlines()} == {width} and content.endswith(b"\n")
        at = {2024: 267, 2025: 275}[year]  # BOSIT
        assert {line[at : at + 1] for line in content.splitlines()} >= {b"1", b"2", b"4"}


def test_a_filled_landing_zone_is_kept_or_refused(tmp_path: Path) -> None:
    options = {"municipalities": ["1811"], "years": (2024, 2025)}
    first = make_set(tmp_path, **options)
    before = {p: p.stat().st_mtime_ns for p in first.landing.rglob("*")}
    assert make_set(tmp_path, **options).summary == first.summary
    assert {p: p.stat().st_mtime_ns for p in first.landing.rglob("*")} == before
    with pytest.raises(UserError, match="holds other deliveries"):
        make_set(tmp_path, municipalities=["1811"], years=(2024, 2025), seed=7)
    # A run that was stopped is begun again and ends with the same bytes.
    whole = _hashes(first.landing)
    record = first.truth / "synthesis.json"
    record.write_text(json.dumps({"options": json.loads(record.read_text())["options"]}))
    (first.landing / "municipal" / "1811" / "2025-12-31_1" / "tenancies.csv").write_text("half")
    make_set(tmp_path, **options)
    assert _hashes(first.landing) == whole


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"municipalities": ["4999"]}, "'4999' is not a municipality code"),
        ({"municipalities": []}, "name at least one code"),
        ({"municipalities": ["0101"], "years": (2024, 2025)}, "0101.*not valid at any time"),
        ({"years": (2025, 2019)}, "years: give the first and the last year"),
        ({"years": (1999, 2001)}, "years: give the first and the last year"),
        ({"seed": -1}, "seed: give a whole number"),
    ],
)
def test_options_that_cannot_be_used(tmp_path: Path, options: dict, message: str) -> None:
    with pytest.raises(UserError, match=message):
        synthesize(tmp_path / "landing", tmp_path / "truth", **options)
    assert not (tmp_path / "landing").exists()


def test_truth_of_an_earlier_set_does_not_stay_behind(tmp_path: Path) -> None:
    first = make_set(tmp_path, municipalities=["1811"], years=(2025, 2025))
    shutil.rmtree(first.landing)
    second = make_set(tmp_path, municipalities=["1146"], years=(2025, 2025))
    assert sorted(p.name for p in second.truth.iterdir()) == ["1146", "defects.csv", "excluded.csv", "published.csv", "synthesis.json"]


def test_landing_must_be_a_folder(tmp_path: Path) -> None:
    (tmp_path / "landing").write_text("")
    with pytest.raises(UserError, match="is not a folder"):
        synthesize(tmp_path / "landing", tmp_path / "truth", municipalities=["1811"])


def test_qualification_and_accounts_files_follow_their_layouts(small_set: SyntheticSet) -> None:
    for year, width in ((2024, 136), (2025, 152)):
        content = (small_set.landing / "kostra_11cf" / "1146" / f"{year}-12-31_1" / f"11CF_1146_{year}.dat").read_bytes()
        assert {len(line) for line in content.splitlines()} == {width}
        assert {line[:4] for line in content.splitlines()} == {b"1146"}
        name = f"0A_V{year}_K0_R114600.dat"
        lines = (small_set.landing / "kostra_accounts" / "1146" / f"{year}-12-31_1" / name).read_bytes().splitlines()
        assert {len(line) for line in lines} == {48}
        for account_class in (b"0", b"1"):
            assert sum(int(line[39:]) for line in lines if line[31:32] == account_class) == 0
