-- The application that led to each tenancy: of several that name it the one received last; C20 asks for the one received first.
with applications as (
    select * from {{ ref('int_applications__latest') }}
    where tenancy_key is not null
),

merged as (
    select
        tenancy_key,
        {{ surrogate_key(['municipality_code', 'kept_tenancy_id']) }} as kept_tenancy_key
    from {{ ref('int_tenancies__merged') }}
),

-- An application may name the id that was merged away; a tenancy that is not counted (T010) stands under its own.
named as (
    select
        coalesce(merged.kept_tenancy_key, applications.tenancy_key) as tenancy_key,
        applications.application_key,
        applications.application_id,
        applications.received_date
    from applications
    left join merged on applications.tenancy_key = merged.tenancy_key
)

select
    tenancy_key,
    application_key,
    received_date,
    min(received_date) over (partition by tenancy_key) as first_received_date
from named
qualify row_number() over (partition by tenancy_key order by received_date desc, application_id desc) = 1
