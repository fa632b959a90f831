"""Where the time of a process goes, by cause: a sampling profiler that knows the parts of a night.

Belongs here: taking samples of all threads and naming the cause of each. Does not belong here: what is run (``bench_night``).

Every few milliseconds the stack of each thread is looked at. Waiting threads do not count; a moment is shared by the threads at work.
A sample whose innermost Python line calls DuckDB is SQL; a sample inside an import is start-up; else the library of the innermost
known frame is the cause.
"""

from __future__ import annotations

import linecache
import re
import sys
import threading
import time
from collections import Counter

INTERVAL = 0.005
SQL = "DuckDB executing SQL"
_SQL_LINE = re.compile(
    r"\.(execute|executemany|sql|fetch\w*|fetchall|fetch_arrow\w*|to_arrow\w*|commit|close|register|df)\b|duckdb\.connect"
)
_SQL_FILES = re.compile(r"/(dbt/adapters/duckdb|orchestration|expectations)/")
_WAITING = re.compile(r"/(threading|queue|selectors|subprocess|socket)\.py$|/multiprocessing/|/concurrent/|/benchmarks/sampler\.py$")
_CAUSES = (
    (re.compile(r"/great_expectations/|/expectations/"), "Great Expectations"),
    (re.compile(r"/pandas/"), "pandas (for Great Expectations)"),
    (re.compile(r"/orchestration/synthetic/"), "making demonstration deliveries"),
    (re.compile(r"/dbt/|/dbt_\w+/"), "dbt (graph, rendering, events)"),
    (re.compile(r"/sqlalchemy/|/dagster/_core/storage/|/event_log\.py$"), "Dagster's event store"),
    (re.compile(r"/dagster\w*/"), "Dagster (steps, checks, definitions)"),
    (re.compile(r"/orchestration/"), "Fjernlys (scan, hashing, verification, summary)"),
)


class Sampler(threading.Thread):
    """Start it, run the work, stop it: ``seconds`` then holds the time of each cause."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.seconds: Counter[str] = Counter()
        self._is_over = threading.Event()

    def run(self) -> None:
        last = time.perf_counter()
        while not self._is_over.wait(INTERVAL):
            now = time.perf_counter()
            causes = [c for ident, frame in sys._current_frames().items() if ident != self.ident and (c := _cause(frame))]
            for cause in causes or ["waiting (a process of its own, the disk)"]:
                self.seconds[cause] += (now - last) / max(1, len(causes))
            last = now

    def stop(self) -> Counter[str]:
        self._is_over.set()
        self.join()
        return self.seconds


def _cause(frame: object) -> str | None:
    inner = frame.f_code.co_filename
    if _WAITING.search(inner):
        return None
    if _SQL_FILES.search(inner) and any(_SQL_LINE.search(linecache.getline(inner, (frame.f_lineno or 1) + d)) for d in (0, 1, -1)):
        return SQL
    files = []
    while frame is not None:
        if frame.f_code.co_name == "<module>" and frame.f_back is not None and "importlib" in frame.f_back.f_code.co_filename:
            return "start-up: importing libraries"
        files.append(frame.f_code.co_filename)
        frame = frame.f_back
    return next((cause for file in files for pattern, cause in _CAUSES if pattern.search(file)), "other Python")
