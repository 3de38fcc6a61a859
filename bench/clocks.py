"""SLA clocks a second, beside a reference that walks the days of each clock.

10,000 clocks run for a year of business time (office hours, 2,000 hours) in several zones, each
with holidays, two pauses and a start of its own. The reference answers the due instant alone by a
loop over local days; both must agree. The figure to watch is the ratio: machines differ.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from models.rules.business_time import Pause
from models.rules.opening_hours import OpeningInterval, Weekday
from models.rules.sla_clock import SlaMetric, clock, segments
from models.rules.timetable import CalendarRevision, OpenTime

CLOCKS = 10_000
REFERENCE_CLOCKS = 100
TARGET = timedelta(hours=2_000)
ZONES = ("Europe/Madrid", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe")
FIRST_START = datetime(2025, 1, 2, tzinfo=UTC)
NOW = datetime(2026, 6, 1, tzinfo=UTC)

Facts = tuple[OpenTime, datetime, tuple[Pause, ...]]


def calendar_in(zone: str) -> OpenTime:
    """Split shifts from Monday to Friday, and ten holidays."""
    hours = tuple(
        OpeningInterval(day, opens * 60, closes * 60)
        for day in list(Weekday)[:5]
        for opens, closes in ((8, 12), (13, 17))
    )
    holidays = frozenset(date(2025, 1, 6) + timedelta(days=53 * n) for n in range(10))
    return OpenTime((CalendarRevision(FIRST_START, zone, hours=hours, holidays=holidays),))


def facts_of(number: int, calendars: list[OpenTime]) -> Facts:
    """The facts of one clock; no two of 10,000 start at the same instant."""
    start = FIRST_START + timedelta(seconds=number * 797, milliseconds=number % 1_000)
    pauses = tuple(
        Pause(start + timedelta(days=day), start + timedelta(days=day, hours=30), "asked")
        for day in (3, 40)
    )
    return calendars[number % len(calendars)], start, pauses


def due_day_by_day(calendar: OpenTime, start: datetime, pauses: tuple[Pause, ...]) -> datetime:
    """The due instant by walking local days; right while no opening hour meets a step."""
    revision = calendar.revisions[0]
    zone, working_days = ZoneInfo(revision.zone), range(5)
    edges = [(one.opens_minute, one.closes_minute) for one in revision.hours[:2]]
    day, rest = start.astimezone(zone).date(), TARGET
    while True:
        is_open = day.weekday() in working_days and day not in revision.holidays
        for minutes in edges if is_open else ():
            at, closes = (
                datetime(day.year, day.month, day.day, minute // 60, tzinfo=zone).astimezone(UTC)
                for minute in minutes
            )
            at = max(at, start)
            for pause in pauses:
                if pause.until is None or pause.until <= at or pause.since >= closes:
                    continue
                if pause.since > at:
                    if pause.since - at >= rest:
                        return at + rest
                    rest -= pause.since - at
                at = pause.until
            if at < closes:
                if closes - at >= rest:
                    return at + rest
                rest -= closes - at
        day += timedelta(days=1)


def seconds_of(work: Callable[[], object]) -> float:
    """How long a piece of work takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def main() -> None:
    """Measure and print; a difference from the reference ends it with an error."""
    calendars = [calendar_in(zone) for zone in ZONES]
    cases = [facts_of(number, calendars) for number in range(CLOCKS)]

    def read(case: Facts) -> datetime | None:
        calendar, start, pauses = case
        return clock(
            calendar,
            metric=SlaMetric.RESOLUTION,
            started_at=start,
            target_seconds=int(TARGET.total_seconds()),
            pauses=pauses,
            now=NOW,
        ).due_at

    def explain(case: Facts) -> int:
        calendar, start, pauses = case
        metric = SlaMetric.RESOLUTION
        return len(segments(calendar, metric=metric, started_at=start, pauses=pauses, now=NOW))

    some = cases[:: CLOCKS // REFERENCE_CLOCKS]
    for case in some:
        if read(case) != due_day_by_day(*case):
            raise SystemExit(f"the reference differs for {case}")
    ours = seconds_of(lambda: [read(case) for case in cases]) / CLOCKS
    reference = seconds_of(lambda: [due_day_by_day(*case) for case in some]) / len(some)
    explained = seconds_of(lambda: [explain(case) for case in some]) / len(some)
    print(f"{CLOCKS} clocks over a year of business time: {ours * CLOCKS:.3f} s")
    print(f"one reading (elapsed, warns, due, state): {ours * 1e6:.1f} µs")
    print(f"the reference, day by day, due instant only: {reference * 1e6:.1f} µs")
    print(f"ratio, reference to ours: {reference / ours:.0f}")
    print(f"the last 100 segments of one clock: {explained * 1e6:.0f} µs")


if __name__ == "__main__":
    main()
