-- What a supplier should mend: one row for each rule and offending row, with where it stands in which delivery.
with

deliveries as (
    select
        delivery_id,
        source,
        supplier,
        period_end
    from {{ source('raw', 'delivery') }}
    -- decisions stand though a later delivery of other kinds has taken the place of theirs
    where is_current or delivery_id in (select holding.delivery_id from {{ ref('int_decisions__holding') }} as holding)
),

-- R: rows in quarantine. A rule that several fields of a row broke is one issue.
quarantined as (
    select
        rule_id,
        delivery_id,
        entity,
        file_name,
        line_number,
        cast(null as varchar) as local_id,
        string_agg(distinct field_name, ', ' order by field_name) as field_name
    from {{ source('raw', 'quarantined_row') }}
    group by rule_id, delivery_id, entity, file_name, line_number
),

-- P: accepted rows whose person or address the gate had to hide or leave unlinked.
persons as (
    {% for source_name, entity, person, local_id, has_duf in person_rows() %}
    select
        delivery_id,
        '{{ entity }}' as entity,
        line_number,
        cast({{ local_id }} as varchar) as local_id,
        '{{ person }}' as field_name,
        {{ person }}_id_status as id_status
    from {{ ref('stg_' ~ source_name ~ '__' ~ entity) }}
    where {{ person }}_id_status <> 'valid'
    {{ "union all" if not loop.last }}
    {% endfor %}
),

-- R030: a DUF number that is there and wrong.
duf_numbers as (
    {% for source_name, entity, person, local_id, has_duf in person_rows() if has_duf %}
    select
        delivery_id,
        '{{ entity }}' as entity,
        line_number,
        {{ local_id }} as local_id,
        '{{ person }}_duf' as field_name
    from {{ ref('stg_' ~ source_name ~ '__' ~ entity) }}
    where {{ person }}_duf_status in ('invalid_check_digits', 'placeholder')
    {{ "union all" if not loop.last }}
    {% endfor %}
),

secret_addresses as (
    select
        delivery_id,
        line_number,
        dwelling_id
    from {{ ref('stg_municipal__dwelling') }}
    where is_secret_address
),

gone_dwellings as (
    select
        delivery_id,
        line_number,
        dwelling_id
    from {{ ref('int_dwellings__life') }}
    where is_closed_by_rule
),

-- T: what the models treated or could not place.
issues as (
    select * from quarantined

    union all

    select
        case id_status when 'invalid_check_digits' then 'P001' when 'missing' then 'P002' when 'placeholder' then 'P003' end as rule_id,
        delivery_id,
        entity,
        cast(null as varchar) as file_name,
        line_number,
        local_id,
        field_name
    from persons

    union all

    select
        'R030' as rule_id,
        delivery_id,
        entity,
        cast(null as varchar) as file_name,
        line_number,
        local_id,
        field_name
    from duf_numbers

    union all

    select
        'P004' as rule_id,
        delivery_id,
        'dwelling' as entity,
        cast(null as varchar) as file_name,
        line_number,
        dwelling_id as local_id,
        'address' as field_name
    from secret_addresses

    union all

    select
        'T008' as rule_id,
        delivery_id,
        'dwelling' as entity,
        cast(null as varchar) as file_name,
        line_number,
        dwelling_id as local_id,
        cast(null as varchar) as field_name
    from gone_dwellings

    {% for treated in [
        'int_dwellings__issue', 'int_tenancies__issue', 'int_households__issue', 'int_groups__issue', 'int_matching__issue', 'int_persons__issue'
    ] %}
    union all

    select
        rule_id,
        delivery_id,
        entity,
        cast(null as varchar) as file_name,
        line_number,
        local_id,
        cast(null as varchar) as field_name
    from {{ ref(treated) }}
    {% endfor %}
),

-- D003: what the municipality lives with for a time stays on the list, marked.
accepted as (
    select
        municipality_code,
        accepted_rule_id,
        local_id,
        max(accepted_until) as accepted_until
    from {{ ref('int_decisions__accepted_deviation') }}
    where not is_expired
    group by municipality_code, accepted_rule_id, local_id
)

select
    {{ surrogate_key([
        'issues.rule_id', 'issues.delivery_id', 'issues.entity', 'issues.file_name', 'issues.line_number', 'issues.local_id'
    ]) }} as issue_key,
    issues.rule_id,
    deliveries.source,
    deliveries.supplier,
    issues.delivery_id,
    deliveries.period_end,
    issues.entity,
    issues.file_name,
    issues.line_number,
    issues.local_id,
    issues.field_name,
    coalesce(accepted_one.accepted_until, accepted_all.accepted_until) is not null as is_accepted,
    greatest(accepted_one.accepted_until, accepted_all.accepted_until) as accepted_until
from issues
inner join deliveries on issues.delivery_id = deliveries.delivery_id
left join accepted as accepted_one
    on
        deliveries.supplier = accepted_one.municipality_code
        and issues.rule_id = accepted_one.accepted_rule_id
        and issues.local_id = accepted_one.local_id
left join accepted as accepted_all
    on
        deliveries.supplier = accepted_all.municipality_code
        and issues.rule_id = accepted_all.accepted_rule_id
        and accepted_all.local_id is null
