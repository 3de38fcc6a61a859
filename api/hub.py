"""The live hub: one tail of the event log for a process, and everyone who follows it.

Subscriptions with equal keys form a channel, in which an event is rendered once and the same
bytes go to every member. A subscription first replays the log from its own position; it joins
its channel at the moment when that position has reached the hub's, with no await in between, so
that nothing is lost. A member takes nothing at or below its own position, so nothing is doubled.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import Protocol, TypeVar

from api.settings import Settings
from models import events

logger = logging.getLogger("rapport.hub")

T = TypeVar("T")

POLL_SECONDS = 5.0
"""How long a wake-up that got lost can delay an event."""
RETRY_SECONDS_MIN = 0.05
RETRY_SECONDS_MAX = 2.0
TRIES_MAX = 5
"""Tries at reading or rendering while the database is well; then it is given up."""


class Followed(Protocol):
    """What can be followed: a subscription, such as resolvers.engine.subscribing.Subscription."""

    @property
    def key(self) -> Hashable:
        """Equal keys render equal bytes."""

    @property
    def after(self) -> int:
        """The position in the log that the subscription goes on from."""

    async def render(self, event: events.EventRow) -> bytes | None:
        """The result for an event, or None where it is none of this subscription's."""


class TooSlow(Exception):
    """The subscriber's queue is full: it must come again, with the last cursor that it saw."""


class Failed(Exception):
    """The subscription can't go on: an event could not be rendered for it."""


class Stream:
    """One subscriber's way along the log: iterate over it for the events' bytes.

    Iterating raises TooSlow when the queue overflowed and Failed when the channel broke.
    """

    def __init__(self, hub: Hub, live: Followed, on_too_slow: Callable[[], None] | None) -> None:
        self.live = live
        self.position = live.after
        self._hub = hub
        self._on_too_slow = on_too_slow
        self._queue: deque[bytes] = deque()
        self._queued_bytes = 0
        self._end: Exception | None = None
        self._waiting: asyncio.Future[None] | None = None

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._follow()

    async def _follow(self) -> AsyncIterator[bytes]:
        while self.position < (goal := self._hub.position):
            rows = await self._hub.persist(partial(events.read_after, self.position))
            for row in rows:
                payload = await self._hub.persist(partial(self.live.render, row))
                self.position = row.seq
                if payload is not None:
                    yield payload
            if not rows:
                self.position = goal
        self._hub.join(self)
        while True:
            while self._queue:
                payload = self._queue.popleft()
                self._queued_bytes -= len(payload)
                yield payload
            if self._end is not None:
                raise self._end
            self._waiting = asyncio.get_running_loop().create_future()
            await self._waiting

    def offer(self, seq: int, payload: bytes) -> None:
        """Queues an event's bytes, or ends the stream where its bounds are reached."""
        if self._end is not None or seq <= self.position:
            return
        settings = self._hub.settings
        if (
            len(self._queue) >= settings.socket_queue_events_max
            or self._queued_bytes + len(payload) > settings.socket_queue_bytes_max
        ):
            logger.warning("a subscriber was too slow at event %d", seq)
            self._queue.clear()
            self.end(TooSlow())
            if self._on_too_slow is not None:
                self._on_too_slow()
            return
        self._queue.append(payload)
        self._queued_bytes += len(payload)
        self._wake()

    def end(self, reason: Exception) -> None:
        self._end = reason
        self._hub.leave(self)
        self._wake()

    def _wake(self) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)


class Hub:
    """Follows the log from the moment of `start`; `wake` tells it that there may be more."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.position = 0
        self._channels: dict[Hashable, set[Stream]] = {}
        self._woken = asyncio.Event()
        self._tailing: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Takes the log's head as its position and follows from there. The database is open."""
        self.position = await events.head()
        events.on_commit.append(self.wake)
        self._tailing = asyncio.create_task(self._tail())

    @property
    def is_following(self) -> bool:
        """Whether the tail runs; where it does not, subscriptions get nothing more."""
        return self._tailing is not None and not self._tailing.done()

    async def stop(self) -> None:
        """Stops following; what is still subscribed gets nothing more."""
        if self._tailing is None:
            return
        events.on_commit.remove(self.wake)
        self._tailing.cancel()
        with suppress(asyncio.CancelledError):
            await self._tailing
        self._tailing = None

    def wake(self) -> None:
        self._woken.set()

    @asynccontextmanager
    async def follow(
        self, live: Followed, on_too_slow: Callable[[], None] | None = None
    ) -> AsyncIterator[Stream]:
        """Everything that `live` matches after its position, in the order of the log.

        `on_too_slow` is called when the queue overflows, since whoever takes from the stream
        may itself be stuck in a write at that time.
        """
        stream = Stream(self, live, on_too_slow)
        try:
            yield stream
        finally:
            self.leave(stream)

    def join(self, stream: Stream) -> None:
        self._channels.setdefault(stream.live.key, set()).add(stream)

    def is_joined(self, stream: Stream) -> bool:
        """Whether the stream has caught up and gets what the tail finds."""
        return stream in self._channels.get(stream.live.key, ())

    def leave(self, stream: Stream) -> None:
        members = self._channels.get(stream.live.key, set())
        members.discard(stream)
        if not members:
            self._channels.pop(stream.live.key, None)

    async def persist(self, work: Callable[[], Awaitable[T]]) -> T:
        """Tries for as long as the database is away. Raises Failed where that is not the cause."""
        wait_seconds = RETRY_SECONDS_MIN
        tries_with_database = 0
        while True:
            try:
                return await work()
            except Exception as error:
                if await self._database_answers():
                    logger.warning("following the log failed", exc_info=error)
                    tries_with_database += 1
                else:
                    logger.warning("the database is away, trying again: %s", error)
                    tries_with_database = 0
                if tries_with_database >= TRIES_MAX:
                    raise Failed from error
            await asyncio.sleep(wait_seconds)
            wait_seconds = min(2 * wait_seconds, RETRY_SECONDS_MAX)

    async def _database_answers(self) -> bool:
        try:
            await events.head()
        except Exception:
            return False
        return True

    async def _tail(self) -> None:
        while True:
            self._woken.clear()
            try:
                rows = await self.persist(partial(events.read_after, self.position))
            except Failed as error:
                logger.error("the log can't be read", exc_info=error)
                rows = []
            for row in rows:
                await self._dispatch(row)
            if not rows:
                with suppress(TimeoutError):
                    async with asyncio.timeout(POLL_SECONDS):
                        await self._woken.wait()

    async def _dispatch(self, row: events.EventRow) -> None:
        """Renders an event once a channel. Who joins meanwhile has replayed it already."""
        self.position = row.seq
        for members in tuple(self._channels.values()):
            if not members:
                continue
            live = next(iter(members)).live
            try:
                payload = await self.persist(partial(live.render, row))
            except Failed as error:
                for member in tuple(members):
                    member.end(error)
                continue
            if payload is not None:
                for member in tuple(members):
                    member.offer(row.seq, payload)
