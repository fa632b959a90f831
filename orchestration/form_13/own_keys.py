"""Rows of a build with the municipality's own keys: what an officer looks up in the system where the row was registered.

Belongs here: own keys, dwelling and days of a row, and its key in the analysts' release. Does not belong here: which rows (``explain``,
``reconciliation``).

Own keys stand in no release: they are read from the build, which is the owner's alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from orchestration.form_13.reading import ask
from orchestration.privacy.pseudonym import key_id, load_key
from orchestration.releasing import rekey
from orchestration.releasing.audience import audience_names
from orchestration.settings import Settings, UserError
from orchestration.warehouse.build import is_of_other_key

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

AUDIENCE = "analyst"
# Of a tenancy and of the household that lives there also the dwelling, so that nobody has to look further. Of a person: the
# housing services and the households of 31 December. A place of a shared flat has the flat's key, as the municipality knows it. A
# tenancy that does not count has the days it was delivered with and, where it is another's double, the key of the one that counts. A
# dwelling that is vacant or out of use is so since a day, and an application was rejected on one.
_OWN = f"""
    with
    dwelling as (
        select dwelling_key, min(acquired_date) as from_date, max(disposed_date) as to_date,
            max(valid_to) filter (where is_in_stock and valid_to <= make_date($year, 12, 31)) as left_stock_date,
            case
                when any_value(place_number) > 1
                    then regexp_replace(any_value(dwelling_id), '#([0-9]+)$', '') || ' plass ' || any_value(place_number)
                else any_value(dwelling_id)
            end as dwelling_id
        from dwellings.dim_dwelling
        group by dwelling_key
    ),
    tenancy as (
        select tenancy.tenancy_key, tenancy.tenancy_id, dwelling.dwelling_id, kept.kept_tenancy_id,
            case when tenancy.is_counted then tenancy.start_date else tenancy.delivered_start_date end as start_date,
            case when tenancy.is_counted then tenancy.end_date else tenancy.delivered_end_date end as end_date
        from households.fct_tenancy as tenancy
        left join dwelling on tenancy.dwelling_key = dwelling.dwelling_key
        left join intermediate.int_tenancies__merged as kept on tenancy.tenancy_key = kept.tenancy_key and kept.is_merged_away
    ),
    since as (
        select 'vacant' as reason_code, dwelling_key as member_key, from_date as since_date from dwellings.fct_vacancy_spell
        where from_date <= make_date($year, 12, 31) and (to_date is null or to_date > make_date($year, 12, 31))
        union all
        select unnest(['taken_out', 'fewer_places']), dwelling_key, left_stock_date from dwelling where to_date is null
        union all
        select 'rejected', application_key, decided_date from households.fct_application
    ),
    served as (
        select person_key, string_agg(service_id, ' ' order by service_id) as service_id, min(start_date) as from_date
        from households.fct_care_service
        where municipality_code = $code and is_dwelling and start_date <= make_date($year, 12, 31)
            and (end_date is null or end_date > make_date($year, 12, 31))
        group by person_key
    ),
    lives as (
        select member.person_key, string_agg(distinct household.household_id, ' ' order by household.household_id) as household_id,
            string_agg(distinct tenancy.dwelling_id, ' ' order by tenancy.dwelling_id) as dwelling_id
        from households.fct_household_member as member
        inner join households.dim_household as household on member.household_key = household.household_key
        left join households.fct_household_year as lives on member.household_key = lives.household_key and lives.year = $year
        left join tenancy on lives.tenancy_key = tenancy.tenancy_key
        where member.municipality_code = $code and member.from_date <= make_date($year, 12, 31)
            and (member.to_date is null or member.to_date > make_date($year, 12, 31))
        group by member.person_key
    ),
    own as (
        select dwelling_key as member_key, dwelling_id as local_id, null as dwelling_id, from_date, to_date, null as counted_as
        from dwelling
        union all
        select tenancy_key, tenancy_id, dwelling_id, start_date, end_date, kept_tenancy_id from tenancy
        union all
        select household.household_key, household.household_id, tenancy.dwelling_id, tenancy.start_date, tenancy.end_date, null
        from households.dim_household as household
        left join households.fct_household_year as lives on household.household_key = lives.household_key and lives.year = $year
        left join tenancy on lives.tenancy_key = tenancy.tenancy_key
        union all
        select application_key, application_id, null, received_date, left_list_date, null from households.fct_application
        union all
        select stay_key, stay_id, null, start_date, end_date, null from households.fct_temporary_stay
        union all
        select coalesce(served.person_key, lives.person_key), concat_ws(' ', served.service_id, lives.household_id), lives.dwelling_id,
            served.from_date, null, null
        from served full join lives on served.person_key = lives.person_key
    )
    select shown.* exclude (member_key), key.new as member_key, own.local_id, own.dwelling_id,
        coalesce(since.since_date, own.from_date) as from_date, own.to_date, own.counted_as
    from temp.shown as shown
    left join {rekey.MAP} as key on shown.member_key = key.old
    left join own on shown.member_key = own.member_key
    left join since on shown.member_key = since.member_key and shown.reason_code = since.reason_code
    order by shown.member_kind, own.local_id, key.new, own.from_date
"""


def check_audience(audience: str) -> None:
    """A ``UserError`` where somebody asks who may not see rows."""
    if audience not in audience_names():
        raise UserError(f"There is no audience '{audience}'. The rows behind a number are for: {AUDIENCE}.")
    if audience != AUDIENCE:
        raise UserError(
            f"The rows behind a number are not for audience {audience}: they tell who lives where and why. They are for: {AUDIENCE}."
        )


def rows_with_own_keys(settings: Settings, con: DuckDBPyConnection, build_id: str, members: str, **parameters: Any) -> list[dict[str, Any]]:
    """What a query gives of members (``member_kind``, ``member_key``, ``reason_code`` and more), with the analysts' keys and own ones.

    The query's parameters are the municipality's ``code``, the ``year`` and those given beside them. Of a build of another pseudonym key
    there are own keys alone: what would be made with the key of today is in no release.
    """
    con.execute(f"create or replace temp table shown as {members}", parameters)
    shown = f"select member_key as old from temp.shown where {not _is_of_other_key(settings, build_id)}"
    rekey.create_map(con, shown, rekey.audience_secret(load_key(settings), AUDIENCE))
    return ask(con, _OWN, code=parameters["code"], year=parameters["year"])


def about_keys(settings: Settings, build_id: str) -> str:
    """A sentence where the analysts' keys of a build cannot be shown, else empty."""
    if not _is_of_other_key(settings, build_id):
        return ""
    return f"Build {build_id} was made under another pseudonym key: the keys of its release are not known any more, and are left out."


def _is_of_other_key(settings: Settings, build_id: str) -> bool:
    return is_of_other_key(settings, build_id, key_id(load_key(settings)))
