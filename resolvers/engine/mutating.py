"""Runs mutations: an input becomes a verb's arguments, one transaction, and a payload."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from functools import partial
from itertools import islice
from typing import Any

import orjson
from graphql import GraphQLObjectType, get_argument_values

from models import errors, idempotency
from models.base import Act, camel
from models.bounds import IDEMPOTENCY_KEY_CHARACTERS_MAX
from models.faults import Faults
from models.transaction import transact
from resolvers.engine.errors import Refusal, described
from resolvers.engine.inputs import Input, path, read_input
from resolvers.engine.mutation import Changed, Verb
from resolvers.engine.operation import Prepared, attempted
from resolvers.engine.reading.derived import projection
from resolvers.engine.reading.field import inner_type, kind_of
from resolvers.engine.reading.nouns import NOUN_OF_TYPE, NOUNS
from resolvers.engine.reading.parents import payload_row
from resolvers.engine.reading.selection import Selected
from resolvers.engine.reading.statement import Statement
from resolvers.engine.replies import Answer, data

Outcome = dict[str, int]
"""The numbers of the rows that a payload shows, by its fields' names in the graph."""


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
    """Runs one mutation, and answers its payload as JSON."""
    verb: Verb = kind_of(definition)
    type_: GraphQLObjectType = inner_type(definition)
    outcome, faults = await _done(prepared, selected.name, verb, values, nouns_of(type_))
    locale = prepared.asked.locale
    refusals = [described(fault, locale, path(verb.input_type, fault.path)) for fault in faults]
    return await _written(prepared, type_, selected, rows, outcome, refusals)


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
    prepared: Prepared, name: str, verb: Verb, values: dict[str, Any], nouns: Mapping[str, str]
) -> tuple[Outcome, tuple[errors.DomainError, ...]]:
    """Runs the verb in one transaction; a refusal leaves nothing behind."""
    given = read_input(verb.input_type, values)
    viewer, now = prepared.asked.viewer, prepared.asked.now
    act = Act(viewer, now)
    if not verb.may.admits(viewer):
        return {}, (errors.Forbidden(),)

    async def work() -> Outcome:
        if given.idempotency_key is None:
            return filled(nouns, *await _run(act, verb, given))
        key = _checked(given.idempotency_key)
        claim = await idempotency.claim(act, key, idempotency.digest(name, values))
        if claim.outcome is not None:
            return read_outcome(nouns, claim.outcome)
        outcome = filled(nouns, *await _run(act, verb, given))
        await claim.keep(dict(outcome))
        return outcome

    try:
        return await transact(act, work), ()
    except errors.Refused as refused:
        return {}, refused.faults
    except errors.Conflict as conflict:
        return filled(nouns, conflict.row), (conflict,)
    except errors.DomainError as fault:
        return {}, (fault,)


def nouns_of(type_: GraphQLObjectType) -> dict[str, str]:
    """The noun of each field of a payload that shows a row."""
    return {
        name: NOUN_OF_TYPE[inner_type(field).name].name
        for name, field in type_.fields.items()
        if name != "errors"
    }


def filled(nouns: Mapping[str, str], *answers: Any) -> Outcome:
    """Which row each field of a payload shows; the last word is the last answer's.

    A row fills the first field of its noun, if the payload has one. Changed that a verb answers by
    name fill the fields of those names.
    """
    found: Outcome = {}
    for answer in answers:
        if isinstance(answer, Mapping):
            named = {camel(name): row for name, row in answer.items()}
            assert all(nouns[name] == row.noun for name, row in named.items())
            found |= {name: row.id for name, row in named.items()}
        elif answer is not None:
            names = (name for name, noun in nouns.items() if noun == answer.noun)
            found |= dict.fromkeys(islice(names, 1), answer.id)
    return found


def read_outcome(nouns: Mapping[str, str], outcome: Mapping[str, Any]) -> Outcome:
    """An outcome as it was stored: today by field, before by noun, as [noun, number]."""
    if all(isinstance(value, int) for value in outcome.values()):
        return dict(outcome)
    return {name: outcome[noun][1] for name, noun in nouns.items() if noun in outcome}


def _checked(key: str) -> str:
    faults = Faults()
    clean = faults.text("idempotency_key", key, characters_max=IDEMPOTENCY_KEY_CHARACTERS_MAX)
    faults.settle()
    return clean


async def _run(act: Act, verb: Verb, given: Input) -> tuple[Changed, ...]:
    """The row that the verb acted on, if it acts on one, and what it answered."""
    plain = dict(given.plain)
    if given.faults:
        raise errors.Refused(given.faults)
    if verb.on is None or verb.noun is None:
        return (await verb.run(act, **plain),)
    model: Any = NOUNS[verb.noun].model
    row = await model.within(act, plain.pop(verb.on), verb.on)
    row.expect(given.expected_version)
    both = (act, row) if verb.takes_act_first else (row, act)
    return row, await verb.run(*both, **plain)


async def _written(
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
            row = outcome.get(inner.name)
            asked = dataclasses.replace(prepared.asked, row=row)
            value = b"null" if row is None else await rows[key].run(asked)
        parts.append(b'"%b":%b' % (key.encode(), value))
    return b"{%b}" % b",".join(parts)


def _error(prepared: Prepared, selected: Selected, refusal: Refusal) -> Any:
    name, values = refusal
    type_ = prepared.document.schema.get_type(name)
    return projection(prepared.document, type_, selected)(values, prepared.asked)
