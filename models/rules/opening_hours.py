"""Opening hours as people write them down: intervals of a weekday, in whole local minutes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

DAY_MINUTES = 24 * 60
UNREADABLE_MINUTE = -1
"""Stands in for a time of day that could not be read; `validate_hours` reports it."""

_TIME_OF_DAY = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")


class Weekday(str, Enum):
    MONDAY = "MONDAY"
    TUESDAY = "TUESDAY"
    WEDNESDAY = "WEDNESDAY"
    THURSDAY = "THURSDAY"
    FRIDAY = "FRIDAY"
    SATURDAY = "SATURDAY"
    SUNDAY = "SUNDAY"

    @property
    def number(self) -> int:
        """0 for Monday to 6 for Sunday, as `date.weekday()` counts."""
        return list(Weekday).index(self)


@dataclass(frozen=True)
class OpeningInterval:
    """Open on `weekday` from `opens_minute` until just before `closes_minute`, local wall clock.

    Minutes run from 0 to 1440; closing at 1440 ("24:00") leaves no gap before the next day.
    """

    weekday: Weekday
    opens_minute: int
    closes_minute: int


class HoursFaultKind(str, Enum):
    EMPTY = "EMPTY"
    GRANULARITY = "GRANULARITY"
    ORDER = "ORDER"
    OVERLAP = "OVERLAP"


@dataclass(frozen=True)
class HoursFault:
    """What is wrong with the interval at `index`; `other_index` is the one that it overlaps.

    EMPTY concerns the hours as a whole and has neither.
    """

    kind: HoursFaultKind
    index: int | None = None
    other_index: int | None = None


def minute_of_day(text: str) -> int | None:
    """The minute that "09:30" or "24:00" names, 0 to 1440; None where it names no whole minute."""
    if text == "24:00":
        return DAY_MINUTES
    found = _TIME_OF_DAY.fullmatch(text)
    return None if found is None else int(found[1]) * 60 + int(found[2])


def time_of_day(minute: int) -> str:
    """A minute of the day as it is written: 570 is "09:30", 1440 is "24:00"."""
    return f"{minute // 60:02}:{minute % 60:02}"


def opening(weekday: Weekday, opens_at: str, closes_at: str) -> OpeningInterval:
    """An interval from its written times; what can't be read becomes UNREADABLE_MINUTE."""
    opens, closes = minute_of_day(opens_at), minute_of_day(closes_at)
    return OpeningInterval(
        weekday,
        UNREADABLE_MINUTE if opens is None else opens,
        UNREADABLE_MINUTE if closes is None else closes,
    )


def validate_hours(
    hours: Sequence[OpeningInterval], *, is_always_open: bool = False
) -> tuple[HoursFault, ...]:
    """Every fault of a week's hours, in the order of the intervals; empty where all is well.

    Hours without any interval are EMPTY unless the calendar is always open. A minute that is none
    of a day's is GRANULARITY, an interval that doesn't close after it opens is ORDER, and one
    that shares a minute with an interval before it in the week is OVERLAP. Intervals that meet
    (until 12:00, from 12:00) don't overlap.
    """
    if not hours:
        return () if is_always_open else (HoursFault(HoursFaultKind.EMPTY),)
    faults: list[HoursFault] = []
    sound: list[int] = []
    for index, interval in enumerate(hours):
        minutes = (interval.opens_minute, interval.closes_minute)
        if not all(0 <= minute <= DAY_MINUTES for minute in minutes):
            faults.append(HoursFault(HoursFaultKind.GRANULARITY, index))
        elif minutes[0] >= minutes[1]:
            faults.append(HoursFault(HoursFaultKind.ORDER, index))
        else:
            sound.append(index)
    faults += _overlaps(hours, sound)
    return tuple(sorted(faults, key=lambda fault: fault.index or 0))


def _overlaps(hours: Sequence[OpeningInterval], sound: Sequence[int]) -> list[HoursFault]:
    in_week = sorted(sound, key=lambda i: (hours[i].weekday.number, hours[i].opens_minute, i))
    faults: list[HoursFault] = []
    latest: int | None = None
    for index in in_week:
        if latest is None or hours[latest].weekday is not hours[index].weekday:
            latest = index
            continue
        if hours[index].opens_minute < hours[latest].closes_minute:
            faults.append(HoursFault(HoursFaultKind.OVERLAP, index, latest))
        if hours[index].closes_minute > hours[latest].closes_minute:
            latest = index
    return faults
