"""The server's key, under which the tokens of links are made: from its setting, or from its file.

Whoever has the key can answer every survey that is open; without it no link can be made again.
"""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

from api.settings import KEY_FILE_NAME, SECRET_KEY_CHARACTERS_MIN, Settings
from api.terminal import Refused

_KEY_BYTES = 48
_FILE_MODE = 0o600


def server_key(settings: Settings) -> bytes:
    """The key that the setting gives, else what the file in the data folder holds.

    The file is made where it is missing, whole or not at all, so that of several processes that
    start at once all read the same key. Raises Refused where it can't be read or made.
    """
    if settings.secret_key:
        return settings.secret_key.encode()
    file = settings.data_dir / KEY_FILE_NAME
    try:
        if not file.exists():
            _make(file)
        key = file.read_bytes().strip()
    except OSError as error:
        raise Refused(f"The server's key {file} can't be used: {error.strerror}.") from None
    if len(key) < SECRET_KEY_CHARACTERS_MIN:
        raise Refused(
            f"The server's key {file} is shorter than {SECRET_KEY_CHARACTERS_MIN} characters; "
            "remove it to have a new one made, which ends all links sent so far."
        )
    return key


def _make(file: Path) -> None:
    """Writes a new key under a name of its own, then gives it the file's name if that is free."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f"{file.name}.{os.getpid()}.{secrets.token_hex(4)}")
    opened = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, _FILE_MODE)
    try:
        with os.fdopen(opened, "wb") as writing:
            writing.write(secrets.token_urlsafe(_KEY_BYTES).encode() + b"\n")
            writing.flush()
            os.fsync(writing.fileno())
        with suppress(FileExistsError):
            file.hardlink_to(draft)
    finally:
        draft.unlink()
