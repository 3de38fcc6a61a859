"""Interactions in the graph."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import strawberry

from models import interaction as model
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
from resolvers.engine.reading.conditions import among, during, flag
from resolvers.engine.reading.declare import (
    Order,
    children,
    column,
    criterion,
    named,
    parent,
    reads,
)
from resolvers.engine.types import Connection, DateTimeRange, Node
from resolvers.enums import InteractionKind


@reads("interaction", model.Interaction)
@strawberry.type(description="A talk with a customer: what was said and agreed. For staff alone.")
class Interaction(Node):
    version: int = column("Raised by each edit; for `expectedVersion`.")
    kind: InteractionKind = column("What kind of talk it was.")
    occurred_at: datetime = column("When it was.")
    summary: str = column("What was said, up to 10,000 characters.")
    agreed_actions: str | None = column("What was agreed, up to 10,000 characters.")
    follow_up_on: date | None = column("The day on which to follow up, in the customer's zone.")
    followed_up_at: datetime | None = column("When it was followed up.")
    customer: later.Customer = parent("The customer.", "customer")
    contact: later.Contact | None = parent(
        "The person of the customer's, if one is named.", "contact"
    )
    relationship_manager: later.StaffMember | None = parent(
        "Who talked to the customer.", "staff", "held_by_id"
    )


@strawberry.input(description="Which talks; all that is given must hold.")
class InteractionFilter:
    kind: list[InteractionKind] | None = criterion("Of one of these kinds.", among("kind"))
    occurred_at: DateTimeRange | None = criterion("Held then.", during("occurred_at"))
    follow_up_due: bool | None = criterion(
        "Whether a follow-up is due: its day has begun, and nobody has followed up.",
        flag(model.FOLLOW_UP_DUE),
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


@strawberry.type
class Query:
    interactions: Connection[Interaction] = interactions("All talks with customers.")


@strawberry.input(description="A talk as it is taken down.")
class RecordInteractionInput(IdempotentInput):
    customer_id: strawberry.ID = ref("customer", "The customer.")
    kind: InteractionKind = required("What kind of talk it was.")
    summary: str = required("What was said, 1 to 10,000 characters.")
    occurred_at: datetime | None = optional(
        "When it was: at most 730 days ago, never in the future; now where left out."
    )
    agreed_actions: str | None = optional("What was agreed, up to 10,000 characters.")
    follow_up_on: date | None = optional("A day that has not ended in the customer's zone.")
    contact_id: strawberry.ID | None = ref(
        "contact", "A contact of that customer.", is_required=False
    )
    held_by_id: strawberry.ID | None = named(
        "relationshipManagerId",
        ref(
            "staff",
            "Who talked; the caller where it manages customers, else the customer's own manager.",
            is_required=False,
        ),
    )


@strawberry.input(description="A talk whose agreement was followed up.")
class CompleteFollowUpInput(VersionedInput):
    interaction_id: strawberry.ID = acts_on(
        "interaction", "The interaction, with an open follow-up."
    )
    note: str | None = optional("What came of it, up to 2,000 characters.")


@strawberry.type
class Mutation:
    record_interaction = verb(
        "Takes a talk down. A service review plans the customer's next one.",
        RecordInteractionInput,
        model.Interaction.record,
        may=Caller.STAFF,
        interaction=Interaction,
    )
    complete_follow_up = verb(
        "What was agreed has been followed up.",
        CompleteFollowUpInput,
        model.Interaction.complete_follow_up,
        may=Caller.STAFF,
    )
