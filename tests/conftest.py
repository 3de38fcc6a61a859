"""A migrated database for each test that asks for one, on SQLite and on PostgreSQL."""

from __future__ import annotations

import asyncio
import gc
import shutil
from collections.abc import AsyncIterator, Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tortoise import Tortoise

from models import database as models_database
from models import invitation
from tests.postgres import Postgres, serving

BACKENDS = ("sqlite", "postgres")
NewDatabase = Callable[[Path], str]
KEY = b"the key of the tests, of 32 bytes and more"
"""The key under which links are made in the process of the tests."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A skipped test is a failure: what does not apply to a database is not asked of it."""
    report = yield
    if report.skipped:
        report.outcome, report.longrepr = "failed", f"skipped: {report.longrepr}"
    return report


@pytest.fixture(scope="session", autouse=True)
def described_models() -> None:
    """Rows can be made in memory without a database."""
    Tortoise.init_models(models_database.MODELS, "models")


@pytest.fixture(scope="session", autouse=True)
def server_key() -> None:
    invitation.use_key(KEY)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """The PostgreSQL server of this run; its `create()` gives the URL of a new database."""
    with serving() as server:
        yield server


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """What was imported and collected stays to the end, so that no collection looks at it again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def _migrated_sqlite_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("migrated") / "rapport.sqlite3"
    migrate(f"sqlite://{file}")
    return file


@pytest.fixture(scope="session")
def _migrated_postgres(postgres: Postgres) -> str:
    """A migrated database that is copied only."""
    url = postgres.create()
    migrate(url)
    return url


@pytest.fixture(scope="session")
def _shared_postgres(postgres: Postgres, _migrated_postgres: str) -> tuple[str, list[str]]:
    """A migrated database that tests share one after the other, and its tables with rows."""
    url = postgres.create(like=_migrated_postgres)
    return url, postgres.filled_tables(url)


@pytest.fixture(params=BACKENDS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database that is migrated and holds nothing else."""
    if request.param == "sqlite":
        made: str = request.getfixturevalue("new_sqlite")(tmp_path)
        return made
    server: Postgres = request.getfixturevalue("postgres")
    url: str
    url, kept = request.getfixturevalue("_shared_postgres")
    server.clear(url, kept)
    return url


@pytest.fixture(scope="session")
def new_sqlite(_migrated_sqlite_file: Path) -> NewDatabase:
    """Makes a migrated database in a folder and gives its URL."""

    def make(folder: Path) -> str:
        file = folder / "rapport.sqlite3"
        shutil.copyfile(_migrated_sqlite_file, file)
        return f"sqlite://{file}"

    return make


@pytest.fixture(scope="session")
def new_postgres(postgres: Postgres, _migrated_postgres: str) -> Callable[[], str]:
    """Makes a migrated database of its own and gives its URL."""
    return lambda: postgres.create(like=_migrated_postgres)


@pytest.fixture(params=BACKENDS)
def own_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a migrated database whose tables the test may change."""
    new = request.getfixturevalue(f"new_{request.param}")
    url: str = new(tmp_path) if request.param == "sqlite" else new()
    return url


@pytest.fixture(params=BACKENDS)
def unmigrated_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database without a table."""
    if request.param == "sqlite":
        return f"sqlite://{tmp_path / 'unmigrated.sqlite3'}"
    url: str = request.getfixturevalue("postgres").create()
    return url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[str]:
    """Opens the database for the time of a test; gives its URL."""
    await models_database.connect(database_url)
    try:
        yield database_url
    finally:
        await models_database.disconnect()


def migrate(url: str) -> None:
    """Migrates in a thread, since the test that asks first may have a loop running."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        thread.submit(asyncio.run, models_database.migrate(url)).result()
