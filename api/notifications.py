"""PostgreSQL's word that the log has grown, also by other processes: LISTEN on its own connection.

A notification carries no data and may be lost; it only says when to look.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

import asyncpg

logger = logging.getLogger("rapport.hub")

CONNECT_TIMEOUT_SECONDS = 10.0
RECONNECT_SECONDS_MIN = 0.1
RECONNECT_SECONDS_MAX = 2.0


async def listen(url: str, channel: str, wake: Callable[[], None]) -> None:
    """Calls `wake` at each notification, and after each connect, until it is cancelled."""
    wait_seconds = RECONNECT_SECONDS_MIN
    while True:
        try:
            connection = await asyncpg.connect(url, timeout=CONNECT_TIMEOUT_SECONDS)
            try:
                await _heard(connection, channel, wake)
                wait_seconds = RECONNECT_SECONDS_MIN
            finally:
                connection.terminate()
            logger.warning("the connection that listens to PostgreSQL was lost")
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            logger.warning("can't listen to PostgreSQL, trying again: %s", error)
        await asyncio.sleep(wait_seconds)
        wait_seconds = min(2 * wait_seconds, RECONNECT_SECONDS_MAX)


async def _heard(
    connection: asyncpg.Connection[asyncpg.Record], channel: str, wake: Callable[[], None]
) -> None:
    """Listens until the connection is lost."""
    lost = asyncio.Event()
    connection.add_termination_listener(lambda _: lost.set())
    await connection.add_listener(channel, lambda *_: wake())
    wake()
    await lost.wait()
