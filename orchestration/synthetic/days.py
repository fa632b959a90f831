"""Dates as whole numbers: days since 1970-01-01, so that numpy can work on them.

Belongs here: conversion and calendar arithmetic. ``OPEN`` stands for "no end": it is later than every date and is
written as an empty field.
"""

from __future__ import annotations

import datetime as dt

import numpy as np
import pyarrow as pa

OPEN = 2**30
_EPOCH = dt.date(1970, 1, 1).toordinal()


def day(date: dt.date) -> int:
    """Number of a date."""
    return date.toordinal() - _EPOCH


def date_of(number: int) -> dt.date:
    """Date of a number."""
    return dt.date.fromordinal(int(number) + _EPOCH)


def year_of(days: np.ndarray) -> np.ndarray:
    """Calendar year of each day."""
    return np.asarray(days).astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970


def new_year(years: np.ndarray) -> np.ndarray:
    """1 January of each year."""
    return (np.asarray(years) - 1970).astype("datetime64[Y]").astype("datetime64[D]").astype(np.int64)


def month_starts(first: int, last: int) -> np.ndarray:
    """The first day of each month from that of ``first`` to the one after ``last``'s."""
    first_month, last_month = (np.int64(day).astype("datetime64[D]").astype("datetime64[M]") for day in (first, last))
    months = np.arange(first_month, last_month + 2)
    return months.astype("datetime64[D]").astype(np.int64)


def add_years(days: np.ndarray, years: int | np.ndarray) -> np.ndarray:
    """The same day some years later; 29 February becomes 28 February where the year has none."""
    date = np.asarray(days).astype("datetime64[D]")
    month = date.astype("datetime64[M]")
    offset = (date - month.astype("datetime64[D]")).astype(np.int64)
    target = month + (np.asarray(years) * 12).astype("timedelta64[M]")
    length = ((target + 1).astype("datetime64[D]") - target.astype("datetime64[D]")).astype(np.int64)
    return target.astype("datetime64[D]").astype(np.int64) + np.minimum(offset, length - 1)


def dates(days: np.ndarray, known_by: int | None = None) -> pa.Array:
    """Arrow dates; ``OPEN`` and, with ``known_by``, every later day become null."""
    limit = OPEN - 1 if known_by is None else known_by
    days = np.asarray(days, dtype=np.int64)
    hidden = days > limit
    return pa.array(np.where(hidden, 0, days).astype(np.int32), mask=hidden).cast(pa.date32())
