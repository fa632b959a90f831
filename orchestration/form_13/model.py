"""What a form is: lines with last year's beside them, controls, changes with their reasons, and what it was made of.

Belongs here: the parts of a form and what follows from them alone. Does not belong here: reading (``reading``), words and layout
(``sheets``).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

SENT, OWN_REGISTER = "sent", "own_register"
GROUPS = "target_group_"
_OVER_YEARS = "C164"


@dataclass(frozen=True)
class Earlier:
    """The number of a line one year before: as it was sent, or where nothing was sent as the register of today has it.

    Of other borders there is a number beside, and no change.
    """

    count: int | None
    symbol: str | None
    origin: str
    origin_label_nb: str
    has_same_borders: bool


@dataclass(frozen=True)
class Number:
    """What stands on a line of a form: a count, or a symbol where there is none."""

    count: int | None
    symbol: str | None


@dataclass(frozen=True)
class Return:
    """A form as it was sent: of which year, when it came, and which offices it covers."""

    year: int
    received_date: dt.date
    counted_date: dt.date
    covered_office: str
    covered_office_label_nb: str


@dataclass(frozen=True)
class Before:
    """A code that the area had a year before; not ``is_whole`` where only a part of that code's area came to it."""

    code: str
    is_whole: bool
    has_same_borders: bool


@dataclass(frozen=True)
class Line:
    """A line of the form. ``estimate`` is the count with the unclassified spread in proportion: beside the count, never instead of it."""

    line_id: str
    section_id: str
    label_nb: str
    definition_nb: str
    is_extension: bool
    origin: str
    rule_id: str | None
    measure_id: str
    measure_label_nb: str
    breakdown: str
    breakdown_label_nb: str
    breakdown_code: str
    count: int | None
    symbol: str | None
    status: str
    method: str
    missing_reason_nb: str | None
    is_stock: bool
    is_new: bool = False  # the form of the year before did not have it
    share: Decimal | None = None
    estimate: Decimal | None = None
    earlier: Earlier | None = None
    sent: Number | None = None  # in the form of the year that was sent already

    @property
    def differs_from_sent(self) -> bool:
        """Whether it was sent, and otherwise than it is told now."""
        return self.sent is not None and self.sent.count != self.count

    @property
    def change(self) -> int | None:
        """Against the year before, where both numbers are known and of the same borders."""
        before = self.earlier
        known = self.count is not None and before is not None and before.count is not None and before.has_same_borders
        return self.count - before.count if known else None

    @property
    def is_whole(self) -> bool:
        """A total: not a part by group, tenure or the like."""
        return self.breakdown == "none"

    @property
    def is_group(self) -> bool:
        """A part by target group."""
        return self.breakdown.startswith(GROUPS)


@dataclass(frozen=True)
class Cause:
    """Part of a change: how many rows came (above zero) or went (below), and why."""

    amount: int
    reason_nb: str


@dataclass(frozen=True)
class Change:
    """A line that changed much, with what makes the change up."""

    line: Line
    causes: tuple[Cause, ...]


@dataclass(frozen=True)
class Control:
    """The result of a control: ``is_met`` is None where it cannot be checked."""

    control_id: str
    origin: str
    severity_label_nb: str
    label_nb: str
    definition_nb: str
    rule_id: str
    left_count: int | None
    right_count: int | None
    difference: int | None
    is_met: bool | None
    message_nb: str

    @property
    def name_nb(self) -> str:
        """Its number, and what holds where it is met."""
        return f"{self.control_id} {self.label_nb}"

    @property
    def is_over_years(self) -> bool:
        """What last year's form closed with, against what this year opens with."""
        return self.rule_id == _OVER_YEARS


@dataclass(frozen=True)
class LineControl:
    """Whether a line is likely: a number or a rate between two limits. ``is_met`` is None where it cannot be judged."""

    control_id: str
    control_label_nb: str
    definition_nb: str
    rule_id: str
    severity_label_nb: str
    line_id: str
    line_label_nb: str
    unit_label_nb: str
    value: float | None
    lower: float | None
    upper: float | None
    is_met: bool | None
    message_nb: str


@dataclass(frozen=True)
class Delivered:
    """A file that the form of the year rests on, or that it lacks."""

    source: str
    entity: str
    is_covered: bool
    delivery_id: str | None
    accepted_count: int | None
    quarantined_count: int | None
    more_count: int  # other deliveries that tell of the year


@dataclass(frozen=True)
class Made:
    """Which build the form is made of."""

    build_id: str
    release: str
    as_of: dt.date
    known_at: dt.date
    code_sha256: str


@dataclass(frozen=True)
class Form:
    """The form of one municipality and year."""

    municipality_code: str
    municipality_name: str
    year: int
    reference_date: dt.date
    made: Made
    lines: tuple[Line, ...]
    section_labels: dict[str, str]
    changes: tuple[Change, ...]
    controls: tuple[Control, ...]
    line_controls: tuple[LineControl, ...]
    deliveries: tuple[Delivered, ...]
    before: tuple[Before, ...]
    sent: Return | None  # the form of this year, where one was sent already
    sent_before: Return | None  # last year's

    @property
    def name(self) -> str:
        """What its files are called, without the ending."""
        return f"skjema13_{self.municipality_code}_{self.year}"

    @property
    def has_other_borders(self) -> bool:
        """Than the year before."""
        return any(not each.has_same_borders for each in self.before)

    @cached_property
    def regrouped(self) -> frozenset[str]:
        """Measures whose groups are others than those of the year before: the series breaks."""
        return frozenset(line.measure_id for line in self.lines if line.is_new and line.is_group)

    @cached_property
    def missing(self) -> tuple[Line, ...]:
        """Lines that cannot be told."""
        return tuple(line for line in self.lines if line.count is None)

    @property
    def missing_reasons(self) -> dict[str, int]:
        """How many lines are missing, by reason."""
        reasons: dict[str, int] = {}
        for line in self.missing:
            reason = line.missing_reason_nb or ""
            reasons[reason] = reasons.get(reason, 0) + 1
        return reasons

    @property
    def own_controls(self) -> tuple[Control, ...]:
        """Controls of this form."""
        return tuple(control for control in self.controls if control.origin == OWN_REGISTER)

    @property
    def controls_of_returns(self) -> list[tuple[Return, tuple[Control, ...]]]:
        """Controls of what was sent: this year's form, and last year's against what the register tells of it today."""
        of_sent = [control for control in self.controls if control.origin == SENT]
        returns = ((self.sent, False), (self.sent_before, True))
        found = ((sent, tuple(c for c in of_sent if c.is_over_years is over_years)) for sent, over_years in returns if sent)
        return [(sent, some) for sent, some in found if some]

    @property
    def broken(self) -> tuple[Control, ...]:
        """Controls of this form that are not met."""
        return tuple(control for control in self.own_controls if control.is_met is False)

    @property
    def unchecked(self) -> tuple[Control, ...]:
        """Controls of this form that cannot be checked."""
        return tuple(control for control in self.own_controls if control.is_met is None)

    @property
    def unchecked_lines(self) -> tuple[str, ...]:
        """Lines that some control of single lines cannot judge."""
        return tuple(dict.fromkeys(control.line_id for control in self.line_controls if control.is_met is None))

    @property
    def unlikely_lines(self) -> tuple[str, ...]:
        """Lines that are not likely."""
        return tuple(dict.fromkeys(control.line_id for control in self.line_controls if control.is_met is False))

    @property
    def differing(self) -> tuple[Line, ...]:
        """Lines that were sent otherwise than they are told now."""
        return tuple(line for line in self.lines if line.differs_from_sent)

    @property
    def unlikely(self) -> dict[str, list[LineControl]]:
        """Lines that are not likely, by control."""
        found: dict[str, list[LineControl]] = {}
        for control in self.line_controls:
            if control.is_met is False:
                found.setdefault(f"{control.control_id} {control.control_label_nb}", []).append(control)
        return found
