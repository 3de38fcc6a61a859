"""What can be done to a complaint, as mutations."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import strawberry

from models import comment as comment_model
from models import complaint as model
from models.base import Act
from resolvers.comment import Comment
from resolvers.complaint import Complaint
from resolvers.engine.inputs import Keyed, Versioned, given, ref, required
from resolvers.engine.mutation import verb
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
class RecordComplaintInput(Keyed):
    customer_id: strawberry.ID = ref("customer", "Whose complaint it is.")
    title: str = named("subject", required("1 to 200 characters."))
    description: str = required("1 to 10,000 characters.")
    channel: ComplaintChannel = required("The way on which it came.")
    impact: Level = required("How much it hurts.")
    urgency: Level = required("How soon it hurts.")
    has_safety_risk: bool | None = given("Whether safety is at risk; false where left out.")
    remedy_sought: str | None = given("What the customer asks for, up to 2,000 characters.")
    category: str | None = given("Up to 80 characters.")
    area: ServiceArea | None = given("The area of quality that it touches.")
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
    received_at: datetime | None = given(
        "When it came: at most 30 days ago, never in the future; now where left out."
    )


@strawberry.input(description="A complaint that is acknowledged.")
class AcknowledgeComplaintInput(Versioned):
    complaint_id: strawberry.ID = ref("complaint", "The complaint, RECEIVED.")
    owner_id: strawberry.ID | None = ref(
        "staff",
        "Who owns it from here on; its owner or the caller where left out.",
        is_required=False,
    )


@strawberry.input(description="A complaint that is looked into.")
class InvestigateComplaintInput(Versioned):
    complaint_id: strawberry.ID = ref("complaint", "The complaint, ACKNOWLEDGED.")


@strawberry.input(description="What the customer is asked.")
class AwaitCustomerInput(Versioned):
    complaint_id: strawberry.ID = ref("complaint", "The complaint, ACKNOWLEDGED or INVESTIGATING.")
    question: str = required("What is asked of the customer, 1 to 2,000 characters.")


@strawberry.input(description="A complaint that waits no longer.")
class ResumeComplaintInput(Versioned):
    complaint_id: strawberry.ID = ref("complaint", "The complaint, AWAITING_CUSTOMER.")
    reason: str | None = given("Why, up to 2,000 characters.")


@strawberry.input(description="The answer to a complaint.")
class ResolveComplaintInput(Versioned):
    complaint_id: strawberry.ID = ref("complaint", "The complaint, open and acknowledged.")
    kind: ResolutionKind = required("The kind of answer.")
    summary: str = required("What the customer is told, 1 to 10,000 characters.")
    root_cause: str | None = given("What had caused it, up to 10,000 characters.")


@strawberry.input(description="A complaint whose answer stands.")
class CloseComplaintInput(Versioned):
    complaint_id: strawberry.ID = ref("complaint", "The complaint, RESOLVED.")
    reason: str | None = given("Why, up to 2,000 characters.")


@strawberry.input(description="A complaint whose answer did not hold.")
class ReopenComplaintInput(Versioned):
    complaint_id: strawberry.ID = ref("complaint", "The complaint, RESOLVED, or CLOSED of late.")
    reason: str = required("Why, 1 to 2,000 characters.")


@strawberry.input(description="A complaint that the customer takes back.")
class WithdrawComplaintInput(Versioned):
    complaint_id: strawberry.ID = ref("complaint", "The complaint, not CLOSED or WITHDRAWN.")
    reason: str = required("Why, 1 to 2,000 characters.")


@strawberry.input(description="Who is to act.")
class AssignComplaintInput(Versioned):
    complaint_id: strawberry.ID = ref("complaint", "The complaint, not ended.")
    owner_id: strawberry.ID = ref("staff", "An active member of staff.")


@strawberry.input(description="Another assessment of a complaint, or a priority set by hand.")
class ReprioritizeComplaintInput(Versioned):
    complaint_id: strawberry.ID = ref("complaint", "The complaint, not ended.")
    impact: Level | None = given("How much it hurts; as before where left out.")
    urgency: Level | None = given("How soon it hurts; as before where left out.")
    has_safety_risk: bool | None = given("Whether safety is at risk; as before where left out.")
    priority: Priority | None = given(
        "A priority in place of the assessed one, with a reason; the assessed one itself ends an "
        "override. Left out, what holds now stays: an override, or the assessment."
    )
    reason: str | None = given("Why, up to 2,000 characters; needed for a priority by hand.")


@strawberry.input(description="A complaint that goes to the process owner.")
class EscalateComplaintInput(Versioned):
    complaint_id: strawberry.ID = ref("complaint", "The complaint, not ended.")
    reason: str = required("Why, 1 to 2,000 characters.")


@strawberry.input(description="A comment on a complaint.")
class CommentOnComplaintInput(Keyed):
    complaint_id: strawberry.ID = ref("complaint", "The complaint.")
    body: str = required("1 to 10,000 characters.")
    visibility: Visibility = required("Who reads it; a customer's own is always CUSTOMER.")


async def _comment(row: model.Complaint, act: Act, **given: Any) -> comment_model.Comment:
    return await comment_model.Comment.write(act, row, **given)


def _on(description: str, input_type: Any, run: Any, **objects: Any) -> Any:
    """A mutation of one complaint."""
    return verb(
        description,
        input_type,
        run,
        on="complaint_id",
        model=model.Complaint,
        **objects,
        complaint=Complaint,
    )


@strawberry.type
class ComplaintMutation:
    record_complaint: None = verb(
        "Records a complaint and assesses its priority.",
        RecordComplaintInput,
        model.Complaint.record,
        complaint=Complaint,
    )
    acknowledge_complaint: None = _on(
        "RECEIVED to ACKNOWLEDGED; it has an owner from here on.",
        AcknowledgeComplaintInput,
        model.Complaint.acknowledge,
    )
    investigate_complaint: None = _on(
        "ACKNOWLEDGED to INVESTIGATING.", InvestigateComplaintInput, model.Complaint.investigate
    )
    await_customer: None = _on(
        "ACKNOWLEDGED or INVESTIGATING to AWAITING_CUSTOMER.",
        AwaitCustomerInput,
        model.Complaint.await_customer,
    )
    resume_complaint: None = _on(
        "AWAITING_CUSTOMER to INVESTIGATING.", ResumeComplaintInput, model.Complaint.resume
    )
    resolve_complaint: None = _on(
        "Answers the complaint: to RESOLVED.", ResolveComplaintInput, model.Complaint.resolve
    )
    close_complaint: None = _on("RESOLVED to CLOSED.", CloseComplaintInput, model.Complaint.close)
    reopen_complaint: None = _on(
        "RESOLVED or CLOSED to INVESTIGATING; a CLOSED one only within 30 days.",
        ReopenComplaintInput,
        model.Complaint.reopen,
    )
    withdraw_complaint: None = _on(
        "To WITHDRAWN, on the customer's word.", WithdrawComplaintInput, model.Complaint.withdraw
    )
    assign_complaint: None = _on(
        "Gives the complaint to another owner.", AssignComplaintInput, model.Complaint.assign
    )
    reprioritize_complaint: None = _on(
        "Assesses it anew, or overrides its priority. The target changes; start, elapsed time "
        "and pauses stay.",
        ReprioritizeComplaintInput,
        model.Complaint.reprioritize,
    )
    escalate_complaint: None = _on(
        "Takes it to the process owner, level 3, once.",
        EscalateComplaintInput,
        model.Complaint.escalate,
    )
    comment_on_complaint: None = _on(
        "Comments on a complaint. A customer's comment ends the wait for its answer.",
        CommentOnComplaintInput,
        _comment,
        comment=Comment,
    )
