"""A field of the graph: how it is declared, and how a selected one is written.

A field's metadata says of which kind it is. Each kind has a module of its own, with the function
that declares it and the SQL that it writes.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import strawberry
from graphql import GraphQLField, get_named_type
from strawberry.annotation import StrawberryAnnotation
from strawberry.types.arguments import StrawberryArgument

from resolvers.engine.names import camel
from resolvers.engine.reading.arguments import Given, arguments
from resolvers.engine.reading.plan import Condition, Plan, Table, Written
from resolvers.engine.reading.selection import Selected

KIND = "kind"
TYPENAME = "__typename"


class Kind(ABC):
    """Where a field's value comes from."""

    @abstractmethod
    def write(self, field: Field) -> Written:
        """The SQL of a selected field, and what remains to be done to its value."""


@dataclass(frozen=True)
class Field:
    """A selected field: at the root, or of the row `of`."""

    plan: Plan
    definition: GraphQLField
    selected: Selected
    of: Table | None = None

    def write(self) -> Written:
        """What the field's kind writes for it."""
        return self.kind.write(self)

    @property
    def kind(self) -> Kind:
        """Raises TypeError for a field that does not say where it comes from."""
        found = kind_of(self.definition)
        if not isinstance(found, Kind):
            raise TypeError(f"{self.selected.name} does not say where it comes from")
        return found

    @property
    def row(self) -> Table:
        """The row that the field is selected of, for a kind that needs one."""
        assert self.of is not None, f"{self.selected.name} can't be a root field"
        return self.of

    @property
    def type(self) -> Any:
        return inner_type(self.definition)

    @cached_property
    def given(self) -> dict[str, Given]:
        """The arguments that are given and not null."""
        return arguments(self.definition, self.selected.nodes[0], self.plan.asked)

    def parts(self) -> dict[str, Selected]:
        """What is selected of the field's own object."""
        return self.plan.document.collect(self.type, self.selected.inner)


def kind_of(definition: GraphQLField) -> Any:
    """What a field's declaration says of it; None for a plain part of a derived value."""
    declared = definition.extensions.get("strawberry-definition")
    return None if declared is None else declared.metadata.get(KIND)


def inner_type(definition: GraphQLField) -> Any:
    """The type that a field answers with, without lists and non-null."""
    return get_named_type(definition.type)


@dataclass(frozen=True)
class Argument:
    """An argument of a field; one with a condition filters a list."""

    annotation: Any
    description: str
    condition: Condition | None = None
    default: Any = strawberry.UNSET


def declared(description: str, kind: Any, arguments: Mapping[str, Argument] | None = None) -> Any:
    """A field of the graph, of a kind."""
    result = strawberry.field(description=description, metadata={KIND: kind})
    result.arguments = arguments_of(arguments or {})
    return result


def arguments_of(arguments: Mapping[str, Argument]) -> list[StrawberryArgument]:
    """The arguments of a field as the graph has them."""
    return [
        StrawberryArgument(
            python_name=name,
            graphql_name=None,
            type_annotation=StrawberryAnnotation(argument.annotation),
            description=argument.description,
            default=argument.default,
        )
        for name, argument in arguments.items()
    ]


def conditions_of(arguments: Mapping[str, Argument]) -> dict[str, Condition]:
    """The conditions of the arguments that filter, by their names in the graph."""
    return {
        camel(name): argument.condition
        for name, argument in arguments.items()
        if argument.condition is not None
    }


def named(name: str, field: Any) -> Any:
    """A field with a name that Python doesn't allow."""
    field.graphql_name = name
    return field


def part(description: str) -> Any:
    """A plain part of an object: what made the object gives its value."""
    return strawberry.field(description=description)


def value(name: str, description: str) -> Any:
    """A value of an enum, with the name that clients know it by."""
    return strawberry.enum_value(name, description=description)
