"""The server's key, which the tokens of links are derived from: a setting, or a file.

Whoever has the key can answer every open survey; if it is lost, no link can be made again.
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
    """The key from the settings, or else from the file in the data folder.

    A missing file is created atomically, so that processes that start at the same time read the
    same key. Raises Refused if the file can't be read or created.
    """
    if settings.secret_key:
        return settings.secret_key.encode()
    file = settings.data_dir / KEY_FILE_NAME
    try:
        if not file.exists():
            _make(file)
        key = file.read_bytes().strip()
    except OSError as error:
        raise Refused(f"The server's key in {file} can't be used: {error.strerror}.") from None
    if len(key) < SECRET_KEY_CHARACTERS_MIN:
        raise Refused(
            f"The server's key in {file} is shorter than {SECRET_KEY_CHARACTERS_MIN} characters; "
            "remove it to create a new one, which breaks all links sent so far."
        )
    return key


def _make(file: Path) -> None:
    """Writes a new key to a temporary file, then links it to `file` unless that exists."""
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
