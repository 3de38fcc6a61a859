"""Complaints in the graph."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from typing import Any

import strawberry

from models import access
from models import complaint as model
from models.action import UNFINISHED
from models.base import camel
from models.rules.lifecycle import COMPLAINT, OVER_COMPLAINTS, Step, reopens_too_late
from resolvers import later
from resolvers.clock import SlaClock, clock
from resolvers.contact import Contact
from resolvers.customer import Customer
from resolvers.engine.pages import Connection, Node
from resolvers.engine.reading.declare import (
    Argument,
    Expression,
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
from resolvers.engine.reading.plan import Table
from resolvers.engine.reading.request import Asked
from resolvers.enrollment import Enrollment
from resolvers.enums import (
    ComplaintChannel,
    ComplaintStatus,
    Level,
    Priority,
    ResolutionKind,
    ServiceArea,
    SlaMetric,
)
from resolvers.lists import complaints, timeline
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


@strawberry.enum(description="What may be done to a complaint.")
class ComplaintAction(Enum):
    ACKNOWLEDGE = strawberry.enum_value("ACKNOWLEDGE", description="acknowledgeComplaint.")
    INVESTIGATE = strawberry.enum_value("INVESTIGATE", description="investigateComplaint.")
    AWAIT_CUSTOMER = strawberry.enum_value("AWAIT_CUSTOMER", description="awaitCustomer.")
    RESUME = strawberry.enum_value("RESUME", description="resumeComplaint.")
    RESOLVE = strawberry.enum_value("RESOLVE", description="resolveComplaint.")
    CLOSE = strawberry.enum_value("CLOSE", description="closeComplaint.")
    REOPEN = strawberry.enum_value("REOPEN", description="reopenComplaint.")
    WITHDRAW = strawberry.enum_value("WITHDRAW", description="withdrawComplaint.")
    REPRIORITIZE = strawberry.enum_value("REPRIORITIZE", description="reprioritizeComplaint.")
    ASSIGN = strawberry.enum_value("ASSIGN", description="assignComplaint.")
    ESCALATE = strawberry.enum_value("ESCALATE", description="escalateComplaint.")
    COMMENT = strawberry.enum_value("COMMENT", description="commentOnComplaint.")
    PLAN_CORRECTIVE_ACTION = strawberry.enum_value(
        "PLAN_CORRECTIVE_ACTION", description="planCorrectiveAction."
    )


def _unfinished(table: Table) -> str:
    return table.count(
        "action",
        lambda other: f"{other['complaint_id']} = {table.key}",
        UNFINISHED.sql,
    )


_STANDING: dict[str, Expression] = {
    "status": lambda table: table["status"],
    "owner": lambda table: table["owner_id"],
    "closed": lambda table: table.output("closed_at"),
    "escalation": lambda table: table["escalation_level"],
    "unfinished": _unfinished,
}


def _steps(row: Mapping[str, Any], asked: Asked) -> list[Step[ComplaintStatus]]:
    """The steps of the lifecycle that may be taken now, of those that the role admits."""
    return [
        step
        for step in COMPLAINT.steps_from(ComplaintStatus(row["status"]))
        if access.may(asked.viewer, MUTATIONS[step.verb]) and not _is_barred(step.verb, row, asked)
    ]


def _is_barred(verb: str, row: Mapping[str, Any], asked: Asked) -> bool:
    """Whether a rule beside the table stands against a step as things are."""
    if verb == "close":
        return bool(row["unfinished"])
    if verb == "reopen" and row["closed"] is not None:
        return reopens_too_late(datetime.fromisoformat(row["closed"]), asked.now)
    return False


def _requires(step: Step[ComplaintStatus], row: Mapping[str, Any], asked: Asked) -> list[str]:
    """The input's fields for what a step needs; an owner only where none is there to be taken."""
    has_owner = row["owner"] is not None or asked.viewer.actor_type == "staff"
    fields = {"owner": [] if has_owner else ["ownerId"]}
    return [name for need in step.needs for name in fields.get(need, [camel(need)])]


def _transitions(row: Mapping[str, Any], asked: Asked) -> list[dict[str, Any]]:
    return [
        {
            "to": step.to,
            "mutation": camel(MUTATIONS[step.verb]),
            "requires": _requires(step, row, asked),
        }
        for step in _steps(row, asked)
    ]


def _actions(row: Mapping[str, Any], asked: Asked) -> list[str]:
    """The steps, and what may be done without one."""
    verbs = [step.verb for step in _steps(row, asked)]
    if ComplaintStatus(row["status"]) not in OVER_COMPLAINTS:
        others = {
            "reprioritize": "reprioritize_complaint",
            "assign": "assign_complaint",
            "escalate": "escalate_complaint",
            "plan_corrective_action": "plan_corrective_action",
        }
        verbs += [verb for verb, mutation in others.items() if access.may(asked.viewer, mutation)]
        if row["escalation"] >= model.ESCALATED_BY_HAND and "escalate" in verbs:
            verbs.remove("escalate")
    if access.may(asked.viewer, "comment_on_complaint"):
        verbs.append("comment")
    return [action.name for action in ComplaintAction if action.name.lower() in verbs]


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
        lambda table: table.plan.dialect.either(
            f"{table['resolution_kind']} IS NOT NULL", table.meets(model.UPHELD)
        ),
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
        "The steps that you may take now, with what each needs.", _STANDING, _transitions
    )
    allowed_actions: list[ComplaintAction] = derived(
        "What you may do to it now, the steps of its lifecycle included.", _STANDING, _actions
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
