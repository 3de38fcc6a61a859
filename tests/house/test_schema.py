"""schema.graphql is what the code says, says what it means, and breaks no client unannounced."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    build_schema,
    find_breaking_changes,
)

from resolvers.schema import GRAPH, printed

ROOT = Path(__file__).parent.parent.parent
RELEASED = Path(__file__).parent / "released.graphql"
FIELDED = GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType


def unannounced(released: GraphQLSchema, current: GraphQLSchema, unreleased: str) -> list[str]:
    """The changes that can break a client and that no line of the changelog names.

    A line names a field as Customer.industry, a type by its name.
    """
    missing = []
    for change in find_breaking_changes(released, current):
        words = re.findall(r"[A-Za-z_]\w*(?:\.\w+)?", change.description)
        fields = [word for word in words if "." in word]
        named = fields or [word for word in words if word in released.type_map]
        if not any(name in unreleased for name in named):
            missing.append(change.description)
    return missing


def unreleased_notes() -> str:
    """What CHANGELOG.md says under Unreleased."""
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    _, found, rest = text.partition("## Unreleased")
    assert found, "CHANGELOG.md has no Unreleased part"
    return rest.partition("\n## ")[0]


def test_schema_graphql_is_fresh() -> None:
    held = (ROOT / "schema.graphql").read_text(encoding="utf-8")
    assert held == printed(), "run `make schema`"


def test_the_printed_schema_can_be_read_again() -> None:
    assert find_breaking_changes(build_schema(printed()), GRAPH) == []


def test_what_can_break_a_client_is_in_the_changelog() -> None:
    released = build_schema(RELEASED.read_text(encoding="utf-8"))
    assert unannounced(released, GRAPH, unreleased_notes()) == []


@pytest.mark.parametrize(
    ("before", "after", "note"),
    [
        ("type Query { a: Int b: Int }", "type Query { a: Int }", "Query.b"),
        ("type Query { a: Int }", "type Query { a: String }", "Query.a"),
        ("type Query { a: T } type T { b: Int }", "type Query { a: Int } scalar T", "Query.a"),
        ("type Query { a(b: Int): Int }", "type Query { a(b: Int!): Int }", "Query.a"),
    ],
)
def test_a_change_that_breaks_clients_is_seen_until_the_changelog_names_it(
    before: str, after: str, note: str
) -> None:
    old, new = build_schema(before), build_schema(after)
    assert unannounced(old, new, "nothing of note")
    told = [text for text in unannounced(old, new, f"- `{note}` is gone.") if note in text]
    assert told == []


NAMED_OTHERWISE = {"HealthReason.worsens"}
"""Booleans that the published schema names without is or has."""


def described() -> Iterator[tuple[str, Any]]:
    """Everything of the schema that can have a description, with its path."""
    for type_ in GRAPH.type_map.values():
        if type_.name.startswith("__"):
            continue
        yield type_.name, type_
        yield from _parts(type_)
    for directive in GRAPH.directives:
        yield f"@{directive.name}", directive


def _parts(type_: GraphQLNamedType) -> Iterator[tuple[str, Any]]:
    if isinstance(type_, GraphQLEnumType):
        for name, value in type_.values.items():
            yield f"{type_.name}.{name}", value
    if isinstance(type_, FIELDED):
        for name, field in type_.fields.items():
            yield f"{type_.name}.{name}", field
            for argument, taken in getattr(field, "args", {}).items():
                yield f"{type_.name}.{name}({argument})", taken


def test_everything_in_the_schema_says_what_it_is() -> None:
    silent = [path for path, part in described() if not (part.description or "").strip()]
    assert silent == []


def test_descriptions_are_sentences() -> None:
    bad = [
        path
        for path, part in described()
        if part.description and part.description.strip()[-1] not in ".)`"
    ]
    assert bad == []


def test_names_keep_their_forms() -> None:
    for path, part in described():
        name = path.rpartition(".")[2].partition("(")[0]
        if isinstance(part, GraphQLNamedType):
            assert name[0].isupper()
        elif "." in path and name.isupper():
            assert name.replace("_", "").isalnum()
        elif not path.startswith("@"):
            assert name[0].islower()
            assert "_" not in name


def test_booleans_instants_and_days_say_so_in_their_names() -> None:
    for type_ in GRAPH.type_map.values():
        if type_.name.startswith("__") or not isinstance(type_, GraphQLObjectType):
            continue
        for name, field in type_.fields.items():
            kind = str(field.type).strip("!")
            if kind == "Boolean" and f"{type_.name}.{name}" not in NAMED_OTHERWISE:
                assert name.startswith(("is", "has")), f"{type_.name}.{name}"
            if kind == "DateTime":
                assert name.endswith(("At", "From", "Until")) or name in ("from", "until"), (
                    f"{type_.name}.{name}"
                )
            if kind == "Date":
                assert name.endswith(("On", "date")) or name in ("since", "until"), (
                    f"{type_.name}.{name}"
                )
