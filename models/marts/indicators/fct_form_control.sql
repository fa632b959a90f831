-- C163-C165: the controls of form 13 (kontroller) by municipality, year and where the form comes from. Sums are formed from the lines of
-- the form, identities over years and persons from the registers. What is not told on a side cannot be checked, and says why: it is
-- neither met nor broken.
with

control as (
    select * from {{ ref("form_control") }}
    where owner = 'dbt'
),

part as (
    select * from {{ ref("form_control_part") }}
),

form_line as (
    select * from {{ ref("form_line") }}
    where not is_extension
),

own_line as (
    select * from {{ ref("fct_form_line") }}
    where not is_extension
),

sent as (
    select * from {{ ref("fct_form_sent") }}
),

code_before as (
    select * from {{ ref("int_geography__code_before") }}
),

own_form as (
    select distinct
        municipality_code,
        year
    from own_line
),

sent_form as (
    select
        municipality_code,
        year,
        min(counted_date) as counted_date,
        min(covered_office) as covered_office,
        min(covered_office_label_nb) as covered_office_label_nb
    from sent
    group by municipality_code, year
),

-- All lines of the form of the year, sent or not. The form has no place for those without a group: where nothing was sent of them there
-- are none in it.
sent_line as (
    select
        sent_form.municipality_code,
        sent_form.year,
        form_line.line_id,
        form_line.sort_order,
        form_line.measure_id,
        form_line.breakdown,
        case
            when sent.symbol = '.' then 0
            when sent.line_id is null and form_line.breakdown_code in ('unclassified', 'formerly_refugee') then 0
            else sent.sent_count
        end as line_count
    from sent_form
    inner join form_line
        on sent_form.year between coalesce(form_line.first_year, sent_form.year) and coalesce(form_line.last_year, sent_form.year)
    left join sent
        on
            sent_form.municipality_code = sent.municipality_code
            and sent_form.year = sent.year
            and form_line.line_id = sent.line_id
),

line as (
    select
        municipality_code,
        year,
        'own_register' as origin,
        line_id,
        sort_order,
        measure_id,
        breakdown,
        line_count,
        missing_reason_nb
    from own_line

    union all

    select
        municipality_code,
        year,
        'sent' as origin,
        line_id,
        sort_order,
        measure_id,
        breakdown,
        line_count,
        cast(null as varchar) as missing_reason_nb
    from sent_line
),

-- The lines that stand on either side of a sum.
side_line as (
    select
        line.*,
        part.control_id,
        part.side
    from line
    inner join part on line.measure_id = part.measure_id and line.breakdown like part.breakdowns
    where part.side in ('left', 'right')
),

side as (
    select
        municipality_code,
        year,
        origin,
        control_id,
        sum(line_count) filter (where side = 'left') as left_count,
        sum(line_count) filter (where side = 'right') as right_count,
        coalesce(bool_or(line_count is null) filter (where side = 'left'), true) as is_left_missing,
        coalesce(bool_or(line_count is null) filter (where side = 'right'), true) as is_right_missing,
        string_agg(line_id, ', ' order by sort_order) as line_ids,
        string_agg(line_id, ', ' order by sort_order) filter (where line_count is null) as missing_line_ids,
        max(missing_reason_nb) filter (where line_count is null) as missing_reason_nb
    from side_line
    group by municipality_code, year, origin, control_id
),

-- C164: last year's form as sent against what the register tells today of that year; where the municipality has been renumbered since, that
-- under its code of then.
last_year as (
    select
        own_form.municipality_code,
        own_form.year,
        part.control_id,
        sent_line.line_id,
        sent_form.covered_office = 'all' as is_whole,
        sent_line.line_count as left_count,
        own_line.line_count as right_count,
        case
            when sent_form.covered_office <> 'all'
                then 'skjemaet for ' || sent_line.year || ' gjelder ' || lower(sent_form.covered_office_label_nb)
            when sent_line.line_count is null then 'linje ' || sent_line.line_id || ' er ikke oppgitt i skjemaet for ' || sent_line.year
            when own_line.line_count is null then 'registeret har ikke tall for linje ' || sent_line.line_id || ' i ' || sent_line.year
        end as missing_nb,
        'Linje ' || sent_line.line_id || ' i skjemaet for ' || sent_line.year || ' som sendt, mot registeret i dag.'
        || case
            when sent_form.counted_date <> {{ last_of_year("sent_line.year") }}
                then ' Skjemaet er talt ' || {{ date_nb("sent_form.counted_date") }} || '.'
            else ''
        end as detail_nb
    from sent_line
    inner join sent_form on sent_line.municipality_code = sent_form.municipality_code and sent_line.year = sent_form.year
    inner join part on sent_line.measure_id = part.measure_id and sent_line.breakdown like part.breakdowns and part.side = 'last_year'
    inner join code_before on sent_line.municipality_code = code_before.code_before and sent_line.year + 1 = code_before.year
    inner join own_form on code_before.municipality_code = own_form.municipality_code and code_before.year = own_form.year
    left join own_line
        on
            sent_line.municipality_code = own_line.municipality_code
            and sent_line.year = own_line.year
            and sent_line.line_id = own_line.line_id
),

-- The scheme of groups in the form of each year, and the unclassified beside those who are spread by the known distribution (C82).
scheme as (
    select distinct
        replace(breakdown, 'target_group_', '') as scheme,
        first_year,
        last_year
    from form_line
    where measure_id = 'newly_moved_in' and breakdown like 'target_group_form_%'
),

-- Only what the spreading added to is told: a list of the same numbers says nothing.
imputed_group as (
    select
        groups.*,
        case
            when groups.is_imputed and groups.group_code <> 'unclassified'
                then groups.group_label_nb || ' ' || {{ number_nb("groups.imputed_count", 2) }}
        end as group_nb
    from {{ ref("fct_imputed_group") }} as groups
    inner join scheme
        on
            groups.scheme = scheme.scheme
            and groups.year between coalesce(scheme.first_year, groups.year) and coalesce(scheme.last_year, groups.year)
    where groups.population = 'newly_moved_in'
),

imputed as (
    select
        municipality_code,
        year,
        max(unclassified_count) as unclassified_count,
        max(denominator) as denominator,
        string_agg(group_nb, '; ' order by group_code) as groups_nb
    from imputed_group
    group by municipality_code, year
),

judged as (
    select
        municipality_code,
        year,
        origin,
        control_id,
        case when not is_left_missing then left_count end as left_count,
        case when not is_right_missing then right_count end as right_count,
        line_ids,
        'linje ' || missing_line_ids || ' er ikke oppgitt' || coalesce(' (' || missing_reason_nb || ')', '') as missing_nb,
        cast(null as varchar) as detail_nb
    from side

    union all

    select
        municipality_code,
        year,
        'sent' as origin,
        control_id,
        case when is_whole then left_count end as left_count,
        case when is_whole then right_count end as right_count,
        line_id as line_ids,
        missing_nb,
        detail_nb
    from last_year

    union all

    select
        municipality_code,
        year,
        'own_register' as origin,
        control_id,
        left_count,
        right_count,
        cast(null as varchar) as line_ids,
        missing_nb,
        detail_nb
    from {{ ref("int_indicators__form_flow") }}
    {%- for model in ["int_indicators__form_double", "int_indicators__form_refugee"] %}

    union all

    select
        municipality_code,
        year,
        'own_register' as origin,
        control_id,
        left_count,
        case when left_count is not null then 0 end as right_count,
        cast(null as varchar) as line_ids,
        missing_nb,
        detail_nb
    from {{ ref(model) }}
    {%- endfor %}

    union all

    select
        municipality_code,
        year,
        'own_register' as origin,
        'K15' as control_id,
        unclassified_count as left_count,
        denominator as right_count,
        cast(null as varchar) as line_ids,
        case when denominator is null then 'målgrupper er ikke levert for ' || year end as missing_nb,
        'Fordelt forholdsmessig etter de kjente gruppene (ved siden av, aldri i stedet): ' || groups_nb || '.' as detail_nb
    from imputed
),

-- Every control of the own register for every form, also one that nothing was told for; of the form as sent, those it can be asked.
expected as (
    select
        own_form.municipality_code,
        own_form.year,
        'own_register' as origin,
        control.control_id
    from own_form
    cross join control
    where control.is_own_register

    union all

    select
        judged.municipality_code,
        judged.year,
        judged.origin,
        judged.control_id
    from judged
    inner join control on judged.control_id = control.control_id
    where judged.origin = 'sent' and control.is_sent
),

told as (
    select
        expected.municipality_code,
        expected.year,
        expected.origin,
        control.*,
        cast(judged.left_count as integer) as left_count,
        cast(judged.right_count as integer) as right_count,
        judged.line_ids,
        coalesce(judged.missing_nb, 'det som trengs, er ikke levert for ' || expected.year) as missing_nb,
        judged.detail_nb,
        judged.left_count is not null and judged.right_count is not null as is_told
    from expected
    inner join control on expected.control_id = control.control_id
    left join judged
        on
            expected.municipality_code = judged.municipality_code
            and expected.year = judged.year
            and expected.origin = judged.origin
            and expected.control_id = judged.control_id
),

compared as (
    select
        *,
        case
            when not is_told then null
            when comparison = 'equal' then left_count = right_count
            when comparison = 'at_most' then left_count <= right_count
            when comparison = 'share' then left_count <= {{ var("largest_unclassified_share") }} * right_count
        end as is_met,
        case when is_told and comparison <> 'share' then left_count - right_count end as difference,
        case when is_told and comparison = 'share' then left_count / nullif(right_count, 0) end as share
    from told
)

select
    municipality_code,
    year,
    origin,
    {{ label_nb("form_origin", "origin") }} as origin_label_nb,
    control_id,
    severity,
    {{ label_nb("form_severity", "severity") }} as severity_label_nb,
    rule_id,
    label_nb,
    definition_nb,
    left_label_nb,
    left_count,
    right_label_nb,
    right_count,
    cast(difference as integer) as difference,
    cast(share as decimal(18, 6)) as share,
    is_met,
    line_ids,
    case
        when not is_told then 'Kan ikke kontrolleres: ' || missing_nb || '.'
        else
            left_label_nb || ': ' || {{ number_nb("left_count") }} || '. '
            || right_label_nb || ': ' || {{ number_nb("right_count") }} || '.'
            || case when comparison = 'equal' and not is_met then ' Differanse: ' || {{ number_nb("difference") }} || '.' else '' end
            || coalesce(
                ' Andel: ' || {{ number_nb("share * 100", 2) }} || ' % (høyst '
                || {{ number_nb(var("largest_unclassified_share") ~ " * 100") }} || ' %).', ''
            )
            || coalesce(' ' || detail_nb, '')
    end as message_nb
from compared
