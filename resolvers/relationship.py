"""Relationships in the graph, and what is reached along them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

import strawberry

from models import relationship as model
from models.bounds import DEPENDENCIES_PER_ANSWER_MAX, DEPENDENCY_DEPTH_MAX
from models.relationship import DEPENDENCY, LIVE
from models.rules.edges import RELATABLE
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
from resolvers.engine.reading.conditions import among, flag
from resolvers.engine.reading.declare import (
    Argument,
    Order,
    Walk,
    children,
    column,
    declared,
    reads,
    union,
)
from resolvers.engine.reading.dialect import literal
from resolvers.engine.reading.plan import Table
from resolvers.engine.reading.walk import DEPTH_DEFAULT
from resolvers.engine.types import Node
from resolvers.enums import RelationshipKind

Relatable = Annotated[
    later.Customer | later.Contact | later.StaffMember | later.Service | later.ConfigurationItem,
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


_SOURCE, _TARGET = ("source_type", "source_id"), ("target_type", "target_id")
_NOUNS = ("service", "item")


_DEPENDENCIES = Walk("relationship", _SOURCE, _TARGET, _NOUNS, DEPENDENCY.sql)
DEPENDENTS = Walk("relationship", _TARGET, _SOURCE, _NOUNS, DEPENDENCY.sql)


def _walked(description: str, walk: Walk) -> Any:
    depth = f"How many edges away at most: 1 to {DEPENDENCY_DEPTH_MAX}."
    first = f"How many from the nearest: 0 to {DEPENDENCIES_PER_ANSWER_MAX}."
    return declared(
        f"{description} By live DEPENDS_ON and HOSTED_ON edges, transitively; each once, at its "
        "least depth, the nearest first. Staff only: a customer's side sees none.",
        walk,
        {
            "depth": Argument(int | None, depth, default=DEPTH_DEFAULT),
            "first": Argument(int | None, first, default=DEPENDENCIES_PER_ANSWER_MAX),
        },
    )


def depends_on() -> Any:
    """What this depends on."""
    return _walked("What this depends on.", _DEPENDENCIES)


def dependents() -> Any:
    """What depends on this."""
    return _walked("What depends on this, and fails with it.", DEPENDENTS)


def relationships(description: str) -> Any:
    """A page of the edges at a row, whichever end it is."""

    def at(row: Table) -> str:
        selects = []
        for noun, number in (_SOURCE, _TARGET):
            edge = row.plan.table("relationship")
            selects.append(
                f"SELECT {edge.key} AS id FROM {edge.source}"
                f" WHERE {edge[noun]} = {literal(row.noun.name)} AND {edge[number]} = {row.key}"
            )
        return " UNION ALL ".join(selects)

    return children(
        f"{description} The newest first, ended ones too. Staff only: a customer's side sees none.",
        "relationship",
        order=Order((), is_descending=True),
        within=at,
        where={
            "kind": Argument(list[RelationshipKind] | None, "Of one of these.", among("kind")),
            "is_live": Argument(
                bool | None,
                "Whether it has not ended; all where left out.",
                flag(LIVE),
            ),
        },
    )


@strawberry.input(description="An edge between two objects.")
class RelateInput(IdempotentInput):
    kind: RelationshipKind = required("What it says; it tells which objects may be its ends.")
    source_id: strawberry.ID = ref(RELATABLE, "Where it goes from.")
    target_id: strawberry.ID = ref(RELATABLE, "Where it goes to.")
    since: date | None = optional("The day on which it began, not in the future.")
    note: str | None = optional("Up to 2,000 characters.")


@strawberry.input(description="An edge that ends.")
class UnrelateInput(VersionedInput):
    relationship_id: strawberry.ID = acts_on("relationship", "The relationship, live.")
    reason: str | None = optional("Why, up to 2,000 characters.")


@strawberry.type
class Mutation:
    relate = verb(
        "Adds an edge. RULE_VIOLATED where its kind doesn't admit such ends, where an end is over, "
        "where an equal edge is live, and where it would close a circle that its kind forbids.",
        RelateInput,
        model.Relationship.relate,
        may=Caller.STAFF,
        relationship=Relationship,
    )
    unrelate = verb(
        "Ends an edge today, in the customer's time zone where it is a customer's, else in UTC; "
        "it stays in the history.",
        UnrelateInput,
        model.Relationship.unrelate,
        may=Caller.STAFF,
    )
