-- Type 2: one row for each version of a counted dwelling (C10, C14, C15).
with

versions as (
    select * from {{ ref('int_dwellings__version') }}
),

described as (
    select * from {{ ref('int_geography__described') }}
)

select
    versions.dwelling_version_key,
    versions.dwelling_key,
    versions.registered_dwelling_key,
    versions.unit_key,
    versions.municipality_code,
    versions.dwelling_id,
    versions.unit_id,
    versions.place_number,
    versions.valid_from,
    versions.valid_to,
    {{ on_day(as_of_date(), 'versions.valid_from', 'versions.valid_to') }} and not described.is_ended as is_current,
    versions.is_in_stock,
    versions.tenure_form,
    {{ label_nb('tenure_form', 'versions.tenure_form') }} as tenure_form_label_nb,
    versions.tenure_kind,
    {{ label_nb('tenure_kind', 'versions.tenure_kind') }} as tenure_kind_label_nb,
    versions.category,
    {{ label_nb('dwelling_category', 'versions.category') }} as category_label_nb,
    versions.room_count,
    versions.area_m2,
    versions.is_wheelchair_accessible,
    versions.is_shared,
    versions.responsible_unit,
    versions.allocating_unit,
    versions.reserved_for,
    versions.monthly_rent_nok,
    versions.grant_nok,
    versions.grant_binding_until,
    -- NULL where it is not told how long the grant binds
    versions.grant_binding_until > described.last_date as is_grant_bound,
    versions.acquired_date,
    versions.disposed_date,
    versions.is_closed_by_rule
from versions
inner join described on versions.municipality_code = described.municipality_code
