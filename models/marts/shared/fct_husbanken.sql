-- Husbanken's loans, grants and housing allowance by municipality and period: the figure and its status apart.
with figures as (
    select * from {{ ref('int_support__husbanken') }}
)

select
    municipality_code,
    from_date,
    to_date,
    scheme,
    {{ label_nb('husbanken_scheme', 'scheme') }} as scheme_label_nb,
    purpose,
    recipient_group,
    measure,
    unit,
    {{ label_nb('unit', 'unit') }} as unit_label_nb,
    value,
    symbol,
    case
        when symbol = ':' then 'suppressed'
        when symbol in ('..', '...') then 'missing'
        when symbol = '.' then 'cannot_occur'
        when symbol = '*' then 'preliminary'
        when symbol = '-' then 'nil'
        when symbol = '0' then 'less_than_half'
        else 'observed'
    end as status
from figures
