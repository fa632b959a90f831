-- Type 2: one row for each version of a counted dwelling (C10).
with

versions as (
    select * from {{ ref('int_dwellings__version') }}
)

select
    dwelling_version_key,
    dwelling_key,
    unit_key,
    municipality_code,
    dwelling_id,
    unit_id,
    valid_from,
    valid_to,
    {{ on_day(as_of_date(), 'valid_from', 'valid_to') }} as is_current,
    tenure_form,
    {{ label_nb('tenure_form', 'tenure_form') }} as tenure_form_label_nb,
    tenure_kind,
    {{ label_nb('tenure_kind', 'tenure_kind') }} as tenure_kind_label_nb,
    category,
    {{ label_nb('dwelling_category', 'category') }} as category_label_nb,
    room_count,
    area_m2,
    is_wheelchair_accessible,
    responsible_unit,
    reserved_for,
    monthly_rent_nok,
    acquired_date,
    disposed_date,
    is_closed_by_rule
from versions
