"""SLA clocks in the graph: each is explained by the segments of time that it counted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson
import strawberry

from models.calendar import known_open_time
from models.complaint_clock import pauses_of
from models.rules import sla_clock
from resolvers.engine.reading.declare import Argument, Bounded, Expression, declared, derived, part
from resolvers.engine.reading.plan import Table
from resolvers.engine.reading.request import Asked
from resolvers.enums import ClockSegmentKind, ClockState, SlaMetric

SEGMENTS_MAX = 500


@strawberry.type(description="A period of a clock's time, all of one kind.")
class ClockSegment:
    kind: ClockSegmentKind = part("How this time was treated.")
    from_: datetime = strawberry.field(name="from", description="When the segment begins.")
    until: datetime = part("When the segment ends, exclusive.")
    counted_seconds: int = part("How many seconds it added to the clock's elapsed time.")
    reason: str | None = part("The reason for the pause. Null unless it is a pause.")


@strawberry.type(
    description="One SLA target measured in business time. The elapsed time is the sum of its "
    "segments."
)
class SlaClock:
    metric: SlaMetric = part("What the target applies to.")
    state: ClockState = part("The clock's current state.")
    target_seconds: int = part("The business time allowed, in seconds.")
    elapsed_seconds: int = part("The business time used so far, in seconds.")
    remaining_seconds: int = part("Target minus elapsed time, in seconds; negative once breached.")
    started_at: datetime = part("When the clock started: on receipt.")
    warns_at: datetime | None = part("When it will warn, or did. Null while paused before then.")
    due_at: datetime | None = part("When the target will be used up, or was. Null while paused.")
    stopped_at: datetime | None = part("When it was met or cancelled. Null until then.")
    breached_at: datetime | None = part("When its target was used up. Null unless breached.")
    segments: list[ClockSegment] = declared(
        "The most recent segments, in chronological order: counted business time, pauses with "
        "their reasons, and closed hours.",
        Bounded("last", 1, SEGMENTS_MAX),
        {"last": Argument(int, f"How many segments: 1 to {SEGMENTS_MAX}.", default=100)},
    )


def clock(description: str, metric: sla_clock.SlaMetric, stops: str) -> Any:
    """A clock of a complaint, which stops at the time in column `stops`; null without an SLA."""
    name = metric.value.lower()
    needs: dict[str, Expression] = {
        key: _column(column)
        for key, column in {
            "seconds": f"{name}_target_seconds",
            "percent": f"{name}_warn_percent",
            "breached": f"{name}_breached_at",
            "stopped": stops,
            "received": "received_at",
            "withdrawn": "withdrawn_at",
            "pauses": "pauses",
            "calendar": "calendar_id",
        }.items()
    }
    needs["revisions"] = _revisions
    return derived(description, needs, lambda row, asked: _reading(row, asked, metric))


def _column(name: str) -> Expression:
    return lambda table: table.output(name)


def _revisions(table: Table) -> str:
    """How many revisions the calendar has; with its number, this identifies something immutable."""
    revision = table.plan.table("calendar_revision")
    return (
        f"(SELECT count(*) FROM {revision.source}"
        f" WHERE {revision['calendar_id']} = {table['calendar_id']})"
    )


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _reading(
    row: Mapping[str, Any], asked: Asked, metric: sla_clock.SlaMetric
) -> dict[str, Any] | None:
    if row["seconds"] is None:
        return None
    calendar = known_open_time(row["calendar"], row["revisions"])
    stored = row["pauses"]
    pauses = pauses_of(orjson.loads(stored) if isinstance(stored, str) else stored)
    facts: dict[str, Any] = {
        "metric": metric,
        "started_at": datetime.fromisoformat(row["received"]),
        "pauses": pauses,
        "stopped_at": _instant(row["stopped"]),
        "cancelled_at": _instant(row["withdrawn"]),
        "now": asked.now,
    }
    read = sla_clock.clock(
        calendar,
        **facts,
        target_seconds=row["seconds"],
        warn_at_percent=row["percent"],
        breached_at=_instant(row["breached"]),
    )

    def segments(last: int = sla_clock.SEGMENTS_DEFAULT) -> list[dict[str, Any]]:
        return [
            {
                "kind": part.kind,
                "from": part.since,
                "until": part.until,
                "countedSeconds": part.counted_seconds,
                "reason": part.reason,
            }
            for part in sla_clock.segments(calendar, **facts, last=last)
        ]

    return {
        "metric": read.metric,
        "state": read.state,
        "targetSeconds": read.target_seconds,
        "elapsedSeconds": read.elapsed_seconds,
        "remainingSeconds": read.remaining_seconds,
        "startedAt": read.started_at,
        "warnsAt": read.warns_at,
        "dueAt": read.due_at,
        "stoppedAt": read.stopped_at,
        "breachedAt": read.breached_at,
        "segments": segments,
    }
