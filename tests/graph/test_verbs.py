"""Mutations as they are declared: who may call them, what they take and what they show."""

from __future__ import annotations

from dataclasses import MISSING
from inspect import Parameter, signature
from typing import Any, NotRequired, get_args, get_origin, get_type_hints

import pytest
from graphql import GraphQLObjectType

from models.access import ANYBODY, Role, Viewer
from models.action import CorrectiveAction
from models.complaint import Complaint
from resolvers.engine.mutating import filled, nouns_of, read_outcome
from resolvers.engine.mutation import VERBS, Caller, Verb
from resolvers.engine.names import snake
from resolvers.engine.reading.nouns import NOUN_OF_TYPE
from resolvers.schema import GRAPH

AGENT = Viewer("staff", 1, frozenset({Role.AGENT}), None)
AUDITOR = Viewer("staff", 1, frozenset({Role.AUDITOR}), None)
CONTACT = Viewer("contact", 1, frozenset({Role.CONTACT}), (1,))
assert GRAPH.mutation_type is not None
MUTATIONS = GRAPH.mutation_type.fields
OF_THE_ENGINE = {"idempotency_key", "expected_version"}
TWO = {"action": "action", "replaced": "action", "complaint": "complaint"}


def test_every_mutation_says_who_may_call_it() -> None:
    assert sorted(VERBS) == sorted(snake(name) for name in MUTATIONS)
    assert all(isinstance(verb.may, Caller) for verb in VERBS.values())


@pytest.mark.parametrize(
    ("viewer", "admitted"),
    [
        (AGENT, {Caller.STAFF, Caller.CUSTOMER_SIDE, Caller.ANYBODY}),
        (CONTACT, {Caller.CUSTOMER_SIDE, Caller.ANYBODY}),
        (AUDITOR, {Caller.ANYBODY}),
        (ANYBODY, {Caller.ANYBODY}),
    ],
)
def test_a_viewer_may_call_what_its_roles_admit(viewer: Viewer, admitted: set[Caller]) -> None:
    assert {caller for caller in Caller if caller.admits(viewer)} == admitted


@pytest.mark.parametrize("verb", VERBS.values(), ids=VERBS)
def test_an_input_has_the_fields_that_its_verb_takes(verb: Verb) -> None:
    fields = verb.input_type.__strawberry_definition__.fields
    names = {field.python_name for field in fields} - OF_THE_ENGINE - {verb.on}
    needed = {f.python_name for f in fields if f.default is MISSING} - {verb.on}
    taken, required = _taken(verb)
    assert names == taken
    assert required == needed


def _taken(verb: Verb) -> tuple[set[str], set[str]]:
    """The names of what a verb takes, and of what it can't do without."""
    taken: set[str] = set()
    required: set[str] = set()
    for name, parameter in signature(verb.run).parameters.items():
        if parameter.kind is Parameter.KEYWORD_ONLY:
            taken.add(name)
            required |= {name} if parameter.default is Parameter.empty else set()
        elif parameter.kind is Parameter.VAR_KEYWORD:
            (told,) = get_args(get_type_hints(verb.run)[name])
            hints = get_type_hints(told, include_extras=True)
            taken |= set(hints)
            required |= {key for key in hints if get_origin(hints[key]) is not NotRequired}
    return taken, required


def test_a_payload_may_show_two_rows_of_one_noun() -> None:
    complaint, new, old = Complaint(id=3), CorrectiveAction(id=8), CorrectiveAction(id=7)
    found = filled(TWO, complaint, {"action": new, "replaced": old})
    assert found == {"complaint": 3, "action": 8, "replaced": 7}
    assert read_outcome(TWO, dict(found)) == found


def test_a_row_alone_fills_the_first_field_of_its_noun() -> None:
    assert filled(TWO, Complaint(id=3), CorrectiveAction(id=8)) == {"complaint": 3, "action": 8}
    assert filled({"complaint": "complaint"}, Complaint(id=3), CorrectiveAction(id=8)) == {
        "complaint": 3
    }


def test_an_outcome_that_was_stored_by_noun_is_still_answered() -> None:
    payload: Any = GRAPH.get_type("PlanCorrectiveActionPayload")
    assert isinstance(payload, GraphQLObjectType)
    nouns = nouns_of(payload)
    assert nouns == {"correctiveAction": "action", "complaint": "complaint"}
    before = {"complaint": ["complaint", 3], "action": ["action", 8]}
    assert read_outcome(nouns, before) == {"complaint": 3, "correctiveAction": 8}


def test_every_field_of_a_payload_shows_a_row_or_the_errors() -> None:
    for field in MUTATIONS.values():
        payload = GRAPH.get_type(str(field.type))
        assert isinstance(payload, GraphQLObjectType)
        assert set(nouns_of(payload).values()) <= {n.name for n in NOUN_OF_TYPE.values()}
