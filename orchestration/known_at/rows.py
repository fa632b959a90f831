"""Rows that deliveries received since a day have added, changed and removed, entity by entity (rule C96).

Belongs here: SQL over the raw schemas of two warehouses, ``a`` as known then and ``b`` as known today. Does not belong here: figures.

The rows of both are those of ``b``'s raw schema, which holds every delivery; each warehouse tells which deliveries count in it.
"""

from __future__ import annotations

from orchestration.arrivals.contracts import FileContract, load_contracts
from orchestration.arrivals.row_keys import row_key_sql

# What a row is tied to; an entity without the column is tied to nothing by it.
_LINKS = ("dwelling_id", "household_id", "person_pseudonym", "contract_holder_pseudonym")

DELIVERIES = """
    create temp table delivery as
    select b.delivery_id, b.source, b.supplier, b.extract, b.period_start, b.period_end, b.received_at, b.deletions, b.superseded_by,
        b.is_current, coalesce(a.is_current, false) as was_current, a.delivery_id is null as is_new
    from b.raw.delivery as b left join a.raw.delivery as a using (delivery_id)
    where b.status = 'accepted'
"""
_EMPTY = """
    create temp table row_state (
        side varchar, entity varchar, row_key varchar, content ubigint, is_gone boolean, is_absent boolean, delivery_id varchar,
        municipality_code varchar, dwelling_id varchar, household_id varchar, person_pseudonym varchar
    )
"""


def states_sql() -> list[str]:
    """The latest known row of every key, then and today."""
    files = [file for contract in load_contracts().values() for file in contract.files]
    return [_EMPTY, *(_state_sql(file, side) for file in files for side in ("a", "b"))]


def _state_sql(file: FileContract, side: str) -> str:
    columns = [name for name, _ in file.raw_columns()]
    content = [name for name in columns if name not in ("delivery_id", "line_number")]
    key = row_key_sql([f"r.{name}" for name in file.grain or content])
    links = {name: f"r.{name}" if name in columns else "null" for name in _LINKS}
    counts = "d.was_current" if side == "a" else "d.is_current"
    gone = "coalesce(r.is_deleted, false)" if file.tells_deleted else "false"
    # a dwelling that the last full snapshot of its extract does not hold is gone (T008); other rows stay as they were last told
    absent = "r.dwelling_id is not null and d.period_end < l.last_period_end" if file.relation == "municipal__dwelling" else "false"
    return f"""
        insert into row_state
        with held as (
            select d.supplier, d.extract, max(d.period_end) as last_period_end
            from delivery as d inner join b.raw.delivery_file as f using (delivery_id)
            where {counts} and f.source = '{file.source}' and f.entity = '{file.entity}' and d.deletions is distinct from 'changes'
            group by all
        )
        select '{side}', '{file.relation}', {key} || coalesce(d.extract, '') || d.supplier, hash({", ".join(f"r.{c}" for c in content)}),
            {gone}, coalesce({absent}, false), r.delivery_id, d.supplier, {links["dwelling_id"]}, {links["household_id"]},
            coalesce({links["person_pseudonym"]}, {links["contract_holder_pseudonym"]})
        from b.raw.{file.relation} as r
        inner join delivery as d using (delivery_id)
        left join held as l on d.supplier = l.supplier and d.extract is not distinct from l.extract
        where {counts}
        qualify row_number() over (
            partition by {key}, d.extract, d.supplier order by d.period_end desc, d.received_at desc, d.delivery_id desc
        ) = 1
    """


# A row is decided by the new delivery that tells it. Where no new delivery tells it, it is decided by the one that took the place of the
# delivery it stood in, or by the first new snapshot without it.
CHANGES = """
    create temp table row_change as
    with both_sides as (
        select coalesce(t.entity, n.entity) as entity, coalesce(t.row_key, n.row_key) as row_key, t.delivery_id as then_id,
            n.delivery_id as now_id, coalesce(n.municipality_code, t.municipality_code) as municipality_code,
            coalesce(n.dwelling_id, t.dwelling_id) as dwelling_id, t.dwelling_id as then_dwelling_id,
            coalesce(n.household_id, t.household_id) as household_id, t.household_id as then_household_id,
            coalesce(n.person_pseudonym, t.person_pseudonym) as person_pseudonym,
            t.row_key is not null and not t.is_gone and not t.is_absent as was_there,
            n.row_key is not null and not n.is_gone and not n.is_absent as is_there,
            t.content is distinct from n.content as is_changed
        from (from row_state where side = 'a') as t
        full join (from row_state where side = 'b') as n on t.entity = n.entity and t.row_key = n.row_key
    ),
    kinds as (
        select *, case when not was_there then 'added' when not is_there then 'removed' else 'changed' end as kind
        from both_sides
        where (was_there or is_there) and (was_there <> is_there or is_changed)
    ),
    next_snapshot as (
        select k.row_key, k.entity, arg_min(later.delivery_id, (later.period_end, later.received_at)) as delivery_id
        from kinds as k
        inner join delivery as held on held.delivery_id = coalesce(k.now_id, k.then_id)
        inner join delivery as later on later.source = held.source and later.supplier = held.supplier
            and later.extract is not distinct from held.extract and later.period_end > held.period_end
        where k.kind = 'removed' and later.is_new and later.is_current and later.deletions is distinct from 'changes'
        group by all
    )
    select kinds.*, case
            when told.is_new then told.delivery_id
            when replacing.is_new then replacing.delivery_id
            else next_snapshot.delivery_id
        end as delivery_id
    from kinds
    left join delivery as told on kinds.now_id = told.delivery_id
    left join delivery as stood on kinds.then_id = stood.delivery_id
    left join delivery as replacing on stood.superseded_by = replacing.delivery_id
    left join next_snapshot on kinds.row_key = next_snapshot.row_key and kinds.entity = next_snapshot.entity
"""

BY_DELIVERY = """
    create temp table delivery_rows as
    select d.supplier, d.source, d.extract, d.delivery_id, d.period_end, cast(d.received_at as date) as received_date, f.entity,
        count(*) filter (c.kind = 'added') as rows_added,
        count(*) filter (c.kind = 'changed') as rows_changed,
        count(*) filter (c.kind = 'removed') as rows_removed
    from delivery as d
    inner join (select distinct delivery_id, source, entity from b.raw.delivery_file) as f using (delivery_id)
    left join row_change as c on c.delivery_id = d.delivery_id and c.entity = f.source || '__' || f.entity
    where d.is_new and d.is_current
    group by all
    order by received_date, d.supplier, d.source, d.delivery_id, f.entity
"""
