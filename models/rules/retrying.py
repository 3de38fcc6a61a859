"""When a delivery that failed is tried again: after growing waits, and not for ever."""

from __future__ import annotations

from datetime import datetime, timedelta

WAITS = (*(timedelta(minutes=minutes) for minutes in (1, 4, 16, 64)), timedelta(hours=4))
"""The waits after the first failure, the second and so on; the last one from then on."""
GIVEN_UP_AFTER = timedelta(hours=72)


def next_attempt_at(attempts: int, since: datetime, now: datetime) -> datetime | None:
    """When to try again what waits `since` and has failed so often; None: it is given up."""
    at = now + WAITS[min(attempts, len(WAITS)) - 1]
    return None if at > since + GIVEN_UP_AFTER else at
