"""The whole graph: every noun's types, queries, mutations and subscriptions as one schema."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import strawberry
from graphql import GraphQLSchema, lexicographic_sort_schema, print_schema
from strawberry.schema.config import StrawberryConfig

import resolvers
from resolvers.engine import errors
from resolvers.engine.operation import Engine
from resolvers.engine.reading.declare import Argument, Nodes, declared
from resolvers.engine.reading.nouns import NOUN_OF_TYPE
from resolvers.engine.scalars import SCALARS
from resolvers.engine.types import Node

MODULES = [
    import_module(f"resolvers.{found.name}")
    for found in iter_modules(resolvers.__path__)
    if not found.ispkg and found.name not in ("__main__", "schema")
]
"""The modules of the nouns: each may declare a Query, a Mutation and a Subscription."""


@strawberry.type
class NodeQuery:
    node: Node | None = declared(
        "The object with this id. Null if it doesn't exist or you may not see it.",
        Nodes(is_list=False),
        {"id": Argument(strawberry.ID, "The object's global id.")},
    )
    nodes: list[Node | None] = declared(
        "The objects with these ids, in the same order. Null for each that doesn't exist or that "
        "you may not see.",
        Nodes(is_list=True),
        {"ids": Argument(list[strawberry.ID], "At most 100 global ids.")},
    )


def _root(name: str, description: str, *more: type[Any]) -> type[Any]:
    """What the nouns declare under one name, as one type."""
    parts = [vars(module)[name] for module in MODULES if name in vars(module)]
    return strawberry.type(type(name, (*parts, *more), {}), description=description)


SCHEMA = strawberry.Schema(
    _root("Query", "Everything you can read. Each root field is one SQL statement.", NodeQuery),
    _root(
        "Mutation",
        "Everything you can change. Each mutation is one transaction with one `input`; if its "
        "payload's `errors` are not empty, nothing was changed.",
    ),
    _root(
        "Subscription",
        "Everything you can subscribe to. Each message carries a cursor: if the connection "
        "breaks, subscribe again with `after` to miss nothing.",
    ),
    types=[*(noun.type for noun in NOUN_OF_TYPE.values()), *errors.TYPES],
    config=StrawberryConfig(scalar_map=SCALARS),
)
GRAPH: GraphQLSchema = SCHEMA._schema
ENGINE = Engine(GRAPH)


def printed() -> str:
    """The schema as SDL, sorted by name, as schema.graphql holds it."""
    return print_schema(lexicographic_sort_schema(GRAPH)) + "\n"


__all__ = ["ENGINE", "GRAPH", "SCHEMA", "printed"]
