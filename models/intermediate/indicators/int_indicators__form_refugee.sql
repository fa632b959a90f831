-- C165: refugees whose five years are over (K14), by the contract holder's settlement, by municipality and year.
with

told as (
    select
        municipality_code,
        year,
        bool_or(entity = 'household_group') as has_groups,
        bool_or(entity = 'tenancy') as has_tenancies
    from {{ ref("int_deliveries__covered_entity") }}
    where source = 'municipal'
    group by municipality_code, year
),

household as (
    select * from {{ ref("int_indicators__form_refugee_household") }}
),

counted as (
    select
        municipality_code,
        year,
        count(*) as refugee_count,
        count(*) filter (where is_over) as over_count,
        count(*) filter (where is_counted_over) as counted_over_count,
        count(*) filter (where is_flagged_over) as flagged_over_count,
        count(*) filter (where is_unknown) as unknown_count
    from household
    group by municipality_code, year
),

judged as (
    select
        told.municipality_code,
        told.year,
        coalesce(counted.over_count, 0) as over_count,
        counted.counted_over_count,
        counted.flagged_over_count,
        coalesce(counted.unknown_count, 0) as unknown_count,
        case
            when not told.has_tenancies then 'leieforhold er ikke levert for ' || told.year
            when not told.has_groups then 'målgrupper er ikke levert for ' || told.year
            when counted.refugee_count = counted.unknown_count then 'bosettingsdato er ikke kjent for noen av flyktningene'
        end as missing_nb
    from told
    left join counted on told.municipality_code = counted.municipality_code and told.year = counted.year
)

select
    municipality_code,
    year,
    'K14' as control_id,
    cast(case when missing_nb is null then over_count end as integer) as left_count,
    missing_nb,
    case
        when missing_nb is null then
            nullif(concat_ws(
                ' ',
                case
                    when flagged_over_count > 0
                        then
                            'Fortsatt merket som flyktning i kommunens register (T006): ' || {{ number_nb("flagged_over_count") }}
                            || '. Talt som flyktning i skjemaet: ' || {{ number_nb("counted_over_count") }} || '.'
                end,
                case
                    when unknown_count > 0
                        then 'Ikke kontrollert, bosettingsdato ikke kjent: ' || {{ number_nb("unknown_count") }} || '.'
                end
            ), '')
    end as detail_nb
from judged
