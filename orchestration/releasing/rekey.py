"""Keys of an audience's own: the same dwelling has one key in each release, and no two releases share it.

Belongs here: the audience's secret, the map from the build's keys to the audience's, and how a key is written. Does not belong here: which
columns are keys (``audience``).

The build's keys are UUID. In a release every key is text of 32 hexadecimal digits.

The secret is HMAC-SHA-256 of the audience's name under the pseudonym key. Like that key it never enters DuckDB.
"""

from __future__ import annotations

import hmac

import duckdb
import pyarrow as pa

from orchestration.privacy.pseudonym import pseudonyms

MAP = "temp.rekey_map"
KEY_TYPE = "UUID"  # of the build's keys, as DuckDB names it
TEXT_TYPE = "VARCHAR"  # of a release's keys


def audience_secret(pseudonym_key: bytes, audience: str) -> bytes:
    """The secret of one audience, derived so that nobody has to keep more than one key."""
    return hmac.digest(pseudonym_key, f"fjernlys release {audience}".encode(), "sha256")


def as_text(key: str) -> str:
    """SQL that writes a key of the build as 32 hexadecimal digits."""
    return f"replace({key}::varchar, '-', '')"


def create_map(con: duckdb.DuckDBPyConnection, keys_sql: str, secret: bytes) -> None:
    """Make ``temp.rekey_map`` (old, new) of the distinct keys that a query gives in its column ``old``."""
    con.execute("create or replace temp table rekey_map (old uuid, new varchar)")
    distinct_keys = f"select distinct old from ({keys_sql}) where old is not null"
    reader = con.execute(f"select {as_text('old')} as message from ({distinct_keys})").to_arrow_reader(100_000)
    made = [pseudonyms(secret, batch) for batch in reader]
    if made:
        con.register("rekey_made", pa.Table.from_batches(made))
        con.execute("insert into temp.rekey_map select message::uuid, pseudonym from rekey_made")
        con.unregister("rekey_made")
