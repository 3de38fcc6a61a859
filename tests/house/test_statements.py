"""How statements are written: names and literals through one gate, costs as they are declared."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from graphql import GraphQLObjectType
from tortoise import Tortoise

from models.access import SYSTEM
from models.database import tortoise_config
from resolvers.__main__ import NOW
from resolvers.engine.explain import legible
from resolvers.engine.reading.columns import Computed
from resolvers.engine.reading.dialect import POSTGRESQL, SQLITE, Dialect, literal, quoted
from resolvers.engine.reading.field import kind_of
from resolvers.engine.reading.nouns import NOUN_OF_TYPE
from resolvers.engine.reading.plan import FREE, Plan, Table
from resolvers.engine.reading.request import Asked
from resolvers.engine.reading.selection import Document
from resolvers.schema import GRAPH

ROOT = Path(__file__).parents[2]
FILES = [file for file in sorted((ROOT / "resolvers").rglob("*.py")) if file.name != "dialect.py"]


def test_a_name_and_a_literal_are_quoted_whatever_they_hold() -> None:
    assert quoted('a"b') == '"a""b"'
    assert literal("a'b") == "'a''b'"


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_only_the_dialect_puts_quotes_around_what_goes_into_sql(file: Path) -> None:
    assert list(_quoting(file)) == []


def _quoting(file: Path) -> Iterator[str]:
    """Where an f-string has a value within SQL's quotes."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.JoinedStr):
            text = "".join(
                str(part.value) if isinstance(part, ast.Constant) else "\0" for part in node.values
            )
            if any("\0" in found for found in re.findall("'[^']*'", text)) or '."\0"' in text:
                yield f"{file.name}:{node.lineno} {text!r}"


@pytest.mark.parametrize("words", [SQLITE, POSTGRESQL], ids=lambda words: words.name)
async def test_what_finds_its_value_in_other_rows_says_that_it_costs_more(words: Dialect) -> None:
    await Tortoise.init(config=tortoise_config("sqlite://:memory:"))
    wrong = []
    plan = Plan(words, Document(GRAPH, {}, {}), Asked({}, SYSTEM, NOW))
    for noun in NOUN_OF_TYPE.values():
        type_ = GRAPH.get_type(noun.type_name)
        assert isinstance(type_, GraphQLObjectType)
        for name, field in type_.fields.items():
            kind = kind_of(field)
            if isinstance(kind, Computed) and noun.name != "gap":
                sql = kind.expression(Table(plan, noun, "t"))
                if ("SELECT" in sql) is (kind.cost is FREE):
                    wrong.append(f"{noun.type_name}.{name}")
    await Tortoise.close_connections()
    assert wrong == []


def test_a_statement_is_laid_out_by_its_clauses() -> None:
    sql = "SELECT (SELECT 'FROM (SELECT' FROM \"a\" WHERE b IN (1)) AS value FROM c LEFT JOIN d"
    assert legible(sql).split("\n") == [
        "SELECT (",
        "  SELECT 'FROM (SELECT'",
        '  FROM "a"',
        "  WHERE b IN (1)",
        ") AS value",
        "FROM c",
        "LEFT JOIN d",
    ]


@pytest.mark.parametrize(
    ("more", "mark"), [([], "?1"), (["--postgres"], "$1::bigint")], ids=["sqlite", "postgres"]
)
def test_a_plan_is_printed_as_a_tree_and_its_statement(
    tmp_path: Path, more: list[str], mark: str
) -> None:
    file = tmp_path / "document.graphql"
    file.write_text("{ customers(first: 2) { nodes { name relationshipManager { email } } } }")
    done = subprocess.run(
        [sys.executable, "-m", "resolvers", file, *more],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    lines = done.stdout.splitlines()
    assert lines[:5] == [
        "customers: Children customer",
        "  nodes",
        "    name: Column",
        "    relationshipManager: Parent staff",
        "      email: Column",
    ]
    assert lines[5] == "-- costs 5, binds 1 values"
    assert any(line.endswith(f"LIMIT {mark}") for line in lines)


def test_a_document_that_is_refused_has_no_plan(tmp_path: Path) -> None:
    file = tmp_path / "document.graphql"
    file.write_text("{ nothing }")
    done = subprocess.run(
        [sys.executable, "-m", "resolvers", file], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert "GRAPHQL_VALIDATION_FAILED" in done.stdout
