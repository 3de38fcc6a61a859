"""How a subscription is declared: which events of the log it delivers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from models.events import EventRow
from resolvers.engine.reading.declare import Argument, declared
from resolvers.engine.scalars import Cursor

Match = Callable[[EventRow, Mapping[str, Any]], bool]
"""Whether a subscription with these arguments delivers an event."""

AFTER = "after"


@dataclass(frozen=True)
class Following:
    """Which events a subscription delivers."""

    match: Match


def following(description: str, match: Match, arguments: Mapping[str, Argument]) -> Any:
    """A subscription to the log; `after` is added to its arguments."""
    after = Argument(
        Cursor | None,
        "Continue after the event with this cursor: every matching event since, once each and in "
        "order. If omitted, start from now.",
    )
    return declared(description, Following(match), {**arguments, AFTER: after})
