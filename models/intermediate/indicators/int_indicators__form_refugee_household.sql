-- C165: the households that K14 looks at: those that form 13 counts with the group of refugees, in stock on 31 December or at allocation in
-- the year, and those that their municipality flags as refugees that 31 December although their five years are over (T006), which a form
-- made by hand counts with it. Code 5 is refugees in both forms.
with

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
)

select
    municipality_code,
    year,
    household_key,
    is_over,
    is_counted_over,
    is_flagged_over,
    is_unknown
from household
