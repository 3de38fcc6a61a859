"""A calendar's open time, laid out so that questions about it are binary searches.

An instant is open when its local wall-clock time, in the zone of the revision in force at it,
lies within [opens, closes) of an opening interval of its local weekday, and its local date is no
holiday. Between two steps of a zone's offset local time is UTC plus a constant, so open intervals
are laid out day by day within such pieces, once for each calendar and block of days, with
running sums.

An instant is a whole number of microseconds since 1970 in UTC here, as exact as a datetime.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property, lru_cache
from zoneinfo import ZoneInfo

from models.rules.opening_hours import DAY_MINUTES, OpeningInterval, Weekday

BLOCK_DAYS = 360
"""How much of a calendar is laid out at a time: a block, numbered from 1970 on."""
BLOCKS_KEPT_MAX = 48
"""Blocks of one calendar that stay laid out, about as many years."""
CALENDARS_KEPT_MAX = 256
ZONE_BLOCKS_KEPT_MAX = 4_096

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_SECOND_US = 1_000_000
_MINUTE_US = 60 * _SECOND_US
_DAY_US = DAY_MINUTES * _MINUTE_US
_BLOCK_US = BLOCK_DAYS * _DAY_US
_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()
_EPOCH_WEEKDAY = Weekday.THURSDAY.number


def microseconds(instant: datetime) -> int:
    """Microseconds since 1970 in UTC. Raises TypeError for a datetime without a zone."""
    return (instant - _EPOCH) // _MICROSECOND


def instant_at(microsecond: int) -> datetime:
    """The UTC datetime of a microsecond since 1970."""
    return _EPOCH + timedelta(microseconds=microsecond)


@dataclass(frozen=True)
class CalendarRevision:
    """A calendar as it stands from `effective_from` until its next revision.

    `hours` are ignored where `is_always_open`; holidays hold in any case. `zone` is an IANA name;
    a name that the database doesn't hold raises ZoneInfoNotFoundError at the first question.
    """

    effective_from: datetime
    zone: str
    is_always_open: bool = False
    hours: tuple[OpeningInterval, ...] = ()
    holidays: frozenset[date] = frozenset()

    @cached_property
    def week(self) -> tuple[tuple[tuple[int, int], ...], ...]:
        """For each weekday from Monday on: when it opens and closes, in microseconds, sorted."""
        if self.is_always_open:
            return (((0, _DAY_US),),) * 7
        days: list[list[tuple[int, int]]] = [[] for _ in Weekday]
        for interval in self.hours:
            edges = (interval.opens_minute * _MINUTE_US, interval.closes_minute * _MINUTE_US)
            days[interval.weekday.number].append(edges)
        return tuple(tuple(sorted(day)) for day in days)

    def opens_on(self, day: date) -> bool:
        """Whether the hours and holidays let anything of a local date count."""
        return bool(self.week[day.weekday()]) and day not in self.holidays


@dataclass(frozen=True)
class OpenTime:
    """Revisions, each in force from its instant; the first also counts for all before it.

    Of two in force from the same instant the one named later holds. Raises ValueError for none.
    """

    revisions: tuple[CalendarRevision, ...]

    def __post_init__(self) -> None:
        if not self.revisions:
            raise ValueError("a calendar has at least one revision")
        in_order = sorted(self.revisions, key=lambda revision: revision.effective_from)
        object.__setattr__(self, "revisions", tuple(in_order))

    def revision_at(self, instant: datetime) -> CalendarRevision:
        """The revision by which an instant counts."""
        starts = [revision.effective_from for revision in self.revisions]
        return self.revisions[max(bisect_right(starts, instant) - 1, 0)]

    @cached_property
    def timetable(self) -> Timetable:
        """Its open time; equal calendars share one while it is among the last that were asked."""
        return _timetable(self.revisions)


class _Block:
    """The open intervals of one block, sorted and disjoint, with running sums."""

    def __init__(self, intervals: Iterator[tuple[int, int]]) -> None:
        self.opens, self.closes = array("q"), array("q")
        self.counted_before = array("q", [0])
        for opens, closes in intervals:
            self.opens.append(opens)
            self.closes.append(closes)
            self.counted_before.append(self.counted_before[-1] + closes - opens)
        self.total = self.counted_before[-1]

    def counted_until(self, instant: int) -> int:
        """What of the block counts before an instant."""
        index = bisect_right(self.opens, instant) - 1
        if index < 0:
            return 0
        return self.counted_before[index] + min(instant, self.closes[index]) - self.opens[index]

    def reached_at(self, amount: int) -> int:
        """The first instant at which `amount` of the block, more than nothing, has counted."""
        index = bisect_left(self.counted_before, amount)
        return self.closes[index - 1] - (self.counted_before[index] - amount)


class Timetable:
    """A calendar's open time, laid out a block at a time as it is asked for."""

    def __init__(self, revisions: Sequence[CalendarRevision]) -> None:
        self._revisions = revisions
        self._blocks: dict[int, _Block] = {}

    @property
    def blocks_kept(self) -> int:
        """How many blocks are laid out, at most BLOCKS_KEPT_MAX."""
        return len(self._blocks)

    def counted(self, start: int, end: int) -> int:
        """The open time in [start, end), in microseconds."""
        if end <= start:
            return 0
        first, last = start // _BLOCK_US, end // _BLOCK_US
        counted = self._block(last).counted_until(end) - self._block(first).counted_until(start)
        for number in range(first, last):
            counted += self._block(number).total
        return counted

    def reach(self, start: int, amount: int, end: int) -> int | None:
        """The first instant in (start, end] by which `amount` has counted since `start`."""
        number = start // _BLOCK_US
        block = self._block(number)
        amount += block.counted_until(start)
        while amount > block.total:
            amount -= block.total
            number += 1
            if number * _BLOCK_US > end:
                return None
            block = self._block(number)
        reached = block.reached_at(amount)
        return reached if reached <= end else None

    def open_between(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """The open intervals within [start, end), disjoint, in order, none touching the next."""
        return _joined(self._within(start, end))

    def _within(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        if end <= start:
            return
        for number in range(start // _BLOCK_US, end // _BLOCK_US + 1):
            block = self._block(number)
            for index in range(bisect_right(block.closes, start), len(block.opens)):
                if block.opens[index] >= end:
                    return
                yield max(block.opens[index], start), min(block.closes[index], end)

    def _block(self, number: int) -> _Block:
        block = self._blocks.get(number)
        if block is None:
            while len(self._blocks) >= BLOCKS_KEPT_MAX:
                self._blocks.pop(next(iter(self._blocks)), None)
            block = self._blocks[number] = _Block(_joined(self._lay_out(number)))
        return block

    def _lay_out(self, number: int) -> Iterator[tuple[int, int]]:
        at, ends = number * _BLOCK_US, (number + 1) * _BLOCK_US
        for revision, following in zip(self._revisions, [*self._revisions[1:], None], strict=True):
            until = ends if following is None else microseconds(following.effective_from)
            until = min(until, ends)
            if at < until:
                yield from _open_time(revision, number, at, until)
                at = until


@lru_cache(maxsize=CALENDARS_KEPT_MAX)
def _timetable(revisions: tuple[CalendarRevision, ...]) -> Timetable:
    return Timetable(revisions)


def _open_time(
    revision: CalendarRevision, block: int, start: int, end: int
) -> Iterator[tuple[int, int]]:
    """What one revision opens of [start, end), which lies within one block."""
    week = revision.week
    closed_days = {day.toordinal() - _EPOCH_ORDINAL for day in revision.holidays}
    for begins, ends, offset in _offset_pieces(revision.zone, block):
        since, until = max(begins, start), min(ends, end)
        for day in range((since + offset) // _DAY_US, (until + offset) // _DAY_US + 1):
            if day in closed_days:
                continue
            midnight = day * _DAY_US - offset
            for opens, closes in week[(day + _EPOCH_WEEKDAY) % 7]:
                a, b = max(midnight + opens, since), min(midnight + closes, until)
                if a < b:
                    yield a, b


@lru_cache(maxsize=ZONE_BLOCKS_KEPT_MAX)
def _offset_pieces(zone_name: str, block: int) -> tuple[tuple[int, int, int], ...]:
    """A block of a zone's time, cut where its offset steps: (begins, ends, offset), microseconds.

    The database holds no two steps within three days of each other, so looking once a day misses
    none; a step happens on a whole second.
    """
    zone = ZoneInfo(zone_name)
    begins, ends = block * _BLOCK_US, (block + 1) * _BLOCK_US
    pieces: list[tuple[int, int, int]] = []
    since, offset = begins, _offset_at(zone, begins)
    for looked in range(begins, ends, _DAY_US):
        until = looked + _DAY_US
        following = _offset_at(zone, until)
        if following != offset:
            step = _first_second(zone, looked, until, offset)
            pieces.append((since, step, offset))
            since, offset = step, following
    pieces.append((since, ends, offset))
    return tuple(pieces)


def _first_second(zone: ZoneInfo, low: int, high: int, offset: int) -> int:
    """The first whole second in (low, high] at which the offset is no longer `offset`."""
    while high - low > _SECOND_US:
        middle = low + (high - low) // _SECOND_US // 2 * _SECOND_US
        if _offset_at(zone, middle) == offset:
            low = middle
        else:
            high = middle
    return high


def _offset_at(zone: ZoneInfo, instant: int) -> int:
    moment = instant_at(instant)
    wall_clock = moment.astimezone(zone).replace(tzinfo=UTC)
    return (wall_clock - moment) // _MICROSECOND


def _joined(intervals: Iterator[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Sorted intervals with those that touch or overlap made one."""
    held: tuple[int, int] | None = None
    for opens, closes in intervals:
        if held is None or opens > held[1]:
            if held is not None:
                yield held
            held = opens, closes
        elif closes > held[1]:
            held = held[0], closes
    if held is not None:
        yield held
