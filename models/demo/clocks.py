"""The SLA clocks of complaints: how they read at the start of today, and what they have told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from types import SimpleNamespace
from typing import Any, cast

from models.base import global_id
from models.bounds import WARN_AT_PERCENT_DEFAULT
from models.columns import instant_text
from models.complaint import Complaint
from models.demo.client import Client
from models.demo.handling import Values
from models.demo.ledger import SYSTEM, Fact, Subject
from models.demo.provider import Minutes, Provider
from models.reckoning import BREACHED, NEVER, RUNS, WARNED, ahead, owed, plan_tick, readings
from models.rules.sla_clock import ClockState
from models.staff import StaffMember

STATES = {
    WARNED: ("sla.warned", ClockState.RUNNING.value, ClockState.WARNING.value),
    BREACHED: ("sla.breached", None, ClockState.BREACHED.value),
}
"""Kind of event, and the state before and after."""


def targets(minutes: Minutes, values: Values) -> Values:
    """The targets that a complaint gets with its SLA."""
    response, resolution = minutes[values["priority"]]
    return {
        "response_target_seconds": response * 60,
        "response_warn_percent": WARN_AT_PERCENT_DEFAULT,
        "resolution_target_seconds": resolution * 60,
        "resolution_warn_percent": WARN_AT_PERCENT_DEFAULT,
    }


def reckon(
    values: Values, facts: Sequence[Fact], client: Client, provider: Provider, today: datetime
) -> list[Fact]:
    """Stores what clocks and ticker would have stored by `today`; answers what they told."""
    told: list[Fact] = []
    alerts: list[datetime] = []
    if values["calendar_id"] is not None:
        calendar = provider.open_times[values["calendar_id"]]
        row = _as_row(values)
        subject = facts[0].subject
        for name, level, at in owed(row, calendar, today):
            told += _alert(values, subject, facts, client, (name, level, at))
        for name, reading in readings(row, calendar, today):
            runs = reading.state in RUNS
            values[f"{name}_state"] = reading.state
            values[f"{name}_breached_at"] = reading.breached_at
            values[f"{name}_due_at"] = reading.due_at if runs else None
        dues = [values.get("response_due_at"), values.get("resolution_due_at")]
        values["due_order_at"] = min((due for due in dues if due), default=NEVER)
        if any(dues):
            alerts = list(ahead(row, calendar, today))
    ticking = _as_row(values)
    plan_tick(ticking, False, alerts)
    values.update(next_alert_at=ticking.next_alert_at, next_tick_at=ticking.next_tick_at)
    return told


def _as_row(values: Values) -> Complaint:
    """The values as attributes, which is all that the reckoning asks of a complaint."""
    empty: dict[str, Any] = {
        f"{name}_{column}": None
        for name in ("response", "resolution")
        for column in ("target_seconds", "warn_percent", "breached_at", "due_at")
    }
    stops: dict[str, Any] = dict.fromkeys(
        ("acknowledged_at", "resolved_at", "withdrawn_at", "auto_close_at", "next_alert_at")
    )
    told = {"response_alerts": 0, "resolution_alerts": 0}
    return cast("Complaint", SimpleNamespace(**{**empty, **stops, **told, **values}))


def _alert(
    values: Values,
    subject: Subject,
    facts: Sequence[Fact],
    client: Client,
    alert: tuple[str, int, datetime],
) -> list[Fact]:
    """One warning or breach, and the escalation that it brings: to the owner, or the manager."""
    name, level, at = alert
    kind, before, after = STATES[level]
    values[f"{name}_alerts"] = level
    metric, owner = name.upper(), _owner_at(facts, at)
    manager = global_id(StaffMember.noun, client.manager_at(at))
    raised = max(values["escalation_level"], level)
    state = [("metric", None, metric), ("state", before, after), ("owner", None, owner)]
    escalation = [
        ("escalationLevel", values["escalation_level"], raised),
        ("metric", None, metric),
        ("escalatedTo", None, manager if level == BREACHED else owner),
        ("due", None, instant_text(at)),
    ]
    values["escalation_level"] = raised
    return [
        Fact(at, kind, subject, SYSTEM, state),
        Fact(at, "complaint.escalated", subject, SYSTEM, escalation),
    ]


def _owner_at(facts: Sequence[Fact], at: datetime) -> str | None:
    owner: str | None = None
    for fact in facts:
        if fact.at <= at:
            owner = next((after for field, _, after in fact.changes if field == "owner"), owner)
    return owner
