"""How much a document may ask, found in one linear pass before it is validated.

Fragments are measured once each, so a chain of them costs no more than its length.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    ListValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
)

REPEATS_MAX = 20
"""How often one selection may name the same answer: comparing them all takes quadratic time."""


@dataclass(frozen=True)
class Limits:
    """The bounds of one request; docs/contract.md lists them, settings change them."""

    document_bytes_max: int = 32_768
    tokens_max: int = 2_000
    depth_max: int = 12
    introspection_depth_max: int = 20
    aliases_max: int = 15
    directives_max: int = 50
    cost_max: int = 5_000
    list_items_max: int = 250
    is_introspectable: bool = True


class RequestLimitExceeded(Exception):
    """A request exceeds a limit."""

    def __init__(self, name: str, limit: int) -> None:
        super().__init__(f"The document exceeds the limit `{name}` of {limit}.")
        self.name, self.limit = name, limit


def measure(document: DocumentNode, limits: Limits) -> None:
    """Raises RequestLimitExceeded if a document exceeds the limits."""
    _Measurement(document, limits)


class _Measurement:
    """How much of one document has been measured so far."""

    def __init__(self, document: DocumentNode, limits: Limits) -> None:
        self.limits = limits
        self.directives = 0
        self.fragments: dict[str, FragmentDefinitionNode] = {}
        operations: list[OperationDefinitionNode] = []
        for definition in document.definitions:
            if isinstance(definition, FragmentDefinitionNode):
                self.fragments[definition.name.value] = definition
            elif isinstance(definition, OperationDefinitionNode):
                operations.append(definition)
        self._depths: dict[str, int] = {}
        for operation in operations:
            self._count_directives(operation)
            for variable in operation.variable_definitions or ():
                self._check_lists(variable.default_value)
            self._measure(operation)
        for name in self.fragments:
            self._fragment_depth(name, ())

    def _measure(self, operation: OperationDefinitionNode) -> None:
        for node in operation.selection_set.selections:
            depth = self._depth_of(node, ())
            is_introspection = isinstance(node, FieldNode) and node.name.value.startswith("__")
            if is_introspection and depth > self.limits.introspection_depth_max:
                raise RequestLimitExceeded(
                    "introspection depth", self.limits.introspection_depth_max
                )
            if not is_introspection and depth > self.limits.depth_max:
                raise RequestLimitExceeded("depth", self.limits.depth_max)
        self._check_aliases(operation.selection_set)

    def _depth(self, selections: SelectionSetNode, within: tuple[str, ...]) -> int:
        self._check_aliases(selections)
        return max((self._depth_of(node, within) for node in selections.selections), default=0)

    def _depth_of(self, node: Any, within: tuple[str, ...]) -> int:
        self._count_directives(node)
        if isinstance(node, FragmentSpreadNode):
            return self._fragment_depth(node.name.value, within)
        if isinstance(node, FieldNode):
            for argument in node.arguments or ():
                self._check_lists(argument.value)
            inner = self._depth(node.selection_set, within) if node.selection_set else 0
            return inner + 1
        return self._depth(node.selection_set, within)

    def _fragment_depth(self, name: str, within: tuple[str, ...]) -> int:
        """The depth under a fragment, counted once; cycles are left for validation to report."""
        if name in within or name not in self.fragments:
            return 0
        if name not in self._depths:
            fragment = self.fragments[name]
            self._count_directives(fragment)
            self._depths[name] = 0
            self._depths[name] = self._depth(fragment.selection_set, (*within, name))
        return self._depths[name]

    def _check_aliases(self, selections: SelectionSetNode) -> None:
        aliases = sum(
            1 for node in selections.selections if isinstance(node, FieldNode) and node.alias
        )
        repeated = Counter(
            (node.alias or node.name).value
            for node in selections.selections
            if isinstance(node, FieldNode)
        )
        if repeated and max(repeated.values()) > REPEATS_MAX:
            raise RequestLimitExceeded("repeats of a field", REPEATS_MAX)
        if aliases > self.limits.aliases_max:
            raise RequestLimitExceeded("aliases", self.limits.aliases_max)

    def _count_directives(self, node: Any) -> None:
        self.directives += len(node.directives or ())
        if self.directives > self.limits.directives_max:
            raise RequestLimitExceeded("directives", self.limits.directives_max)

    def _check_lists(self, value: Any) -> None:
        if isinstance(value, ListValueNode):
            if len(value.values) > self.limits.list_items_max:
                raise RequestLimitExceeded("list items", self.limits.list_items_max)
            for item in value.values:
                self._check_lists(item)
        for part in getattr(value, "fields", None) or ():
            self._check_lists(part.value)


def check_variables(variables: Mapping[str, Any], limits: Limits) -> None:
    """Raises RequestLimitExceeded if a list within the variables is too long."""
    for items in _lists(variables):
        if len(items) > limits.list_items_max:
            raise RequestLimitExceeded("list items", limits.list_items_max)


def _lists(value: Any) -> Iterator[list[Any]]:
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, list):
            yield item
            waiting.extend(item)
        elif isinstance(item, Mapping):
            waiting.extend(item.values())
