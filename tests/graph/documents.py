"""Documents of every shape that the schema admits, drawn by chance from a seed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLUnionType,
    get_named_type,
    is_composite_type,
)

from resolvers.schema import GRAPH

ARGUMENTS_LIKELY = 0.4
PAGE_SIZE_MAX = 2
SCALARS = {
    "Int": ("1", "2"),
    "Boolean": ("true", "false"),
    "DateTime": ('"2026-03-02T09:00:00Z"', '"2026-03-03T12:00:00+02:00"'),
    "Date": ('"2026-03-02"',),
    "String": ('"a"', '"complaint.recorded"', '"CMP-000001"'),
}


RANKED = frozenset({"search", "candidates", "processReport"})
"""Fields whose scores, and so whose order, each database has of its own; and one that refuses a
period without its ends."""


class Documents:
    """Draws queries; `ids` are global ids by noun, of rows that are there.

    The fields that are avoided stand in no document.
    """

    def __init__(
        self,
        seed: int,
        ids: Mapping[str, Sequence[str]],
        depth: int,
        avoided: frozenset[str] = RANKED,
    ) -> None:
        self.avoided = avoided
        self.random = Random(seed)
        self.ids = [global_id for some in ids.values() for global_id in some]
        self.depth = depth

    def query(self) -> str:
        """A query whose deepest field stands at the depth asked for, where a root leads there."""
        roots = GRAPH.query_type
        assert roots is not None
        deep = self._leading(roots, self.depth)
        return f"{{ {self._field(self.random.choice(deep), roots, self.depth)} }}"

    def under(self, root: str) -> str:
        """A query of this root field, as deep as asked for."""
        roots = GRAPH.query_type
        assert roots is not None
        return f"{{ {self._field(root, roots, self.depth)} }}"

    def _leading(self, of: GraphQLObjectType, depth: int) -> list[str]:
        fields = of.fields.items()
        return [name for name, field in fields if name not in self.avoided and _leads(field, depth)]

    def _field(self, name: str, of: GraphQLObjectType | GraphQLInterfaceType, depth: int) -> str:
        field = of.fields[name]
        return f"{name}{self._arguments(name, field)}{self._selection(field, depth - 1)}"

    def _selection(self, field: GraphQLField, depth: int) -> str:
        type_ = get_named_type(field.type)
        if not is_composite_type(type_):
            return ""
        if isinstance(type_, GraphQLObjectType):
            return f" {{ {self._fields(type_, depth)} }}"
        members = [t for t in GRAPH.get_possible_types(type_) if _goes(t, depth)]
        parts = ["__typename"]
        for member in self.random.sample(members, min(2, len(members))):
            fields = self._fields(member, depth, prefix=f"{member.name}_")
            parts.append(f"... on {member.name} {{ {fields} }}")
        return f" {{ {' '.join(parts)} }}"

    def _fields(self, of: GraphQLObjectType, depth: int, prefix: str = "") -> str:
        """A field that goes on to the whole depth, and some beside it."""
        onward = self._leading(of, depth)
        leaves = self._leading(of, 1)
        chosen = self.random.sample(leaves, min(len(leaves), self.random.randint(0, 3)))
        if onward:
            chosen.append(self.random.choice(onward))
        shallow = self._leading(of, min(depth, 3))
        chosen += self.random.sample(shallow, min(len(shallow), self.random.randint(0, 1)))
        self.random.shuffle(chosen)
        parts = []
        for name in dict.fromkeys(chosen):
            below = depth if name in onward else min(depth, 3)
            parts.append(prefix and f"{prefix}{name}: ")
            parts[-1] += self._field(name, of, below)
        return " ".join(parts or ["__typename"])

    def _arguments(self, name: str, field: GraphQLField) -> str:
        arguments = dict(field.args)
        given: dict[str, str] = {}
        if "first" in arguments:
            way = self.random.choice([way for way in ("first", "last") if way in arguments])
            least = 0 if "last" in arguments else 1
            given[way] = str(self.random.randint(least, PAGE_SIZE_MAX))
        if "reference" in arguments:
            given["id"] = self._id()
        for key, argument in arguments.items():
            if key in ("first", "last", "after", "before", "id", "reference"):
                continue
            if self._is_given(argument):
                given[key] = self._value(argument.type)
        if "id" in arguments:
            given["id"] = self._id()
        listed = ", ".join(f"{key}: {value}" for key, value in given.items())
        return f"({listed})" if listed else ""

    def _is_given(self, argument: Any) -> bool:
        is_needed = isinstance(argument.type, GraphQLNonNull)
        return is_needed or self.random.random() < ARGUMENTS_LIKELY

    def _id(self) -> str:
        return f'"{self.random.choice(self.ids)}"'

    def _value(self, type_: Any) -> str:
        if isinstance(type_, GraphQLNonNull):
            return self._value(type_.of_type)
        if isinstance(type_, GraphQLList):
            values = [self._value(type_.of_type) for _ in range(self.random.randint(1, 3))]
            return f"[{', '.join(values)}]"
        if isinstance(type_, GraphQLEnumType):
            return str(self.random.choice(list(type_.values)))
        if isinstance(type_, GraphQLInputObjectType):
            parts = [
                f"{name}: {self._value(field.type)}"
                for name, field in type_.fields.items()
                if self._is_given(field)
            ]
            return f"{{{', '.join(parts)}}}"
        return self._id() if type_.name == "ID" else self.random.choice(SCALARS[type_.name])


def _leads(field: GraphQLField, depth: int) -> bool:
    """Whether a selection under the field may have exactly this depth, itself counted."""
    type_ = get_named_type(field.type)
    if isinstance(type_, GraphQLInterfaceType | GraphQLUnionType):
        return any(_goes(member, depth - 1) for member in GRAPH.get_possible_types(type_))
    if isinstance(type_, GraphQLObjectType):
        return _goes(type_, depth - 1)
    return depth == 1


_GOES: dict[tuple[str, int], bool] = {}


def _goes(type_: GraphQLObjectType, depth: int) -> bool:
    """Whether a field of the type may be as deep as that."""
    key = (type_.name, depth)
    if key not in _GOES:
        _GOES[key] = depth > 0 and any(_leads(field, depth) for field in type_.fields.values())
    return _GOES[key]
