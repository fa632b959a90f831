"""Why StatBank is asked by own code and not by pxwebpy: what the client does not do, one test each.

Belongs here: only that. A test that fails after an upgrade says that the client has learnt it: when all have failed, take the client into
use and take ``calls`` and ``selection`` away.
"""

from __future__ import annotations

import time

import pytest
import requests
from pxweb import PxApi
from ssb_server import YEARS, SsbServer, answers, says_nothing

WANTED = {"KOKkommuneregion0000": ["1804"], "ContentsCode": ["KOSandel"], "Tid": list(YEARS)}


@pytest.fixture
def api(ssb: SsbServer) -> PxApi:
    """The client on the server of this machine."""
    ssb.config["apiVersion"] = "2.3.2"
    ssb.faults = [None, answers(200, b'{"page": {"totalElements": 1}}')]
    return PxApi(f"{ssb.url}/api/pxwebapi/v2", language="no", disable_cache=True, timeout=1)


def test_symbols_are_lost(api: PxApi) -> None:
    cell = next(cell for cell in api.get_table_data("12008", WANTED) if "2023" in cell["Tid"])
    assert cell["value"] is None
    assert ":" not in cell.values()


def test_an_expression_counts_as_one_cell(api: PxApi, ssb: SsbServer) -> None:
    ssb.config["maxDataCells"] = api._client.configuration["maxDataCells"] = 2
    asked = len(ssb.calls)
    with pytest.raises(requests.HTTPError):
        ssb.real_limit = 2
        api.get_table_data("12008", {**WANTED, "Tid": ["top(4)"]})
    assert len(ssb.calls) - asked == 1


def test_a_server_that_is_away_for_a_moment_ends_it(api: PxApi, ssb: SsbServer) -> None:
    ssb.faults = [answers(503)]
    with pytest.raises(requests.HTTPError):
        api.get_table_data("12008", WANTED)


def test_a_date_in_retry_after_is_not_read(api: PxApi, ssb: SsbServer) -> None:
    ssb.faults = [answers(429, b"", Retry_After="Mon, 16 Mar 2026 12:00:00 GMT")]
    with pytest.raises(ValueError, match="could not convert string to float"):
        api.get_table_data("12008", WANTED)


def test_the_time_out_is_not_used(api: PxApi, ssb: SsbServer) -> None:
    ssb.faults = [says_nothing(1.2)]
    started = time.monotonic()
    with pytest.raises(requests.ConnectionError):
        api.get_table_data("12008", WANTED)
    assert time.monotonic() - started > 1.15


def test_the_bytes_that_came_are_not_given_out(api: PxApi) -> None:
    assert isinstance(api.get_table_data("12008", WANTED), list)
    assert not [name for name in dir(api) if not name.startswith("_") and ("raw" in name or "json" in name)]
