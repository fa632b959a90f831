"""Keys of an audience's own: the same dwelling has one key in each release, and no two releases share it.

Belongs here: the audience's secret and the map from the build's keys to the audience's. Does not belong here: which columns are keys
(``audience``).

The secret is HMAC-SHA-256 of the audience's name under the pseudonym key. Like that key it never enters DuckDB.
"""

from __future__ import annotations

import hmac

import duckdb
import pyarrow as pa

from orchestration.privacy.pseudonym import pseudonyms

MAP = "temp.rekey_map"


def audience_secret(pseudonym_key: bytes, audience: str) -> bytes:
    """The secret of one audience, derived so that nobody has to keep more than one key."""
    return hmac.digest(pseudonym_key, f"fjernlys release {audience}".encode(), "sha256")


def create_map(con: duckdb.DuckDBPyConnection, keys_sql: str, secret: bytes) -> None:
    """Make ``temp.rekey_map`` (old, new) of the distinct keys that a query gives in its column ``old``."""
    con.execute("create or replace temp table rekey_map (old varchar, new varchar)")
    reader = con.execute(f"select distinct old::varchar as message from ({keys_sql}) where old is not null").to_arrow_reader(100_000)
    made = [pseudonyms(secret, batch) for batch in reader]
    if made:
        con.register("rekey_made", pa.Table.from_batches(made))
        con.execute("insert into temp.rekey_map select message, pseudonym from rekey_made")
        con.unregister("rekey_made")
