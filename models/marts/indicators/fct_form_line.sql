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

need as (
    select
        measure_need.measure_id,
        measure_need.breakdowns,
        string_agg(measure_need.entity, ',' order by measure_need.entity) as entities
    from {{ ref("measure_need") }} as measure_need
    where measure_need.breakdowns = '%'
    group by measure_need.measure_id, measure_need.breakdowns
),

label as (
    select
        code as entity,
        label_nb
    from {{ ref("code_label") }}
    where code_list = 'delivered_entity'
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

-- What a line needs and was not delivered, or not from the first day of the year on. Of a source that told nothing all is lacking.
lacking_entity as (
    select
        form.municipality_code,
        form.year,
        line.line_id,
        unnest(string_split(case when sufficient.measure_id is null then need.entities else sufficient.lacking_entities end, ',')) as entity
    from form
    cross join line
    left join need on line.measure_id = need.measure_id
    left join sufficient
        on
            form.municipality_code = sufficient.municipality_code
            and form.year = sufficient.year
            and line.measure_id = sufficient.measure_id
            and line.breakdown = sufficient.breakdown
),

lacking as (
    select
        lacking_entity.municipality_code,
        lacking_entity.year,
        lacking_entity.line_id,
        string_agg(label.label_nb, ', ' order by label.label_nb) as entities_nb
    from lacking_entity
    inner join label on lacking_entity.entity = label.entity
    group by lacking_entity.municipality_code, lacking_entity.year, lacking_entity.line_id
),

told as (
    select
        form.municipality_code,
        form.year,
        line.line_id,
        line.section_id,
        line.sort_order,
        line.label_nb,
        line.definition_nb,
        line.is_extension,
        line.origin,
        line.rule_id,
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
    told.definition_nb,
    told.is_extension,
    told.origin,
    told.rule_id,
    told.measure_id,
    told.breakdown,
    told.breakdown_code,
    cast(told.amount as integer) as line_count,
    case when told.amount is null then case when told.status = 'suppressed' then ':' else '..' end end as symbol,
    told.status,
    told.method,
    case
        when told.amount is null then case
            when told.status = 'suppressed' then 'Holdt tilbake'
            when lacking.line_id is not null then 'Ikke levert for hele året: ' || lacking.entities_nb
            else 'Opplysningen er ikke fylt ut for noen i det som er levert'
        end
    end as missing_reason_nb,
    {{ last_of_year("told.year") }} as reference_date
from told
left join lacking
    on
        told.municipality_code = lacking.municipality_code
        and told.year = lacking.year
        and told.line_id = lacking.line_id
left join municipality
    on
        told.municipality_code = municipality.municipality_code
        and {{ on_day(last_of_year("told.year"), "municipality.valid_from", "municipality.valid_to") }}
