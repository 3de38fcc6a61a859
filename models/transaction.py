"""One transaction for one act: the rows change and the events are appended, or nothing happens."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from tortoise.exceptions import IntegrityError
from tortoise.transactions import in_transaction

from models import events
from models.base import Act

T = TypeVar("T")

ATTEMPTS_MAX = 5

_running: set[asyncio.Task[Any]] = set()


async def transact(act: Act, work: Callable[[], Awaitable[T]]) -> T:
    """Runs `work` and appends what it recorded, in a transaction that no caller can tear.

    The transaction has a task of its own: cancelling one while it is being entered would leak
    its connection or its lock. `drain` waits for those that are still running.
    """

    async def attempt() -> T:
        act.facts.clear()
        act.afterwards.clear()
        async with in_transaction("default"):
            result = await work()
            await events.append(act)
        return result

    async def body() -> T:
        result = await _won(attempt)
        if act.facts:
            for wake in events.on_commit:
                wake()
        for finish in act.afterwards:
            await finish()
        return result

    task: asyncio.Task[T] = asyncio.create_task(body())
    _running.add(task)
    task.add_done_callback(_running.discard)
    return await asyncio.shield(task)


async def _won(attempt: Callable[[], Awaitable[T]]) -> T:
    """Tries again where another transaction was faster, with what must be unique or with locks.

    The next attempt sees what the other one wrote, and finds its way or what to refuse.
    """
    for _ in range(ATTEMPTS_MAX - 1):
        try:
            return await attempt()
        except Exception as failure:
            if not _lost_a_race(failure):
                raise
    return await attempt()


_RACE_SQLSTATES = ("40P01", "40001")
"""PostgreSQL's words for a deadlock that it broke, and for a conflict of transactions."""


def _lost_a_race(failure: Exception) -> bool:
    causes = (failure, failure.__cause__)
    return isinstance(failure, IntegrityError) or any(
        getattr(cause, "sqlstate", None) in _RACE_SQLSTATES for cause in causes
    )


async def drain() -> None:
    """Waits until every transaction that is under way has ended, whichever way."""
    while _running:
        await asyncio.gather(*_running, return_exceptions=True)
