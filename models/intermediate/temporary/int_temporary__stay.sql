-- Stays in temporary accommodation, the latest known state of each (C01).
with delivered as (
    select * from {{ ref('int_matching__stay_row') }}
),

latest as (
    select *
    from delivered
    {{ latest_known(['municipality_code', 'stay_id']) }}
),

duf_link as (
    select * from {{ ref('int_persons__duf_link') }}
)

select
    {{ surrogate_key(['latest.municipality_code', 'latest.stay_id']) }} as stay_key,
    {{ surrogate_key(['latest.municipality_code', 'latest.household_id']) }} as household_key,
    -- the national id where it is valid or the DUF number leads to it (C05)
    {{ surrogate_key([
        "case when latest.person_id_status = 'valid' then latest.person_pseudonym else coalesce(duf_link.person_pseudonym, latest.person_pseudonym) end"
    ]) }} as person_key,
    latest.person_id_status = 'valid' or duf_link.person_pseudonym is not null as is_linkable,
    latest.municipality_code,
    latest.stay_id,
    latest.birth_year,
    latest.household_kind,
    latest.child_count,
    latest.accommodation_kind,
    latest.reason,
    latest.legal_basis,
    latest.local_group_code,
    latest.start_date,
    latest.end_date,
    latest.end_reason,
    latest.price_per_night_nok
from latest
left join duf_link on latest.person_duf_pseudonym = duf_link.duf_pseudonym
