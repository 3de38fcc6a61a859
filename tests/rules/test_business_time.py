"""Business time, held against its definition and against the vectors of the design."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from models.rules.business_time import (
    HORIZON_YEARS_MAX,
    Pause,
    business_seconds,
    due,
    elapsed,
)
from models.rules.opening_hours import Weekday, opening
from models.rules.timetable import BLOCK_DAYS, BLOCKS_KEPT_MAX, CalendarRevision, OpenTime
from tests.rules import oracle
from tests.rules.cases import EXAMPLES, Case, cases
from tests.rules.samples import EVERY_DAY, LONG_AGO, always, at, hours_in

VECTORS: dict[str, Any] = json.loads(
    (Path(__file__).parent / "vectors.json").read_text(encoding="utf-8")
)
OFFICE_HOURS = hours_in("UTC", ("09:00", "17:00")).revisions[0].hours


def _revision_of(written: dict[str, Any]) -> CalendarRevision:
    return CalendarRevision(
        at(written.get("effectiveFrom", "2000-01-01T00:00:00Z")),
        written["timeZone"],
        is_always_open=written.get("alwaysOpen", False),
        hours=tuple(
            opening(Weekday(one["weekday"]), one["opensAt"], one["closesAt"])
            for one in written["hours"]
        ),
        holidays=frozenset(date.fromisoformat(one) for one in written["holidays"]),
    )


def _calendar_of(vector: dict[str, Any]) -> OpenTime:
    written = VECTORS["calendars"][vector["calendar"]]
    return OpenTime(tuple(_revision_of(one) for one in written.get("revisions", [written])))


@pytest.mark.parametrize("vector", VECTORS["vectors"], ids=lambda vector: vector["name"])
def test_a_vector_of_the_design_comes_out_as_it_says(vector: dict[str, Any]) -> None:
    calendar = _calendar_of(vector)
    start = at(vector["startedAt"])
    pauses = [Pause(at(since), at(until)) for since, until in vector["pauses"]]
    if "dueAt" in vector:
        target = timedelta(minutes=vector["targetMinutes"])
        assert due(calendar, start, target, pauses) == at(vector["dueAt"])
    else:
        seconds = business_seconds(calendar, start, at(vector["until"]), pauses)
        assert seconds == vector["elapsedMinutes"] * 60


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(case=cases(), share=st.fractions(0, 1))
def test_elapsed_and_due_are_what_the_definition_says(case: Case, share: float) -> None:
    walked = list(oracle.pieces(case.calendar, case.start, case.end, case.pauses))
    expected = oracle.elapsed_of(walked)
    event("nothing counts" if not expected else "something counts")
    assert elapsed(case.calendar, case.start, case.end, case.pauses) == expected
    microseconds = max(1, int(expected / timedelta(microseconds=1) * share))
    for target in (timedelta(microseconds=microseconds), expected):
        if target and target <= expected:
            reached = due(case.calendar, case.start, target, case.pauses)
            assert reached == oracle.due_of(walked, target)
    over = due(case.calendar, case.start, expected + timedelta(seconds=1), case.pauses)
    assert over is None or over > case.end


@settings(max_examples=EXAMPLES, deadline=None, database=None)
@given(
    case=cases(),
    cut=st.fractions(0, 1),
)
def test_elapsed_time_adds_up_wherever_it_is_cut(case: Case, cut: float) -> None:
    middle = case.start + (case.end - case.start) * float(cut)
    whole = elapsed(case.calendar, case.start, case.end, case.pauses)
    before = elapsed(case.calendar, case.start, middle, case.pauses)
    assert whole == before + elapsed(case.calendar, middle, case.end, case.pauses)


@pytest.mark.parametrize(
    ("zone", "start"),
    [("Africa/Monrovia", "1972-01-06T22:00:00Z"), ("Asia/Kolkata", "1945-10-14T16:00:00Z")],
)
def test_an_offset_with_seconds_in_it_counts_to_the_second(zone: str, start: str) -> None:
    calendar = hours_in(zone, ("00:00", "00:20"), ("00:40", "01:00"), days=EVERY_DAY)
    end = at(start) + timedelta(hours=4)
    walked = list(oracle.pieces(calendar, at(start), end, grid=oracle.SECOND))
    assert elapsed(calendar, at(start), end) == oracle.elapsed_of(walked)


def test_a_night_that_loses_an_hour_counts_one_less() -> None:
    night = hours_in("Europe/Madrid", ("00:00", "06:00"), days=EVERY_DAY)
    assert business_seconds(night, at("2026-03-28T12:00Z"), at("2026-03-29T12:00Z")) == 5 * 3600


def test_a_night_that_repeats_an_hour_counts_one_more() -> None:
    night = hours_in("Europe/Madrid", ("00:00", "06:00"), days=EVERY_DAY)
    assert business_seconds(night, at("2026-10-24T12:00Z"), at("2026-10-25T12:00Z")) == 7 * 3600


def test_hours_that_lie_within_the_skipped_hour_count_nothing() -> None:
    skipped = hours_in("Europe/Madrid", ("02:00", "03:00"), days=EVERY_DAY)
    assert elapsed(skipped, at("2026-03-28T12:00Z"), at("2026-03-29T12:00Z")) == timedelta(0)


def test_hours_that_lie_within_the_repeated_hour_open_twice() -> None:
    repeated = hours_in("America/New_York", ("01:15", "01:45"), days=EVERY_DAY)
    start = at("2026-11-01T04:00Z")
    assert business_seconds(repeated, start, at("2026-11-01T12:00Z")) == 3600
    assert due(repeated, start, timedelta(minutes=31)) == at("2026-11-01T06:16Z")


def test_a_half_hour_step_counts_half_an_hour() -> None:
    night = hours_in("Australia/Lord_Howe", ("00:00", "04:00"), days=EVERY_DAY)
    assert business_seconds(night, at("2026-04-04T12:00Z"), at("2026-04-05T00:00Z")) == 4.5 * 3600
    assert business_seconds(night, at("2026-10-03T12:00Z"), at("2026-10-04T00:00Z")) == 3.5 * 3600


def test_a_holiday_of_twenty_three_hours_closes_all_of_them() -> None:
    calendar = always("Europe/Madrid", date(2026, 3, 29))
    assert due(calendar, at("2026-03-28T22:00Z"), timedelta(hours=2)) == at("2026-03-29T23:00Z")


def test_a_date_that_a_zone_leaves_out_counts_nothing() -> None:
    """Samoa went from 29 to 31 December 2011, a Thursday to a Saturday."""
    fridays = hours_in("Pacific/Apia", ("00:00", "24:00"), days=(Weekday.FRIDAY,))
    assert elapsed(fridays, at("2011-12-28T00:00Z"), at("2012-01-04T00:00Z")) == timedelta(0)


def test_closing_at_midnight_leaves_no_gap_before_the_next_day() -> None:
    calendar = hours_in("Asia/Kolkata", ("00:00", "24:00"), days=EVERY_DAY)
    start = at("2026-05-04T00:00:00.250Z")
    assert due(calendar, start, timedelta(days=3)) == at("2026-05-07T00:00:00.250Z")


def test_milliseconds_are_kept_to_the_due_instant() -> None:
    calendar = hours_in("Europe/Madrid", ("09:00", "17:00"))
    reached = due(calendar, at("2026-03-10T15:59:59.999Z"), timedelta(seconds=1))
    assert reached == at("2026-03-11T08:00:00.999Z")


def test_business_seconds_leave_out_the_second_that_has_only_begun() -> None:
    calendar = always("UTC")
    start = at("2026-03-10T00:00:00.500Z")
    assert business_seconds(calendar, start, at("2026-03-10T00:00:02.499Z")) == 1
    assert business_seconds(calendar, start, at("2026-03-10T00:00:02.500Z")) == 2


def test_time_that_ends_before_it_starts_is_nothing() -> None:
    calendar = always("UTC")
    assert elapsed(calendar, at("2026-03-10T01:00Z"), at("2026-03-10T00:00Z")) == timedelta(0)


def test_a_target_of_nothing_is_due_at_once_even_out_of_hours() -> None:
    calendar = hours_in("Europe/Madrid", ("09:00", "17:00"))
    assert due(calendar, at("2026-03-14T00:00Z"), timedelta(0)) == at("2026-03-14T00:00Z")


def test_a_negative_target_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        due(always("UTC"), LONG_AGO, timedelta(seconds=-1))


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(TypeError):
        elapsed(always("UTC"), LONG_AGO.replace(tzinfo=None), LONG_AGO)


def test_a_calendar_that_never_opens_is_never_due() -> None:
    closed = OpenTime((CalendarRevision(LONG_AGO, "Europe/Madrid"),))
    assert due(closed, at("2026-03-10T00:00Z"), timedelta(seconds=1)) is None


def test_a_budget_that_outlasts_the_horizon_is_never_due() -> None:
    seldom = hours_in("UTC", ("09:00", "09:01"), days=(Weekday.MONDAY,))
    start = at("2026-03-09T00:00Z")
    year_minutes = timedelta(minutes=52)
    within = due(seldom, start, year_minutes * (HORIZON_YEARS_MAX - 1))
    assert within is not None
    assert within < start + timedelta(days=366 * HORIZON_YEARS_MAX)
    assert due(seldom, start, year_minutes * (HORIZON_YEARS_MAX + 1)) is None


def test_a_budget_of_whole_days_ends_at_a_closing_time_however_many_they_are() -> None:
    calendar = hours_in("UTC", ("09:00", "17:00"))
    day, start = at("2026-03-09T17:00Z"), at("2026-03-09T09:00Z")
    for days in range(1, 3 * BLOCK_DAYS):
        assert due(calendar, start, timedelta(hours=8) * days) == day
        day += timedelta(days=3 if day.weekday() == Weekday.FRIDAY.number else 1)


def test_the_end_of_the_years_that_a_datetime_holds_is_a_horizon_too() -> None:
    closed = OpenTime((CalendarRevision(LONG_AGO, "Europe/Madrid"),))
    assert due(closed, at("9997-06-01T00:00Z"), timedelta(days=1)) is None
    assert due(always("UTC"), at("9990-06-01T00:00Z"), timedelta(days=366 * 10)) is None


def test_nothing_is_due_after_a_pause_without_end() -> None:
    calendar = hours_in("Europe/Madrid", ("09:00", "17:00"))
    pauses = [Pause(at("2026-03-10T09:00Z"), None)]
    start = at("2026-03-10T08:00Z")
    assert due(calendar, start, timedelta(minutes=61), pauses) is None
    assert due(calendar, start, timedelta(minutes=60), pauses) == at("2026-03-10T09:00Z")
    assert business_seconds(calendar, start, at("2027-03-10T08:00Z"), pauses) == 3600


def test_pauses_that_contain_touch_or_end_before_they_begin_count_once_or_not_at_all() -> None:
    pauses = [
        Pause(at("2026-03-10T04:00Z"), at("2026-03-10T05:00Z")),
        Pause(at("2026-03-10T01:00Z"), at("2026-03-10T03:00Z")),
        Pause(at("2026-03-10T01:30Z"), at("2026-03-10T02:00Z")),
        Pause(at("2026-03-10T03:00Z"), at("2026-03-10T04:00Z")),
        Pause(at("2026-03-10T08:00Z"), at("2026-03-10T07:00Z")),
        Pause(at("2026-03-10T09:00Z"), at("2026-03-10T09:00Z")),
    ]
    start = at("2026-03-10T00:00Z")
    assert business_seconds(always("UTC"), start, at("2026-03-10T10:00Z"), pauses) == 6 * 3600
    assert due(always("UTC"), start, timedelta(hours=6), pauses) == at("2026-03-10T10:00Z")


def test_a_revision_in_another_zone_counts_from_its_own_instant() -> None:
    calendar = OpenTime(
        (
            CalendarRevision(at("2026-03-10T12:30Z"), "America/Bogota", hours=OFFICE_HOURS),
            CalendarRevision(LONG_AGO, "Europe/Madrid", hours=OFFICE_HOURS),
        )
    )
    assert business_seconds(calendar, at("2026-03-10T00:00Z"), at("2026-03-11T00:00Z")) == (
        4 * 3600 + 1800 + 8 * 3600
    )


def test_the_first_revision_counts_for_what_came_before_it() -> None:
    calendar = OpenTime((CalendarRevision(at("2026-03-10T00:00Z"), "UTC", hours=OFFICE_HOURS),))
    assert due(calendar, at("2026-03-09T00:00Z"), timedelta(hours=1)) == at("2026-03-09T10:00Z")


def test_of_two_revisions_from_one_instant_the_later_named_holds() -> None:
    open_, closed = (
        CalendarRevision(LONG_AGO, "UTC", is_always_open=True),
        CalendarRevision(LONG_AGO, "UTC"),
    )
    start = at("2026-03-10T00:00Z")
    assert due(OpenTime((closed, open_)), start, timedelta(hours=1)) is not None
    assert due(OpenTime((open_, closed)), start, timedelta(hours=1)) is None
    assert OpenTime((open_, closed)).revision_at(LONG_AGO) is closed


def test_a_calendar_without_a_revision_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one revision"):
        OpenTime(())


def test_hours_that_overlap_unnoticed_count_once() -> None:
    calendar = hours_in("UTC", ("09:00", "12:00"), ("10:00", "11:00"), ("11:30", "13:00"))
    assert business_seconds(calendar, at("2026-03-10T00:00Z"), at("2026-03-11T00:00Z")) == 4 * 3600


def test_equal_calendars_share_one_timetable_which_keeps_a_bounded_number_of_blocks() -> None:
    first, second = always("Asia/Tokyo"), always("Asia/Tokyo")
    assert first.timetable is second.timetable
    for year in range(1950, 1950 + BLOCKS_KEPT_MAX * 2):
        start = datetime(year, 6, 1, tzinfo=UTC)
        assert elapsed(first, start, start + timedelta(days=1)) == timedelta(days=1)
    assert first.timetable.blocks_kept == BLOCKS_KEPT_MAX
