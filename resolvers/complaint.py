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
    part,
    reads,
    value,
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


@strawberry.type(description="The answer to a complaint.")
class Resolution:
    summary: str = column("The answer given to the customer.", "resolution_summary")
    root_cause: str | None = column("The root cause. Null if not known.")
    kind: ResolutionKind = column("The kind of resolution.", "resolution_kind")


@reads("complaint", model.Complaint)
@strawberry.type(description="An expression of dissatisfaction to which an answer is expected.")
class Complaint(Node):
    version: int = column("Increases with each edit or change of status; for `expectedVersion`.")
    reference: str = computed(
        "The reference that people use, such as CMP-000123.", lambda table: table.reference("CMP")
    )
    subject: str = column("What it is about, up to 200 characters.", "title")
    description: str = column("What the customer says, up to 10,000 characters.")
    category: str | None = column(
        "A group for reports, up to 80 characters. Null if none was given."
    )
    area: ServiceArea | None = column("The area of quality it concerns. Null if not known.")
    channel: ComplaintChannel = column("The channel through which it was received.")
    customer: later.Customer = parent("The customer who complained.", "customer")
    raised_by: later.Contact | None = parent(
        "The contact who complained. Null if not known, or if you may not see them.",
        "contact",
        "raised_by_id",
    )
    service: later.Service | None = parent(
        "The service it is about. Null if it is about none, or if you may not see it.", "service"
    )
    enrollment: later.Enrollment | None = parent(
        "The enrolment it was made under; its SLA is kept for this complaint. Null if there is "
        "none.",
        "enrollment",
    )
    impact: Level = column("How severely it affects the customer.")
    urgency: Level = column("How soon it must be dealt with.")
    has_safety_risk: bool = column(
        "Whether anyone's safety is at risk; if so, the priority is at least HIGH."
    )
    priority: Priority = column(
        "Derived from impact, urgency and safety risk, unless it is overridden."
    )
    is_priority_overridden: bool = column("Whether the priority was set by hand.")
    remedy_sought: str | None = column("What the customer asks for. Null if nothing was stated.")
    is_upheld: bool | None = computed(
        "Whether the complaint was found to be justified. Null unless resolved.",
        lambda table: table.plan.dialect.either(
            f"{table['resolution_kind']} IS NOT NULL", table.meets(model.UPHELD)
        ),
    )
    status: ComplaintStatus = column("Its current status in the lifecycle.")
    owner: later.StaffMember | None = parent(
        "The member of staff who must act next. Null while nobody is assigned.", "staff", "owner_id"
    )
    received_at: datetime = column(
        "When it was received; this may be earlier than when it was recorded."
    )
    acknowledged_at: datetime | None = column(
        "When receipt was acknowledged to the customer. Null until then."
    )
    resolved_at: datetime | None = column(
        "When it was resolved. Null until then, and again once reopened."
    )
    closed_at: datetime | None = column(
        "When it was closed. Null until then, and again once reopened."
    )
    reopen_count: int = column("How many times it has been reopened.")
    escalation_level: int = column("From 0 (not escalated) to 3 (the process owner).")
    resolution: Resolution | None = group(
        "The answer to the complaint. Null unless resolved.", "resolution_kind"
    )
    comments: Connection[later.Comment] = children(
        "Its comments, oldest first. Customers don't see INTERNAL ones.",
        "comment",
        by="complaint_id",
        order=Order(()),
    )
    timeline: Connection[later.Event] = timeline(
        "Everything that happened to it, newest first.", noun="complaint"
    )
    corrective_actions: Connection[later.CorrectiveAction] = children(
        "Its corrective actions, in the order they were planned.",
        "action",
        by="complaint_id",
        order=Order(()),
    )
    response_clock: SlaClock | None = clock(
        "Runs from receipt to acknowledgement. Null without an SLA.",
        SlaMetric.RESPONSE,
        "acknowledged_at",
    )
    resolution_clock: SlaClock | None = clock(
        "Runs from receipt to resolution, not counting waits for the customer. Null without an "
        "SLA.",
        SlaMetric.RESOLUTION,
        "resolved_at",
    )
    allowed_transitions: list[ComplaintTransition] = derived(
        "The lifecycle steps you may take now, with what each requires.", STANDING, transitions
    )
    allowed_actions: list[ComplaintAction] = derived(
        "Everything you may do to it now, including lifecycle steps.", STANDING, actions
    )


def _in_clock_state(table: Table, given: Given) -> str:
    either = (among(column)(table, given) for column in ("response_state", "resolution_state"))
    return f"({' OR '.join(either)})"


@strawberry.input(description="Filters complaints; all the given conditions must hold.")
class ComplaintFilter:
    status: list[ComplaintStatus] | None = criterion(
        "Only complaints in one of these statuses.", among("status")
    )
    priority: list[Priority] | None = criterion(
        "Only complaints of one of these priorities.", among("priority")
    )
    customer_id: strawberry.ID | None = criterion(
        "Only complaints from this customer.", refers("customer", "customer_id")
    )
    service_id: strawberry.ID | None = criterion(
        "Only complaints about this service.", refers("service", "service_id")
    )
    owner_id: strawberry.ID | None = criterion(
        "Only complaints owned by this member of staff.", refers("staff", "owner_id")
    )
    clock_state: list[ClockState] | None = criterion(
        "Only complaints with at least one clock in one of these states.", _in_clock_state
    )
    received_at: DateTimeRange | None = criterion(
        "Only complaints received in this period.", during("received_at")
    )
    escalated: bool | None = criterion(
        "Only complaints escalated to any level, or only the others.", flag(model.ESCALATED)
    )
    search: str | None = criterion(
        "Only complaints whose subject, category or description contains these words in this "
        "order, ignoring case and accents.",
        contains("search_text"),
    )


@strawberry.enum(description="What to order complaints by.")
class ComplaintOrderField(Enum):
    RECEIVED_AT = value("RECEIVED_AT", "When it was received.")
    PRIORITY = value("PRIORITY", "By urgency: ascending starts with CRITICAL.")
    DUE_AT = value(
        "DUE_AT",
        "When the first of its running clocks is due. In ascending order, complaints "
        "without one come last.",
    )
    STATUS = value("STATUS", "How far it has progressed: ascending starts with RECEIVED.")
    UPDATED_AT = value("UPDATED_AT", "When it was last edited.")


@strawberry.input(description="The order in which complaints are listed.")
class ComplaintOrder:
    field: ComplaintOrderField = part("The field to order by.")
    direction: Direction = part("The direction to order in.")


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
        f"{description} Newest first by default.",
        "complaint",
        by=by,
        order=Order(("received_at",), is_descending=True),
        admits=ComplaintFilter,
        orders=_COMPLAINT_ORDERS,
    )


@strawberry.type
class Query:
    complaint: Complaint | None = by_id("The complaint", "complaint", reference="CMP-000123")
    complaints: Connection[Complaint] = complaints("All complaints that you may see.")
