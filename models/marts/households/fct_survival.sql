-- C29: how long households stay, how long they wait and how long dwellings are vacant, with those that still do: quartiles and the 90th
-- percentile by Kaplan-Meier.
with

tenancies as (
    select * from {{ ref('fct_tenancy') }}
    where is_counted
),

stays as (
    select * from {{ ref('int_tenancies__stay') }}
),

applications as (
    select * from {{ ref('fct_application') }}
    where listed_date is not null
),

vacancy_spells as (
    select * from {{ ref('fct_vacancy_spell') }}
    where is_start_known
),

breakdowns as (
    select * from {{ ref('dim_breakdown') }}
),

-- The days that deliveries tell of. What ended before the first of them is in none; what runs on the last is censored there.
told as (
    select
        deliveries.supplier as municipality_code,
        files.entity,
        min(deliveries.period_start) as first_date,
        any_value(described.last_date) as last_date
    from {{ source('raw', 'delivery') }} as deliveries
    inner join {{ source('raw', 'delivery_file') }} as files on deliveries.delivery_id = files.delivery_id
    inner join {{ ref('int_geography__described') }} as described on deliveries.supplier = described.municipality_code
    where deliveries.is_current and deliveries.source = 'municipal'
    group by deliveries.supplier, files.entity
),

-- A stay ends when the household leaves the dwelling, whatever for.
stay as (
    select
        'stay' as measure,
        tenancies.municipality_code,
        tenancies.need_horizon_at_start as need_horizon,
        tenancies.primary_group_form_2020_at_start as target_group_form_2020,
        tenancies.primary_group_r0_2019_at_start as target_group_r0_2019,
        tenancies.category_at_start as dwelling_category,
        greatest(told.first_date, stays.stay_start_date) as entry_date,
        stays.stay_start_date as begin_date,
        least({{ open_end('stays.stay_end_date') }}, told.last_date) as exit_date,
        {{ open_end('stays.stay_end_date') }} <= told.last_date as is_event
    from tenancies
    inner join stays on tenancies.tenancy_key = stays.tenancy_key
    inner join told on tenancies.municipality_code = told.municipality_code and told.entity = 'tenancy'
    where stays.tenancy_key = stays.stay_key
),

-- A wait ends when a dwelling is assigned; one that is withdrawn is censored that day.
wait as (
    select
        'wait' as measure,
        applications.municipality_code,
        cast(null as varchar) as need_horizon,
        applications.group_form_2020 as target_group_form_2020,
        applications.group_r0_2019 as target_group_r0_2019,
        cast(null as varchar) as dwelling_category,
        greatest(told.first_date, applications.listed_date) as entry_date,
        applications.listed_date as begin_date,
        least({{ open_end('applications.left_list_date') }}, told.last_date) as exit_date,
        coalesce(applications.left_list_date <= told.last_date, false) and {{ left_list_by_assignment('applications.') }} as is_event
    from applications
    inner join told on applications.municipality_code = told.municipality_code and told.entity = 'application'
),

-- A vacancy ends when the dwelling is let; one that ends because the dwelling leaves the stock is censored.
vacancy as (
    select
        'vacancy' as measure,
        municipality_code,
        cast(null as varchar) as need_horizon,
        cast(null as varchar) as target_group_form_2020,
        cast(null as varchar) as target_group_r0_2019,
        category_at_start as dwelling_category,
        from_date as entry_date,
        from_date as begin_date,
        {{ add_days('from_date', 'vacant_days') }} as exit_date,
        ended_by = 'let' as is_event
    from vacancy_spells
),

observed as (
    select * from stay
    union all
    select * from wait
    union all
    select * from vacancy
),

observation as (
    select
        measure,
        municipality_code,
        need_horizon,
        target_group_form_2020,
        target_group_r0_2019,
        dwelling_category,
        {{ days_between('begin_date', 'entry_date') }} as entry_days,
        {{ days_between('begin_date', 'exit_date') }} as exit_days,
        is_event
    from observed
    where exit_date > entry_date
),

by_code as (
    select
        measure,
        municipality_code,
        'none' as breakdown,
        'all' as breakdown_code,
        entry_days,
        exit_days,
        is_event
    from observation
    -- where no groups were delivered, nothing is told by group or by the need that follows from it (C51)
    {%- for breakdown, needed_entity in [
        ('need_horizon', 'household_group'),
        ('target_group_form_2020', 'household_group'),
        ('target_group_r0_2019', 'household_group'),
        ('dwelling_category', 'dwelling'),
    ] %}

    union all

    select
        observation.measure,
        observation.municipality_code,
        '{{ breakdown }}' as breakdown,
        observation.{{ breakdown }} as breakdown_code,
        observation.entry_days,
        observation.exit_days,
        observation.is_event
    from observation
    inner join told on observation.municipality_code = told.municipality_code and told.entity = '{{ needed_entity }}'
    where observation.{{ breakdown }} is not null
    {%- endfor %}
),

{% set of_municipality = ['measure', 'municipality_code', 'breakdown', 'breakdown_code'] -%}
{% set of_area = ['measure', 'area_level', 'area_code', 'breakdown', 'breakdown_code'] -%}
municipality_day as (
    {{ survival_days('by_code', of_municipality) }}
),

-- The country is all that report, put together.
area_day as (
    select
        measure,
        'municipality' as area_level,
        municipality_code as area_code,
        breakdown,
        breakdown_code,
        day,
        entered_count,
        departed_count,
        event_count
    from municipality_day

    union all

    select
        measure,
        'country' as area_level,
        '0' as area_code,
        breakdown,
        breakdown_code,
        day,
        sum(entered_count) as entered_count,
        sum(departed_count) as departed_count,
        sum(event_count) as event_count
    from municipality_day
    group by measure, breakdown, breakdown_code, day
),

curve as (
    {{ survival_curve('area_day', of_area) }}
),

stepped as (
    select
        *,
        coalesce(lag(share_left) over (partition by {{ of_area | join(', ') }} order by day), 1) as share_before
    from curve
),

-- How few the median rests on: those at risk on the thinnest day with an event, until half are left.
summary as (
    select
        {{ of_area | join(', ') }},
        sum(departed_count) as observation_count,
        sum(event_count) as event_count,
        {{ survival_quantile(0.75) }} as q25_days,
        {{ survival_quantile(0.5) }} as median_days,
        {{ survival_quantile(0.25) }} as q75_days,
        {{ survival_quantile(0.1) }} as q90_days,
        {{ is_survival_quantile_reached(0.75) }} as is_q25_reached,
        {{ is_survival_quantile_reached(0.5) }} as is_median_reached,
        {{ is_survival_quantile_reached(0.25) }} as is_q75_reached,
        {{ is_survival_quantile_reached(0.1) }} as is_q90_reached,
        min(at_risk_count) filter (where event_count > 0 and share_before > 0.500000001) as fewest_at_risk_count
    from stepped
    group by {{ of_area | join(', ') }}
)

select
    summary.measure,
    {{ label_nb('survival_measure', 'summary.measure') }} as measure_label_nb,
    summary.area_level,
    summary.area_code,
    summary.breakdown,
    summary.breakdown_code,
    breakdowns.label_nb as breakdown_code_label_nb,
    cast(summary.observation_count as integer) as observation_count,
    cast(summary.event_count as integer) as event_count,
    cast(summary.observation_count - summary.event_count as integer) as censored_count,
    summary.q25_days,
    summary.median_days,
    summary.q75_days,
    summary.q90_days,
    summary.is_q25_reached,
    summary.is_median_reached,
    summary.is_q75_reached,
    summary.is_q90_reached,
    cast(summary.fewest_at_risk_count as integer) as fewest_at_risk_count
from summary
left join breakdowns on summary.breakdown = breakdowns.breakdown and summary.breakdown_code = breakdowns.breakdown_code
