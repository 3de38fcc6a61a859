"""Commendations in the graph."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import strawberry

from models import commendation as model
from resolvers.engine import later
from resolvers.engine.inputs import IdempotentInput, optional, ref, required
from resolvers.engine.mutation import Caller, verb
from resolvers.engine.reading.declare import Order, children, column, parent, reads
from resolvers.engine.types import Connection, Node


@reads("commendation", model.Commendation)
@strawberry.type(description="A contact's praise for a service. It is never edited.")
class Commendation(Node):
    customer: later.Customer = parent("The customer that the contact belongs to.", "customer")
    contact: later.Contact = parent("The contact who praised the service.", "contact")
    service: later.Service = parent("The service that was praised.", "service")
    text: str = column(
        "What was said, up to 10,000 characters; [erased] if the contact was erased."
    )
    received_at: datetime = column("When the praise was received.")
    created_at: datetime = column("When it was recorded.")


def commendations(description: str, *, by: str | None = None) -> Any:
    """A page of commendations."""
    return children(
        f"{description} Latest first.",
        "commendation",
        by=by,
        order=Order(("received_at",), is_descending=True),
    )


@strawberry.type
class Query:
    commendations: Connection[Commendation] = commendations("All commendations.")


@strawberry.input(description="A contact's praise for a service.")
class RecordCommendationInput(IdempotentInput):
    contact_id: strawberry.ID = ref("contact", "The contact who praised the service, active.")
    service_id: strawberry.ID = ref("service", "A service that is in the catalogue or RETIRED.")
    text: str = required("What was said, 1 to 10,000 characters.")
    received_at: datetime | None = optional(
        "When the praise was received: at most 30 days ago, not in the future; now by default."
    )


@strawberry.type
class Mutation:
    record_commendation = verb(
        "Records a contact's praise for a service. The customer's health band does not change.",
        RecordCommendationInput,
        model.Commendation.record,
        may=Caller.CUSTOMER_SIDE,
        commendation=Commendation,
    )
