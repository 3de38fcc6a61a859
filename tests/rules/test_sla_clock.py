"""The SLA clock: its states at their very instants, and segments that explain it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.rules.business_time import Pause
from models.rules.sla_clock import (
    SEGMENTS_DEFAULT,
    ClockReading,
    ClockSegmentKind,
    ClockState,
    Segment,
    SlaMetric,
    clock,
    segments,
)
from models.rules.timetable import CalendarRevision, OpenTime
from tests.rules import oracle
from tests.rules.cases import EXAMPLES, Case, cases
from tests.rules.samples import LONG_AGO, always, at, hours_in

MADRID = hours_in("Europe/Madrid", ("09:00", "17:00"))
START = at("2026-03-10T08:00Z")
HOUR = 3600


def read(now: str, calendar: OpenTime = MADRID, **facts: Any) -> ClockReading:
    """A resolution clock of four business hours that started when Madrid's office opened."""
    given_facts = {
        "metric": SlaMetric.RESOLUTION,
        "started_at": START,
        "target_seconds": 4 * HOUR,
        "warn_at_percent": 75,
        **facts,
    }
    return clock(calendar, now=at(now), **given_facts)


def explain(now: str, calendar: OpenTime = MADRID, **facts: Any) -> list[Segment]:
    return segments(
        calendar, now=at(now), **{"metric": SlaMetric.RESOLUTION, "started_at": START, **facts}
    )


def test_a_clock_runs_then_warns_then_breaches_each_at_its_very_instant() -> None:
    states = {
        "2026-03-10T08:00:00Z": ClockState.RUNNING,
        "2026-03-10T10:59:59.999999Z": ClockState.RUNNING,
        "2026-03-10T11:00:00Z": ClockState.WARNING,
        "2026-03-10T11:59:59.999999Z": ClockState.WARNING,
        "2026-03-10T12:00:00Z": ClockState.BREACHED,
        "2026-03-12T12:00:00Z": ClockState.BREACHED,
    }
    assert {now: read(now).state for now in states} == states


def test_a_running_clock_says_when_it_warns_and_is_due() -> None:
    assert read("2026-03-10T09:30:00.750Z") == ClockReading(
        metric=SlaMetric.RESOLUTION,
        state=ClockState.RUNNING,
        target_seconds=4 * HOUR,
        elapsed_seconds=HOUR + 1800,
        remaining_seconds=2 * HOUR + 1800,
        started_at=START,
        warns_at=at("2026-03-10T11:00Z"),
        due_at=at("2026-03-10T12:00Z"),
        stopped_at=None,
        breached_at=None,
    )


def test_remaining_seconds_reach_nothing_at_the_due_instant_and_go_below_it_after() -> None:
    assert read("2026-03-10T11:59:59.001Z").remaining_seconds == 1
    assert read("2026-03-10T12:00:00Z").remaining_seconds == 0
    late = read("2026-03-10T13:00:00Z")
    assert (late.remaining_seconds, late.breached_at) == (-HOUR, at("2026-03-10T12:00Z"))


def test_a_clock_warns_at_three_quarters_unless_it_is_told_otherwise() -> None:
    plain = clock(
        MADRID, metric=SlaMetric.RESPONSE, started_at=START, target_seconds=4 * HOUR, now=START
    )
    assert plain.warns_at == at("2026-03-10T11:00Z")
    assert read("2026-03-10T08:00Z", warn_at_percent=50).warns_at == at("2026-03-10T10:00Z")


def test_a_clock_read_before_it_starts_has_counted_nothing() -> None:
    early = read("2026-03-10T07:00Z")
    assert (early.state, early.elapsed_seconds) == (ClockState.RUNNING, 0)
    assert explain("2026-03-10T07:00Z") == []


def test_a_clock_stopped_before_it_is_due_is_met_and_counts_no_further() -> None:
    met = read("2026-03-12T12:00Z", stopped_at=at("2026-03-10T11:59:59Z"))
    assert (met.state, met.elapsed_seconds) == (ClockState.MET, 4 * HOUR - 1)
    assert (met.due_at, met.breached_at) == (at("2026-03-10T12:00Z"), None)
    assert met.stopped_at == at("2026-03-10T11:59:59Z")


def test_a_clock_stopped_at_the_due_instant_is_breached() -> None:
    assert read("2026-03-12T12:00Z", stopped_at=at("2026-03-10T12:00Z")).state == "BREACHED"


def test_a_cancelled_clock_keeps_what_it_counted_and_nothing_lies_ahead_of_it() -> None:
    cancelled = read("2026-03-12T12:00Z", cancelled_at=at("2026-03-10T10:00Z"))
    assert (cancelled.state, cancelled.elapsed_seconds) == (ClockState.CANCELLED, 2 * HOUR)
    assert (cancelled.warns_at, cancelled.due_at) == (None, None)
    assert cancelled.stopped_at == at("2026-03-10T10:00Z")


def test_a_clock_cancelled_after_it_warned_says_when_it_warned() -> None:
    cancelled = read("2026-03-12T12:00Z", cancelled_at=at("2026-03-10T11:30Z"))
    assert cancelled.state is ClockState.CANCELLED
    assert (cancelled.warns_at, cancelled.due_at) == (at("2026-03-10T11:00Z"), None)


def test_a_response_that_was_met_stays_met_when_the_complaint_is_withdrawn() -> None:
    met = read(
        "2026-03-12T12:00Z",
        metric=SlaMetric.RESPONSE,
        stopped_at=at("2026-03-10T09:00Z"),
        cancelled_at=at("2026-03-11T09:00Z"),
    )
    assert (met.state, met.stopped_at) == (ClockState.MET, at("2026-03-10T09:00Z"))
    assert met.elapsed_seconds == HOUR


@pytest.mark.parametrize(
    "facts",
    [
        {"stopped_at": at("2026-03-10T13:00Z")},
        {"cancelled_at": at("2026-03-10T13:00Z")},
        {"pauses": [Pause(at("2026-03-10T13:00Z"), None)]},
    ],
    ids=["stopped", "withdrawn", "paused"],
)
def test_a_breach_survives_stops_withdrawal_and_pauses(facts: dict[str, Any]) -> None:
    reading = read("2026-03-11T12:00Z", **facts)
    assert (reading.state, reading.due_at) == (ClockState.BREACHED, at("2026-03-10T12:00Z"))
    assert reading.elapsed_seconds == 5 * HOUR


def test_a_breach_on_record_stays_one_when_the_target_grows() -> None:
    breached_at = at("2026-03-10T12:00Z")
    grown = read("2026-03-10T13:00Z", target_seconds=8 * HOUR, breached_at=breached_at)
    assert (grown.state, grown.breached_at) == (ClockState.BREACHED, breached_at)
    assert (grown.remaining_seconds, grown.due_at) == (3 * HOUR, at("2026-03-10T16:00Z"))


def test_a_new_target_counts_from_the_same_start_with_the_same_pauses() -> None:
    pauses = [Pause(at("2026-03-10T09:00Z"), at("2026-03-10T10:00Z"), "asked")]
    before = read("2026-03-10T11:00Z", pauses=pauses)
    after = read("2026-03-10T11:00Z", pauses=pauses, target_seconds=2 * HOUR)
    assert before.elapsed_seconds == after.elapsed_seconds == 2 * HOUR
    assert (before.state, after.state) == (ClockState.RUNNING, ClockState.BREACHED)


def test_a_paused_clock_has_no_due_instant_and_gets_it_back() -> None:
    held = [Pause(at("2026-03-10T09:00Z"), None, "asked for the invoice")]
    paused = read("2026-03-11T12:00Z", pauses=held)
    assert (paused.state, paused.elapsed_seconds) == (ClockState.PAUSED, HOUR)
    assert (paused.warns_at, paused.due_at) == (None, None)
    ended = [Pause(held[0].since, at("2026-03-11T12:00Z"), held[0].reason)]
    resumed = read("2026-03-11T12:00Z", pauses=ended)
    assert (resumed.state, resumed.due_at) == (ClockState.RUNNING, at("2026-03-11T15:00Z"))


def test_a_clock_is_paused_from_the_first_instant_of_a_pause_and_before_its_end_is_reached() -> (
    None
):
    pauses = [Pause(at("2026-03-10T09:00Z"), at("2026-03-10T15:00Z"))]
    assert read("2026-03-10T08:59:59.999Z", pauses=pauses).state is ClockState.RUNNING
    begun = read("2026-03-10T09:00Z", pauses=pauses)
    assert (begun.state, begun.due_at) == (ClockState.PAUSED, None)
    assert read("2026-03-10T14:59:59.999Z", pauses=pauses).state is ClockState.PAUSED
    assert read("2026-03-10T15:00Z", pauses=pauses).state is ClockState.RUNNING


def test_a_clock_that_warned_and_then_paused_is_paused_and_keeps_when_it_warned() -> None:
    paused = read("2026-03-11T12:00Z", pauses=[Pause(at("2026-03-10T11:30Z"), None)])
    assert (paused.state, paused.warns_at) == (ClockState.PAUSED, at("2026-03-10T11:00Z"))


def test_a_response_clock_takes_no_notice_of_pauses() -> None:
    pauses = [Pause(at("2026-03-10T09:00Z"), None, "asked")]
    reading = read("2026-03-10T10:00Z", metric=SlaMetric.RESPONSE, pauses=pauses)
    assert (reading.state, reading.elapsed_seconds) == (ClockState.RUNNING, 2 * HOUR)
    explained = explain("2026-03-10T10:00Z", metric=SlaMetric.RESPONSE, pauses=pauses)
    assert [one.kind for one in explained] == [ClockSegmentKind.COUNTED]


def test_a_reopened_clock_continues_with_the_resolved_time_as_a_pause() -> None:
    resolved = Pause(at("2026-03-10T10:00Z"), at("2026-03-12T10:00Z"), "resolved")
    reopened = read("2026-03-12T11:00Z", pauses=[resolved])
    assert (reopened.state, reopened.elapsed_seconds) == (ClockState.WARNING, 3 * HOUR)
    assert reopened.due_at == at("2026-03-12T12:00Z")


def test_a_clock_on_a_calendar_that_never_opens_runs_for_ever() -> None:
    closed = OpenTime((CalendarRevision(LONG_AGO, "UTC"),))
    reading = read("2026-03-12T11:00Z", closed)
    assert (reading.state, reading.warns_at, reading.due_at) == (ClockState.RUNNING, None, None)


def test_segments_tell_counted_time_pauses_and_closed_hours_without_a_gap() -> None:
    pauses = [Pause(at("2026-03-10T10:00Z"), at("2026-03-10T20:00Z"), "asked for the invoice")]
    assert explain("2026-03-11T09:00Z", pauses=pauses) == [
        Segment(ClockSegmentKind.COUNTED, START, at("2026-03-10T10:00Z"), 2 * HOUR),
        Segment(
            ClockSegmentKind.PAUSED,
            at("2026-03-10T10:00Z"),
            at("2026-03-10T20:00Z"),
            0,
            "asked for the invoice",
        ),
        Segment(ClockSegmentKind.OUT_OF_HOURS, at("2026-03-10T20:00Z"), at("2026-03-11T08:00Z"), 0),
        Segment(ClockSegmentKind.COUNTED, at("2026-03-11T08:00Z"), at("2026-03-11T09:00Z"), HOUR),
    ]


def test_segments_end_where_the_clock_stopped() -> None:
    end = at("2026-03-10T09:00Z")
    counted = [Segment(ClockSegmentKind.COUNTED, START, end, HOUR)]
    assert explain("2026-03-11T09:00Z", stopped_at=end) == counted
    assert explain("2026-03-11T09:00Z", cancelled_at=end) == counted


def test_pauses_that_follow_each_other_for_one_reason_are_one_segment() -> None:
    edges = [at(f"2026-03-10T{hour:02}:00Z") for hour in (9, 10, 11, 12)]
    reasons = ("asked", "asked", "resolved")
    pauses = [
        Pause(since, until, why)
        for since, until, why in zip(edges, edges[1:], reasons, strict=False)
    ]
    explained = explain("2026-03-10T12:00Z", pauses=pauses)
    assert [(one.since, one.reason) for one in explained] == [
        (START, None),
        (edges[0], "asked"),
        (edges[2], "resolved"),
    ]


def test_round_the_clock_time_is_one_segment_over_years() -> None:
    start, end = at("2019-06-01T00:00Z"), "2026-06-01T00:00Z"
    explained = explain(end, always("Europe/Madrid"), started_at=start)
    seconds = int((at(end) - start).total_seconds())
    assert explained == [Segment(ClockSegmentKind.COUNTED, start, at(end), seconds)]


def test_only_the_last_segments_come_and_they_are_the_same_as_of_all() -> None:
    start = at("2024-03-11T08:00Z")
    everything = explain("2026-03-11T09:00Z", started_at=start, last=10_000)
    assert len(everything) == 1045
    assert explain("2026-03-11T09:00Z", started_at=start) == everything[-SEGMENTS_DEFAULT:]
    for last in range(1, 200):
        some = explain("2026-03-11T09:00Z", started_at=start, last=last)
        assert some == everything[-last:]
    assert explain("2026-03-11T09:00Z", started_at=start, last=0) == []


def test_fractions_of_seconds_are_not_lost_between_segments() -> None:
    calendar = hours_in("UTC", ("09:00", "17:00"))
    facts: dict[str, Any] = {"started_at": at("2026-03-10T16:59:59.400Z")}
    now = "2026-03-11T09:00:00.500Z"
    explained = explain(now, calendar, **facts)
    assert [one.counted_seconds for one in explained] == [0, 0, 1]
    assert read(now, calendar, **facts).elapsed_seconds == 1


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(
    case=cases(),
    target=st.integers(1, 3 * 86_400),
    percent=st.integers(1, 100),
    ending=st.sampled_from(("none", "stopped", "cancelled")),
)
def test_a_reading_and_its_segments_are_what_the_definition_says(
    case: Case, target: int, percent: int, ending: str
) -> None:
    walked = list(oracle.pieces(case.calendar, case.start, case.end, case.pauses))
    whole = oracle.elapsed_of(walked)
    facts: dict[str, Any] = {
        "metric": SlaMetric.RESOLUTION,
        "started_at": case.start,
        "pauses": case.pauses,
        "stopped_at": case.end if ending == "stopped" else None,
        "cancelled_at": case.end if ending == "cancelled" else None,
        "now": case.end,
    }
    reading = clock(case.calendar, target_seconds=target, warn_at_percent=percent, **facts)
    assert reading.state == _state(case, walked, ending, target, percent)
    assert reading.elapsed_seconds == whole // timedelta(seconds=1)
    assert reading.remaining_seconds == target - reading.elapsed_seconds
    assert reading.breached_at == oracle.due_of(walked, timedelta(seconds=target))
    explained = segments(case.calendar, **facts, last=10_000)
    assert [(one.kind, one.since, one.until, one.reason) for one in explained] == [
        (piece.kind, piece.since, piece.until, piece.reason) for piece in oracle.merged(walked)
    ]
    assert sum(one.counted_seconds for one in explained) == reading.elapsed_seconds


def _state(
    case: Case, walked: list[oracle.Piece], ending: str, target: int, percent: int
) -> ClockState:
    whole = oracle.elapsed_of(walked)
    if whole >= timedelta(seconds=target):
        return ClockState.BREACHED
    if ending != "none":
        return ClockState.MET if ending == "stopped" else ClockState.CANCELLED
    if _is_paused(case.end, case.pauses):
        return ClockState.PAUSED
    return (
        ClockState.WARNING
        if whole * 100 >= timedelta(seconds=target) * percent
        else (ClockState.RUNNING)
    )


def _is_paused(instant: datetime, pauses: tuple[Pause, ...]) -> bool:
    return any(
        pause.since <= instant and (pause.until is None or pause.until > instant)
        for pause in pauses
    )
