"""Calendars and instants in few words."""

from __future__ import annotations

from datetime import UTC, date, datetime

from models.rules.opening_hours import Weekday, opening
from models.rules.timetable import CalendarRevision, OpenTime

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
EVERY_DAY = tuple(Weekday)
OFFICE_DAYS = EVERY_DAY[:5]


def at(text: str) -> datetime:
    """The instant that an ISO 8601 text names."""
    return datetime.fromisoformat(text)


def hours_in(
    zone: str,
    *written: tuple[str, str],
    days: tuple[Weekday, ...] = OFFICE_DAYS,
    holidays: tuple[date, ...] = (),
) -> OpenTime:
    """A calendar with the same intervals on each of its days."""
    hours = tuple(opening(day, opens, closes) for day in days for opens, closes in written)
    return OpenTime((CalendarRevision(LONG_AGO, zone, hours=hours, holidays=frozenset(holidays)),))


def always(zone: str, *holidays: date) -> OpenTime:
    """A calendar that is open but on its holidays."""
    return OpenTime(
        (CalendarRevision(LONG_AGO, zone, is_always_open=True, holidays=frozenset(holidays)),)
    )
