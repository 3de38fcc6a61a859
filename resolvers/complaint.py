"""Complaints in the graph."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import strawberry

from models import access
from models import complaint as model
from models.base import camel
from models.rules.lifecycle import COMPLAINT
from resolvers import later
from resolvers.contact import Contact
from resolvers.customer import Customer
from resolvers.enrollment import Enrollment
from resolvers.enums import (
    ComplaintChannel,
    ComplaintStatus,
    Level,
    Priority,
    ResolutionKind,
    ServiceArea,
)
from resolvers.lists import complaints, timeline
from resolvers.pages import Connection, Node
from resolvers.reading.declare import (
    Argument,
    One,
    Order,
    children,
    column,
    computed,
    declared,
    derived,
    group,
    parent,
    reads,
)
from resolvers.reading.request import Asked
from resolvers.service import Service
from resolvers.staff import StaffMember

MUTATIONS = {step.verb: f"{step.verb}_complaint" for step in COMPLAINT.steps} | {
    "await_customer": "await_customer"
}
"""The mutation that takes each step of the lifecycle."""


@strawberry.type(description="A step that a complaint may take now.")
class ComplaintTransition:
    to: ComplaintStatus = strawberry.field(description="Where it leads.")
    mutation: str = strawberry.field(description="The mutation that takes it.")
    requires: list[str] = strawberry.field(
        description="The fields of its input that it can't be taken without."
    )


def _transitions(row: Mapping[str, Any], asked: Asked) -> list[dict[str, Any]]:
    """The steps of the lifecycle from here, of those that the viewer's role admits."""
    return [
        {
            "to": step.to,
            "mutation": camel(MUTATIONS[step.verb]),
            "requires": [camel(need) for need in step.needs],
        }
        for step in COMPLAINT.steps_from(ComplaintStatus(row["status"]))
        if access.may(asked.viewer, MUTATIONS[step.verb])
    ]


@strawberry.type(description="How a complaint was answered.")
class Resolution:
    summary: str = column("What the customer was told.", "resolution_summary")
    root_cause: str | None = column("What had caused it, where that is known.")
    kind: ResolutionKind = column("The kind of answer.", "resolution_kind")


@reads("complaint", model.Complaint)
@strawberry.type(description="An expression of dissatisfaction that expects an answer.")
class Complaint(Node):
    version: int = column("Raised by each edit or change of status; for `expectedVersion`.")
    reference: str = computed(
        "The name for people, as in CMP-000123.", lambda table: table.reference("CMP")
    )
    subject: str = column("What it is about, up to 200 characters.")
    description: str = column("What the customer says, up to 10,000 characters.")
    category: str | None = column("A group for reports, where it belongs to one.")
    area: ServiceArea | None = column("The area of quality that it touches, where that is known.")
    channel: ComplaintChannel = column("The way on which it came.")
    customer: Customer = parent("Whose complaint it is.", "customer")
    raised_by: Contact | None = parent("The person who complained.", "contact", "raised_by_id")
    service: Service | None = parent("The service that it is about, if any.", "service")
    enrollment: Enrollment | None = parent(
        "The enrolment under which it came, if any: its SLA stays with the complaint.",
        "enrollment",
    )
    impact: Level = column("How much it hurts.")
    urgency: Level = column("How soon it hurts.")
    has_safety_risk: bool = column("Whether somebody's safety is at risk: never below HIGH then.")
    priority: Priority = column("By impact and urgency, or as overridden.")
    is_priority_overridden: bool = column("Whether somebody set the priority by hand.")
    remedy_sought: str | None = column("What the customer asks for.")
    is_upheld: bool | None = computed(
        "Whether the complaint was found to be right: null until resolved.",
        lambda table: table.plan.dialect.boolean(f"({table['resolution_kind']} <> 'NOT_UPHELD')"),
    )
    status: ComplaintStatus = column("Where it stands.")
    owner: StaffMember | None = parent("Who must act.", "staff", "owner_id")
    received_at: datetime = column("When it came; may lie before it was recorded.")
    acknowledged_at: datetime | None = column("When the customer was told that it had come.")
    resolved_at: datetime | None = column("When it was answered; null again once reopened.")
    closed_at: datetime | None = column("When it was closed; null again once reopened.")
    reopen_count: int = column("How often it was reopened.")
    escalation_level: int = column("0 for none, to 3: the process owner.")
    resolution: Resolution | None = group(
        "How it was answered; null until resolved.", "resolution_kind"
    )
    comments: Connection[later.Comment] = children(
        "What was written about it, the oldest first. INTERNAL ones are not there for a customer.",
        "comment",
        by="complaint_id",
        order=Order(()),
    )
    timeline: Connection[later.Event] = timeline(
        "Everything that happened to it, the newest first.", noun="complaint"
    )
    allowed_transitions: list[ComplaintTransition] = derived(
        "The steps that you may take now, with what each needs.", ("status",), _transitions
    )


@strawberry.type
class ComplaintQuery:
    complaint: Complaint | None = declared(
        "The complaint with this id or reference; null where there is none for you.",
        One("complaint", "CMP"),
        {
            "id": Argument(strawberry.ID | None, "A global id; or give `reference`."),
            "reference": Argument(str | None, "As in CMP-000123."),
        },
    )
    complaints: Connection[Complaint] = complaints("All complaints.")
