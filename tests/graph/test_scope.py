"""A customer's people see what is theirs, and an answer never depends on what is not."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import GraphQLInterfaceType

from models import access, comment, events
from models.access import Role, Viewer
from resolvers.engine.reading.nouns import NOUN_OF_TYPE, NOUNS
from resolvers.schema import GRAPH
from tests.business.cases import GOOD
from tests.graph.asking import Graph, contact_of, member
from tests.graph.documents import Documents
from tests.graph.world import World, populated

READS = [
    """{ customers { totalCount nodes { id name contacts { totalCount nodes { email } } } } }""",
    """{ complaints(first: 100) { totalCount pageInfo { hasNextPage endCursor } nodes { id
      subject comments { totalCount nodes { id body visibility author { __typename } } }
      timeline(first: 100) { totalCount nodes { kind reason actor { __typename } } } } } }""",
    """{ enrollments { totalCount nodes { id customer { name } sla { name } calendar { name } }
      } }""",
    """{ services { totalCount nodes { id code complaints { totalCount nodes { id } }
      enrollments { totalCount nodes { id } } slas { totalCount nodes { id name } } owner {
      customers { totalCount nodes { id } } } timeline { totalCount } } } }""",
    """{ slas { totalCount nodes { id enrollments { totalCount } } } }""",
    """{ staff { totalCount nodes { id customers { totalCount nodes { name } } } } }""",
    """{ calendars { totalCount nodes { name revisions { totalCount } } } }""",
    """{ events(first: 100) { totalCount nodes { id kind customer { id } subject { id } changes
      { field after } } } }""",
    """{ complaintBoard { total unassigned oldestOpenAt customersWithoutManager overdueReviews
      byStatus { status count } } }""",
    """{ eventHead }""",
    """{ a: node(id: "customer_2") { id } b: customer(id: "customer_2") { id } c:
      complaint(reference: "CMP-000002") { id } d: enrollment(id: "enrollment_3") { id }
      nodes(ids: ["complaint_2", "contact_2", "comment_1", "event_1", "complaint_1"]) { id } }""",
    """{ complaints(filter: {customerId: "customer_2"}) { totalCount nodes { id } } }""",
    """{ events(customerId: "customer_2") { totalCount nodes { id } } }""",
    """{ complaints(filter: {search: "secret"}) { totalCount } }""",
]


@pytest.fixture
async def ids(world: World) -> dict[str, list[str]]:
    return await populated(world)


UNSCOPED = {"survey_form"}
"""Reached by the token of an invitation, whoever brings it."""


def theirs(customer: str, ids: dict[str, list[str]]) -> Viewer:
    place = ids["customer"].index(customer)
    return contact_of(customer, contact=ids["contact"][place])


async def test_an_answer_is_the_same_to_the_byte_whether_or_not_rows_of_others_exist(
    graph: Graph, world: World
) -> None:
    """The rows of others come behind one's own, so that numbers that rise are no difference."""
    customer, offer = await world.customer(), await world.service()
    owner, contact = await world.staff(), await world.contact(customer)
    viewer = contact_of(customer, contact=contact)
    await world.enrollment(customer, offer)
    complaint = await world.complaint(customer, serviceId=offer[0], raisedById=contact)
    await world.brought(complaint, "RESOLVED", owner)
    everything = Documents(7, {"own": [complaint, customer]}, 6)
    documents = [*READS, *(everything.query() for _ in range(40))]

    async def answers() -> list[bytes]:
        graph.under(cost_max=10_000_000)
        return [(await graph.answer(document, viewer=viewer)).body for document in documents]

    before = await answers()
    other = await world.customer(name="Secret", relationshipManagerId=owner)
    await world.contact(other)
    await world.enrollment(other, offer)
    await world.proposed(name="Not to be seen yet")
    await world.drafted(offer[0], calendarId="calendar_1")
    hidden = await world.complaint(other, serviceId=offer[0], subject="Secret")
    await world.brought(hidden, "CLOSED", owner)
    await graph.do(
        "commentOnComplaint", complaintId=complaint, body="Secret", visibility="INTERNAL"
    )
    for document, first, second in zip(documents, before, await answers(), strict=True):
        assert first == second, document


async def test_nothing_of_others_is_in_any_answer(graph: Graph, ids: dict[str, list[str]]) -> None:
    """Of documents of any shape, not only of those that somebody thought of."""
    own, other, empty = ids["customer"]
    graph.under(cost_max=10_000_000)
    foreign = [ids["customer"][1], ids["contact"][1], ids["enrollment"][2], ids["complaint"][1]]
    for seed, viewer in ((1, theirs(own, ids)), (2, contact_of()), (3, contact_of(empty))):
        documents = Documents(seed, ids, 7)
        for document in [*READS, *(documents.query() for _ in range(40))]:
            body = (await graph.answer(document, viewer=viewer)).body.decode()
            assert "errors" not in body, (document, body)
            for row in foreign:
                assert f'"{row}"' not in body, (row, document)
            assert "INTERNAL" not in body
            assert "Planned" not in body
    seen = await graph.read("{ customers { nodes { id } } }", viewer=theirs(other, ids))
    assert seen["customers"]["nodes"] == [{"id": other}]


async def test_a_mutation_of_what_is_not_theirs_answers_as_if_it_were_not_there(
    graph: Graph, ids: dict[str, list[str]]
) -> None:
    viewer = theirs(ids["customer"][0], ids)
    for verb, more in (
        ("commentOnComplaint", {"body": "b", "visibility": "CUSTOMER"}),
        ("withdrawComplaint", {"reason": "r"}),
        ("reopenComplaint", {"reason": "r"}),
        ("closeComplaint", {}),
        ("closeComplaint", {"expectedVersion": 77}),
    ):
        told = [
            await graph.refused(verb, "complaint { id }", viewer=viewer, complaintId=id_, **more)
            for id_ in (ids["complaint"][1], "complaint_999999")
        ]
        assert told[0] == told[1]
        assert told[0][0]["code"] == "NOT_FOUND"
    form = {"subject": "s", "description": "d", "channel": "API", "impact": "LOW", "urgency": "LOW"}
    for field, row in (
        ("customerId", ids["customer"][1]),
        ("raisedById", ids["contact"][1]),
        ("enrollmentId", ids["enrollment"][2]),
        ("serviceId", ids["service"][2]),
    ):
        given = {"customerId": ids["customer"][0], **form, field: row}
        (told_one,) = await graph.refused("recordComplaint", viewer=viewer, **given)
        assert (told_one["code"], told_one["path"]) == ("NOT_FOUND", [field])


async def test_a_contact_may_do_what_a_customer_may_and_nothing_else(
    graph: Graph, ids: dict[str, list[str]]
) -> None:
    viewer = theirs(ids["customer"][0], ids)
    for name, case in GOOD.items():
        payload = await graph.attempt(name, viewer=viewer, **case.given)
        codes = {error["code"] for error in payload["errors"]}
        assert ("FORBIDDEN" in codes) is not case.is_customers_own, name


async def test_who_audits_may_do_nothing(graph: Graph, ids: dict[str, list[str]]) -> None:
    auditor = Viewer("staff", 1, frozenset({Role.AUDITOR}), None, "auditor")
    (told,) = await graph.refused("closeComplaint", viewer=auditor, complaintId=ids["complaint"][4])
    assert told["code"] == "FORBIDDEN"


async def test_what_a_viewer_may_do_next_is_told_to_that_viewer(
    graph: Graph, ids: dict[str, list[str]]
) -> None:
    document = "query ($id: ID!) { complaint(id: $id) { allowedTransitions { mutation } } }"
    auditor = Viewer("staff", 1, frozenset({Role.AUDITOR}), None, "auditor")

    async def told(viewer: Viewer | None) -> list[str]:
        data = await graph.read(document, {"id": ids["complaint"][4]}, viewer=viewer)
        return [step["mutation"] for step in data["complaint"]["allowedTransitions"]]

    assert await told(None) == ["closeComplaint", "reopenComplaint", "withdrawComplaint"]
    assert await told(theirs(ids["customer"][0], ids)) == await told(None)
    assert await told(auditor) == []


async def test_internal_comments_and_their_events_are_not_there_for_a_customer(
    graph: Graph, ids: dict[str, list[str]]
) -> None:
    document = """query ($id: ID!) { complaint(id: $id) {
      comments { totalCount nodes { visibility } }
      timeline(first: 100) { totalCount nodes { kind } } } }"""

    async def seen(viewer: Viewer | None) -> tuple[Any, ...]:
        found = (await graph.read(document, {"id": ids["complaint"][0]}, viewer=viewer))[
            "complaint"
        ]
        kinds = [node["kind"] for node in found["timeline"]["nodes"]]
        assert found["timeline"]["totalCount"] == len(kinds)
        shown = [node["visibility"] for node in found["comments"]["nodes"]]
        return found["comments"]["totalCount"], shown, kinds.count("complaint.commented")

    assert await seen(None) == (2, ["INTERNAL", "CUSTOMER"], 2)
    assert await seen(theirs(ids["customer"][0], ids)) == (1, ["CUSTOMER"], 1)


async def test_an_actor_out_of_sight_shows_as_the_system(
    graph: Graph, world: World, ids: dict[str, list[str]]
) -> None:
    complaint, leaver = ids["complaint"][2], await world.staff("AGENT")
    given = {"complaintId": complaint, "body": "Bye", "visibility": "CUSTOMER"}
    await graph.do("commentOnComplaint", viewer=member(leaver), **given)
    document = """query ($id: ID!) { complaint(id: $id) { comments(last: 1) { nodes {
      author { __typename ... on StaffMember { name } ... on SystemActor { name } } } } } }"""
    viewer = theirs(ids["customer"][0], ids)

    async def author() -> Any:
        found = await graph.read(document, {"id": complaint}, viewer=viewer)
        return found["complaint"]["comments"]["nodes"][0]["author"]

    assert (await author())["__typename"] == "StaffMember"
    await graph.do("deactivateStaffMember", staffMemberId=leaver)
    assert await author() == {"__typename": "SystemActor", "name": "Rapport"}


def test_every_noun_has_a_policy_and_every_policy_a_noun() -> None:
    assert set(access.CUSTOMER_SIDE) == set(NOUNS)
    for noun, reach in access.CUSTOMER_SIDE.items():
        columns = NOUNS[noun].model._meta.fields_map
        named = {reach.customer_column, *reach.only, *reach.parents} - {None}
        assert named <= set(columns), noun
        assert set(reach.parents.values()) <= set(NOUNS)
        if "customer_id" in columns and noun not in UNSCOPED and not reach.is_staff_only:
            assert reach.customer_column == "customer_id", noun


def test_every_node_of_the_schema_reads_a_noun() -> None:
    interface = GRAPH.get_type("Node")
    assert isinstance(interface, GraphQLInterfaceType)
    for type_ in GRAPH.get_possible_types(interface):
        assert NOUN_OF_TYPE[type_.name].name in access.CUSTOMER_SIDE


def test_a_noun_without_a_policy_can_not_be_read() -> None:
    with pytest.raises(KeyError):
        access.reach(contact_of("customer_1"), "no_such_noun")


def test_what_is_internal_says_so_in_its_columns() -> None:
    assert access.CUSTOMER_SIDE["event"].only == {"is_internal": (False,)}
    assert access.CUSTOMER_SIDE["comment"].only == {"visibility": (comment.Visibility.CUSTOMER,)}
    assert events.Event.noun in access.CUSTOMER_SIDE
