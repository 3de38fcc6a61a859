"""The worked example of docs/domain/complaints.md is what the clocks read."""

from __future__ import annotations

from typing import Any

from models.columns import instant_text
from models.rules.business_time import Pause
from models.rules.sla_clock import SlaMetric, clock, segments
from tests.pages import ROOT, read, table
from tests.rules.samples import at, hours_in

PAGE = read(ROOT / "docs" / "domain" / "complaints.md")
OFFICE = hours_in("Europe/Madrid", ("09:00", "17:00"))
RECEIVED = at("2026-03-27T15:00+01:00")
WAITED = Pause(at("2026-03-30T10:00+02:00"), at("2026-03-30T12:00+02:00"), "Which invoices?")
FACTS: dict[str, Any] = {"started_at": RECEIVED, "now": at("2026-03-30T16:00+02:00")}
CLOCKS: dict[str, dict[str, Any]] = {
    "response": {
        "metric": SlaMetric.RESPONSE,
        "target_seconds": 3_600,
        "stopped_at": at("2026-03-27T15:40+01:00"),
    },
    "resolution": {
        "metric": SlaMetric.RESOLUTION,
        "target_seconds": 8 * 3_600,
        "pauses": [WAITED],
    },
}


def test_the_clocks_of_the_example_read_as_the_page_says() -> None:
    readings = {name: clock(OFFICE, **FACTS, **facts) for name, facts in CLOCKS.items()}
    assert table(PAGE, "clock") == [
        [
            name,
            reading.state.value,
            str(reading.elapsed_seconds),
            str(reading.remaining_seconds),
            instant_text(reading.warns_at or RECEIVED),
            instant_text(reading.due_at or RECEIVED),
        ]
        for name, reading in readings.items()
    ]


def test_the_segments_of_the_example_are_those_of_the_page() -> None:
    parts = segments(OFFICE, **FACTS, metric=SlaMetric.RESOLUTION, pauses=[WAITED])
    assert table(PAGE, "kind") == [
        [
            part.kind.value,
            instant_text(part.since),
            instant_text(part.until),
            str(part.counted_seconds),
            part.reason or "",
        ]
        for part in parts
    ]
