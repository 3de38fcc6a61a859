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
from models.base import Act, global_id
from models.calendar import open_time
from models.columns import instant_text
from models.complaint import Complaint
from models.customer import Customer
from models.enrollment import Enrollment
from models.invitation import tick_survey
from models.reckoning import BREACHED, WARNED, auto_close_instant, owed
from models.rules.sla_clock import ClockState
from models.staff import StaffMember
from models.survey import Survey
from models.transaction import transact

COMPLAINTS_PER_TICK_MAX = 200

_STATES = {WARNED: (ClockState.RUNNING, ClockState.WARNING), BREACHED: (None, ClockState.BREACHED)}


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


async def _do(act: Act, row: Complaint) -> None:
    if row.calendar_id is not None:
        calendar = await open_time(row.calendar_id)
        for name, level, instant in owed(row, calendar, act.now):
            await _alert(act, row, name, level, instant)
    if row.resolved_at and row.auto_close_at and row.auto_close_at > act.now:
        row.auto_close_at = await auto_close_instant(row, row.resolved_at)  # by a revised calendar
    closes_at = row.auto_close_at
    await row.reckon(act.now)
    if closes_at is not None and closes_at <= act.now and not await row.has_unfinished_actions():
        await row.close(Act(SYSTEM, closes_at, act.facts))
    else:
        await row.save()


async def _alert(act: Act, row: Complaint, name: str, level: int, instant: datetime) -> None:
    """Tells once that a clock warned or breached, and escalates: to the owner, or the manager."""
    before, after = _STATES[level]
    setattr(row, f"{name}_alerts", level)
    owner = global_id(StaffMember.noun, row.owner_id)
    metric = name.upper()
    events.record(
        act,
        "sla.warned" if level == WARNED else "sla.breached",
        row,
        customer_id=row.customer_id,
        changes=[
            ("metric", None, metric),
            ("state", before.value if before else None, after.value),
            ("owner", None, owner),
        ],
        occurred_at=instant,
    )
    told = owner
    if level == BREACHED:
        customer = await Customer.get(id=row.customer_id)
        told = global_id(StaffMember.noun, customer.relationship_manager_id)
    raised = max(row.escalation_level, level)
    events.record(
        act,
        "complaint.escalated",
        row,
        customer_id=row.customer_id,
        changes=[
            ("escalationLevel", row.escalation_level, raised),
            ("metric", None, metric),
            ("escalatedTo", None, told),
            ("due", None, instant_text(instant)),
        ],
        occurred_at=instant,
    )
    row.escalation_level = raised


Do = Callable[[Act, Any], Awaitable[None]]
_WAITING: tuple[tuple[type[Any], Do], ...] = (
    (Complaint, _do),
    (Survey, tick_survey),
    (Enrollment, lambda act, row: row.end_itself(act)),
    (Customer, health.reassess),
)
"""The nouns that something happens to by itself, and what does it."""
