"""A synthetic set on disk and how the tests query it."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.synthetic import SynthesisSummary, synthesize


@dataclass(frozen=True)
class SyntheticSet:
    """Folders and summary of one run."""

    landing: Path
    truth: Path
    summary: SynthesisSummary

    def rows(self, sql: str) -> list[tuple]:
        """Query with ``truth('<table>')``, and ``delivered('<period end>', '<file>')`` over the municipal deliveries of a date."""
        with duckdb.connect() as con:
            con.execute(f"create macro truth(entity) as table from read_parquet('{self.truth}/*/' || entity || '.parquet')")
            con.execute(f"""
                create macro delivered(period_end, file) as table
                from read_csv('{self.landing}/municipal/*/' || period_end || '_*/' || file, delim = ';', all_varchar = true, quote = '')
            """)
            return con.execute(sql).fetchall()

    def defects(self) -> list[dict[str, str]]:
        """The planted defects."""
        with (self.truth / "defects.csv").open(encoding="utf-8", newline="") as handle:
            return list(csv.DictReader(handle, delimiter=";"))


def make_set(folder: Path, **options: object) -> SyntheticSet:
    """Write a set below a folder."""
    return SyntheticSet(folder / "landing", folder / "truth", synthesize(folder / "landing", folder / "truth", **options))
