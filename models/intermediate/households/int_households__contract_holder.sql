-- Who holds the contract of a household, by period, and when that person was settled as a refugee (C31).
with households as (
    select * from {{ ref('int_households__household') }}
),

tenancies as (
    select * from {{ ref('int_tenancies__counted') }}
    where is_counted
),

members as (
    select * from {{ ref('int_households__member') }}
),

register as (
    select * from {{ ref('int_matching__refugee_row') }}
),

duf_link as (
    select * from {{ ref('int_persons__duf_link') }}
),

-- Somebody whom the register knows by DUF number alone is the person that another row gives both numbers of.
refugees as (
    select
        register.municipality_code,
        register.register_number,
        register.settlement_date,
        register.period_end,
        register.delivery_id,
        case when register.person_id_status = 'valid' then register.person_pseudonym else duf_link.person_pseudonym end as person_pseudonym
    from register
    left join duf_link on register.person_duf_pseudonym = duf_link.duf_pseudonym
    where register.person_id_status = 'valid' or duf_link.person_pseudonym is not null
),

-- The household's latest tenancy decides; the first one also speaks for the days before it.
tenancy_period as (
    select
        household_key,
        case when contract_holder_id_status = 'valid' then {{ surrogate_key(['contract_holder_pseudonym']) }} end as person_key,
        row_number() over (partition by household_key order by start_date, tenancy_id) = 1 as is_first,
        start_date,
        lead(start_date) over (partition by household_key order by start_date, tenancy_id) as next_start_date
    from tenancies
),

holder_period as (
    select
        households.household_key,
        households.municipality_code,
        case
            when tenancy_period.is_first is false then tenancy_period.start_date
            else households.first_date
        end as valid_from,
        tenancy_period.next_start_date as valid_to,
        coalesce(tenancy_period.person_key, case when members.is_linkable then members.person_key end) as person_key,
        members.birth_year as member_birth_year
    from households
    left join tenancy_period on households.household_key = tenancy_period.household_key
    left join members on households.household_key = members.household_key and members.member_number = 1
),

person_birth_year as (
    select
        person_key,
        max(birth_year) as birth_year
    from members
    where is_linkable
    group by person_key
),

-- The register's latest word on each number; a person settled twice counts from the first time, in any municipality.
register_row as (
    select *
    from refugees
    {{ latest_known(['municipality_code', 'register_number']) }}
),

settlement as (
    select
        {{ surrogate_key(['person_pseudonym']) }} as person_key,
        min(settlement_date) as settlement_date
    from register_row
    group by person_key
)

select
    holder_period.household_key,
    holder_period.municipality_code,
    holder_period.valid_from,
    holder_period.valid_to,
    holder_period.person_key,
    holder_period.person_key is not null as is_linked,
    case
        when holder_period.person_key is null then holder_period.member_birth_year
        else person_birth_year.birth_year
    end as birth_year,
    settlement.settlement_date,
    {{ add_years('settlement.settlement_date', 5) }} as refugee_until
from holder_period
left join person_birth_year on holder_period.person_key = person_birth_year.person_key
left join settlement on holder_period.person_key = settlement.person_key
-- two tenancies from the same day: only the last one counts
where holder_period.valid_from < {{ open_end('holder_period.valid_to') }}
