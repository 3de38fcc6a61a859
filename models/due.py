"""What happens by itself, at its time: clocks that warn and breach, complaints that close.

Each complaint is looked at in a transaction of its own that holds its row, and what was told is
stored with it, so that everything happens once, however many processes tick.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from models import events, health
from models.access import SYSTEM
from models.base import Act
from models.complaint import Complaint
from models.customer import Customer
from models.enrollment import Enrollment
from models.invitation import tick_survey
from models.survey import Survey
from models.transaction import transact

COMPLAINTS_PER_TICK_MAX = 200


async def tick(now: datetime) -> int:
    """Does what is due at `now` for some rows of each kind, the longest due first.

    Answers the most that it looked at of one kind; fewer than COMPLAINTS_PER_TICK_MAX means that
    none is left. Where some fail, the others are done all the same; then the first failure is
    raised.
    """
    failures: list[Exception] = []
    most = 0
    for model, do in _WAITING:
        due = await (
            model.filter(next_tick_at__lte=now)
            .order_by("next_tick_at", "id")
            .limit(COMPLAINTS_PER_TICK_MAX)
            .using_db(events.reading())
            .values_list("id", flat=True)
        )
        most = max(most, len(due))
        for row_id in due:
            try:
                await _look_at(model, do, int(row_id), now)
            except Exception as failure:
                failures.append(failure)
    if failures:
        raise failures[0]
    return most


async def next_tick_at() -> datetime | None:
    """When something is due next; None where nothing lies ahead."""
    found: list[datetime] = []
    for model, _ in _WAITING:
        row = await (
            model.filter(next_tick_at__isnull=False)
            .order_by("next_tick_at")
            .using_db(events.reading())
            .first()
        )
        if row is not None:
            found.append(row.next_tick_at)
    return min(found, default=None)


async def _look_at(model: type[Any], do: Do, row_id: int, now: datetime) -> None:
    act = Act(SYSTEM, now)

    async def work() -> None:
        row = await (
            model.filter(id=row_id, next_tick_at__lte=now)
            .select_for_update(skip_locked=True, no_key=True)
            .first()
        )
        if row is not None:
            await do(act, row)

    await transact(act, work)


async def _tick_complaint(act: Act, row: Complaint) -> None:
    await row.tick(act)
    closes_at = row.auto_close_at
    if closes_at and closes_at <= act.now and not row.around.has_unfinished_actions:
        await row.close(Act(SYSTEM, closes_at, act.facts))


Do = Callable[[Act, Any], Awaitable[None]]
_WAITING: tuple[tuple[type[Any], Do], ...] = (
    (Complaint, _tick_complaint),
    (Survey, tick_survey),
    (Enrollment, lambda act, row: row.end_itself(act)),
    (Customer, health.reassess),
)
"""The nouns that something happens to by itself, and what does it."""
