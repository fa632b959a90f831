"""Local keys of synthetic suppliers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Keys:
    """The supplier's own keys by place in the state's arrays."""

    dwelling: np.ndarray
    unit: np.ndarray
    household: np.ndarray
    tenancy: np.ndarray


def local_ids(letter: str, places: np.ndarray) -> np.ndarray:
    """Local keys of equal length, so that text order is number order; place 0 is number 1."""
    if not len(places):
        return np.zeros(0, dtype=object)
    return np.char.add(letter, np.char.zfill((np.asarray(places) + 1).astype("U7"), 7)).astype(object)
