"""What a caller does when the other side is slow, busy, away, or stops in the middle."""

from __future__ import annotations

import datetime as dt
from email.utils import format_datetime

import pytest
from ssb_server import SsbServer, answers, error_body, says_nothing, stops_in_the_middle

from orchestration.connectors import calls
from orchestration.connectors.calls import Caller, CallError, Window
from orchestration.settings import UserError

NOON = dt.datetime(2026, 3, 16, 12, tzinfo=dt.UTC)


def in_http(moment: dt.datetime) -> str:
    return format_datetime(moment, usegmt=True)


def test_an_answer_is_kept_as_the_bytes_that_came(caller: Caller, ssb: SsbServer) -> None:
    ssb.faults = [answers(200, '{"a":  1.50, "b": "Tråante"}'.encode())]
    answer = caller.get("config")
    assert (answer.content, answer.document) == ('{"a":  1.50, "b": "Tråante"}'.encode(), {"a": 1.5, "b": "Tråante"})


@pytest.mark.parametrize(
    ("fault", "waited"),
    [
        (answers(429, b"", Retry_After="17"), [17.0]),
        (answers(429, b"", Retry_After=in_http(NOON + dt.timedelta(seconds=42)), Date=in_http(NOON)), [42.0]),
        (answers(429, b"", Retry_After=in_http(NOON - dt.timedelta(seconds=42)), Date=in_http(NOON)), [0.0]),
        (answers(429, b"", Retry_After="soon"), [1]),
        (answers(429), [1]),
        (answers(500), [1]),
        (answers(503, b"<html>down</html>", Content_Type="text/html"), [1]),
        (stops_in_the_middle, [1]),
        (answers(200, b'{"version": "2.0", "cl'), [1]),
        (says_nothing(0.6), [1]),
    ],
    ids=["seconds", "date", "date gone by", "no time", "no header", "500", "503", "too few bytes", "cut JSON", "no answer"],
)
def test_a_broken_attempt_is_followed_by_another(caller: Caller, ssb: SsbServer, slept: list[float], fault, waited: list[float]) -> None:
    ssb.faults = [fault]
    assert caller.get("config").document["maxDataCells"] == 800_000
    assert (slept, len(ssb.calls)) == (waited, 2)


def test_pauses_grow_and_end(caller: Caller, ssb: SsbServer, slept: list[float]) -> None:
    ssb.faults = [answers(503)] * 9
    with pytest.raises(UserError, match=r"/config: answered 503, 5 times\. Try again later; nothing was written\."):
        caller.get("config")
    assert (slept, len(ssb.calls)) == ([1, 2, 4, 8], 5)


def test_a_long_wait_is_left_to_people(caller: Caller, ssb: SsbServer, slept: list[float]) -> None:
    ssb.faults = [answers(429, b"", Retry_After="3600")]
    with pytest.raises(UserError, match="answered 429, and asks us to wait 3600 seconds"):
        caller.get("config")
    assert slept == []


def test_a_query_is_sent_again_with_its_body(caller: Caller, ssb: SsbServer) -> None:
    ssb.faults = [answers(503), answers(200, b"{}")]
    caller.post("tables/12008/data", {"selection": []}, lang="no")
    assert ssb.calls == [("POST", "/api/pxwebapi/v2/tables/12008/data?lang=no", {"selection": []})] * 2


def test_the_body_of_an_error_counts_more_than_its_status(caller: Caller, ssb: SsbServer, slept: list[float]) -> None:
    ssb.faults = [answers(400, error_body("Non-existent table", 404))]
    with pytest.raises(CallError, match=r"tables/99999: Non-existent table \(answered 400, and 404 in its body\)\.") as raised:
        caller.get("tables/99999")
    assert (raised.value.status, raised.value.title, slept) == (404, "Non-existent table", [])


@pytest.mark.parametrize("body", [b"<html>", b"[]", b'{"status": "x"}', b""])
def test_a_refusal_without_a_readable_body_is_a_page(caller: Caller, ssb: SsbServer, body: bytes) -> None:
    ssb.faults = [answers(404, body)]
    with pytest.raises(CallError, match="answered 404 with a page instead of data") as raised:
        caller.get("config")
    assert raised.value.status == 404


def test_an_address_that_is_too_long_says_so(caller: Caller) -> None:
    with pytest.raises(CallError, match=r"answered 404 with a page instead of data\. The address is wrong, or too long\."):
        caller.get("tables/12008/data", codes="0" * 2100)


def test_an_answer_without_end_is_not_taken(caller: Caller, ssb: SsbServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "MAX_BYTES", 10)
    with pytest.raises(UserError, match=r"the answer is larger than 0 MB\. Select less\."):
        caller.get("config")
    assert len(ssb.calls) == 1


def test_nobody_at_the_address(slept: list[float]) -> None:
    with pytest.raises(UserError, match="no connection, 5 times"):
        Caller("http://127.0.0.1:9", sleep=slept.append, clock=lambda: 0.0).get("config")
    with pytest.raises(UserError, match="the address cannot be called"):
        Caller("ftp://127.0.0.1", sleep=slept.append, clock=lambda: 0.0).get("config")


def test_calls_keep_within_the_window(caller: Caller, ssb: SsbServer, slept: list[float]) -> None:
    caller.window = Window(calls=2, seconds=10)
    for _ in range(5):
        caller.get("config")
    assert slept == [10, 10]


def test_the_window_is_learnt_from_the_answers(caller: Caller, ssb: SsbServer) -> None:
    ssb.headers = {"x-ratelimit-policy": "40;w=60s"}
    caller.get("config")
    assert (caller.window.calls, caller.window.seconds) == (40, 60)
    ssb.headers = {"x-ratelimit-policy": "as many as you like"}
    caller.get("config")
    assert (caller.window.calls, caller.window.seconds) == (40, 60)
