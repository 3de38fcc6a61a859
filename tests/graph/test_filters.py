"""What lists may be filtered by, one by one and together."""

from __future__ import annotations

from typing import Any

import pytest

from tests.graph.asking import Graph
from tests.graph.world import World

SEARCHED = {
    "a": "Envío tardío a Málaga",
    "b": "100% of_the lines \\ are 'down'",
    "c": "LATE delivery",
    "d": "Straße 😀 blocked",
}


FOUND = [
    ("malaga", "a"),
    ("ENVIO tardio", "a"),
    ("tardio malaga", "a"),
    ("malaga tardio", ""),
    ("%", "b"),
    ("_", "b"),
    ("100%", "b"),
    ("of_the", "b"),
    ("of the", "b"),
    ("\\", "b"),
    ("'down'", "b"),
    ("late", "c"),
    ("strasse", "d"),
    ("😀", "d"),
    ("e", "abcd"),
    ("", "abcd"),
    ("   ", "abcd"),
    ("nothing", ""),
    ("l_te", ""),
    ("l%te", ""),
]


async def test_search_finds_words_in_their_order_whatever_case_accents_and_signs(
    graph: Graph, world: World
) -> None:
    customer = await world.customer()
    for subject in SEARCHED.values():
        await world.complaint(customer, subject=subject, description="-")
    document = """query ($s: String!) {
      complaints(filter: {search: $s}) { totalCount nodes { subject } } }"""
    for search, found in FOUND:
        page = (await graph.read(document, {"s": search}))["complaints"]
        subjects = {node["subject"] for node in page["nodes"]}
        assert subjects == {SEARCHED[name] for name in found}, search
        assert page["totalCount"] == len(found)


async def test_a_search_has_200_characters_at_most(graph: Graph) -> None:
    document = "query ($s: String!) { customers(filter: {search: $s}) { nodes { id } } }"
    await graph.read(document, {"s": "x" * 200})
    assert (await graph.refusal(document, {"s": "x" * 201}))["code"] == "INVALID_INPUT"


async def test_text_that_no_database_holds_is_refused_where_it_is_searched_for(
    graph: Graph,
) -> None:
    for document in (
        "query ($s: String!) { customers(filter: {search: $s}) { nodes { id } } }",
        "query ($s: String!) { events(kind: [$s]) { nodes { id } } }",
    ):
        for text in ("a\0b", "a\ud800b"):
            assert (await graph.refusal(document, {"s": text}))["code"] == "INVALID_INPUT"


@pytest.fixture
async def office(graph: Graph, world: World) -> dict[str, str]:
    """Two customers, two services, enrolments and complaints of many kinds; ids by name."""
    ana, bo = await world.staff("RELATIONSHIP_MANAGER"), await world.staff("AGENT", "AUDITOR")
    first = await world.customer(name="First", relationshipManagerId=ana, industry="Food")
    second = await world.customer(name="Second")
    web, mail = await world.service(name="Web"), await world.service(name="Mail", isStandard=True)
    planned = await world.proposed(name="Planned", isStandard=False)
    live = await world.enrollment(first, web)
    asked = await world.requested(second, mail)
    c1 = await world.complaint(first, serviceId=web[0], impact="HIGH", urgency="HIGH")
    c2 = await world.complaint(second, receivedAt="2026-02-20T00:00:00Z")
    await graph.do("acknowledgeComplaint", complaintId=c2, ownerId=bo)
    names = {"ana": ana, "bo": bo, "first": first, "second": second, "web": web[0]}
    names |= {"mail": mail[0], "planned": planned, "webSla": web[1], "mailSla": mail[1]}
    return names | {"live": live, "asked": asked, "c1": c1, "c2": c2}


ADMITTED = [
    ("complaints(filter: {})", "c1 c2"),
    ("complaints(filter: {status: [RECEIVED]})", "c1"),
    ("complaints(filter: {status: ACKNOWLEDGED})", "c2"),
    ("complaints(filter: {priority: [CRITICAL, LOW]})", "c1"),
    ("complaints(filter: {customerId: $second})", "c2"),
    ("complaints(filter: {serviceId: $web})", "c1"),
    ("complaints(filter: {serviceId: $mail})", ""),
    ("complaints(filter: {ownerId: $bo})", "c2"),
    ("complaints(filter: {escalated: false})", "c1 c2"),
    ("complaints(filter: {escalated: true})", ""),
    ('complaints(filter: {receivedAt: {until: "2026-03-01T00:00:00Z"}})', "c2"),
    ("complaints(filter: {status: [ACKNOWLEDGED], customerId: $first})", ""),
    ("customers(filter: {stage: [ACTIVE]})", "first"),
    ("customers(filter: {stage: [PROSPECT, FORMER]})", "second"),
    ("customers(filter: {relationshipManagerId: $ana})", "first"),
    ('customers(filter: {search: "food"})', "first"),
    ("services(filter: {portfolioStatus: [PIPELINE]})", "planned"),
    ("services(filter: {isStandard: true})", "mail web"),
    ("services(filter: {isStandard: false})", "planned"),
    ('services(filter: {search: "web"})', "web"),
    ("slas(serviceId: $web)", "webSla"),
    ("slas(status: [DRAFT])", ""),
    ("slas(status: ACTIVE)", "mailSla webSla"),
    ("enrollments(filter: {status: [REQUESTED]})", "asked"),
    ("enrollments(filter: {customerId: $first})", "live"),
    ("enrollments(filter: {serviceId: $mail})", "asked"),
    ("staff(role: [AGENT])", "bo"),
    ("staff(role: [AGENT, RELATIONSHIP_MANAGER])", "ana bo"),
    ("staff(role: CONTACT)", ""),
    ("staff(role: [])", ""),
    ("services", "mail planned web"),
    ("customers", "first second"),
]


async def test_a_filter_admits_what_it_says(graph: Graph, office: dict[str, str]) -> None:
    for field, found in ADMITTED:
        names = {name for name in office if f"${name}" in field}
        declared = ", ".join(f"${name}: ID!" for name in sorted(names))
        document = f"{{ {field} {{ totalCount nodes {{ id }} }} }}"
        if declared:
            document = f"query ({declared}) {document}"
        (page,) = (await graph.read(document, {n: office[n] for n in names})).values()
        ids = [node["id"] for node in page["nodes"]]
        assert sorted(ids) == sorted(office[name] for name in found.split()), field
        assert page["totalCount"] == len(ids)


async def test_the_log_can_be_read_by_kind_and_by_customer(
    graph: Graph, office: dict[str, str]
) -> None:
    document = """query ($c: ID, $k: [String!]) {
      events(customerId: $c, kind: $k, first: 100) {
        totalCount nodes { kind customer { id } } } }"""

    async def told(**given: Any) -> list[dict[str, Any]]:
        page = (await graph.read(document, given))["events"]
        assert page["totalCount"] == len(page["nodes"])
        nodes: list[dict[str, Any]] = page["nodes"]
        return nodes

    received = await told(k=["complaint.recorded"])
    assert [node["customer"]["id"] for node in received] == [office["second"], office["first"]]
    own = await told(c=office["first"])
    assert {node["customer"]["id"] for node in own} == {office["first"]}
    both = await told(c=office["first"], k=["complaint.recorded", "customer.registered"])
    assert [node["kind"] for node in both] == ["complaint.recorded", "customer.registered"]
    assert await told(k=["no.such"]) == []


async def test_names_are_ordered_without_case_and_accents(graph: Graph, world: World) -> None:
    for name in ("Zeta", "alpha", "Émile", "emily", "Beta", "école"):
        await world.customer(name=name)
        await world.staff(name=name)
    names = "nodes { name }"
    data = await graph.read(f"{{ customers {{ {names} }} staff {{ {names} }} }}")
    for page in data.values():
        found = [node["name"] for node in page["nodes"]]
        assert found == ["alpha", "Beta", "école", "Émile", "emily", "Zeta"]


async def test_the_board_counts_what_its_filter_admits(
    graph: Graph, office: dict[str, str]
) -> None:
    document = """query ($f: ComplaintFilter) { complaintBoard(filter: $f) {
      total unassigned oldestOpenAt customersWithoutManager byStatus { status count } } }"""

    async def board(**given: Any) -> dict[str, Any]:
        found: dict[str, Any] = (await graph.read(document, {"f": given or None}))["complaintBoard"]
        counts = {item["status"]: item["count"] for item in found["byStatus"]}
        assert len(counts) == 7
        assert sum(counts.values()) == found["total"]
        return found

    everything = await board()
    assert (everything["total"], everything["unassigned"]) == (2, 1)
    assert everything["oldestOpenAt"] == "2026-02-20T00:00:00.000Z"
    assert (await board(customerId=office["first"]))["oldestOpenAt"] == "2026-03-02T09:00:00.000Z"
    none = await board(customerId="customer_999")
    assert (none["total"], none["oldestOpenAt"]) == (0, None)
