"""Sends the mails that the log asks for, as long as the server runs.

Any number of processes may send: models/mail.py sees to it that one process at a time sends each
mail. A mail that was under way when its process ended goes out again, with the same Message-ID.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from api.mail import MailTransport, NotComposable, NotDelivered, Outbox, SmtpTransport, compose
from api.settings import Settings
from models import events, mail
from models.mail import ClaimedMail

logger = logging.getLogger("rapport.mail")

OUTBOX = "outbox"
LOOK_SECONDS_MAX = 30.0
"""How long it sleeps at most: another process may have left a mail behind."""
LOOK_SECONDS_MIN = 0.05
PAUSE = timedelta(minutes=1)
"""How long it leaves a mail server alone that did not take a mail, and may take none."""
RETRY_SECONDS = 2.0
"""How long it waits after a failure, such as a database that does not answer."""
STOP_TIMEOUT_SECONDS = 1.0
"""How long a mail that is under way may take at the end of the process."""

_EVER = datetime.min.replace(tzinfo=UTC)
_NEVER = datetime.max.replace(tzinfo=UTC)


def transport_of(settings: Settings) -> MailTransport:
    """The mail server of the settings, else the outbox in the data folder."""
    if settings.smtp_url:
        return SmtpTransport(settings.smtp_url)
    return Outbox(settings.data_dir / OUTBOX)


class Mailer:
    """The mailer of one process; `clock` tells the time (aware)."""

    def __init__(
        self, settings: Settings, clock: Callable[[], datetime], transport: MailTransport
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._transport = transport
        self._woken = asyncio.Event()
        self._is_stopping = False
        self._pauses_until = _EVER
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begins with what was left behind."""
        events.on_commit.append(self._woken.set)
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Ends, once the mail that is under way has been taken or its time is over."""
        events.on_commit.remove(self._woken.set)
        self._is_stopping = True
        self._woken.set()
        if self._task is not None:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._task, STOP_TIMEOUT_SECONDS)

    async def _run(self) -> None:
        while not self._is_stopping:
            try:
                wait = await self.deliver()
            except Exception:
                logger.exception("could not send mail; trying again in %s s", RETRY_SECONDS)
                wait = RETRY_SECONDS
            with suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    await self._woken.wait()
        await self._transport.close()

    async def deliver(self) -> float:
        """Sends what is due, and answers the seconds until there may be more to do."""
        self._woken.clear()
        while await mail.collect(self._clock()):
            pass
        while not self._is_stopping and not self._is_pausing:
            claimed = await mail.claim(self._clock())
            if claimed is None:
                break
            await self._send(claimed)
        await self._transport.close()
        waits = [await mail.next_try_at() or _NEVER, self._pauses_until]
        ahead = (max(waits) - self._clock()).total_seconds()
        return min(max(ahead, LOOK_SECONDS_MIN), LOOK_SECONDS_MAX)

    @property
    def _is_pausing(self) -> bool:
        return self._clock() < self._pauses_until

    async def _send(self, claimed: ClaimedMail) -> None:
        """Sends a mail, and stores what came of it."""
        try:
            await self._transport.send(compose(claimed, self._settings))
        except NotComposable:
            failure = NotDelivered("no mail can have this address", is_final=True)
        except NotDelivered as refusal:
            failure = refusal
        else:
            await mail.mark_sent(claimed, self._clock())
            return
        logger.warning("mail %s, attempt %s: %s", claimed.mail_id, claimed.attempt, failure.reason)
        await mail.mark_failed(claimed, self._clock(), failure.reason, is_final=failure.is_final)
        if failure.is_about_all:
            self._pauses_until = self._clock() + PAUSE
