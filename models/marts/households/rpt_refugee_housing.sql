-- Question 4: how many dwellings refugees need, and how many stay after five years (C94, C95). A household whose contract holder's five
-- years were over in the year is followed to 31 December; so are those whose five years were over before.
with reference_days as (
    select * from {{ ref('int_fit__reference_day') }}
    where is_covered_year
),

-- Without the register nobody knows who has been settled for how long (C51).
register_told as (
    select
        municipality_code,
        reference_date
    from {{ ref('int_deliveries__covered_entity') }}
    where source = 'refugee_register'
),

household_years as (
    select * from {{ ref('fct_household_year') }}
),

who_lives_here as (
    select * from {{ ref('rpt_who_lives_here') }}
    where primary_group_r0_2019 = '4'
),

spells as (
    select * from {{ ref('int_stock__let_spell') }}
    where is_household_row
),

anniversaries as (
    select
        municipality_code,
        household_key,
        refugee_until
    from {{ ref('int_households__contract_holder') }}
    where {{ on_day(add_days('refugee_until', -1), 'valid_from', 'valid_to') }}
),

-- Households in stock on the last day of the five years, and whether they still were on 31 December.
reached as (
    select
        anniversaries.municipality_code,
        {{ year_of('anniversaries.refugee_until') }} as year,
        count(*) as reached_five_years_count,
        count(household_years.household_key) as still_here_count
    from anniversaries
    inner join spells
        on
            anniversaries.household_key = spells.household_key
            and {{ on_day(add_days('anniversaries.refugee_until', -1), 'spells.valid_from', 'spells.valid_to') }}
    left join household_years
        on
            anniversaries.household_key = household_years.household_key
            and {{ year_of('anniversaries.refugee_until') }} = household_years.year
    where anniversaries.refugee_until <= {{ as_of_date() }}
    group by all
),

settled as (
    select
        household_years.municipality_code,
        household_years.year,
        count(*) filter (where holders.refugee_until <= household_years.reference_date) as over_five_years_count,
        count(*) filter (
            where
            holders.refugee_until > household_years.reference_date
            and {{ year_of('holders.refugee_until') }} = household_years.year + 1
        ) as reach_five_years_next_year_count
    from household_years
    inner join {{ ref('int_households__contract_holder') }} as holders
        on
            household_years.household_key = holders.household_key
            and {{ on_day('household_years.reference_date', 'holders.valid_from', 'holders.valid_to') }}
    group by household_years.municipality_code, household_years.year
)

select
    who_lives_here.municipality_code,
    who_lives_here.municipality_name,
    who_lives_here.county_code,
    who_lives_here.county_name,
    who_lives_here.year,
    who_lives_here.reference_date,
    who_lives_here.household_count as refugee_household_count,
    who_lives_here.share_of_households,
    who_lives_here.change_from_last_year_count,
    who_lives_here.person_count,
    who_lives_here.children_count,
    who_lives_here.newly_moved_in_count,
    who_lives_here.moved_out_count,
    who_lives_here.ordinary_count,
    who_lives_here.too_small_count,
    who_lives_here.median_stay_days,
    who_lives_here.waiting_count,
    who_lives_here.waiting_without_fit_count,
    who_lives_here.vacant_for_group_count,
    case when register_told.municipality_code is not null then cast(coalesce(settled.over_five_years_count, 0) as integer) end
        as over_five_years_count,
    case when register_told.municipality_code is not null then cast(coalesce(reached.reached_five_years_count, 0) as integer) end
        as reached_five_years_count,
    case when register_told.municipality_code is not null then cast(coalesce(reached.still_here_count, 0) as integer) end
        as still_here_count,
    case
        when register_told.municipality_code is not null
            then cast(reached.still_here_count / nullif(reached.reached_five_years_count, 0) as decimal(9, 4))
    end as share_still_here,
    case when register_told.municipality_code is not null then cast(coalesce(settled.reach_five_years_next_year_count, 0) as integer) end
        as reach_five_years_next_year_count
from reference_days
inner join who_lives_here
    on
        reference_days.municipality_code = who_lives_here.municipality_code
        and reference_days.reference_date = who_lives_here.reference_date
left join register_told
    on
        reference_days.municipality_code = register_told.municipality_code
        and reference_days.reference_date = register_told.reference_date
left join settled on who_lives_here.municipality_code = settled.municipality_code and who_lives_here.year = settled.year
left join reached on who_lives_here.municipality_code = reached.municipality_code and who_lives_here.year = reached.year
