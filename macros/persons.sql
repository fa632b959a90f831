{# Where persons stand in the deliveries: source, entity, the columns' first part, the row's own key, and whether a DUF number stands there. #}
{% macro person_rows() %}
    {{ return([
        ('municipal', 'tenancy', 'contract_holder', 'tenancy_id', false),
        ('municipal', 'household_member', 'person', "household_id || '/' || member_number", false),
        ('municipal', 'application', 'applicant', 'application_id', false),
        ('iplos', 'service', 'person', 'service_id', false),
        ('iplos', 'person', 'person', 'person_number', false),
        ('temporary_accommodation', 'stay', 'person', 'stay_id', true),
        ('refugee_register', 'refugee', 'person', 'register_number', true),
        ('kostra_11f', 'social_assistance', 'person', 'journal_number', true),
        ('kostra_11cf', 'qualification_programme', 'person', 'journal_number', false),
    ]) }}
{% endmacro %}

{# The registers that persons stand in: source, the word for it in column names, and what it is called. #}
{% macro person_registers() %}
    {{ return([
        ('municipal', 'lease_register', 'Leieregister'),
        ('iplos', 'care_register', 'Helse- og omsorgstjenester'),
        ('refugee_register', 'refugee_register', 'Flyktningregister'),
        ('temporary_accommodation', 'temporary_accommodation', 'Midlertidig botilbud'),
        ('kostra_11f', 'social_assistance', 'Sosialhjelp'),
        ('kostra_11cf', 'qualification_programme', 'Kvalifiseringsprogram'),
    ]) }}
{% endmacro %}

{# How many of several columns are true. #}
{% macro count_true(names, prefix) -%}
    {% for name in names %}
        {{- 'cast(' ~ prefix ~ name ~ ' as integer)' }}{{ ' + ' if not loop.last }}
    {%- endfor %}
{%- endmacro %}
