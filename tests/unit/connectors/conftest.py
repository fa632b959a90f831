"""The server that stands in for Statistics Norway, and a caller that waits for nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from ssb_server import SsbServer, serve

from orchestration.connectors.calls import Caller


@pytest.fixture
def ssb() -> Iterator[SsbServer]:
    """A server on this machine."""
    server, stop = serve()
    yield server
    stop()


@pytest.fixture
def slept() -> list[float]:
    """Seconds that the caller would have slept."""
    return []


@pytest.fixture
def caller(ssb: SsbServer, slept: list[float]) -> Caller:
    """A caller of StatBank on that server whose clock stands still but for its own sleep."""
    return Caller(f"{ssb.url}/api/pxwebapi/v2", sleep=slept.append, clock=lambda: sum(slept), read_seconds=0.3)
