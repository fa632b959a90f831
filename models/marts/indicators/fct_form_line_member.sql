-- C161: the rows behind each line of form 13: dwellings, tenancies and households that it counts, by their keys. A line is the number of its
-- members; the tests say so.
{%- set schemes = ["form_2009", "form_2020", "r0_2019"] %}
{#- measure: (relation, kind of member, its key, who counts, breakdowns by column) #}
{%- set groups_now, groups_then = {}, {} %}
{%- for scheme in schemes %}
{%- do groups_now.update({"target_group_" ~ scheme: "primary_group_" ~ scheme}) %}
{%- do groups_then.update({"target_group_" ~ scheme: "primary_group_" ~ scheme ~ "_at_start"}) %}
{%- endfor %}
{%- set tenure = {"tenure_form": "tenure_form", "tenure_kind": "tenure_kind"} %}
{%- set counted = {
    "disposed_dwellings": ("dwelling", "dwelling", "dwelling_key", "true", tenure),
    "accessible_dwellings": ("dwelling", "dwelling", "dwelling_key", "is_wheelchair_accessible", {}),
    "let_dwellings": ("dwelling", "dwelling", "dwelling_key", "is_let", {}),
    "vacant_dwellings": ("dwelling", "dwelling", "dwelling_key", "not is_let", {}),
    "newly_moved_in": ("move_in", "tenancy", "tenancy_key", "true", groups_then),
    "households": ("household", "household", "household_key", "true", dict(groups_now, dwelling_category="category")),
    "households_with_care_service": ("household", "household", "household_key", "has_care_service", {}),
} %}
with

line as (
    select * from {{ ref("form_line") }}
),

told as (
    select
        municipality_code,
        year,
        line_id
    from {{ ref("fct_form_line") }}
    where line_count is not null
),

dwelling as (
    select * from {{ ref("int_indicators__dwelling_year") }}
),

move_in as (
    select
        *,
        {{ year_of("start_date") }} as year
    from {{ ref("fct_tenancy") }}
    where is_counted and kind_of_start = 'new'
),

household as (
    select * from {{ ref("fct_household_year") }}
),

member as (
    {%- for measure, (relation, kind, key, condition, breakdowns) in counted.items() %}
    {%- for breakdown, column in dict({"none": "'all'"}, **breakdowns).items() %}
    select
        municipality_code,
        year,
        '{{ measure }}' as measure_id,
        '{{ breakdown }}' as breakdown,
        {{ column }} as breakdown_code,
        '{{ kind }}' as member_kind,
        {{ key }} as member_key
    from {{ relation }}
    where {{ condition }}
    {{ "union all" if not loop.last }}
    {%- endfor %}
    {{ "union all" if not loop.last }}
    {%- endfor %}
)

select
    told.municipality_code,
    told.year,
    told.line_id,
    member.member_kind,
    member.member_key
from told
inner join line on told.line_id = line.line_id
inner join member
    on
        told.municipality_code = member.municipality_code
        and told.year = member.year
        and line.measure_id = member.measure_id
        and line.breakdown = member.breakdown
        and line.breakdown_code = member.breakdown_code
