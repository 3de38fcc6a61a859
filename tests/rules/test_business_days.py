"""Business days: what closes a complaint by itself."""

from __future__ import annotations

from datetime import date

import pytest

from models.rules.business_time import business_days_after, business_seconds, weekdays
from models.rules.opening_hours import OpeningInterval, Weekday
from models.rules.timetable import CalendarRevision, OpenTime
from tests.rules.samples import LONG_AGO, always, at, hours_in

OFFICE_HOURS = hours_in("UTC", ("09:00", "17:00")).revisions[0].hours
MADRID = hours_in("Europe/Madrid", ("09:00", "17:00"))


@pytest.mark.parametrize(
    ("calendar", "resolved", "days", "expected"),
    [
        pytest.param(None, "2026-03-06T16:00Z", 5, "2026-03-13T16:00Z", id="friday to friday"),
        pytest.param(None, "2026-03-07T10:00Z", 5, "2026-03-14T00:00Z", id="saturday: whole days"),
        pytest.param(None, "2026-03-08T23:59Z", 1, "2026-03-10T00:00Z", id="sunday and one day"),
        pytest.param(MADRID, "2026-03-27T15:30Z", 1, "2026-03-30T14:30Z", id="local time stays"),
        pytest.param(MADRID, "2026-03-10T23:30Z", 1, "2026-03-11T23:30Z", id="the local date"),
        pytest.param(
            always("Europe/Madrid", date(2026, 1, 1)),
            "2025-12-31T09:00Z", 1, "2026-01-02T09:00Z", id="a holiday is none",
        ),
        pytest.param(
            always("America/New_York"), "2026-03-07T07:30Z", 1, "2026-03-08T07:30Z",
            id="a skipped wall clock moves on",
        ),
        pytest.param(
            always("America/New_York"), "2026-10-31T05:30Z", 1, "2026-11-01T05:30Z",
            id="a repeated wall clock is its first",
        ),
        pytest.param(
            always("America/New_York"), "2026-11-01T06:30Z", 1, "2026-11-02T06:30Z",
            id="from the second of a repeated hour",
        ),
        pytest.param(
            always("Pacific/Apia"), "2011-12-29T20:00Z", 2, "2011-12-31T20:00Z",
            id="a date left out is none",
        ),
        pytest.param(
            hours_in("America/Santiago", ("09:00", "17:00"), days=(Weekday.SATURDAY,)),
            "2026-09-04T15:00Z", 1, "2026-09-06T04:00Z", id="a midnight that is skipped",
        ),
    ],
)  # fmt: skip
def test_business_days_are_counted_by_local_dates(
    calendar: OpenTime | None, resolved: str, days: int, expected: str
) -> None:
    assert business_days_after(calendar, at(resolved), days) == at(expected)


def test_business_days_without_a_calendar_take_the_zone_that_is_named() -> None:
    friday_evening = at("2026-03-07T01:00Z")
    assert business_days_after(None, friday_evening, 1, "America/Bogota") == at("2026-03-10T01:00Z")


def test_business_days_obey_a_calendar_revised_on_the_way() -> None:
    calendar = OpenTime(
        (
            CalendarRevision(LONG_AGO, "UTC", hours=OFFICE_HOURS),
            CalendarRevision(
                at("2026-03-11T12:00Z"),
                "UTC",
                hours=(OpeningInterval(Weekday.SATURDAY, 540, 1020),),
            ),
        )
    )
    assert business_days_after(calendar, at("2026-03-10T10:00Z"), 1) == at("2026-03-11T10:00Z")
    assert business_days_after(calendar, at("2026-03-10T10:00Z"), 2) == at("2026-03-14T10:00Z")


def test_less_than_one_business_day_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        business_days_after(None, LONG_AGO, 0)


def test_a_calendar_that_never_opens_has_no_business_day() -> None:
    closed = OpenTime((CalendarRevision(LONG_AGO, "Europe/Madrid"),))
    assert business_days_after(closed, at("2026-03-10T00:00Z"), 1) is None


def test_without_a_calendar_monday_to_friday_count_from_midnight_to_midnight() -> None:
    start, end = at("2026-03-28T00:00Z"), at("2026-04-04T22:00Z")
    assert business_seconds(weekdays("Europe/Madrid"), start, end) == 5 * 86_400
