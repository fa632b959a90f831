-- C160: the lines of form 13 (skjema 13) of each municipality and year, from the measures of its own register: the form valid in that year,
-- and what it lacks as extensions. A line that cannot be told is empty and says why; it is never zero.
with

line as (
    select * from {{ ref("form_line") }}
),

measure as (
    select *
    from {{ ref("int_indicators__measure") }}
    where vintage = 'own_register'
),

sufficient as (
    select * from {{ ref("int_indicators__sufficient") }}
),

municipality as (
    select * from {{ ref("dim_municipality") }}
),

-- A form for each municipality that has told anything of the year.
form as (
    select
        municipality_code,
        year
    from sufficient
    group by municipality_code, year
    having bool_or(is_covered)
),

told as (
    select
        form.municipality_code,
        form.year,
        line.line_id,
        line.section_id,
        line.sort_order,
        line.label_nb,
        line.is_extension,
        line.measure_id,
        line.breakdown,
        line.breakdown_code,
        measure.amount,
        coalesce(measure.status, 'missing') as status,
        coalesce(measure.method, 'none') as method
    from form
    inner join line
        on form.year between coalesce(line.first_year, form.year) and coalesce(line.last_year, form.year)
    left join measure
        on
            form.municipality_code = measure.municipality_code
            and form.year = measure.year
            and line.measure_id = measure.measure_id
            and line.breakdown = measure.breakdown
            and line.breakdown_code = measure.breakdown_code
)

select
    told.municipality_code,
    municipality.municipality_name,
    told.year,
    told.line_id,
    told.section_id,
    {{ label_nb("form_section", "told.section_id") }} as section_label_nb,
    told.sort_order,
    told.label_nb,
    told.is_extension,
    told.measure_id,
    told.breakdown,
    told.breakdown_code,
    cast(told.amount as integer) as line_count,
    case when told.amount is null then case when told.status = 'suppressed' then ':' else '..' end end as symbol,
    told.status,
    told.method,
    {{ last_of_year("told.year") }} as reference_date
from told
left join municipality
    on
        told.municipality_code = municipality.municipality_code
        and {{ on_day(last_of_year("told.year"), "municipality.valid_from", "municipality.valid_to") }}
