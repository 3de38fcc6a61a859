"""The ticker of one process: what it does at start, and what wakes it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

from api.ticker import Ticker
from models import events
from tests.business.desk import Desk, at, written

WAIT_SECONDS_MAX = 60.0
"""A test that waits longer has failed; none relies on how long it takes."""


class Watched(Ticker):
    """A ticker that tells how long it means to sleep, each time before it does."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        super().__init__(clock)
        self.waits: asyncio.Queue[float] = asyncio.Queue()

    async def _tick(self) -> float:
        wait = await super()._tick()
        self.waits.put_nowait(wait)
        return wait

    async def sleeps_for(self, seconds: float) -> None:
        """Waits until it has decided to sleep so long."""
        async with asyncio.timeout(WAIT_SECONDS_MAX):
            while await self.waits.get() != seconds:
                pass


async def test_the_ticker_does_at_start_what_is_due_and_wakes_for_what_is_due_sooner(
    desk: Desk,
) -> None:
    complaint = await desk.record()
    desk.graph.now = at("2026-03-02T13:00Z")
    ticker = Watched(lambda: desk.graph.now)
    await ticker.start()
    try:
        await ticker.sleeps_for(30.0)  # the next is due in a day: it looks again before
        assert [alert[1] for alert in await desk.alerts(complaint)] == ["WARNING", "BREACHED"]
        received = desk.graph.now - timedelta(minutes=135) + timedelta(seconds=7)
        await desk.record(receivedAt=written(received))
        await ticker.sleeps_for(7.0)
        desk.graph.later(seconds=7)
        await desk.graph.do("escalateComplaint", complaintId=complaint, reason="Wake up.")
        await ticker.sleeps_for(30.0)
    finally:
        await ticker.stop()
    assert (await desk.graph.read("{ complaintBoard { warning breached } }"))["complaintBoard"] == {
        "warning": 1,
        "breached": 1,
    }


async def test_a_ticker_that_was_stopped_is_woken_no_more(desk: Desk) -> None:
    before = len(events.on_commit)
    ticker = Watched(lambda: desk.graph.now)
    await ticker.start()
    assert len(events.on_commit) == before + 1
    await ticker.sleeps_for(30.0)
    await ticker.stop()
    assert len(events.on_commit) == before
