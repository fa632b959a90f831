"""How a run shows itself: a live line on a terminal, plain lines otherwise.

Belongs here: reporters. Does not belong here: what is reported (the steps) or the end's summary (``summary``).
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from orchestration.resources.night import Reporter

_SLOW_SECONDS = 0.05


class PlainReporter:
    """One line when a step begins, for what it tells, and when it ends: for logs."""

    def __init__(self, stream: TextIO):
        self.stream = stream
        self.counted = 0

    def begin(self, title: str) -> None:
        self._line(f"{title} ...")

    def note(self, text: str) -> None:
        if " of " in text and ": " in text and text[0].isdigit():  # "12 of 200: name" is for the eye, not for a log
            return
        self._line(f"  {text}")

    def end(self, title: str, seconds: float, is_well: bool) -> None:
        self._line(f"{title} {'done' if is_well else 'FAILED'} in {seconds:.1f} s")

    def _line(self, text: str) -> None:
        with contextlib.suppress(BrokenPipeError):  # that nobody listens any longer is no reason to leave the work half done
            print(text, file=self.stream, flush=True)


class LiveReporter:
    """A spinner with the step and its latest note; finished steps stay above it."""

    def __init__(self, console, status):
        self.console, self.status, self.title = console, status, ""

    def begin(self, title: str) -> None:
        self.title = title
        self.status.update(f"[bold]{title}[/]")

    def note(self, text: str) -> None:
        from rich.markup import escape

        self.status.update(f"[bold]{self.title}[/] {escape(text[: max(20, self.console.width - len(self.title) - 6)])}")

    def end(self, title: str, seconds: float, is_well: bool) -> None:
        if not is_well or seconds >= _SLOW_SECONDS:
            mark = "[green]✓[/]" if is_well else "[red]✗[/]"
            self.console.print(f"{mark} {title} [dim]{seconds:.1f} s[/]")


@contextlib.contextmanager
def make_reporter(stream: TextIO | None = None) -> Iterator[Reporter]:
    """The reporter that suits a stream; default: standard output."""
    stream = stream or sys.stdout
    if not stream.isatty():
        yield PlainReporter(stream)
        return
    from rich.console import Console

    console = Console(file=stream)
    with console.status("") as status:
        yield LiveReporter(console, status)
