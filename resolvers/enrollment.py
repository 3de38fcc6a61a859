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
    value,
)
from resolvers.engine.reading.plan import Table
from resolvers.engine.reading.request import Asked
from resolvers.engine.types import Connection, Node
from resolvers.enums import EnrollmentStatus
from resolvers.event import timeline
from resolvers.sla_performance import SlaPerformance, sla_performance


@strawberry.enum(description="Something that may be done to an enrolment.")
class EnrollmentAction(Enum):
    ACTIVATE = value("ACTIVATE", "Use the mutation activateEnrollment.")
    REJECT = value("REJECT", "Use the mutation rejectEnrollment.")
    SUSPEND = value("SUSPEND", "Use the mutation suspendEnrollment.")
    RESUME = value("RESUME", "Use the mutation resumeEnrollment.")
    END = value("END", "Use the mutation endEnrollment.")
    CHANGE_SLA = value("CHANGE_SLA", "Use the mutation changeEnrollmentSla.")


def _allowed(row: Mapping[str, Any], asked: Asked) -> list[EnrollmentAction]:
    """What the lifecycle allows from here, as far as the viewer's role allows it."""
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
    version: int = column("Increases with each change of status or SLA; for `expectedVersion`.")
    reference: str = computed(
        "The reference that people use, such as ENR-000042.", lambda table: table.reference("ENR")
    )
    status: EnrollmentStatus = column("Its current status in the lifecycle.")
    customer: later.Customer = parent("The customer that is enrolled.", "customer")
    service: later.Service = parent("The service the customer is enrolled in.", "service")
    sla: later.Sla = parent("The SLA the customer is enrolled under.", "sla")
    calendar: later.BusinessCalendar = parent(
        "The calendar by which time is counted: its own, or the SLA's.", "calendar", _calendar
    )
    requirement: later.ServiceRequirement | None = parent(
        "The requirement that it fulfils. Null if there is none.", "requirement"
    )
    requested_at: datetime = column("When the enrolment was requested.")
    starts_on: date | None = column("The first day, in the customer's time zone. Null if not set.")
    ends_on: date | None = column(
        "The last day, in the customer's time zone: an ACTIVE or SUSPENDED enrolment ends when "
        "the day is over. Null if not set."
    )
    status_reason: str | None = column("The reason for its current status. Null if none was given.")
    complaints: Connection[later.Complaint] = complaints(
        "The customer's complaints under this enrolment.", by="enrollment_id"
    )
    allowed_actions: list[EnrollmentAction] = derived(
        "What you may do to the enrolment now.", ("status",), _allowed
    )
    sla_performance: SlaPerformance = sla_performance("enrollment_id")
    timeline: Connection[later.Event] = timeline(
        "Everything that happened to it, newest first.", noun="enrollment"
    )


@strawberry.input(description="Filters enrolments; all the given conditions must hold.")
class EnrollmentFilter:
    status: list[EnrollmentStatus] | None = criterion(
        "Only enrolments in one of these statuses.", among("status")
    )
    customer_id: strawberry.ID | None = criterion(
        "Only enrolments of this customer.", refers("customer", "customer_id")
    )
    service_id: strawberry.ID | None = criterion(
        "Only enrolments in this service.", refers("service", "service_id")
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
    enrollments: Connection[Enrollment] = enrollments("All enrolments, newest first.")


@strawberry.input(description="A request to enrol a customer in a service.")
class RequestEnrollmentInput(IdempotentInput):
    customer_id: strawberry.ID = ref("customer", "The customer, which must not be FORMER.")
    service_id: strawberry.ID = ref("service", "A standard service in the CATALOGUE.")
    sla_id: strawberry.ID = ref("sla", "An ACTIVE SLA of that service.")
    calendar_id: strawberry.ID | None = ref(
        "calendar", "A calendar to use instead of the SLA's.", is_required=False
    )
    requirement_id: strawberry.ID | None = ref(
        "requirement",
        "The customer's requirement that the service was matched to or proposed for. The "
        "enrolment fulfils it once ACTIVE.",
        is_required=False,
    )
    starts_on: date | None = optional("The first day, in the customer's time zone.")
    ends_on: date | None = optional("The last day, not before the first.")


@strawberry.input(description="An enrolment to activate.")
class ActivateEnrollmentInput(VersionedInput):
    enrollment_id: strawberry.ID = acts_on("enrollment", "The enrolment, which must be REQUESTED.")
    starts_on: date | None = optional("The first day; by default the requested day, or today.")


@strawberry.input(description="A requested enrolment to reject.")
class RejectEnrollmentInput(VersionedInput):
    enrollment_id: strawberry.ID = acts_on("enrollment", "The enrolment to change.")
    reason: str = required("The reason, 1 to 2,000 characters.")


@strawberry.input(description="An enrolment to suspend.")
class SuspendEnrollmentInput(RejectEnrollmentInput):
    pass


@strawberry.input(description="A suspended enrolment to resume.")
class ResumeEnrollmentInput(VersionedInput):
    enrollment_id: strawberry.ID = acts_on("enrollment", "The enrolment, which must be SUSPENDED.")
    reason: str | None = optional("The reason, up to 2,000 characters.")


@strawberry.input(description="An enrolment to end.")
class EndEnrollmentInput(RejectEnrollmentInput):
    pass


@strawberry.input(description="An enrolment to move to another SLA.")
class ChangeEnrollmentSlaInput(VersionedInput):
    enrollment_id: strawberry.ID = acts_on("enrollment", "The enrolment, which must be live.")
    sla_id: strawberry.ID = ref("sla", "An ACTIVE SLA of the same service.")


@strawberry.input(description="The SLAs to move enrolments from and to.")
class MoveEnrollmentsInput(IdempotentInput):
    from_sla_id: strawberry.ID = ref("sla", "The SLA they are under now, such as an old revision.")
    to_sla_id: strawberry.ID = ref("sla", "An ACTIVE SLA of the same service.")


@strawberry.type
class Mutation:
    request_enrollment = verb(
        "Requests a service for a customer. RULE_VIOLATED if the customer already has a live "
        "enrolment in it.",
        RequestEnrollmentInput,
        model.Enrollment.request,
        may=Caller.STAFF,
        enrollment=Enrollment,
    )
    activate_enrollment = verb(
        "Moves an enrolment from REQUESTED to ACTIVE. A PROSPECT becomes an ACTIVE customer.",
        ActivateEnrollmentInput,
        model.Enrollment.activate,
        may=Caller.STAFF,
    )
    reject_enrollment = verb(
        "Moves an enrolment from REQUESTED to REJECTED.",
        RejectEnrollmentInput,
        model.Enrollment.reject,
        may=Caller.STAFF,
    )
    suspend_enrollment = verb(
        "Moves an enrolment from ACTIVE to SUSPENDED. SLA clocks keep running.",
        SuspendEnrollmentInput,
        model.Enrollment.suspend,
        may=Caller.STAFF,
    )
    resume_enrollment = verb(
        "Moves an enrolment from SUSPENDED to ACTIVE.",
        ResumeEnrollmentInput,
        model.Enrollment.resume,
        may=Caller.STAFF,
    )
    end_enrollment = verb(
        "Moves an enrolment from ACTIVE or SUSPENDED to ENDED, as of today.",
        EndEnrollmentInput,
        model.Enrollment.end,
        may=Caller.STAFF,
    )
    change_enrollment_sla = verb(
        "Moves a live enrolment to another SLA; existing complaints keep their SLA.",
        ChangeEnrollmentSlaInput,
        model.Enrollment.change_sla,
        may=Caller.STAFF,
    )
    move_enrollments = verb(
        "Moves all live enrolments, at most 1,000, from one SLA to another of the same service.",
        MoveEnrollmentsInput,
        model.Enrollment.move,
        may=Caller.STAFF,
        sla=later.Sla,
    )
