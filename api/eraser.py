"""Finishes erasures: no file of the data folder keeps what the database has forgotten.

It follows the log for erasures, from its beginning at each start, since all it does may be done
again. The mutation waits for it; what can't be done at once is tried until it is.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from api.mail import Outbox
from models import bounds, contact, database, events, mail

logger = logging.getLogger("rapport.eraser")

LOOK_SECONDS_MAX = 30.0
"""How long it sleeps at most: another process may have erased somebody."""
RETRY_SECONDS = 2.0
"""How long it waits where somebody reads what was before, or after a failure."""


class Eraser:
    """The eraser of one process; `clock` tells the time (aware)."""

    def __init__(self, outbox: Path, clock: Callable[[], datetime]) -> None:
        self._outbox = Outbox(outbox)
        self._clock = clock
        self._seq = 0
        self._alone = asyncio.Lock()
        self._woken = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begins with what was left behind."""
        contact.on_erased.append(self._erased)
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Ends; what is left is done at the next start."""
        contact.on_erased.remove(self._erased)
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _erased(self) -> None:
        try:
            await self.finish()
        except Exception:
            logger.exception("could not finish an erasure; trying again")
        self._woken.set()

    async def _run(self) -> None:
        while True:
            self._woken.clear()
            try:
                wait = await self.finish()
            except Exception:
                logger.exception("could not finish erasures; trying again in %s s", RETRY_SECONDS)
                wait = RETRY_SECONDS
            with suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    await self._woken.wait()

    async def finish(self) -> float:
        """Does what erasures have left to do, and answers the seconds until it must look again.

        A mail that was claimed before an erasure may come to lie in the outbox after it, so this
        looks again for as long as a claim holds.
        """
        async with self._alone:
            found = await events.read_after(self._seq, kinds=(contact.CONTACT_ERASED.name,))
            if not found:
                return LOOK_SECONDS_MAX
            keys = await mail.keys_to([event.subject_id for event in found])
            await asyncio.to_thread(self._outbox.remove, keys)
            if not await database.scrub():
                return RETRY_SECONDS
            before = self._clock() - mail.CLAIM
            settled = [event.seq for event in found if event.occurred_at < before]
            self._seq = max(settled, default=self._seq)
            return 0.0 if len(settled) == bounds.EVENTS_PER_READ_MAX else LOOK_SECONDS_MAX
