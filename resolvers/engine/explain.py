"""Shows how a query is read: what each field is, and the statements, formatted for people."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from graphql import is_composite_type

from resolvers.engine.operation import Prepared
from resolvers.engine.reading.dialect import Dialect
from resolvers.engine.reading.field import TYPENAME, Field, inner_type, kind_of
from resolvers.engine.reading.plan import Plan
from resolvers.engine.reading.selection import Selected
from resolvers.engine.reading.statement import statement
from resolvers.engine.reading.unions import possible_types

_PARTS = re.compile(r"'(?:[^']|'')*'|\"[^\"]*\"|\w+|\s+|.", re.DOTALL)
_CLAUSES = {"FROM", "WHERE", "ORDER", "GROUP", "LIMIT", "UNION", "JOIN", "LEFT", "CROSS"}


def explained(prepared: Prepared, words: Dialect) -> Iterator[str]:
    """Lines about each root field of a query: its tree, its cost and its statement."""
    assert prepared.kind == "query", "only a query can be explained"
    for selected in prepared.fields().values():
        plan = Plan(words, prepared.document, prepared.asked)
        made = statement(
            plan, Field(plan, prepared.root_type.fields[selected.name], selected).write()
        )
        yield from tree(plan, prepared.root_type, {selected.key: selected})
        yield f"-- costs {made.cost(prepared.asked)}, binds {len(made.binds)} values"
        yield legible(made.sql)


def tree(plan: Plan, type_: Any, fields: Mapping[str, Selected], indent: str = "") -> Iterator[str]:
    """A line for each field: its key, its kind, and the noun that it reads."""
    for key, part in fields.items():
        if part.name == TYPENAME:
            continue
        kind = kind_of(type_.fields[part.name])
        of = "" if kind is None else f": {type(kind).__name__} {getattr(kind, 'noun', '')}".rstrip()
        yield f"{indent}{key}{of}"
        inner = inner_type(type_.fields[part.name])
        for each in possible_types(plan, inner) if is_composite_type(inner) else ():
            found = plan.document.collect(each, part.inner)
            if each is not inner and any(part.name != TYPENAME for part in found.values()):
                yield f"{indent}  on {each.name}"
            yield from tree(plan, each, found, f"{indent}{'  ' if each is inner else '    '}")


def legible(sql: str) -> str:
    """SQL with a line for each clause, and selects within others indented."""
    lines: list[str] = []
    line = ""
    selects = [True]
    before = ""
    parts = _PARTS.findall(sql)
    for part, after in zip(parts, [*parts[1:], ""], strict=True):
        closes = part == ")" and selects.pop()
        begins = part in _CLAUSES and selects[-1] and before not in ("LEFT", "CROSS")
        if closes or begins:
            lines, line = [*lines, line.rstrip()], "  " * (sum(selects) - 1)
        line += part
        if part == "(":
            selects.append(after in ("SELECT", "WITH"))
            if selects[-1]:
                lines, line = [*lines, line], "  " * (sum(selects) - 1)
        before = before if part.isspace() else part
    return "\n".join([*lines, line])
