-- C174: lines of form 13 as the municipality's own register gives them, beside what it sent and what was published of it. Main lines are
-- held against the form as sent; every line that something was published for is held against that, the final figure before the preliminary
-- one.
{%- set main_measures = ["disposed_dwellings", "let_dwellings", "vacant_dwellings", "newly_moved_in", "new_on_waiting_list"] %}
with

line as (
    select
        line_id,
        measure_id,
        breakdown,
        breakdown_code,
        first_year,
        last_year,
        breakdown = 'none' and list_contains({{ main_measures }}, measure_id) as is_main
    from {{ ref("form_line") }}
    where not is_extension
),

measures as (
    select * from {{ ref("int_indicators__measure") }}
),

sent as (
    select
        municipality_code,
        year,
        line_id,
        line_count,
        symbol
    from {{ ref("int_form__sent") }}
),

line_measure as (
    select
        line.line_id,
        line.is_main,
        measures.municipality_code,
        measures.year,
        measures.vintage,
        measures.amount,
        measures.status
    from line
    inner join measures
        on
            line.measure_id = measures.measure_id
            and line.breakdown = measures.breakdown
            and line.breakdown_code = measures.breakdown_code
            and measures.year between coalesce(line.first_year, measures.year) and coalesce(line.last_year, measures.year)
),

own as (
    select * from line_measure
    where vintage = 'own_register'
),

-- There is a form for each year that the register or a return tells of.
sent_main as (
    select sent.*
    from sent
    inner join line on sent.line_id = line.line_id
    where line.is_main
),

own_main as (
    select * from own
    where is_main
),

against_sent as (
    select
        coalesce(own_main.municipality_code, sent_main.municipality_code) as municipality_code,
        coalesce(own_main.year, sent_main.year) as year,
        'own_form_sent' as pair_id,
        coalesce(own_main.line_id, sent_main.line_id) as line_id,
        own_main.amount as left_count,
        sent_main.line_count as right_count,
        sent_main.line_count is null and sent_main.symbol is not null as is_symbol
    from own_main
    full outer join sent_main
        on
            own_main.municipality_code = sent_main.municipality_code
            and own_main.year = sent_main.year
            and own_main.line_id = sent_main.line_id
),

published as (
    select *
    from line_measure
    where vintage in ('published_final', 'published_preliminary')
    qualify row_number() over (partition by municipality_code, year, line_id order by vintage) = 1
),

against_published as (
    select
        published.municipality_code,
        published.year,
        'own_published' as pair_id,
        published.line_id,
        own.amount as left_count,
        published.amount as right_count,
        published.status = 'suppressed' as is_symbol
    from published
    inner join own
        on published.municipality_code = own.municipality_code and published.year = own.year and published.line_id = own.line_id
),

sides as (
    select * from against_sent
    union all
    select * from against_published
)

select
    municipality_code,
    cast(year as integer) as year,
    pair_id,
    line_id,
    cast(left_count as integer) as left_count,
    cast(right_count as integer) as right_count,
    case
        when left_count is null and right_count is null then 'neither_told'
        when left_count is null then 'left_not_told'
        when right_count is null and is_symbol then 'right_symbol'
        when right_count is null then 'right_not_told'
    end as missing_reason
from sides
