-- C26 and C35: the households that the flow closes a year with are those counted in stock on 31 December; each period opens with what the
-- one before it closed with; and every division sums to the total.
with flow as (
    select * from {{ ref('fct_household_flow') }}
),

stock as (
    select
        municipality_code,
        reference_date,
        count(*) as household_count
    from {{ ref('int_households__stock') }}
    where is_household_row
    group by municipality_code, reference_date
),

other_stock as (
    select 'closing is the stock on 31 December' as rule
    from flow
    left join stock on flow.municipality_code = stock.municipality_code and flow.period_end_date = stock.reference_date
    where
        flow.breakdown = 'none'
        and flow.period_kind = 'year'
        and flow.closing_household_count <> coalesce(stock.household_count, 0)
),

other_opening as (
    select 'a period opens with what the one before closed with' as rule
    from flow
    inner join flow as earlier
        on
            flow.municipality_code = earlier.municipality_code
            and flow.period_kind = earlier.period_kind
            and flow.breakdown = earlier.breakdown
            and flow.breakdown_code = earlier.breakdown_code
            and flow.period_start_date = {{ add_days('earlier.period_end_date', 1) }}
    where flow.opening_household_count <> earlier.closing_household_count
),

by_division as (
    select
        municipality_code,
        period_kind,
        period_start_date,
        breakdown,
        sum(opening_household_count) as opening,
        sum(newly_moved_in_count) as newly_moved_in,
        sum(internally_in_count) as internally_in,
        sum(internally_out_count) as internally_out,
        sum(moved_out_count) as moved_out,
        sum(closing_household_count) as closing,
        sum(renewed_count) as renewed
    from flow
    group by municipality_code, period_kind, period_start_date, breakdown
),

other_sum as (
    select 'codes sum to the total' as rule
    from by_division
    inner join flow as total
        on
            by_division.municipality_code = total.municipality_code
            and by_division.period_kind = total.period_kind
            and by_division.period_start_date = total.period_start_date
    where
        total.breakdown = 'none'
        and (
            by_division.opening <> total.opening_household_count
            or by_division.newly_moved_in <> total.newly_moved_in_count
            or by_division.internally_in <> total.internally_in_count
            or by_division.internally_out <> total.internally_out_count
            or by_division.moved_out <> total.moved_out_count
            or by_division.closing <> total.closing_household_count
            or by_division.renewed <> total.renewed_count
        )
),

broken as (
    select rule from other_stock
    union all
    select rule from other_opening
    union all
    select rule from other_sum
)

select
    rule,
    count(*) as failing_rows
from broken
group by rule
