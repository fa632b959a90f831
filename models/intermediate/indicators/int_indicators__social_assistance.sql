-- C60, C124: measures of recipients of social assistance (KOSTRA 11F) by where they live, and of participants in the qualification
-- programme (11CF) who are helped with their housing. One record is one person of the year.
with

covered as (
    select * from {{ ref("int_deliveries__covered_entity") }}
    where source in ('kostra_11f', 'kostra_11cf')
),

records as (
    select * from {{ ref("stg_kostra_11f__social_assistance") }}
),

participants as (
    select * from {{ ref("stg_kostra_11cf__qualification_programme") }}
),

-- From the years that were delivered, so that a file with nothing to report says zero.
recipient as (
    select
        covered.municipality_code,
        covered.year,
        records.journal_number,
        -- codes that the form does not have say nothing
        case when records.bosit between '1' and '6' then records.bosit else 'not_told' end as housing_situation,
        records.bu18 = '1' as has_children,
        covered.year - records.birth_year between 18 and 24 as is_young,
        coalesce(records.bidrag, 0) + coalesce(records.laan, 0) as paid_nok
    from covered
    left join records on covered.delivery_id = records.delivery_id
    where covered.source = 'kostra_11f'
),

participant as (
    select
        covered.municipality_code,
        covered.year,
        participants.journal_number,
        participants.kvp_med_kommbos = '4' as has_municipal_support,
        participants.kvp_med_husbankbos = '5' as has_housing_allowance
    from covered
    left join participants on covered.delivery_id = participants.delivery_id
    where covered.source = 'kostra_11cf'
)

select {{ measure("social_assistance_recipients", "count(journal_number)") }}
from recipient
group by municipality_code, year
union all
select {{ measure("social_assistance_recipients", "count(journal_number)", breakdown="housing_situation", code="housing_situation") }}
from recipient
where journal_number is not null
group by municipality_code, year, housing_situation
{%- for name, condition in [
    ("social_assistance_without_dwelling", "housing_situation = '4'"),
    ("social_assistance_in_municipal_rental", "housing_situation = '2'"),
    ("social_assistance_with_children", "has_children"),
    ("social_assistance_young", "is_young"),
    ("social_assistance_young_without_dwelling", "is_young and housing_situation = '4'"),
] %}
union all
select {{ measure(name, "count(journal_number) filter (where " ~ condition ~ ")") }}
from recipient
group by municipality_code, year
{%- endfor %}
union all
select {{ measure("social_assistance_nok", "sum(paid_nok)") }}
from recipient
group by municipality_code, year
union all
select {{ measure("qualification_participants", "count(journal_number)") }}
from participant
group by municipality_code, year
union all
select {{ measure("qualification_with_municipal_housing_support", "count(journal_number) filter (where has_municipal_support)") }}
from participant
group by municipality_code, year
union all
select {{ measure("qualification_with_housing_allowance", "count(journal_number) filter (where has_housing_allowance)") }}
from participant
group by municipality_code, year
