"""The result of one check, whoever made it.

Belongs here: the form that the arrival gate, dbt, Great Expectations and the release share, so that Dagster, ``release.json``, the
incident file and the summary read one thing. Does not belong here: running a check.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Outcome:
    """``rows`` counts the rows that broke the rule; ``detail`` never holds a value of a row."""

    subject: str
    rule: str
    passed: bool
    severity: str = "error"
    rows: int = 0
    detail: str = ""

    @property
    def is_blocking(self) -> bool:
        """Whether the night must stop."""
        return not self.passed and self.severity == "error"

    def sentence(self) -> str:
        """One line for a person: rule, where and how many rows."""
        rows = f", {self.rows} row{'s' * (self.rows > 1)}" if self.rows else ""
        return f"{self.rule} on {self.subject}{rows}" + (f": {self.detail}" if self.detail else "")

    def as_json(self) -> dict:
        """Plain values for ``release.json``."""
        return asdict(self)


def blocking(outcomes: list[Outcome]) -> list[Outcome]:
    """Those that stop the night."""
    return [o for o in outcomes if o.is_blocking]
