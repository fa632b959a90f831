-- Parts of the indicators on those who moved in during the year: newly moved in, without group, throughput and mean stay.
with

-- C21: counted tenancies of kind new; groups and horizon as on the day they started (C34).
move_in as (
    select
        covered.municipality_code,
        covered.year,
        tenancy.tenancy_key,
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
),

-- C22: move-ins and dwellings are counted apart and meet in the horizon.
horizon_total as (
    select
        municipality_code,
        year,
        need_horizon,
        sum(moved_in) as moved_in,
        sum(disposed) as disposed
    from (
        select
            municipality_code,
            year,
            need_horizon,
            1 as moved_in,
            0 as disposed
        from move_in
        union all
        select
            municipality_code,
            year,
            need_horizon,
            0 as moved_in,
            1 as disposed
        from {{ ref("int_indicators__dwelling_year") }}
    ) as both_sides
    group by municipality_code, year, need_horizon
)

select {{ indicator_part("newly_moved_in", "moved_in") }}
from year_total
{%- for scheme in ["form_2009", "form_2020", "r0_2019"] %}
union all
select {{ indicator_part("newly_moved_in", "count(*)", breakdown="target_group_" ~ scheme, code="group_" ~ scheme) }}
from move_in
group by municipality_code, year, group_{{ scheme }}
{%- endfor %}
union all
select {{ indicator_part("share_unclassified", "without_group", "moved_in") }}
from year_total
union all
select {{ indicator_part("throughput", "moved_in", "disposed", breakdown="need_horizon", code="need_horizon") }}
from horizon_total
union all
select {{ indicator_part("mean_stay_years", "disposed", "moved_in", breakdown="need_horizon", code="need_horizon") }}
from horizon_total
