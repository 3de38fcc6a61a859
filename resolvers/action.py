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
@strawberry.type(
    description="A measure taken about a complaint: against this case, its cause, or similar ones."
)
class CorrectiveAction(Node):
    version: int = column("Increases with each edit or change of status; for `expectedVersion`.")
    kind: CorrectiveActionKind = column("What the action is aimed at.")
    status: CorrectiveActionStatus = column("Its current status in the lifecycle.")
    title: str = column("What is to be done, up to 200 characters.")
    detail: str | None = column("How it is to be done, up to 10,000 characters. Null if not given.")
    owner: later.StaffMember | None = parent(
        "The member of staff who carries it out. Null while nobody is assigned.",
        "staff",
        "owner_id",
    )
    due_on: date | None = column(
        "The day by the end of which, in the customer's time zone, it must be done. Null if none "
        "is set."
    )
    completed_at: datetime | None = column("When it was completed. Null until then.")
    verified_at: datetime | None = column("When it was found effective. Null until then.")
    finding: str | None = column(
        "What was found when its effect was verified. Null if nothing was noted."
    )
    is_overdue: bool = computed(
        "Whether it is open and past its due day.",
        lambda table: table.meets(model.OVERDUE),
    )
    complaint: later.Complaint = parent("The complaint that it was planned for.", "complaint")
    successor: later.CorrectiveAction | None = parent(
        "The action that replaces this one. Null unless this one was ineffective and has been "
        "replaced.",
        "action",
        "successor_id",
    )


@strawberry.type
class Query:
    corrective_actions: Connection[CorrectiveAction] = children(
        "All corrective actions, newest first.",
        "action",
        order=Order((), is_descending=True),
        where={
            "status": Argument(
                list[CorrectiveActionStatus] | None,
                "Only actions in one of these statuses.",
                among("status"),
            ),
            "owner_id": Argument(
                strawberry.ID | None,
                "Only actions owned by this member of staff.",
                refers("staff", "owner_id"),
            ),
            "overdue": Argument(
                bool | None,
                "Only open actions past their due day, or only the others.",
                flag(model.OVERDUE),
            ),
        },
    )


@strawberry.input(description="An action to plan for a complaint.")
class PlanCorrectiveActionInput(IdempotentInput):
    complaint_id: strawberry.ID = acts_on(
        "complaint", "The complaint, which must not be CLOSED or WITHDRAWN."
    )
    kind: CorrectiveActionKind = required("What the action is aimed at.")
    title: str = required("1 to 200 characters.")
    detail: str | None = optional("Up to 10,000 characters.")
    owner_id: strawberry.ID | None = ref("staff", "An active member of staff.", is_required=False)
    due_on: date | None = optional("A day that has not ended in the customer's zone.")
    replaces_id: strawberry.ID | None = ref(
        "action",
        "An INEFFECTIVE action of the same complaint that the new one replaces.",
        is_required=False,
    )


@strawberry.input(description="The changes to an action; omitted fields keep their values.")
class UpdateCorrectiveActionInput(VersionedInput):
    corrective_action_id: strawberry.ID = acts_on(
        "action", "The action, which must be PLANNED or IN_PROGRESS."
    )
    title: str | None = optional("1 to 200 characters.")
    detail: str | None = optional("Up to 10,000 characters; an empty text removes it.")
    owner_id: strawberry.ID | None = ref("staff", "An active member of staff.", is_required=False)
    due_on: date | None = optional("A day that has not ended in the customer's zone.")


@strawberry.input(description="An action to start.")
class StartCorrectiveActionInput(VersionedInput):
    corrective_action_id: strawberry.ID = acts_on("action", "The action, which must be PLANNED.")


@strawberry.input(description="An action to complete.")
class CompleteCorrectiveActionInput(VersionedInput):
    corrective_action_id: strawberry.ID = acts_on(
        "action", "The action, which must be IN_PROGRESS."
    )
    detail: str | None = optional("What was done; replaces the current detail.")


@strawberry.input(description="The verification of an action.")
class VerifyCorrectiveActionInput(VersionedInput):
    corrective_action_id: strawberry.ID = acts_on("action", "The action, which must be DONE.")
    is_effective: bool = required("True moves the action to VERIFIED, false to INEFFECTIVE.")
    finding: str | None = optional(
        "What was found, up to 2,000 characters; required if the action was ineffective."
    )


@strawberry.input(description="An action to cancel.")
class CancelCorrectiveActionInput(VersionedInput):
    corrective_action_id: strawberry.ID = acts_on(
        "action", "The action, which must be PLANNED or IN_PROGRESS."
    )
    reason: str = required("The reason, 1 to 2,000 characters.")


@strawberry.type
class Mutation:
    plan_corrective_action = verb(
        "Plans an action for a complaint; it may replace an ineffective one.",
        PlanCorrectiveActionInput,
        model.CorrectiveAction.plan,
        may=Caller.STAFF,
        corrective_action=CorrectiveAction,
    )
    update_corrective_action = verb(
        "Changes an action that is PLANNED or IN_PROGRESS.",
        UpdateCorrectiveActionInput,
        model.CorrectiveAction.update,
        may=Caller.STAFF,
    )
    start_corrective_action = verb(
        "Starts an action: moves it from PLANNED to IN_PROGRESS.",
        StartCorrectiveActionInput,
        model.CorrectiveAction.start,
        may=Caller.STAFF,
    )
    complete_corrective_action = verb(
        "Completes an action: moves it from IN_PROGRESS to DONE.",
        CompleteCorrectiveActionInput,
        model.CorrectiveAction.complete,
        may=Caller.STAFF,
    )
    verify_corrective_action = verb(
        "Moves an action from DONE to VERIFIED or INEFFECTIVE. A complaint with an ineffective "
        "action can't be closed until a successor is planned.",
        VerifyCorrectiveActionInput,
        model.CorrectiveAction.verify,
        may=Caller.STAFF,
    )
    cancel_corrective_action = verb(
        "Cancels an action: moves it to CANCELLED.",
        CancelCorrectiveActionInput,
        model.CorrectiveAction.cancel,
        may=Caller.STAFF,
    )
