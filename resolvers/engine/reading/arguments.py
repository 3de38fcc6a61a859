"""An argument's value, as a plan's shape knows it and as each request gives it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from graphql import GraphQLField, ListValueNode, VariableNode
from graphql.utilities.coerce_input_value import coerce_input_literal

from resolvers.engine.reading.request import Asked


@dataclass(frozen=True)
class Given:
    """An argument's value: as it is now, for the plan's shape, and as each request gives it."""

    value: Any
    get: Callable[[Asked], Any]

    def members(self) -> Iterator[tuple[str, Given]]:
        """The fields of an input object that are given and not null."""
        for name, value in self.value.items():
            if value is not None:
                yield name, Given(value, _member(self.get, name))


def _member(get: Callable[[Asked], Any], name: str) -> Callable[[Asked], Any]:
    return lambda asked: get(asked)[name]


def arguments(definition: GraphQLField, node: Any, asked: Asked) -> dict[str, Given]:
    """The arguments of a field that are given and not null, by their GraphQL names."""
    found = {}
    for argument in node.arguments or ():
        name = argument.name.value
        type_ = definition.args[name].type
        if isinstance(argument.value, VariableNode):
            given = _of_variable(argument.value.name.value, asked)
        else:
            given = _of_literal(argument.value, type_, asked)
        if given.value is not None:
            found[name] = given
    return found


def _of_variable(name: str, asked: Asked) -> Given:
    return Given(asked.variables.get(name), lambda asked: asked.variables.get(name))


def _of_literal(node: Any, type_: Any, asked: Asked) -> Given:
    value = coerce_input_literal(node, type_, asked.coerced)
    if _names_variable(node):
        return Given(value, lambda asked: coerce_input_literal(node, type_, asked.coerced))
    return Given(value, lambda asked: value)


def _names_variable(node: Any) -> bool:
    if isinstance(node, VariableNode):
        return True
    if isinstance(node, ListValueNode):
        return any(_names_variable(value) for value in node.values)
    return any(_names_variable(part.value) for part in getattr(node, "fields", None) or ())
