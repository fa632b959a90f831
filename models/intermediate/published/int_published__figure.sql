-- C133: cells as amounts of measures or values of indicators, in our units, with the bounds that rounding leaves. What cannot occur (.)
-- is no figure.
with

cell as (
    select * from {{ ref("int_published__cell") }}
    where state = 'readable'
),

content as (
    select
        *,
        coalesce(
            string_split('"' || replace(replace(dimension_filter, '=', '":"'), '|', '"|"') || '"', '|'), []
        ) as fragments
    from {{ ref("int_published__content") }}
),

-- Every dimension beside region, contents and period has to be named: what nobody chose is not summed over.
chosen as (
    select
        cell.*,
        content.content_id,
        case when content.measure_id is not null then 'measure' else 'indicator' end as target_kind,
        coalesce(content.measure_id, content.indicator_id) as target_id,
        content.breakdown,
        content.breakdown_code,
        content.multiplier,
        content.is_exact,
        content.serves_every_vintage,
        content.makes_whole,
        cell.table_year + content.year_shift as year
    from cell
    inner join content on cell.table_id = content.table_id and cell.contents_code = content.contents_code
    where
        cell.table_year + content.year_shift between coalesce(content.first_year, 0) and coalesce(content.last_year, 9999)
        and cell.role_count + {{ list_length("content.fragments") }} = {{ json_key_count("cell.dimensions") }}
        and {{ holds_all("cell.dimensions", "content.fragments") }}
        and cell.status_symbol is distinct from '.'
),

figure as (
    select
        *,
        {{ published_value("value", "status_symbol") }} * multiplier as amount,
        case when is_exact then 0 else {{ ten_to_minus("decimals") }} * multiplier / 2 end as half_unit,
        case
            when vintage = 'published_preliminary' and {{ published_status("status_symbol") }} = 'observed' then 'preliminary'
            else {{ published_status("status_symbol") }}
        end as status
    from chosen
)

select
    content_id,
    delivery_id,
    line_number,
    table_id,
    contents_code,
    area_level,
    area_code,
    cast(year as integer) as year,
    vintage,
    target_kind,
    target_id,
    breakdown,
    breakdown_code,
    serves_every_vintage,
    makes_whole,
    cast(amount as decimal(18, 6)) as amount,
    cast(amount - half_unit as decimal(18, 6)) as lower_amount,
    cast(amount + half_unit as decimal(18, 6)) as upper_amount,
    cast(case when amount is not null then half_unit end as decimal(18, 6)) as half_unit,
    case when amount is null then case when status_symbol in (':', '...') then status_symbol else '..' end end as symbol,
    case when amount is null and status not in ('suppressed') then 'missing' else status end as status
from figure
-- Where two tables tell the same figure the row of the list that comes first is it.
qualify row_number() over (
    partition by area_level, area_code, year, vintage, target_kind, target_id, breakdown, breakdown_code
    order by content_id
) = 1
