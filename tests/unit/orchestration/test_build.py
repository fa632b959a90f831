"""The build id: what changes it, and what an unfinished build leaves."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from orchestration.arrivals.ledger import Receipt
from orchestration.settings import Settings, UserError, load_settings
from orchestration.warehouse import build

DAY = dt.date(2025, 12, 31)
GIVEN = {"deliveries": {"d1": "h1", "d2": "h2"}, "code": "c", "as_of": DAY, "known_at": dt.date(2026, 1, 10), "key_id": "k"}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings({"FJERNLYS_HOME": str(tmp_path / "home")})


def _receipt(
    settings: Settings, source: str = "municipal", period_end: dt.date = DAY, day: int = 5, status: str = "accepted", **more
) -> Receipt:
    receipt = Receipt(
        delivery_id=f"{source}-1811-{period_end}-{day:012d}",
        source=source,
        supplier="1811",
        contract_version=1,
        period_start=period_end.replace(month=1, day=1),
        period_end=period_end,
        received_at=dt.datetime(2026, 1, day, 8),
        content_sha256="0" * 64,
        status=status,
        **more,
    )
    folder = (settings.raw if status == "accepted" else settings.quarantine) / source / receipt.delivery_id
    folder.mkdir(parents=True)
    receipt.write(folder)
    return receipt


def test_the_id_is_twelve_digits_and_does_not_depend_on_order():
    first = build.make_build_id(**GIVEN)
    assert len(first) == 12 and int(first, 16) >= 0
    assert build.make_build_id(**{**GIVEN, "deliveries": {"d2": "h2", "d1": "h1"}}) == first


@pytest.mark.parametrize(
    "change",
    [
        {"deliveries": {"d1": "h1"}},
        {"deliveries": {"d1": "h1", "d2": "other"}},
        {"deliveries": {"d1": "h1", "d3": "h2"}},
        {"code": "other"},
        {"as_of": DAY - dt.timedelta(1)},
        {"known_at": dt.date(2026, 1, 11)},
        {"key_id": "other"},
    ],
)
def test_the_id_changes_with_each_part(change: dict):
    assert build.make_build_id(**{**GIVEN, **change}) != build.make_build_id(**GIVEN)


def test_the_code_hash_follows_names_and_contents_of_code_only(tmp_path: Path):
    for name in ("models/a.sql", "seeds/s.csv", "orchestration/x.py", "contracts/c.yml", "dbt_project.yml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("1", encoding="utf-8")
    first = build.code_hash(tmp_path)
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "page.md").write_text("text", encoding="utf-8")
    (tmp_path / "orchestration" / "x.pyc").write_text("bytes", encoding="utf-8")
    assert build.code_hash(tmp_path) == first
    (tmp_path / "models" / "a.sql").rename(tmp_path / "models" / "b.sql")
    renamed = build.code_hash(tmp_path)
    assert renamed != first
    (tmp_path / "seeds" / "s.csv").write_text("2", encoding="utf-8")
    assert build.code_hash(tmp_path) not in (first, renamed)


def test_as_of_is_the_latest_municipal_period_and_known_at_the_last_receipt(settings: Settings):
    _receipt(settings, day=5)
    _receipt(settings, period_end=dt.date(2024, 12, 31), day=4)
    _receipt(settings, source="iplos", period_end=dt.date(2026, 1, 31), day=7)
    plan = build.plan_build(settings, "k")
    assert (plan.as_of, plan.known_at) == (DAY, dt.date(2026, 1, 7))


def test_known_at_leaves_later_deliveries_out_and_a_later_tick_changes_nothing(settings: Settings):
    _receipt(settings, period_end=dt.date(2024, 12, 31), day=4)
    _receipt(settings, day=9)
    early = build.plan_build(replace(settings, known_at=dt.date(2026, 1, 8)), "k")
    assert (early.as_of, early.known_at) == (dt.date(2024, 12, 31), dt.date(2026, 1, 4))
    plans = [build.plan_build(replace(settings, known_at=day), "k") for day in (None, dt.date(2026, 1, 9), dt.date(2026, 3, 1))]
    assert len({plan.build_id for plan in plans}) == 1 and plans[0].build_id != early.build_id


def test_what_arrives_later_does_not_change_an_old_known_at(settings: Settings):
    _receipt(settings, day=4)
    early = replace(settings, known_at=dt.date(2026, 1, 6))
    before = build.plan_build(early, "k")
    _receipt(settings, day=9)
    _receipt(settings, day=8, status="refused", refusal_rule_id="F003", refusal_reason="size differs")
    assert build.plan_build(early, "k") == before
    assert build.plan_build(settings, "k").build_id != before.build_id


def test_a_refused_delivery_is_news_too(settings: Settings):
    _receipt(settings)
    before = build.plan_build(settings, "k").build_id
    _receipt(settings, day=6, status="refused", refusal_rule_id="F003", refusal_reason="size differs")
    assert build.plan_build(settings, "k").build_id != before


def test_nothing_to_build_says_what_to_do(settings: Settings):
    with pytest.raises(UserError, match=r"fjernlys nightly --demo"):
        build.plan_build(settings, "k")
    _receipt(settings, source="klass")
    with pytest.raises(UserError, match="No accepted municipal delivery"):
        build.plan_build(settings, "k")
    (settings.landing / "municipal" / "1804" / "2024").mkdir(parents=True)
    with pytest.raises(UserError, match=r"lie in landing.*list of municipalities"):
        build.plan_build(settings, "k")


def test_a_build_gets_its_name_when_it_is_whole_and_old_ones_go(settings: Settings):
    _receipt(settings)
    plan = build.plan_build(settings, "k")
    for number in range(3):
        plan = replace(plan, build_id=f"{number:012d}")
        file = build.begin(settings, plan)
        file.write_text("data", encoding="utf-8")
        assert not plan.folder(settings).exists()
        build.finish(settings, plan, {"row_counts": {"dim_date": number}})
    assert sorted(p.name for p in settings.builds.iterdir()) == ["000000000001", "000000000002"]
    assert build.read_notes(settings, plan) == {"row_counts": {"dim_date": 2}, "key_id": plan.key_id}


def test_builds_are_the_owners_alone_even_when_the_folder_was_open(settings: Settings):
    settings.builds.mkdir(parents=True, mode=0o755)
    _receipt(settings)
    build.begin(settings, build.plan_build(settings, "k"))
    assert oct(settings.builds.stat().st_mode & 0o777) == "0o700"


def test_cleaning_takes_half_builds_and_work_but_no_whole_build(settings: Settings):
    _receipt(settings)
    plan = build.plan_build(settings, "k")
    build.begin(settings, plan).write_text("data", encoding="utf-8")
    build.finish(settings, plan, {})
    build.begin(settings, replace(plan, build_id="f" * 12)).write_text("half", encoding="utf-8")
    (settings.work / "arrivals").mkdir(parents=True)
    build.clean(settings)
    assert [p.name for p in settings.builds.iterdir()] == [plan.build_id]
    assert list(settings.work.iterdir()) == [] and settings.work.stat().st_mode & 0o777 == 0o700
