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
@strawberry.type(
    description="A conversation with a customer: what was said and agreed. Staff only."
)
class Interaction(Node):
    version: int = column("Increases with each edit; for `expectedVersion`.")
    kind: InteractionKind = column("The kind of the interaction.")
    occurred_at: datetime = column("When it was held.")
    summary: str = column("What was said, up to 10,000 characters.")
    agreed_actions: str | None = column(
        "What was agreed, up to 10,000 characters. Null if nothing was."
    )
    follow_up_on: date | None = column(
        "The day to follow up, in the customer's time zone. Null if no follow-up was agreed."
    )
    followed_up_at: datetime | None = column("When it was followed up. Null until then.")
    customer: later.Customer = parent("The customer it was held with.", "customer")
    contact: later.Contact | None = parent(
        "The customer's contact who took part. Null if none was named.", "contact"
    )
    relationship_manager: later.StaffMember | None = parent(
        "The member of staff who held it. Null if not known.", "staff", "held_by_id"
    )


@strawberry.input(description="Filters interactions; all the given conditions must hold.")
class InteractionFilter:
    kind: list[InteractionKind] | None = criterion(
        "Only interactions of one of these kinds.", among("kind")
    )
    occurred_at: DateTimeRange | None = criterion(
        "Only interactions held in this period.", during("occurred_at")
    )
    follow_up_due: bool | None = criterion(
        "Only interactions whose follow-up is due, or only the others. It is due once its day has "
        "begun, until someone follows up.",
        flag(model.FOLLOW_UP_DUE),
    )


def interactions(description: str, *, by: str | None = None) -> Any:
    """A page of interactions with customers."""
    return children(
        f"{description} Latest first.",
        "interaction",
        by=by,
        order=Order(("occurred_at",), is_descending=True),
        admits=InteractionFilter,
    )


@strawberry.type
class Query:
    interactions: Connection[Interaction] = interactions("All interactions with customers.")


@strawberry.input(description="An interaction to record.")
class RecordInteractionInput(IdempotentInput):
    customer_id: strawberry.ID = ref("customer", "The customer it was held with.")
    kind: InteractionKind = required("The kind of the interaction.")
    summary: str = required("What was said, 1 to 10,000 characters.")
    occurred_at: datetime | None = optional(
        "When it was held: at most 730 days ago, not in the future; now by default."
    )
    agreed_actions: str | None = optional("What was agreed, up to 10,000 characters.")
    follow_up_on: date | None = optional("A day that has not ended in the customer's zone.")
    contact_id: strawberry.ID | None = ref(
        "contact", "A contact of the same customer.", is_required=False
    )
    held_by_id: strawberry.ID | None = named(
        "relationshipManagerId",
        ref(
            "staff",
            "The member of staff who held it; by default the caller if a relationship manager, "
            "else the customer's own.",
            is_required=False,
        ),
    )


@strawberry.input(description="An interaction whose follow-up was done.")
class CompleteFollowUpInput(VersionedInput):
    interaction_id: strawberry.ID = acts_on(
        "interaction", "The interaction, which must have an open follow-up."
    )
    note: str | None = optional("The outcome, up to 2,000 characters.")


@strawberry.type
class Mutation:
    record_interaction = verb(
        "Records an interaction. A service review also plans the customer's next one.",
        RecordInteractionInput,
        model.Interaction.record,
        may=Caller.STAFF,
        interaction=Interaction,
    )
    complete_follow_up = verb(
        "Marks the follow-up of an interaction as done.",
        CompleteFollowUpInput,
        model.Interaction.complete_follow_up,
        may=Caller.STAFF,
    )
