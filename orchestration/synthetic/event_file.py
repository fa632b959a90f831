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
    """The events that are told, and after them those that never were."""
    events = state.events
    told, extra = np.flatnonzero(events.told), len(events.never[0])
    dwelling, kind, day = (
        np.concatenate([column[told], more])
        for column, more in zip((events.dwelling, events.kind, events.told_day), events.never, strict=True)
    )
    other = np.concatenate([events.other[told], np.full(extra, -1)])
    ids = local_ids("V", np.arange(len(day)))
    static = fixed(
        {
            "municipality_code": code_column(state, len(day)),
            "event_id": pa.array(ids, pa.string()),
            "dwelling_id": pa.array(local_ids("B", dwelling), pa.string()),
            "event_kind": pa.array(np.array(KINDS, dtype=object)[kind], pa.string()),
            "event_date": dates(day),
            "other_dwelling_id": pa.array(np.where(other < 0, None, local_ids("B", other)), pa.string()),
            "reason": pa.array(np.concatenate([events.reason[told], np.full(extra, None)]), pa.string()),
        }
    )
    return Extract("dwelling_events.csv", "dwelling_event", "municipal", day, day, lambda rows, _: static.take(pa.array(rows)), ids, {})
