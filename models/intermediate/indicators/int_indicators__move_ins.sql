-- Measures of those who moved in during the year: newly moved in, and of these without group.
with

-- C21: counted tenancies of kind new; groups and horizon as on the day they started (C34).
move_in as (
    select
        covered.municipality_code,
        covered.year,
        tenancy.tenancy_key,
        tenancy.contract_kind,
        tenancy.primary_group_form_2009_at_start as group_form_2009,
        tenancy.primary_group_form_2020_at_start as group_form_2020,
        tenancy.primary_group_r0_2019_at_start as group_r0_2019,
        tenancy.need_horizon_at_start as need_horizon
    from {{ ref("int_deliveries__covered_year") }} as covered
    inner join {{ ref("fct_tenancy") }} as tenancy
        on
            covered.municipality_code = tenancy.municipality_code
            and tenancy.is_counted
            and tenancy.kind_of_start = 'new'
            and {{ year_of("tenancy.start_date") }} = covered.year
),

year_total as (
    select
        covered.municipality_code,
        covered.year,
        count(move_in.tenancy_key) as moved_in,
        count(move_in.tenancy_key) filter (where move_in.group_form_2009 in ('unclassified', 'formerly_refugee')) as without_group
    from {{ ref("int_deliveries__covered_year") }} as covered
    left join move_in on covered.municipality_code = move_in.municipality_code and covered.year = move_in.year
    group by covered.municipality_code, covered.year
)

select {{ measure("newly_moved_in", "moved_in") }}
from year_total
{%- for scheme in ["form_2009", "form_2020", "r0_2019"] %}
union all
select {{ measure("newly_moved_in", "count(*)", breakdown="target_group_" ~ scheme, code="group_" ~ scheme) }}
from move_in
group by municipality_code, year, group_{{ scheme }}
{%- endfor %}
union all
-- C22: the horizon at the start; it meets the dwellings by their own horizon.
select {{ measure("newly_moved_in", "count(*)", breakdown="need_horizon", code="need_horizon") }}
from move_in
group by municipality_code, year, need_horizon
union all
-- C115: the horizons that turn over, by group
select {{ measure("newly_moved_in", "count(*)", breakdown="need_horizon_r0_2019", code="need_horizon || ':' || group_r0_2019") }}
from move_in
where need_horizon in ('permanent', 'temporary')
group by municipality_code, year, need_horizon, group_r0_2019
union all
select {{ measure("newly_moved_in", "count(*)", breakdown="contract_kind", code="contract_kind") }}
from move_in
group by municipality_code, year, contract_kind
union all
select {{ measure("newly_moved_in_without_group", "without_group") }}
from year_total
