"""Search: what a text finds, in which order, for whom, and what is no text to look for."""

from __future__ import annotations

from typing import Any

import pytest

from tests.graph.asking import Graph, contact_of
from tests.graph.documents import Documents
from tests.graph.world import World, populated

SEARCH = """
query ($text: String!, $kinds: [SearchKind!], $first: Int) {
  search(text: $text, kinds: $kinds, first: $first) {
    score
    matchedTerms
    node { id __typename ... on Customer { name } ... on Complaint { subject customer { name } } }
  }
}
"""
FOUND_ALIKE = [
    ("nómina", "Error en las NÓMINAS de marzo"),
    ("Nóminas", "La nomina llega tarde"),
    ("facturacion", "Facturación duplicada"),
    ("facturaciones", "facturacion duplicada"),
    ("reports", "The monthly REPORT is late"),
    ("crashing", "It crashed twice"),
    ("conexión", "Las conexiones fallan"),
    ("naïve café", "Cafe"),
    ("24x7", "We pay for 24X7 support"),
    ("42e961e4z", "Device 42E961E4Z is broken"),
    ("straße", "STRASSE"),
    ("東京", "東京 の 支社"),
    ("Ελλάδα", "ΕΛΛΑΔΑ"),
]


async def hits(graph: Graph, text: str, **given: Any) -> list[dict[str, Any]]:
    viewer = given.pop("viewer", None)
    data = await graph.read(SEARCH, {"text": text, **given}, viewer=viewer)
    found: list[dict[str, Any]] = data["search"]
    return found


async def ids(graph: Graph, text: str, **given: Any) -> set[str]:
    return {hit["node"]["id"] for hit in await hits(graph, text, **given)}


@pytest.mark.parametrize(("text", "subject"), FOUND_ALIKE, ids=[text for text, _ in FOUND_ALIKE])
async def test_case_accents_and_endings_do_not_matter(
    graph: Graph, world: World, text: str, subject: str
) -> None:
    customer = await world.customer()
    complaint = await world.complaint(customer, subject=subject)
    await world.complaint(customer, subject="Something else", description="Otra cosa.")
    assert await ids(graph, text) == {complaint}


async def test_every_kind_is_found_by_its_own_text(graph: Graph, world: World) -> None:
    customer = await world.customer(name="Panadería Azahar", industry="Bakery")
    contact = await world.contact(customer, name="Lucía Azahar", email="lucia@azahar.example")
    service = await world.proposed(code="AZA", name="Reparto", description="Azahar a domicilio.")
    complaint = await world.complaint(customer, subject="Reparto", category="Azahar")
    requirement = await world.requirement(
        customer, statement="Más reparto", desiredOutcome="Azahar todos los días"
    )
    every = {
        "CUSTOMER": customer,
        "CONTACT": contact,
        "SERVICE": service,
        "COMPLAINT": complaint,
        "REQUIREMENT": requirement,
    }
    assert await ids(graph, "azahar") == set(every.values())
    for kind, row in every.items():
        assert await ids(graph, "azahar", kinds=[kind]) == {row}
    assert await ids(graph, "azahar", kinds=["CUSTOMER", "SERVICE"]) == {customer, service}
    assert await ids(graph, "azahar", kinds=[]) == set()
    assert await ids(graph, "lucia@azahar.example", kinds=["CONTACT"]) == {contact}


async def test_a_hit_tells_the_words_that_matched_as_they_were_asked_for(
    graph: Graph, world: World
) -> None:
    customer = await world.customer()
    await world.complaint(customer, subject="Las nóminas no llegan", description="Late payslips.")
    (hit,) = await hits(graph, "¿La Nómina del payslip, Nominas?", kinds=["COMPLAINT"])
    assert hit["matchedTerms"] == ["Nómina", "payslip"]
    assert hit["score"] > 0


async def test_what_matches_more_words_and_more_of_a_text_comes_first(
    graph: Graph, world: World
) -> None:
    customer = await world.customer()
    texts = ("printer", "printer jams", "printer jams paper", "unrelated")
    made = [
        await world.complaint(customer, subject=text, description="In the hall upstairs.")
        for text in texts
    ]
    found = await hits(graph, "paper jams in the printer")
    assert [hit["node"]["id"] for hit in found] == [made[2], made[1], made[0]]
    scores = [hit["score"] for hit in found]
    assert scores == sorted(scores, reverse=True)
    assert [hit["node"]["id"] for hit in await hits(graph, "paper jams printer", first=1)] == [
        made[2]
    ]
    assert await hits(graph, "printer", first=0) == []


async def test_signs_of_a_query_language_are_plain_text(graph: Graph, world: World) -> None:
    customer = await world.customer()
    near = await world.complaint(customer, subject="Near the door", description="NOT open.")
    other = await world.complaint(customer, subject="Door", description="stuck")
    for text in (
        '"door"',
        "door*",
        "(door",
        "door) AND (",
        "NEAR(door, 5)",
        "door | !window & :*",
        "noun : door",
        "-door OR",
        "stems:door",
        "do'or; DROP door",
        "door\\",
        "%door_",
    ):
        assert {near, other} >= await ids(graph, text, kinds=["COMPLAINT"]) >= {other}, text
    assert await ids(graph, "NOT", kinds=["COMPLAINT"]) == {near}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "`text` contains no word to search for."),
        ("  \t ", "`text` contains no word to search for."),
        ('*"()-:^&|!', "`text` contains no word to search for."),
        ("w" * 201, "`text` may have at most 200 characters."),
        ("nul\0", "Text must not contain NUL or half of a surrogate pair."),
    ],
)
async def test_text_without_a_word_or_too_long_is_refused(
    graph: Graph, text: str, message: str
) -> None:
    refusal = await graph.refusal(SEARCH, {"text": text})
    assert (refusal["code"], refusal["message"]) == ("INVALID_INPUT", message)


async def test_text_and_page_are_admitted_up_to_their_bounds(graph: Graph) -> None:
    assert await hits(graph, "w" * 200, first=100) == []
    for first in (-1, 101):
        refusal = await graph.refusal(SEARCH, {"text": "a", "first": first})
        assert refusal["code"] == "INVALID_INPUT"


async def test_words_that_every_text_holds_are_looked_for_only_alone(
    graph: Graph, world: World
) -> None:
    customer = await world.customer()
    what = await world.complaint(customer, subject="The who of it", description="x")
    door = await world.complaint(customer, subject="A door", description="x")
    assert await ids(graph, "the door", kinds=["COMPLAINT"]) == {door}
    assert await ids(graph, "the who", kinds=["COMPLAINT"]) == {what}


async def test_an_edit_changes_what_a_row_is_found_by(graph: Graph, world: World) -> None:
    customer = await world.customer(name="Olmo", industry="Timber")
    contact = await world.contact(customer, name="Rosa Encina", email="rosa@olmo.example")
    await graph.do("updateCustomer", customerId=customer, name="Abedul", industry="")
    assert await ids(graph, "olmo timber", kinds=["CUSTOMER"]) == set()
    assert await ids(graph, "abedul") == {customer}
    await graph.do("updateContact", contactId=contact, name="Rosa Haya")
    assert await ids(graph, "encina") == set()
    assert await ids(graph, "haya") == {contact}
    await graph.do("eraseContact", contactId=contact)
    assert await ids(graph, "rosa haya olmo", kinds=["CONTACT"]) == set()


async def test_a_refused_mutation_leaves_nothing_to_find(graph: Graph, world: World) -> None:
    customer = await world.customer()
    other = await world.contact(await world.customer())
    await graph.refused(
        "recordComplaint",
        customerId=customer,
        subject="Fantasma",
        description="x",
        channel="EMAIL",
        impact="LOW",
        urgency="LOW",
        raisedById=other,
    )
    assert await ids(graph, "fantasma") == set()


async def test_a_customer_s_side_finds_only_what_it_sees(graph: Graph, world: World) -> None:
    mine, theirs = await world.customer(name="Roble Uno"), await world.customer(name="Roble Dos")
    owned = [mine]
    for customer in (mine, theirs):
        rows = [
            await world.contact(customer, name="Roble"),
            await world.complaint(customer, subject="Roble"),
            await world.requirement(customer, statement="Roble"),
        ]
        if customer == mine:
            owned += rows
    published, _ = await world.service(name="Roble")
    await world.proposed(name="Roble in the pipeline")
    seen = contact_of(mine)
    assert await ids(graph, "roble", viewer=seen) == {*owned, published}
    assert await ids(graph, "roble", viewer=contact_of()) == {published}
    assert len(await ids(graph, "roble")) == 10


async def test_rows_out_of_sight_change_nothing_of_an_answer(graph: Graph, world: World) -> None:
    mine = await world.customer(name="Sauce")
    await world.complaint(mine, subject="Agua en el sótano", description="Huele a agua.")
    await world.complaint(mine, subject="Sótano cerrado", description="Sin llave.")
    asked = (SEARCH, {"text": "agua sótano llave"})
    before = await graph.answer(*asked, viewer=contact_of(mine))
    theirs = await world.customer(name="Agua clara")
    for _ in range(5):
        await world.complaint(theirs, subject="Agua, agua", description="Agua y llave de sótano.")
    assert (await graph.answer(*asked, viewer=contact_of(mine))).body == before.body


DEPTH_MAX = 12


async def test_what_is_found_may_be_selected_as_deep_as_anything(
    graph: Graph, world: World
) -> None:
    ids = await populated(world)
    customer = ids["customer"][0]
    requirement = await world.requirement(customer, statement="A need that it does not meet")
    graph.under(cost_max=10_000_000, tokens_max=10_000)
    documents = Documents(5, {**ids, "requirement": [requirement]}, DEPTH_MAX, frozenset())
    for _ in range(20):
        for root in ("search", "requirement", "requirements"):
            document = documents.under(root)
            assert "errors" not in await graph(document), document


async def test_hits_nest_like_any_other_object(graph: Graph, world: World) -> None:
    customer = await world.customer(name="Tilo")
    await world.complaint(customer, subject="Tilo roto")
    data = await graph.read(
        """{ search(text: "tilo", kinds: [COMPLAINT, CUSTOMER]) { n: node { ... on Complaint {
             customer { name complaints(first: 1) { nodes { subject timeline { nodes { kind
             subject { id } } } } } } } } matchedTerms again: matchedTerms __typename } }"""
    )
    found = [hit for hit in data["search"] if hit["n"]]
    nodes = found[0]["n"]["customer"]["complaints"]["nodes"]
    assert nodes[0]["timeline"]["nodes"][0]["kind"] == "complaint.recorded"
    assert found[0]["matchedTerms"] == found[0]["again"] == ["tilo"]
    assert found[0]["__typename"] == "SearchHit"
