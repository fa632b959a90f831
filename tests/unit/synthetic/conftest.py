"""Synthetic sets that several tests read."""

from __future__ import annotations

import pytest
from synthetic_sets import SyntheticSet, make_set


@pytest.fixture(scope="session")
def default_set(tmp_path_factory: pytest.TempPathFactory) -> SyntheticSet:
    """The default options."""
    return make_set(tmp_path_factory.mktemp("default"))


@pytest.fixture(scope="session")
def small_set(tmp_path_factory: pytest.TempPathFactory) -> SyntheticSet:
    """Tysvær and Bindal, all years."""
    return make_set(tmp_path_factory.mktemp("small"), municipalities=["1146", "1811"])
