-- C175: reconciliation for reports (avstemming): municipalities and the country, a row for each pair of numbers and year, the causes side
-- by side. The country is the sum of the municipalities that tell both sides. Municipalities are ranked by how far the two numbers are
-- apart, by share and by count, the farthest first.
{%- set pair_columns = [
    "year", "reference_date", "pair_id", "pair_label_nb", "sort_order", "line_id", "line_label_nb", "line_sort_order", "left_label_nb",
    "right_label_nb"
] %}
with

reconciliation as (
    select * from {{ ref("fct_reconciliation") }}
),

causes as (
    select
        municipality_code,
        year,
        pair_id,
        line_id,
        {%- for cause in reconciliation_causes() %}
        sum(amount) filter (where cause_id = '{{ cause }}') as {{ cause }}_count,
        {%- endfor %}
        sum(member_count) filter (where cause_id = 'matched') // 2 as matched_count
    from {{ ref("fct_reconciliation_cause") }}
    group by municipality_code, year, pair_id, line_id
),

area as (
    select * from {{ ref("dim_area") }}
    where area_level = 'country'
),

by_municipality as (
    select
        reconciliation.*,
        {%- for cause in reconciliation_causes() %}
        causes.{{ cause }}_count,
        {%- endfor %}
        causes.matched_count
    from reconciliation
    left join causes
        on
            reconciliation.municipality_code = causes.municipality_code
            and reconciliation.year = causes.year
            and reconciliation.pair_id = causes.pair_id
            and reconciliation.line_id = causes.line_id
),

-- Like with like: both sums are of the same municipalities.
by_country as (
    select
        {%- for column in pair_columns %}
        {{ column }},
        {%- endfor %}
        count(*) as municipality_total_count,
        count(*) filter (where is_told) as municipality_count,
        sum(left_count) filter (where is_told) as left_count,
        sum(right_count) filter (where is_told) as right_count,
        {%- for cause in reconciliation_causes() %}
        sum({{ cause }}_count) as {{ cause }}_count,
        {%- endfor %}
        sum(matched_count) as matched_count
    from by_municipality
    group by {{ pair_columns | join(", ") }}
),

ranked as (
    select
        municipality_code,
        year,
        pair_id,
        line_id,
        rank() over (
            partition by year, pair_id, line_id order by abs(coalesce(difference_share, 0)) desc, abs(difference) desc
        ) as deviation_rank,
        rank() over (partition by year, pair_id, line_id order by abs(difference) desc) as absolute_deviation_rank
    from by_municipality
    where is_told
),

both_levels as (
    select
        'municipality' as area_level,
        by_municipality.municipality_code as area_code,
        by_municipality.municipality_name as area_name,
        {%- for column in pair_columns %}
        by_municipality.{{ column }},
        {%- endfor %}
        by_municipality.left_count,
        by_municipality.right_count,
        by_municipality.is_told,
        by_municipality.missing_reason,
        by_municipality.missing_reason_label_nb,
        ranked.deviation_rank,
        ranked.absolute_deviation_rank,
        1 as municipality_total_count,
        case when by_municipality.is_told then 1 else 0 end as municipality_count,
        {%- for cause in reconciliation_causes() %}
        by_municipality.{{ cause }}_count,
        {%- endfor %}
        by_municipality.matched_count
    from by_municipality
    left join ranked
        on
            by_municipality.municipality_code = ranked.municipality_code
            and by_municipality.year = ranked.year
            and by_municipality.pair_id = ranked.pair_id
            and by_municipality.line_id = ranked.line_id
    union all
    select
        'country' as area_level,
        area.area_code,
        area.area_name,
        {%- for column in pair_columns %}
        by_country.{{ column }},
        {%- endfor %}
        by_country.left_count,
        by_country.right_count,
        by_country.municipality_count > 0 as is_told,
        case when by_country.municipality_count = 0 then 'no_municipality' end as missing_reason,
        {{ label_nb("reconciliation_missing", "case when by_country.municipality_count = 0 then 'no_municipality' end") }}
            as missing_reason_label_nb,
        null as deviation_rank,
        null as absolute_deviation_rank,
        by_country.municipality_total_count,
        by_country.municipality_count,
        {%- for cause in reconciliation_causes() %}
        by_country.{{ cause }}_count,
        {%- endfor %}
        by_country.matched_count
    from by_country
    cross join area
)

select
    area_level,
    area_code,
    area_name,
    year,
    reference_date,
    pair_id,
    pair_label_nb,
    sort_order,
    line_id,
    line_label_nb,
    line_sort_order,
    left_label_nb,
    cast(left_count as bigint) as left_count,
    right_label_nb,
    cast(right_count as bigint) as right_count,
    cast(left_count - right_count as bigint) as difference,
    cast((left_count - right_count) / nullif(greatest(left_count, right_count), 0) as decimal(9, 4)) as difference_share,
    cast(deviation_rank as integer) as deviation_rank,
    cast(absolute_deviation_rank as integer) as absolute_deviation_rank,
    cast(municipality_count as integer) as municipality_count,
    cast(municipality_total_count as integer) as municipality_total_count,
    is_told,
    missing_reason,
    missing_reason_label_nb,
    {%- for cause in reconciliation_causes() %}
    cast({{ cause }}_count as bigint) as {{ cause }}_count,
    {%- endfor %}
    cast(matched_count as bigint) as matched_count
from both_levels
