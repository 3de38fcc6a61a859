"""Opening hours as they are written, and every fault that they can have."""

from __future__ import annotations

import pytest

from models.rules.opening_hours import (
    HoursFault,
    HoursFaultKind,
    OpeningInterval,
    Weekday,
    minute_of_day,
    opening,
    time_of_day,
    validate_hours,
)

MONDAY, TUESDAY = Weekday.MONDAY, Weekday.TUESDAY


@pytest.mark.parametrize(
    ("text", "minute"),
    [("00:00", 0), ("09:30", 570), ("19:05", 1145), ("23:59", 1439), ("24:00", 1440)],
)
def test_a_time_of_day_is_read_and_written_as_a_minute(text: str, minute: int) -> None:
    assert minute_of_day(text) == minute
    assert time_of_day(minute) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "9:00",
        "09:60",
        "24:01",
        "25:00",
        "09:00:30",
        "09.00",
        " 09:00",
        "09:00\n",
        "\u0660\u0669:\u0660\u0660",
    ],
)
def test_a_text_that_is_no_whole_minute_of_a_day_is_not_read(text: str) -> None:
    assert minute_of_day(text) is None


def test_weekdays_are_numbered_from_monday_as_dates_number_theirs() -> None:
    assert [day.number for day in Weekday] == list(range(7))


def test_a_week_of_split_shifts_that_meet_has_no_fault() -> None:
    hours = [
        opening(TUESDAY, "14:00", "24:00"),
        opening(MONDAY, "12:00", "18:00"),
        opening(MONDAY, "08:00", "12:00"),
        opening(TUESDAY, "00:00", "14:00"),
    ]
    assert validate_hours(hours) == ()


def test_hours_without_an_interval_are_empty_unless_always_open() -> None:
    assert validate_hours([]) == (HoursFault(HoursFaultKind.EMPTY),)
    assert validate_hours([], is_always_open=True) == ()


def test_a_time_that_cannot_be_read_is_a_fault_of_granularity() -> None:
    hours = [opening(MONDAY, "09:00:30", "17:00"), opening(MONDAY, "09:00", "noon")]
    assert [fault.kind for fault in validate_hours(hours)] == [HoursFaultKind.GRANULARITY] * 2


def test_a_minute_past_the_end_of_the_day_is_a_fault_of_granularity() -> None:
    assert validate_hours([OpeningInterval(MONDAY, 0, 1441)]) == (
        HoursFault(HoursFaultKind.GRANULARITY, 0),
    )


@pytest.mark.parametrize(("opens", "closes"), [("17:00", "09:00"), ("09:00", "09:00")])
def test_an_interval_that_does_not_close_after_it_opens_is_a_fault_of_order(
    opens: str, closes: str
) -> None:
    hours = [opening(TUESDAY, "09:00", "10:00"), opening(MONDAY, opens, closes)]
    assert validate_hours(hours) == (HoursFault(HoursFaultKind.ORDER, 1),)


def test_one_minute_in_common_is_an_overlap_and_names_the_other_interval() -> None:
    hours = [opening(MONDAY, "11:59", "13:00"), opening(MONDAY, "09:00", "12:00")]
    assert validate_hours(hours) == (HoursFault(HoursFaultKind.OVERLAP, 0, 1),)


def test_equal_times_on_two_weekdays_do_not_overlap() -> None:
    assert validate_hours([opening(day, "09:00", "17:00") for day in Weekday]) == ()


def test_an_interval_within_a_longer_one_does_not_hide_the_next_overlap() -> None:
    hours = [
        opening(MONDAY, "08:00", "18:00"),
        opening(MONDAY, "09:00", "10:00"),
        opening(MONDAY, "17:00", "20:00"),
        opening(MONDAY, "19:00", "21:00"),
    ]
    assert validate_hours(hours) == (
        HoursFault(HoursFaultKind.OVERLAP, 1, 0),
        HoursFault(HoursFaultKind.OVERLAP, 2, 0),
        HoursFault(HoursFaultKind.OVERLAP, 3, 2),
    )


def test_all_faults_come_at_once_in_the_order_of_the_intervals() -> None:
    hours = [
        opening(MONDAY, "10:00", "12:00"),
        opening(MONDAY, "12:00", "11:00"),
        opening(MONDAY, "09:00", "11:00"),
        opening(MONDAY, "x", "y"),
    ]
    assert validate_hours(hours) == (
        HoursFault(HoursFaultKind.OVERLAP, 0, 2),
        HoursFault(HoursFaultKind.ORDER, 1),
        HoursFault(HoursFaultKind.GRANULARITY, 3),
    )
