-- Care services by person, with the municipal household that the person belonged to while the service ran, and the dwelling it lived in
-- then.
with services as (
    select * from {{ ref('int_care__service') }}
),

service_types as (
    select * from {{ ref('care_service_type') }}
),

members as (
    select * from {{ ref('int_households__member') }}
    where is_linkable
),

periods as (
    select * from {{ ref('int_tenancies__dwelling_period') }}
),

-- Of several households during one service, the one joined last.
household_of_service as (
    select
        services.service_key,
        members.household_key,
        greatest(services.start_date, members.from_date) as from_date,
        least({{ open_end('services.end_date') }}, {{ open_end('members.to_date') }}) as to_date
    from services
    inner join members
        on
            services.person_key = members.person_key
            and members.from_date < {{ open_end('services.end_date') }}
            and services.start_date < {{ open_end('members.to_date') }}
    where services.is_linkable
    qualify row_number() over (partition by services.service_key order by members.from_date desc, members.household_key) = 1
),

-- Of several dwellings on those days, the one moved into last.
dwelling_of_service as (
    select
        household_of_service.service_key,
        periods.dwelling_key
    from household_of_service
    inner join periods
        on
            household_of_service.household_key = periods.household_key
            and household_of_service.from_date < {{ open_end('periods.valid_to') }}
            and household_of_service.to_date > periods.valid_from
    qualify row_number() over (
        partition by household_of_service.service_key order by periods.valid_from desc, periods.dwelling_key
    ) = 1
)

select
    services.service_key,
    services.municipality_code,
    services.service_id,
    services.person_key,
    household_of_service.household_key,
    dwelling_of_service.dwelling_key,
    services.service_type as service_type_code,
    service_types.label_nb as service_type_label_nb,
    service_types.label_en as service_type_label_en,
    services.is_dwelling,
    services.start_date,
    services.end_date,
    services.hours_per_week,
    services.staffing,
    services.need_housework,
    services.need_shopping,
    services.need_hygiene,
    services.need_dressing,
    services.need_eating,
    services.need_cooking,
    services.need_toilet,
    services.need_moving_indoors,
    services.need_moving_outdoors,
    services.need_own_health,
    services.need_memory,
    services.need_communication,
    services.need_decisions,
    services.need_social,
    services.need_behaviour,
    services.need_sight,
    services.need_hearing
from services
left join service_types on services.service_type = service_types.code
left join household_of_service on services.service_key = household_of_service.service_key
left join dwelling_of_service on services.service_key = dwelling_of_service.service_key
