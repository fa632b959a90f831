-- Members of households, the latest known state of each (C01).
with delivered as (
    select * from {{ ref('stg_municipal__household_member') }}
),

latest as (
    select *
    from delivered
    {{ latest_known(['municipality_code', 'household_id', 'member_number']) }}
)

select
    {{ surrogate_key(['municipality_code', 'household_id']) }} as household_key,
    {{ surrogate_key(['person_pseudonym']) }} as person_key,
    municipality_code,
    household_id,
    member_number,
    person_id_status = 'valid' as is_linkable,
    birth_year,
    sex,
    from_date,
    to_date,
    delivery_id,
    line_number
from latest
