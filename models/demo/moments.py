"""Moments at which people do things: in office hours of a time zone, on days before `today`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

OPENS_HOUR = 8
CLOSES_HOUR = 19
SATURDAY = 5
PROVIDER_ZONE = ZoneInfo("Europe/Madrid")


@cache
def zone(name: str) -> ZoneInfo:
    """A time zone by its IANA name."""
    return ZoneInfo(name)


def midnight(now: datetime) -> datetime:
    """The beginning of `now`'s day in UTC: all demo data lies before it."""
    return now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def at_work(at: datetime, where: ZoneInfo) -> datetime:
    """The first moment from `at` on in office hours, Monday to Friday, of a zone.

    Moments are whole seconds: of a part of one the rest is left out.
    """
    local = at.astimezone(where)
    if local.hour >= CLOSES_HOUR:
        local = (local + timedelta(days=1)).replace(hour=OPENS_HOUR)
    elif local.hour < OPENS_HOUR:
        local = local.replace(hour=OPENS_HOUR)
    if local.weekday() >= SATURDAY:
        local = (local + timedelta(days=7 - local.weekday())).replace(hour=OPENS_HOUR)
    return local.replace(microsecond=0).astimezone(UTC)


def before_at_work(at: datetime, where: ZoneInfo) -> datetime:
    """The last moment until `at` in office hours, Monday to Friday, of a zone."""
    local = at.astimezone(where)
    if local.hour < OPENS_HOUR:
        local = (local - timedelta(days=1)).replace(hour=CLOSES_HOUR - 1)
    elif local.hour >= CLOSES_HOUR:
        local = local.replace(hour=CLOSES_HOUR - 1)
    if local.weekday() >= SATURDAY:
        local = (local - timedelta(days=local.weekday() - 4)).replace(hour=CLOSES_HOUR - 1)
    return local.replace(microsecond=0).astimezone(UTC)
