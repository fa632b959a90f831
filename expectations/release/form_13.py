"""Suite on the lines of form 13: is a line far from last year's, or from what other municipalities tell?

Belongs here: the limits, and the results line by line for the form's own sheet of controls. Does not belong here: the figures that are
judged (``fct_form_plausibility``), nor sums and identities (``fct_form_control`` and its dbt tests).

Great Expectations judges; what it found stands in ``analyst_form_controls.parquet`` beside ``release.json``, for analysts alone. A line
that cannot be judged is neither met nor broken. Nothing here stops a release: the figures are the municipality's.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd

from expectations.runner import Expect, SuiteResult
from orchestration.releasing.audience import Audience
from orchestration.releasing.notes import LINE_RESULTS

NAME = "form_13"
KEY = "line"
TABLE = "fct_form_plausibility"
_LARGEST_CHANGE = 20  # per cent of the year before, itself allowed
_SMALLEST_CHANGE = 5  # a smaller change is none, however large a share it is
_FEWEST_PEERS = 20  # others that tell the line; of fewer, one on the edge is no twentieth
_FRAME = f"""
    with limited as (
        select
            *,
            class_peer_count >= {_FEWEST_PEERS} as is_class,
            case
                when control_id = 'K16' then greatest(base_count * {_LARGEST_CHANGE} / 100, {_SMALLEST_CHANGE - 1})
            end as allowed,
            case when class_peer_count >= {_FEWEST_PEERS} then class_peer_count else all_peer_count end as peer_count
        from {TABLE}
    )
    select
        municipality_code || ' ' || year || ' ' || line_id as line,
        municipality_code,
        year,
        line_id,
        control_id,
        severity,
        cast(value as double) as value,
        cast(case when control_id = 'K16' then value end as double) as number,
        cast(case when control_id = 'K17' then value end as double) as rate,
        cast(case
            when control_id = 'K16' then base_count - allowed
            when peer_count >= {_FEWEST_PEERS} then if(is_class, class_p05, all_p05)
        end as double) as lower,
        cast(case
            when control_id = 'K16' then base_count + allowed
            when peer_count >= {_FEWEST_PEERS} then if(is_class, class_p95, all_p95)
        end as double) as upper,
        base_count,
        peer_count,
        unit_label_nb,
        if(is_class, 'andre ' || lower(size_class_label_nb) || ' kommuner', 'andre kommuner') as peers_nb,
        missing_nb
    from limited
    order by municipality_code, year, line_id, control_id
"""
_RESULTS = f"""
    with judged as (
        select
            frame.*,
            case
                when value is null or lower is null or upper is null then null
                else not exists (select 1 from broken where broken.control_id = frame.control_id and broken.line = frame.line)
            end as is_met
        from frame
    )
    select
        municipality_code,
        cast(year as integer) as year,
        line_id,
        control_id,
        severity,
        value,
        lower,
        upper,
        is_met,
        case
            when missing_nb is not null then 'Kan ikke kontrolleres: ' || missing_nb || '.'
            when is_met is null
                then 'Kan ikke kontrolleres: andre kommuner som oppgir linjen: ' || peer_count || '; det trengs {_FEWEST_PEERS}.'
            when control_id = 'K16' then
                'Fra ' || nb(base_count, 0) || ' året før til ' || nb(value, 0)
                || case when base_count > 0 then ' (' || signed(100 * (value - base_count) / base_count) || ' %)' else '' end
                || if(is_met, '.', ': mer enn {_LARGEST_CHANGE} % og minst {_SMALLEST_CHANGE}.')
            else
                nb(value, 2) || ' ' || unit_label_nb || '; 5. til 95. persentil er ' || nb(lower, 2) || ' til ' || nb(upper, 2)
                || ' blant ' || peer_count || ' ' || peers_nb || '.'
        end as message_nb
    from judged
    order by municipality_code, year, line_id, control_id
"""


def frame(con: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """A row for each line and control, with the limits that hold for it; none where it cannot be judged."""
    return con.execute(_FRAME).df()


def expectations(audience: Audience) -> list[Expect]:
    """The value is between its limits, both inclusive. They differ from row to row, so that columns are compared."""
    judged = [
        ("K16", "number", f"No line changed by more than {_LARGEST_CHANGE} % and at least {_SMALLEST_CHANGE} against the year before"),
        ("K17", "rate", "No line lies outside the 5th to 95th percentile of the municipalities that tell it"),
    ]
    return [
        Expect(
            control,
            "expect_column_pair_values_a_to_be_greater_than_b",
            {"column_A": larger, "column_B": smaller, "or_equal": True, "ignore_row_if": "either_value_is_missing"},
            "warn",
            text,
        )
        for control, column, text in judged
        for larger, smaller in ((column, "lower"), ("upper", column))
    ]


def write_results(frame: pd.DataFrame, result: SuiteResult, folder: Path) -> Path:
    """What Great Expectations found of each line, in the folder of the release."""
    broken = pd.DataFrame(
        sorted({(check.rule_id, key) for check in result.checks for key in check.failing_keys}), columns=["control_id", "line"], dtype="str"
    )
    target = folder / LINE_RESULTS
    with duckdb.connect() as con:
        con.execute("create macro nb(x, digits) as translate(format('{:,.' || digits || 'f}', x::double), ',.', chr(160) || ',')")
        con.execute("create macro signed(x) as if(x > 0, '+', '') || nb(x, 1)")
        con.register("frame", frame)
        con.register("broken", broken)
        con.execute(f"create table results as {_RESULTS}")
        con.execute(f"copy results to '{str(target).replace(chr(39), chr(39) * 2)}' (format parquet, compression zstd)")
    return target
