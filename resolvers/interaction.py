"""Interactions in the graph."""

from __future__ import annotations

from datetime import date, datetime

import strawberry

from models import interaction as model
from resolvers.contact import Contact
from resolvers.customer import Customer
from resolvers.engine.inputs import Keyed, Versioned, given, ref, required
from resolvers.engine.mutation import verb
from resolvers.engine.pages import Connection, Node
from resolvers.engine.reading.declare import column, named, parent, reads
from resolvers.enums import InteractionKind
from resolvers.lists import interactions
from resolvers.staff import StaffMember


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
    customer: Customer = parent("The customer.", "customer")
    contact: Contact | None = parent("The person of the customer's, if one is named.", "contact")
    relationship_manager: StaffMember | None = parent(
        "Who talked to the customer.", "staff", "held_by_id"
    )


@strawberry.type
class InteractionQuery:
    interactions: Connection[Interaction] = interactions("All talks with customers.")


@strawberry.input(description="A talk as it is taken down.")
class RecordInteractionInput(Keyed):
    customer_id: strawberry.ID = ref("customer", "The customer.")
    kind: InteractionKind = required("What kind of talk it was.")
    summary: str = required("What was said, 1 to 10,000 characters.")
    occurred_at: datetime | None = given(
        "When it was: at most 730 days ago, never in the future; now where left out."
    )
    agreed_actions: str | None = given("What was agreed, up to 10,000 characters.")
    follow_up_on: date | None = given("A day that has not ended in the customer's zone.")
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
class CompleteFollowUpInput(Versioned):
    interaction_id: strawberry.ID = ref("interaction", "The interaction, with an open follow-up.")
    note: str | None = given("What came of it, up to 2,000 characters.")


@strawberry.type
class InteractionMutation:
    record_interaction: None = verb(
        "Takes a talk down. A service review plans the customer's next one.",
        RecordInteractionInput,
        model.Interaction.take_down,
        interaction=Interaction,
    )
    complete_follow_up: None = verb(
        "What was agreed has been followed up.",
        CompleteFollowUpInput,
        model.Interaction.complete_follow_up,
        on="interaction_id",
        model=model.Interaction,
        interaction=Interaction,
    )
