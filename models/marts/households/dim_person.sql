-- Persons by pseudonym: members of households and receivers of care services.
with members as (
    select * from {{ ref('int_households__member') }}
),

services as (
    select * from {{ ref('int_care__service') }}
),

-- The household register goes before the care register where they disagree, then the later day.
known as (
    select
        person_key,
        is_linkable,
        birth_year,
        sex,
        1 as source_rank,
        from_date as known_from
    from members
    union all
    select
        person_key,
        is_linkable,
        birth_year,
        sex,
        2 as source_rank,
        start_date as known_from
    from services
)

select
    person_key,
    is_linkable,
    birth_year,
    sex
from known
qualify row_number() over (partition by person_key order by source_rank, known_from desc, birth_year, sex) = 1
