"""Complaints in the graph."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import Any

import strawberry

from models import complaint as model
from resolvers.complaint_actions import (
    STANDING,
    ComplaintAction,
    ComplaintTransition,
    actions,
    transitions,
)
from resolvers.complaint_clock import SlaClock, clock
from resolvers.engine import later
from resolvers.engine.reading.arguments import Given
from resolvers.engine.reading.conditions import among, contains, during, flag, refers
from resolvers.engine.reading.declare import (
    Order,
    Ordering,
    by_id,
    children,
    column,
    computed,
    criterion,
    derived,
    group,
    parent,
    reads,
)
from resolvers.engine.reading.plan import Table
from resolvers.engine.types import Connection, DateTimeRange, Direction, Node
from resolvers.enums import (
    ClockState,
    ComplaintChannel,
    ComplaintStatus,
    Level,
    Priority,
    ResolutionKind,
    ServiceArea,
    SlaMetric,
)
from resolvers.event import timeline


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
    subject: str = column("What it is about, up to 200 characters.", "title")
    description: str = column("What the customer says, up to 10,000 characters.")
    category: str | None = column("A group for reports, where it belongs to one.")
    area: ServiceArea | None = column("The area of quality that it touches, where that is known.")
    channel: ComplaintChannel = column("The way on which it came.")
    customer: later.Customer = parent("Whose complaint it is.", "customer")
    raised_by: later.Contact | None = parent(
        "The person who complained.", "contact", "raised_by_id"
    )
    service: later.Service | None = parent("The service that it is about, if any.", "service")
    enrollment: later.Enrollment | None = parent(
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
        lambda table: table.plan.dialect.either(
            f"{table['resolution_kind']} IS NOT NULL", table.meets(model.UPHELD)
        ),
    )
    status: ComplaintStatus = column("Where it stands.")
    owner: later.StaffMember | None = parent("Who must act.", "staff", "owner_id")
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
    corrective_actions: Connection[later.CorrectiveAction] = children(
        "What is done about it, in the order of planning.",
        "action",
        by="complaint_id",
        order=Order(()),
    )
    response_clock: SlaClock | None = clock(
        "From receipt to the acknowledgement; null without an SLA.",
        SlaMetric.RESPONSE,
        "acknowledged_at",
    )
    resolution_clock: SlaClock | None = clock(
        "From receipt to the resolution, without the waits; null without an SLA.",
        SlaMetric.RESOLUTION,
        "resolved_at",
    )
    allowed_transitions: list[ComplaintTransition] = derived(
        "The steps that you may take now, with what each needs.", STANDING, transitions
    )
    allowed_actions: list[ComplaintAction] = derived(
        "What you may do to it now, the steps of its lifecycle included.", STANDING, actions
    )


def _in_clock_state(table: Table, given: Given) -> str:
    either = (among(column)(table, given) for column in ("response_state", "resolution_state"))
    return f"({' OR '.join(either)})"


@strawberry.input(description="Which complaints; all that is given must hold.")
class ComplaintFilter:
    status: list[ComplaintStatus] | None = criterion("In one of these.", among("status"))
    priority: list[Priority] | None = criterion("Of one of these.", among("priority"))
    customer_id: strawberry.ID | None = criterion(
        "Of this customer.", refers("customer", "customer_id")
    )
    service_id: strawberry.ID | None = criterion(
        "About this service.", refers("service", "service_id")
    )
    owner_id: strawberry.ID | None = criterion("Owned by this person.", refers("staff", "owner_id"))
    clock_state: list[ClockState] | None = criterion(
        "With either clock in one of these.", _in_clock_state
    )
    received_at: DateTimeRange | None = criterion("Received then.", during("received_at"))
    escalated: bool | None = criterion(
        "Whether it was escalated, to any level.", flag(model.ESCALATED)
    )
    search: str | None = criterion(
        "Whose subject, category or description holds these words; case and accents don't matter.",
        contains("search_text"),
    )


@strawberry.enum(description="What complaints are ordered by.")
class ComplaintOrderField(Enum):
    RECEIVED_AT = strawberry.enum_value("RECEIVED_AT", description="When it was received.")
    PRIORITY = strawberry.enum_value(
        "PRIORITY", description="How urgent it is; ascending puts CRITICAL first."
    )
    DUE_AT = strawberry.enum_value(
        "DUE_AT",
        description="When its earliest running clock is due; those without one come last, "
        "ascending.",
    )
    STATUS = strawberry.enum_value(
        "STATUS", description="How far it has come; ascending puts RECEIVED first."
    )
    UPDATED_AT = strawberry.enum_value("UPDATED_AT", description="When it was last edited.")


@strawberry.input(description="In which order complaints come.")
class ComplaintOrder:
    field: ComplaintOrderField = strawberry.field(description="What they are ordered by.")
    direction: Direction = strawberry.field(description="Which way.")


_COMPLAINT_ORDERS = Ordering(
    ComplaintOrder,
    {
        "RECEIVED_AT": Order(("received_at",)),
        "PRIORITY": Order(("priority_rank",)),
        "DUE_AT": Order(("due_order_at",)),
        "STATUS": Order(("status_rank",)),
        "UPDATED_AT": Order(("updated_at",)),
    },
)


def complaints(description: str, *, by: str | None = None) -> Any:
    """A page of complaints."""
    return children(
        f"{description} The newest first where no order is given.",
        "complaint",
        by=by,
        order=Order(("received_at",), is_descending=True),
        admits=ComplaintFilter,
        orders=_COMPLAINT_ORDERS,
    )


@strawberry.type
class Query:
    complaint: Complaint | None = by_id("The complaint", "complaint", reference="CMP-000123")
    complaints: Connection[Complaint] = complaints("All complaints.")
