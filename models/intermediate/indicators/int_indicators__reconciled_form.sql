-- C174: the rows that lie between the municipality's own register on 31 December and the form as it was sent: those of an office that the
-- form leaves out, those that come or go between the day the sender counted on and 31 December, and tenancies registered twice. Where the
-- form is of all offices and of 31 December, only double registrations are looked for.
with

sides as (
    select * from {{ ref("int_indicators__reconciled_line") }}
    where pair_id = 'own_form_sent' and missing_reason is null
),

line as (
    select * from {{ ref("form_line") }}
    where not is_extension and breakdown = 'none'
),

known_days as (
    select * from {{ ref("int_dwellings__known_days") }}
),

covered_years as (
    select * from {{ ref("int_deliveries__covered_year") }}
    where is_letting_covered
),

tenancies as (
    select * from {{ ref("int_tenancies__counted") }}
),

merged as (
    select * from {{ ref("int_tenancies__merged") }}
),

dwelling_periods as (
    select * from {{ ref("int_tenancies__dwelling_period") }}
),

versions as (
    select * from {{ ref("int_dwellings__version") }}
    where is_in_stock
),

listed as (
    select * from {{ ref("int_indicators__list_year") }}
    where measure_id = 'new_on_waiting_list'
),

applications as (
    select * from {{ ref("fct_application") }}
),

form_return as (
    select distinct
        municipality_code,
        year,
        covered_office,
        counted_date,
        {{ last_of_year("year") }} as reference_date
    from {{ ref("int_form__sent") }}
),

-- What was there on another day can be said where that day is told of (C18); else it is as if counted on 31 December.
counted_return as (
    select
        form_return.municipality_code,
        form_return.year,
        form_return.covered_office,
        form_return.reference_date,
        case
            when form_return.counted_date >= known_days.told_from and form_return.counted_date < known_days.told_to
                then form_return.counted_date
            else form_return.reference_date
        end as counted_date
    from form_return
    inner join known_days on form_return.municipality_code = known_days.municipality_code
),

return_day as (
    select
        municipality_code,
        year,
        covered_office,
        reference_date as day_counted,
        true as is_year_end
    from counted_return
    where covered_office <> 'all' or counted_date <> reference_date
    union all
    select
        municipality_code,
        year,
        covered_office,
        counted_date as day_counted,
        false as is_year_end
    from counted_return
    where counted_date <> reference_date
),

-- Made before the dwellings are joined: the few days first, then what ran on them. Where it is not told what was let on 31 December, no
-- contract says whose a dwelling is.
let_on_day as materialized (
    select
        return_day.municipality_code,
        return_day.year,
        return_day.is_year_end,
        return_day.day_counted,
        tenancies.tenancy_key,
        tenancies.allocating_office <> return_day.covered_office and return_day.covered_office <> 'all' as is_other_office
    from return_day
    inner join covered_years
        on return_day.municipality_code = covered_years.municipality_code and return_day.year = covered_years.year
    inner join tenancies
        on
            return_day.municipality_code = tenancies.municipality_code
            and {{ on_day("return_day.day_counted", "tenancies.start_date", "tenancies.end_date") }}
    where tenancies.is_counted
),

let_dwelling as (
    select
        let_on_day.year,
        let_on_day.is_year_end,
        let_on_day.is_other_office,
        dwelling_periods.dwelling_key
    from let_on_day
    inner join dwelling_periods
        on
            let_on_day.tenancy_key = dwelling_periods.tenancy_key
            and {{ on_day("let_on_day.day_counted", "dwelling_periods.valid_from", "dwelling_periods.valid_to") }}
),

dwelling_on_day as materialized (
    select
        return_day.municipality_code,
        return_day.year,
        return_day.is_year_end,
        versions.dwelling_key,
        let_dwelling.dwelling_key is not null as is_let,
        coalesce(let_dwelling.is_other_office, false) as is_other_office
    from return_day
    inner join versions
        on
            return_day.municipality_code = versions.municipality_code
            and {{ on_day("return_day.day_counted", "versions.valid_from", "versions.valid_to") }}
    left join let_dwelling
        on
            return_day.year = let_dwelling.year
            and return_day.is_year_end = let_dwelling.is_year_end
            and versions.dwelling_key = let_dwelling.dwelling_key
),

moved_in as (
    select
        return_day.municipality_code,
        return_day.year,
        return_day.is_year_end,
        tenancies.tenancy_key,
        coalesce(tenancies.allocating_office <> return_day.covered_office, false) and return_day.covered_office <> 'all'
            as is_other_office
    from return_day
    inner join tenancies
        on
            return_day.municipality_code = tenancies.municipality_code
            and return_day.day_counted >= tenancies.start_date
            and return_day.year = {{ year_of("tenancies.start_date") }}
    where tenancies.is_counted and tenancies.kind_of_start = 'new'
),

-- A household that applied to both offices stands on the list of each.
on_list as (
    select
        return_day.municipality_code,
        return_day.year,
        return_day.is_year_end,
        listed.household_key,
        bool_and(
            coalesce(applications.allocating_office <> return_day.covered_office, false) and return_day.covered_office <> 'all'
        ) as is_other_office
    from return_day
    inner join listed on return_day.municipality_code = listed.municipality_code and return_day.year = listed.year
    inner join applications on listed.application_key = applications.application_key
    where applications.listed_date <= return_day.day_counted
    group by return_day.municipality_code, return_day.year, return_day.is_year_end, listed.household_key
),

member as (
    {%- for measure_id, kind, relation, condition in [
        ("disposed_dwellings", "dwelling", "dwelling_on_day", "true"),
        ("let_dwellings", "dwelling", "dwelling_on_day", "is_let"),
        ("vacant_dwellings", "dwelling", "dwelling_on_day", "not is_let"),
        ("newly_moved_in", "tenancy", "moved_in", "true"),
        ("new_on_waiting_list", "household", "on_list", "true"),
    ] %}
    select
        municipality_code,
        year,
        '{{ measure_id }}' as measure_id,
        '{{ kind }}' as member_kind,
        {{ kind }}_key as member_key,
        is_year_end,
        is_other_office
    from {{ relation }}
    where {{ condition }}
    {{ "union all" if not loop.last }}
    {%- endfor %}
),

-- On 31 December, whose it is; and whether the sender's day had it.
both_days as (
    select
        member.municipality_code,
        member.year,
        member.measure_id,
        member.member_kind,
        member.member_key,
        bool_or(member.is_year_end and member.is_other_office) as is_of_other_office,
        bool_or(member.is_year_end and not member.is_other_office) as is_at_year_end,
        bool_or(not member.is_year_end and not member.is_other_office) as is_on_counted_date,
        any_value(counted_return.counted_date <> counted_return.reference_date) as has_counted_date
    from member
    inner join counted_return
        on member.municipality_code = counted_return.municipality_code and member.year = counted_return.year
    group by member.municipality_code, member.year, member.measure_id, member.member_kind, member.member_key
),

of_office_and_day as (
    select
        municipality_code,
        year,
        measure_id,
        'other_office' as cause_id,
        member_kind,
        member_key,
        1 as amount
    from both_days
    where is_of_other_office
    union all
    select
        municipality_code,
        year,
        measure_id,
        'date_of_count' as cause_id,
        member_kind,
        member_key,
        case when is_at_year_end then 1 else -1 end as amount
    from both_days
    where has_counted_date and is_at_year_end <> is_on_counted_date
),

-- One office cannot have counted what the other registered a second time.
registered_twice as (
    select
        counted_return.municipality_code,
        counted_return.year,
        counted_return.counted_date,
        twice.tenancy_key,
        twice.delivered_start_date,
        twice.delivered_end_date,
        kept.start_date,
        kept.end_date,
        kept.kind_of_start
    from counted_return
    inner join tenancies as twice on counted_return.municipality_code = twice.municipality_code
    inner join merged on twice.tenancy_key = merged.tenancy_key
    inner join tenancies as kept
        on merged.municipality_code = kept.municipality_code and merged.kept_tenancy_id = kept.tenancy_id
    where counted_return.covered_office = 'all' and twice.treatment_rule_id = 'T001' and kept.is_counted
),

twice_in_line as (
    select
        municipality_code,
        year,
        'let_dwellings' as measure_id,
        tenancy_key
    from registered_twice
    where
        {{ on_day("counted_date", "start_date", "end_date") }}
        and {{ on_day("counted_date", "delivered_start_date", "delivered_end_date") }}
    union all
    select
        municipality_code,
        year,
        'newly_moved_in' as measure_id,
        tenancy_key
    from registered_twice
    where kind_of_start = 'new' and start_date <= counted_date and {{ year_of("start_date") }} = year
),

explained as (
    select
        municipality_code,
        year,
        measure_id,
        sum(amount) as amount
    from of_office_and_day
    group by municipality_code, year, measure_id
),

-- All of them or none: only where the form has at least so many more than the register.
counted_twice as (
    select
        twice_in_line.municipality_code,
        twice_in_line.year,
        twice_in_line.measure_id,
        'counted_twice' as cause_id,
        'tenancy' as member_kind,
        twice_in_line.tenancy_key as member_key,
        -1 as amount
    from twice_in_line
    inner join line on twice_in_line.measure_id = line.measure_id
    inner join sides
        on
            twice_in_line.municipality_code = sides.municipality_code
            and twice_in_line.year = sides.year
            and line.line_id = sides.line_id
    left join explained
        on
            twice_in_line.municipality_code = explained.municipality_code
            and twice_in_line.year = explained.year
            and twice_in_line.measure_id = explained.measure_id
    qualify
        count(*) over (partition by twice_in_line.municipality_code, twice_in_line.year, twice_in_line.measure_id)
        <= sides.right_count - sides.left_count + coalesce(explained.amount, 0)
),

found as (
    select * from of_office_and_day
    union all
    select * from counted_twice
)

select
    found.municipality_code,
    found.year,
    'own_form_sent' as pair_id,
    line.line_id,
    found.cause_id,
    found.member_kind,
    found.member_key,
    found.amount
from found
inner join line on found.measure_id = line.measure_id
