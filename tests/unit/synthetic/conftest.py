"""Synthetic sets that several tests read."""

from __future__ import annotations

import pytest
from once import once
from synthetic_sets import SyntheticSet, make_set


@pytest.fixture(scope="session")
def default_set(tmp_path_factory: pytest.TempPathFactory) -> SyntheticSet:
    """The default options."""
    return once(tmp_path_factory, "default_set", make_set)


@pytest.fixture(scope="session")
def small_set(tmp_path_factory: pytest.TempPathFactory) -> SyntheticSet:
    """Tysvær and Bindal, all years."""
    return once(tmp_path_factory, "small_set", lambda folder: make_set(folder, municipalities=["1146", "1811"]))
