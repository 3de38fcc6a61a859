"""Business time: how much of it lies between two instants, and when enough of it has passed.

An instant counts when the calendar is open at it (see `timetable`) and no pause holds. Elapsed
time is the measure of the instants that count, in real time: an hour that happens twice counts
twice, one that doesn't happen counts not at all. Nothing is rounded but answers in seconds.
Instants are aware datetimes, best in UTC, as every answer is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from models.rules.opening_hours import DAY_MINUTES, OpeningInterval, Weekday
from models.rules.timetable import CalendarRevision, OpenTime, instant_at, microseconds

HORIZON_YEARS_MAX = 30
"""How far ahead an instant is looked for; a budget that needs longer is never used up."""

_HORIZON = timedelta(days=366 * HORIZON_YEARS_MAX)
_LAST_INSTANT = datetime(9998, 1, 1, tzinfo=UTC)
_ANY_INSTANT = datetime(1970, 1, 1, tzinfo=UTC)
_WORKING_WEEK = tuple(OpeningInterval(day, 0, DAY_MINUTES) for day in list(Weekday)[:5])


@dataclass(frozen=True)
class Pause:
    """No instant of [since, until) counts; `until` of None means that the pause still holds."""

    since: datetime
    until: datetime | None
    reason: str | None = None

    def holds_at(self, instant: datetime) -> bool:
        """Whether an instant lies in it."""
        return self.since <= instant and (self.until is None or instant < self.until)


def weekdays(zone: str = "UTC") -> OpenTime:
    """Monday to Friday, each from midnight to midnight: what counts where no calendar is named."""
    return OpenTime((CalendarRevision(_ANY_INSTANT, zone, hours=_WORKING_WEEK),))


def elapsed(
    calendar: OpenTime, start: datetime, end: datetime, pauses: Sequence[Pause] = ()
) -> timedelta:
    """The exact measure of the instants that count in [start, end); nothing where end <= start."""
    timetable = calendar.timetable
    stretches = unpaused(microseconds(start), microseconds(end), pauses)
    return timedelta(microseconds=sum(timetable.counted(a, b) for a, b in stretches))


def business_seconds(
    calendar: OpenTime, start: datetime, end: datetime, pauses: Sequence[Pause] = ()
) -> int:
    """`elapsed` in whole seconds, the begun one left out."""
    return elapsed(calendar, start, end, pauses) // timedelta(seconds=1)


def due(
    calendar: OpenTime, start: datetime, target: timedelta, pauses: Sequence[Pause] = ()
) -> datetime | None:
    """The first instant at which the elapsed time since `start` reaches `target`.

    None where a pause without end comes first, or where it takes more than HORIZON_YEARS_MAX
    years, as with a calendar that never opens. Raises ValueError for a negative target.
    """
    rest = target // timedelta(microseconds=1)
    if rest < 0:
        raise ValueError("a target can't be negative")
    if rest == 0:
        return start
    timetable = calendar.timetable
    horizon = min(start, _LAST_INSTANT - _HORIZON) + _HORIZON
    for a, b in unpaused(microseconds(start), microseconds(horizon), pauses):
        reached = timetable.reach(a, rest, b)
        if reached is not None:
            return instant_at(reached)
        rest -= timetable.counted(a, b)
    return None


def business_days_after(
    calendar: OpenTime | None, instant: datetime, days: int, zone: str = "UTC"
) -> datetime | None:
    """The instant `days` business days after `instant`.

    A business day is a local date that happens, on whose weekday the calendar opens, and that is
    no holiday; without a calendar Monday to Friday in `zone`. Each date is judged by the revision
    in force at the midnight that begins it, in the zone in force at `instant`.

    From a business day the answer has the same wall-clock time on the `days`-th business day that
    follows, so Friday 16:00 and one day are Monday 16:00. From any other day it is the midnight
    that ends the `days`-th: Saturday and one day are the end of Monday. A wall-clock time that
    happens twice is its first, and one that a step of the offset skips is moved on by that step.

    None where HORIZON_YEARS_MAX years don't hold enough. Raises ValueError for less than one day.
    """
    if days < 1:
        raise ValueError("at least one business day")
    calendar = calendar or weekdays(zone)
    local_zone = ZoneInfo(calendar.revision_at(instant).zone)
    local = instant.astimezone(local_zone)
    first, left = local.date(), days
    for ahead in range(1, HORIZON_YEARS_MAX * 366):
        day = first + timedelta(days=ahead)
        left -= _is_business_day(calendar, day, local_zone)
        if left == 0:
            break
    else:
        return None
    if not _is_business_day(calendar, first, local_zone):
        return _midnight(day + timedelta(days=1), local_zone)
    wall_clock = datetime.combine(day, local.time().replace(fold=0), local_zone)
    return wall_clock.astimezone(UTC)


def _is_business_day(calendar: OpenTime, day: date, zone: ZoneInfo) -> bool:
    begins, ends = _midnight(day, zone), _midnight(day + timedelta(days=1), zone)
    return begins < ends and calendar.revision_at(begins).opens_on(day)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    """The instant at which a local date begins, also where its 00:00 is skipped."""
    return datetime.combine(day, time(0), zone).astimezone(UTC)


def unpaused(start: int, end: int, pauses: Sequence[Pause]) -> Iterator[tuple[int, int]]:
    """The stretches of [start, end) in which no pause holds, in order."""
    at = start
    for since, until, _ in paused(start, end, pauses):
        if at < since:
            yield at, since
        at = until
    if at < end:
        yield at, end


def paused(start: int, end: int, pauses: Sequence[Pause]) -> Iterator[tuple[int, int, str | None]]:
    """The stretches of [start, end) in which a pause holds, disjoint and in order, with reasons.

    Where several hold, the reason is that of the one that began first.
    """
    at = start
    for pause in sorted(pauses, key=lambda pause: pause.since):
        since = max(microseconds(pause.since), at)
        until = end if pause.until is None else min(microseconds(pause.until), end)
        if since < until:
            yield since, until, pause.reason
            at = until
