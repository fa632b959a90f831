-- C161, C162: the rows behind each line of form 13: dwellings, tenancies, households, applications and stays that it counts, by their
-- keys, and those that stand in the same register and year and are left out of the line for the whole, each with the reason. A line is
-- the number of its counted members; a test says so.
{%- set form_schemes = ["form_2009", "form_2020", "r0_2019"] %}
{#- For each kind of member: its relation and key, then by measure who counts, why, and the columns it is divided by; `%s` is the scheme. #}
{%- set counted = [
    ("dwelling", "dwelling", "dwelling_key", {
        "disposed_dwellings": ("true", "'in_stock'", {"tenure_form": "tenure_form", "tenure_kind": "tenure_kind"}),
        "accessible_dwellings": ("is_wheelchair_accessible", "'accessible'", {}),
        "let_dwellings": ("is_let", "'let'", {}),
        "vacant_dwellings": ("not is_let", "'vacant'", {}),
    }),
    ("move_in", "tenancy", "tenancy_key", {
        "newly_moved_in": ("true", "'moved_in'", {"group": "primary_group_%s_at_start", "rule": "rule_%s_at_start"}),
    }),
    ("household", "household", "household_key", {
        "households": ("true", "'lives_there'", {
            "group": "primary_group_%s", "rule": "rule_%s", "schemes": group_schemes(), "dwelling_category": "category", "legal_basis": "legal_basis"
        }),
        "households_with_care_service": ("has_care_service", "'has_service'", {}),
        "households_without_decision": ("not has_decision", "'no_decision'", {}),
    }),
    ("several", "household", "household_key", {"households_several_groups": ("true", "'several_groups'", {})}),
    ("rejected", "application", "application_key", {"applications_rejected": ("true", "'rejected'", {})}),
    ("new_on_list", "application", "application_key", {
        "new_on_waiting_list": ("true", "'listed'", {"group": "group_%s", "rule": "'group_on_application'"}),
    }),
    ("on_list", "application", "application_key", {"on_waiting_list": ("true", "'listed'", {})}),
    ("there", "stay", "stay_key", {
        "temporary_households": ("true", "'stays'", {}),
        "temporary_households_up_to_three_months": ("not is_over_three_months", "'up_to_three_months'", {}),
        "temporary_households_over_three_months": ("is_over_three_months", "'over_three_months'", {}),
        "temporary_households_with_children": ("has_children", "'with_children'", {}),
        "temporary_households_with_children_up_to_three_months": (
            "has_children and not is_over_three_months", "'up_to_three_months'", {}
        ),
        "temporary_households_young": ("is_young", "'young'", {}),
        "temporary_households_young_over_three_months": ("is_young and is_over_three_months", "'over_three_months'", {}),
    }),
] %}
with

form_line as (
    select * from {{ ref("fct_form_line") }}
    where line_count is not null
),

dwelling as (
    select * from {{ ref("int_indicators__dwelling_year") }}
),

tenancy as (
    select * from {{ ref("fct_tenancy") }}
),

household as (
    select
        household_year.*,
        coalesce(tenancy.legal_basis, 'not_told') as legal_basis,
        tenancy.has_decision
    from {{ ref("fct_household_year") }} as household_year
    inner join tenancy on household_year.tenancy_key = tenancy.tenancy_key
),

move_in as (
    select
        *,
        {{ year_of("start_date") }} as year
    from tenancy
    where is_counted and kind_of_start = 'new'
),

application as (
    select * from {{ ref("fct_application") }}
),

rejected as (
    select
        *,
        {{ year_of("decided_date") }} as year
    from application
    where decision = 'rejected'
),

listed as (
    select * from {{ ref("int_indicators__list_year") }}
),

new_on_list as (
    select * from listed
    where measure_id = 'new_on_waiting_list' and is_counted
),

on_list as (
    select * from listed
    where measure_id = 'on_waiting_list' and is_counted
),

stay_on_day as (
    select * from {{ ref("int_temporary__stay_year") }}
),

stay as (
    select * from {{ ref("int_temporary__stay") }}
),

there as (
    select * from stay_on_day
    where is_counted
),

version as (
    select * from {{ ref("int_dwellings__version") }}
),

household_group as (
    select
        household.municipality_code,
        household.year,
        household.household_key,
        bridge.scheme,
        bridge.group_code,
        bridge.group_rank,
        bridge.rule
    from household
    inner join {{ ref("bridge_household_target_group") }} as bridge
        on
            household.household_key = bridge.household_key
            and {{ on_day("household.reference_date", "bridge.valid_from", "bridge.valid_to") }}
),

several as (
    select * from household_group
    where scheme = 'r0_2019' and group_rank = 2
),

counted as (
    {%- for relation, kind, key, measures in counted %}
    {%- for measure, (condition, reason, columns) in measures.items() %}
    select
        municipality_code,
        year,
        '{{ measure }}' as measure_id,
        'none' as breakdown,
        'all' as breakdown_code,
        '{{ kind }}' as member_kind,
        {{ key }} as member_key,
        {{ reason }} as reason_code
    from {{ relation }}
    where {{ condition }}
    union all
    {%- for breakdown, column in columns.items() if breakdown not in ["group", "rule", "schemes"] %}
    select
        municipality_code,
        year,
        '{{ measure }}' as measure_id,
        '{{ breakdown }}' as breakdown,
        {{ column }} as breakdown_code,
        '{{ kind }}' as member_kind,
        {{ key }} as member_key,
        {{ reason }} as reason_code
    from {{ relation }}
    where {{ condition }}
    union all
    {%- endfor %}
    {%- if "group" in columns %}
    {%- for scheme in columns.get("schemes", form_schemes) %}
    select
        municipality_code,
        year,
        '{{ measure }}' as measure_id,
        'target_group_{{ scheme }}' as breakdown,
        {{ columns["group"] | replace("%s", scheme) }} as breakdown_code,
        '{{ kind }}' as member_kind,
        {{ key }} as member_key,
        {{ columns["rule"] | replace("%s", scheme) }} as reason_code
    from {{ relation }}
    where {{ condition }}
    union all
    {%- endfor %}
    {%- endif %}
    {%- endfor %}
    {%- endfor %}
    select
        municipality_code,
        year,
        'households_any_group' as measure_id,
        'target_group_' || scheme as breakdown,
        group_code as breakdown_code,
        'household' as member_kind,
        household_key as member_key,
        rule as reason_code
    from household_group
),

-- What contracts at the same time make of a flat are places, each a dwelling with the flat's key beside its own.
flat as (
    select * from version
    where is_in_stock
),

-- C162: what stands in the register and is not counted, in the form of the year that it belongs to. A place that is gone from a flat which
-- is still in stock was not disposed of: fewer contracts run there at the same time.
dwelling_left_out as (
    select
        form_line.municipality_code,
        form_line.year,
        'disposed_dwellings' as measure_id,
        'dwelling' as member_kind,
        version.dwelling_key as member_key,
        case
            when bool_or(flat.dwelling_key is not null) then 'fewer_places'
            when bool_or({{ on_day("form_line.reference_date", "version.valid_from", "version.valid_to") }}) then 'taken_out'
            else 'disposed'
        end as reason_code
    from form_line
    inner join version
        on
            form_line.municipality_code = version.municipality_code
            and form_line.reference_date >= version.valid_from
            and {{ open_end("version.valid_to") }} > make_date(form_line.year, 1, 1)
    left join flat
        on
            version.registered_dwelling_key = flat.dwelling_key
            and {{ on_day("form_line.reference_date", "flat.valid_from", "flat.valid_to") }}
    where form_line.line_id = '2'
    group by form_line.municipality_code, form_line.year, version.dwelling_key
    having not bool_or(version.is_in_stock and {{ on_day("form_line.reference_date", "version.valid_from", "version.valid_to") }})
),

move_in_left_out as (
    select
        municipality_code,
        {{ year_of("coalesce(start_date, delivered_start_date)") }} as year,
        'newly_moved_in' as measure_id,
        'tenancy' as member_kind,
        tenancy_key as member_key,
        case
            when not is_counted and treatment_rule_id = 'T001' then 'registered_twice'
            when not is_counted and treatment_rule_id = 'T010' then 'unknown_dwelling'
            when not is_counted then 'overlap_or_no_days'
            else kind_of_start
        end as reason_code
    from tenancy
    where not is_counted or kind_of_start <> 'new'
),

-- Of several tenancies a household has one that it is counted in; another registration of the same is not counted either.
household_left_out as (
    select
        form_line.municipality_code,
        form_line.year,
        'households' as measure_id,
        'tenancy' as member_kind,
        tenancy.tenancy_key as member_key,
        case
            when tenancy.is_counted then 'another_tenancy'
            when tenancy.treatment_rule_id = 'T001' then 'registered_twice'
            when tenancy.treatment_rule_id = 'T010' then 'unknown_dwelling'
            else 'overlap_or_no_days'
        end as reason_code
    from form_line
    inner join tenancy
        on
            form_line.municipality_code = tenancy.municipality_code
            and {{ on_day(
                "form_line.reference_date",
                "coalesce(tenancy.start_date, tenancy.delivered_start_date)",
                "case when tenancy.is_counted then tenancy.end_date else tenancy.delivered_end_date end"
            ) }}
    left join household on tenancy.tenancy_key = household.tenancy_key and form_line.year = household.year
    where form_line.line_id = 'U1' and household.tenancy_key is null
),

application_left_out as (
    select
        municipality_code,
        year,
        measure_id,
        'application' as member_kind,
        application_key as member_key,
        'another_application' as reason_code
    from listed
    where not is_counted
    union all
    select
        municipality_code,
        {{ year_of("decided_date") }} as year,
        'new_on_waiting_list' as measure_id,
        'application' as member_kind,
        application_key as member_key,
        case when decision = 'rejected' then 'rejected' else 'assigned_at_once' end as reason_code
    from application
    where decision is not null and listed_date is null
    union all
    select
        municipality_code,
        {{ year_of("left_list_date") }} as year,
        'on_waiting_list' as measure_id,
        'application' as member_kind,
        application_key as member_key,
        case when assigned_date = left_list_date then 'assigned' else 'off_the_list' end as reason_code
    from application
    where left_list_date is not null
),

-- Stays of the day beside the one that counts, and those that ended in the year.
stay_left_out as (
    select
        municipality_code,
        year,
        'temporary_households' as measure_id,
        'stay' as member_kind,
        stay_key as member_key,
        'another_stay' as reason_code
    from stay_on_day
    where not is_counted
    union all
    select
        municipality_code,
        {{ year_of("end_date") }} as year,
        'temporary_households' as measure_id,
        'stay' as member_kind,
        stay_key as member_key,
        'stay_ended' as reason_code
    from stay
    where end_date > start_date
),

left_out as (
    select * from dwelling_left_out
    union all
    select * from move_in_left_out
    union all
    select * from household_left_out
    union all
    select * from application_left_out
    union all
    select * from stay_left_out
),

member as (
    select
        *,
        true as is_counted
    from counted
    union all
    select
        municipality_code,
        year,
        measure_id,
        'none' as breakdown,
        'all' as breakdown_code,
        member_kind,
        member_key,
        reason_code,
        false as is_counted
    from left_out
)

select
    form_line.municipality_code,
    form_line.year,
    form_line.line_id,
    member.member_kind,
    member.member_key,
    member.is_counted,
    member.reason_code,
    {{ label_nb("form_reason", "member.reason_code") }} as reason_label_nb
from form_line
inner join member
    on
        form_line.municipality_code = member.municipality_code
        and form_line.year = member.year
        and form_line.measure_id = member.measure_id
        and form_line.breakdown = member.breakdown
        and form_line.breakdown_code = member.breakdown_code
