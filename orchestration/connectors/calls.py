"""Calls over HTTP to an interface that counts calls, is sometimes away and sometimes stops in the middle of an answer.

Belongs here: time-outs, new attempts, waiting, whole answers, and error bodies as messages a user can act on.
Does not belong here: what is asked (``statbank``, ``classifications``).

An answer is kept as the bytes that came, so that what lands is what was published.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any

import requests

from orchestration.settings import UserError
from orchestration.sources.answers import MAX_BYTES

CONNECT_SECONDS, READ_SECONDS, ANSWER_SECONDS = 10, 60, 600
LONGEST_WAIT = 300  # seconds that we wait because the other side asks for it
_AGAIN = (429, 500, 502, 503, 504)
_PAUSES = (1, 2, 4, 8)  # seconds before each new attempt, where the other side names none
_CHUNK = 1024 * 1024
_POLICY = re.compile(r"(\d+) *; *w=(\d+)")


@dataclass(frozen=True)
class Answer:
    """A whole answer: its bytes and the JSON in them."""

    content: bytes
    document: Any


class CallError(UserError):
    """The other side said no. ``title`` is its own word for it, ``status`` what its body says (not always the HTTP status)."""

    def __init__(self, message: str, status: int, title: str = ""):
        super().__init__(message)
        self.status, self.title = status, title


class _Broken(Exception):
    """An attempt that is worth another one, and how long the other side asked us to wait first."""

    def __init__(self, what: str, wait: float | None = None):
        super().__init__(what)
        self.wait = wait


@dataclass
class Window:
    """At most ``calls`` in ``seconds``, by the stricter of what we were told."""

    calls: int = 30
    seconds: float = 60
    made: deque[float] = field(default_factory=deque)

    def wait(self, now: float) -> float:
        """Seconds until the next call may be made."""
        while self.made and now - self.made[0] >= self.seconds:
            self.made.popleft()
        return self.seconds - (now - self.made[0]) if len(self.made) >= self.calls else 0.0

    def learn(self, policy: str) -> None:
        """Take over the limit that an answer tells in ``x-ratelimit-policy``, such as ``40;w=60s``."""
        if found := _POLICY.search(policy):
            self.calls, self.seconds = max(int(found[1]), 1), float(found[2])


class Caller:
    """Calls below one address. ``sleep`` and ``clock`` are given by tests."""

    def __init__(
        self,
        base_url: str,
        note: Callable[[str], None] = lambda _: None,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        read_seconds: float = READ_SECONDS,
    ):
        self.base_url, self.note = base_url.rstrip("/"), note
        self.window = Window()
        self.calls = 0
        self._sleep, self._clock, self._read_seconds = sleep, clock, read_seconds
        self._session = requests.Session()
        self._session.headers["Accept"] = "application/json"
        self._session.headers["User-Agent"] = "fjernlys"

    def get(self, path: str, **params: str) -> Answer:
        """Ask for a path."""
        return self._call("GET", path, params, None)

    def post(self, path: str, body: dict, **params: str) -> Answer:
        """Ask with a query that may be too long for an address."""
        return self._call("POST", path, params, body)

    def _call(self, method: str, path: str, params: dict[str, str], body: dict | None) -> Answer:
        url = f"{self.base_url}/{path}"
        for pause in (*_PAUSES, None):
            self._keep_within_window()
            try:
                return self._attempt(method, url, params, body)
            except _Broken as broken:
                wait = pause if broken.wait is None else broken.wait
                if pause is None:
                    raise UserError(f"{url}: {broken}, {len(_PAUSES) + 1} times. Try again later; nothing was written.") from None
                if wait > LONGEST_WAIT:
                    raise UserError(
                        f"{url}: {broken}, and asks us to wait {wait:.0f} seconds. Try again then; nothing was written."
                    ) from None
                self.note(f"{broken}; trying again in {wait:.0f} s")
                self._sleep(wait)
        raise AssertionError("unreachable")

    def _keep_within_window(self) -> None:
        if wait := self.window.wait(self._clock()):
            self.note(f"{self.window.calls} calls made, waiting {wait:.0f} s for the next")
            self._sleep(wait)
        self.window.made.append(self._clock())

    def _attempt(self, method: str, url: str, params: dict[str, str], body: dict | None) -> Answer:
        self.calls += 1
        try:
            with self._session.request(
                method, url, params=params, json=body, timeout=(CONNECT_SECONDS, self._read_seconds), stream=True
            ) as response:
                self.window.learn(response.headers.get("x-ratelimit-policy", ""))
                content = self._content(response)
        except requests.Timeout:
            raise _Broken("no answer in time") from None
        except requests.exceptions.ChunkedEncodingError:
            raise _Broken("the answer stopped in the middle") from None
        except requests.ConnectionError as error:
            if "Read timed out" in str(error):  # a time-out in the middle of an answer comes as this
                raise _Broken("no answer in time") from None
            raise _Broken("no connection") from None
        except requests.RequestException as error:
            raise UserError(f"{url}: the address cannot be called ({type(error).__name__}).") from None
        if response.status_code in _AGAIN:
            raise _Broken(f"answered {response.status_code}", _retry_after(response))
        if not response.ok:
            raise _refusal(url, response.status_code, content)
        try:
            return Answer(content, json.loads(content))
        except ValueError:
            kind = response.headers.get("Content-Type", "no content type")
            raise _Broken(f"the answer is no whole JSON ({len(content)} bytes, {kind})") from None

    def _content(self, response: requests.Response) -> bytes:
        started, parts, size = self._clock(), [], 0
        for part in response.iter_content(_CHUNK):
            parts.append(part)
            size += len(part)
            if size > MAX_BYTES:
                raise UserError(f"{response.url}: the answer is larger than {MAX_BYTES // 1024**2} MB. Select less.")
            if self._clock() - started > ANSWER_SECONDS:
                raise _Broken("no whole answer in time")
        return b"".join(parts)


def _retry_after(response: requests.Response) -> float | None:
    """Seconds that ``Retry-After`` asks for: a number, or a date by the other side's own clock."""
    text = response.headers.get("Retry-After", "").strip()
    if text.isdecimal():
        return float(text)
    try:
        until = parsedate_to_datetime(text)
        sent = response.headers.get("Date")
        now = parsedate_to_datetime(sent) if sent else dt.datetime.now(dt.UTC)
        return max((until - now).total_seconds(), 0.0)
    except (ValueError, TypeError):
        return None


def _refusal(url: str, status: int, content: bytes) -> CallError:
    """What the body of an error says. Some bodies name another status than the answer has, or are a web page."""
    try:
        body = json.loads(content)
        said, title = int(body.get("status") or status), str(body.get("title") or body.get("error") or "").strip()
        detail = str(body.get("detail") or body.get("message") or "").strip()
    except (ValueError, AttributeError, TypeError):
        return CallError(f"{url}: answered {status} with a page instead of data. The address is wrong, or too long.", status)
    words = ": ".join(dict.fromkeys(word for word in (title, detail) if word)) or "no reason given"
    shown = str(status) if said == status else f"{status}, and {said} in its body"
    return CallError(f"{url}: {words} (answered {shown}).", said, title)
