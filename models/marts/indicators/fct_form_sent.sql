-- C168: form 13 as the municipality sent it (innsendt skjema 13), line by line and never corrected, beside what the register gives
-- (fct_form_line). A line that was not sent has no row. A number goes before a symbol beside it, and a line that the form of the year does
-- not have is left out.
with

sent as (
    select * from {{ ref("int_form__sent") }}
),

line as (
    select * from {{ ref("form_line") }}
),

municipality as (
    select * from {{ ref("dim_municipality") }}
)

select
    sent.municipality_code,
    municipality.municipality_name,
    sent.year,
    sent.line_id,
    line.section_id,
    {{ label_nb("form_section", "line.section_id") }} as section_label_nb,
    line.sort_order,
    line.label_nb,
    sent.line_count as sent_count,
    case when sent.line_count is null then sent.symbol end as symbol,
    sent.counted_date,
    sent.covered_office,
    {{ label_nb("covered_office", "sent.covered_office") }} as covered_office_label_nb,
    sent.delivery_id,
    cast(sent.received_at as date) as received_date
from sent
inner join line
    on
        sent.line_id = line.line_id
        and sent.year between coalesce(line.first_year, sent.year) and coalesce(line.last_year, sent.year)
left join municipality
    on
        sent.municipality_code = municipality.municipality_code
        and {{ on_day(last_of_year("sent.year"), "municipality.valid_from", "municipality.valid_to") }}
