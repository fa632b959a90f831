"""Where things live and which dates a run describes: the one place that reads the environment.

Belongs here: paths under the data home, the pseudonym key's place, as-of and known-at.
Does not belong here: anything that opens a database or a delivery.
"""

from __future__ import annotations

import datetime as dt
import os
import re
from dataclasses import dataclass, replace
from pathlib import Path

PROJECT_ROOT = Path(__file__).resolve().parents[1]


class UserError(Exception):
    """A mistake the user can mend. The command line prints it without a stack trace."""


@dataclass(frozen=True)
class Settings:
    """Paths and dates of one run.

    ``as_of`` is the day the marts describe and ``known_at`` the last day of receipt that counts; ``None`` means
    the latest period end among accepted municipal deliveries, and every accepted delivery. ``ssb_url`` stands in for the host of
    Statistics Norway's interfaces, where a copy or a proxy answers.
    """

    home: Path
    key_file: Path
    as_of: dt.date | None = None
    known_at: dt.date | None = None
    webhook_url: str | None = None
    ssb_url: str | None = None
    keep_releases: int = 5
    memory_limit: str = "1GB"
    threads: int = 2
    kostra_controls: str = ""
    generation: str | None = None  # of raw and quarantine; None: the one in use
    mappings: Path = PROJECT_ROOT / "mappings"

    @property
    def landing(self) -> Path:
        """Files as delivered: the restricted area, mode 0700."""
        return self.home / "landing"

    @property
    def inbox(self) -> Path:
        """Where suppliers drop files, one folder for each municipality; ``fjernlys inbox`` takes them in."""
        return self.home / "inbox"

    @property
    def aside(self) -> Path:
        """Deliveries while they are handed in or tried out (restricted; a killed run's rest is removed by the next)."""
        return self.home / "handing_in"

    @property
    def generation_file(self) -> Path:
        """Names the generation of raw in use; there is no such file until the key is changed for the first time."""
        return self.home / "generation"

    def _of_generation(self, name: str) -> Path:
        generation = self.generation
        if generation is None:
            generation = self.generation_file.read_text(encoding="ascii").strip() if self.generation_file.exists() else ""
        return self.home / (f"{name}.{generation}" if generation else name)

    @property
    def raw(self) -> Path:
        """Immutable Parquet, one folder per accepted delivery with its receipt."""
        return self._of_generation("raw")

    @property
    def quarantine(self) -> Path:
        """Rows and deliveries that were not accepted: rule, line and reason, never a value."""
        return self._of_generation("quarantine")

    @property
    def builds(self) -> Path:
        """One DuckDB file per build."""
        return self.home / "builds"

    @property
    def releases(self) -> Path:
        """One folder per release; ``current`` points to the one in use."""
        return self.home / "releases"

    @property
    def forms(self) -> Path:
        """Forms that were sent, <year>/<municipality>/<number>/, and those of the release in use, <year>/current/."""
        return self.home / "forms"

    @property
    def work(self) -> Path:
        """Half-done files of the running night (restricted, emptied at the start of the next)."""
        return self.home / "work"

    @property
    def truth(self) -> Path:
        """Ground truth of synthetic deliveries: for tests only, never read by the night."""
        return self.home / "truth"

    @property
    def docs(self) -> Path:
        """Data Docs and other pages made by the night."""
        return self.home / "docs"

    @property
    def incidents(self) -> Path:
        """One readable file for each night that failed."""
        return self.home / "incidents"

    @property
    def dagster_home(self) -> Path:
        """Dagster's run and event store."""
        return self.home / "dagster"

    def with_dates(self, as_of: dt.date | None, known_at: dt.date | None) -> Settings:
        """The same places with other dates."""
        return replace(self, as_of=as_of or self.as_of, known_at=known_at or self.known_at)


def _date(name: str, text: str | None) -> dt.date | None:
    if not text:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise UserError(f"{name}: '{text}' is not a date. Write it as YYYY-MM-DD.") from None


def _number(name: str, text: str) -> int:
    if not text.strip().isdecimal() or int(text) < 1:
        raise UserError(f"{name}: '{text}' is not a whole number of 1 or more.")
    return int(text)


def _memory(name: str, text: str) -> str:
    if not re.fullmatch(r"\d+(\.\d+)? *([KMGT]i?B|%)", text.strip(), re.IGNORECASE):
        raise UserError(f"{name}: '{text}' is not an amount of memory. Write it as 1GB or 800MB.")
    return text.strip()


def load_settings(environment: dict[str, str] | None = None) -> Settings:
    """Read the settings from the environment (``FJERNLYS_*``), with defaults that suit a checkout."""
    env = os.environ if environment is None else environment
    home = Path(env.get("FJERNLYS_HOME") or PROJECT_ROOT / "data").expanduser().absolute()
    config = Path(env.get("XDG_CONFIG_HOME") or "~/.config").expanduser() / "fjernlys"
    return Settings(
        home=home,
        key_file=Path(env.get("FJERNLYS_KEY_FILE") or config / "pseudonym.key").expanduser().absolute(),
        as_of=_date("FJERNLYS_AS_OF", env.get("FJERNLYS_AS_OF")),
        known_at=_date("FJERNLYS_KNOWN_AT", env.get("FJERNLYS_KNOWN_AT")),
        webhook_url=env.get("FJERNLYS_WEBHOOK_URL") or None,
        ssb_url=env.get("FJERNLYS_SSB_URL") or None,
        keep_releases=_number("FJERNLYS_KEEP_RELEASES", env.get("FJERNLYS_KEEP_RELEASES") or "5"),
        memory_limit=_memory("FJERNLYS_MEMORY_LIMIT", env.get("FJERNLYS_MEMORY_LIMIT") or "1GB"),
        threads=_number("FJERNLYS_THREADS", env.get("FJERNLYS_THREADS") or "2"),
        kostra_controls=env.get("FJERNLYS_KOSTRA_CONTROLS") or "",
        mappings=Path(env.get("FJERNLYS_MAPPINGS") or PROJECT_ROOT / "mappings").expanduser().absolute(),
    )


def make_folder(path: Path, mode: int = 0o777) -> None:
    """Make a folder that the user named, where there is none yet."""
    try:
        path.mkdir(parents=True, exist_ok=True, mode=mode)
    except FileExistsError:
        raise UserError(f"{path}: a file stands where a folder should be.") from None
    except (NotADirectoryError, PermissionError, FileNotFoundError) as error:
        raise UserError(f"{path}: the folder cannot be made ({error.strerror}).") from None
