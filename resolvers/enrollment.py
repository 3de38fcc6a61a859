"""Enrolments in the graph."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from enum import Enum
from typing import Any

import strawberry

from models import enrollment as model
from models.rules.lifecycle import ENROLLMENT, LIVE_ENROLLMENTS
from resolvers.complaint import complaints
from resolvers.engine import later
from resolvers.engine.inputs import (
    IdempotentInput,
    VersionedInput,
    acts_on,
    optional,
    ref,
    required,
)
from resolvers.engine.mutation import Caller, may, verb
from resolvers.engine.reading.conditions import among, refers
from resolvers.engine.reading.declare import (
    Order,
    by_id,
    children,
    column,
    computed,
    criterion,
    derived,
    parent,
    reads,
)
from resolvers.engine.reading.plan import Table
from resolvers.engine.reading.request import Asked
from resolvers.engine.types import Connection, Node
from resolvers.enums import EnrollmentStatus
from resolvers.event import timeline
from resolvers.sla_performance import SlaPerformance, sla_performance


@strawberry.enum(description="What may be done to an enrolment.")
class EnrollmentAction(Enum):
    ACTIVATE = strawberry.enum_value("ACTIVATE", description="activateEnrollment.")
    REJECT = strawberry.enum_value("REJECT", description="rejectEnrollment.")
    SUSPEND = strawberry.enum_value("SUSPEND", description="suspendEnrollment.")
    RESUME = strawberry.enum_value("RESUME", description="resumeEnrollment.")
    END = strawberry.enum_value("END", description="endEnrollment.")
    CHANGE_SLA = strawberry.enum_value("CHANGE_SLA", description="changeEnrollmentSla.")


def _allowed(row: Mapping[str, Any], asked: Asked) -> list[EnrollmentAction]:
    """What the lifecycle offers from here, of what the viewer's role admits."""
    status = EnrollmentStatus(row["status"])
    verbs = [step.verb for step in ENROLLMENT.steps_from(status)]
    actions = [
        EnrollmentAction[verb.upper()] for verb in verbs if may(asked.viewer, f"{verb}_enrollment")
    ]
    if status in LIVE_ENROLLMENTS and may(asked.viewer, "change_enrollment_sla"):
        actions.append(EnrollmentAction.CHANGE_SLA)
    return actions


def _calendar(table: Table) -> str:
    """The enrolment's own calendar, or its SLA's."""
    sla = table.plan.table("sla")
    of_sla = f"(SELECT {sla['calendar_id']} FROM {sla.source} WHERE {sla.key} = {table['sla_id']})"
    return f"coalesce({table['own_calendar_id']}, {of_sla})"


@reads("enrollment", model.Enrollment)
@strawberry.type(description="A customer's subscription to a standard service under an SLA.")
class Enrollment(Node):
    version: int = column("Raised by each change of status or SLA; for `expectedVersion`.")
    reference: str = computed(
        "The name for people, as in ENR-000042.", lambda table: table.reference("ENR")
    )
    status: EnrollmentStatus = column("Where it stands.")
    customer: later.Customer = parent("The customer that is enrolled.", "customer")
    service: later.Service = parent("The service that it is enrolled in.", "service")
    sla: later.Sla = parent("The SLA that it is enrolled under.", "sla")
    calendar: later.BusinessCalendar = parent(
        "When its time counts: its own calendar, or the SLA's.", "calendar", _calendar
    )
    requirement: later.ServiceRequirement | None = parent(
        "The requirement that it came of, if any.", "requirement"
    )
    requested_at: datetime = column("When it was asked for.")
    starts_on: date | None = column("The first day, in the customer's zone.")
    ends_on: date | None = column(
        "The last day, in the customer's zone: an ACTIVE or SUSPENDED enrolment ends with it."
    )
    status_reason: str | None = column("Why it stands where it stands, where a reason was given.")
    complaints: Connection[later.Complaint] = complaints(
        "What the customer complained about under it.", by="enrollment_id"
    )
    allowed_actions: list[EnrollmentAction] = derived(
        "What you may do to it now.", ("status",), _allowed
    )
    sla_performance: SlaPerformance = sla_performance("enrollment_id")
    timeline: Connection[later.Event] = timeline(
        "Everything that happened to it, the newest first.", noun="enrollment"
    )


@strawberry.input(description="Which enrolments; all that is given must hold.")
class EnrollmentFilter:
    status: list[EnrollmentStatus] | None = criterion("In one of these.", among("status"))
    customer_id: strawberry.ID | None = criterion(
        "Of this customer.", refers("customer", "customer_id")
    )
    service_id: strawberry.ID | None = criterion(
        "In this service.", refers("service", "service_id")
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


@strawberry.type
class Query:
    enrollment: Enrollment | None = by_id("The enrolment", "enrollment", reference="ENR-000042")
    enrollments: Connection[Enrollment] = enrollments("All enrolments, the newest first.")


@strawberry.input(description="What a customer is to be enrolled in.")
class RequestEnrollmentInput(IdempotentInput):
    customer_id: strawberry.ID = ref("customer", "The customer, not FORMER.")
    service_id: strawberry.ID = ref("service", "A standard service of the catalogue.")
    sla_id: strawberry.ID = ref("sla", "An ACTIVE SLA of that service.")
    calendar_id: strawberry.ID | None = ref(
        "calendar", "A calendar of its own, in place of the SLA's.", is_required=False
    )
    requirement_id: strawberry.ID | None = ref(
        "requirement",
        "The customer's requirement that the service was matched to, or proposed for: the "
        "enrolment fulfils it once it is ACTIVE.",
        is_required=False,
    )
    starts_on: date | None = optional("The first day, in the customer's zone.")
    ends_on: date | None = optional("The last day, not before the first.")


@strawberry.input(description="An enrolment that starts.")
class ActivateEnrollmentInput(VersionedInput):
    enrollment_id: strawberry.ID = acts_on("enrollment", "The enrolment.")
    starts_on: date | None = optional("The first day; the one that was asked for, or today.")


@strawberry.input(description="An enrolment that is turned down.")
class RejectEnrollmentInput(VersionedInput):
    enrollment_id: strawberry.ID = acts_on("enrollment", "The enrolment.")
    reason: str = required("Why, 1 to 2,000 characters.")


@strawberry.input(description="An enrolment that rests.")
class SuspendEnrollmentInput(RejectEnrollmentInput):
    pass


@strawberry.input(description="An enrolment that goes on.")
class ResumeEnrollmentInput(VersionedInput):
    enrollment_id: strawberry.ID = acts_on("enrollment", "The enrolment.")
    reason: str | None = optional("Why, up to 2,000 characters.")


@strawberry.input(description="An enrolment that ends.")
class EndEnrollmentInput(RejectEnrollmentInput):
    pass


@strawberry.input(description="An enrolment that moves to another SLA.")
class ChangeEnrollmentSlaInput(VersionedInput):
    enrollment_id: strawberry.ID = acts_on("enrollment", "The enrolment, live.")
    sla_id: strawberry.ID = ref("sla", "An ACTIVE SLA of the same service.")


@strawberry.input(description="Which enrolments go to which SLA.")
class MoveEnrollmentsInput(IdempotentInput):
    from_sla_id: strawberry.ID = ref("sla", "The SLA that they are under, such as an old revision.")
    to_sla_id: strawberry.ID = ref("sla", "An ACTIVE SLA of the same service.")


@strawberry.type
class Mutation:
    request_enrollment = verb(
        "Asks for a service on behalf of a customer. RULE_VIOLATED for a second live enrolment.",
        RequestEnrollmentInput,
        model.Enrollment.request,
        may=Caller.STAFF,
        enrollment=Enrollment,
    )
    activate_enrollment = verb(
        "REQUESTED to ACTIVE; a PROSPECT becomes an ACTIVE customer.",
        ActivateEnrollmentInput,
        model.Enrollment.activate,
        may=Caller.STAFF,
    )
    reject_enrollment = verb(
        "REQUESTED to REJECTED.", RejectEnrollmentInput, model.Enrollment.reject, may=Caller.STAFF
    )
    suspend_enrollment = verb(
        "ACTIVE to SUSPENDED. No clock stops for it.",
        SuspendEnrollmentInput,
        model.Enrollment.suspend,
        may=Caller.STAFF,
    )
    resume_enrollment = verb(
        "SUSPENDED to ACTIVE.", ResumeEnrollmentInput, model.Enrollment.resume, may=Caller.STAFF
    )
    end_enrollment = verb(
        "ACTIVE or SUSPENDED to ENDED, today.",
        EndEnrollmentInput,
        model.Enrollment.end,
        may=Caller.STAFF,
    )
    change_enrollment_sla = verb(
        "Moves a live enrolment to another SLA; complaints keep the one that they came under.",
        ChangeEnrollmentSlaInput,
        model.Enrollment.change_sla,
        may=Caller.STAFF,
    )
    move_enrollments = verb(
        "Moves all live enrolments, at most 1,000, from one SLA to another of its service.",
        MoveEnrollmentsInput,
        model.Enrollment.move,
        may=Caller.STAFF,
        sla=later.Sla,
    )
