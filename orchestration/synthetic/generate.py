"""The synthetic deliveries as a whole: options in, landing zone and ground truth out.

Belongs here: options, order and the summary. Municipalities are drawn and written one at a time, so that memory does not
grow with their number.
"""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from orchestration.settings import UserError
from orchestration.synthetic.deliveries import Supplier, periods
from orchestration.synthetic.form_returns import deliver_form_returns
from orchestration.synthetic.husbanken import Husbanken
from orchestration.synthetic.landing import Defects, Landing
from orchestration.synthetic.municipality import make_municipality
from orchestration.synthetic.national_id import IdRegister
from orchestration.synthetic.native import care_list
from orchestration.synthetic.native.deliver import EXCLUDED, EXCLUDED_COLUMNS, SYSTEMS, deliver_native
from orchestration.synthetic.native.system import System
from orchestration.synthetic.published import deliver_classification, deliver_table
from orchestration.synthetic.reference import Municipality, municipalities
from orchestration.synthetic.shared_sources import deliver_shared
from orchestration.synthetic.truth import write_truth

DEFAULT_MUNICIPALITIES = ("5001", "1804", "1146", "1811")
DEFAULT_YEARS = (2019, 2025)
DEFAULT_SEED = 2025
FIRST_YEAR, LAST_YEAR = 2018, 2035
_RECORD = "synthesis.json"


@dataclass(frozen=True)
class SynthesisSummary:
    """What was written: municipalities, deliveries, files, rows, and planted defects by kind (rows of defects.csv)."""

    municipalities: int
    deliveries: int
    files: int
    rows: int
    defects: dict[str, int]


def _chosen(wanted: list[str] | tuple[str, ...] | str, years: tuple[int, int]) -> list[Municipality]:
    known = municipalities()
    first, after = dt.date(years[0], 1, 1), dt.date(years[1] + 1, 1, 1)
    valid = {code: m for code, m in known.items() if m.valid_from < after and m.valid_to > first}
    if wanted == "all":
        return [valid[code] for code in sorted(valid)]
    codes = [wanted] if isinstance(wanted, str) else list(wanted)
    if not codes:
        raise UserError("municipalities: name at least one code, or 'all'.")
    for code in codes:
        if code not in known:
            raise UserError(f"municipalities: '{code}' is not a municipality code. Write four digits, such as 1804 (Bodø).")
        if code not in valid:
            raise UserError(f"municipalities: '{code}' ({known[code].name}) is not valid at any time in {years[0]}-{years[1]}.")
    return [valid[code] for code in dict.fromkeys(codes)]


def _systems(years: tuple[int, int]) -> dict[str, System]:
    """Who sends files in a system's own format, where the code is valid in all that is delivered."""
    known, first_day, last_day = municipalities(), dt.date(max(years[0], years[1] - 1), 1, 1), dt.date(years[1], 12, 31)
    places = {system.municipality: known[system.municipality] for system in SYSTEMS}
    return {
        s.municipality: s for s in SYSTEMS if places[s.municipality].valid_from <= first_day and places[s.municipality].valid_to > last_day
    }


def _check_years(years: tuple[int, int]) -> None:
    if len(years) != 2 or not all(isinstance(year, int) for year in years) or not FIRST_YEAR <= years[0] <= years[1] <= LAST_YEAR:
        raise UserError(f"years: give the first and the last year, between {FIRST_YEAR} and {LAST_YEAR}.")


def _empty(folder: Path) -> bool:
    if folder.exists() and not folder.is_dir():
        raise UserError(f"{folder}: is not a folder.")
    return not folder.exists() or next(folder.iterdir(), None) is None


def _read_record(record: Path) -> dict:
    """Options and summary of the run before; empty where there was none, or it was stopped while it wrote them."""
    try:
        return json.loads(record.read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return {}


def synthesize(
    out_landing: Path,
    out_truth: Path,
    *,
    municipalities: list[str] | tuple[str, ...] | str = DEFAULT_MUNICIPALITIES,
    years: tuple[int, int] = DEFAULT_YEARS,
    seed: int = DEFAULT_SEED,
    seeds: dict[str, int] | None = None,
    native: bool | None = None,
    progress: Callable[[str], None] | None = None,
) -> SynthesisSummary:
    """Write deliveries and ground truth; the same options give the same bytes.

    ``native``: also deliveries in the formats of suppliers' own systems, by municipalities of their own; with the default municipalities
    unless told otherwise.
    ``seeds``: municipalities that are drawn with a seed of their own.
    A landing zone that this function filled with the same options is left as it is; one it began to fill is filled again.
    Any other landing zone must be empty.
    """
    _check_years(years)
    places = _chosen(municipalities, years)
    seeds = dict(sorted((seeds or {}).items()))
    if any(not isinstance(number, int) or number < 0 for number in (seed, *seeds.values())):
        raise UserError("seed: give a whole number, 0 or more.")
    if native is None:
        native = tuple(place.code for place in places) == DEFAULT_MUNICIPALITIES
    systems = _systems(years) if native else {}
    places = [place for place in places if place.code not in systems]
    options = {"municipalities": [place.code for place in places], "years": list(years), "seed": seed, "native": sorted(systems)}
    if seeds:
        options["seeds"] = seeds
    record = out_truth / _RECORD
    done = _read_record(record)
    if not _empty(out_landing):
        if done.get("options") != options:
            raise UserError(f"{out_landing}: holds other deliveries. Choose an empty folder, or the options it was made with.")
        if "summary" in done:
            return SynthesisSummary(**done["summary"])
    before = done.get("options", {})
    for code in (*before.get("municipalities", []), *before.get("native", [])):
        shutil.rmtree(out_truth / code, ignore_errors=True)
    for folder in (out_landing, out_truth):
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
    record.write_text(json.dumps({"options": options}, indent=2) + "\n", encoding="utf-8")

    landing, defects, register = Landing(out_landing), Defects(out_truth / "defects.csv"), IdRegister()
    husbanken = Husbanken(seed)
    first_day, last_day = dt.date(years[0], 1, 1), dt.date(years[1], 12, 31)
    deliver_shared(landing, first_day, years[1])
    deliver_classification(landing, first_day)
    for number, place in enumerate(places, start=1):
        if progress:
            progress(f"{place.code} {place.name} ({number} of {len(places)})")
        first, last = max(first_day, place.valid_from), min(last_day, place.valid_to - dt.timedelta(days=1))
        state = make_municipality(place, first, last, seeds.get(place.code, seed), register, is_current=last == last_day)
        has_list = native and place.code == care_list.MUNICIPALITY
        if has_list:
            care_list.decide(state)
            care_list.deliver(state, landing)
        Supplier(state, landing, defects).deliver_all(periods(first, last, years[1]))
        husbanken.add(state, years[1])
        write_truth(out_truth / place.code, state)
        deliver_form_returns(state, landing, out_truth, years[1])
    husbanken.deliver(landing)
    (out_truth / EXCLUDED).write_text(";".join(EXCLUDED_COLUMNS) + "\n", encoding="utf-8")
    for system in systems.values():
        if progress:
            progress(f"{system.municipality} with {system.extract}, in its own format")
        deliver_native(system, years, seed, register, landing, defects, out_truth)
    deliver_table(landing, out_truth, [*(place.code for place in places), *systems], years)
    summary = SynthesisSummary(
        len(places) + len(systems), landing.deliveries, landing.files, landing.rows, dict(sorted(defects.counts.items()))
    )
    record.write_text(json.dumps({"options": options, "summary": asdict(summary)}, indent=2) + "\n", encoding="utf-8")
    return summary
