"""`rapport migrate`: brings the database schema up to date."""

from __future__ import annotations

import asyncio
from argparse import Namespace

from api.database_check import counted
from api.folder_lock import held
from api.settings import Settings
from api.terminal import Refused, say


def run(settings: Settings, arguments: Namespace) -> int:
    from models import database

    with held(settings, "migrate"):
        try:
            applied = asyncio.run(database.migrate(settings.database_url))
        except database.DatabaseUnavailable as error:
            raise Refused(str(error)) from None
    if applied:
        say(f"Applied {counted(len(applied), 'migration')}: {', '.join(applied)}.")
    else:
        say("The database is up to date.")
    return 0
