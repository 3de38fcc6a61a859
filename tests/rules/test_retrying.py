"""Waits between attempts: they grow, and they end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from models.rules.retrying import GIVEN_UP_AFTER, WAITS, next_attempt_at

SINCE = datetime(2026, 3, 28, 12, 0, tzinfo=UTC)


def test_waits_grow_to_four_hours_and_stay_there() -> None:
    waits = []
    for attempts in range(1, 40):
        at = next_attempt_at(attempts, SINCE, SINCE)
        assert at is not None
        waits.append(at - SINCE)
    assert waits == sorted(waits)
    assert waits[0] == timedelta(minutes=1)
    assert waits[len(WAITS) :] == [timedelta(hours=4)] * (len(waits) - len(WAITS))


@pytest.mark.parametrize("attempts", [1, 4, 30])
def test_an_attempt_after_72_hours_is_not_made(attempts: int) -> None:
    wait = WAITS[min(attempts, len(WAITS)) - 1]
    last = SINCE + GIVEN_UP_AFTER - wait
    assert next_attempt_at(attempts, SINCE, last) == SINCE + GIVEN_UP_AFTER
    assert next_attempt_at(attempts, SINCE, last + timedelta(microseconds=1)) is None
