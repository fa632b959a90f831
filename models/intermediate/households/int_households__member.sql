-- Members of households, the latest known state of each (C01). In a household that somebody has made of two (C76), a person who stood in
-- both counts once, from the first day to the last, and members are numbered anew.
with delivered as (
    select * from {{ ref('int_matching__household_member_row') }}
),

made_of_several as (
    select distinct
        municipality_code,
        leading_household_id
    from {{ ref('int_matching__leading_household') }}
),

latest as (
    select *
    from delivered
    {{ latest_known(['municipality_code', 'household_id', 'member_number']) }}
),

keyed as (
    select
        latest.*,
        {{ surrogate_key(['latest.municipality_code', 'latest.household_id']) }} as household_key,
        {{ surrogate_key(['latest.person_pseudonym']) }} as person_key,
        made_of_several.leading_household_id is not null as is_made_of_several
    from latest
    left join made_of_several
        on
            latest.municipality_code = made_of_several.municipality_code
            and latest.household_id = made_of_several.leading_household_id
),

once as (
    select
        * replace (
            min(from_date) over same_person as from_date,
            nullif(max({{ open_end('to_date') }}) over same_person, {{ end_of_time() }}) as to_date
        )
    from keyed
    where is_made_of_several
    window same_person as (partition by household_key, person_key)
    qualify row_number() over (partition by household_key, person_key order by member_number) = 1
),

members as (
    select * from keyed
    where not is_made_of_several
    union all
    select * replace (cast(row_number() over (partition by household_key order by member_number) as integer) as member_number)
    from once
)

select
    household_key,
    person_key,
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
from members
