"""Whether an answer has the form that its document and the schema give it."""

from __future__ import annotations

from typing import Any

from graphql import (
    FragmentDefinitionNode,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    OperationDefinitionNode,
    is_abstract_type,
    is_composite_type,
    parse,
)

from resolvers.engine.reading.selection import Document
from resolvers.schema import GRAPH


def check(document: str, data: dict[str, Any]) -> None:
    """Asserts it, for a query without variables that asks __typename of all that is abstract."""
    definitions = parse(document).definitions
    (operation,) = (d for d in definitions if isinstance(d, OperationDefinitionNode))
    fragments = {d.name.value: d for d in definitions if isinstance(d, FragmentDefinitionNode)}
    assert GRAPH.query_type is not None
    _object(
        Document(GRAPH, fragments, {}), GRAPH.query_type, [operation.selection_set], data, "Query"
    )


def _object(document: Document, type_: GraphQLObjectType, sets: Any, value: Any, path: str) -> None:
    selected = document.collect(type_, sets)
    assert list(value) == list(selected), path
    for key, part in selected.items():
        if part.name == "__typename":
            assert value[key] == type_.name, path
        else:
            field = type_.fields[part.name]
            _value(document, field.type, part.inner, value[key], f"{path}.{key}")


def _value(document: Document, type_: Any, sets: Any, value: Any, path: str) -> None:
    if isinstance(type_, GraphQLNonNull):
        assert value is not None, path
        type_ = type_.of_type
    if value is None:
        return
    if isinstance(type_, GraphQLList):
        assert isinstance(value, list), path
        for item in value:
            _value(document, type_.of_type, sets, item, path)
        return
    if not is_composite_type(type_):
        assert not isinstance(value, dict), path
        type_.serialize(value) if type_.name in ("Int", "Boolean", "String", "ID") else None
        return
    if is_abstract_type(type_):
        type_ = GRAPH.get_type(value["__typename"])
    _object(document, type_, sets, value, path)
