-- C163, C164: what the years of a municipality's own register say of each other, for the controls of form 13 (K08-K10). The sides come
-- from different tables: households of two 31 Decembers, the moves between them, the flow's opening, dwellings of two 31 Decembers and
-- their events.
with

covered_year as (
    select * from {{ ref("int_deliveries__covered_year") }}
),

code_before as (
    select * from {{ ref("int_geography__code_before") }}
),

whole_year as (
    select * from {{ ref("int_indicators__whole_year") }}
),

dwelling_file as (
    select distinct
        municipality_code,
        year
    from {{ ref("int_deliveries__covered_entity") }}
    where source = 'municipal' and entity = 'dwelling'
),

at_opening as (
    select
        municipality_code,
        year + 1 as year,
        count(*) as household_count
    from {{ ref("fct_household_year") }}
    group by municipality_code, year
),

at_closing as (
    select
        municipality_code,
        year,
        sum(household_count) as household_count
    from {{ ref("fct_stock_year") }}
    group by municipality_code, year
),

move as (
    select
        municipality_code,
        year,
        count(*) filter (where flow = 'newly_moved_in') as newly_moved_in,
        count(*) filter (where flow = 'internally_in') as internally_in,
        count(*) filter (where flow = 'internally_out') as internally_out,
        count(*) filter (where flow = 'moved_out') as moved_out
    from {{ ref("fct_household_move") }}
    group by municipality_code, year
),

flow as (
    select
        municipality_code,
        year,
        opening_household_count
    from {{ ref("fct_household_flow") }}
    where period_kind = 'year' and breakdown = 'none'
),

dwelling as (
    select
        municipality_code,
        year,
        count(*) as dwelling_count
    from {{ ref("int_indicators__dwelling_year") }}
    group by municipality_code, year
),

event as (
    select
        municipality_code,
        year,
        sum(stock_change) as stock_change
    from {{ ref("fct_dwelling_event") }}
    group by municipality_code, year
),

-- What can be told of the year and of the 31 December before it, under the code of then; where it can, nothing counted is zero.
told as (
    select
        covered_year.municipality_code,
        covered_year.year,
        code_before.code_before,
        code_before.has_same_borders,
        coalesce(year_before.is_letting_covered, false) as is_letting_before_told,
        dwelling_file_before.year is not null as is_stock_before_told,
        whole_year.is_flow_told,
        whole_year.is_stock_told and dwelling_file.year is not null as is_stock_told,
        coalesce(at_opening.household_count, 0) as households_before,
        coalesce(at_closing.household_count, 0) as households,
        coalesce(flow.opening_household_count, 0) as flow_opening,
        coalesce(move.newly_moved_in, 0) as newly_moved_in,
        coalesce(move.internally_in, 0) as internally_in,
        coalesce(move.internally_out, 0) as internally_out,
        coalesce(move.moved_out, 0) as moved_out,
        coalesce(dwelling_before.dwelling_count, 0) as dwellings_before,
        coalesce(dwelling.dwelling_count, 0) as dwellings,
        coalesce(event.stock_change, 0) as stock_change
    from covered_year
    inner join whole_year on covered_year.municipality_code = whole_year.municipality_code and covered_year.year = whole_year.year
    left join code_before on covered_year.municipality_code = code_before.municipality_code and covered_year.year = code_before.year
    left join covered_year as year_before
        on code_before.code_before = year_before.municipality_code and covered_year.year = year_before.year + 1
    left join dwelling_file on covered_year.municipality_code = dwelling_file.municipality_code and covered_year.year = dwelling_file.year
    left join dwelling_file as dwelling_file_before
        on code_before.code_before = dwelling_file_before.municipality_code and covered_year.year = dwelling_file_before.year + 1
    left join at_opening on code_before.code_before = at_opening.municipality_code and covered_year.year = at_opening.year
    left join at_closing on covered_year.municipality_code = at_closing.municipality_code and covered_year.year = at_closing.year
    left join flow on covered_year.municipality_code = flow.municipality_code and covered_year.year = flow.year
    left join move on covered_year.municipality_code = move.municipality_code and covered_year.year = move.year
    left join dwelling on covered_year.municipality_code = dwelling.municipality_code and covered_year.year = dwelling.year
    left join dwelling as dwelling_before
        on code_before.code_before = dwelling_before.municipality_code and covered_year.year = dwelling_before.year + 1
    left join event on covered_year.municipality_code = event.municipality_code and covered_year.year = event.year
),

side as (
    select
        municipality_code,
        year,
        code_before,
        has_same_borders,
        'K08' as control_id,
        is_letting_before_told as is_before_told,
        is_flow_told as is_year_told,
        households_before + newly_moved_in + internally_in - internally_out - moved_out as left_count,
        households as right_count,
        {{ number_nb("households_before") }} || ' + ' || {{ number_nb("newly_moved_in") }} || ' nyinnflyttet + '
        || {{ number_nb("internally_in") }} || ' internt inn - ' || {{ number_nb("internally_out") }} || ' internt ut - '
        || {{ number_nb("moved_out") }} || ' utflyttet.' as detail_nb
    from told

    union all

    select
        municipality_code,
        year,
        code_before,
        has_same_borders,
        'K09' as control_id,
        is_letting_before_told as is_before_told,
        is_flow_told as is_year_told,
        households_before as left_count,
        flow_opening as right_count,
        null as detail_nb
    from told

    union all

    select
        municipality_code,
        year,
        code_before,
        has_same_borders,
        'K10' as control_id,
        is_stock_before_told as is_before_told,
        is_stock_told as is_year_told,
        dwellings_before as left_count,
        dwellings - stock_change as right_count,
        {{ number_nb("dwellings") }} || ' ved årets slutt, endret med ' || {{ number_nb("stock_change") }} || ' i året.' as detail_nb
    from told
),

-- Two codes are two registers, each delivered for itself: where they differ, that is no fault in the counting. Both sides are told. Nor is
-- it one where the municipality has taken in or given up a part.
judged as (
    select
        *,
        case
            when code_before is null then 'kommunen er ny i ' || year
            when not has_same_borders then 'kommunen har andre grenser enn året før'
            when not is_before_told then 'registeret har ikke tall for 31.12.' || (year - 1)
            when not is_year_told then 'registeret har ikke tall for hele ' || year
            when code_before <> municipality_code
                then
                    'kommunen har nytt nummer, og registeret for 31.12.' || (year - 1) || ' er levert for seg under ' || code_before
                    || ' (' || {{ number_nb("left_count") }} || ' mot ' || {{ number_nb("right_count") }} || ')'
        end as missing_nb
    from side
)

select
    municipality_code,
    year,
    control_id,
    cast(case when missing_nb is null then left_count end as integer) as left_count,
    cast(case when missing_nb is null then right_count end as integer) as right_count,
    missing_nb,
    case when missing_nb is null then detail_nb end as detail_nb
from judged
