-- C10: versions of each dwelling as it is registered, half-open, from acquired to disposed of (or closed by T008).
with recursive

delivered as (
    select * from {{ ref('int_dwellings__delivered') }}
),

dwellings as (
    select * from {{ ref('int_dwellings__life') }}
),

changes as (
    select
        *,
        row_number() over (partition by municipality_code, dwelling_id order by delivery_number) as version_number
    from delivered
    where is_change
),

-- A change holds from its own date where that lies after the version before, else from the day its delivery describes: a step for each.
starts as (
    select
        changes.municipality_code,
        changes.dwelling_id,
        changes.version_number,
        dwellings.acquired_date as valid_from
    from changes
    inner join dwellings on changes.municipality_code = dwellings.municipality_code and changes.dwelling_id = dwellings.dwelling_id
    where changes.version_number = 1

    union all

    select
        changes.municipality_code,
        changes.dwelling_id,
        changes.version_number,
        case
            when changes.changed_date > starts.valid_from and changes.changed_date <= changes.period_end then changes.changed_date
            else changes.period_end
        end as valid_from
    from starts
    inner join changes
        on
            starts.municipality_code = changes.municipality_code
            and starts.dwelling_id = changes.dwelling_id
            and changes.version_number = starts.version_number + 1
),

versions as (
    select
        changes.*,
        dwellings.dwelling_key,
        greatest(starts.valid_from, dwellings.acquired_date) as version_from,
        least(
            {{ open_end('lead(starts.valid_from) over of_dwelling') }},
            {{ open_end('dwellings.disposed_date') }}
        ) as version_to
    from changes
    inner join starts
        on
            changes.municipality_code = starts.municipality_code
            and changes.dwelling_id = starts.dwelling_id
            and changes.version_number = starts.version_number
    inner join dwellings on changes.municipality_code = dwellings.municipality_code and changes.dwelling_id = dwellings.dwelling_id
    window of_dwelling as (partition by changes.municipality_code, changes.dwelling_id order by changes.version_number)
)

select
    dwelling_key,
    {{ surrogate_key(['municipality_code', 'unit_id']) }} as unit_key,
    municipality_code,
    dwelling_id,
    unit_id,
    tenure_form,
    tenure_kind,
    category,
    room_count,
    area_m2,
    is_wheelchair_accessible,
    responsible_unit,
    allocating_unit,
    reserved_for,
    monthly_rent_nok,
    grant_nok,
    grant_binding_until,
    version_from as valid_from,
    nullif(version_to, {{ end_of_time() }}) as valid_to,
    delivery_id,
    line_number
from versions
where version_from < version_to
