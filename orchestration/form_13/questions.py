"""The questions that forms are made of, each asked once for all municipalities that are wanted.

Belongs here: SQL on the release for analysts. Does not belong here: what is made of the answers (``reading``).

``$year`` is the year of the forms, ``$codes`` a list of municipality codes.
"""

from __future__ import annotations

FORMS = "select distinct municipality_code, municipality_name, year from fct_form_line order by municipality_code, year"

# The codes that the area of a form's municipality had a year before.
BEFORE = """
    select municipality_code, code_before as code, is_whole, has_same_borders
    from bridge_municipality_before
    where year = $year and list_contains($codes, municipality_code)
    order by all
"""

ORIGINS = "select distinct origin, origin_label_nb from fct_form_control"

# Lines that the form did not have the year before, where there are forms of that year.
NEW_LINES = """
    select distinct line_id
    from fct_form_line
    where year = $year and exists (from fct_form_line where year = $year - 1)
        and line_id not in (select line_id from fct_form_line where year = $year - 1)
"""

LINES = """
    select line.*, measure.label_nb as measure_label_nb, measure.stock_or_flow = 'stock' as is_stock,
        breakdown.breakdown_label_nb
    from fct_form_line as line
    left join dim_measure as measure using (measure_id)
    left join (select distinct breakdown, breakdown_label_nb from dim_breakdown) as breakdown using (breakdown)
    where line.year = $year and list_contains($codes, line.municipality_code)
    order by line.municipality_code, line.sort_order
"""

EARLIER_LINES = """
    select municipality_code, line_id, line_count, symbol
    from fct_form_line
    where year = $year - 1 and list_contains($codes, municipality_code)
"""

EARLIER_SENT = """
    select municipality_code, line_id, sent_count as line_count, symbol
    from fct_form_sent
    where year = $year - 1 and list_contains($codes, municipality_code) and covered_office = 'all'
"""

SENT = """
    select municipality_code, line_id, sent_count as count, symbol
    from fct_form_sent
    where year = $year and list_contains($codes, municipality_code)
"""

RETURNS = """
    select municipality_code, year, max(received_date) as received_date, min(counted_date) as counted_date,
        any_value(covered_office) as covered_office, any_value(covered_office_label_nb) as covered_office_label_nb
    from fct_form_sent
    where year between $year - 1 and $year and list_contains($codes, municipality_code)
    group by municipality_code, year
"""

ESTIMATES = """
    select municipality_code, population, scheme, group_code, imputed_count
    from fct_imputed_group
    where year = $year and list_contains($codes, municipality_code) and method = 'imputed_proportional'
"""

CONTROLS = """
    select municipality_code, control_id, origin, severity_label_nb, label_nb, definition_nb, rule_id, left_count, right_count,
        difference, is_met, message_nb
    from fct_form_control
    where year = $year and list_contains($codes, municipality_code)
    order by municipality_code, control_id, origin
"""

# What Great Expectations found of single lines, from a file beside the release.
LINE_CONTROLS = """
    select municipality_code, control_id, line.control_label_nb, line.definition_nb, line.rule_id, line.severity_label_nb, line_id,
        line.line_label_nb, line.unit_label_nb, found.value, found.lower, found.upper, found.is_met, found.message_nb
    from read_parquet($file) as found
    inner join fct_form_plausibility as line using (municipality_code, year, line_id, control_id)
    inner join fct_form_line as form using (municipality_code, year, line_id)
    where year = $year and list_contains($codes, municipality_code)
    order by municipality_code, control_id, form.sort_order
"""

COVERAGE = """
    select last.municipality_code, last.source, last.entity, last.is_covered, last.delivery_id, last.accepted_count, last.quarantined_count,
        count(more.delivery_id) as more_count
    from fct_coverage as last
    left join fct_delivery_quality as more
        on last.municipality_code = more.supplier and last.source = more.source and last.entity = more.entity and more.is_current
            and more.status = 'accepted' and more.delivery_id <> last.delivery_id
            and more.period_start <= make_date($year, 12, 31) and more.period_end >= make_date($year, 1, 1)
    where last.year = $year and list_contains($codes, last.municipality_code) and (last.is_covered or last.is_expected)
    group by all
    order by last.municipality_code, last.source, last.entity
"""

# Which rows came to each line that counts a stock, and which went, against the year before: whether the row was in the stock then and is
# counted elsewhere now, or came to the stock or left it, and by which event. Rows of other codes have other keys and are not compared.
CAUSES = """
    with
    member as (
        select member.municipality_code, member.year, member.line_id, member.member_kind, member.member_key
        from fct_form_line_member as member
        inner join (
            select distinct municipality_code, year, line_id
            from fct_form_line inner join dim_measure using (measure_id)
            where stock_or_flow = 'stock'
        ) as line using (municipality_code, year, line_id)
        where member.is_counted and member.year between $year - 1 and $year and list_contains($codes, member.municipality_code)
    ),
    -- A line that has a number in both years: what was not told is no change.
    told as (
        select municipality_code, line_id from fct_form_line
        where year between $year - 1 and $year and line_count is not null
        group by municipality_code, line_id having count(*) = 2
    ),
    moved as (
        select municipality_code, line_id, member_kind, member_key, 1 as amount from member where year = $year
        except
        select municipality_code, line_id, member_kind, member_key, 1 from member where year = $year - 1
        union all (
            select municipality_code, line_id, member_kind, member_key, -1 from member where year = $year - 1
            except
            select municipality_code, line_id, member_kind, member_key, -1 from member where year = $year
        )
    ),
    whole as (
        select distinct member.municipality_code, member.year, member.member_kind, member.member_key
        from member inner join fct_form_line as line using (municipality_code, year, line_id)
        where line.breakdown = 'none' and line.measure_id in ('disposed_dwellings', 'households', 'temporary_households')
    ),
    event as (
        select municipality_code, dwelling_key as member_key, 'dwelling' as member_kind, sign(stock_change)::integer as amount,
            arg_max(event_kind_label_nb, (event_date, event_kind_label_nb)) as reason_nb
        from fct_dwelling_event
        where year = $year and stock_change <> 0
        group by all
        union all
        select municipality_code, household_key, 'household', case when flow in ('newly_moved_in', 'internally_in') then 1 else -1 end,
            -- Of a stock it is said that they are in it still: others moved in and out again in the year.
            arg_max(if(flow = 'newly_moved_in', 'Flyttet inn og bor der fortsatt', flow_label_nb), (move_date, flow_label_nb))
        from fct_household_move
        where year = $year and flow <> 'renewed'
        group by all
    )
    select moved.municipality_code, moved.line_id, moved.member_kind, moved.amount,
        case
            when whole.member_key is not null then 'was_counted_elsewhere'
            when event.reason_nb is not null then 'event'
            else 'not_told'
        end as kind,
        case when whole.member_key is null then event.reason_nb end as reason_nb,
        count(*) as rows
    from moved
    inner join told using (municipality_code, line_id)
    left join whole
        on moved.municipality_code = whole.municipality_code and moved.member_kind = whole.member_kind
            and moved.member_key = whole.member_key and whole.year = case when moved.amount = 1 then $year - 1 else $year end
    left join event
        on moved.municipality_code = event.municipality_code and moved.member_kind = event.member_kind
            and moved.member_key = event.member_key and moved.amount = event.amount
    group by all
    order by all
"""
