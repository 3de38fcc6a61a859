"""Does what falls due by itself, at its time, as long as the server runs.

It sleeps until something is due, or until the log says that something may be due sooner. Any
number of processes may tick: models/due.py sees to it that each thing happens once.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from models import due, events, health

logger = logging.getLogger("rapport.ticker")

LOOK_SECONDS_MAX = 30.0
"""How long it sleeps at most: another process may have made something due."""
LOOK_SECONDS_MIN = 0.05
RETRY_SECONDS = 2.0
"""How long it waits after a failure, such as a database that does not answer."""


class Ticker:
    """The ticker of one process; `clock` tells the time (aware)."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._woken = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begins; what fell due while no server ran is done first."""
        events.on_commit.append(self._woken.set)
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Ends; a transaction that is under way is left to `drain`."""
        events.on_commit.remove(self._woken.set)
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _run(self) -> None:
        while True:
            try:
                wait = await self._tick()
            except Exception:
                logger.exception("could not tick; trying again in %s s", RETRY_SECONDS)
                wait = RETRY_SECONDS
            with suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    await self._woken.wait()

    async def _tick(self) -> float:
        """Does what is due, and answers the seconds until it must look again."""
        self._woken.clear()
        while await due.tick(self._clock()) == due.COMPLAINTS_PER_TICK_MAX:
            pass
        while await health.follow(self._clock()):
            pass
        next_at = await due.next_tick_at()
        if next_at is None:
            return LOOK_SECONDS_MAX
        ahead = (next_at - self._clock()).total_seconds()
        return min(max(ahead, LOOK_SECONDS_MIN), LOOK_SECONDS_MAX)
