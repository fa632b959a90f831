-- Type 2: one row for each version of a counted dwelling (C10).
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
    versions.unit_key,
    versions.municipality_code,
    versions.dwelling_id,
    versions.unit_id,
    versions.valid_from,
    versions.valid_to,
    {{ on_day(as_of_date(), 'versions.valid_from', 'versions.valid_to') }} and not described.is_ended as is_current,
    versions.tenure_form,
    {{ label_nb('tenure_form', 'versions.tenure_form') }} as tenure_form_label_nb,
    versions.tenure_kind,
    {{ label_nb('tenure_kind', 'versions.tenure_kind') }} as tenure_kind_label_nb,
    versions.category,
    {{ label_nb('dwelling_category', 'versions.category') }} as category_label_nb,
    versions.room_count,
    versions.area_m2,
    versions.is_wheelchair_accessible,
    versions.responsible_unit,
    versions.reserved_for,
    versions.monthly_rent_nok,
    versions.acquired_date,
    versions.disposed_date,
    versions.is_closed_by_rule
from versions
inner join described on versions.municipality_code = described.municipality_code
