-- C26: every way in and out of the stock and every renewal, one row for each household and move, in the years and months that are covered.
with

spells as (
    select * from {{ ref('int_tenancies__stock_spell') }}
),

tenancies as (
    select * from {{ ref('fct_tenancy') }}
    where is_counted
),

-- Days that lie in a covered month or year: from the first delivered day to the last described one.
covered as (
    select
        municipality_code,
        min(period_start_date) as first_date,
        max(period_end_date) as last_date
    from {{ ref('int_tenancies__flow_period') }}
    group by municipality_code
),

moves as (
    select
        household_key,
        municipality_code,
        spell_number,
        from_date as move_date,
        way_in as flow,
        stay_key,
        stay_key as tenancy_key
    from spells

    union all

    select
        household_key,
        municipality_code,
        spell_number,
        to_date as move_date,
        way_out as flow,
        stay_key,
        left_tenancy_key as tenancy_key
    from spells
    where way_out is not null

    union all

    select
        household_key,
        municipality_code,
        null as spell_number,
        start_date as move_date,
        'renewed' as flow,
        tenancy_key as stay_key,
        tenancy_key
    from tenancies
    where kind_of_start = 'renewal'
)

select
    {{ surrogate_key(['moves.household_key', 'moves.spell_number', 'moves.flow', 'moves.stay_key']) }} as move_key,
    moves.household_key,
    moves.municipality_code,
    moves.move_date,
    {{ year_of('moves.move_date') }} as year,
    {{ month_of('moves.move_date') }} as month,
    moves.flow,
    {{ label_nb('household_flow', 'moves.flow') }} as flow_label_nb,
    moves.tenancy_key,
    tenancies.dwelling_key,
    case when moves.flow = 'internally_in' then tenancies.is_involuntary_move end as is_involuntary_move,
    case when moves.flow in ('internally_out', 'moved_out') then tenancies.end_reason end as end_reason,
    case when moves.flow in ('internally_out', 'moved_out') then tenancies.end_reason_label_nb end as end_reason_label_nb,
    case when moves.flow in ('internally_out', 'moved_out') then tenancies.destination end as destination,
    case when moves.flow in ('internally_out', 'moved_out') then tenancies.destination_label_nb end as destination_label_nb,
    case
        when moves.flow in ('internally_out', 'moved_out') then {{ days_from('tenancies.stay_start_date', 'moves.move_date') }}
    end as length_of_stay_days,
    {%- for scheme in group_schemes() %}
    stays.primary_group_{{ scheme }}_at_start,
    stays.primary_group_{{ scheme }}_at_start_label_nb,
    {%- endfor %}
    stays.category_at_start,
    stays.category_at_start_label_nb,
    stays.need_horizon_at_start,
    stays.need_horizon_at_start_label_nb
from moves
inner join covered
    on moves.municipality_code = covered.municipality_code and moves.move_date between covered.first_date and covered.last_date
inner join tenancies as stays on moves.stay_key = stays.tenancy_key
left join tenancies on moves.tenancy_key = tenancies.tenancy_key
