from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import NewDatabase
from tests.wire.running import Server, serving


@pytest.fixture(scope="session")
def sqlite_server(
    new_sqlite: NewDatabase, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """A server on SQLite that the tests share; they change no setting of it."""
    folder = tmp_path_factory.mktemp("sqlite")
    with serving(new_sqlite(folder), folder) as running:
        yield running


@pytest.fixture(scope="session")
def postgres_url(new_postgres: Callable[[], str]) -> str:
    """A migrated database on PostgreSQL that the servers of these tests share."""
    return new_postgres()


@pytest.fixture(scope="session")
def postgres_server(
    postgres_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """A server on PostgreSQL that the tests share."""
    with serving(postgres_url, tmp_path_factory.mktemp("postgres")) as running:
        yield running


@pytest.fixture(params=["sqlite_server", "postgres_server"])
def server(request: pytest.FixtureRequest) -> Server:
    """A server on each database."""
    running: Server = request.getfixturevalue(request.param)
    return running


@pytest.fixture
def own_sqlite_url(new_sqlite: NewDatabase, tmp_path: Path) -> str:
    """A database in the test's own folder, which no other test uses."""
    return new_sqlite(tmp_path)
