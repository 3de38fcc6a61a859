"""Opens the database that a URL names, and brings its tables up to date."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from tortoise import Tortoise
from tortoise.backends.base.executor import EXECUTOR_CACHE
from tortoise.connection import get_connection
from tortoise.context import TortoiseContext
from tortoise.exceptions import BaseORMException, ConfigurationError, DBConnectionError
from tortoise.migrations.executor import MigrationExecutor

MODELS = (
    "models.events",
    "models.idempotency",
    "models.searching",
    "models.staff",
    "models.customer",
    "models.contact",
    "models.service",
    "models.configuration_item",
    "models.relationship",
    "models.calendar",
    "models.sla",
    "models.requirement",
    "models.enrollment",
    "models.complaint",
    "models.comment",
    "models.action",
    "models.interaction",
    "models.commendation",
    "models.reader",
    "models.survey",
    "models.invitation",
    "models.response",
    "models.mail",
)
POOL_CONNECTIONS_MAX = 10
CONNECT_TIMEOUT_SECONDS = 10
BUSY_TIMEOUT_MILLISECONDS = 5_000
SCRUB_TIMEOUT_SECONDS = 0.2
"""How long a scrub waits for readers and writers, of whom it lets none begin meanwhile."""

on_connect: list[Callable[[], object]] = []
"""Called when this process opens a database, so that nothing of another is remembered."""


class DatabaseUnavailable(Exception):
    """The database can't be opened; the message is one line for the operator."""


_AWAY_SQLITE_CODES = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
}
_AWAY_SQLSTATES = ("08", "53", "55000", "57", "58")
"""Connections, resources, a database that takes no connections, operators, the system."""


def is_away(error: BaseException | None) -> bool:
    """Whether an error says that the database can't be used just now: the same may work later.

    An error of ours, such as a statement that is wrong, is none of these, whatever wraps it.
    """
    while error is not None:
        if isinstance(error, OSError | DBConnectionError | DatabaseUnavailable):
            return True
        if isinstance(error, sqlite3.Error):
            return getattr(error, "sqlite_errorcode", 0) & 0xFF in _AWAY_SQLITE_CODES
        if type(error).__module__.startswith("asyncpg."):
            state = getattr(error, "sqlstate", None)
            return state is None or state.startswith(_AWAY_SQLSTATES)
        error = error.__cause__ or error.__context__
    return False


def is_postgres(url: str) -> bool:
    """Whether a URL names a PostgreSQL database; else it names an SQLite file."""
    return url.startswith(("postgres://", "postgresql://"))


def sqlite_path(url: str) -> str:
    """The file that an sqlite:// URL names."""
    return url.removeprefix("sqlite://").partition("?")[0]


def tortoise_config(
    url: str, *, pool_connections_max: int = POOL_CONNECTIONS_MAX
) -> dict[str, Any]:
    """Tortoise's configuration. SQLite has a second connection, for reads alone."""
    app = {
        "models": list(MODELS),
        "default_connection": "default",
        "migrations": "models.migrations",
    }
    if is_postgres(url):
        connections = {"default": _postgres(url, pool_connections_max)}
    else:
        connections = {"default": _sqlite(url), "reading": _sqlite(url, query_only="ON")}
    return {"connections": connections, "apps": {"models": app}, "use_tz": True, "timezone": "UTC"}


def _sqlite(url: str, **more: str) -> dict[str, Any]:
    return {
        "engine": "tortoise.backends.sqlite",
        "credentials": {
            "file_path": sqlite_path(url),
            "synchronous": "FULL",
            "busy_timeout": BUSY_TIMEOUT_MILLISECONDS,
            "secure_delete": "ON",
            **more,
        },
    }


async def scrub() -> bool:
    """Takes out of SQLite's files what its rows no longer hold.

    Deleted content is overwritten where it lies. Old terms of the search index go when its parts
    are merged, and the old content of pages when the log of writes is emptied. False where
    somebody reads or writes just now, so that it must be tried again.
    """
    connection = get_connection("default")
    if connection.capabilities.dialect != "sqlite":
        return True
    (main, *_) = await connection.execute_query_dict("PRAGMA database_list")
    async with connection.acquire_connection():  # transactions of this process wait: a scrub under
        return await asyncio.to_thread(_scrub, main["file"])  # way would fail what they write


def _scrub(file: str) -> bool:
    opened = sqlite3.connect(file, timeout=SCRUB_TIMEOUT_SECONDS, isolation_level=None)
    with contextlib.closing(opened) as connection:
        try:
            connection.execute("PRAGMA secure_delete = ON")
            connection.execute("INSERT INTO search_stems (search_stems) VALUES ('optimize')")
            is_busy, *_ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        except sqlite3.OperationalError:
            return False
        return not is_busy


def _postgres(url: str, connections_max: int) -> dict[str, Any]:
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    return {
        "engine": "tortoise.backends.asyncpg",
        "credentials": {
            "host": query.get("host") or parts.hostname or "127.0.0.1",
            "port": parts.port or 5432,
            "user": unquote(parts.username or "postgres"),
            "password": unquote(parts.password or ""),
            "database": parts.path.lstrip("/") or "rapport",
            "minsize": 1,
            "maxsize": connections_max,
            "timeout": CONNECT_TIMEOUT_SECONDS,
            "server_settings": {"jit": "off"},
        },
    }


async def connect(url: str, *, pool_connections_max: int = POOL_CONNECTIONS_MAX) -> None:
    """Opens the database for this process. Raises DatabaseUnavailable."""
    config = tortoise_config(url, pool_connections_max=pool_connections_max)
    for forget in on_connect:
        forget()
    EXECUTOR_CACHE.clear()  # it holds statements by connection name, whatever the dialect was
    try:
        with _refusals(url):
            await Tortoise.init(config=config, _enable_global_fallback=True)
            for name in config["connections"]:
                await get_connection(name).execute_query("SELECT 1")
    except DatabaseUnavailable:
        await _abandon()
        raise


@contextlib.contextmanager
def _refusals(url: str) -> Iterator[None]:
    """Turns a driver's refusal to open the database into one line; other faults pass."""
    try:
        yield
    except ConfigurationError:
        raise
    except (OSError, sqlite3.Error, BaseORMException, TimeoutError) as error:
        raise DatabaseUnavailable(_told(url, error)) from error
    except Exception as error:  # a driver's own kinds of refusal
        if type(error).__module__.partition(".")[0] != "asyncpg":
            raise
        raise DatabaseUnavailable(_told(url, error)) from error


async def disconnect() -> None:
    """Closes the database of this process."""
    await Tortoise.close_connections()


async def _abandon() -> None:
    with contextlib.suppress(Exception):
        await Tortoise.close_connections()


def _told(url: str, error: Exception) -> str:
    if is_postgres(url):
        parts = urlsplit(url)
        return f"PostgreSQL at {parts.hostname}:{parts.port or 5432} can't be used: {error}"
    path = Path(sqlite_path(url))
    if not path.parent.is_dir():
        return f"The database file {path} can't be opened: there is no folder {path.parent}"
    return f"The database file {path} can't be opened: {error}"


async def migrate(url: str) -> list[str]:
    """Applies what is missing, in order; answers the names. Raises DatabaseUnavailable."""
    async with TortoiseContext() as context:
        await _open(context, url)
        missing = await _missing(context)
        if missing:
            await MigrationExecutor(
                context.connections.get("default"), tortoise_config(url)["apps"]
            ).migrate()
            if not is_postgres(url):  # what was deleted before deletions were overwritten
                await context.connections.get("default").execute_script("VACUUM")
        return missing


async def unapplied(url: str) -> list[str]:
    """The migrations that the database lacks, in order. Raises DatabaseUnavailable."""
    async with TortoiseContext() as context:
        await _open(context, url)
        return await _missing(context)


async def _open(context: TortoiseContext, url: str) -> None:
    with _refusals(url):
        await context.init(config=tortoise_config(url))
        await context.connections.get("default").execute_query("SELECT 1")


async def _missing(context: TortoiseContext) -> list[str]:
    executor = MigrationExecutor(
        context.connections.get("default"),
        {"models": {"migrations": "models.migrations", "models": list(MODELS)}},
    )
    return [step.migration.name for step in await executor.plan() if not step.backward]
