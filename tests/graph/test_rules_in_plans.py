"""What a status means is said in models: no statement names one that no predicate has written."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from enum import Enum
from typing import Any

import pytest
from graphql import GraphQLField, GraphQLObjectType, get_named_type, is_abstract_type, is_leaf_type

from models.access import SYSTEM, Viewer, Visibility
from models.action import CorrectiveActionKind
from models.complaint import ResolutionKind
from models.rules import edges, health, lifecycle, satisfaction, sla_clock
from resolvers.engine.operation import Prepared
from resolvers.engine.reading.field import Field
from resolvers.engine.reading.nouns import NOUN_OF_TYPE
from resolvers.engine.reading.plan import Plan, Table
from resolvers.engine.reading.statement import dialect, statement
from resolvers.schema import ENGINE, GRAPH
from tests.graph.asking import Graph, contact_of
from tests.graph.documents import Documents

MARK = "/* a rule */"
ENUMS: list[Any] = [Visibility, CorrectiveActionKind, ResolutionKind] + [
    value
    for module in (edges, health, lifecycle, satisfaction, sla_clock)
    for value in vars(module).values()
    if isinstance(value, type) and issubclass(value, Enum) and value is not Enum
]
MEMBERS = {str(member.value) for enum in ENUMS for member in enum}
LITERAL = re.compile(rf"(?P<mark>{re.escape(MARK)})?'(?P<text>(?:[^']|'')*)'")


class Whole(Documents):
    """Gives every argument and every member of a filter."""

    def _is_given(self, argument: object) -> bool:
        return True

    def asked(self, name: str, field: GraphQLField) -> str:
        return f"{name}{self._arguments(name, field)}"


def documents(values: Whole) -> Iterator[tuple[GraphQLObjectType, str]]:
    """A document for each type that a query reaches, with all its fields; for each root one."""
    query = GRAPH.query_type
    assert query is not None
    waiting: list[tuple[GraphQLObjectType, Callable[[str], str]]] = [(query, lambda inner: inner)]
    seen = {query.name}
    while waiting:
        type_, within = waiting.pop(0)
        parts = []
        for name, field in type_.fields.items():
            inner = get_named_type(field.type)
            asked = values.asked(name, field)
            parts.append(asked if is_leaf_type(inner) else f"{asked} {{ __typename }}")
            if is_leaf_type(inner):
                continue
            several = is_abstract_type(inner)
            for member in GRAPH.get_possible_types(inner) if several else [inner]:
                if member.name not in seen:
                    seen.add(member.name)
                    on = f"... on {member.name} {{ %s }}" if several else "%s"
                    way = f"{asked} {{ {on} }}"
                    waiting.append((member, lambda text, w=way, o=within: o(w % text)))  # type: ignore[misc]
        for selection in parts if type_ is query else [" ".join(parts)]:
            yield type_, f"{{ {within(selection)} }}"


def compiled(document: str, viewer: Viewer) -> str:
    """The statement of a document's one root field."""
    graph = Graph()
    graph.under(cost_max=10**12, tokens_max=10**6)
    prepared = ENGINE.prepare(graph.request(document, viewer=viewer))
    assert isinstance(prepared, Prepared), (document, prepared)
    ((_, selected),) = prepared.fields().items()
    definition = prepared.root_type.fields[selected.name]
    plan = Plan(dialect(), prepared.document, prepared.asked)
    return statement(plan, Field(plan, definition, selected).write()).sql


def told(sql: str) -> set[str]:
    """The members that the statement names, but those of rules."""
    texts = (found["text"] for found in LITERAL.finditer(sql) if not found["mark"])
    return {word for text in texts for word in re.findall(r"[A-Z_]+", text)} & MEMBERS


async def test_a_statement_names_a_status_in_a_rule_of_models_alone(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    literal = Table.literal
    monkeypatch.setattr(Table, "literal", lambda self, value: f"{MARK}{literal(self, value)}")
    rules, reached = 0, set()
    for seed in (1, 2):
        for type_, document in documents(Whole(seed, {"customer": ["customer_1"]}, 1)):
            reached.add(type_.name)
            for viewer in (SYSTEM, contact_of("customer_1")):
                sql = compiled(document, viewer)
                assert told(sql) == set(), (type_.name, document)
                rules += sql.count(MARK)
    assert rules > 100
    assert {type_ for type_ in NOUN_OF_TYPE if type_ not in reached} <= _of_subscriptions()


def _of_subscriptions() -> set[str]:
    """What only a subscription sends."""
    root_type = GRAPH.subscription_type
    assert root_type is not None
    return {get_named_type(field.type).name for field in root_type.fields.values()}
