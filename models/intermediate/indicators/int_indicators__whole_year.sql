-- C112: which covered years are told of from the first day to the last: what happens in a year can be counted only then.
select
    covered.municipality_code,
    covered.year,
    {{ new_year("covered.year") }} >= known.described_from and covered.reference_date < known.described_to as is_stock_told,
    coalesce({{ new_year("covered.year") }} >= known.told_from and covered.reference_date < known.told_to, false) as is_letting_told,
    flow_period.municipality_code is not null as is_flow_told
from {{ ref("int_deliveries__covered_year") }} as covered
inner join {{ ref("int_dwellings__known_days") }} as known on covered.municipality_code = known.municipality_code
left join {{ ref("int_tenancies__flow_period") }} as flow_period
    on
        covered.municipality_code = flow_period.municipality_code
        and covered.reference_date = flow_period.period_end_date
        and flow_period.period_kind = 'year'
