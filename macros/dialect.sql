{# What differs between SQL engines, one macro for each thing. Models call these and stay portable. #}

{# The variables as dates. #}
{% macro as_of_date() -%} cast('{{ var("as_of_date") }}' as date) {%- endmacro %}

{% macro known_at_date() -%} cast('{{ var("known_at_date") }}' as date) {%- endmacro %}

{# The last day there is: stands for an open end in comparisons, never in output. #}
{% macro end_of_time() -%} date '9999-12-31' {%- endmacro %}

{# Open end as a comparable date. #}
{% macro open_end(date_column) -%} coalesce({{ date_column }}, date '9999-12-31') {%- endmacro %}

{#
  "On day D" of a half-open interval: start <= D and (end is empty or end > D). Said with comparisons only: an `or` in the condition of a
  left join makes DuckDB compare every row with every other.
#}
{% macro on_day(day, start_column, end_column) -%}
    ({{ start_column }} <= {{ day }} and {{ open_end(end_column) }} > {{ day }})
{%- endmacro %}

{% macro add_days(date_column, n) -%} cast({{ date_column }} + to_days(cast({{ n }} as integer)) as date) {%- endmacro %}

{% macro add_months(date_column, n) -%} cast({{ date_column }} + to_months(cast({{ n }} as integer)) as date) {%- endmacro %}

{# 29 February plus years is 28 February where the year has no 29th. #}
{% macro add_years(date_column, n) -%} cast({{ date_column }} + to_years(cast({{ n }} as integer)) as date) {%- endmacro %}

{% macro year_of(date_column) -%} cast(extract(year from {{ date_column }}) as integer) {%- endmacro %}

{% macro month_of(date_column) -%} cast(extract(month from {{ date_column }}) as integer) {%- endmacro %}

{% macro first_of_month(date_column) -%} cast(date_trunc('month', {{ date_column }}) as date) {%- endmacro %}

{% macro last_of_year(year_column) -%} make_date(cast({{ year_column }} as bigint), 12, 31) {%- endmacro %}

{% macro new_year(year_column) -%} make_date(cast({{ year_column }} as bigint), 1, 1) {%- endmacro %}

{# Days from the first date to the second (first day included, second not). #}
{% macro days_between(from_date, to_date) -%} cast(date_diff('day', {{ from_date }}, {{ to_date }}) as integer) {%- endmacro %}

{# The same, empty where the second date lies before the first. #}
{% macro days_from(from_date, to_date) -%}
    case when {{ to_date }} >= {{ from_date }} then {{ days_between(from_date, to_date) }} end
{%- endmacro %}

{# Whole months from the first date to the second. #}
{% macro months_between(from_date, to_date) -%} cast(date_sub('month', {{ from_date }}, {{ to_date }}) as integer) {%- endmacro %}

{# A lateral table of integers from..to, both inclusive; empty where to < from. Use as `cross join {{ int_series(a, b, 'n') }}`. #}
{% macro int_series(from_value, to_value, name) -%}
    unnest(generate_series(cast({{ from_value }} as bigint), cast({{ to_value }} as bigint))) as series_{{ name }} ({{ name }})
{%- endmacro %}

{# Months since year 0 as an integer, and back to the first day of the month: months are joined and counted as integers. #}
{% macro month_number(date_column) -%}
    cast(extract(year from {{ date_column }}) * 12 + extract(month from {{ date_column }}) - 1 as bigint)
{%- endmacro %}

{% macro month_start(month_number) -%} make_date({{ month_number }} // 12, {{ month_number }} % 12 + 1, 1) {%- endmacro %}

{# The two parts of an id like X#2: what stands before the # and a number at the end, and the number; NULL for other ids. #}
{% macro before_place_number(id) -%} nullif(regexp_extract({{ id }}, '^(.+)#[0-9]{1,6}$', 1), '') {%- endmacro %}

{% macro place_number_in(id) -%} cast(nullif(regexp_extract({{ id }}, '#([0-9]{1,6})$', 1), '') as integer) {%- endmacro %}

{# The type of a key, and 32 hexadecimal digits as one. It sorts as its digits do. #}
{% macro key_type() -%} uuid {%- endmacro %}

{% macro as_key(hexadecimal_digits) -%} cast({{ hexadecimal_digits }} as {{ key_type() }}) {%- endmacro %}

{# Every place where a regular expression matches, replaced. #}
{% macro replace_all(text, pattern, by) -%} regexp_replace({{ text }}, '{{ pattern }}', '{{ by }}', 'g') {%- endmacro %}

{#
  The value beside a key in a small list, NULL where the key is not there: the list is read once, as a map. A subquery that looks each row's
  key up costs DuckDB a join for each column, three to four times as much.
#}
{% macro value_beside(key, list_key, list_value, list_relation, list_condition) -%}
    (select map(list({{ list_key }}), list({{ list_value }})) from {{ list_relation }} where {{ list_condition }})[{{ key }}]
{%- endmacro %}

{# The whole text follows the pattern. #}
{% macro follows_pattern(text, pattern) -%} regexp_full_match({{ text }}, {{ pattern }}) {%- endmacro %}

{# What a pattern that fits the whole text makes of it: \1 is its first group. #}
{% macro rewritten(text, pattern, by) -%} regexp_replace({{ text }}, '^' || {{ pattern }} || '$', {{ by }}) {%- endmacro %}

{# How many keys a JSON object has. #}
{% macro json_key_count(text) -%} len(json_keys({{ text }})) {%- endmacro %}

{# The keys of a JSON object, a row for each. #}
{% macro json_keys_unnested(text) -%} unnest(json_keys({{ text }})) {%- endmacro %}

{# The text under a key of a JSON object; NULL where there is none. #}
{% macro json_text(text, key) -%} json_extract_string({{ text }}, '$."' || {{ key }} || '"') {%- endmacro %}

{# Ten to the power of minus n, exact. #}
{% macro ten_to_minus(n) -%} cast(power(10, -{{ n }}) as decimal(18, 9)) {%- endmacro %}

{# A text holds every text of a list. #}
{% macro holds_all(text, texts) -%} len(list_filter({{ texts }}, lambda part: contains({{ text }}, part))) = len({{ texts }}) {%- endmacro %}

{# How many entries a list has. #}
{% macro list_length(entries) -%} len({{ entries }}) {%- endmacro %}

{# A number as Norwegians write it: a hard space between thousands, a comma before decimals. #}
{% macro number_nb(amount, decimals=0) -%}
    translate(format('{:,.{{ decimals }}f}', cast({{ amount }} as double)), ',.', chr(160) || ',')
{%- endmacro %}

{# A date as Norwegians write it: 31.12.2025. #}
{% macro date_nb(date_column) -%} strftime({{ date_column }}, '%d.%m.%Y') {%- endmacro %}
