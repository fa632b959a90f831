"""Random histories of dwellings, tenancies and events: whatever is delivered, the stock adds up.

Each history is fed into the compiled SQL of the models, from raw to the marts, and compared with a count day by day that knows nothing of
versions, spells or months. Days are drawn from a few, so that things fall on the same day, on a leap day and at the turn of a year.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import pairwise

import duckdb
import pytest
from compiled_models import AS_OF, CompiledModels
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

MUNICIPALITIES = ("9901", "9902", "9903", "9904", "9905", "9906")  # a history each, so that the models run once for six
DELIVERIES = {"y23": dt.date(2023, 12, 31), "y24": dt.date(2024, 12, 31), "y25": AS_OF}
FIRST = dt.date(2023, 1, 1)
DAYS = [dt.date(2022, 5, 17), FIRST, dt.date(2023, 6, 15), dt.date(2023, 12, 31), dt.date(2024, 1, 1), dt.date(2024, 1, 20)]
DAYS += [dt.date(2024, 2, 1), dt.date(2024, 2, 29), dt.date(2024, 3, 1), dt.date(2024, 8, 9), dt.date(2025, 1, 1), dt.date(2025, 12, 31)]
NAMES = ("A", "B", "A#2")  # the third as the second contract of A would be called where that is shared
COMING, GOING, TURNS = ("acquired", "split"), ("disposed", "merged"), ("taken_out", "returned")

_ENTITIES = {
    "municipal__dwelling": {"is_secret_address": False, "unit_id": "U", "category": "ordinary"},
    "municipal__tenancy": {"contract_holder_id_status": "missing", "contract_kind": "permanent"},
    "municipal__dwelling_event": {},
}

days = st.sampled_from(DAYS)
ends = st.one_of(st.none(), days)


@dataclass(frozen=True)
class History:
    """What a municipality delivered: rows of three entities."""

    dwellings: list[dict]
    tenancies: list[dict]
    events: list[dict]


@st.composite
def histories(draw: st.DrawFn) -> History:
    """Up to three dwellings, in some deliveries and not in others, with values, days and sharing that change between them."""
    dwellings, tenancies, events = [], [], []
    for dwelling_id in NAMES[: draw(st.integers(1, 3))]:
        for delivery_id in draw(st.sets(st.sampled_from(sorted(DELIVERIES)), min_size=1)):
            acquired, disposed = draw(days), draw(ends)
            dwellings.append(
                {
                    "dwelling_id": dwelling_id,
                    "delivery_id": delivery_id,
                    "acquired_date": acquired,
                    "disposed_date": disposed if disposed is None or disposed >= acquired else None,
                    "changed_date": draw(ends),
                    "monthly_rent_nok": draw(st.sampled_from([5000, 6000])),
                    "is_shared": draw(st.sampled_from([True, True, False, None])),
                }
            )
        kinds = st.sampled_from(["taken_out", "returned", "taken_out", "returned", "acquired", "split", "disposed", "merged", "renovated"])
        for kind in draw(st.lists(kinds, max_size=5)):
            events.append({"event_id": f"E{len(events)}", "dwelling_id": dwelling_id, "event_kind": kind, "event_date": draw(days)})
    for number in range(draw(st.integers(0, 6))):
        start, end = draw(days), draw(ends)
        tenancies.append(
            {
                "tenancy_id": f"T{number}",
                "dwelling_id": draw(st.sampled_from([*NAMES, NAMES[0]])),
                "household_id": draw(st.sampled_from(["H1", "H2", "H3"])),
                "start_date": start,
                "end_date": end if end is None or end >= start else None,
                "allocating_office": draw(st.sampled_from(["service_office", "housing_office"])),
            }
        )
    return History(dwellings, tenancies, events)


@pytest.fixture(scope="module")
def models(compiled: dict[str, dict], tmp_path_factory: pytest.TempPathFactory) -> CompiledModels:
    marts = ["dim_dwelling", "fct_dwelling_month", "fct_dwelling_event", "fct_vacancy_spell", "int_dwellings__issue"]
    return CompiledModels(compiled, tmp_path_factory.mktemp("histories"), marts)


def run(models: CompiledModels, histories: list[History]) -> duckdb.DuckDBPyConnection:
    """The models on the rows of these histories, a municipality each; tenancies and events come with the last delivery."""
    rows: dict[str, list[dict]] = {name: [] for name in ("delivery", "delivery_file", *_ENTITIES)}
    for municipality, history in zip(MUNICIPALITIES, histories, strict=True):
        for name, last in DELIVERIES.items():
            rows["delivery"].append(
                {
                    "delivery_id": municipality + name,
                    "source": "municipal",
                    "supplier": municipality,
                    "period_start": last.replace(month=1, day=1),
                    "period_end": last,
                    "received_at": dt.datetime(last.year + 1, 1, 15),
                    "status": "accepted",
                    "is_current": True,
                }
            )
            rows["delivery_file"] += [
                {"delivery_id": municipality + name, "source": "municipal", "entity": entity}
                for entity in ("dwelling", "tenancy", "dwelling_event")
            ]
        for entity, delivered in zip(_ENTITIES, (history.dwellings, history.tenancies, history.events), strict=True):
            rows[entity] += [
                {
                    **_ENTITIES[entity],
                    **row,
                    "municipality_code": municipality,
                    "delivery_id": municipality + row.get("delivery_id", "y25"),
                    "line_number": line,
                }
                for line, row in enumerate(delivered, 2)
            ]
    return models.run({f"raw.{name}": values for name, values in rows.items()})


def days_in_stock(history: History) -> dict[str, set[dt.date]]:
    """The days on which each dwelling of the register is in stock, to the as-of date: every day asked on its own."""
    found = {}
    for dwelling_id in {row["dwelling_id"] for row in history.dwellings}:
        rows = [row for row in history.dwellings if row["dwelling_id"] == dwelling_id]
        last = max(rows, key=lambda row: DELIVERIES[row["delivery_id"]])
        gone = None if last["delivery_id"] == "y25" else DELIVERIES[last["delivery_id"]] + dt.timedelta(days=1)
        end = last["disposed_date"] or gone or dt.date.max
        turns = [
            event
            for event in history.events
            if event["dwelling_id"] == dwelling_id and event["event_kind"] in TURNS and last["acquired_date"] <= event["event_date"] < end
        ]
        is_in, stock, day = True, set(), last["acquired_date"]
        while day < end and day <= AS_OF:
            kinds = {event["event_kind"] for event in turns if event["event_date"] == day}
            is_in = "returned" in kinds or (is_in and "taken_out" not in kinds)
            stock |= {day} if is_in else set()
            day += dt.timedelta(days=1)
        found[dwelling_id] = stock
    return found


def month_ends() -> list[dt.date]:
    firsts = [dt.date(year, month, 1) for year in range(FIRST.year, AS_OF.year + 1) for month in range(1, 13)]
    return [first - dt.timedelta(days=1) for first in firsts[1:]] + [AS_OF]


def shared_dwellings(history: History) -> set[str]:
    latest = {row["dwelling_id"]: row for row in sorted(history.dwellings, key=lambda row: row["delivery_id"])}
    return {dwelling_id for dwelling_id, row in latest.items() if row["is_shared"]}


@given(drawn=st.lists(histories(), min_size=len(MUNICIPALITIES), max_size=len(MUNICIPALITIES)))
@hypothesis_settings(max_examples=25, suppress_health_check=list(HealthCheck))
def test_whatever_is_delivered_the_stock_adds_up(models: CompiledModels, drawn: list[History]) -> None:
    con = run(models, drawn)
    assert con.execute(BROKEN_VERSIONS).fetchall() == []
    for municipality, history in zip(MUNICIPALITIES, drawn, strict=True):
        months = dict(
            (row[0], row[1:])
            for row in con.execute(
                "select state_date, count(*) filter (where is_disposed), count(*) filter (where is_let), "
                "count(*) filter (where is_vacant), cast(sum(days_disposed) as integer), cast(sum(days_let) as integer), "
                "cast(sum(days_vacant) as integer) "
                "from dwellings.fct_dwelling_month where municipality_code = ? group by state_date",
                [municipality],
            ).fetchall()
        )
        check_months(con, municipality, history, months)
        check_events(con, municipality, history, months)
        check_spells(con, municipality, months)


# Each version follows the one before and tells something else, together they are the life of the dwelling, and one at most is current.
BROKEN_VERSIONS = """
    select dwelling_id
    from (
        select
            *,
            lag(valid_to) over dwelling as earlier_to,
            lag((is_in_stock, monthly_rent_nok)) over dwelling as earlier_values,
            min(valid_from) over whole as first_day,
            max(coalesce(valid_to, date '9999-12-31')) over whole as last_day,
            count(*) filter (where is_current) over whole as current_count
        from dwellings.dim_dwelling
        window dwelling as (partition by dwelling_key order by valid_from), whole as (partition by dwelling_key)
    )
    where
        valid_from >= coalesce(valid_to, date '9999-12-31')
        or earlier_to <> valid_from
        or earlier_values = (is_in_stock, monthly_rent_nok)
        or first_day <> acquired_date
        or last_day <> coalesce(disposed_date, date '9999-12-31')
        or current_count > 1
"""


def check_months(con: duckdb.DuckDBPyConnection, municipality: str, history: History, months: dict) -> None:
    """Dwellings and days of every month are those counted day by day: in stock, one or as many as contracts run; the rest is vacant."""
    stock, shared = days_in_stock(history), shared_dwellings(history)
    contracts = con.execute(
        "select dwelling_id, start_date, end_date from intermediate.int_tenancies__counted where is_counted and municipality_code = ?",
        [municipality],
    ).fetchall()
    for last in month_ends():
        in_month = [last.replace(day=1) + dt.timedelta(days=n) for n in range(last.day)]
        counted = {day: [0, 0] for day in in_month}
        for dwelling_id, its_days in stock.items():
            for day in its_days.intersection(in_month):
                running = sum(1 for d, start, end in contracts if d == dwelling_id and start <= day and (end is None or end > day))
                assert running <= 1 or dwelling_id in shared
                counted[day][0] += max(1, running)
                counted[day][1] += running
        (of_stock, let), (days_of_stock, days_let) = counted[last], (sum(values[n] for values in counted.values()) for n in (0, 1))
        expected = (of_stock, let, of_stock - let, days_of_stock, days_let, days_of_stock - days_let)
        assert months.get(last, (0,) * 6) == expected, last


def check_events(con: duckdb.DuckDBPyConnection, municipality: str, history: History, months: dict) -> None:
    """Stock before + came - went = stock after, month by month; every delivered event is used or reported, and none is both."""
    changes = con.execute(
        "select event_date, stock_change from dwellings.fct_dwelling_event where municipality_code = ?", [municipality]
    ).fetchall()
    before = 0
    for earlier, last in pairwise([dt.date.min, *month_ends()]):
        before += sum(change for day, change in changes if earlier < day <= last)
        assert before == months.get(last, (0,))[0], last
    used, reported = con.execute(
        "select count(*) filter (where treatment_rule_id is null), count(treatment_rule_id) "
        "from intermediate.int_dwellings__event_told where municipality_code = ?",
        [municipality],
    ).fetchone()
    issues = con.execute(
        "select count(*) from intermediate.int_dwellings__issue where entity = 'dwelling_event' and municipality_code = ?", [municipality]
    ).fetchone()[0]
    assert (used + reported, reported) == (len(history.events), issues)


def check_spells(con: duckdb.DuckDBPyConnection, municipality: str, months: dict) -> None:
    """The days of the spells are the vacant days, and no two spells of a dwelling touch."""
    spells = con.execute(
        "select dwelling_key, from_date, to_date, vacant_days from dwellings.fct_vacancy_spell where municipality_code = ? order by all",
        [municipality],
    ).fetchall()
    assert sum(spell[3] for spell in spells) == sum(values[5] for values in months.values())
    for one, other in pairwise(spells):
        assert one[0] != other[0] or (one[2] is not None and one[2] < other[1])
    for _, from_date, to_date, vacant_days in spells:
        assert vacant_days == ((to_date or AS_OF + dt.timedelta(days=1)) - from_date).days
