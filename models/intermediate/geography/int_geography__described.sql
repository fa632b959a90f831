-- C51: the last day on which each municipality that delivered is described: the as-of date, or the last day of a code that ended before.
with suppliers as (
    select distinct supplier as municipality_code
    from {{ source('raw', 'delivery') }}
    where is_current and source = 'municipal'
),

versions as (
    select *
    from {{ ref('stg_klass__municipality_version') }}
    {{ latest_known(['code', 'valid_from']) }}
),

code_end as (
    select
        code as municipality_code,
        max({{ open_end('valid_to') }}) as ended_on
    from versions
    where valid_from <= {{ as_of_date() }}
    group by code
)

select
    suppliers.municipality_code,
    coalesce(code_end.ended_on <= {{ as_of_date() }}, false) as is_ended,
    least({{ add_days('code_end.ended_on', -1) }}, {{ as_of_date() }}) as last_date
from suppliers
left join code_end on suppliers.municipality_code = code_end.municipality_code
