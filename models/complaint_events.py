"""What the log tells of complaints: the kinds of event and their fields."""

from __future__ import annotations

from dataclasses import dataclass

from models.events import Change, Fields, Kind, Stepped


@dataclass(frozen=True)
class Assessed(Stepped):
    priority: Change


@dataclass(frozen=True)
class Owned(Fields):
    owner_id: Change


@dataclass(frozen=True)
class Acknowledged(Stepped):
    owner_id: Change


@dataclass(frozen=True)
class Resolved(Stepped):
    resolution_kind: Change


@dataclass(frozen=True)
class Commented(Fields):
    comment_id: Change


@dataclass(frozen=True)
class Assessment(Fields):
    priority: Change
    impact: Change
    urgency: Change
    has_safety_risk: Change
    is_priority_overridden: Change


@dataclass(frozen=True)
class Escalated(Fields):
    escalation_level: Change
    metric: Change = None
    escalated_to_id: Change = None
    due_at: Change = None


@dataclass(frozen=True)
class Alerted(Fields):
    metric: Change
    state: Change
    owner_id: Change


RECORDED = Kind("complaint.recorded", "A complaint was recorded.", Assessed)
ACKNOWLEDGED = Kind("complaint.acknowledged", "A complaint was acknowledged.", Acknowledged)
INVESTIGATED = Kind("complaint.investigated", "A complaint came under investigation.", Stepped)
CUSTOMER_AWAITED = Kind(
    "complaint.customer_awaited", "A complaint waits for the customer's answer.", Stepped
)
RESUMED = Kind(
    "complaint.resumed",
    "A complaint that waited for the customer is investigated again.",
    Stepped,
)
RESOLVED = Kind("complaint.resolved", "A complaint was resolved.", Resolved)
CLOSED = Kind("complaint.closed", "A complaint was closed.", Stepped)
REOPENED = Kind("complaint.reopened", "A complaint was reopened.", Stepped)
WITHDRAWN = Kind("complaint.withdrawn", "A complaint was withdrawn.", Stepped)
ASSIGNED = Kind("complaint.assigned", "A complaint got another owner.", Owned)
COMMENTED = Kind("complaint.commented", "Somebody commented on a complaint.", Commented)
REPRIORITIZED = Kind(
    "complaint.reprioritized", "A complaint got another priority or assessment.", Assessment
)
ESCALATED = Kind(
    "complaint.escalated", "A complaint was escalated: by a clock, or by hand.", Escalated
)
SLA_WARNED = Kind(
    "sla.warned",
    "A clock of a complaint reached the share of its target at which it warns.",
    Alerted,
)
SLA_BREACHED = Kind("sla.breached", "A clock of a complaint used its target up.", Alerted)
