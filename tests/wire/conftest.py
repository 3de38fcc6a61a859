from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.postgres import Postgres
from tests.wire.running import Server, migrate, serving

NewDatabase = Callable[[Path], str]


@pytest.fixture(scope="session")
def new_sqlite(_migrated_sqlite_file: Path) -> NewDatabase:
    """Makes a migrated database in a folder and gives its URL."""

    def make(folder: Path) -> str:
        file = folder / "rapport.sqlite3"
        shutil.copyfile(_migrated_sqlite_file, file)
        return f"sqlite://{file}"

    return make


@pytest.fixture(scope="session")
def sqlite_server(
    new_sqlite: NewDatabase, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """A server on SQLite that the tests share; they change no setting of it."""
    folder = tmp_path_factory.mktemp("sqlite")
    with serving(new_sqlite(folder), folder) as running:
        yield running


@pytest.fixture(scope="session")
def postgres_url(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A migrated database on PostgreSQL that the servers of these tests share."""
    url = postgres.create()
    migrate(url, tmp_path_factory.mktemp("migrating"))
    return url


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
