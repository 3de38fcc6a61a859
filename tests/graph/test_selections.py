"""Whatever a document selects, and however it says so, has one meaning."""

from __future__ import annotations

from typing import Any

import pytest

from tests.graph.asking import Graph
from tests.graph.world import World


@pytest.fixture
async def story(graph: Graph, world: World) -> dict[str, str]:
    """One complaint with its surroundings; ids by noun."""
    manager = await world.staff(name="Ana Ruiz")
    customer = await world.customer(name="Molinos", relationshipManagerId=manager, industry="Food")
    contact = await world.contact(customer, name="Eva")
    offer = await world.service()
    enrollment = await world.enrollment(customer, offer)
    complaint = await world.complaint(
        customer, subject="Late", raisedById=contact, serviceId=offer[0]
    )
    await graph.do("acknowledgeComplaint", complaintId=complaint, ownerId=manager)
    return {
        "staff": manager,
        "customer": customer,
        "contact": contact,
        "service": offer[0],
        "sla": offer[1],
        "enrollment": enrollment,
        "complaint": complaint,
    }


async def test_the_same_child_twice_under_two_aliases_takes_two_sets_of_arguments(
    graph: Graph, world: World, story: dict[str, str]
) -> None:
    await world.complaint(story["customer"], subject="Wrong", impact="HIGH", urgency="HIGH")
    data = await graph.read(
        """query ($id: ID!) { customer(id: $id) {
             urgent: complaints(filter: {priority: [CRITICAL]}) { totalCount nodes { subject } }
             complaints { totalCount nodes { s: subject subject } }
             oldest: complaints(first: 1, orderBy: {field: RECEIVED_AT, direction: ASC}) {
               nodes { customer { again: complaints(last: 1) { nodes { subject } } } }
             } } }""",
        {"id": story["customer"]},
    )
    assert data["customer"] == {
        "urgent": {"totalCount": 1, "nodes": [{"subject": "Wrong"}]},
        "complaints": {
            "totalCount": 2,
            "nodes": [{"s": "Wrong", "subject": "Wrong"}, {"s": "Late", "subject": "Late"}],
        },
        "oldest": {
            "nodes": [{"customer": {"again": {"nodes": [{"subject": "Late"}]}}}],
        },
    }


async def test_fragments_named_inline_and_on_interfaces_merge_into_one_selection(
    graph: Graph, story: dict[str, str]
) -> None:
    data = await graph.read(
        """query ($id: ID!) { node(id: $id) { ...Whole ... on Node { id } ... { __typename } } }
           fragment Whole on Node { ...Named ... on Complaint { customer { name } status } }
           fragment Named on Complaint { subject customer { ... on Customer { stage } ...Id } }
           fragment Id on Node { id }""",
        {"id": story["complaint"]},
    )
    assert data["node"] == {
        "subject": "Late",
        "customer": {"stage": "ACTIVE", "id": story["customer"], "name": "Molinos"},
        "status": "ACKNOWLEDGED",
        "id": story["complaint"],
        "__typename": "Complaint",
    }
    assert list(data["node"]) == ["subject", "customer", "status", "id", "__typename"]
    assert list(data["node"]["customer"]) == ["stage", "id", "name"]


async def test_a_union_answers_by_the_type_that_stands_there(
    graph: Graph, story: dict[str, str]
) -> None:
    data = await graph.read(
        """{ events(first: 100) { nodes {
             kind actor { __typename ... on SystemActor { name } ... on StaffMember { id } }
             subject { __typename id ... on Customer { name } ... on Complaint { subject }
                       ... on Sla { name calendar { timeZone } } } } } }"""
    )
    told = {node["kind"]: node for node in data["events"]["nodes"]}
    assert told["customer.registered"]["subject"] == {
        "__typename": "Customer",
        "id": story["customer"],
        "name": "Molinos",
    }
    assert told["complaint.recorded"]["subject"]["subject"] == "Late"
    assert told["sla.drafted"]["subject"]["calendar"] == {"timeZone": "Europe/Madrid"}
    assert told["contact.added"]["actor"] == {"__typename": "SystemActor", "name": "Rapport"}


async def test_an_alias_can_not_be_taken_for_what_the_plan_adds(
    graph: Graph, story: dict[str, str]
) -> None:
    document = """query ($ids: [ID!]!) { nodes(ids: $ids) {
        __typename ... on Customer { row: name value: version }
        ... on Complaint { row: subject value: version allowedTransitions { to } } } }"""
    ids = [story["customer"], story["complaint"]]
    customer, complaint = (await graph.read(document, {"ids": ids}))["nodes"]
    assert customer == {"__typename": "Customer", "row": "Molinos", "value": 2}
    assert (complaint["row"], complaint["value"]) == ("Late", 2)
    assert complaint["allowedTransitions"][0] == {"to": "INVESTIGATING"}


GIVEN: list[tuple[dict[str, Any], list[str]]] = [
    ({}, ["Late"]),
    ({"status": ["ACKNOWLEDGED"]}, ["Late"]),
    ({"status": "ACKNOWLEDGED"}, ["Late"]),
    ({"status": []}, []),
    ({"status": None}, ["Late"]),
    ({"one": "CLOSED"}, ["Late"]),
    ({"size": 0}, []),
    ({"customer": "customer_1"}, ["Late"]),
    ({"customer": "customer_999"}, []),
    ({"customer": "service_1"}, []),
    ({"customer": "nonsense"}, []),
    ({"from": "2026-03-02T10:00:00+01:00", "until": "2026-03-02T09:00:00.001Z"}, ["Late"]),
    ({"from": "2026-03-02T09:00:00.001Z"}, []),
    ({"until": "2026-03-02T09:00:00Z"}, []),
    ({"from": "1900-01-01T00:00:00Z"}, ["Late"]),
    ({"from": None, "until": None}, ["Late"]),
    ({"range": {"until": "2026-03-02T09:00:00Z"}}, []),
    ({"range": {}}, ["Late"]),
]


async def test_variables_stand_where_literals_may_also_inside_lists_and_inputs(
    graph: Graph, story: dict[str, str]
) -> None:
    document = """query ($status: [ComplaintStatus!], $one: ComplaintStatus = CLOSED,
        $size: Int = 5, $customer: ID, $from: DateTime, $until: DateTime, $range: DateTimeRange) {
      complaints(first: $size, filter: {status: $status, customerId: $customer,
        receivedAt: {from: $from, until: $until}}) { nodes { subject } }
      listed: complaints(first: $size, filter: {status: [$one, ACKNOWLEDGED],
        customerId: $customer, receivedAt: $range}) { nodes { subject } } }"""
    for variables, expected in GIVEN:
        data = await graph.read(document, variables)
        found, listed = ([n["subject"] for n in data[k]["nodes"]] for k in ("complaints", "listed"))
        assert (listed if "range" in variables else found) == expected, variables


async def test_include_and_skip_hold_on_fields_and_fragments_by_literal_and_by_variable(
    graph: Graph, story: dict[str, str]
) -> None:
    document = """query ($yes: Boolean!, $no: Boolean = false, $id: ID!) { customer(id: $id) {
        name @include(if: $yes) stage @skip(if: $yes) locale @include(if: true) @skip(if: $no)
        ...Zone @include(if: $yes) ... on Customer @skip(if: $yes) { industry }
        ...Zone @skip(if: $yes) } }
      fragment Zone on Customer { timeZone }"""
    on, off = [
        (await graph.read(document, {"yes": yes, "id": story["customer"]}))["customer"]
        for yes in (True, False)
    ]
    assert on == {"name": "Molinos", "locale": "en", "timeZone": "Europe/Madrid"}
    assert off == {
        "stage": "ACTIVE",
        "locale": "en",
        "industry": "Food",
        "timeZone": "Europe/Madrid",
    }
    nothing = 'query ($x: Boolean!) { customer(id: "customer_1") @skip(if: $x) { name } }'
    assert await graph.read(nothing, {"x": True}) == {}


async def test_typename_is_there_at_every_level(graph: Graph, story: dict[str, str]) -> None:
    data = await graph.read(
        """query ($id: ID!) { __typename complaint(id: $id) { __typename
             allowedTransitions { __typename to } resolution { __typename }
             comments { __typename pageInfo { __typename } edges { __typename } }
             enrollment { sla { __typename targets { __typename priority }
                          calendar { hours { __typename weekday } } } }
             timeline(first: 1) { edges { __typename node { __typename changes { __typename } } } }
           } complaintBoard { __typename byStatus { __typename } } }""",
        {"id": story["complaint"]},
    )
    complaint = data["complaint"]
    assert (data["__typename"], complaint["__typename"]) == ("Query", "Complaint")
    assert complaint["allowedTransitions"][0]["__typename"] == "ComplaintTransition"
    assert complaint["resolution"] is None
    assert complaint["comments"]["__typename"] == "CommentConnection"
    assert complaint["enrollment"]["sla"]["targets"][7]["__typename"] == "SlaTarget"
    hours = complaint["enrollment"]["sla"]["calendar"]["hours"]
    assert hours[0] == {"__typename": "OpeningHours", "weekday": "MONDAY"}
    edge = complaint["timeline"]["edges"][0]
    assert edge["__typename"] == "EventEdge"
    assert edge["node"]["changes"][0] == {"__typename": "Change"}
    assert data["complaintBoard"]["byStatus"][0] == {"__typename": "StatusCount"}


async def test_an_answer_keeps_the_order_in_which_the_document_asks(
    graph: Graph, story: dict[str, str]
) -> None:
    fields = ["version", "status", "allowedTransitions", "subject", "id", "customer", "receivedAt"]
    inner = {"allowedTransitions": " { requires to }", "customer": " { stage name }"}
    for order in (fields, fields[::-1]):
        selected = " ".join(field + inner.get(field, "") for field in order)
        for root in ("complaint", "x", "eventHead"):
            body = await graph.read(
                f'{{ eventHead x: complaint(id: "{story["complaint"]}") {{ {selected} }} }}'
            )
            assert list(body) == ["eventHead", "x"], root
            assert list(body["x"]) == order
            assert list(body["x"]["customer"]) == ["stage", "name"]
            assert list(body["x"]["allowedTransitions"][0]) == ["requires", "to"]


async def test_one_object_may_have_hundreds_of_fields(graph: Graph, story: dict[str, str]) -> None:
    fragments = 36
    names = [[f"f{part}_{number}" for number in range(15)] for part in range(fragments)]
    parts = [
        f"fragment F{part} on Customer {{ {' '.join(f'{name}: name' for name in group)} }}"
        for part, group in enumerate(names)
    ]
    spread = " ".join(f"...F{part}" for part in range(fragments))
    data = await graph.read(
        f'{{ customer(id: "{story["customer"]}") {{ {spread} stage }} }} {" ".join(parts)}'
    )
    assert list(data["customer"]) == [name for group in names for name in group] + ["stage"]
    assert set(data["customer"].values()) == {"Molinos", "ACTIVE"}


async def test_an_alias_may_be_as_long_as_the_document(graph: Graph, story: dict[str, str]) -> None:
    alias = "a" * 5_000
    data = await graph.read(
        f'{{ {alias}: customer(id: "{story["customer"]}") {{ {alias}: name'
        f" {alias}_: complaints {{ {alias}: nodes {{ {alias}: subject }} }} }} }}"
    )
    assert data[alias] == {alias: "Molinos", f"{alias}_": {alias: [{alias: "Late"}]}}


TEXTS = [
    "quotes ' \" ` and \\ backslashes \\\\ \\n \\u0041",
    "line one\nline two\ttabbed",
    "non-BMP \U0001f600 \U0001d49c and composed é ñ ü",
    "percent 100% under_score ?1 $1 :name {0} %s %%",
    "</script><!-- --> ]]> \u2028 \u2029 \ufeff.",
    "json [1, {\"a\": null}] 'null' true",
    "zero\u200bwidth, right-to-left \u202eabc\u202c, Ω ≈ ç √",
]


async def test_text_comes_back_as_it_was_written(graph: Graph, world: World) -> None:
    """As the database's own bytes, and where a derived value has them read and written again."""
    plain = "query ($id: ID!) { complaint(id: $id) { subject description customer { name } } }"
    derived = """query ($id: ID!) { complaint(id: $id) { allowedTransitions { to }
      subject description customer { name }
      timeline { nodes { subject { ... on Complaint { subject } } } } } }"""
    for text in TEXTS:
        customer = await world.customer(name=text)
        complaint = await world.complaint(customer, subject=text, description=text)
        for document in (plain, derived):
            found = (await graph.read(document, {"id": complaint}))["complaint"]
            assert [found["subject"], found["description"], found["customer"]["name"]] == [text] * 3
        assert found["timeline"]["nodes"][0]["subject"]["subject"] == text


async def test_instants_and_days_have_one_form_and_nothing_is_null(
    graph: Graph, world: World, story: dict[str, str]
) -> None:
    complaint = await world.complaint(
        story["customer"], receivedAt="2026-03-01T10:11:12.345678+05:30"
    )
    enrollment = story["enrollment"]
    data = await graph.read(
        """query ($complaint: ID!, $enrollment: ID!) {
             complaint(id: $complaint) { receivedAt acknowledgedAt category area owner { id }
               service { id } enrollment { id } resolution { kind } isUpheld raisedBy { id } }
             enrollment(id: $enrollment) { startsOn endsOn requestedAt statusReason
               customer { nextReviewOn createdAt lastReviewedAt } } }""",
        {"complaint": complaint, "enrollment": enrollment},
    )
    found = data["complaint"]
    assert found.pop("receivedAt") == "2026-03-01T04:41:12.345Z"
    assert set(found.values()) == {None}
    assert data["enrollment"] == {
        "startsOn": "2026-03-02",
        "endsOn": None,
        "requestedAt": "2026-03-02T09:00:00.000Z",
        "statusReason": None,
        "customer": {
            "nextReviewOn": "2026-05-31",
            "createdAt": "2026-03-02T09:00:00.000Z",
            "lastReviewedAt": None,
        },
    }
