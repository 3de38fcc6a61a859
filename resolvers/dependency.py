"""Fields that follow edges: relationships, dependencies and dependents, and what a failure hits."""

from __future__ import annotations

from typing import Any

from models.bounds import DEPENDENCIES_PER_ANSWER_MAX, DEPENDENCY_DEPTH_MAX
from models.relationship import DEPENDENCY, LIVE
from resolvers.engine.reading.conditions import among, flag
from resolvers.engine.reading.declare import Argument, Order, Walk, children, declared, group
from resolvers.engine.reading.plan import Table
from resolvers.engine.reading.walk import DEPTH_DEFAULT, reached
from resolvers.enums import RelationshipKind

_SOURCE, _TARGET = ("source_type", "source_id"), ("target_type", "target_id")
_NOUNS = ("service", "item")


_DEPENDENCIES = Walk("relationship", _SOURCE, _TARGET, _NOUNS, DEPENDENCY.sql)
_DEPENDENTS = Walk("relationship", _TARGET, _SOURCE, _NOUNS, DEPENDENCY.sql)


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
    return _walked("What depends on this, and fails with it.", _DEPENDENTS)


def _services_hit(start: Table) -> str:
    """The services that fail with a row, as one value: itself where it is one."""
    numbers = start.plan.dialect.numbers("w.id")
    head = reached(_DEPENDENTS, start)
    return f"{head} SELECT {numbers} AS brought FROM walk AS w WHERE w.noun = 'service'"


def impact() -> Any:
    """What fails, and for whom, when this fails."""
    return group(
        "What fails, and for whom, when this fails: by transitive dependency, to any depth. Staff "
        "only: a customer's side sees no dependency, and at most what hangs on the service itself.",
        brings=_services_hit,
    )


def relationships(description: str) -> Any:
    """A page of the edges at a row, whichever end it is."""

    def at(row: Table) -> str:
        selects = []
        for noun, number in (_SOURCE, _TARGET):
            edge = row.plan.table("relationship")
            selects.append(
                f"SELECT {edge.key} AS id FROM {edge.source}"
                f" WHERE {edge[noun]} = '{row.noun.name}' AND {edge[number]} = {row.key}"
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
