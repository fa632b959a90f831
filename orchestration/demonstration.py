"""Synthetic deliveries as the command line asks for them.

Belongs here: reading what the user wrote, and when the demonstration is put into landing.
Does not belong here: making data (``synthetic``).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

from orchestration.settings import Settings, UserError, make_folder

_RECORD = "synthesis.json"


def parse_municipalities(text: str) -> tuple[str, ...] | str:
    """Codes, or ``all``."""
    if text == "all":
        return text
    codes = tuple(code.strip() for code in text.split(",") if code.strip())
    wrong = [code for code in codes if not re.fullmatch(r"\d{4}", code)]
    if wrong or not codes:
        raise UserError(f"--municipalities: '{(wrong or [text])[0]}' is not a four-digit code. Write 5001,1804 or all.")
    return codes


def parse_years(text: str) -> tuple[int, int]:
    """First and last year."""
    match = re.fullmatch(r"(\d{4})(?:-(\d{4}))?", text.strip())
    if not match or int(match[1]) > int(match[2] or match[1]):
        raise UserError(f"--years: '{text}' is not a range of years. Write 2019-2025.")
    return int(match[1]), int(match[2] or match[1])


def is_wanted(settings: Settings) -> bool:
    """Whether landing is empty, or holds a demonstration that was never finished."""
    record = settings.truth / _RECORD
    if not settings.landing.is_dir() or next(settings.landing.iterdir(), None) is None:
        return True
    return record.is_file() and "summary" not in json.loads(record.read_text(encoding="utf-8"))


def is_synthetic(settings: Settings, demo: bool) -> bool:
    """Whether the night reads synthetic deliveries: they have days of their own, whatever day it is."""
    return (settings.truth / _RECORD).is_file() or (demo and is_wanted(settings))


def write_deliveries(landing: Path, truth: Path, progress: Callable[[str], None], **options: object) -> None:
    """Write deliveries and truth; without options they are the demonstration."""
    from orchestration.synthetic.generate import synthesize

    make_folder(landing, 0o700)
    make_folder(truth)
    synthesize(landing, truth, progress=progress, **{name: value for name, value in options.items() if value is not None})
