"""Readers of the log that act on what they read: each keeps its place, and one process reads."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from tortoise import fields
from tortoise.models import Model

from models import bounds, events
from models.base import Act
from models.transaction import transact


class Reader(Model):
    """How far a reader has come in the log."""

    name = fields.CharField(primary_key=True, max_length=40)
    seq = fields.BigIntField(default=0)

    class Meta:
        table = "reader"


async def read_on(
    act: Act,
    name: str,
    work: Callable[[Sequence[events.EventRow]], Awaitable[None]],
    *,
    kinds: Sequence[str] | None = None,
) -> bool:
    """Gives the next events to `work`, in one transaction with the place that it has come to.

    Answers whether there may be more. Where another process reads just now, there is nothing to
    do here. A reader of some `kinds` alone writes nothing where there are none of them.
    """
    if kinds is not None:
        place = await Reader.filter(name=name).using_db(events.reading()).first()
        if not await events.read_after(place.seq if place else 0, limit=1, kinds=kinds):
            return False

    async def body() -> bool:
        await Reader.get_or_create(name=name)
        row = await Reader.filter(name=name).select_for_update(skip_locked=True).first()
        if row is None:
            return False
        found = await events.read_after(row.seq, limit=bounds.EVENTS_PER_READ_MAX, kinds=kinds)
        if not found:
            return False
        await work(found)
        row.seq = found[-1].seq
        await row.save()
        return len(found) == bounds.EVENTS_PER_READ_MAX

    return await transact(act, body)


async def start_at_the_end(name: str) -> None:
    """Lets a reader that has read nothing yet begin behind what the log holds now."""
    await Reader.get_or_create(name=name, defaults={"seq": await events.head()})
