"""The definition of business time, asked of one minute after the other: slow, and plainly right.

An instant counts when its local wall-clock time, in the calendar's zone, lies within
[opens, closes) of an opening interval of its local weekday, its local date is no holiday, and no
pause holds. Whether that is so can change only where a local minute begins or at an instant that
was named, so time is cut at every such instant and each piece is judged by its first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from models.rules.business_time import Pause
from models.rules.timetable import CalendarRevision, OpenTime

MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Piece:
    since: datetime
    until: datetime
    kind: str
    reason: str | None


def revision_in_force(calendar: OpenTime, instant: datetime) -> CalendarRevision:
    in_force = [one for one in calendar.revisions if one.effective_from <= instant]
    return in_force[-1] if in_force else calendar.revisions[0]


def is_open(calendar: OpenTime, instant: datetime) -> bool:
    revision = revision_in_force(calendar, instant)
    local = instant.astimezone(ZoneInfo(revision.zone))
    if local.date() in revision.holidays:
        return False
    if revision.is_always_open:
        return True
    minute = local.hour * 60 + local.minute
    return any(
        interval.weekday.number == local.weekday()
        and interval.opens_minute <= minute < interval.closes_minute
        for interval in revision.hours
    )


def judge(calendar: OpenTime, instant: datetime, pauses: Sequence[Pause]) -> tuple[str, str | None]:
    holding = [
        pause
        for pause in pauses
        if pause.since <= instant and (pause.until is None or instant < pause.until)
    ]
    if holding:
        return "PAUSED", min(holding, key=lambda pause: pause.since).reason
    return ("COUNTED" if is_open(calendar, instant) else "OUT_OF_HOURS"), None


def pieces(
    calendar: OpenTime,
    start: datetime,
    end: datetime,
    pauses: Sequence[Pause] = (),
    grid: timedelta = MINUTE,
) -> Iterator[Piece]:
    """[start, end) cut at every grid instant and every instant named, each piece judged.

    A grid of minutes is exact where the zone's offsets are whole minutes; older ones may need
    seconds.
    """
    named = {one.effective_from for one in calendar.revisions}
    named |= {edge for pause in pauses for edge in (pause.since, pause.until) if edge is not None}
    cuts = sorted(instant for instant in named if start < instant < end)
    cuts.append(end)
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    at = start
    while at < end:
        while cuts[0] <= at:
            cuts.pop(0)
        following = epoch + ((at - epoch) // grid + 1) * grid
        until = min(following, cuts[0])
        kind, reason = judge(calendar, at, pauses)
        yield Piece(at, until, kind, reason)
        at = until


def elapsed_of(walked: Sequence[Piece]) -> timedelta:
    lengths = (piece.until - piece.since for piece in walked if piece.kind == "COUNTED")
    return sum(lengths, timedelta(0))


def due_of(walked: Sequence[Piece], target: timedelta) -> datetime | None:
    """The first instant at which elapsed reaches a target of more than nothing."""
    rest = target
    for piece in walked:
        if piece.kind != "COUNTED":
            continue
        length = piece.until - piece.since
        if length >= rest:
            return piece.since + rest
        rest -= length
    return None


def merged(walked: Sequence[Piece]) -> list[Piece]:
    whole: list[Piece] = []
    for piece in walked:
        if whole and (whole[-1].kind, whole[-1].reason) == (piece.kind, piece.reason):
            whole[-1] = Piece(whole[-1].since, piece.until, piece.kind, piece.reason)
        else:
            whole.append(piece)
    return whole
