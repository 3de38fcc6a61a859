"""The SLA clock of a complaint: where one target stands against business time, and why.

A clock knows nothing but the facts that it is given, so it reads the same at any time and place.
Every instant of a reading is exact; seconds are whole, the begun one left out, so that remaining
seconds reach 0 at the due instant itself and not before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from models.rules.business_time import Pause, due, elapsed, paused
from models.rules.timetable import OpenTime, instant_at, microseconds

WARN_AT_PERCENT_DEFAULT = 75
SEGMENTS_DEFAULT = 100

_SECOND = timedelta(seconds=1)
_LOOK_BACK = timedelta(days=64)


class SlaMetric(str, Enum):
    RESPONSE = "RESPONSE"
    RESOLUTION = "RESOLUTION"


class ClockState(str, Enum):
    RUNNING = "RUNNING"
    WARNING = "WARNING"
    PAUSED = "PAUSED"
    MET = "MET"
    BREACHED = "BREACHED"
    CANCELLED = "CANCELLED"


class ClockSegmentKind(str, Enum):
    COUNTED = "COUNTED"
    PAUSED = "PAUSED"
    OUT_OF_HOURS = "OUT_OF_HOURS"


@dataclass(frozen=True)
class ClockReading:
    """A clock at one instant. `remaining_seconds` is target less elapsed, negative once over.

    `warns_at` and `due_at` are when the target's share and the whole of it are, were or would
    have been used up. None where that never comes, and where it still lay ahead of a clock that
    is PAUSED or was CANCELLED. `stopped_at` is when counting ended, by meeting or cancelling.
    """

    metric: SlaMetric
    state: ClockState
    target_seconds: int
    elapsed_seconds: int
    remaining_seconds: int
    started_at: datetime
    warns_at: datetime | None
    due_at: datetime | None
    stopped_at: datetime | None
    breached_at: datetime | None


@dataclass(frozen=True)
class Segment:
    """A stretch [since, until) of one kind; `reason` is the pause's.

    `counted_seconds` are the whole seconds by which the clock's elapsed seconds grow over it, so
    those of all segments sum to the elapsed seconds exactly.
    """

    kind: ClockSegmentKind
    since: datetime
    until: datetime
    counted_seconds: int
    reason: str | None = None


def clock(
    calendar: OpenTime,
    *,
    metric: SlaMetric,
    started_at: datetime,
    target_seconds: int,
    warn_at_percent: int = WARN_AT_PERCENT_DEFAULT,
    pauses: Sequence[Pause] = (),
    stopped_at: datetime | None = None,
    cancelled_at: datetime | None = None,
    breached_at: datetime | None = None,
    now: datetime,
) -> ClockReading:
    """The clock as it reads at `now`, or where it was stopped or cancelled, as it read then.

    A response clock never pauses: it takes no notice of `pauses`. `breached_at` is a breach on
    record, which stays one whatever the target has become; without one the clock is breached
    when the target was used up by the end of counting, that instant included. Of several states
    the first that is true holds: BREACHED, MET, CANCELLED, PAUSED, WARNING, RUNNING.
    """
    held = _pauses_of(metric, pauses)
    until = _end_of_counting(started_at, stopped_at, cancelled_at, now)
    target = timedelta(seconds=target_seconds)
    warns_at = due(calendar, started_at, target * warn_at_percent // 100, held)
    due_at = due(calendar, started_at, target, held)
    if breached_at is None and due_at is not None and due_at <= until:
        breached_at = due_at
    has_warned = warns_at is not None and warns_at <= until
    state = ClockState.WARNING if has_warned else ClockState.RUNNING
    if breached_at is not None:
        state = ClockState.BREACHED
    elif stopped_at is not None:
        state = ClockState.MET
    elif cancelled_at is not None:
        state = ClockState.CANCELLED
    elif any(pause.holds_at(until) for pause in held):
        state = ClockState.PAUSED
    has_no_future = state in (ClockState.PAUSED, ClockState.CANCELLED)
    elapsed_seconds = elapsed(calendar, started_at, until, held) // _SECOND
    return ClockReading(
        metric=metric,
        state=state,
        target_seconds=target_seconds,
        elapsed_seconds=elapsed_seconds,
        remaining_seconds=target_seconds - elapsed_seconds,
        started_at=started_at,
        warns_at=None if has_no_future and not has_warned else warns_at,
        due_at=None if has_no_future else due_at,
        stopped_at=cancelled_at if stopped_at is None else stopped_at,
        breached_at=breached_at,
    )


def segments(
    calendar: OpenTime,
    *,
    metric: SlaMetric,
    started_at: datetime,
    pauses: Sequence[Pause] = (),
    stopped_at: datetime | None = None,
    cancelled_at: datetime | None = None,
    now: datetime,
    last: int = SEGMENTS_DEFAULT,
) -> list[Segment]:
    """The last `last` segments of what `clock` counted, in order, without a gap between them.

    A pause is shown as such also outside opening hours. Neighbours of one kind and reason are
    one. Looks back from the end only as far as it must. Empty where `last` is less than one.
    """
    if last < 1:
        return []
    held = _pauses_of(metric, pauses)
    until = _end_of_counting(started_at, stopped_at, cancelled_at, now)
    look_back = _LOOK_BACK
    while True:
        since = max(started_at, until - look_back)
        pieces = list(_joined(_pieces(calendar, since, until, held)))
        if since == started_at or len(pieces) > last:
            break
        look_back *= 2
    wanted = pieces[-last:]
    since = instant_at(wanted[0][1]) if wanted else until
    return list(_counted(wanted, elapsed(calendar, started_at, since, held)))


def _pauses_of(metric: SlaMetric, pauses: Sequence[Pause]) -> Sequence[Pause]:
    return () if metric is SlaMetric.RESPONSE else pauses


def _end_of_counting(
    started_at: datetime,
    stopped_at: datetime | None,
    cancelled_at: datetime | None,
    now: datetime,
) -> datetime:
    ends = [instant for instant in (stopped_at, cancelled_at) if instant is not None]
    return max(started_at, min(ends, default=now))


_Piece = tuple[ClockSegmentKind, int, int, str | None]


def _pieces(
    calendar: OpenTime, start: datetime, end: datetime, pauses: Sequence[Pause]
) -> Iterator[_Piece]:
    """[start, end) cut by pauses and opening hours, in microseconds; neighbours may be alike."""
    at, until = microseconds(start), microseconds(end)
    for pause_since, pause_until, reason in paused(at, until, pauses):
        yield from _by_hours(calendar, at, pause_since)
        yield ClockSegmentKind.PAUSED, pause_since, pause_until, reason
        at = pause_until
    yield from _by_hours(calendar, at, until)


def _by_hours(calendar: OpenTime, start: int, end: int) -> Iterator[_Piece]:
    at = start
    for opens, closes in calendar.timetable.open_between(start, end):
        if at < opens:
            yield ClockSegmentKind.OUT_OF_HOURS, at, opens, None
        yield ClockSegmentKind.COUNTED, opens, closes, None
        at = closes
    if at < end:
        yield ClockSegmentKind.OUT_OF_HOURS, at, end, None


def _joined(pieces: Iterable[_Piece]) -> Iterator[_Piece]:
    held: _Piece | None = None
    for kind, since, until, reason in pieces:
        if held is not None and (held[0], held[3]) == (kind, reason):
            held = kind, held[1], until, reason
            continue
        if held is not None:
            yield held
        held = kind, since, until, reason
    if held is not None:
        yield held


def _counted(pieces: Iterable[_Piece], counted_before: timedelta) -> Iterator[Segment]:
    counted = counted_before
    for kind, since, until, reason in pieces:
        before = counted // _SECOND
        if kind is ClockSegmentKind.COUNTED:
            counted += timedelta(microseconds=until - since)
        yield Segment(
            kind, instant_at(since), instant_at(until), counted // _SECOND - before, reason
        )
