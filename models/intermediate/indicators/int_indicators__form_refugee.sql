-- C165: refugees whose five years are over (K14), by the contract holder's settlement: households that form 13 counts with the group, in
-- stock on 31 December or at allocation in the year, and those that their municipality flags as refugees that 31 December (T006), which
-- a form made by hand counts with it. Code 5 is refugees in both forms.
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

holder as (
    select * from {{ ref("int_households__contract_holder") }}
),

counted_refugee as (
    select
        municipality_code,
        year,
        household_key,
        reference_date as group_date
    from {{ ref("fct_household_year") }}
    where primary_group_form_2009 = '5'

    union all

    select
        municipality_code,
        {{ year_of("start_date") }} as year,
        household_key,
        start_date as group_date
    from {{ ref("fct_tenancy") }}
    where is_counted and kind_of_start = 'new' and primary_group_form_2009_at_start = '5'
),

refugee as (
    select
        *,
        false as is_flag
    from counted_refugee

    union all

    -- whether a flag without a known settlement is right is another work list (T009)
    select
        flag.municipality_code,
        {{ year_of("flag.reference_date") }} as year,
        flag.household_key,
        flag.reference_date as group_date,
        true as is_flag
    from {{ ref("int_households__refugee_flag") }} as flag
    inner join holder
        on
            flag.household_key = holder.household_key
            and {{ on_day("flag.reference_date", "holder.valid_from", "holder.valid_to") }}
    where flag.is_covered_year and holder.refugee_until <= flag.reference_date
),

-- A household in stock that also moved in that year, or is flagged too, is one household.
household as (
    select
        refugee.municipality_code,
        refugee.year,
        refugee.household_key,
        bool_or(coalesce(holder.refugee_until <= refugee.group_date, false)) as is_over,
        bool_or(coalesce(holder.refugee_until <= refugee.group_date, false) and not refugee.is_flag) as is_counted_over,
        bool_or(refugee.is_flag) as is_flagged_over,
        bool_and(holder.settlement_date is null) as is_unknown
    from refugee
    left join holder
        on
            refugee.household_key = holder.household_key
            and {{ on_day("refugee.group_date", "holder.valid_from", "holder.valid_to") }}
    group by refugee.municipality_code, refugee.year, refugee.household_key
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
