{#
  Generic data tests. Each returns rows (rule, failing_rows) and never a value of the data, so that the compiled test can be run again
  to say which rule broke and how often without showing a person. dbt counts the sum of failing_rows (fail_calc in dbt_project.yml).
#}

{% test unique_grain(model, columns) %}
    select
        'grain {{ columns | join(", ") }}' as rule,
        count(*) as failing_rows
    from (
        select {{ columns | join(", ") }}
        from {{ model }}
        group by {{ columns | join(", ") }}
        having count(*) > 1
        {% for column in columns -%}
            or max(case when {{ column }} is null then 1 else 0 end) = 1
        {% endfor %}
    ) as broken
    having count(*) > 0
{% endtest %}


{# rules: {name: SQL condition}. A condition that is NULL holds: say `is not null` where a value must be there. #}
{% test expression_holds(model, rules, where="true") %}
    {% for name, condition in rules.items() %}
    select
        '{{ name }}' as rule,
        count(*) as failing_rows
    from {{ model }}
    where ({{ where }}) and not ({{ condition }})
    having count(*) > 0
    {{ "union all" if not loop.last }}
    {% endfor %}
{% endtest %}


{% test not_negative(model, columns) %}
    {% for column in columns %}
    select
        '{{ column }} >= 0' as rule,
        count(*) as failing_rows
    from {{ model }}
    where {{ column }} < 0
    having count(*) > 0
    {{ "union all" if not loop.last }}
    {% endfor %}
{% endtest %}


{% test required(model, columns) %}
    {% for column in columns %}
    select
        '{{ column }} is not null' as rule,
        count(*) as failing_rows
    from {{ model }}
    where {{ column }} is null
    having count(*) > 0
    {{ "union all" if not loop.last }}
    {% endfor %}
{% endtest %}


{# values: {column: [allowed values]}. NULL passes. #}
{% test codes(model, values) %}
    {% for column, allowed in values.items() %}
    select
        '{{ column }} in the code list' as rule,
        count(*) as failing_rows
    from {{ model }}
    where cast({{ column }} as varchar) not in ({% for value in allowed %}'{{ value }}'{{ ", " if not loop.last }}{% endfor %})
    having count(*) > 0
    {{ "union all" if not loop.last }}
    {% endfor %}
{% endtest %}


{% test accepted_range(model, column_name, min_value=none, max_value=none) %}
    select
        '{{ column_name }} between {{ min_value }} and {{ max_value }}' as rule,
        count(*) as failing_rows
    from {{ model }}
    where
        false
        {%- if min_value is not none %} or {{ column_name }} < {{ min_value }}{% endif %}
        {%- if max_value is not none %} or {{ column_name }} > {{ max_value }}{% endif %}
    having count(*) > 0
{% endtest %}


{# Half-open intervals of a key: none is empty or turned, no two share a day. #}
{% test interval_no_overlap(model, key, from_column, to_column) %}
    select
        'intervals of {{ key | join(", ") }} do not overlap' as rule,
        count(*) as failing_rows
    from (
        select
            {{ from_column }} as from_date,
            {{ open_end(to_column) }} as to_date,
            lead({{ from_column }}) over (partition by {{ key | join(", ") }} order by {{ from_column }}) as next_from
        from {{ model }}
    ) as intervals
    where next_from < to_date or to_date <= from_date
    having count(*) > 0
{% endtest %}


{# Each interval of a key starts on the day the one before ends. #}
{% test interval_no_gap(model, key, from_column, to_column) %}
    select
        'intervals of {{ key | join(", ") }} have no gap' as rule,
        count(*) as failing_rows
    from (
        select
            {{ open_end(to_column) }} as to_date,
            lead({{ from_column }}) over (partition by {{ key | join(", ") }} order by {{ from_column }}) as next_from
        from {{ model }}
    ) as intervals
    where next_from > to_date
    having count(*) > 0
{% endtest %}


{# At most one row of each key has is_current (exactly one where `at_least` is 1). #}
{% test one_current_row(model, key, at_least=0) %}
    select
        'one current row of {{ key | join(", ") }}' as rule,
        count(*) as failing_rows
    from (
        select {{ key | join(", ") }}
        from {{ model }}
        group by {{ key | join(", ") }}
        having count(*) filter (where is_current) not between {{ at_least }} and 1
    ) as broken
    having count(*) > 0
{% endtest %}


{# references: [{column, to, field, where?}]. Every value that is not NULL stands in the other relation; `where` limits this side. #}
{% test relationships_where(model, references) %}
    {% for reference in references %}
    select
        '{{ reference.column }} refers to {{ reference.field }}' as rule,
        count(*) as failing_rows
    from {{ model }} as child
    where
        child.{{ reference.column }} is not null
        and ({{ reference.where | default("true") }})
        and not exists (
            select 1 from {{ ref(reference.to) }} as parent where parent.{{ reference.field }} = child.{{ reference.column }}
        )
    having count(*) > 0
    {{ "union all" if not loop.last }}
    {% endfor %}
{% endtest %}


{# For every key, the sum of `column` over rows `parts` equals the value of the row `total`. #}
{% test sums_to(model, key, column, parts, total) %}
    select
        'sum of {{ column }} over the parts' as rule,
        count(*) as failing_rows
    from (
        select {{ key | join(", ") }}
        from {{ model }}
        group by {{ key | join(", ") }}
        having sum({{ column }}) filter (where {{ total }}) is distinct from sum({{ column }}) filter (where {{ parts }})
    ) as broken
    having count(*) > 0
{% endtest %}


{# The weights of a key make a whole. #}
{% test weights_sum_to_one(model, key, column) %}
    select
        '{{ column }} of {{ key | join(", ") }} make 1' as rule,
        count(*) as failing_rows
    from (
        select {{ key | join(", ") }}
        from {{ model }}
        group by {{ key | join(", ") }}
        having sum({{ column }}) <> 1 or min({{ column }}) <= 0
    ) as broken
    having count(*) > 0
{% endtest %}


{# The one owner of a control of form 13, for the forms of one origin: what cannot be checked is not broken. #}
{% test form_control_is_met(model, control_id, origin) %}
    select
        '{{ control_id }} {{ origin }}' as rule,
        count(*) as failing_rows
    from {{ model }}
    where control_id = '{{ control_id }}' and origin = '{{ origin }}' and not is_met
    having count(*) > 0
{% endtest %}
