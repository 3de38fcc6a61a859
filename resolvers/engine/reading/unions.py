"""Rows of several nouns in one place: what two columns name together, and what global ids name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import GraphQLInterfaceType, GraphQLObjectType, GraphQLUnionType

from models import access
from resolvers.engine.reading.dialect import literal
from resolvers.engine.reading.field import TYPENAME, Field, Kind, declared
from resolvers.engine.reading.nouns import NOUNS
from resolvers.engine.reading.objects import object_of, on_each
from resolvers.engine.reading.plan import Cost, Fix, Plan, Written, any_of, where_all
from resolvers.engine.reading.request import Asked, InvalidArgument, split_id
from resolvers.engine.reading.selection import Selected

NODES_MAX = 100
_MEMBER, _ROW = "is a", "row of"
"""The keys by which a union's member is wrapped: no answer's key can look like them."""


@dataclass(frozen=True)
class Union(Kind):
    """The row that a type column and a number column name together.

    `nouns` are those that it may be; `otherwise` replaces one that is missing or that the viewer
    may not see: a type's name and its values.
    """

    type_column: str
    id_column: str
    nouns: tuple[str, ...]
    otherwise: tuple[str, Mapping[str, str]] | None = None

    def write(self, field: Field) -> Written:
        plan, row = field.plan, field.row
        members = Members(plan, field.type, field.selected, self.nouns)
        selects = members.selects(row[self.type_column], row[self.id_column])
        if self.otherwise is not None:
            selects.append(f"SELECT {self._otherwise(field, *self.otherwise)}")
        return Written(plan.dialect.first(selects), members.fix(), members.cost())

    def _otherwise(self, field: Field, name: str, values: Mapping[str, str]) -> str:
        type_: Any = field.plan.document.schema.get_type(name)
        fields = field.plan.document.collect(type_, field.selected.inner)
        whole = {**values, TYPENAME: name}
        pairs = [(key, literal(whole[part.name])) for key, part in fields.items()]
        return field.plan.dialect.object(pairs)


@dataclass(frozen=True)
class Nodes(Kind):
    """A root field: the rows that global ids name, of any noun; null for each that isn't there."""

    is_list: bool

    def write(self, field: Field) -> Written:
        plan, get = field.plan, field.given["ids" if self.is_list else "id"].get

        def pairs(asked: Asked) -> list[list[str | int]]:
            ids = get(asked) if self.is_list else [get(asked)]
            if len(ids) > NODES_MAX:
                raise InvalidArgument(f"Ask for at most {NODES_MAX} ids at a time.")
            return [list(split_id(str(item)) or ("", 0)) for item in ids]

        viewer = plan.asked.viewer
        nouns = tuple(
            noun for noun in NOUNS if noun in access.CUSTOMER_SIDE and access.is_node(viewer, noun)
        )
        source = f"{plan.dialect.ids(plan.bind('json', pairs))} AS i"
        members = Members(plan, field.type, field.selected, nouns)
        item = plan.dialect.first(members.selects("i.noun", "i.id"))
        fix, each = members.fix(), members.cost()
        if not self.is_list:
            return Written(f"(SELECT {item} FROM {source})", fix, each)
        rows = f"(SELECT {item} AS item, i.ordinal AS rank FROM {source} ORDER BY i.ordinal) AS n"
        gathered = plan.dialect.gathered("n.item", "n.rank", "TRUE")
        return Written(
            f"(SELECT {gathered} FROM {rows})",
            on_each(fix),
            lambda asked: each(asked) * max(len(get(asked)), 1),
        )


class Members:
    """The rows of several nouns that a field may hold, as a selection has each of them."""

    def __init__(self, plan: Plan, type_: Any, selected: Selected, nouns: Sequence[str]) -> None:
        self.plan, self.selected, self.nouns = plan, selected, nouns
        self._possible = {each.name for each in possible_types(plan, type_)}
        self._fixes: dict[str, Fix] = {}
        self._costs: list[Cost] = []

    def selects(self, noun_is: str, id_is: str) -> list[str]:
        """A select for each noun, with the type's name if a member must be finished."""
        plan, found = self.plan, []
        for noun in self.nouns:
            member = plan.document.schema.get_type(NOUNS[noun].type_name)
            if not isinstance(member, GraphQLObjectType) or member.name not in self._possible:
                continue
            other = plan.table(noun)
            fields = plan.document.collect(member, self.selected.inner)
            written = object_of(other, member, fields)
            sql = written.sql
            if written.fix is not None:
                self._fixes[member.name] = written.fix
                sql = plan.dialect.object([(_MEMBER, literal(member.name)), (_ROW, sql)])
            where = [f"{noun_is} = {literal(noun)}", f"{other.key} = {id_is}", *other.scope()]
            found.append(f"SELECT {sql} FROM {other.source}{where_all(where)}")
            self._costs.append(written.cost)
        return found

    def cost(self) -> Cost:
        return any_of(self._costs)

    def fix(self) -> Fix | None:
        """Undoes the wrapping of members that must be finished, and finishes them."""
        fixes = self._fixes
        if not fixes:
            return None

        def fix(value: Any, asked: Asked) -> Any:
            if isinstance(value, dict) and _MEMBER in value:
                return fixes[value[_MEMBER]](value[_ROW], asked)
            return value

        return fix


def possible_types(plan: Plan, type_: Any) -> Sequence[GraphQLObjectType]:
    """The object types that `type_` may be."""
    if isinstance(type_, GraphQLInterfaceType | GraphQLUnionType):
        return plan.document.schema.get_possible_types(type_)
    return [type_]


def union(
    description: str,
    *,
    type_column: str,
    id_column: str,
    nouns: tuple[str, ...],
    otherwise: tuple[str, Mapping[str, str]] | None = None,
) -> Any:
    """A row of one of several nouns."""
    return declared(description, Union(type_column, id_column, nouns, otherwise))
