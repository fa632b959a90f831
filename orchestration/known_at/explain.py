"""Every row that a figure has gained or lost since a day, given to the delivery that decides it (rule C97).

Belongs here: SQL over two warehouses, ``a`` as known then and ``b`` as known today.
Does not belong here: what a figure counts (``members``).
"""

from __future__ import annotations

from orchestration.known_at.members import MEASURES

# The models that are read here
READ = ("int_deliveries__covered_entity", "int_dwellings__version", "int_matching__dwelling_name")
# Which entities a measure is told by, nearest first. What is not named stands last.
_NEAREST = {
    "disposed_dwellings": ("municipal__dwelling", "municipal__dwelling_event"),
    "let_dwellings": ("municipal__tenancy", "municipal__dwelling", "municipal__dwelling_event"),
    "vacant_dwellings": ("municipal__tenancy", "municipal__dwelling", "municipal__dwelling_event"),
    "households": ("municipal__tenancy", "municipal__dwelling", "municipal__household_member"),
    "households_by_group": (
        "municipal__household_group",
        "refugee_register__refugee",
        "decision__group_correction",
        "municipal__household_member",
        "iplos__service",
        "municipal__tenancy",
    ),
    "newly_moved_in": ("municipal__tenancy", "municipal__application", "municipal__dwelling"),
    "on_waiting_list": ("municipal__application", "municipal__tenancy"),
}
# What holds for a whole municipality: a row of these may change any of its households.
_WIDE = ("group_mapping__local_group", "decision__match_decision", "decision__group_correction", "refugee_register__refugee")

FIGURES = """
    create temp table figure as
    with measures(measure, needs_letting) as (values {measures}),
    days as (
        select municipality_code, year, bool_or(side = 'a') as was_told, bool_or(side = 'b') as is_told,
            bool_or(side = 'a' and is_letting_covered) as was_letting_told, bool_or(side = 'b' and is_letting_covered) as is_letting_told
        from (select 'a' as side, * from a_day union all select 'b', * from b_day)
        group by municipality_code, year
    ),
    breakdowns as (
        select distinct measure, municipality_code, year, breakdown from a_member
        union select distinct measure, municipality_code, year, breakdown from b_member
        union select measure, municipality_code, year, '' from days cross join measures where measure <> 'households_by_group'
    ),
    then_counts as (select measure, municipality_code, year, breakdown, count(*) as n from a_member group by all),
    now_counts as (select measure, municipality_code, year, breakdown, count(*) as n from b_member group by all)
    select municipality_code, measure, year, breakdown,
        case when days.was_told and (days.was_letting_told or not measures.needs_letting) then coalesce(t.n, 0) end as known_then,
        case when days.is_told and (days.is_letting_told or not measures.needs_letting) then coalesce(n.n, 0) end as known_now,
        coalesce(n.n, 0) - coalesce(t.n, 0) as difference
    from breakdowns
    inner join days using (municipality_code, year)
    inner join measures using (measure)
    left join then_counts as t using (measure, municipality_code, year, breakdown)
    left join now_counts as n using (measure, municipality_code, year, breakdown)
"""

MOVES = """
    create temp table move as
    select row_number() over (order by all_keys) as move_number, * exclude (all_keys)
    from (
        select measure, municipality_code, year, breakdown, member_key, coalesce(n.dwelling_key, t.dwelling_key) as dwelling_key,
            coalesce(n.household_key, t.household_key) as household_key, case when t.member_key is null then 1 else -1 end as part,
            row(measure, municipality_code, year, breakdown, member_key) as all_keys
        from (select *, true as is_in from a_member) as t
        full join (select *, true as is_in from b_member) as n using (measure, municipality_code, year, breakdown, member_key)
        where t.is_in is null or n.is_in is null
    )
"""

# What changed rows are tied to, in the keys of the marts: a dwelling under the name it is counted by and each part of a shared one, a
# household, and a person's households.
LINKS = """
    create temp table link as
    with names as (
        select delivery_id, dwelling_id, counted_dwelling_id from a.intermediate.int_matching__dwelling_name
        union select delivery_id, dwelling_id, counted_dwelling_id from b.intermediate.int_matching__dwelling_name
    ),
    versions as (
        select municipality_code, dwelling_id, dwelling_key, registered_dwelling_key from a.intermediate.int_dwellings__version
        union select municipality_code, dwelling_id, dwelling_key, registered_dwelling_key from b.intermediate.int_dwellings__version
    ),
    -- the places of a shared flat go by the id of the flat
    dwellings as (
        select distinct flats.municipality_code, flats.dwelling_id, versions.dwelling_key
        from versions inner join versions as flats on versions.registered_dwelling_key = flats.dwelling_key
    ),
    told_dwellings as (
        select municipality_code, entity, delivery_id, row_delivery_id, unnest([dwelling_id, then_dwelling_id]) as dwelling_id
        from (select *, coalesce(now_id, then_id) as row_delivery_id from row_change)
        where dwelling_id is not null
    ),
    persons as (
        select distinct municipality_code, person_pseudonym, household_id
        from row_state where person_pseudonym is not null and household_id is not null
    ),
    told_households as (
        select municipality_code, unnest([household_id, then_household_id]) as household_id, entity, delivery_id from row_change
        union all
        select persons.municipality_code, persons.household_id, row_change.entity, row_change.delivery_id
        from row_change inner join persons using (municipality_code, person_pseudonym)
        where row_change.household_id is null
    )
    select distinct dwellings.dwelling_key as link_key, told.entity, told.delivery_id
    from told_dwellings as told
    left join names on told.row_delivery_id = names.delivery_id and told.dwelling_id = names.dwelling_id
    inner join dwellings on told.municipality_code = dwellings.municipality_code
        and coalesce(names.counted_dwelling_id, told.dwelling_id) = dwellings.dwelling_id
    union
    select cast(md5(municipality_code || '|' || household_id) as uuid), entity, delivery_id
    from told_households where household_id is not null
"""

# Nearest first: the delivery with which the year came; rows of the dwelling or household itself; rows that hold for the municipality.
PARTS = """
    create temp table part as
    with nearest(measure, entity, nearness) as (values {nearest}),
    in_stock as (select municipality_code, year, household_key from move where measure = 'households'),
    moves as (
        select move.*, case when move.measure = 'households_by_group' and in_stock.year is not null then 'households' else move.measure end
            as told_as
        from move
        left join (select distinct * from in_stock) as in_stock
            on move.household_key = in_stock.household_key and move.year = in_stock.year
                and move.municipality_code = in_stock.municipality_code
    ),
    covering as (
        select municipality_code, year, source || '__' || entity as entity, delivery_id
        from b.intermediate.int_deliveries__covered_entity where source = 'municipal'
    ),
    told_then as (select measure, municipality_code, year from figure where known_then is not null),
    candidates as (
        select moves.move_number, 'year' as basis, covering.entity, covering.delivery_id, 0 as distance, nearest.nearness
        from moves
        inner join covering using (municipality_code, year)
        inner join nearest on moves.told_as = nearest.measure and covering.entity = nearest.entity
        anti join told_then on moves.measure = told_then.measure and moves.municipality_code = told_then.municipality_code
            and moves.year = told_then.year
        union all
        select moves.move_number, 'row', link.entity, link.delivery_id, 1, coalesce(nearest.nearness, 99)
        from moves
        inner join link on link.link_key = moves.dwelling_key
        left join nearest on moves.told_as = nearest.measure and link.entity = nearest.entity
        union all
        select moves.move_number, 'row', link.entity, link.delivery_id, 1, coalesce(nearest.nearness, 99)
        from moves
        inner join link on link.link_key = moves.household_key
        left join nearest on moves.told_as = nearest.measure and link.entity = nearest.entity
        union all
        select distinct moves.move_number, 'municipality', row_change.entity, row_change.delivery_id, 2, coalesce(nearest.nearness, 99)
        from moves
        inner join row_change on moves.municipality_code = row_change.municipality_code
        left join nearest on moves.told_as = nearest.measure and row_change.entity = nearest.entity
        where row_change.entity in {wide}
    ),
    chosen as (
        select candidates.*
        from candidates inner join delivery using (delivery_id)
        where delivery.is_new
        qualify row_number() over (
            partition by move_number order by distance, nearness, delivery.received_at desc, delivery_id desc, entity
        ) = 1
    )
    select move.municipality_code, move.measure, move.year, move.breakdown, chosen.delivery_id, delivery.supplier, delivery.source,
        delivery.extract, cast(delivery.received_at as date) as received_date, chosen.entity,
        coalesce(chosen.basis, 'unexplained') as basis,
        count(*) filter (move.part > 0) as rows_added,
        count(*) filter (move.part < 0) as rows_removed,
        cast(sum(move.part) as bigint) as part
    from move
    left join chosen using (move_number)
    left join delivery on chosen.delivery_id = delivery.delivery_id
    group by all
"""


def explain_sql() -> list[str]:
    """Statements that fill ``figure``, ``move``, ``link`` and ``part``."""
    measures = ", ".join(f"('{m.code}', {m.needs_letting})" for m in MEASURES)
    nearest = ", ".join(f"('{m}', '{e}', {n})" for m, entities in _NEAREST.items() for n, e in enumerate(entities))
    return [FIGURES.format(measures=measures), MOVES, LINKS, PARTS.format(nearest=nearest, wide=_WIDE)]
