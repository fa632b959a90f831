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
