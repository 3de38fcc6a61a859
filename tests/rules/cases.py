"""Generated calendars, pauses and spans around the days when zones change their offset."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from hypothesis import strategies as st

from models.rules.business_time import Pause
from models.rules.opening_hours import DAY_MINUTES, OpeningInterval, Weekday
from models.rules.timetable import CalendarRevision, OpenTime

EXAMPLES = 10_000 if os.environ.get("RAPPORT_TEST_SOAK") == "1" else 150
SPAN_SECONDS_MAX = 4 * 86_400

ANCHORS = {
    "Africa/Casablanca": ("2026-02-15T02:00", "2026-03-22T02:00"),
    "America/Havana": ("2026-03-08T05:00", "2026-11-01T05:00"),
    "America/New_York": ("2026-03-08T07:00", "2026-11-01T06:00", "2027-01-01T05:00"),
    "America/Santiago": ("2026-04-05T03:00", "2026-09-06T04:00"),
    "America/Sao_Paulo": ("2018-02-18T02:00", "2018-11-04T03:00", "2026-07-01T00:00"),
    "America/St_Johns": ("2006-04-02T03:31", "2006-10-29T02:31", "2026-11-01T04:30"),
    "Asia/Kathmandu": ("1985-12-31T18:30", "2026-02-28T00:00"),
    "Asia/Kolkata": ("2026-01-01T00:00", "2028-02-29T00:00"),
    "Australia/Adelaide": ("2026-04-04T16:30", "2026-10-03T16:30"),
    "Australia/Lord_Howe": ("2026-04-04T15:00", "2026-10-03T15:30"),
    "Europe/Madrid": ("2026-03-29T01:00", "2026-10-25T01:00"),
    "Pacific/Apia": ("2011-12-30T10:00",),
    "Pacific/Auckland": ("2026-04-04T14:00", "2026-09-26T14:00"),
    "Pacific/Chatham": ("2026-04-04T14:00", "2026-09-26T14:00"),
}
"""Zones with instants, in UTC, around which their local time is most peculiar."""

_MINUTES = st.one_of(
    st.integers(0, DAY_MINUTES),
    st.sampled_from((0, 1, 30, 60, 90, 120, 150, 180, 1380, 1410, 1439, DAY_MINUTES)),
)


@dataclass(frozen=True)
class Case:
    calendar: OpenTime
    start: datetime
    end: datetime
    pauses: tuple[Pause, ...]


@st.composite
def weeks(draw: st.DrawFn) -> tuple[OpeningInterval, ...]:
    """Up to three intervals for each weekday; some that meet, none that overlap."""
    hours: list[OpeningInterval] = []
    for weekday in draw(st.sets(st.sampled_from(Weekday), max_size=7)):
        edges = sorted(draw(st.lists(_MINUTES, min_size=2, max_size=4, unique=True)))
        step = draw(st.sampled_from((1, 2)))
        pairs = list(pairwise(edges))[::step]
        hours += [OpeningInterval(weekday, opens, closes) for opens, closes in pairs]
    return tuple(draw(st.permutations(hours)))


@st.composite
def revisions(draw: st.DrawFn, zone: str, from_: datetime, around: date) -> CalendarRevision:
    days = st.integers(-3, 3).map(lambda ahead: around + timedelta(days=ahead))
    return CalendarRevision(
        from_,
        zone,
        is_always_open=draw(st.sampled_from((False, False, False, True))),
        hours=draw(weeks()),
        holidays=draw(st.frozensets(days, max_size=2)),
    )


@st.composite
def cases(draw: st.DrawFn) -> Case:
    zone = draw(st.sampled_from(sorted(ANCHORS)))
    named = draw(st.sampled_from(ANCHORS[zone]))
    anchor = datetime.fromisoformat(named).replace(tzinfo=UTC)
    near = st.integers(-2 * 86_400, 2 * 86_400).map(lambda s: anchor + timedelta(seconds=s))
    count = draw(st.sampled_from((1, 1, 2, 3)))
    starts = [anchor - timedelta(days=400), *(draw(near) for _ in range(count - 1))]
    zones = [zone, *(draw(st.sampled_from((zone, "Asia/Kolkata"))) for _ in starts[1:])]
    calendar = OpenTime(
        tuple(
            draw(revisions(of_zone, from_, anchor.date()))
            for of_zone, from_ in zip(zones, starts, strict=True)
        )
    )
    start = draw(near) + timedelta(milliseconds=draw(st.sampled_from((0, 0, 1, 123, 999))))
    end = start + timedelta(seconds=draw(st.integers(0, SPAN_SECONDS_MAX)))
    return Case(calendar, start, end, tuple(draw(st.lists(pauses(near), max_size=3))))


@st.composite
def pauses(draw: st.DrawFn, near: st.SearchStrategy[datetime]) -> Pause:
    since = draw(near)
    seconds = draw(st.one_of(st.none(), st.integers(0, 2 * 86_400)))
    until = None if seconds is None else since + timedelta(seconds=seconds)
    return Pause(since, until, draw(st.sampled_from(("asked", "resolved", "asked again"))))
