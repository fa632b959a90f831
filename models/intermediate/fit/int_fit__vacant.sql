-- C89: dwellings in stock and not let on each reference day, with why they are vacant and whether somebody could move in.
with reference_days as (
    select * from {{ ref('int_fit__reference_day') }}
),

dwellings as (
    select *
    from {{ ref('int_dwellings__version') }}
    where is_in_stock
),

let_dwellings as (
    select * from {{ ref('int_households__stock') }}
),

-- Why a dwelling was vacant is told for the last day of a delivery's period.
reasons as (
    select
        municipality_code,
        dwelling_id,
        period_end,
        vacancy_reason
    from {{ ref('int_matching__dwelling_row') }}
    where vacancy_reason is not null
)

select
    dwellings.municipality_code,
    reference_days.reference_date,
    reference_days.is_covered_year,
    reference_days.is_waiting_told,
    dwellings.dwelling_key,
    dwellings.dwelling_version_key,
    dwellings.tenure_form,
    dwellings.tenure_kind,
    dwellings.category,
    dwellings.room_count,
    dwellings.is_wheelchair_accessible,
    dwellings.reserved_for,
    reasons.vacancy_reason,
    coalesce(reasons.vacancy_reason, 'between_tenants') = 'between_tenants' as is_available
from reference_days
inner join dwellings
    on
        reference_days.municipality_code = dwellings.municipality_code
        and {{ on_day('reference_days.reference_date', 'dwellings.valid_from', 'dwellings.valid_to') }}
anti join let_dwellings
    on
        dwellings.dwelling_key = let_dwellings.dwelling_key
        and reference_days.reference_date = let_dwellings.reference_date
left join reasons
    on
        dwellings.municipality_code = reasons.municipality_code
        and dwellings.dwelling_id = reasons.dwelling_id
        and reference_days.reference_date = reasons.period_end
