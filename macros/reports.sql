{# Reports on indicators for BI tools: which figures stand on them. What the figures are stands in seeds/indicators/indicator.csv. #}

{# A report tells the undivided figures, and those of the indicators that are never told undivided. #}
{% macro is_told_in_reports(indicator, figure) -%}
    ({{ figure }}.breakdown = 'none' or {{ indicator }}.never_without_breakdown is not null)
{%- endmacro %}

{#
  The figures of rpt_indicator_wide: name of the column, indicator, breakdown, code and type. A figure that reports shall have as a column is
  written here, and its description with the model.
#}
{% macro wide_figures() -%}
    {{ return([
        ("disposed_dwellings", "disposed_dwellings", "none", "all", "bigint"),
        ("owned_dwellings", "disposed_dwellings", "tenure_form", "owned", "bigint"),
        ("rented_in_dwellings", "disposed_dwellings", "tenure_form", "rented_in", "bigint"),
        ("right_of_disposal_dwellings", "disposed_dwellings", "tenure_form", "right_of_disposal", "bigint"),
        ("disposed_dwellings_per_1000", "disposed_dwellings_per_1000", "none", "all", "decimal(18, 6)"),
        ("share_owned", "share_owned", "none", "all", "decimal(18, 6)"),
        ("accessible_dwellings", "accessible_dwellings", "none", "all", "bigint"),
        ("share_accessible", "share_accessible", "none", "all", "decimal(18, 6)"),
        ("care_dwellings", "care_dwellings", "none", "all", "bigint"),
        ("share_staffed", "share_staffed", "none", "all", "decimal(18, 6)"),
        ("let_dwellings", "let_dwellings", "none", "all", "bigint"),
        ("vacant_dwellings", "vacant_dwellings", "none", "all", "bigint"),
        ("vacancy_rate", "vacancy_rate", "none", "all", "decimal(18, 6)"),
        ("available_vacant_dwellings", "available_vacant_dwellings", "none", "all", "bigint"),
        ("vacant_days_per_dwelling", "vacant_days_per_dwelling", "none", "all", "decimal(18, 6)"),
        ("rent_lost_nok", "rent_lost_nok", "none", "all", "decimal(18, 6)"),
        ("mean_monthly_rent_nok", "mean_monthly_rent_nok", "none", "all", "decimal(18, 6)"),
        ("acquired_dwellings", "acquired_dwellings", "none", "all", "bigint"),
        ("disposed_of_dwellings", "disposed_of_dwellings", "none", "all", "bigint"),
        ("net_change_dwellings", "net_change_dwellings", "none", "all", "bigint"),
        ("households", "households", "none", "all", "bigint"),
        ("persons", "persons", "none", "all", "bigint"),
        ("children", "children", "none", "all", "bigint"),
        ("mean_household_size", "mean_household_size", "none", "all", "decimal(18, 6)"),
        ("share_with_children", "share_with_children", "none", "all", "decimal(18, 6)"),
        ("share_of_one_person", "share_of_one_person", "none", "all", "decimal(18, 6)"),
        ("share_under_30", "share_under_30", "none", "all", "decimal(18, 6)"),
        ("share_67_or_older", "share_67_or_older", "none", "all", "decimal(18, 6)"),
        ("share_refugee_households", "share_refugee_households", "none", "all", "decimal(18, 6)"),
        ("share_with_care_services", "share_with_care_services", "none", "all", "decimal(18, 6)"),
        ("share_fixed_term", "share_fixed_term", "none", "all", "decimal(18, 6)"),
        ("share_in_too_small", "share_in_too_small", "none", "all", "decimal(18, 6)"),
        ("newly_moved_in", "newly_moved_in", "none", "all", "bigint"),
        ("households_moved_out", "households_moved_out", "none", "all", "bigint"),
        ("households_evicted", "households_evicted", "none", "all", "bigint"),
        ("throughput_permanent", "throughput", "need_horizon", "permanent", "decimal(18, 6)"),
        ("throughput_temporary", "throughput", "need_horizon", "temporary", "decimal(18, 6)"),
        ("mean_stay_years_permanent", "mean_stay_years", "need_horizon", "permanent", "decimal(18, 6)"),
        ("mean_stay_years_temporary", "mean_stay_years", "need_horizon", "temporary", "decimal(18, 6)"),
        ("applications_received", "applications_received", "none", "all", "bigint"),
        ("share_applications_granted", "share_applications_granted", "none", "all", "decimal(18, 6)"),
        ("new_on_waiting_list", "new_on_waiting_list", "none", "all", "bigint"),
        ("on_waiting_list", "on_waiting_list", "none", "all", "bigint"),
        ("waiting_per_100_dwellings", "waiting_per_100_dwellings", "none", "all", "decimal(18, 6)"),
        ("waiting_time_median_days", "waiting_time_median_days", "none", "all", "decimal(18, 6)"),
        ("social_assistance_without_dwelling", "social_assistance_without_dwelling", "none", "all", "bigint"),
        ("temporary_households", "temporary_households", "none", "all", "bigint"),
        ("start_loans", "start_loans", "none", "all", "bigint"),
        ("housing_allowance_households", "housing_allowance_households", "none", "all", "bigint"),
        ("share_unclassified", "share_unclassified", "none", "all", "decimal(18, 6)"),
    ]) }}
{%- endmacro %}

{# The causes that are columns of rpt_reconciliation, in their order; matched is no cause of a difference. Every cause of the seed stands here. #}
{% macro reconciliation_causes() -%}
    {{ return([
        "vacant_dwelling", "several_dwellings", "several_households", "several_persons", "person_in_several_households", "members_not_told",
        "date_of_count", "unmatched_identity", "household_without_decision", "care_dwelling_definition", "persons_without_services",
        "decision_not_in_iplos", "other_office", "no_known_dwelling", "counted_twice", "sent_so", "border_change", "known_disagreement",
        "unexplained",
    ]) }}
{%- endmacro %}
