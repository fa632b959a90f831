"""Conditions of the controls of KOSTRA accounts, as SQL that is true for a breach.

Belongs here: conditions on single lines (``CONDITIONS``) and on the sums of a file (``SUMS``), under the ids of the list.
Does not belong here: severities, actions and messages (the list).

Account classes tell operating accounts (drift), investment accounts and balance sheets from each other, each in its forms. Amounts are
in 1 000 NOK: expenses and assets positive, income, debt and equity negative.
"""

from __future__ import annotations

from dataclasses import dataclass

from orchestration.arrivals.rules import quoted
from orchestration.kostra.fields import OSLO, Record
from orchestration.kostra.person_conditions import Condition

_CLASSES = {
    ("0A", "0C"): ("1", "0"),
    ("0F", "0I", "0K", "0M", "0P"): ("3", "4"),
    ("0B", "0D"): ("2",),
    ("0G", "0J", "0L", "0N", "0Q"): ("5",),
    ("0X", "0Y"): (),
}
_APPROPRIATION = ("0A", "0C", "0F", "0I", "0K", "0M", "0P")
_BALANCE = ("0B", "0D", "0G", "0J", "0L", "0N", "0Q", "0Y")
_REGIONAL = ("0A", "0C", "0M", "0P")
_MUNICIPAL, _COUNTY = ("0A", "0B", "0M", "0N"), ("0C", "0D", "0P", "0Q")
_ONLY_INVESTMENT = ("280", "512", "521", "522", "529", "670", "910", "911", "912", "921", "922", "929", "970")
_LARGE_LENDERS = ("0301", "4601", "5000")  # municipalities whose loan funds may use type 921 in operating accounts
_ONLY_OPERATING = (
    *("070", "080", "110", "114", "240", "509", "570", "590", "600", "629", "630", "640", "800"),
    *("870", "871", "872", "873", "875", "876", "877", "909", "990"),
)
_UNLIKELY_INVESTMENT = ("100", "110", "121", "170", "171", "400", "410", "421", "470", "471")


def _form_in(r: Record, forms: tuple[str, ...]) -> str:
    return r.is_one_of("skjema", *forms)


def _operating(r: Record) -> str:
    return f"({_form_in(r, _APPROPRIATION)} AND {r.is_one_of('kontoklasse', '1', '3')})"


def _investment(r: Record) -> str:
    return f"({_form_in(r, _APPROPRIATION)} AND {r.is_one_of('kontoklasse', '0', '4')})"


def _booked(r: Record) -> str:
    return f"{r.number('belop')} <> 0"


def _class(r: Record) -> str:
    cases = " ".join(
        f"WHEN {_form_in(r, forms)} THEN {r.is_none_of('kontoklasse', *classes) if classes else r.text('kontoklasse') + ' IS NOT NULL'}"
        for forms, classes in _CLASSES.items()
    )
    return f"CASE {cases} ELSE false END"


def _region(r: Record) -> str:
    region = r.text("region")
    return f"""NOT coalesce(left({region}, 4) = supplier AND length({region}) = 6
        AND (right({region}, 2) = '00' OR (supplier = '{OSLO}' AND right({region}, 2) BETWEEN '01' AND '15')), false)"""


def _quarter(r: Record) -> str:
    """The quarter of a line, 0 for a year, is that of the file's name."""
    named = "regexp_extract(file_name, '_K([0-4])_', 1)"
    return f"coalesce({r.text('kvartal')}, '0') <> {named}"


def _operating_type(r: Record) -> str:
    """Type 921 is left to the loan funds of the largest, in forms of their enterprises and groups."""
    others = [t for t in _ONLY_INVESTMENT if t != "921"]
    lender = f"({_form_in(r, ('0I', '0K', '0M', '0P'))} AND supplier IN ({quoted(_LARGE_LENDERS)}))"
    found = f"({r.is_one_of('art_sektor', *others)} OR ({r.is_one_of('art_sektor', '921')} AND NOT {lender}))"
    return f"{_operating(r)} AND {found} AND {_booked(r)}"


def _wrong_function(function: str, *types: str) -> Condition:
    return lambda r: (
        f"{_form_in(r, _APPROPRIATION)} AND {r.is_one_of('art_sektor', *types)}"
        f" AND {r.is_none_of('funksjon_kapittel', function)} AND {_booked(r)}"
    )


def _closing(r: Record) -> str:
    """Types 589, 980 and 989 belong to function 899, and function 899 to them."""
    types = ("589", "980", "989")
    one_way = f"({r.is_one_of('funksjon_kapittel', '899')} <> {r.is_one_of('art_sektor', *types)})"
    return f"{_form_in(r, _APPROPRIATION)} AND {_booked(r)} AND {one_way}"


CONDITIONS: dict[str, Condition] = {
    "REG-K003": lambda r: f"{r.text('skjema')} IS DISTINCT FROM left(file_name, 2)",
    "REG-K004": lambda r: f"{r.text('aargang')} IS DISTINCT FROM '{r.year}'",
    "REG-K005": _quarter,
    "REG-K006": _region,
    "REG-K009": _class,
    "REG-K014": lambda r: f"{r.value('belop')} IS NULL",
    "REG-K016": lambda r: f"{_form_in(r, _BALANCE)} AND {r.is_one_of('funksjon_kapittel', '5900', '5970')} AND {r.number('belop')} < 0",
    "REG-K020": lambda r: f"{_operating(r)} AND {r.is_one_of('funksjon_kapittel', '841')} AND {_booked(r)}",
    "REG-K025": _operating_type,
    "REG-K030": lambda r: f"{_operating(r)} AND {r.is_one_of('art_sektor', '285', '660')} AND {_booked(r)}",
    "REG-K035": lambda r: f"{_operating(r)} AND {r.is_one_of('art_sektor', '520', '920')} AND {_booked(r)}",
    "REG-K040": lambda r: f"{_investment(r)} AND {r.is_one_of('funksjon_kapittel', '800', '840', '850', '860')} AND {_booked(r)}",
    "REG-K045": lambda r: f"{_investment(r)} AND {r.is_one_of('funksjon_kapittel', *_UNLIKELY_INVESTMENT)} AND {_booked(r)}",
    "REG-K050": lambda r: f"{_investment(r)} AND {r.is_one_of('art_sektor', *_ONLY_OPERATING)} AND {_booked(r)}",
    "REG-K055": lambda r: f"{_investment(r)} AND {r.is_one_of('art_sektor', '620', '650', '900')} AND {_booked(r)}",
    "REG-K060": lambda r: (
        f"{_investment(r)} AND {r.is_one_of('art_sektor', '729')} AND {r.is_none_of('funksjon_kapittel', '841')} AND {_booked(r)}"
    ),
    "REG-K065": _closing,
    "REG-K070": _wrong_function("880", "530"),
    "REG-K075": _wrong_function("800", "870", "871", "872", "873", "875", "876"),
    "REG-K080": _wrong_function("840", "800"),
    "REG-K081": lambda r: (
        f"{_form_in(r, ('0A', '0F', '0I', '0K', '0M'))} AND {r.is_one_of('funksjon_kapittel', '850')}"
        f" AND {r.is_none_of('art_sektor', '450', '810', '850')} AND {_booked(r)}"
    ),
}


@dataclass(frozen=True)
class SumOfFile:
    """A control of the sums of a file: which files, the amount that is held against the rule, and SQL that is true for a breach of it.

    ``amount`` is an aggregate over the lines of a file; ``breach`` says what is wrong with ``amount`` and may use ``lines``, the
    number of lines that the control is about (``where``).
    """

    where: str
    amount: str
    breach: str


_T, _F = "coalesce(type, '')", "coalesce(function, '')"
_NUMBER = "coalesce(TRY_CAST(function AS INTEGER), 0)"
_EXPENSE, _INCOME = "TRY_CAST(type AS INTEGER) BETWEEN 10 AND 599", "TRY_CAST(type AS INTEGER) BETWEEN 600 AND 999"
_OPERATING = f"form IN ({quoted(_APPROPRIATION)}) AND class IN ('1', '3') AND NOT is_district"
_INVESTMENT = f"form IN ({quoted(_APPROPRIATION)}) AND class IN ('0', '4') AND NOT is_district"
_OF_REGION = f"form IN ({quoted(_REGIONAL)})"
_MAINLAND = "region <> '211100'"
_SHEET = f"form IN ({quoted(_BALANCE)})"
_ASSETS, _DEBT = f"{_NUMBER} BETWEEN 10 AND 29", f"{_NUMBER} BETWEEN 31 AND 5999"
_OSLO = f"region = '{OSLO}00' AND form IN ('0A', '0M')"


def _sum(condition: str = "true") -> str:
    return f"coalesce(sum(amount) FILTER (WHERE {condition}), 0)"


def _beyond(limit: int) -> str:
    return f"abs(total) > {limit}"


SUMS: dict[str, SumOfFile] = {
    "REG-K085": SumOfFile(f"{_OF_REGION} AND {_INVESTMENT}", _sum(_EXPENSE), "total <= 0"),
    "REG-K090": SumOfFile(f"{_OF_REGION} AND {_INVESTMENT}", _sum(_INCOME), "total >= 0"),
    "REG-K095": SumOfFile(_INVESTMENT, _sum(), _beyond(30)),
    "REG-K100": SumOfFile(f"{_OF_REGION} AND {_OPERATING}", _sum(_EXPENSE), "total <= 0"),
    "REG-K105": SumOfFile(f"{_OF_REGION} AND {_OPERATING}", _sum(_INCOME), "total >= 0"),
    "REG-K110": SumOfFile(_OPERATING, _sum(), _beyond(30)),
    "REG-K115": SumOfFile(f"{_SHEET} AND {_ASSETS}", _sum(), "total <= 0"),
    "REG-K120": SumOfFile(f"{_SHEET} AND {_DEBT}", _sum(), "total >= 0"),
    "REG-K125": SumOfFile(_SHEET, _sum(), _beyond(10)),
    "REG-K126": SumOfFile(f"{_OSLO} AND {_OPERATING}", _sum(f"{_T} IN ('298', '798')"), _beyond(10)),
    "REG-K127": SumOfFile(f"{_OSLO} AND {_INVESTMENT}", _sum(f"{_T} IN ('298', '798')"), _beyond(10)),
    "REG-K130": SumOfFile(f"{_OF_REGION} AND {_OPERATING} AND {_MAINLAND}", _sum(f"{_F} = '800' AND {_T} = '870'"), "total >= 0"),
    "REG-K135": SumOfFile(f"{_OF_REGION} AND {_OPERATING} AND {_MAINLAND}", _sum(f"{_F} = '840' AND {_T} = '800'"), "total >= 0"),
    "REG-K140": SumOfFile(
        f"(({_OPERATING}) OR ({_INVESTMENT}))",
        _sum(f"({_OPERATING} AND {_T} = '570') OR ({_INVESTMENT} AND {_T} = '970')"),
        _beyond(30),
    ),
    "REG-K145": SumOfFile(f"{_OPERATING} AND {_F} = '860' AND {_T} = '990'", _sum(), "total = 0"),
    "REG-K150": SumOfFile(f"{_OPERATING} AND {_NUMBER} BETWEEN 100 AND 799 AND {_T} = '590'", _sum(), "total = 0"),
    "REG-K155": SumOfFile(
        _OPERATING,
        _sum(f"({_NUMBER} BETWEEN 100 AND 799 AND {_T} = '590') OR ({_F} = '860' AND {_T} = '990')"),
        _beyond(30),
    ),
    "REG-K160": SumOfFile(f"{_OPERATING} AND {_NUMBER} BETWEEN 800 AND 899 AND {_T} = '590'", _sum(), "total <> 0"),
    "REG-K165": SumOfFile(f"{_OPERATING} AND {_F} <> '860' AND {_T} = '990'", _sum(), "total <> 0"),
    "REG-K170": SumOfFile(f"form IN ({quoted(_MUNICIPAL)}) AND {_INVESTMENT} AND {_F} = '290'", _sum(), _beyond(30)),
    "REG-K175": SumOfFile(f"form IN ({quoted(_MUNICIPAL)}) AND {_OPERATING} AND {_F} = '290'", _sum(), _beyond(30)),
    "REG-K180": SumOfFile(f"form IN ({quoted(_COUNTY)}) AND {_INVESTMENT} AND {_F} = '465'", _sum(), _beyond(30)),
    "REG-K185": SumOfFile(f"form IN ({quoted(_COUNTY)}) AND {_OPERATING} AND {_F} = '465'", _sum(), _beyond(30)),
    "REG-K190": SumOfFile(f"{_SHEET} AND {_NUMBER} BETWEEN 9100 AND 9999", _sum(), _beyond(30)),
}
