"""The project's own SQL on small inputs: compiled by dbt, run in a DuckDB in memory.

Belongs here: running models on rows that a case gives. Does not belong here: any formula of the project.
"""

from __future__ import annotations

import re

import duckdb
import pytest
from compiled_models import compile_project
from once import once

from orchestration.settings import PROJECT_ROOT

INDICATOR_SEEDS = (
    "indicator",
    "measure",
    "measure_need",
    "figure_status",
    "figure_method",
    "area_level",
    "county",
    "area_group",
    "area_membership",
    "municipality_class",
    "peer_set",
    "breakdown",
    "size_class",
    "target_group_scheme",
    "need_horizon",
)
MEASURE_MODELS = (
    "int_indicators__dwellings",
    "int_indicators__move_ins",
    "int_indicators__households",
    "int_indicators__population",
)
MEASURE_COLUMNS = (
    "municipality_code varchar, year integer, measure_id varchar, breakdown varchar, breakdown_code varchar, vintage varchar, "
    "amount decimal(18, 2), status varchar, method varchar"
)
DIRECT_FIGURE_COLUMNS = (
    "area_level varchar, area_code varchar, year integer, indicator_id varchar, breakdown varchar, breakdown_code varchar, "
    "vintage varchar, numerator decimal(18, 2), denominator decimal(18, 2), value decimal(18, 6), symbol varchar, status varchar, "
    "method varchar, municipality_count integer"
)


class Sandbox:
    """Relations of the warehouse under their own names: some given as rows, others made by the project's models."""

    def __init__(self, nodes: dict[str, dict]) -> None:
        self._nodes = {node["name"]: node for node in nodes.values()}
        self.con = duckdb.connect()
        self.con.execute("attach ':memory:' as warehouse")
        for schema in sorted({node["schema"] for node in self._nodes.values()}):
            self.con.execute(f"create schema if not exists warehouse.{schema}")

    def relation(self, name: str) -> str:
        return self._nodes[name]["relation_name"]

    def given(self, name: str, rows: str) -> None:
        """Fill the relation of a model with the result of a query."""
        self.con.execute(f"create table {self.relation(name)} as {rows}")

    def seed(self, *names: str) -> None:
        """Load seeds as they stand in the project, typed as the project says."""
        for name in names:
            node = self._nodes[name]
            types = ", ".join(f"'{column}': '{kind}'" for column, kind in node["config"]["column_types"].items())
            path = PROJECT_ROOT / node["original_file_path"]
            self.given(name, f"select * from read_csv('{path}', types = {{{types}}})")

    def run(self, *names: str) -> None:
        """Make the relations of models with their compiled SQL."""
        for name in names:
            self.con.execute(f"create table {self.relation(name)} as {self._nodes[name]['compiled_code']}")

    def indicators(self) -> None:
        """From dwellings, tenancies and households to figures; what was not given is empty, and so are measures that no case is of."""
        self.seed(*INDICATOR_SEEDS)
        self._empty(
            "int_geography__inhabitants",
            "municipality_code varchar, year integer, age_group varchar, persons bigint, status varchar, method varchar",
        )
        self._empty("int_households__stock", "dwelling_key varchar, reference_date date, is_covered_year boolean, need_horizon varchar")
        self._empty(
            "int_dwellings__version",
            "municipality_code varchar, dwelling_key varchar, tenure_form varchar, tenure_kind varchar, category varchar, "
            "is_wheelchair_accessible boolean, room_count integer, area_m2 decimal(6, 1), monthly_rent_nok decimal(9, 2), "
            "grant_binding_until date, valid_from date, valid_to date, is_in_stock boolean",
        )
        schemes = ("form_2009", "form_2020", "r0_2019", "care_3", "care_3b", "bodo_4")
        groups = ", ".join(f"primary_group_{scheme}{{0}} varchar" for scheme in schemes)
        self._empty(
            "fct_tenancy",
            "municipality_code varchar, tenancy_key varchar, is_counted boolean, kind_of_start varchar, start_date date, "
            f"contract_kind varchar, need_horizon_at_start varchar, {groups.format('_at_start')}",
        )
        self._empty(
            "fct_household_year",
            "municipality_code varchar, year integer, household_key varchar, has_care_service boolean, household_size integer, "
            "children_count integer, is_collective boolean, length_of_stay_class varchar, tenure_form varchar, category varchar, "
            f"need_horizon varchar, household_type varchar, contract_holder_age_group varchar, {groups.format('')}",
        )
        self._empty("fct_collective", "municipality_code varchar, unit_key varchar, valid_from date, valid_to date")
        self._empty(
            "rpt_refugee_housing",
            "municipality_code varchar, year integer, over_five_years_count integer, reached_five_years_count integer, "
            "still_here_count integer",
        )
        self._empty(
            "bridge_household_target_group",
            "household_key varchar, scheme varchar, group_code varchar, group_rank integer, valid_from date, valid_to date",
        )
        self._empty(
            "int_geography__conversion", "municipality_code varchar, current_code varchar, year integer, weight double, kind varchar"
        )
        self.nothing_else("int_indicators__measure_told", *MEASURE_MODELS)
        self.nothing_else("int_indicators__direct_figure")
        self.given(
            "int_deliveries__covered_entity",
            "select n.source, c.municipality_code, c.year, n.entity, true as is_whole_year "
            f"from {self.relation('int_deliveries__covered_year')} as c, "
            f"(select distinct source, entity from {self.relation('measure_need')}) as n",
        )
        self.run("dim_measure", "dim_indicator", "dim_breakdown", "dim_area", "int_indicators__size_class")
        self.run("int_geography__peer_renumbered", "int_geography__area_member", "int_indicators__area_year")
        self.run("int_indicators__covered", "int_indicators__sufficient", "int_indicators__dwelling_year", *MEASURE_MODELS)
        self.run("int_indicators__measure_told", "int_indicators__measure", "int_indicators__cell", "int_indicators__series")
        self.run("int_indicators__part", "int_indicators__direct_figure", "fct_indicator")

    def nothing_else(self, reader: str, *kept: str) -> None:
        """All models of measures or of direct figures that ``reader`` reads are empty, but for those kept."""
        for name in self._read_by(reader) - set(kept):
            self._empty(name, MEASURE_COLUMNS if reader == "int_indicators__measure_told" else DIRECT_FIGURE_COLUMNS)

    def figure(self, indicator_id: str, year: int, code: str = "all") -> tuple:
        """Numerator, denominator and value of the country."""
        return self.con.execute(
            f"select numerator, denominator, value from {self.relation('fct_indicator')} "
            "where area_level = 'country' and indicator_id = ? and year = ? and breakdown_code = ?",
            [indicator_id, year, code],
        ).fetchone()

    def _read_by(self, name: str) -> set[str]:
        return {node.split(".")[-1] for node in self._nodes[name]["depends_on"]["nodes"]}

    def _empty(self, name: str, columns: str) -> None:
        """A relation without rows; one that a case gave gets the columns it lacks."""
        self.con.execute(f"create table if not exists {self.relation(name)} ({columns})")
        for column in re.split(r", (?![^(]*\))", columns):
            self.con.execute(f"alter table {self.relation(name)} add column if not exists {column}")


@pytest.fixture
def sandbox(compiled: dict[str, dict], tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Sandbox:
    """A test may ask for other variables of dbt than the project's with an indirect parameter."""
    variables = getattr(request, "param", None)
    if variables:
        name = "_".join(("compiled", *sorted(variables)))
        return Sandbox(once(tmp_path_factory, name, lambda folder: compile_project(folder, variables)))
    return Sandbox(compiled)
