"""Writes the fixture of the newest migration: `python -m tests.house.landed.make`.

It takes pg_dump, of the release of the PostgreSQL server of the tests.
"""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from models import database, invitation
from tests.conftest import KEY
from tests.house.landed.states import LANDED, keep_postgres, keep_sqlite
from tests.house.landed.story import tell
from tests.postgres import serving

MIGRATIONS = Path(database.__file__).parent / "migrations"
DUMP = ("--inserts", "--rows-per-insert=100", "--no-owner", "--no-acl")


async def fill(url: str, folder: Path) -> str:
    """Migrates an empty database and fills it; answers the number of its newest migration."""
    applied = await database.migrate(url)
    await database.connect(url)
    try:
        await tell(folder)
    finally:
        await database.disconnect()
    return applied[-1].partition("_")[0]


def main() -> None:
    invitation.use_key(KEY)
    pg_dump = shutil.which("pg_dump")
    if pg_dump is None:
        sys.exit("There is no pg_dump on the PATH.")
    newest = max(path.name for path in MIGRATIONS.glob("0*.py")).partition("_")[0]
    if newest in LANDED:
        sys.exit(f"{newest} is there, and what has landed stays as it is.")
    with tempfile.TemporaryDirectory() as made:
        file = Path(made) / "landed.sqlite3"
        keep_sqlite(asyncio.run(fill(f"sqlite://{file}", Path(made))), file)
        with serving() as server:
            url = server.create()
            state = asyncio.run(fill(url, Path(made)))
            dumped = subprocess.run(
                [pg_dump, *DUMP, url], check=True, capture_output=True, text=True
            )
            keep_postgres(state, dumped.stdout)


if __name__ == "__main__":
    main()
