"""Dagster's SQLite event log with connections that stay open.

Belongs here: this one speed-up. Does not belong here: anything about what is logged.

The stock class opens and closes a database for every event and waits for the disk each time; a night of two hundred events spends
seconds on that. Here each database keeps its engine, and SQLite (in WAL mode) does not wait for the disk at each commit: after a power cut
the last events may be missing, the file is whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as db
from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from dagster._serdes import ConfigurableClassData
from sqlalchemy.engine import Connection, Engine


class EventLog(SqliteEventLogStorage):
    """``SqliteEventLogStorage`` with one pooled engine for each database."""

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData | None, config_value: dict) -> EventLog:
        """The stock method names its own class."""
        return cls(inst_data=inst_data, **config_value)

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        with self._db_lock:
            engine = self._engine(shard)
            with engine.connect() as connection, connection.begin():
                yield connection

    def _engine(self, shard: str) -> Engine:
        engines: dict[str, Engine] = self.__dict__.setdefault("_engines", {})
        if shard not in engines:
            engine = db.create_engine(
                self.conn_string_for_shard(shard),
                poolclass=db.pool.QueuePool,
                pool_size=1,
                connect_args={"timeout": SQLITE_BUSY_TIMEOUT_SECONDS, "check_same_thread": False},
            )
            db.event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=NORMAL"))
            self._initdb(engine)
            self._initialized_dbs.add(shard)
            engines[shard] = engine
        return engines[shard]

    def dispose(self) -> None:
        """Close what is open."""
        for engine in self.__dict__.get("_engines", {}).values():
            engine.dispose()
        super().dispose()
