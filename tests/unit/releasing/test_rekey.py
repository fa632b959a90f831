"""Keys of an audience's own."""

from __future__ import annotations

import hashlib
import hmac
from uuid import UUID

import duckdb

from orchestration.releasing.rekey import audience_secret, create_map

KEY = bytes(range(32))


def test_the_secret_is_hmac_of_the_audience_under_the_pseudonym_key():
    assert audience_secret(KEY, "analyst") == hmac.new(KEY, b"fjernlys release analyst", hashlib.sha256).digest()
    assert audience_secret(KEY, "analyst") != audience_secret(KEY, "property")
    assert audience_secret(KEY, "analyst") != audience_secret(bytes(32), "analyst")


def test_the_map_holds_each_key_once_with_its_keyed_hash():
    secret = audience_secret(KEY, "analyst")
    con = duckdb.connect()
    keys = [f"{n:032x}" for n in (10, 11)]
    create_map(con, f"select * from (values (uuid '{keys[0]}'), (uuid '{keys[1]}'), (uuid '{keys[0]}'), (null)) v(old)", secret)
    expected = [(UUID(key), hmac.new(secret, key.encode(), hashlib.sha256).hexdigest()[:32]) for key in keys]
    assert con.execute("select * from temp.rekey_map order by old").fetchall() == expected


def test_no_keys_give_an_empty_map():
    con = duckdb.connect()
    create_map(con, "select null::uuid as old where false", b"x" * 32)
    assert con.execute("select count(*) from temp.rekey_map").fetchone() == (0,)


def test_the_secret_is_in_no_query(capfd):
    secret = audience_secret(KEY, "analyst")
    con = duckdb.connect()
    con.execute("set enable_logging = true")
    create_map(con, "select md5('a')::uuid as old", secret)
    logged = str(con.execute("select * from duckdb_logs").fetchall())
    assert "rekey_map" in logged
    assert secret.hex() not in logged and str(secret) not in logged
