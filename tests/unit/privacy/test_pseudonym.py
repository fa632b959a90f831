"""The key's file and the pseudonyms made with it."""

from __future__ import annotations

import hashlib
import hmac
from pathlib import Path

import pyarrow as pa
import pytest

from orchestration.privacy.pseudonym import key_id, load_key, pseudonym, pseudonyms
from orchestration.settings import Settings, UserError

KEY = bytes(range(32))


def test_a_pseudonym_is_the_first_half_of_the_keyed_hash() -> None:
    expected = hmac.new(KEY, b"id|x", hashlib.sha256).hexdigest()[:32]
    assert pseudonym(KEY, "id|x") == expected
    batch = pseudonyms(KEY, pa.record_batch({"message": ["id|x", "local|y"]}))
    assert batch.to_pydict() == {"message": ["id|x", "local|y"], "pseudonym": [expected, pseudonym(KEY, "local|y")]}


def test_another_key_gives_other_pseudonyms_and_another_key_id() -> None:
    assert pseudonym(KEY, "id|x") != pseudonym(KEY[::-1], "id|x")
    assert key_id(KEY) != key_id(KEY[::-1])
    assert len(key_id(KEY)) == 16


def test_the_key_is_made_on_the_first_run_for_the_owner_alone(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home", key_file=tmp_path / "config" / "key")
    key = load_key(settings)
    assert len(key) == 32
    assert settings.key_file.stat().st_mode & 0o777 == 0o600
    assert settings.key_file.parent.stat().st_mode & 0o777 == 0o700
    assert load_key(settings) == key
    assert key.hex() not in (settings.raw / "key_id").read_text()


@pytest.mark.parametrize("content", ["", "ab", "zz" * 32, "ab" * 33])
def test_a_spoilt_key_file_is_told(tmp_path: Path, content: str) -> None:
    settings = Settings(home=tmp_path / "home", key_file=tmp_path / "key")
    settings.key_file.write_text(content)
    settings.key_file.chmod(0o600)
    with pytest.raises(UserError, match="must hold 64 hexadecimal digits on one line"):
        load_key(settings)
