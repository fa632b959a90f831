"""Numbers, shares and days as Norwegians write them.

Belongs here: form of single values as text. Does not belong here: sentences and headings (``sheets``).
"""

from __future__ import annotations

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal

_SPACE = "\N{NO-BREAK SPACE}"


def number(value: float | Decimal, decimals: int = 0) -> str:
    """Thousands apart, a comma before decimals, and the sign that a workbook and the messages of controls have."""
    rounded = Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    text = f"{abs(rounded):,}".replace(",", _SPACE).replace(".", ",")
    return f"-{text}" if rounded < 0 else text


def signed(value: int) -> str:
    """A change: with its sign, but for none."""
    return f"+{number(value)}" if value > 0 else number(value)


def percent(share: Decimal) -> str:
    """A share of 0 to 1 in per cent, with two decimals."""
    return f"{number(100 * share, 2)}{_SPACE}%"


def day(value: dt.date) -> str:
    """31.12.2025."""
    return f"{value:%d.%m.%Y}"
