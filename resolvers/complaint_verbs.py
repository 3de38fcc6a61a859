"""The mutations of complaints."""

from __future__ import annotations

from datetime import datetime

import strawberry

from models import comment as comment_model
from models import complaint as model
from resolvers.engine import later
from resolvers.engine.inputs import (
    IdempotentInput,
    VersionedInput,
    acts_on,
    optional,
    ref,
    required,
)
from resolvers.engine.mutation import Caller, verb
from resolvers.engine.reading.declare import named
from resolvers.enums import (
    ComplaintChannel,
    Level,
    Priority,
    ResolutionKind,
    ServiceArea,
    Visibility,
)


@strawberry.input(description="A complaint to record and assess.")
class RecordComplaintInput(IdempotentInput):
    customer_id: strawberry.ID = ref("customer", "The customer who complained.")
    title: str = named("subject", required("1 to 200 characters."))
    description: str = required("1 to 10,000 characters.")
    channel: ComplaintChannel = required("The channel through which it was received.")
    impact: Level = required("How severely it affects the customer.")
    urgency: Level = required("How soon it must be dealt with.")
    has_safety_risk: bool | None = optional("Whether anyone's safety is at risk; false by default.")
    remedy_sought: str | None = optional("What the customer asks for, up to 2,000 characters.")
    category: str | None = optional("Up to 80 characters.")
    area: ServiceArea | None = optional("The area of quality it concerns.")
    raised_by_id: strawberry.ID | None = ref(
        "contact", "A contact of the same customer.", is_required=False
    )
    service_id: strawberry.ID | None = ref(
        "service",
        "The service it is about. The enrolment in it that was live at `receivedAt` is attached.",
        is_required=False,
    )
    enrollment_id: strawberry.ID | None = ref(
        "enrollment", "An enrolment of that customer in that service.", is_required=False
    )
    received_at: datetime | None = optional(
        "When it was received: at most 30 days ago, not in the future; now by default."
    )


@strawberry.input(description="A complaint to acknowledge.")
class AcknowledgeComplaintInput(VersionedInput):
    complaint_id: strawberry.ID = acts_on("complaint", "The complaint, which must be RECEIVED.")
    owner_id: strawberry.ID | None = ref(
        "staff",
        "Its owner from now on; by default, its current owner or the caller.",
        is_required=False,
    )


@strawberry.input(description="A complaint to investigate.")
class InvestigateComplaintInput(VersionedInput):
    complaint_id: strawberry.ID = acts_on("complaint", "The complaint, which must be ACKNOWLEDGED.")


@strawberry.input(description="A question for the customer.")
class AwaitCustomerInput(VersionedInput):
    complaint_id: strawberry.ID = acts_on(
        "complaint", "The complaint, which must be ACKNOWLEDGED or INVESTIGATING."
    )
    question: str = required("The question for the customer, 1 to 2,000 characters.")


@strawberry.input(description="A complaint to take up again.")
class ResumeComplaintInput(VersionedInput):
    complaint_id: strawberry.ID = acts_on(
        "complaint", "The complaint, which must be AWAITING_CUSTOMER."
    )
    reason: str | None = optional("The reason, up to 2,000 characters.")


@strawberry.input(description="The answer to a complaint.")
class ResolveComplaintInput(VersionedInput):
    complaint_id: strawberry.ID = acts_on(
        "complaint", "The complaint, which must be open and acknowledged."
    )
    kind: ResolutionKind = required("The kind of resolution.")
    summary: str = required("The answer to the customer, 1 to 10,000 characters.")
    root_cause: str | None = optional("The root cause, up to 10,000 characters.")


@strawberry.input(description="A resolved complaint to close.")
class CloseComplaintInput(VersionedInput):
    complaint_id: strawberry.ID = acts_on("complaint", "The complaint, which must be RESOLVED.")
    reason: str | None = optional("The reason, up to 2,000 characters.")


@strawberry.input(description="A complaint to reopen.")
class ReopenComplaintInput(VersionedInput):
    complaint_id: strawberry.ID = acts_on(
        "complaint", "The complaint, which must be RESOLVED, or CLOSED within the last 30 days."
    )
    reason: str = required("The reason, 1 to 2,000 characters.")


@strawberry.input(description="A complaint that the customer withdraws.")
class WithdrawComplaintInput(VersionedInput):
    complaint_id: strawberry.ID = acts_on(
        "complaint", "The complaint, which must not be CLOSED or WITHDRAWN."
    )
    reason: str = required("The reason, 1 to 2,000 characters.")


@strawberry.input(description="A new owner for a complaint.")
class AssignComplaintInput(VersionedInput):
    complaint_id: strawberry.ID = acts_on(
        "complaint", "The complaint, which must not be CLOSED or WITHDRAWN."
    )
    owner_id: strawberry.ID = ref("staff", "An active member of staff.")


@strawberry.input(description="A new assessment of a complaint, or a priority set by hand.")
class ReprioritizeComplaintInput(VersionedInput):
    complaint_id: strawberry.ID = acts_on(
        "complaint", "The complaint, which must not be CLOSED or WITHDRAWN."
    )
    impact: Level | None = optional("How severely it affects the customer; unchanged if omitted.")
    urgency: Level | None = optional("How soon it must be dealt with; unchanged if omitted.")
    has_safety_risk: bool | None = optional(
        "Whether anyone's safety is at risk; unchanged if omitted."
    )
    priority: Priority | None = optional(
        "A priority to override the assessed one, with a reason; giving the assessed priority "
        "itself ends an override. If omitted, an override or the assessment stays as it is."
    )
    reason: str | None = optional(
        "The reason, up to 2,000 characters; required when overriding the priority."
    )


@strawberry.input(description="A complaint to escalate to the process owner.")
class EscalateComplaintInput(VersionedInput):
    complaint_id: strawberry.ID = acts_on(
        "complaint", "The complaint, which must not be CLOSED or WITHDRAWN."
    )
    reason: str = required("The reason, 1 to 2,000 characters.")


@strawberry.input(description="A comment on a complaint.")
class CommentOnComplaintInput(IdempotentInput):
    complaint_id: strawberry.ID = acts_on("complaint", "The complaint to comment on.")
    body: str = required("1 to 10,000 characters.")
    visibility: Visibility = required(
        "Who may read it; a customer's own comment is always CUSTOMER."
    )


@strawberry.type
class Mutation:
    record_complaint = verb(
        "Records a complaint and assesses its priority.",
        RecordComplaintInput,
        model.Complaint.record,
        may=Caller.CUSTOMER_SIDE,
        complaint=later.Complaint,
    )
    acknowledge_complaint = verb(
        "Moves a complaint from RECEIVED to ACKNOWLEDGED; from then on it has an owner.",
        AcknowledgeComplaintInput,
        model.Complaint.acknowledge,
        may=Caller.STAFF,
    )
    investigate_complaint = verb(
        "Moves a complaint from ACKNOWLEDGED to INVESTIGATING.",
        InvestigateComplaintInput,
        model.Complaint.investigate,
        may=Caller.STAFF,
    )
    await_customer = verb(
        "Moves a complaint from ACKNOWLEDGED or INVESTIGATING to AWAITING_CUSTOMER.",
        AwaitCustomerInput,
        model.Complaint.await_customer,
        may=Caller.STAFF,
    )
    resume_complaint = verb(
        "Moves a complaint from AWAITING_CUSTOMER to INVESTIGATING.",
        ResumeComplaintInput,
        model.Complaint.resume,
        may=Caller.STAFF,
    )
    resolve_complaint = verb(
        "Answers a complaint and moves it to RESOLVED.",
        ResolveComplaintInput,
        model.Complaint.resolve,
        may=Caller.STAFF,
    )
    close_complaint = verb(
        "Moves a complaint from RESOLVED to CLOSED.",
        CloseComplaintInput,
        model.Complaint.close,
        may=Caller.CUSTOMER_SIDE,
    )
    reopen_complaint = verb(
        "Moves a complaint from RESOLVED or CLOSED to INVESTIGATING; a CLOSED one only within 30 "
        "days.",
        ReopenComplaintInput,
        model.Complaint.reopen,
        may=Caller.CUSTOMER_SIDE,
    )
    withdraw_complaint = verb(
        "Moves a complaint to WITHDRAWN at the customer's request.",
        WithdrawComplaintInput,
        model.Complaint.withdraw,
        may=Caller.CUSTOMER_SIDE,
    )
    assign_complaint = verb(
        "Assigns a complaint to another owner.",
        AssignComplaintInput,
        model.Complaint.assign,
        may=Caller.STAFF,
    )
    reprioritize_complaint = verb(
        "Reassesses a complaint, or overrides its priority. The SLA target changes; start, "
        "elapsed time and pauses don't.",
        ReprioritizeComplaintInput,
        model.Complaint.reprioritize,
        may=Caller.STAFF,
    )
    escalate_complaint = verb(
        "Escalates a complaint to the process owner, level 3. It can be done only once.",
        EscalateComplaintInput,
        model.Complaint.escalate,
        may=Caller.STAFF,
    )
    comment_on_complaint = verb(
        "Comments on a complaint. A customer's comment ends a wait for their answer.",
        CommentOnComplaintInput,
        comment_model.Comment.comment,
        may=Caller.CUSTOMER_SIDE,
        comment=later.Comment,
    )
