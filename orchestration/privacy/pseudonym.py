"""The pseudonym key and what it makes of an id.

Belongs here: the key's file, its id in raw, and the keyed hash (HMAC-SHA-256, first 128 bits in hex).
Does not belong here: which column holds an id (``arrivals.staging``).

The key never enters DuckDB, a log or an error; ids reach this module as messages and leave it as pseudonyms.
"""

from __future__ import annotations

import hmac
import os
import re
import secrets
from pathlib import Path

import pyarrow as pa

from orchestration.settings import Settings, UserError

PSEUDONYM_PATTERN = "^[0-9a-f]{32}$"
KEY_ID = "key_id"
_KEY_ID_MESSAGE = b"fjernlys key id"
_DIGITS = 32


def key_id(key: bytes) -> str:
    """Short name of a key that tells nothing about it."""
    return hmac.digest(key, _KEY_ID_MESSAGE, "sha256").hex()[:16]


def pseudonym(key: bytes, message: str) -> str:
    """Pseudonym of one message."""
    return hmac.digest(key, message.encode(), "sha256").hex()[:_DIGITS]


def pseudonyms(key: bytes, messages: pa.RecordBatch) -> pa.RecordBatch:
    """The one column of distinct messages with a second one beside it: ``message``, ``pseudonym``."""
    texts, keyed = messages.column(0), hmac.new(key, digestmod="sha256")

    def made(text: str) -> str:
        own = keyed.copy()  # what is made of the key alone is made once
        own.update(text.encode())
        return own.hexdigest()[:_DIGITS]

    return pa.record_batch([texts.cast(pa.string()), pa.array(map(made, texts.to_pylist()), pa.string())], names=["message", "pseudonym"])


def load_key(settings: Settings) -> bytes:
    """The key of this data home: made on the first run, and afterwards always the same one.

    Raises ``UserError`` where raw holds pseudonyms of a key that is missing or another one.
    """
    recorded = settings.raw / KEY_ID
    known = recorded_key_id(settings)
    path = settings.key_file
    _adopt_next(path, known)
    if not path.exists():
        if known:
            raise UserError(
                f"The pseudonym key {path} is missing, but {settings.raw} already holds pseudonyms made with key {known}. "
                "Put the key file back (FJERNLYS_KEY_FILE says where it is); with a new key no person would link to earlier deliveries."
            )
        _create(path)
    key = _read(path)
    if known and key_id(key) != known:
        raise UserError(
            f"The pseudonym key {path} has id {key_id(key)}, but {settings.raw} holds pseudonyms made with key {known}. "
            "Put the right key file back (FJERNLYS_KEY_FILE says where it is)."
        )
    if not known:
        settings.raw.mkdir(parents=True, exist_ok=True)
        part = recorded.with_suffix(".part")
        part.write_text(key_id(key) + "\n", encoding="ascii")
        part.replace(recorded)
    return key


def recorded_key_id(settings: Settings) -> str | None:
    """Id of the key whose pseudonyms are in raw."""
    recorded = settings.raw / KEY_ID
    return recorded.read_text(encoding="ascii").strip() if recorded.exists() else None


def next_key_file(path: Path) -> Path:
    """Where the key waits that raw is being loaded anew with."""
    return path.with_name(path.name + ".next")


def next_key(settings: Settings) -> bytes:
    """The key that raw is being loaded anew with: made on the first call, and the same until it is the key."""
    path = next_key_file(settings.key_file)
    if not path.exists():
        _create(path)
    return _read(path)


def _adopt_next(path: Path, known: str | None) -> None:
    """Finish a change of key that was stopped after raw was switched: the key raw was loaded with becomes the key."""
    waiting = next_key_file(path)
    if known and waiting.exists() and key_id(_read(waiting)) == known:
        waiting.replace(path)


def _create(path: Path) -> None:
    """Write a new key at once, readable for the owner alone."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = path.with_name(path.name + ".part")
    part.unlink(missing_ok=True)
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as stream:
        stream.write(secrets.token_hex(32) + "\n")
    part.replace(path)


def _read(path: Path) -> bytes:
    if not path.is_file():
        raise UserError(f"The pseudonym key {path} must be a file.")
    if path.stat().st_mode & 0o077:
        raise UserError(f"The pseudonym key {path} can be read by others. Run: chmod 600 {path}")
    text = path.read_text(encoding="ascii", errors="replace").strip()
    if not re.fullmatch(r"[0-9a-f]{64}", text):
        raise UserError(f"The pseudonym key {path} must hold 64 hexadecimal digits on one line.")
    return bytes.fromhex(text)
