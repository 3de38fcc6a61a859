"""Does mutations: an input becomes a verb's arguments, one transaction, and a payload."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from functools import partial
from typing import Any

import orjson
from graphql import GraphQLObjectType, get_argument_values

from models import access, errors, idempotency
from models.base import Act, Record
from models.bounds import IDEMPOTENCY_KEY_CHARACTERS_MAX
from models.faults import Faults
from models.transaction import transact
from resolvers.engine.errors import Refusal, told
from resolvers.engine.inputs import Arguments, arguments, path, snake
from resolvers.engine.mutation import Doing
from resolvers.engine.operation import Prepared, attempted
from resolvers.engine.reading.declare import KIND
from resolvers.engine.reading.nouns import NOUN_OF_TYPE
from resolvers.engine.reading.roots import payload_row
from resolvers.engine.reading.selection import Selected
from resolvers.engine.reading.statement import Statement
from resolvers.engine.reading.write import inner_type, projection
from resolvers.engine.replies import Answer, data

Outcome = dict[str, tuple[str, int]]
"""What a mutation changed, by noun: the noun and the row's number, as JSON can keep them."""


async def mutate(prepared: Prepared) -> Answer:
    """Runs the mutations of an operation, one after the other, each in its own transaction.

    One that fails answers null and an error at its place; what the others did stands.
    """
    fields = prepared.fields()
    rows = {key: _statements(prepared, key, selected) for key, selected in fields.items()}
    made = [each for found in rows.values() for each in found.values()]
    cost = prepared.cost(made)
    for each in made:
        each.check(prepared.asked)
    parts: list[tuple[str, bytes]] = []
    failures: list[dict[str, Any]] = []
    for key, selected in fields.items():
        if selected.name == "__typename":
            parts.append((key, b'"Mutation"'))
            continue
        definition = prepared.root_type.fields[selected.name]
        values = _input(prepared, definition, selected)
        found = await attempted(
            partial(_payload, prepared, definition, selected, values, rows[key])
        )
        if isinstance(found, bytes):
            parts.append((key, found))
        else:
            parts.append((key, b"null"))
            failures.append({**found, "path": [key]})
    return data(parts, cost, prepared.request.limits.cost_max, failures)


async def _payload(
    prepared: Prepared,
    definition: Any,
    selected: Selected,
    values: dict[str, Any],
    rows: Mapping[str, Statement],
) -> bytes:
    """Does one mutation, and answers its payload as JSON."""
    doing: Doing = definition.extensions["strawberry-definition"].metadata[KIND]
    outcome, faults = await _done(prepared, selected.name, doing, values)
    refusals = [
        told(fault, prepared.asked.locale, path(doing.input_type, fault.path)) for fault in faults
    ]
    return await _told(prepared, inner_type(definition), selected, rows, outcome, refusals)


def _input(prepared: Prepared, definition: Any, selected: Selected) -> dict[str, Any]:
    values = get_argument_values(definition, selected.nodes[0], prepared.asked.coerced)
    return dict(values["input"])


def _statements(prepared: Prepared, key: str, selected: Selected) -> dict[str, Statement]:
    """A statement for each object of the payload that is selected."""
    found: dict[str, Statement] = {}
    if selected.name == "__typename":
        return found
    type_: GraphQLObjectType = inner_type(prepared.root_type.fields[selected.name])
    for inner_key, inner in prepared.document.collect(type_, selected.inner).items():
        if inner.name in ("errors", "__typename"):
            continue
        row_type = inner_type(type_.fields[inner.name])

        found[inner_key] = prepared.planned(
            (key, inner_key), partial(payload_row, type_=row_type, selected=inner)
        )
    return found


async def _done(
    prepared: Prepared, name: str, doing: Doing, values: dict[str, Any]
) -> tuple[Outcome, tuple[errors.DomainError, ...]]:
    """Does it in one transaction; a refusal leaves nothing behind."""
    given = arguments(doing.input_type, values)
    viewer, now = prepared.asked.viewer, prepared.asked.now
    act = Act(viewer, now)
    if not access.may(viewer, snake(name)):
        return {}, (errors.Forbidden(),)

    async def work() -> Outcome:
        claim = None
        if given.idempotency_key is not None:
            key = _checked(given.idempotency_key)
            claim = await idempotency.claim(act, key, idempotency.digest(name, values))
            if claim.outcome is not None:
                return {field: (noun, row) for field, (noun, row) in claim.outcome.items()}
        outcome = await _run(act, doing, given)
        if claim is not None:
            await claim.keep({field: list(pair) for field, pair in outcome.items()})
        return outcome

    try:
        return await transact(act, work), ()
    except errors.Refused as refused:
        return {}, refused.faults
    except errors.Conflict as conflict:
        row: Any = conflict.row
        return {row.noun: (row.noun, row.id)}, (conflict,)
    except errors.DomainError as fault:
        return {}, (fault,)


def _checked(key: str) -> str:
    faults = Faults()
    clean = faults.text("idempotency_key", key, characters_max=IDEMPOTENCY_KEY_CHARACTERS_MAX)
    faults.settle()
    return clean


async def _run(act: Act, doing: Doing, given: Arguments) -> Outcome:
    plain = dict(given.plain)
    rows: list[Record] = []
    if given.faults:
        raise errors.Refused(given.faults)
    if doing.on is not None and doing.model is not None:
        row = await doing.model.within(act, plain.pop(doing.on), doing.on)
        row.expect(given.expected_version)
        rows.append(row)
    result = await doing.verb(*rows, act, **plain)
    if result is not None:
        rows.append(result)
    return {row.noun: (row.noun, row.id) for row in rows}


async def _told(
    prepared: Prepared,
    type_: GraphQLObjectType,
    selected: Selected,
    rows: Mapping[str, Statement],
    outcome: Outcome,
    refusals: list[Refusal],
) -> bytes:
    """The payload as JSON: rows as they now stand, and the errors."""
    parts: list[bytes] = []
    for key, inner in prepared.document.collect(type_, selected.inner).items():
        if inner.name == "__typename":
            value = orjson.dumps(type_.name)
        elif inner.name == "errors":
            value = orjson.dumps([_error(prepared, inner, each) for each in refusals])
        else:
            value = await _row(prepared, type_, inner, rows[key], outcome)
        parts.append(b'"%b":%b' % (key.encode(), value))
    return b"{%b}" % b",".join(parts)


async def _row(
    prepared: Prepared, type_: Any, inner: Selected, made: Statement, outcome: Outcome
) -> bytes:
    noun = NOUN_OF_TYPE[inner_type(type_.fields[inner.name]).name].name
    if noun not in outcome:
        return b"null"
    return await made.run(dataclasses.replace(prepared.asked, row=outcome[noun][1]))


def _error(prepared: Prepared, selected: Selected, refusal: Refusal) -> Any:
    name, values = refusal
    type_ = prepared.document.schema.get_type(name)
    return projection(prepared.document, type_, selected)(values, prepared.asked)
