"""One row: that another row names, that an argument names, or that the request is about."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import strawberry
from graphql import GraphQLObjectType

from resolvers.engine.reading.arguments import Given
from resolvers.engine.reading.field import Argument, Field, Kind, declared
from resolvers.engine.reading.nouns import NOUN_OF_TYPE
from resolvers.engine.reading.objects import row_of
from resolvers.engine.reading.plan import Expression, Plan, Table, Written
from resolvers.engine.reading.request import Asked, InvalidArgument, reference_id, row_id
from resolvers.engine.reading.selection import Selected


@dataclass(frozen=True)
class Parent(Kind):
    """One row of `noun` that this row names, by the column `by` or by an expression."""

    by: str | Expression
    noun: str

    def write(self, field: Field) -> Written:
        row = field.row
        key = row[self.by] if isinstance(self.by, str) else self.by(row)
        return row_of(
            field.plan,
            self.noun,
            field.type,
            field.selected,
            lambda other: [f"{other.key} = {key}"],
        )


@dataclass(frozen=True)
class One(Kind):
    """A root field: the row that an argument names, by global id or by reference.

    `finds` says in SQL how else it is found.
    """

    noun: str
    prefix: str | None = None
    finds: Callable[[Table, Mapping[str, Given]], list[str]] | None = None

    def write(self, field: Field) -> Written:
        finds = self.finds or self._by_number(field.given)
        return row_of(
            field.plan,
            self.noun,
            field.type,
            field.selected,
            lambda table: finds(table, field.given),
        )

    def _by_number(
        self, given: Mapping[str, Given]
    ) -> Callable[[Table, Mapping[str, Given]], list[str]]:
        number = self._number(given)
        return lambda table, given: [f"{table.key} = {table.plan.bind('int', number)}"]

    def _number(self, given: Mapping[str, Given]) -> Callable[[Asked], int]:
        """The number that `id` or `reference` names; 0, which no row has, if it isn't valid."""
        if self.prefix is not None and ("id" in given) == ("reference" in given):
            raise InvalidArgument("Give either `id` or `reference`.")
        if "id" in given:
            of_id = given["id"].get
            return lambda asked: row_id(self.noun, str(of_id(asked))) or 0
        prefix, of_reference = self.prefix or "", given["reference"].get
        return lambda asked: reference_id(prefix, str(of_reference(asked))) or 0


def parent(description: str, noun: str, by: str | Expression | None = None) -> Any:
    """One row that this row names; null if the viewer may not see it."""
    return declared(description, Parent(by or f"{noun}_id", noun))


def by_id(what: str, noun: str, *, reference: str | None = None) -> Any:
    """A root field: the row with an id, or with a reference such as the one given."""
    if reference is None:
        return declared(
            f"{what} with this id. Null if it doesn't exist or you may not see it.",
            One(noun),
            {"id": Argument(strawberry.ID, "The object's global id.")},
        )
    return declared(
        f"{what} with this id or reference. Null if it doesn't exist or you may not see it.",
        One(noun, reference.partition("-")[0]),
        {
            "id": Argument(strawberry.ID | None, "The object's global id; or give `reference`."),
            "reference": Argument(str | None, f"A reference, such as {reference}."),
        },
    )


def payload_row(plan: Plan, type_: GraphQLObjectType, selected: Selected) -> Written:
    """The row that a mutation changed, or that an event is about: the request's own row."""
    noun = NOUN_OF_TYPE[type_.name].name
    return row_of(
        plan,
        noun,
        type_,
        selected,
        lambda table: [f"{table.key} = {plan.bind('int', lambda asked: asked.row)}"],
    )
