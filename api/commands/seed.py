"""`rapport seed`: fills an empty database with the demo data."""

from __future__ import annotations

import asyncio
import sys
from argparse import Namespace
from datetime import UTC, datetime

from api.database_check import require_migrations
from api.folder_lock import held
from api.server_key import server_key
from api.settings import Settings
from api.terminal import ProgressBars, Refused, say


def run(settings: Settings, arguments: Namespace) -> int:
    with held(settings, "seed"):
        require_migrations(settings)
        counts = asyncio.run(_seed(settings, arguments.scale, arguments.if_empty))
    if counts is None:
        say("The database already contains data.")
    else:
        say(f"Loaded {', '.join(f'{count} {noun}' for noun, count in counts.items())}.")
    return 0


async def _seed(settings: Settings, scale: int, if_empty: bool) -> dict[str, int] | None:
    """Returns what was loaded, or None if the database had data and `if_empty` allows it.

    The demo data's invitations send no mail.
    """
    from models import database, events, health, invitation, mail, reader
    from models.demo.seeding import seed

    invitation.use_key(server_key(settings))
    await database.connect(settings.database_url)
    try:
        if await events.head():
            if if_empty:
                return None
            raise Refused("The database already contains data; the demo data needs an empty one.")
        with ProgressBars(sys.stderr) as progress:
            counts = await seed(scale, datetime.now(UTC), progress)
        for follower in (health.READER, mail.READER):
            await reader.start_at_the_end(follower)
        return counts
    finally:
        await database.disconnect()
