"""What can be done to a complaint, as mutations."""

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


@strawberry.input(description="A complaint as it is taken down and assessed.")
class RecordComplaintInput(IdempotentInput):
    customer_id: strawberry.ID = ref("customer", "Whose complaint it is.")
    title: str = named("subject", required("1 to 200 characters."))
    description: str = required("1 to 10,000 characters.")
    channel: ComplaintChannel = required("The way on which it came.")
    impact: Level = required("How much it hurts.")
    urgency: Level = required("How soon it hurts.")
    has_safety_risk: bool | None = optional("Whether safety is at risk; false where left out.")
    remedy_sought: str | None = optional("What the customer asks for, up to 2,000 characters.")
    category: str | None = optional("Up to 80 characters.")
    area: ServiceArea | None = optional("The area of quality that it touches.")
    raised_by_id: strawberry.ID | None = ref(
        "contact", "A contact of that customer.", is_required=False
    )
    service_id: strawberry.ID | None = ref(
        "service",
        "The service that it is about: takes the enrolment that was live at `receivedAt`.",
        is_required=False,
    )
    enrollment_id: strawberry.ID | None = ref(
        "enrollment", "An enrolment of that customer, in that service.", is_required=False
    )
    received_at: datetime | None = optional(
        "When it came: at most 30 days ago, never in the future; now where left out."
    )


@strawberry.input(description="A complaint that is acknowledged.")
class AcknowledgeComplaintInput(VersionedInput):
    complaint_id: strawberry.ID = acts_on("complaint", "The complaint, RECEIVED.")
    owner_id: strawberry.ID | None = ref(
        "staff",
        "Who owns it from here on; its owner or the caller where left out.",
        is_required=False,
    )


@strawberry.input(description="A complaint that is looked into.")
class InvestigateComplaintInput(VersionedInput):
    complaint_id: strawberry.ID = acts_on("complaint", "The complaint, ACKNOWLEDGED.")


@strawberry.input(description="What the customer is asked.")
class AwaitCustomerInput(VersionedInput):
    complaint_id: strawberry.ID = acts_on(
        "complaint", "The complaint, ACKNOWLEDGED or INVESTIGATING."
    )
    question: str = required("What is asked of the customer, 1 to 2,000 characters.")


@strawberry.input(description="A complaint that waits no longer.")
class ResumeComplaintInput(VersionedInput):
    complaint_id: strawberry.ID = acts_on("complaint", "The complaint, AWAITING_CUSTOMER.")
    reason: str | None = optional("Why, up to 2,000 characters.")


@strawberry.input(description="The answer to a complaint.")
class ResolveComplaintInput(VersionedInput):
    complaint_id: strawberry.ID = acts_on("complaint", "The complaint, open and acknowledged.")
    kind: ResolutionKind = required("The kind of answer.")
    summary: str = required("What the customer is told, 1 to 10,000 characters.")
    root_cause: str | None = optional("What had caused it, up to 10,000 characters.")


@strawberry.input(description="A complaint whose answer stands.")
class CloseComplaintInput(VersionedInput):
    complaint_id: strawberry.ID = acts_on("complaint", "The complaint, RESOLVED.")
    reason: str | None = optional("Why, up to 2,000 characters.")


@strawberry.input(description="A complaint whose answer did not hold.")
class ReopenComplaintInput(VersionedInput):
    complaint_id: strawberry.ID = acts_on(
        "complaint", "The complaint, RESOLVED, or CLOSED of late."
    )
    reason: str = required("Why, 1 to 2,000 characters.")


@strawberry.input(description="A complaint that the customer takes back.")
class WithdrawComplaintInput(VersionedInput):
    complaint_id: strawberry.ID = acts_on("complaint", "The complaint, not CLOSED or WITHDRAWN.")
    reason: str = required("Why, 1 to 2,000 characters.")


@strawberry.input(description="Who is to act.")
class AssignComplaintInput(VersionedInput):
    complaint_id: strawberry.ID = acts_on("complaint", "The complaint, not ended.")
    owner_id: strawberry.ID = ref("staff", "An active member of staff.")


@strawberry.input(description="Another assessment of a complaint, or a priority set by hand.")
class ReprioritizeComplaintInput(VersionedInput):
    complaint_id: strawberry.ID = acts_on("complaint", "The complaint, not ended.")
    impact: Level | None = optional("How much it hurts; as before where left out.")
    urgency: Level | None = optional("How soon it hurts; as before where left out.")
    has_safety_risk: bool | None = optional("Whether safety is at risk; as before where left out.")
    priority: Priority | None = optional(
        "A priority in place of the assessed one, with a reason; the assessed one itself ends an "
        "override. Left out, what holds now stays: an override, or the assessment."
    )
    reason: str | None = optional("Why, up to 2,000 characters; needed for a priority by hand.")


@strawberry.input(description="A complaint that goes to the process owner.")
class EscalateComplaintInput(VersionedInput):
    complaint_id: strawberry.ID = acts_on("complaint", "The complaint, not ended.")
    reason: str = required("Why, 1 to 2,000 characters.")


@strawberry.input(description="A comment on a complaint.")
class CommentOnComplaintInput(IdempotentInput):
    complaint_id: strawberry.ID = acts_on("complaint", "The complaint.")
    body: str = required("1 to 10,000 characters.")
    visibility: Visibility = required("Who reads it; a customer's own is always CUSTOMER.")


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
        "RECEIVED to ACKNOWLEDGED; it has an owner from here on.",
        AcknowledgeComplaintInput,
        model.Complaint.acknowledge,
        may=Caller.STAFF,
    )
    investigate_complaint = verb(
        "ACKNOWLEDGED to INVESTIGATING.",
        InvestigateComplaintInput,
        model.Complaint.investigate,
        may=Caller.STAFF,
    )
    await_customer = verb(
        "ACKNOWLEDGED or INVESTIGATING to AWAITING_CUSTOMER.",
        AwaitCustomerInput,
        model.Complaint.await_customer,
        may=Caller.STAFF,
    )
    resume_complaint = verb(
        "AWAITING_CUSTOMER to INVESTIGATING.",
        ResumeComplaintInput,
        model.Complaint.resume,
        may=Caller.STAFF,
    )
    resolve_complaint = verb(
        "Answers the complaint: to RESOLVED.",
        ResolveComplaintInput,
        model.Complaint.resolve,
        may=Caller.STAFF,
    )
    close_complaint = verb(
        "RESOLVED to CLOSED.", CloseComplaintInput, model.Complaint.close, may=Caller.CUSTOMER_SIDE
    )
    reopen_complaint = verb(
        "RESOLVED or CLOSED to INVESTIGATING; a CLOSED one only within 30 days.",
        ReopenComplaintInput,
        model.Complaint.reopen,
        may=Caller.CUSTOMER_SIDE,
    )
    withdraw_complaint = verb(
        "To WITHDRAWN, on the customer's word.",
        WithdrawComplaintInput,
        model.Complaint.withdraw,
        may=Caller.CUSTOMER_SIDE,
    )
    assign_complaint = verb(
        "Gives the complaint to another owner.",
        AssignComplaintInput,
        model.Complaint.assign,
        may=Caller.STAFF,
    )
    reprioritize_complaint = verb(
        "Assesses it anew, or overrides its priority. The target changes; start, elapsed time "
        "and pauses stay.",
        ReprioritizeComplaintInput,
        model.Complaint.reprioritize,
        may=Caller.STAFF,
    )
    escalate_complaint = verb(
        "Takes it to the process owner, level 3, once.",
        EscalateComplaintInput,
        model.Complaint.escalate,
        may=Caller.STAFF,
    )
    comment_on_complaint = verb(
        "Comments on a complaint. A customer's comment ends the wait for its answer.",
        CommentOnComplaintInput,
        comment_model.Comment.comment,
        may=Caller.CUSTOMER_SIDE,
        comment=later.Comment,
    )
