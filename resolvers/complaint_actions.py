"""What the viewer may do to a complaint in its current state."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from typing import Any

import strawberry

from models import complaint as model
from models.action import UNFINISHED
from models.rules.lifecycle import COMPLAINT, OVER_COMPLAINTS, Step, reopens_too_late
from resolvers.engine.mutation import may
from resolvers.engine.names import camel
from resolvers.engine.reading.declare import (
    Expression,
    part,
    value,
)
from resolvers.engine.reading.plan import Table
from resolvers.engine.reading.request import Asked
from resolvers.enums import (
    ComplaintStatus,
)

MUTATIONS = {step.verb: f"{step.verb}_complaint" for step in COMPLAINT.steps} | {
    "await_customer": "await_customer"
}
"""The mutation that takes each step of the lifecycle."""


@strawberry.type(description="A lifecycle step that a complaint may take now.")
class ComplaintTransition:
    to: ComplaintStatus = part("The status it leads to.")
    mutation: str = part("The mutation that takes this step.")
    requires: list[str] = part("The input fields that this step requires.")


@strawberry.enum(description="Something that may be done to a complaint.")
class ComplaintAction(Enum):
    ACKNOWLEDGE = value("ACKNOWLEDGE", "Use the mutation acknowledgeComplaint.")
    INVESTIGATE = value("INVESTIGATE", "Use the mutation investigateComplaint.")
    AWAIT_CUSTOMER = value("AWAIT_CUSTOMER", "Use the mutation awaitCustomer.")
    RESUME = value("RESUME", "Use the mutation resumeComplaint.")
    RESOLVE = value("RESOLVE", "Use the mutation resolveComplaint.")
    CLOSE = value("CLOSE", "Use the mutation closeComplaint.")
    REOPEN = value("REOPEN", "Use the mutation reopenComplaint.")
    WITHDRAW = value("WITHDRAW", "Use the mutation withdrawComplaint.")
    REPRIORITIZE = value("REPRIORITIZE", "Use the mutation reprioritizeComplaint.")
    ASSIGN = value("ASSIGN", "Use the mutation assignComplaint.")
    ESCALATE = value("ESCALATE", "Use the mutation escalateComplaint.")
    COMMENT = value("COMMENT", "Use the mutation commentOnComplaint.")
    PLAN_CORRECTIVE_ACTION = value(
        "PLAN_CORRECTIVE_ACTION", "Use the mutation planCorrectiveAction."
    )


def _unfinished(table: Table) -> str:
    return table.count(
        "action",
        lambda other: f"{other['complaint_id']} = {table.key}",
        UNFINISHED.sql,
    )


STANDING: dict[str, Expression] = {
    "status": lambda table: table["status"],
    "owner": lambda table: table["owner_id"],
    "closed": lambda table: table.output("closed_at"),
    "escalation": lambda table: table["escalation_level"],
    "unfinished": _unfinished,
}


def _steps(row: Mapping[str, Any], asked: Asked) -> list[Step[ComplaintStatus]]:
    """The lifecycle steps that may be taken now and that the viewer's role allows."""
    return [
        step
        for step in COMPLAINT.steps_from(ComplaintStatus(row["status"]))
        if may(asked.viewer, MUTATIONS[step.verb]) and not _is_barred(step.verb, row, asked)
    ]


def _is_barred(verb: str, row: Mapping[str, Any], asked: Asked) -> bool:
    """Whether a rule outside the lifecycle's table forbids a step now."""
    if verb == "close":
        return bool(row["unfinished"])
    if verb == "reopen" and row["closed"] is not None:
        return reopens_too_late(datetime.fromisoformat(row["closed"]), asked.now)
    return False


def _requires(step: Step[ComplaintStatus], row: Mapping[str, Any], asked: Asked) -> list[str]:
    """The input fields that a step requires; an owner only if the complaint would have none."""
    has_owner = row["owner"] is not None or asked.viewer.actor_type == "staff"
    fields = {"owner": [] if has_owner else ["ownerId"]}
    return [name for need in step.needs for name in fields.get(need, [camel(need)])]


def transitions(row: Mapping[str, Any], asked: Asked) -> list[dict[str, Any]]:
    """The steps, with where they lead and what they require."""
    return [
        {
            "to": step.to,
            "mutation": camel(MUTATIONS[step.verb]),
            "requires": _requires(step, row, asked),
        }
        for step in _steps(row, asked)
    ]


def actions(row: Mapping[str, Any], asked: Asked) -> list[str]:
    """The steps, and what may be done without one."""
    verbs = [step.verb for step in _steps(row, asked)]
    if ComplaintStatus(row["status"]) not in OVER_COMPLAINTS:
        others = {
            "reprioritize": "reprioritize_complaint",
            "assign": "assign_complaint",
            "escalate": "escalate_complaint",
            "plan_corrective_action": "plan_corrective_action",
        }
        verbs += [verb for verb, mutation in others.items() if may(asked.viewer, mutation)]
        if row["escalation"] >= model.ESCALATED_BY_HAND and "escalate" in verbs:
            verbs.remove("escalate")
    if may(asked.viewer, "comment_on_complaint"):
        verbs.append("comment")
    return [action.name for action in ComplaintAction if action.name.lower() in verbs]
