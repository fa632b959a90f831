-- C60: measures of recipients of social assistance (KOSTRA 11F) by where they live. One record is one recipient.
with

recipient as (
    select
        delivery_id,
        count(*) filter (where bosit = '4') as without_dwelling,
        count(*) filter (where bosit = '2') as in_municipal_rental
    from {{ ref("stg_kostra_11f__social_assistance") }}
    group by delivery_id
),

-- From the years that were delivered, so that a file with nothing to report says zero.
year_total as (
    select
        covered.municipality_code,
        covered.year,
        coalesce(recipient.without_dwelling, 0) as without_dwelling,
        coalesce(recipient.in_municipal_rental, 0) as in_municipal_rental
    from {{ ref("int_indicators__covered") }} as covered
    left join recipient on covered.delivery_id = recipient.delivery_id
    where covered.source = 'kostra_11f'
)

select {{ measure("social_assistance_without_dwelling", "without_dwelling") }}
from year_total
union all
select {{ measure("social_assistance_in_municipal_rental", "in_municipal_rental") }}
from year_total
