"""Executes a query or a mutation: no executor walks its fields, each root field is a statement.

Only introspection is left to graphql-core's.
"""

from __future__ import annotations

from functools import partial

import orjson
from graphql import DocumentNode, FieldNode, OperationDefinitionNode, execute_sync

from resolvers.engine.mutating import mutate
from resolvers.engine.operation import Prepared, guarded
from resolvers.engine.reading.columns import Constant
from resolvers.engine.reading.field import Field, kind_of
from resolvers.engine.reading.plan import Plan, Written
from resolvers.engine.reading.request import InvalidArgument
from resolvers.engine.reading.selection import Selected
from resolvers.engine.replies import Answer, data


async def execute(prepared: Prepared) -> Answer:
    """The answer to a query or a mutation."""
    run = _read if prepared.kind == "query" else mutate
    return await guarded(partial(run, prepared))


async def _read(prepared: Prepared) -> Answer:
    fields = prepared.fields()
    statements = {
        key: prepared.planned(key, partial(_root, prepared, selected))
        for key, selected in fields.items()
        if not selected.name.startswith("__")
    }
    cost = prepared.cost(statements.values())
    first = sorted(statements, key=lambda key: not _is_first(prepared, fields[key]))
    found = {key: await statements[key].run(prepared.asked) for key in first}
    if len(found) < len(fields):
        found |= _introspected(prepared, fields)
    limit = prepared.request.limits.cost_max
    return data([(key, found[key]) for key in fields], cost, limit)


def _root(prepared: Prepared, selected: Selected, plan: Plan) -> Written:
    return Field(plan, prepared.root_type.fields[selected.name], selected).write()


def _is_first(prepared: Prepared, selected: Selected) -> bool:
    kind = kind_of(prepared.root_type.fields[selected.name])
    return isinstance(kind, Constant) and kind.is_first


def _introspected(prepared: Prepared, fields: dict[str, Selected]) -> dict[str, bytes]:
    """The fields about the schema itself, by graphql-core's executor."""
    asks = any(part.name in ("__schema", "__type") for part in fields.values())
    if asks and not prepared.request.limits.is_introspectable:
        raise InvalidArgument("Introspection is turned off.")
    nodes: list[FieldNode] = [
        node for part in fields.values() if part.name.startswith("__") for node in part.nodes
    ]
    selections = type(prepared.operation.selection_set)(selections=tuple(nodes))
    operation = OperationDefinitionNode(
        operation=prepared.operation.operation,
        variable_definitions=prepared.operation.variable_definitions,
        selection_set=selections,
        directives=(),
    )
    document = DocumentNode(definitions=(operation, *prepared.document.fragments.values()))
    result = execute_sync(
        prepared.engine.graph, document, variable_values=dict(prepared.request.variables)
    )
    return {key: orjson.dumps(value) for key, value in (result.data or {}).items()}
