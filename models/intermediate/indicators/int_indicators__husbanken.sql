-- C125: measures of Husbanken's schemes: figures of whole calendar years as Husbanken tells them. What is not shown (`:`) is suppressed and
-- not zero, and what cannot occur (`.`) is no figure.
{%- set counts = [
    ("start_loans", "start_loan", "all", "all", "households"),
    ("start_loans_to_families", "start_loan", "all", "families_with_children", "households"),
    ("start_loans_to_young", "start_loan", "all", "under_25", "households"),
    ("start_loans_for_refinancing", "start_loan", "refinancing", "all", "households"),
    ("establishment_grants", "establishment_grant", "all", "all", "households"),
    ("establishment_grants_to_families", "establishment_grant", "all", "families_with_children", "households"),
    ("adaptation_grants", "adaptation_grant", "all", "all", "households"),
    ("rental_dwelling_grants", "rental_dwelling_grant", "building", "all", "dwellings"),
    ("care_dwelling_grants", "care_dwelling_grant", "building", "all", "dwellings"),
    ("rental_dwelling_loans", "rental_dwelling_loan", "building", "all", "dwellings"),
    ("new_referral_agreement_dwellings", "referral_agreement", "all", "all", "dwellings"),
    ("housing_allowance_households", "housing_allowance", "all", "all", "households"),
    ("housing_allowance_families", "housing_allowance", "all", "families_with_children", "households"),
] %}
{%- set amounts = [
    ("start_loan_nok", "start_loan", "all"),
    ("establishment_grant_nok", "establishment_grant", "all"),
    ("adaptation_grant_nok", "adaptation_grant", "all"),
    ("rental_dwelling_grant_nok", "rental_dwelling_grant", "building"),
    ("care_dwelling_grant_nok", "care_dwelling_grant", "building"),
] %}
with

figures as (
    select * from {{ ref("fct_husbanken") }}
),

-- Less than half a unit is told as 0, nil is 0.
figure as (
    select
        municipality_code,
        {{ year_of("from_date") }} as year,
        scheme,
        purpose,
        recipient_group,
        measure,
        unit,
        case when status in ('nil', 'less_than_half') then 0 else value end as amount,
        case when status in ('nil', 'less_than_half') then 'observed' else status end as status
    from figures
    where
        from_date = make_date({{ year_of("from_date") }}, 1, 1)
        and to_date = make_date({{ year_of("from_date") }} + 1, 1, 1)
        and status <> 'cannot_occur'
),

-- Husbanken tells the mean of a household and month; all of it is the mean times the households. Nobody gets nothing.
allowance as (
    select
        recipient.municipality_code,
        recipient.year,
        case when recipient.amount = 0 then 0 else mean.amount * recipient.amount end as amount,
        case
            when recipient.amount = 0 or recipient.status in ('suppressed', 'missing') then recipient.status
            when mean.amount is null then coalesce(mean.status, 'missing')
            when 'preliminary' in (recipient.status, mean.status) then 'preliminary'
            else 'observed'
        end as status
    from figure as recipient
    left join figure as mean
        on
            recipient.municipality_code = mean.municipality_code
            and recipient.year = mean.year
            and recipient.scheme = mean.scheme
            and recipient.purpose = mean.purpose
            and recipient.recipient_group = mean.recipient_group
            and mean.unit = 'nok_per_month'
    where
        recipient.scheme = 'housing_allowance'
        and recipient.purpose = 'all'
        and recipient.recipient_group = 'all'
        and recipient.measure = 'households'
)

select {{ measure("housing_allowance_nok_per_month", "amount", status="status", method="'mean_times_count'") }}
from allowance
{%- for name, amount in [
    ("municipalities_with_referral_figures", "1"),
    ("municipalities_with_referral_agreements", "cast(amount > 0 as integer)"),
] %}
union all
select {{ measure(name, amount) }}
from figure
where
    scheme = 'referral_agreement'
    and purpose = 'all'
    and recipient_group = 'all'
    and measure = 'dwellings'
    and amount is not null
{%- endfor %}
{%- for name, scheme, purpose, group, counted in counts %}
union all
select {{ measure(name, "amount", status="status") }}
from figure
where
    scheme = '{{ scheme }}'
    and purpose = '{{ purpose }}'
    and recipient_group = '{{ group }}'
    and measure = '{{ counted }}'
{%- endfor %}
{%- for name, scheme, purpose in amounts %}
union all
select {{ measure(name, "amount", status="status") }}
from figure
where
    scheme = '{{ scheme }}'
    and purpose = '{{ purpose }}'
    and recipient_group = 'all'
    and measure = 'amount'
    and unit = 'nok'
{%- endfor %}
