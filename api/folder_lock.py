"""Locks an SQLite database, so that one process at a time writes to it."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from api.settings import Settings
from api.terminal import Refused

LOCK_SUFFIX = ".lock"
_HOLDER_BYTES_MAX = 200


@contextmanager
def held(settings: Settings, command: str) -> Iterator[None]:
    """Locks the database for one command while the context is open; no-op on PostgreSQL.

    The lock is on a file beside the database, so that it is the same whatever setting led there;
    the system releases it when the process ends, however it ends. Creates the data folder if it
    is missing. Raises Refused, which names the process that holds the lock.
    """
    _make_folder(settings.data_dir)
    file = settings.database_file
    if file is None:
        yield
        return
    lock = _opened(file)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refused(f"The database {file} is in use by {_holder(lock)}.") from None
        os.ftruncate(lock, 0)
        os.pwrite(lock, f"'rapport {command}' (process {os.getpid()})".encode(), 0)
        yield
    finally:
        os.close(lock)


def _opened(file: Path) -> int:
    lock = file.with_name(file.name + LOCK_SUFFIX)
    try:
        return os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise Refused(f"The database {file} can't be locked: {lock}: {error.strerror}.") from None


def _holder(lock: int) -> str:
    return os.pread(lock, _HOLDER_BYTES_MAX, 0).decode(errors="replace") or "another process"


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Refused(f"The data folder {folder} can't be created: {error.strerror}.") from None
