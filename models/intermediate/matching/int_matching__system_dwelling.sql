-- Dwellings as each system of a municipality knows them, the latest row of each (C01), with what they are matched by (C74). Only of
-- municipalities with several systems or with decisions on dwellings: elsewhere there is nothing to match. The same local id in a second
-- system may be another dwelling, so that it has the system in front; the match by local key finds out.
with

systems as (
    select * from {{ ref('int_matching__system') }}
),

decided as (
    select distinct match_decisions.municipality_code
    from {{ ref('stg_decision__match_decision') }} as match_decisions
    inner join {{ ref('int_decisions__holding') }} as holding
        on match_decisions.delivery_id = holding.delivery_id and holding.entity = 'match_decision'
    where match_decisions.subject = 'dwelling'
),

deliveries as (
    select
        delivery.delivery_id,
        systems.system,
        systems.system_rank
    from {{ source('raw', 'delivery') }} as delivery
    inner join systems on delivery.supplier = systems.municipality_code and coalesce(delivery.extract, 'contract') = systems.system
    left join decided on delivery.supplier = decided.municipality_code
    where delivery.is_current and delivery.source = 'municipal' and (systems.is_one_of_several or decided.municipality_code is not null)
),

dwelling_rows as (
    select
        dwellings.*,
        deliveries.system,
        deliveries.system_rank,
        min(dwellings.period_end) over (
            partition by dwellings.municipality_code, deliveries.system, dwellings.dwelling_id
        ) as first_period_end
    from {{ ref('stg_municipal__dwelling') }} as dwellings
    inner join deliveries on dwellings.delivery_id = deliveries.delivery_id
),

latest as (
    select *
    from dwelling_rows
    {{ latest_known(['municipality_code', 'system', 'dwelling_id']) }}
)

select
    municipality_code,
    system,
    system_rank,
    dwelling_id,
    case
        when row_number() over (partition by municipality_code, dwelling_id order by system_rank) = 1 then dwelling_id
        else system || ':' || dwelling_id
    end as system_dwelling_id,
    unit_id,
    unit_number,
    cadastre_id,
    building_id,
    address,
    {{ comparable_address('address') }} as comparable_address,
    postal_code,
    is_secret_address,
    room_count,
    area_m2,
    responsible_unit,
    reserved_for,
    monthly_rent_nok,
    allocating_unit,
    is_shared,
    grant_nok,
    grant_binding_until,
    acquired_date,
    disposed_date,
    first_period_end,
    delivery_id,
    line_number
from latest
