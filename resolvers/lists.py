"""Lists that several nouns show: complaints, enrolments and events, with filters and orders."""

from __future__ import annotations

from enum import Enum
from typing import Any

import strawberry

from models.complaint import ESCALATED
from models.interaction import FOLLOW_UP_DUE
from resolvers.engine.pages import DateTimeRange, Direction
from resolvers.engine.reading.conditions import among, contains, during, flag, refers
from resolvers.engine.reading.declare import Argument, Order, Ordering, children, criterion
from resolvers.engine.reading.given import Given
from resolvers.engine.reading.plan import Table
from resolvers.enums import (
    ClockState,
    ComplaintStatus,
    EnrollmentStatus,
    InteractionKind,
    Priority,
    RequirementStatus,
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
    escalated: bool | None = criterion("Whether it was escalated, to any level.", flag(ESCALATED))
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


@strawberry.input(description="Which enrolments; all that is given must hold.")
class EnrollmentFilter:
    status: list[EnrollmentStatus] | None = criterion("In one of these.", among("status"))
    customer_id: strawberry.ID | None = criterion(
        "Of this customer.", refers("customer", "customer_id")
    )
    service_id: strawberry.ID | None = criterion(
        "In this service.", refers("service", "service_id")
    )


@strawberry.input(description="Which talks; all that is given must hold.")
class InteractionFilter:
    kind: list[InteractionKind] | None = criterion("Of one of these kinds.", among("kind"))
    occurred_at: DateTimeRange | None = criterion("Held then.", during("occurred_at"))
    follow_up_due: bool | None = criterion(
        "Whether a follow-up is due: its day has begun, and nobody has followed up.",
        flag(FOLLOW_UP_DUE),
    )


def interactions(description: str, *, by: str | None = None) -> Any:
    """A page of talks with customers."""
    return children(
        f"{description} The latest first.",
        "interaction",
        by=by,
        order=Order(("occurred_at",), is_descending=True),
        admits=InteractionFilter,
    )


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


def enrollments(description: str, *, by: str | None = None) -> Any:
    """A page of enrolments."""
    return children(
        description,
        "enrollment",
        by=by,
        order=Order((), is_descending=True),
        admits=EnrollmentFilter,
    )


@strawberry.input(description="Which requirements; all that is given must hold.")
class RequirementFilter:
    status: list[RequirementStatus] | None = criterion("In one of these.", among("status"))
    customer_id: strawberry.ID | None = criterion(
        "Of this customer.", refers("customer", "customer_id")
    )
    search: str | None = criterion(
        "Whose statement or desired outcome holds these words; case and accents don't matter.",
        contains("search_text"),
    )


def requirements(description: str, *, by: str | None = None) -> Any:
    """A page of requirements."""
    return children(
        description,
        "requirement",
        by=by,
        order=Order((), is_descending=True),
        admits=RequirementFilter,
    )


def timeline(description: str, *, noun: str | None = None) -> Any:
    """A page of events about one row of `noun`; without it, about all that is a customer's."""
    return children(
        description,
        "event",
        by="customer_id" if noun is None else "subject_id",
        order=Order((), is_descending=True),
        always=None if noun is None else lambda table: f"{table['subject_type']} = '{noun}'",
    )


def events(description: str) -> Any:
    """A page of the log."""
    return children(
        description,
        "event",
        order=Order((), is_descending=True),
        where={
            "customer_id": Argument(
                strawberry.ID | None,
                "Only what concerns this customer.",
                refers("customer", "customer_id"),
            ),
            "kind": Argument(
                list[str] | None,
                "Only events of these kinds, as docs/events.md lists.",
                among("kind"),
            ),
        },
    )
