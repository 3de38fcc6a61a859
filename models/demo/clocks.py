"""The SLA clocks of complaints: how they read at the start of today, and what they have told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from models.bounds import WARN_AT_PERCENT_DEFAULT
from models.columns import instant_text
from models.complaint import Complaint
from models.complaint_clock import BREACHED, WARNED, Surroundings
from models.demo.client import Client
from models.demo.handling import Values
from models.demo.ledger import SYSTEM, Fact, Subject
from models.demo.provider import Minutes, Provider
from models.events import Ref, ref
from models.rules.sla_clock import ClockState
from models.staff import StaffMember

KEPT = ("state", "breached_at", "due_at")
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
    row = Complaint(**values)
    row.around = Surroundings(provider.open_times.get(values["calendar_id"]))
    told: list[Fact] = []
    for alert in row.untold_alerts(today):
        found = (alert.clock, alert.level, alert.at)
        told += _alert(values, facts[0].subject, facts, client, found)
        setattr(row, f"{alert.clock}_alerts", alert.level)
    row.update_clocks(today)
    columns = [f"{clock}_{name}" for clock in ("response", "resolution") for name in KEPT]
    for column in (*columns, "due_order_at", "next_alert_at", "next_tick_at"):
        values[column] = getattr(row, column)
    return told


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
    manager = ref(StaffMember.noun, client.manager_at(at))
    raised = max(values["escalation_level"], level)
    state = [("metric", None, metric), ("state", before, after), ("owner_id", None, owner)]
    escalation = [
        ("escalation_level", values["escalation_level"], raised),
        ("metric", None, metric),
        ("escalated_to_id", None, manager if level == BREACHED else owner),
        ("due_at", None, instant_text(at)),
    ]
    values["escalation_level"] = raised
    return [
        Fact(at, kind, subject, SYSTEM, state),
        Fact(at, "complaint.escalated", subject, SYSTEM, escalation),
    ]


def _owner_at(facts: Sequence[Fact], at: datetime) -> Ref | None:
    owner: Ref | None = None
    for fact in facts:
        if fact.at <= at:
            owner = next((after for field, _, after in fact.changes if field == "owner_id"), owner)
    return owner
