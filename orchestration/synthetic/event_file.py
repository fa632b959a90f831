"""``dwelling_events.csv`` of the municipal delivery: events of the stock, each in the delivery of its day.

Belongs here: the file's columns and rows. Does not belong here: drawing the events (``stock_events``).
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from orchestration.synthetic.days import dates
from orchestration.synthetic.extracts import Extract, code_column, fixed
from orchestration.synthetic.keys import local_ids
from orchestration.synthetic.municipality import SyntheticMunicipality
from orchestration.synthetic.stock_events import KINDS


def dwelling_events(state: SyntheticMunicipality) -> Extract:
    """The events that are told."""
    events = state.events
    told = np.flatnonzero(events.told)
    ids = local_ids("V", np.arange(len(told)))
    other = events.other[told]
    static = fixed(
        {
            "municipality_code": code_column(state, len(told)),
            "event_id": pa.array(ids, pa.string()),
            "dwelling_id": pa.array(local_ids("B", events.dwelling[told]), pa.string()),
            "event_kind": pa.array(np.array(KINDS, dtype=object)[events.kind[told]], pa.string()),
            "event_date": dates(events.day[told]),
            "other_dwelling_id": pa.array(np.where(other < 0, None, local_ids("B", other)), pa.string()),
            "reason": pa.array(events.reason[told], pa.string()),
        }
    )
    day = events.day[told]
    return Extract("dwelling_events.csv", "dwelling_event", "municipal", day, day, lambda rows, _: static.take(pa.array(rows)), ids, {})
