"""The lines of form 13, and the rows behind them, agree with the ground truth of the synthetic deliveries.

Belongs here: which numbers a form holds and who is counted. Does not belong here: the workbook and the commands.
"""

from __future__ import annotations

import pytest

# Numbers of the form: 8 and 9 are those without a group, 7 what is not split; the schemes of the extension have a name of their own.
NUMBERS = {"formerly_refugee": "8", "unclassified": "9", "unsplit": "7", "no_place": "6"}
SCHEMES = {"form_2009": "U1.2009", "form_2020": "U1.2020", "r0_2019": "U1.2019", "care_3": "U1.o3", "care_3b": "U1.o3b", "bodo_4": "U1.b4"}
GROUPS = {
    "form_2009": ["1", "2", "3", "4", "5", "6", "7", "formerly_refugee", "unclassified"],
    "form_2020": ["12", "4", "5", "6", "7", "formerly_refugee", "unclassified"],
    "r0_2019": ["1", "2", "3", "4", "5", "6", "unsplit", "formerly_refugee", "unclassified"],
}


def numbered(scheme: str) -> list[tuple[str, str]]:
    """Codes of a scheme with their numbers in the form."""
    return [(NUMBERS.get(code, code), code) for code in GROUPS[scheme]]


# line: indicator, breakdown and code of the ground truth
LINES = {
    "2": ("disposed_dwellings", "none", "all"),
    "2.1": ("disposed_dwellings", "tenure_form", "owned"),
    "2.2": ("disposed_dwellings", "tenure_form", "rented_in"),
    "2.3": ("disposed_dwellings", "tenure_form", "right_of_disposal"),
    "4.1": ("let_dwellings", "none", "all"),
    "4.2": ("vacant_dwellings", "none", "all"),
    "5": ("newly_moved_in", "none", "all"),
    "6": ("new_on_waiting_list", "none", "all"),
    "U1": ("households", "none", "all"),
    "U3": ("share_with_care_services", "none", "all"),
    "U6": ("on_waiting_list", "none", "all"),
    **{f"5.{number}_2009": ("newly_moved_in", "target_group_form_2009", code) for number, code in numbered("form_2009")},
    **{f"5.{number}": ("newly_moved_in", "target_group_form_2020", code) for number, code in numbered("form_2020")},
    **{f"U4.{number}_2009": ("households_any_group", "target_group_form_2009", code) for number, code in numbered("form_2009")},
    **{f"U4.{number}": ("households_any_group", "target_group_form_2020", code) for number, code in numbered("form_2020")},
    **{
        f"{SCHEMES[scheme]}.{number}": ("households", f"target_group_{scheme}", code)
        for scheme in GROUPS
        for number, code in numbered(scheme)
    },
}
MEMBERS = "select * from indicators.fct_form_line_member"


@pytest.fixture(scope="module", params=["built_home", "renumbered_home", "many_seeds_home"])
def con(request):
    with request.getfixturevalue(request.param).connect() as connection:
        connection.execute("create temp table asked (line_id varchar, indicator_id varchar, breakdown varchar, breakdown_code varchar)")
        connection.executemany("insert into asked values (?, ?, ?, ?)", [[line, *what] for line, what in LINES.items()])
        yield connection


def assert_same(con, expected: str, found: str) -> None:
    """Two queries give the same rows, and some."""
    missing = con.execute(f"select * from (({expected}) except all ({found})) limit 10").fetchall()
    unexpected = con.execute(f"select * from (({found}) except all ({expected})) limit 10").fetchall()
    assert con.execute(f"select count(*) from ({expected})").fetchone()[0] > 0
    assert (missing, unexpected) == ([], [])


def test_each_line_is_exact_and_empty_where_its_file_was_not_delivered(con) -> None:
    """Lines of groups stand in the form of their years only: truth tells every scheme of every year."""
    assert_same(
        con,
        """
        select municipality_code, year, line_id, numerator from truth('total') join asked using (indicator_id, breakdown, breakdown_code)
        where case when line_id like '%\\_2009' escape '\\' then year <= 2019
            when line_id like '5.%' or line_id like 'U4.%' then year >= 2020 else true end
        """,
        """
        select municipality_code, year, line_id, line_count from indicators.fct_form_line where line_id in (from asked select line_id)
        and (municipality_code, year) in (select (municipality_code, year) from truth('total'))
        """,
    )


def test_lines_of_kinds_and_access_follow_from_the_true_dwellings(con) -> None:
    kinds = "case tenure_kind {} end"
    lines = ["freehold", "cooperative", "condominium", "private_rental", "allocation_agreement", "referral_agreement"]
    line = kinds.format(" ".join(f"when '{kind}' then '2.k{number}'" for number, kind in enumerate(lines, 1)))
    there = """
        from truth('dwelling') join (select distinct municipality_code, year from truth('total')) using (municipality_code)
        where is_in_stock and valid_from <= make_date(year, 12, 31) and (valid_to is null or valid_to > make_date(year, 12, 31))
    """
    assert_same(
        con,
        f"""
        select municipality_code, year, {line} as line_id, count(*) {there} group by all
        union all select municipality_code, year, '3', count(*) {there} and is_wheelchair_accessible group by all
        """,
        """
        select municipality_code, year, line_id, line_count from indicators.fct_form_line
        where (line_id like '2.k%' or line_id = '3') and line_count > 0
        """,
    )


def test_the_newly_moved_in_are_the_true_ones_and_those_left_out_have_their_reason(con) -> None:
    """Of tenancies that count, the reason is the kind of their start; those that do not count are told beside them."""
    assert_same(
        con,
        """
        select municipality_code, year(start_date), tenancy_id, kind_of_start = 'new', if(kind_of_start = 'new', 'moved_in', kind_of_start)
        from truth('tenancy') where (municipality_code, year(start_date)) in (select (municipality_code, year) from truth('total'))
        """,
        f"""
        select member.municipality_code, year, tenancy_id, member.is_counted, reason_code from ({MEMBERS}) as member
        join households.fct_tenancy as tenancy on member_key = tenancy_key
        where line_id = '5' and tenancy.is_counted
        """,
    )
    rows = con.execute(f"select distinct reason_code from ({MEMBERS}) where line_id = '5' and not is_counted").fetchall()
    left_out = {reason for (reason,) in rows} - {"internal", "renewal"}
    assert left_out <= {"registered_twice", "unknown_dwelling", "overlap_or_no_days"}
    assert "registered_twice" in left_out


def test_the_households_of_a_group_are_the_true_ones(con) -> None:
    """Where groups were delivered; a line that cannot be told has no rows."""
    schemes = " ".join(f"when '{scheme}' then '{line}'" for scheme, line in SCHEMES.items())
    numbers = " ".join(f"when '{code}' then '{number}'" for code, number in NUMBERS.items())
    told = "select (municipality_code, year) from truth('total') where breakdown = 'target_group_form_2009' and numerator is not null"
    assert_same(
        con,
        f"""
        select municipality_code, year, case scheme {schemes} end || '.' || case group_code {numbers} else group_code end, household_id
        from truth('household_group') where is_primary and (municipality_code, year) in ({told})
        """,
        f"""
        select member.municipality_code, year, line_id, household_id from ({MEMBERS}) as member
        join households.dim_household as household on member_key = household_key
        where line_id like 'U1.%' and is_counted
        """,
    )


def test_households_with_several_groups_are_the_true_ones(con) -> None:
    assert_same(
        con,
        """
        select municipality_code, year, household_id from truth('household_group') where scheme = 'r0_2019'
        and (municipality_code, year) in (
            select (municipality_code, year) from truth('total') where breakdown = 'target_group_form_2009' and numerator is not null
        ) group by all having count(*) > 1
        """,
        f"""
        select member.municipality_code, year, household_id from ({MEMBERS}) as member
        join households.dim_household as household on member_key = household_key
        where line_id = 'U4' and is_counted
        """,
    )


def test_each_number_is_the_number_of_its_rows(con) -> None:
    assert_same(
        con,
        "select municipality_code, year, line_id, line_count from indicators.fct_form_line where line_count > 0",
        f"select municipality_code, year, line_id, count(*) from ({MEMBERS}) where is_counted group by all",
    )


def test_what_a_system_does_not_tell_is_missing_and_never_zero(built_home) -> None:
    """BOEI, FDVU, both Kobo and the home-made workbook tell neither the office nor the act of an allotment; the others tell both."""
    silent, told = ("1134", "1838", "3435", "4022", "5026"), ("1560", "3428", "5622")
    with built_home.connect() as con:
        lines = "from indicators.fct_form_line where line_id like 'U7.%' and status = ?"
        why = con.execute(
            f"""
            select municipality_code, symbol, missing_reason_nb, count(line_count), count(distinct line_id) {lines}
            and municipality_code in ? group by all order by all
            """,
            ["missing", silent],
        ).fetchall()
        reason = "Opplysningen er ikke fylt ut for noen i det som er levert"
        assert why == [(code, "..", reason, 0, 4) for code in silent]
        assert con.execute(f"select count(*) {lines} and municipality_code in ?", ["observed", silent]).fetchone() == (0,)
        sums = con.execute(
            """
            select municipality_code, sum(line_count) filter (where line_id like 'U7.%') - sum(line_count) filter (where line_id = 'U1'),
                sum(line_count) filter (where line_id = 'U7.4'), sum(line_count) filter (where line_id = 'U7.1') > 0
            from indicators.fct_form_line where municipality_code in ? group by all order by all
            """,
            [told],
        ).fetchall()
        assert sums == [(code, 0, 0, True) for code in told]
        controls = con.execute(
            """
            select municipality_code, bool_or(is_met is null), bool_or(is_met), bool_or(message_nb like '%kontor er ikke oppgitt%')
            from indicators.fct_form_control where control_id = 'K13' and municipality_code in ? group by all order by all
            """,
            [silent + told],
        ).fetchall()
        assert controls == [(code, code in silent, None if code in silent else True, code in silent) for code in sorted(silent + told)]
        pairs = con.execute(
            """
            select municipality_code, count(left_count), bool_or(is_told) from indicators.fct_reconciliation
            where pair_id = 'care_dwellings_iplos' and municipality_code in ? group by all order by all
            """,
            [silent],
        ).fetchall()
        assert pairs == [(code, 0, False) for code in silent]
