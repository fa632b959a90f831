-- C23, C120, C121: measures of applications, of the waiting list, and of those who wait though dwellings are vacant. What is counted by
-- group has the group that the office wrote on the application.
{%- set schemes = ["form_2009", "form_2020", "r0_2019"] %}
{%- set groups = ["group_form_2009", "group_form_2020", "group_r0_2019"] | join(", ") %}
with

covered_years as (
    select
        municipality_code,
        year,
        reference_date
    from {{ ref("int_deliveries__covered_entity") }}
    where source = 'municipal' and entity = 'application'
),

applications as (
    select * from {{ ref("fct_application") }}
),

waiting_fits as (
    select * from {{ ref("fct_waiting_fit") }}
    where is_covered_year
),

received as (
    select
        covered_years.municipality_code,
        covered_years.year,
        {{ groups }}
    from covered_years
    inner join applications
        on
            covered_years.municipality_code = applications.municipality_code
            and covered_years.year = {{ year_of("applications.received_date") }}
),

decided as (
    select
        covered_years.municipality_code,
        covered_years.year,
        applications.decision,
        coalesce(applications.rejection_reason, 'not_told') as rejection_reason,
        applications.received_to_decided_days as days,
        {{ groups }}
    from covered_years
    inner join applications
        on
            covered_years.municipality_code = applications.municipality_code
            and covered_years.year = {{ year_of("applications.decided_date") }}
),

listed as (
    select * from {{ ref("int_indicators__list_year") }}
    where is_counted
),

-- Who was assigned a dwelling and withdrew another application counts in both.
left_list as (
    select
        covered_years.municipality_code,
        covered_years.year,
        applications.household_key,
        coalesce(applications.assigned_date = applications.left_list_date, false) as is_assigned
    from covered_years
    inner join applications
        on
            covered_years.municipality_code = applications.municipality_code
            and covered_years.year = {{ year_of("applications.left_list_date") }}
)

select {{ measure("applications_received", "count(*)") }}
from received
group by municipality_code, year
{%- for scheme in schemes %}
union all
select {{ measure("applications_received", "count(*)", breakdown="target_group_" ~ scheme, code="group_" ~ scheme) }}
from received
group by municipality_code, year, group_{{ scheme }}
{%- endfor %}
{%- for name, decision in [("applications_granted", "granted"), ("applications_rejected", "rejected")] %}
union all
select {{ measure(name, "count(*)") }}
from decided
where decision = '{{ decision }}'
group by municipality_code, year
{%- for scheme in schemes %}
union all
select {{ measure(name, "count(*)", breakdown="target_group_" ~ scheme, code="group_" ~ scheme) }}
from decided
where decision = '{{ decision }}'
group by municipality_code, year, group_{{ scheme }}
{%- endfor %}
{%- endfor %}
union all
select {{ measure("applications_rejected", "count(*)", breakdown="rejection_reason", code="rejection_reason") }}
from decided
where decision = 'rejected'
group by municipality_code, year, rejection_reason
union all
select {{ measure("applications_decided", "count(*)") }}
from decided
group by municipality_code, year
{%- for scheme in schemes %}
union all
select {{ measure("applications_decided", "count(*)", breakdown="target_group_" ~ scheme, code="group_" ~ scheme) }}
from decided
group by municipality_code, year, group_{{ scheme }}
{%- endfor %}
union all
select {{ measure("applications_decided_in_days", "count(days)") }}
from decided
group by municipality_code, year
union all
select {{ measure("decision_days", "coalesce(sum(days), 0)") }}
from decided
group by municipality_code, year
{%- for name in ["new_on_waiting_list", "on_waiting_list"] %}
union all
select {{ measure(name, "count(*)") }}
from listed
where measure_id = '{{ name }}'
group by municipality_code, year
{%- for scheme in schemes %}
union all
select {{ measure(name, "count(*)", breakdown="target_group_" ~ scheme, code="group_" ~ scheme) }}
from listed
where measure_id = '{{ name }}'
group by municipality_code, year, group_{{ scheme }}
{%- endfor %}
{%- endfor %}
union all
select {{ measure("waited_days", "sum(listed_days)") }}
from listed
where measure_id = 'on_waiting_list'
group by municipality_code, year
union all
select {{ measure("on_waiting_list_over_one_year", "count(*) filter (where is_over_one_year)") }}
from listed
where measure_id = 'on_waiting_list'
group by municipality_code, year
union all
select {{ measure("assigned_from_waiting_list", "count(distinct household_key) filter (where is_assigned)") }}
from left_list
group by municipality_code, year
union all
select {{ measure("withdrawn_from_waiting_list", "count(distinct household_key) filter (where not is_assigned)") }}
from left_list
group by municipality_code, year
union all
select {{ measure("waiting_with_vacant_told", "count(*)") }}
from waiting_fits
group by municipality_code, year
union all
select {{ measure("waiting_without_fitting_dwelling", "count(*) filter (where not has_fitting_vacant)") }}
from waiting_fits
group by municipality_code, year
union all
select {{ measure("waiting_without_fitting_dwelling", "count(*)", breakdown="fit_obstacle", code="binding_need") }}
from waiting_fits
where not has_fitting_vacant
group by municipality_code, year, binding_need
