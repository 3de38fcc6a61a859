"""Checks the database before a command uses it."""

from __future__ import annotations

import asyncio

from api.settings import Settings
from api.terminal import Refused


def require_migrations(settings: Settings) -> None:
    """Raises Refused if the database can't be reached or migrations are missing."""
    missing = missing_migrations(settings)
    if missing:
        raise Refused(
            f"The database needs {counted(len(missing), 'migration')}; run 'rapport migrate' first."
        )


def missing_migrations(settings: Settings) -> list[str]:
    """The names of the migrations to apply; does not create a missing database file.

    Raises Refused if the database can't be reached.
    """
    from models import database

    file = settings.database_file
    if file is not None and not file.exists():
        raise Refused(f"The database {file} does not exist yet; run 'rapport migrate' first.")
    try:
        return asyncio.run(database.unapplied(settings.database_url))
    except database.DatabaseUnavailable as error:
        raise Refused(str(error)) from None


def counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
