"""Corrective actions in the graph."""

from __future__ import annotations

from datetime import date, datetime

import strawberry

from models import action as model
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
from resolvers.engine.reading.conditions import among, flag, refers
from resolvers.engine.reading.declare import (
    Argument,
    Order,
    children,
    column,
    computed,
    parent,
    reads,
)
from resolvers.engine.types import Connection, Node
from resolvers.enums import CorrectiveActionKind, CorrectiveActionStatus


@reads("action", model.CorrectiveAction)
@strawberry.type(description="What is done about a complaint, its cause or its like.")
class CorrectiveAction(Node):
    version: int = column("Raised by each edit or change of status; for `expectedVersion`.")
    kind: CorrectiveActionKind = column("What it is aimed at.")
    status: CorrectiveActionStatus = column("Where it stands.")
    title: str = column("What is done, up to 200 characters.")
    detail: str | None = column("How, up to 10,000 characters.")
    owner: later.StaffMember | None = parent("Who does it.", "staff", "owner_id")
    due_on: date | None = column("The day by whose end, in the customer's zone, it is to be done.")
    completed_at: datetime | None = column("When it was done.")
    verified_at: datetime | None = column("When it was found effective.")
    finding: str | None = column("What was found when somebody looked whether it had helped.")
    is_overdue: bool = computed(
        "Whether it is open and its day has ended.",
        lambda table: table.meets(model.OVERDUE),
    )
    complaint: later.Complaint = parent("The complaint that it answers.", "complaint")
    successor: later.CorrectiveAction | None = parent(
        "The action that replaces it, where it had no effect.", "action", "successor_id"
    )


@strawberry.type
class Query:
    corrective_actions: Connection[CorrectiveAction] = children(
        "All corrective actions, the newest first.",
        "action",
        order=Order((), is_descending=True),
        where={
            "status": Argument(
                list[CorrectiveActionStatus] | None, "In one of these.", among("status")
            ),
            "owner_id": Argument(
                strawberry.ID | None, "Owned by this person.", refers("staff", "owner_id")
            ),
            "overdue": Argument(
                bool | None, "Whether open with its day ended.", flag(model.OVERDUE)
            ),
        },
    )


@strawberry.input(description="An action to be done about a complaint.")
class PlanCorrectiveActionInput(IdempotentInput):
    complaint_id: strawberry.ID = acts_on("complaint", "The complaint, not CLOSED or WITHDRAWN.")
    kind: CorrectiveActionKind = required("What it is aimed at.")
    title: str = required("1 to 200 characters.")
    detail: str | None = optional("Up to 10,000 characters.")
    owner_id: strawberry.ID | None = ref("staff", "An active member of staff.", is_required=False)
    due_on: date | None = optional("A day that has not ended in the customer's zone.")
    replaces_id: strawberry.ID | None = ref(
        "action",
        "An INEFFECTIVE action of the same complaint, whose successor this is.",
        is_required=False,
    )


@strawberry.input(description="What changes about an action; what is left out stays.")
class UpdateCorrectiveActionInput(VersionedInput):
    corrective_action_id: strawberry.ID = acts_on("action", "The action, PLANNED or IN_PROGRESS.")
    title: str | None = optional("1 to 200 characters.")
    detail: str | None = optional("Up to 10,000 characters; an empty one takes it away.")
    owner_id: strawberry.ID | None = ref("staff", "An active member of staff.", is_required=False)
    due_on: date | None = optional("A day that has not ended in the customer's zone.")


@strawberry.input(description="An action that somebody begins.")
class StartCorrectiveActionInput(VersionedInput):
    corrective_action_id: strawberry.ID = acts_on("action", "The action, PLANNED.")


@strawberry.input(description="An action that is done.")
class CompleteCorrectiveActionInput(VersionedInput):
    corrective_action_id: strawberry.ID = acts_on("action", "The action, IN_PROGRESS.")
    detail: str | None = optional("What was done, in place of the detail before.")


@strawberry.input(description="Whether an action helped.")
class VerifyCorrectiveActionInput(VersionedInput):
    corrective_action_id: strawberry.ID = acts_on("action", "The action, DONE.")
    is_effective: bool = required("Whether it helped: to VERIFIED, or to INEFFECTIVE.")
    finding: str | None = optional(
        "What was found, up to 2,000 characters; needed if it did not help."
    )


@strawberry.input(description="An action that will not be done.")
class CancelCorrectiveActionInput(VersionedInput):
    corrective_action_id: strawberry.ID = acts_on("action", "The action, PLANNED or IN_PROGRESS.")
    reason: str = required("Why, 1 to 2,000 characters.")


@strawberry.type
class Mutation:
    plan_corrective_action = verb(
        "Plans an action for a complaint; it may replace one that had no effect.",
        PlanCorrectiveActionInput,
        model.CorrectiveAction.plan,
        may=Caller.STAFF,
        corrective_action=CorrectiveAction,
    )
    update_corrective_action = verb(
        "Changes an action that is not finished.",
        UpdateCorrectiveActionInput,
        model.CorrectiveAction.update,
        may=Caller.STAFF,
    )
    start_corrective_action = verb(
        "PLANNED to IN_PROGRESS.",
        StartCorrectiveActionInput,
        model.CorrectiveAction.start,
        may=Caller.STAFF,
    )
    complete_corrective_action = verb(
        "IN_PROGRESS to DONE.",
        CompleteCorrectiveActionInput,
        model.CorrectiveAction.complete,
        may=Caller.STAFF,
    )
    verify_corrective_action = verb(
        "DONE to VERIFIED, or to INEFFECTIVE: then plan its successor, or the complaint can't "
        "be closed.",
        VerifyCorrectiveActionInput,
        model.CorrectiveAction.verify,
        may=Caller.STAFF,
    )
    cancel_corrective_action = verb(
        "To CANCELLED.",
        CancelCorrectiveActionInput,
        model.CorrectiveAction.cancel,
        may=Caller.STAFF,
    )
