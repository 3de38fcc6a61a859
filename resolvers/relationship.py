"""Relationships in the graph, and what is reached along them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

import strawberry

from models import relationship as model
from models.rules.edges import RELATABLE
from resolvers.configuration_item import ConfigurationItem
from resolvers.contact import Contact
from resolvers.customer import Customer
from resolvers.engine.inputs import Keyed, Versioned, given, ref, required
from resolvers.engine.mutation import verb
from resolvers.engine.pages import Node
from resolvers.engine.reading.declare import column, reads, union
from resolvers.enums import RelationshipKind
from resolvers.service import Service
from resolvers.staff import StaffMember

Relatable = Annotated[
    Customer | Contact | StaffMember | Service | ConfigurationItem,
    strawberry.union("Relatable", description="What may stand at an end of a relationship."),
]


@reads("relationship", model.Relationship)
@strawberry.type(
    description="A connection between two parties, or between two of which one depends on the "
    "other. Staff only: a customer's side sees none."
)
class Relationship(Node):
    version: int = column("Raised when it ends; for `expectedVersion`.")
    kind: RelationshipKind = column("What it says of its source and its target.")
    source: Relatable = union(
        "Where it goes from. PARTNER_OF has no direction: either may stand here.",
        type_column="source_type",
        id_column="source_id",
        nouns=RELATABLE,
    )
    target: Relatable = union(
        "Where it goes to.", type_column="target_type", id_column="target_id", nouns=RELATABLE
    )
    since: date | None = column("The day on which it began; null where that was not told.")
    until: date | None = column("The day on which it ended; null while it is live.")
    note: str | None = column("What there is to say about it, up to 2,000 characters.")
    created_at: datetime = column("When it was recorded.")


@strawberry.type(description="A service or item that is reached along dependencies.")
class Dependency:
    item: Relatable = strawberry.field(description="What is reached.")
    depth: int = strawberry.field(description="How many edges away at least, from 1.")
    path: list[Relatable] = strawberry.field(
        description="One shortest way: from where the walk began to what is reached, both included."
    )


@strawberry.input(description="An edge between two objects.")
class RelateInput(Keyed):
    kind: RelationshipKind = required("What it says; it tells which objects may be its ends.")
    source_id: strawberry.ID = ref(RELATABLE, "Where it goes from.")
    target_id: strawberry.ID = ref(RELATABLE, "Where it goes to.")
    since: date | None = given("The day on which it began, not in the future.")
    note: str | None = given("Up to 2,000 characters.")


@strawberry.input(description="An edge that ends.")
class UnrelateInput(Versioned):
    relationship_id: strawberry.ID = ref("relationship", "The relationship, live.")
    reason: str | None = given("Why, up to 2,000 characters.")


@strawberry.type
class RelationshipMutation:
    relate: None = verb(
        "Adds an edge. RULE_VIOLATED where its kind doesn't admit such ends, where an end is over, "
        "where an equal edge is live, and where it would close a circle that its kind forbids.",
        RelateInput,
        model.Relationship.relate,
        relationship=Relationship,
    )
    unrelate: None = verb(
        "Ends an edge today, in the customer's time zone where it is a customer's, else in UTC; "
        "it stays in the history.",
        UnrelateInput,
        model.Relationship.unrelate,
        on="relationship_id",
        model=model.Relationship,
        relationship=Relationship,
    )
