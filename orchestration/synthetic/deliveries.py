"""All deliveries of one municipality, with the line of every planted defect.

Belongs here: the rhythm of deliveries and the bookkeeping of lines. Does not belong here: columns (``extracts``).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa

from orchestration.synthetic import accounts
from orchestration.synthetic import calibration as cal
from orchestration.synthetic import extracts as ex
from orchestration.synthetic.assessments import care_files
from orchestration.synthetic.days import dates, day
from orchestration.synthetic.event_file import dwelling_events
from orchestration.synthetic.landing import Defects, Landing, Period, write_csv
from orchestration.synthetic.local_groups import write_mapping
from orchestration.synthetic.municipality import SyntheticMunicipality
from orchestration.synthetic.position_file import FORM, QUALIFICATION, YEARS, write_11cf, write_11f
from orchestration.synthetic.temporary_stays import temporary_stays

_KINDS = {"P001": "wrong_check_digits", "P004": "secret_address"}


def periods(first: dt.date, last: dt.date, last_year: int) -> list[Period]:
    """Year-ends before the last year, month-ends in it; each period starts the day after the one before."""
    ends = [dt.date(year, 12, 31) for year in range(first.year, last_year)]
    ends += [dt.date(last_year + month // 12, month % 12 + 1, 1) - dt.timedelta(days=1) for month in range(1, 13)]
    found, start = [], first
    for end in ends:
        if first <= end <= last:
            received = dt.datetime.combine(end + dt.timedelta(days=3 + end.toordinal() % 4), dt.time(7, 30))
            found.append(Period(start, end, received))
            start = end + dt.timedelta(days=1)
    return found


@dataclass
class _Seen:
    """Where each row of a file last stood: delivery and line."""

    delivery: np.ndarray
    line: np.ndarray
    names: list[tuple[str, dt.date]] = field(default_factory=list)


@dataclass
class Supplier:
    """Writes what one municipality sends."""

    state: SyntheticMunicipality
    landing: Landing
    defects: Defects
    seen: dict[str, _Seen] = field(default_factory=dict)

    def deliver_all(self, all_periods: list[Period]) -> None:
        """Every delivery of the municipality, then the defects whose line is known only at the end."""
        state = self.state
        code = state.code
        self.landing.deliver(
            "group_mapping",
            code,
            Period(all_periods[0].start, all_periods[0].start, dt.datetime.combine(all_periods[0].start, dt.time(9))),
            {"local_groups.csv": lambda path: write_mapping(path, code)},
        )
        ids = ex.told_ids(state)
        municipal = [
            ex.dwellings(state),
            ex.tenancies(state, ids),
            ex.members(state, ids),
            ex.group_rows(state),
            ex.applications(state, ids),
            dwelling_events(state),
        ]
        care, register, stays = [ex.services(state)], [ex.refugees(state)], [temporary_stays(state)]
        assessed = care_files(state)
        for extract in municipal + care + assessed + register + stays:
            self.seen[extract.entity] = _Seen(np.full(len(extract.from_day), -1), np.zeros(len(extract.from_day), dtype=np.int64))
        remainder, count = int(code) % 4, len(all_periods)
        for number, period in enumerate(all_periods):
            bogus = self._bogus(number, all_periods)
            if remainder == cal.CORRECTED_REMAINDER and number == count // 3:
                self._deliver("municipal", municipal, period, bogus, wrong=True)
                later = replace(period, received=period.received + dt.timedelta(days=9))
                self._deliver("municipal", municipal, later, bogus, number=2)
            elif remainder == cal.TRUNCATED_REMAINDER and number == max(0, count - 7):
                folder = self._deliver("municipal", municipal, period, bogus, cut="tenancies.csv")
                self.defects.add(
                    [("truncated_file", "F003", "municipal", code, folder, period.end, "tenancies.csv", "tenancy", None, None)]
                )
                later = replace(period, received=period.received + dt.timedelta(days=4))
                self._deliver("municipal", municipal, later, bogus, number=2)
            else:
                self._deliver("municipal", municipal, period, bogus)
            self._deliver("iplos", care + assessed if number == count - 1 else care, period, {})
            if (period.end.month, period.end.day) == (12, 31):
                whole_year = replace(period, start=max(all_periods[0].start, dt.date(period.end.year, 1, 1)))
                self._deliver("refugee_register", register, whole_year, {})
                self._deliver("temporary_accommodation", stays, whole_year, {})
                if period.end.year in YEARS:
                    self._deliver_kostra(period.end.year, period.received)
        self._deliver_decisions(all_periods)
        self._report(municipal)

    def _deliver_decisions(self, all_periods: list[Period]) -> None:
        last = all_periods[-1]
        if self.state.decisions.fates:
            period = Period(last.start, last.end, last.received + dt.timedelta(days=1))
            self.landing.deliver("decision", self.state.code, period, self.state.decisions.writers(self.state.code))

    def _deliver_kostra(self, year: int, received: dt.datetime) -> None:
        period = Period(dt.date(year, 1, 1), dt.date(year, 12, 31), received + dt.timedelta(days=20))
        code = self.state.code
        for source, name, write in (
            ("kostra_11f", f"{FORM}_{code}_{year}.dat", write_11f),
            ("kostra_11cf", f"{QUALIFICATION}_{code}_{year}.dat", write_11cf),
            ("kostra_accounts", f"{accounts.FORM}_V{year}_K0_R{code}00.dat", accounts.write_accounts),
        ):
            self.landing.deliver(source, code, period, {name: lambda path, write=write: write(path, self.state, year)})

    def _bogus(self, number: int, all_periods: list[Period]) -> dict[str, np.ndarray]:
        """Templates of rows that end before they start; each stands in one delivery."""
        templates = self.state.planted.of("end_before_start")
        start = self.state.tenancies.start[templates]
        ends = np.array([day(p.end) for p in all_periods])
        own = np.minimum(np.searchsorted(ends, start) + np.arange(len(templates)) % 3, len(ends) - 1)
        return {"tenancy": np.flatnonzero(own == number)}

    def _deliver(
        self,
        source: str,
        extracts: list[ex.Extract],
        period: Period,
        bogus: dict[str, np.ndarray],
        number: int = 1,
        cut: str | None = None,
        wrong: bool = False,
    ) -> str:
        code = self.state.code
        folder = f"{source}/{code}/{period.end.isoformat()}_{number}"
        begin, end = day(period.start), day(period.end)
        if source == "refugee_register":
            begin = self.state.first
        writers, listed = {}, []
        for extract in extracts:
            rows = extract.rows(begin, end)
            table = extract.show(rows, end)
            for rule, breaks in extract.flags.items():
                for place in np.flatnonzero(breaks[rows]).tolist():
                    where = (source, code, folder, period.end, extract.file, extract.entity, place + 2, extract.local_id[rows[place]])
                    listed.append((_KINDS[rule], rule, *where))
            for k, extra in enumerate(bogus.get(extract.entity, np.zeros(0, dtype=np.int64)).tolist()):
                line = self._bogus_line(extract, table, extra, end)
                where = (source, code, folder, period.end, extract.file, extract.entity, len(rows) + k + 2, line["tenancy_id"][0].as_py())
                table = pa.concat_tables([table, line])
                listed.append(("end_before_start", "R008", *where))
            if wrong and extract.entity == "dwelling":
                rooms = table["room_count"].to_numpy().copy()
                rooms[0] = rooms[0] % 5 + 1
                table = table.set_column(table.schema.get_field_index("room_count"), "room_count", pa.array(rooms))
                where = (source, code, folder, period.end, extract.file, extract.entity, 2, extract.local_id[rows[0]])
                listed.append(("corrected_delivery", None, *where))
            writers[extract.file] = lambda path, table=table: write_csv(path, table)
            if cut is None:
                seen = self.seen[extract.entity]
                seen.delivery[rows], seen.line[rows] = len(seen.names), np.arange(len(rows)) + 2
                seen.names.append((folder, period.end))
        if cut is None:
            self.defects.add(listed)
        return self.landing.deliver(source, code, period, writers, number, cut)

    def _bogus_line(self, tenancies: ex.Extract, table: pa.Table, which: int, known_by: int) -> pa.Table:
        """A copy of a tenancy under a new key whose end lies before its start."""
        template = self.state.planted.of("end_before_start")[which : which + 1]
        line = tenancies.show(template, known_by)
        start = self.state.tenancies.start[template]
        key = ex.local_ids("L", np.array([len(tenancies.from_day) + which]))
        new = {"tenancy_id": pa.array(key), "start_date": dates(start), "end_date": dates(start - 20 - which % 40)}
        return pa.table({name: new.get(name, line[name]) for name in line.column_names}).cast(table.schema)

    def _report(self, extracts: list[ex.Extract]) -> None:
        """Defects of the T rules: the line of the row that counts, in the last delivery that holds it."""
        state, planted = self.state, self.state.planted
        files = {extract.entity: extract for extract in extracts}
        n = len(state.tenancies)

        def add(kind: str, rule: str, entity: str, rows: np.ndarray, local_id: np.ndarray | None = None) -> None:
            seen, extract, listed = self.seen[entity], files[entity], []
            names = extract.local_id[rows] if local_id is None else local_id
            for row, name in zip(rows.tolist(), names.tolist(), strict=True):
                folder, end = seen.names[seen.delivery[row]]
                listed.append((kind, rule, "municipal", state.code, folder, end, extract.file, entity, seen.line[row], name))
            self.defects.add(listed)

        def tenancies_of_stays(stays: np.ndarray) -> np.ndarray:
            return np.flatnonzero(np.isin(state.tenancies.stay, stays))

        def households(rows: np.ndarray) -> np.ndarray:
            return ex.local_ids("H", rows)

        add("duplicate_tenancy", "T001", "tenancy", n + np.arange(len(planted.of("duplicate_tenancy"))))
        add("overlapping_tenancies", "T002", "tenancy", tenancies_of_stays(planted.of("overlapping_tenancies")))
        add("tenancy_in_sold_dwelling", "T003", "tenancy", tenancies_of_stays(planted.of("tenancy_in_sold_dwelling")))
        early = tenancies_of_stays(planted.of("tenancy_before_acquisition"))
        early = early[state.tenancies.start[early] == state.stays.start[state.tenancies.stay[early]]]  # not its renewals
        add("tenancy_before_acquisition", "T015", "tenancy", early)
        add("decision_after_start", "T016", "tenancy", planted.of("decision_after_start"))
        add("agreed_end_before_start", "T017", "tenancy", planted.of("agreed_end_before_start"))
        told = np.cumsum(state.events.told) - 1
        add("event_on_another_day", "T011", "dwelling_event", told[planted.of("event_on_another_day")])
        twice, unknown = len(planted.of("taken_out_twice")), len(planted.of("event_without_dwelling"))
        extra = int(state.events.told.sum()) + np.arange(twice + unknown)
        add("taken_out_twice", "T012", "dwelling_event", extra[:twice])
        add("event_without_dwelling", "T013", "dwelling_event", extra[twice:])
        child = planted.of("child_in_two_households")
        add("child_in_two_households", "T023", "household_member", np.concatenate([child, state.members.person[child]]))
        without = planted.of("household_without_group")
        first_tenancy = np.full(len(state.households), -1)
        first_tenancy[state.tenancies.household[::-1]] = np.arange(n)[::-1]
        add("household_without_group", "T004", "tenancy", first_tenancy[without], households(without))
        add("unknown_group_code", "T005", "household_group", planted.of("unknown_group_code"))
        over = planted.of("refugee_flag_after_five_years")
        flag_row = np.searchsorted(state.group_rows.household, over)  # rank 1 comes first in a household
        add("refugee_flag_after_five_years", "T006", "household_group", flag_row, households(over))
        under = planted.of("grant_without_flag")
        current = np.flatnonzero((state.tenancies.start <= state.last) & (state.tenancies.end > state.last))
        stock = np.full(len(state.households), -1)
        stock[state.tenancies.household[current]] = current
        add("grant_without_flag", "T007", "tenancy", stock[under], households(under))
