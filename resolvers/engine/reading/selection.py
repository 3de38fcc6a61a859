"""What a document selects: fragments, aliases and directives resolved for one concrete type."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLIncludeDirective,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLSkipDirective,
    GraphQLUnionType,
    SelectionSetNode,
    get_directive_values,
)
from graphql.execution.values import VariableValues


@dataclass
class Selected:
    """One field of an answer: the key it answers under, and every place that selects it."""

    key: str
    name: str
    nodes: list[FieldNode] = field(default_factory=list)

    @property
    def inner(self) -> list[SelectionSetNode]:
        """The selection sets under it, to be merged."""
        return [node.selection_set for node in self.nodes if node.selection_set]


@dataclass(frozen=True)
class Document:
    """A parsed operation's surroundings, for collecting its fields."""

    schema: GraphQLSchema
    fragments: Mapping[str, FragmentDefinitionNode]
    variables: Mapping[str, Any]

    def collect(
        self, type_: GraphQLObjectType, sets: Iterable[SelectionSetNode]
    ) -> dict[str, Selected]:
        """The fields of `type_` that the sets select, by answer key, in the document's order."""
        found: dict[str, Selected] = {}
        seen: set[str] = set()
        for selections in sets:
            self._collect(type_, selections, found, seen)
        return found

    def _collect(
        self,
        type_: GraphQLObjectType,
        selections: SelectionSetNode,
        found: dict[str, Selected],
        seen: set[str],
    ) -> None:
        for node in selections.selections:
            if not self._is_included(node):
                continue
            if isinstance(node, FieldNode):
                key = node.alias.value if node.alias else node.name.value
                found.setdefault(key, Selected(key, node.name.value)).nodes.append(node)
                continue
            if isinstance(node, FragmentSpreadNode):
                if node.name.value in seen:
                    continue
                seen.add(node.name.value)
                fragment: Any = self.fragments[node.name.value]
            else:
                fragment = node
            if self._applies(fragment.type_condition, type_):
                self._collect(type_, fragment.selection_set, found, seen)

    def _is_included(self, node: Any) -> bool:
        if not node.directives:
            return True
        values = VariableValues({}, dict(self.variables))
        skip = get_directive_values(GraphQLSkipDirective, node, values)
        if skip and skip["if"]:
            return False
        include = get_directive_values(GraphQLIncludeDirective, node, values)
        return not (include and not include["if"])

    def _applies(self, condition: Any, type_: GraphQLObjectType) -> bool:
        if condition is None or condition.name.value == type_.name:
            return True
        other = self.schema.get_type(condition.name.value)
        return isinstance(
            other, GraphQLInterfaceType | GraphQLUnionType
        ) and self.schema.is_sub_type(other, type_)
