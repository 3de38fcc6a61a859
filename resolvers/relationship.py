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
    part,
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
    strawberry.union("Relatable", description="The objects that a relationship can connect."),
]


@reads("relationship", model.Relationship)
@strawberry.type(
    description="A connection between two objects: how two parties relate, or what depends on "
    "what. Staff only: customers see none."
)
class Relationship(Node):
    version: int = column("Increases when it ends; for `expectedVersion`.")
    kind: RelationshipKind = column("What it says about its source and target.")
    source: Relatable = union(
        "The object it starts from. PARTNER_OF has no direction: either may be the source.",
        type_column="source_type",
        id_column="source_id",
        nouns=RELATABLE,
    )
    target: Relatable = union(
        "The object it leads to.", type_column="target_type", id_column="target_id", nouns=RELATABLE
    )
    since: date | None = column("The day it began. Null if not known.")
    until: date | None = column("The day it ended. Null while it is live.")
    note: str | None = column("A note about it, up to 2,000 characters. Null if there is none.")
    created_at: datetime = column("When it was recorded.")


@strawberry.type(description="A service or item that is reached through dependencies.")
class Dependency:
    item: Relatable = part("The object that is reached.")
    depth: int = part("How many edges away it is at least, from 1.")
    path: list[Relatable] = part(
        "A shortest path, from the start to the object reached, including both."
    )


_SOURCE, _TARGET = ("source_type", "source_id"), ("target_type", "target_id")
_NOUNS = ("service", "item")


_DEPENDENCIES = Walk("relationship", _SOURCE, _TARGET, _NOUNS, DEPENDENCY.sql)
DEPENDENTS = Walk("relationship", _TARGET, _SOURCE, _NOUNS, DEPENDENCY.sql)


def _walked(description: str, walk: Walk) -> Any:
    depth = f"How many edges away at most: 1 to {DEPENDENCY_DEPTH_MAX}."
    first = f"How many, nearest first: 0 to {DEPENDENCIES_PER_ANSWER_MAX}."
    return declared(
        f"{description} Follows live DEPENDS_ON and HOSTED_ON edges transitively and lists each "
        "object once, at its least depth, nearest first. Staff only: customers see none.",
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
        f"{description} Newest first, including ended ones. Staff only: customers see none.",
        "relationship",
        order=Order((), is_descending=True),
        within=at,
        where={
            "kind": Argument(
                list[RelationshipKind] | None,
                "Only relationships of one of these kinds.",
                among("kind"),
            ),
            "is_live": Argument(
                bool | None,
                "Only live relationships, or only ended ones; all by default.",
                flag(LIVE),
            ),
        },
    )


@strawberry.input(description="A relationship between two objects.")
class RelateInput(IdempotentInput):
    kind: RelationshipKind = required(
        "The kind, which determines what the source and target may be."
    )
    source_id: strawberry.ID = ref(RELATABLE, "The object it starts from.")
    target_id: strawberry.ID = ref(RELATABLE, "The object it leads to.")
    since: date | None = optional("The day it began, not in the future.")
    note: str | None = optional("Up to 2,000 characters.")


@strawberry.input(description="A relationship to end.")
class UnrelateInput(VersionedInput):
    relationship_id: strawberry.ID = acts_on(
        "relationship", "The relationship, which must be live."
    )
    reason: str | None = optional("The reason, up to 2,000 characters.")


@strawberry.type
class Mutation:
    relate = verb(
        "Adds a relationship. RULE_VIOLATED if its kind doesn't allow these objects, if either of "
        "them is no longer active, if the same relationship is already live, or if it would close "
        "a circle that its kind forbids.",
        RelateInput,
        model.Relationship.relate,
        may=Caller.STAFF,
        relationship=Relationship,
    )
    unrelate = verb(
        "Ends a relationship today, in the customer's time zone if it belongs to a customer, else "
        "in UTC. It stays in the history.",
        UnrelateInput,
        model.Relationship.unrelate,
        may=Caller.STAFF,
    )
