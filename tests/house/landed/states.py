"""The landed states: populated databases, each named for the newest migration that it holds."""

from __future__ import annotations

import lzma
import re
import sqlite3
from contextlib import closing
from pathlib import Path

FOLDER = Path(__file__).parent
LANDED = sorted(path.name.partition(".")[0] for path in FOLDER.glob("*.sqlite3.xz"))
"""The numbers of those migrations."""
_OF_A_RELEASE = re.compile(
    r"^(SET \w+ = .*;|SELECT pg_catalog\.set_config\(.*;|\\(un)?restrict .*|-- Dumped .*)\n",
    re.MULTILINE,
)


def sqlite_of(state: str) -> bytes:
    """The SQLite file of a state."""
    return lzma.decompress((FOLDER / f"{state}.sqlite3.xz").read_bytes())


def postgres_of(state: str) -> str:
    """The statements that make a state in an empty PostgreSQL database, of release 15 or newer."""
    return lzma.decompress((FOLDER / f"{state}.postgres.sql.xz").read_bytes()).decode()


def keep_sqlite(state: str, file: Path) -> None:
    """Stores a database that nobody has open."""
    tidy = file.with_suffix(".tidy")
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("VACUUM INTO ?", (str(tidy),))
    _keep(f"{state}.sqlite3.xz", tidy.read_bytes())


def keep_postgres(state: str, dump: str) -> None:
    """Stores what `pg_dump --inserts` says, without what its release and psql alone understand."""
    _keep(f"{state}.postgres.sql.xz", _OF_A_RELEASE.sub("", dump).encode())


def _keep(name: str, content: bytes) -> None:
    (FOLDER / name).write_bytes(lzma.compress(content, preset=9 | lzma.PRESET_EXTREME))
