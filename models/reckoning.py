"""Works a complaint's clocks out and stores what is filtered, ordered and waited for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from models.calendar import open_time
from models.customer import Customer
from models.rules.business_time import Pause, business_days_after
from models.rules.lifecycle import AUTO_CLOSE_BUSINESS_DAYS
from models.rules.sla_clock import ClockReading, ClockState, SlaMetric, clock
from models.rules.timetable import OpenTime

if TYPE_CHECKING:
    from models.clocked import Clocked

NEVER = datetime(9999, 12, 31, tzinfo=UTC)
"""Stands for no instant where one is ordered by: behind all others."""

WARNED, BREACHED = 1, 2
"""How much of a clock has been told to the world, and the escalation that each brings."""

RUNS = (ClockState.RUNNING, ClockState.WARNING)


def pauses_of(stored: Sequence[Mapping[str, str | None]]) -> list[Pause]:
    """The pauses as the rules take them, from what the row keeps."""
    return [
        Pause(
            datetime.fromisoformat(pause["since"] or ""),
            datetime.fromisoformat(pause["until"]) if pause["until"] else None,
            pause["reason"],
        )
        for pause in stored
    ]


def readings(
    complaint: Clocked, calendar: OpenTime, now: datetime
) -> Iterator[tuple[str, ClockReading]]:
    """Each clock that the complaint has, by the name of its columns."""
    stops = {
        SlaMetric.RESPONSE: complaint.acknowledged_at,
        SlaMetric.RESOLUTION: complaint.resolved_at,
    }
    for metric in SlaMetric:
        name = metric.value.lower()
        seconds = getattr(complaint, f"{name}_target_seconds")
        if seconds is None:
            continue
        yield (
            name,
            clock(
                calendar,
                metric=metric,
                started_at=complaint.received_at,
                target_seconds=seconds,
                warn_at_percent=getattr(complaint, f"{name}_warn_percent"),
                pauses=pauses_of(complaint.pauses),
                stopped_at=stops[metric],
                cancelled_at=complaint.withdrawn_at,
                breached_at=getattr(complaint, f"{name}_breached_at"),
                now=now,
            ),
        )


async def reckon(complaint: Clocked, now: datetime) -> None:
    """Stores each clock's state and due instant, and when the ticker must look next."""
    if complaint.calendar_id is not None:
        calendar = await open_time(complaint.calendar_id)
        for name, reading in readings(complaint, calendar, now):
            runs = reading.state in RUNS
            setattr(complaint, f"{name}_state", reading.state)
            setattr(complaint, f"{name}_breached_at", reading.breached_at)
            setattr(complaint, f"{name}_due_at", reading.due_at if runs else None)
        complaint.due_order_at = min(
            (due for due in (complaint.response_due_at, complaint.resolution_due_at) if due),
            default=NEVER,
        )
        alerts = [alert[2] for alert in owed(complaint, calendar, now)]
        alerts += ahead(complaint, calendar, now)
    else:
        alerts = []
    unfinished = complaint.id is not None and await complaint.has_unfinished_actions()
    plan_tick(complaint, unfinished, alerts)


def owed(complaint: Clocked, calendar: OpenTime, now: datetime) -> list[tuple[str, int, datetime]]:
    """The alerts that are still to be told: clock, WARNED or BREACHED, and when it happened.

    A breach on record may be older than the warning that a later target would have brought:
    that warning is never told.
    """
    found: list[tuple[str, int, datetime]] = []
    for name, reading in readings(complaint, calendar, now):
        told = getattr(complaint, f"{name}_alerts")
        horizon = reading.breached_at or reading.stopped_at or now
        if told < WARNED and reading.warns_at is not None and reading.warns_at <= horizon:
            found.append((name, WARNED, reading.warns_at))
        if told < BREACHED and reading.breached_at is not None:
            found.append((name, BREACHED, reading.breached_at))
    return sorted(found, key=lambda alert: (alert[2], alert[0]))


def ahead(complaint: Clocked, calendar: OpenTime, now: datetime) -> Iterator[datetime]:
    """When the state of a running clock will change, whether that is still to be told or not."""
    for _, reading in readings(complaint, calendar, now):
        if reading.state in RUNS:
            instants = (reading.warns_at, reading.due_at)
            yield from (instant for instant in instants if instant is not None and instant > now)


def plan_tick(
    complaint: Clocked, has_unfinished_actions: bool, alerts: Sequence[datetime] | None = None
) -> None:
    """When the ticker must look at the complaint next; never where nothing lies ahead.

    `alerts` None keeps what the clocks had it wait for.
    """
    if alerts is not None:
        complaint.next_alert_at = min(alerts, default=None)
    waits = [complaint.next_alert_at] if complaint.next_alert_at is not None else []
    if complaint.auto_close_at is not None and not has_unfinished_actions:
        waits.append(complaint.auto_close_at)
    complaint.next_tick_at = min(waits, default=None)


async def auto_close_instant(complaint: Clocked, resolved_at: datetime) -> datetime | None:
    """When a complaint closes by itself, if nobody answers.

    Days are those of its calendar; without one, Monday to Friday where the customer is.
    """
    calendar = None
    if complaint.calendar_id is not None:
        calendar = await open_time(complaint.calendar_id)
    customer = await Customer.get(id=complaint.customer_id)
    return business_days_after(
        calendar, resolved_at, AUTO_CLOSE_BUSINESS_DAYS, zone=customer.time_zone
    )
