"""Each mutation of the schema: done once, refused in each way, told by events or not at all."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import GraphQLObjectType, get_named_type, is_required_input_field

from resolvers.schema import GRAPH
from tests.business.cases import ALONE, ELSEWHERE, GOOD, LATER, prepared
from tests.business.snapshots import changed, head, rows, told_since
from tests.graph.asking import Graph, member
from tests.graph.world import World, populated

assert GRAPH.mutation_type is not None
MUTATIONS = GRAPH.mutation_type.fields


def input_of(mutation: str) -> Any:
    return get_named_type(MUTATIONS[mutation].args["input"].type)


def objects_of(mutation: str) -> list[str]:
    payload = get_named_type(MUTATIONS[mutation].type)
    assert isinstance(payload, GraphQLObjectType)
    return [name for name in payload.fields if name != "errors"]


@pytest.fixture
async def filled(graph: Graph, world: World) -> World:
    await populated(world)
    return world


def test_every_mutation_has_a_case() -> None:
    assert set(GOOD) | ELSEWHERE == set(MUTATIONS)
    assert not set(GOOD) & ELSEWHERE


ROUNDS = {
    "first": [name for name in GOOD if name not in LATER | ALONE],
    "second": [name for name in GOOD if name in LATER],
    "third": [name for name in GOOD if name in ALONE],
}


@pytest.mark.parametrize("which", ROUNDS)
async def test_a_mutation_answers_with_its_objects_and_appends_its_events(
    graph: Graph, filled: World, which: str
) -> None:
    for mutation in ROUNDS[which]:
        await prepared(graph, filled, mutation)
        case = GOOD[mutation]
        graph.later(minutes=1)
        before, seq = await rows(), await head()
        objects = objects_of(mutation)
        selected = " ".join(f"{name} {{ id }}" for name in objects)
        payload = await graph.do(mutation, selected, viewer=member("staff_1"), **case.given)
        assert tuple(objects) == case.objects, mutation
        assert all(payload[name] is not None for name in objects), mutation
        events = await told_since(seq)
        assert tuple(event.kind for event in events) == case.events, mutation
        assert {event.occurred_at for event in events} == {graph.now}, mutation
        assert {(event.actor_type, event.actor_id) for event in events} == {("staff", 1)}
        assert changed(before, await rows()), mutation


async def test_a_change_of_version_is_told_by_an_event_of_that_row(
    graph: Graph, filled: World
) -> None:
    nouns = {"Customer": "customer", "Contact": "contact", "Enrollment": "enrollment"}
    nouns |= {"Complaint": "complaint", "StaffMember": "staff", "Service": "service", "Sla": "sla"}
    for mutation in ("updateCustomer", "updateContact", "activateEnrollment", "closeComplaint"):
        before, seq = await rows(), await head()
        await graph.do(mutation, **GOOD[mutation].given)
        after = await rows()
        told = {(event.subject_type, event.subject_id) for event in await told_since(seq)}
        for name, key in changed(before, after):
            if name in nouns and before[name][key]["version"] != after[name][key]["version"]:
                assert after[name][key]["version"] == before[name][key]["version"] + 1
                assert (nouns[name], key) in told


async def unchanged(graph: Graph, mutation: str, **given: Any) -> list[dict[str, Any]]:
    """The errors of a refusal, that left rows and log as they were."""
    before, seq = await rows(), await head()
    objects = " ".join(f"{name} {{ id }}" for name in objects_of(mutation))
    errors = await graph.refused(mutation, objects, **given)
    assert changed(before, await rows()) == set()
    assert await told_since(seq) == []
    return errors


async def test_an_id_of_nothing_or_of_another_noun_is_not_found_at_its_path(
    graph: Graph, filled: World
) -> None:
    for mutation, case in GOOD.items():
        for name, field in input_of(mutation).fields.items():
            if get_named_type(field.type).name != "ID":
                continue
            for wrong in ("nonsense", "event_1", f"{case.given.get(name, 'x_1')[:-1]}999999"):
                errors = await unchanged(graph, mutation, **{**case.given, name: wrong})
                found = [(e["code"], e["path"]) for e in errors]
                assert ("NOT_FOUND", [name]) in found, (mutation, name, wrong, errors)


async def test_all_ids_that_name_nothing_are_told_in_one_answer(
    graph: Graph, filled: World
) -> None:
    for mutation in ("draftSla", "relate", "requestEnrollment"):
        ids = [n for n, f in input_of(mutation).fields.items() if n in GOOD[mutation].given]
        ids = [n for n in ids if get_named_type(input_of(mutation).fields[n].type).name == "ID"]
        given = GOOD[mutation].given | dict.fromkeys(ids, "nonsense")
        errors = await unchanged(graph, mutation, **given)
        assert {tuple(error["path"]) for error in errors} == {(name,) for name in ids}


async def test_a_stale_version_is_a_conflict_that_shows_the_row_as_it_stands(
    graph: Graph, filled: World
) -> None:
    for mutation, case in GOOD.items():
        if "expectedVersion" not in input_of(mutation).fields:
            continue
        await prepared(graph, filled, mutation)
        (name, *_) = objects_of(mutation)
        before, seq = await rows(), await head()
        payload = await graph.attempt(
            mutation, f"{name} {{ id version }}", **case.given, expectedVersion=77
        )
        (error,) = payload["errors"]
        assert (error["code"], error["path"]) == ("CONFLICT", ["expectedVersion"])
        assert error["currentVersion"] == payload[name]["version"] != 77
        assert changed(before, await rows()) == set()
        assert await told_since(seq) == []


async def test_a_version_that_holds_lets_the_change_through_and_rises_by_one(
    graph: Graph, filled: World
) -> None:
    given = {"customerId": "customer_3", "industry": "Food"}
    for version in (1, 2, 3):
        done = await graph.do(
            "updateCustomer", "customer { version }", **given, expectedVersion=version
        )
        assert done["customer"]["version"] == version + 1


async def test_what_is_left_out_and_what_is_null_are_the_same(graph: Graph, filled: World) -> None:
    for mutation, case in GOOD.items():
        fields = input_of(mutation).fields
        nulls = {n: None for n, f in fields.items() if not is_required_input_field(f)}
        nulls = {name: None for name in nulls if name not in case.given}
        nulls = {n: None for n in nulls if str(fields[n].type)[-1] != "!"}
        payload = await graph.attempt(mutation, **{**case.given, **nulls})
        for error in payload["errors"]:
            assert error["code"] in ("TRANSITION_NOT_ALLOWED", "RULE_VIOLATED", "NOT_FOUND")


async def test_a_required_field_that_is_missing_is_refused_before_anything_is_done(
    graph: Graph, filled: World
) -> None:
    for mutation, case in GOOD.items():
        type_ = input_of(mutation)
        document = f"mutation ($i: {type_.name}!) {{ {mutation}(input: $i) {{ __typename }} }}"
        for name, field in type_.fields.items():
            if is_required_input_field(field):
                without = {key: value for key, value in case.given.items() if key != name}
                assert (await graph.refusal(document, {"i": without}))["code"] == "INVALID_INPUT"
        extra = case.given | {"nope": 1}
        assert (await graph.refusal(document, {"i": extra}))["code"] == "INVALID_INPUT"


async def test_mutations_of_one_document_run_in_order_each_in_a_transaction_of_its_own(
    graph: Graph, filled: World
) -> None:
    data = await graph.read(
        """mutation { a: markCustomerDormant(input: {customerId: "customer_1"}) { errors { code } }
             b: markCustomerDormant(input: {customerId: "customer_1"}) {
               __typename errors { code } }
             c: activateCustomer(input: {customerId: "customer_1"}) { customer { stage } }
             __typename }"""
    )
    assert data == {
        "a": {"errors": []},
        "b": {
            "__typename": "MarkCustomerDormantPayload",
            "errors": [{"code": "TRANSITION_NOT_ALLOWED"}],
        },
        "c": {"customer": {"stage": "ACTIVE"}},
        "__typename": "Mutation",
    }


async def test_what_a_payload_asks_in_vain_stops_the_mutation(graph: Graph, filled: World) -> None:
    before, seq = await rows(), await head()
    for page in ("first: 101", "first: 1, last: 1", 'after: "x"'):
        told = await graph.refusal(
            'mutation { markCustomerDormant(input: {customerId: "customer_1"})'
            f" {{ customer {{ complaints({page}) {{ nodes {{ id }} }} }} }} }}"
        )
        assert told["code"] == "INVALID_INPUT"
    assert changed(before, await rows()) == set()
    assert await head() == seq
