-- C10, C15: what holds for a dwelling's whole life comes from the latest row that is known: when it was acquired and disposed of (or closed
-- by T008), and whether it is let on several contracts at the same time.
with

delivered as (
    select *
    from {{ ref('int_dwellings__delivered') }}
    where is_last
),

lives as (
    select
        *,
        disposed_date is null and period_end < last_period_end as is_closed_by_rule,
        case
            when disposed_date is not null then disposed_date
            when period_end < last_period_end then {{ add_days('period_end', 1) }}
        end as life_to
    from delivered
),

-- Ids that the municipality itself has given, and that further dwellings of a shared flat may not have, too.
like_places as (
    select
        municipality_code,
        {{ before_place_number('dwelling_id') }} as flat_id,
        max({{ place_number_in('dwelling_id') }}) as last_taken_number
    from lives
    where {{ before_place_number('dwelling_id') }} is not null
    group by municipality_code, {{ before_place_number('dwelling_id') }}
)

select
    {{ surrogate_key(['lives.municipality_code', 'lives.dwelling_id']) }} as dwelling_key,
    lives.municipality_code,
    lives.dwelling_id,
    lives.acquired_date,
    lives.life_to as disposed_date,
    lives.is_closed_by_rule,
    lives.acquired_date < {{ open_end('lives.life_to') }} as has_days,
    lives.is_shared,
    case when lives.is_shared then like_places.last_taken_number end as last_taken_number,
    lives.delivery_id,
    lives.line_number
from lives
left join like_places on lives.municipality_code = like_places.municipality_code and lives.dwelling_id = like_places.flat_id
