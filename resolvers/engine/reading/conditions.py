"""What a filter's field may ask of a row."""

from __future__ import annotations

from typing import Any

import strawberry

from models import bounds
from models.base import folded
from models.predicate import Predicate
from resolvers.engine.names import camel
from resolvers.engine.reading.arguments import Given
from resolvers.engine.reading.plan import Condition, Table
from resolvers.engine.reading.request import InvalidArgument, row_id

CONDITION = "condition"


def among(column: str) -> Condition:
    """The column has one of the values of a list."""

    def condition(table: Table, given: Given) -> str:
        mark = table.plan.bind(
            "texts", lambda asked: [str(getattr(v, "value", v)) for v in given.get(asked)]
        )
        return table.plan.dialect.among(table[column], mark)

    return condition


def equals(column: str) -> Condition:
    """A boolean column has this value."""

    def condition(table: Table, given: Given) -> str:
        return f"{table[column]} = {table.plan.bind('bool', given.get)}"

    return condition


def refers(noun: str, column: str) -> Condition:
    """The column refers to the row with this id; an id of another noun matches nothing."""

    def condition(table: Table, given: Given) -> str:
        mark = table.plan.bind("int", lambda asked: row_id(noun, given.get(asked)) or 0)
        return f"{table[column]} = {mark}"

    return condition


def during(column: str) -> Condition:
    """The instant lies in [from, until); an omitted end is open."""

    def condition(table: Table, given: Given) -> str:
        signs = {"from": ">=", "until": "<"}
        parts = [
            f"{table[column]} {signs[name]} {table.plan.bind('instant', part.get)}"
            for name, part in given.members()
        ]
        return " AND ".join(parts) or "TRUE"

    return condition


def contains(column: str) -> Condition:
    """The folded text contains these words in this order, ignoring case and accents."""

    def condition(table: Table, given: Given) -> str:
        def words(asked: object) -> str:
            text = folded(given.get(asked))  # type: ignore[arg-type]
            if len(text) > bounds.SEARCH_CHARACTERS_MAX:
                raise InvalidArgument(
                    f"`search` may have at most {bounds.SEARCH_CHARACTERS_MAX} characters."
                )
            for sign in "\\%_":
                text = text.replace(sign, "\\" + sign)
            return f"%{text.replace(' ', '%')}%"

        return f"{table[column]} LIKE {table.plan.bind('text', words)} ESCAPE '\\'"

    return condition


def flag(rule: Predicate) -> Condition:
    """The row meets the predicate, or doesn't."""

    def condition(table: Table, given: Given) -> str:
        return (rule if given.value else ~rule).sql(table)

    return condition


def filtered(filter_type: Any) -> Condition:
    """The conditions of all the filter's fields that are given, joined."""
    definition = filter_type.__strawberry_definition__
    conditions: dict[str, Condition] = {
        camel(f.python_name): f.metadata[CONDITION] for f in definition.fields
    }

    def condition(table: Table, given: Given) -> str:
        parts = [conditions[name](table, part) for name, part in given.members()]
        return " AND ".join(parts) or "TRUE"

    return condition


def criterion(description: str, condition: Condition) -> Any:
    """A field of a filter."""
    return strawberry.field(
        description=description, metadata={CONDITION: condition}, default=strawberry.UNSET
    )
