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
from models.base import Act
from models.bounds import IDEMPOTENCY_KEY_CHARACTERS_MAX
from models.faults import Faults
from models.transaction import transact
from resolvers.engine.errors import described
from resolvers.engine.inputs import Input, path, read_input
from resolvers.engine.mutation import Changed, Verb
from resolvers.engine.names import camel
from resolvers.engine.operation import Prepared, attempted
from resolvers.engine.reading.derived import projection
from resolvers.engine.reading.field import TYPENAME, inner_type, kind_of
from resolvers.engine.reading.nouns import NOUN_OF_TYPE, NOUNS
from resolvers.engine.reading.parents import payload_row
from resolvers.engine.reading.selection import Selected
from resolvers.engine.replies import Answer, data

Outcome = dict[str, int]
"""The numbers of the rows that a payload shows, by its fields' names in the graph."""


async def mutate(prepared: Prepared) -> Answer:
    """Runs the mutations of an operation, one after the other, each in its own transaction.

    If one fails, it answers null with an error at its path; the others keep what they did.
    """
    fields = prepared.fields()
    mutations = {
        key: _Mutation(prepared, selected)
        for key, selected in fields.items()
        if selected.name != TYPENAME
    }
    made = [each for mutation in mutations.values() for each in mutation.statements.values()]
    cost = prepared.cost(made)
    for each in made:
        each.check(prepared.asked)
    parts: list[tuple[str, bytes]] = []
    failures: list[dict[str, Any]] = []
    for key in fields:
        found: Any = b'"Mutation"'
        if key in mutations:
            found = await attempted(mutations[key].payload)
        if not isinstance(found, bytes):
            failures.append({**found, "path": [key]})
            found = b"null"
        parts.append((key, found))
    return data(parts, cost, prepared.request.limits.cost_max, failures)


class _Mutation:
    """One mutation of a document, with a statement for each row that its payload selects."""

    def __init__(self, prepared: Prepared, selected: Selected) -> None:
        definition = prepared.root_type.fields[selected.name]
        self.name, self.asked, self.document = selected.name, prepared.asked, prepared.document
        self.verb: Verb = kind_of(definition)
        self.type: GraphQLObjectType = inner_type(definition)
        self.nouns = nouns_of(self.type)
        self.parts = prepared.document.collect(self.type, selected.inner)
        self.statements = {
            key: prepared.planned(
                (selected.key, key),
                partial(payload_row, type_=inner_type(self.type.fields[part.name]), selected=part),
            )
            for key, part in self.parts.items()
            if part.name in self.nouns
        }
        given = get_argument_values(definition, selected.nodes[0], prepared.asked.coerced)
        self.values = dict(given["input"])

    async def payload(self) -> bytes:
        """Runs it, and answers as JSON: the rows in their new state, and the errors."""
        outcome, faults = await self._done()
        parts: list[bytes] = []
        for key, part in self.parts.items():
            value = b"null"
            if part.name == TYPENAME:
                value = orjson.dumps(self.type.name)
            elif part.name == "errors":
                value = orjson.dumps([self._error(part, fault) for fault in faults])
            elif part.name in outcome:
                asked = dataclasses.replace(self.asked, row=outcome[part.name])
                value = await self.statements[key].run(asked)
            parts.append(b'"%b":%b' % (key.encode(), value))
        return b"{%b}" % b",".join(parts)

    async def _done(self) -> tuple[Outcome, tuple[errors.DomainError, ...]]:
        """Runs the verb in one transaction; a refusal leaves nothing behind."""
        given = read_input(self.verb.input_type, self.values)
        act = Act(self.asked.viewer, self.asked.now)
        if not self.verb.may.admits(act.viewer):
            return {}, (errors.Forbidden(),)

        async def work() -> Outcome:
            if given.idempotency_key is None:
                return filled(self.nouns, *await _run(act, self.verb, given))
            key = _checked(given.idempotency_key)
            claim = await idempotency.claim(act, key, idempotency.digest(self.name, self.values))
            if claim.outcome is not None:
                return read_outcome(self.nouns, claim.outcome)
            outcome = filled(self.nouns, *await _run(act, self.verb, given))
            await claim.keep(dict(outcome))
            return outcome

        try:
            return await transact(act, work), ()
        except errors.Refused as refused:
            return {}, refused.faults
        except errors.Conflict as conflict:
            return filled(self.nouns, conflict.row), (conflict,)
        except errors.DomainError as fault:
            return {}, (fault,)

    def _error(self, selected: Selected, fault: errors.DomainError) -> Any:
        steps = path(self.verb.input_type, fault.path)
        name, values = described(fault, self.asked.locale, steps)
        type_ = self.document.schema.get_type(name)
        return projection(self.document, type_, selected)(values, self.asked)


def nouns_of(type_: GraphQLObjectType) -> dict[str, str]:
    """The noun of each field of a payload that shows a row."""
    return {
        name: NOUN_OF_TYPE[inner_type(field).name].name
        for name, field in type_.fields.items()
        if name != "errors"
    }


def filled(nouns: Mapping[str, str], *answers: Any) -> Outcome:
    """Which row each field of a payload shows; the verb's answer takes precedence.

    A row fills the first field of its noun, if the payload has one. Rows that a verb answers by
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
    """An outcome as it was stored: now by field, earlier by noun, as [noun, number]."""
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
