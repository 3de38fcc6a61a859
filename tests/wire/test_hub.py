"""The hub on a real log, with what follows it written out here to be watched."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Hashable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial

import pytest

from api.hub import TRIES_MAX, Failed, Hub, Stream, TooSlow
from api.settings import Settings
from models import events
from models.access import SYSTEM, Role
from models.base import Act
from models.staff import StaffMember
from models.transaction import transact

TIMEOUT_SECONDS = 30.0
ROLES = [Role.AGENT]


@dataclass
class Numbers:
    """Tells the number of every event, and counts how often it was asked to."""

    after: int
    key: Hashable = "numbers"
    rendered: list[int] = field(default_factory=list)
    may_render: asyncio.Event = field(default_factory=asyncio.Event)
    is_rendering: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.may_render.set()

    async def render(self, event: events.EventRow) -> bytes | None:
        self.rendered.append(event.seq)
        self.is_rendering.set()
        await self.may_render.wait()
        return str(event.seq).encode()


class OddNumbers(Numbers):
    async def render(self, event: events.EventRow) -> bytes | None:
        number = await super().render(event)
        return number if event.seq % 2 else None


class Broken(Numbers):
    async def render(self, event: events.EventRow) -> bytes | None:
        await super().render(event)
        raise ZeroDivisionError


@pytest.fixture
async def hub(database: str) -> AsyncIterator[Hub]:
    hub = Hub(Settings(socket_queue_events_max=4, socket_queue_bytes_max=1_000))
    await hub.start()
    try:
        yield hub
    finally:
        await hub.stop()


async def happen(count: int = 1) -> int:
    """Appends events by a verb; gives the number of the last one."""
    for _ in range(count):
        act = Act(SYSTEM, datetime.now(UTC))
        email = f"ana{await events.head()}@example.org"
        await transact(act, partial(StaffMember.add, act, name="Ana", email=email, roles=ROLES))
    return await events.head()


async def take(stream: Stream, count: int) -> list[bytes]:
    taken: list[bytes] = []

    async def taking() -> None:
        async for payload in stream:
            taken.append(payload)
            if len(taken) == count:
                return

    await asyncio.wait_for(taking(), TIMEOUT_SECONDS)
    return taken


async def until_joined(hub: Hub, stream: Stream) -> None:
    while not hub.is_joined(stream):  # noqa: ASYNC110  nothing announces it
        await asyncio.sleep(0)


async def joined(hub: Hub, stream: Stream) -> asyncio.Task[list[bytes]]:
    """Begins to take one payload, and returns when the stream has joined its channel."""
    taking = asyncio.create_task(take(stream, 1))
    await until_joined(hub, stream)
    return taking


async def test_an_event_is_rendered_once_and_every_member_gets_the_same_bytes(hub: Hub) -> None:
    lives = [Numbers(hub.position) for _ in range(3)]
    async with hub.follow(lives[0]) as a, hub.follow(lives[1]) as b, hub.follow(lives[2]) as c:
        taking = [await joined(hub, stream) for stream in (a, b, c)]
        seq = await happen()
        taken = await asyncio.gather(*taking)
    assert [payload for (payload,) in taken] == [str(seq).encode()] * 3
    assert taken[0][0] is taken[1][0] is taken[2][0]
    assert [seq for live in lives for seq in live.rendered] == [seq]


async def test_the_past_is_replayed_before_the_present_is_followed(hub: Hub) -> None:
    start = hub.position
    await happen(3)
    async with hub.follow(Numbers(start)) as stream:
        past = await take(stream, 3)
    assert past == [str(start + number).encode() for number in (1, 2, 3)]


async def test_what_does_not_match_is_not_told(hub: Hub) -> None:
    start = hub.position
    await happen(4)
    async with hub.follow(OddNumbers(start)) as stream:
        told = [int(payload) for payload in await take(stream, 2)]
    assert told == [seq for seq in range(start + 1, start + 5) if seq % 2]


async def test_who_joins_while_an_event_is_rendered_gets_it_once(hub: Hub) -> None:
    early, late = Numbers(hub.position), Numbers(hub.position)
    async with hub.follow(early) as first, hub.follow(late) as second:
        taking = await joined(hub, first)
        early.may_render.clear()
        seq = await happen()
        await early.is_rendering.wait()
        replayed = await asyncio.wait_for(anext(aiter(second)), TIMEOUT_SECONDS)
        early.may_render.set()
        assert await taking == [replayed] == [str(seq).encode()]
    assert late.rendered == [seq]


async def test_one_channel_that_fails_ends_alone(hub: Hub) -> None:
    broken, whole = Broken(hub.position, key="broken"), Numbers(hub.position, key="whole")
    async with hub.follow(broken) as failing, hub.follow(whole) as working:
        failed = await joined(hub, failing)
        taking = await joined(hub, working)
        seq = await happen()
        assert await taking == [str(seq).encode()]
        with pytest.raises(Failed):
            await failed
    assert broken.rendered == [seq] * TRIES_MAX


async def test_a_full_queue_ends_its_own_stream_and_no_other(hub: Hub) -> None:
    told: list[str] = []
    numbers = Numbers(hub.position)
    async with (
        hub.follow(numbers, lambda: told.append("too slow")) as slow,
        hub.follow(numbers) as fast,
    ):
        slow_iterator = aiter(slow)
        waiting = asyncio.ensure_future(anext(slow_iterator))
        await until_joined(hub, slow)
        fast_iterator = aiter(fast)
        start = hub.position
        for number in range(1, 7):
            expecting = asyncio.ensure_future(anext(fast_iterator))
            await until_joined(hub, fast)
            await happen()
            assert await expecting == str(start + number).encode()
        assert await waiting == str(start + 1).encode()
        with pytest.raises(TooSlow):
            await anext(slow_iterator)
    assert told == ["too slow"]


async def test_a_payload_beyond_the_queues_bytes_ends_the_stream(hub: Hub) -> None:
    @dataclass
    class Long(Numbers):
        async def render(self, event: events.EventRow) -> bytes | None:
            return b"x" * 1_001

    async with hub.follow(Long(hub.position)) as stream:
        taking = await joined(hub, stream)
        await happen()
        with pytest.raises(TooSlow):
            await taking
