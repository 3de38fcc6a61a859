"""Relationships: the ends that each kind admits, equal ones, circles, races, and their end."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from models.base import Act
from models.database import is_postgres
from models.errors import Refused
from models.events import reading
from models.relationship import Relationship
from models.rules.edges import RelationshipKind
from models.transaction import transact
from tests.graph.asking import START, Graph, contact_of, number
from tests.graph.world import World

EDGE = """relationship { id version kind since until note
  source { ... on Node { id } } target { ... on Node { id } } }"""


async def ends(world: World) -> dict[str, list[str]]:
    """Two of each noun that may stand at an end."""
    customers = [await world.customer() for _ in range(2)]
    return {
        "customer": customers,
        "contact": [await world.contact(customer) for customer in customers],
        "staff": [await world.staff() for _ in range(2)],
        "service": [await world.proposed() for _ in range(2)],
        "item": [await world.item() for _ in range(2)],
    }


ADMITTED = {
    ("PARENT_OF", "customer", "customer"),
    ("PARTNER_OF", "customer", "customer"),
    ("REPORTS_TO", "contact", "contact"),
    ("SPONSORS", "contact", "service"),
    ("WORKS_WITH", "contact", "staff"),
    ("DEPENDS_ON", "service", "service"),
    ("DEPENDS_ON", "service", "item"),
    ("DEPENDS_ON", "item", "service"),
    ("DEPENDS_ON", "item", "item"),
    ("HOSTED_ON", "item", "item"),
    ("SUPPORTED_BY", "service", "staff"),
    ("SUPPORTED_BY", "item", "staff"),
}


async def test_every_kind_takes_its_own_ends_and_refuses_all_others(
    graph: Graph, world: World
) -> None:
    nodes = await ends(world)
    for kind in RelationshipKind:
        for source, sources in nodes.items():
            for target, targets in nodes.items():
                given = {"kind": kind.value, "sourceId": sources[0], "targetId": targets[1]}
                if (kind.value, source, target) not in ADMITTED:
                    told = await graph.refused("relate", **given)
                    assert {each["rule"] for each in told} == {"relationship_ends_fit_its_kind"}
                    assert {each["path"][0] for each in told} <= {"sourceId", "targetId"}
                    continue
                edge = (await graph.do("relate", EDGE, **given))["relationship"]
                assert edge["source"] == {"id": sources[0]}
                assert edge["target"] == {"id": targets[1]}
                await graph.do("unrelate", relationshipId=edge["id"])


async def test_an_edge_has_days_and_a_note_and_stays_after_its_end(
    graph: Graph, world: World
) -> None:
    nodes = await ends(world)
    given = {"sourceId": nodes["contact"][0], "targetId": nodes["staff"][0]}
    made = await graph.do(
        "relate", EDGE, kind="WORKS_WITH", **given, since="2024-05-01", note=" On billing. "
    )
    edge = made["relationship"]
    assert edge == {
        "id": edge["id"],
        "version": 1,
        "kind": "WORKS_WITH",
        "since": "2024-05-01",
        "until": None,
        "note": "On billing.",
        "source": {"id": given["sourceId"]},
        "target": {"id": given["targetId"]},
    }
    graph.later(days=30)
    ended = await graph.do(
        "unrelate", EDGE, relationshipId=edge["id"], expectedVersion=1, reason="She left."
    )
    assert ended["relationship"] == {**edge, "version": 2, "until": "2026-04-01"}
    (told,) = await graph.refused("unrelate", relationshipId=edge["id"])
    assert told["rule"] == "ended_relationship_is_live"
    document = """query ($id: ID!) { customer(id: $id) { timeline(first: 2) { nodes {
      kind reason subject { id } changes { field before after } } } } }"""
    seen = await graph.read(document, {"id": nodes["customer"][0]})
    last, first = seen["customer"]["timeline"]["nodes"]
    assert (last["kind"], last["reason"]) == ("relationship.unrelated", "She left.")
    assert {"field": "until", "before": None, "after": "2026-04-01"} in last["changes"]
    assert first["kind"] == "relationship.related"
    assert first["subject"] == last["subject"] == {"id": edge["id"]}
    assert {"field": "source", "before": None, "after": given["sourceId"]} in first["changes"]


async def test_days_are_those_of_the_edge_s_customer(graph: Graph, world: World) -> None:
    far = await world.customer(timeZone="Pacific/Kiritimati")
    contact, keeper = await world.contact(far), await world.staff()
    graph.later(hours=2)  # 11:00 in UTC is 01:00 of the next day there
    given = {"sourceId": contact, "targetId": keeper}
    made = await graph.do("relate", EDGE, kind="WORKS_WITH", **given, since="2026-03-03")
    ended = await graph.do("unrelate", EDGE, relationshipId=made["relationship"]["id"])
    assert ended["relationship"]["until"] == "2026-03-03"
    (told,) = await graph.refused("relate", kind="WORKS_WITH", **given, since="2026-03-04")
    assert (told["path"], told["constraint"]) == (["since"], "not in the future")


async def test_nothing_is_related_to_itself(graph: Graph, world: World) -> None:
    nodes = await ends(world)
    for kind, noun in (
        ("PARENT_OF", "customer"),
        ("PARTNER_OF", "customer"),
        ("REPORTS_TO", "contact"),
        ("DEPENDS_ON", "service"),
        ("HOSTED_ON", "item"),
    ):
        one = nodes[noun][0]
        (told,) = await graph.refused("relate", kind=kind, sourceId=one, targetId=one)
        assert told["rule"] == "relationship_has_two_ends"


async def test_an_equal_edge_is_refused_while_the_first_is_live(graph: Graph, world: World) -> None:
    nodes = await ends(world)
    given = {"kind": "DEPENDS_ON", "sourceId": nodes["service"][0], "targetId": nodes["item"][0]}
    edge = (await graph.do("relate", EDGE, **given))["relationship"]["id"]
    (told,) = await graph.refused("relate", **given)
    assert told["rule"] == "relationship_is_not_repeated"
    await graph.do("unrelate", relationshipId=edge)
    again = (await graph.do("relate", EDGE, **given))["relationship"]["id"]
    assert again != edge


async def test_partners_are_equal_whichever_is_named_first(graph: Graph, world: World) -> None:
    one, other = await world.customer(), await world.customer()
    given = {"kind": "PARTNER_OF", "sourceId": other, "targetId": one}
    edge = (await graph.do("relate", EDGE, **given))["relationship"]
    assert (edge["source"], edge["target"]) == ({"id": one}, {"id": other})
    for ends_ in ((one, other), (other, one)):
        (told,) = await graph.refused(
            "relate", kind="PARTNER_OF", sourceId=ends_[0], targetId=ends_[1]
        )
        assert told["rule"] == "relationship_is_not_repeated"


@pytest.mark.parametrize(
    ("kinds", "noun"),
    [
        (("PARENT_OF", "PARENT_OF", "PARENT_OF"), "customer"),
        (("REPORTS_TO", "REPORTS_TO", "REPORTS_TO"), "contact"),
        (("DEPENDS_ON", "HOSTED_ON", "DEPENDS_ON"), "item"),
        (("HOSTED_ON", "DEPENDS_ON", "HOSTED_ON"), "item"),
    ],
)
async def test_a_circle_is_refused_and_an_ended_edge_closes_none(
    graph: Graph, world: World, kinds: tuple[str, str, str], noun: str
) -> None:
    customer = await world.customer()
    make: dict[str, Any] = {
        "customer": world.customer,
        "contact": lambda: world.contact(customer),
        "item": world.item,
    }
    a, b, c = [await make[noun]() for _ in range(3)]
    first = await world.related(kinds[0], a, b)
    await world.related(kinds[1], b, c)
    for source in (c, b):
        (told,) = await graph.refused("relate", kind=kinds[2], sourceId=source, targetId=a)
        assert (told["rule"], told["path"]) == ("relationships_close_no_circle", ["targetId"])
    await graph.do("unrelate", relationshipId=first)
    await world.related(kinds[2], c, a)


async def test_a_circle_over_services_and_items_is_refused(graph: Graph, world: World) -> None:
    service, item, host = await world.proposed(), await world.item(), await world.item()
    await world.related("DEPENDS_ON", service, item)
    await world.related("HOSTED_ON", item, host)
    (told,) = await graph.refused("relate", kind="DEPENDS_ON", sourceId=host, targetId=service)
    assert told["rule"] == "relationships_close_no_circle"


async def test_hierarchies_stand_beside_one_another(graph: Graph, world: World) -> None:
    """A circle of edges of different groups is none: a part may be a partner of its parent."""
    one, other = await world.customer(), await world.customer()
    await world.related("PARENT_OF", one, other)
    await world.related("PARTNER_OF", other, one)
    third = await world.customer()
    await world.related("PARENT_OF", one, third)
    await world.related("PARENT_OF", other, third)


async def test_an_end_that_is_over_takes_no_edge(graph: Graph, world: World) -> None:
    nodes = await ends(world)
    over = {noun: pair[0] for noun, pair in nodes.items()}
    live = {noun: pair[1] for noun, pair in nodes.items()}
    await graph.do("markCustomerFormer", customerId=over["customer"], reason="Gone.")
    await graph.do("deactivateContact", contactId=over["contact"])
    await graph.do("deactivateStaffMember", staffMemberId=over["staff"])
    await graph.do("retireService", serviceId=over["service"], reason="Old.")
    await graph.do("retireConfigurationItem", configurationItemId=over["item"])
    for kind, source, target in sorted(ADMITTED):
        for ends_, path in (
            ((over[source], live[target]), "sourceId"),
            ((live[source], over[target]), "targetId"),
        ):
            (told,) = await graph.refused("relate", kind=kind, sourceId=ends_[0], targetId=ends_[1])
            assert (told["rule"], told["path"]) == ("relationship_ends_are_live", [path])


async def test_an_end_that_is_not_there_is_not_found(graph: Graph, world: World) -> None:
    item = await world.item()
    for absent in ("item_999", "complaint_1", "nonsense", ""):
        (told,) = await graph.refused("relate", kind="DEPENDS_ON", sourceId=item, targetId=absent)
        assert (told["code"], told["path"]) == ("NOT_FOUND", ["targetId"])
    both = await graph.refused("relate", kind="HOSTED_ON", sourceId="item_98", targetId="item_99")
    assert [each["path"] for each in both] == [["sourceId"], ["targetId"]]


async def test_what_is_wrong_with_an_edge_comes_at_once(graph: Graph, world: World) -> None:
    nodes = await ends(world)
    told = await graph.refused(
        "relate",
        kind="SPONSORS",
        sourceId=nodes["item"][0],
        targetId=nodes["staff"][0],
        note="x" * 2_001,
    )
    assert [(each["code"], each["path"]) for each in told] == [
        ("RULE_VIOLATED", ["sourceId"]),
        ("RULE_VIOLATED", ["targetId"]),
        ("INVALID_INPUT", ["note"]),
    ]
    counted = await graph.read('{ events(kind: ["relationship.related"]) { totalCount } }')
    assert counted["events"]["totalCount"] == 0


async def test_a_list_of_edges_holds_both_directions_by_kind_and_state(
    graph: Graph, world: World
) -> None:
    parent, self_, part, partner = [await world.customer() for _ in range(4)]
    await world.related("PARENT_OF", parent, self_)
    old = await world.related("PARENT_OF", self_, part)
    await world.related("PARTNER_OF", partner, self_)
    await world.related("PARENT_OF", parent, partner)
    await graph.do("unrelate", relationshipId=old)
    document = """query ($id: ID!, $kind: [RelationshipKind!], $live: Boolean, $after: String) {
      customer(id: $id) { relationships(first: 2, after: $after, kind: $kind, isLive: $live) {
        totalCount pageInfo { hasNextPage endCursor } nodes {
          kind source { ... on Customer { id } } target { ... on Customer { id } } } } } }"""

    async def found(**given: Any) -> dict[str, Any]:
        answer = await graph.read(document, {"id": self_, **given})
        page: dict[str, Any] = answer["customer"]["relationships"]
        return page

    first = await found()
    assert (first["totalCount"], first["pageInfo"]["hasNextPage"]) == (3, True)
    rest = await found(after=first["pageInfo"]["endCursor"])
    edges = [
        (node["kind"], node["source"]["id"], node["target"]["id"])
        for node in first["nodes"] + rest["nodes"]
    ]
    assert edges == [
        ("PARTNER_OF", self_, partner),
        ("PARENT_OF", self_, part),
        ("PARENT_OF", parent, self_),
    ]
    assert (await found(kind=["PARENT_OF"]))["totalCount"] == 2
    assert (await found(live=True))["totalCount"] == 2
    assert (await found(live=False, kind=["PARTNER_OF"]))["totalCount"] == 0


async def test_a_customer_s_side_sees_no_edge(graph: Graph, world: World) -> None:
    customer, keeper = await world.customer(), await world.staff()
    contact = await world.contact(customer)
    edge = await world.related("WORKS_WITH", contact, keeper, note="Knows too much.")
    document = """query ($edge: ID!, $id: ID!) {
      node(id: $edge) { id }
      customer(id: $id) {
        relationships { totalCount nodes { id } }
        contacts { nodes { relationships { nodes { id } } } }
        timeline { nodes { kind } }
      } }"""
    viewer = contact_of(customer, contact=contact)
    seen = await graph.read(document, {"edge": edge, "id": customer}, viewer=viewer)
    assert seen["node"] is None
    assert seen["customer"]["relationships"] == {"totalCount": 0, "nodes": []}
    assert seen["customer"]["contacts"]["nodes"] == [{"relationships": {"nodes": []}}]
    kinds = {each["kind"] for each in seen["customer"]["timeline"]["nodes"]}
    assert kinds == {"customer.registered", "contact.added"}
    (told,) = await graph.refused("unrelate", viewer=viewer, relationshipId=edge)
    assert told["code"] == "FORBIDDEN"


async def test_erasing_a_contact_erases_what_was_noted_about_its_edges(
    graph: Graph, world: World
) -> None:
    customer, keeper = await world.customer(), await world.staff()
    contact, other = await world.contact(customer), await world.contact(customer)
    await world.related("WORKS_WITH", contact, keeper, note="Her secret.")
    await world.related("REPORTS_TO", other, contact, note="Hers too.")
    await world.related("WORKS_WITH", other, keeper, note="His.")
    await graph.do("eraseContact", contactId=contact)
    document = (
        "query ($id: ID!) { node(id: $id) { ... on StaffMember { %s } ... on Contact { %s } } }"
    )
    part = "relationships { nodes { note } }"
    for node, notes in ((keeper, ["His.", None]), (contact, [None, None])):
        found = (await graph.read(document % (part, part), {"id": node}))["node"]
        assert [each["note"] for each in found["relationships"]["nodes"]] == notes


@pytest.mark.parametrize(
    ("kinds", "noun"),
    [
        (("PARENT_OF", "PARENT_OF"), "customer"),
        (("REPORTS_TO", "REPORTS_TO"), "contact"),
        (("DEPENDS_ON", "HOSTED_ON"), "item"),
    ],
)
async def test_of_two_edges_that_race_to_close_a_circle_one_is_refused(
    graph: Graph, world: World, database: str, kinds: tuple[str, str], noun: str
) -> None:
    """Two transactions open at once, with no end in common: only the lock lets one wait."""
    chains = [[await _one(world, noun) for _ in range(2)] for _ in range(2)]
    for source, target in chains:
        await world.related(kinds[0], source, target)
    (a, b), (c, d) = [[(noun, number(each)) for each in chain] for chain in chains]
    is_checked, may_commit = asyncio.Event(), asyncio.Event()
    act, rival_act = Act(graph.viewer, START), Act(graph.viewer, START)

    async def first() -> None:
        kind = RelationshipKind(kinds[0])
        await Relationship.relate(act, kind=kind, source_id=b, target_id=c)
        is_checked.set()
        await may_commit.wait()

    async def second() -> None:
        kind = RelationshipKind(kinds[1])
        await Relationship.relate(rival_act, kind=kind, source_id=d, target_id=a)

    running = asyncio.create_task(transact(act, first))
    await is_checked.wait()
    rival = asyncio.create_task(transact(rival_act, second))
    if is_postgres(database):
        await _waits_for_a_lock(rival)
    may_commit.set()
    await running
    with pytest.raises(Refused, match="create a cycle"):
        await rival
    found = await graph.read('{ events(kind: ["relationship.related"]) { totalCount } }')
    assert found["events"]["totalCount"] == 3


async def _one(world: World, noun: str) -> str:
    if noun == "contact":
        return await world.contact(await world.customer())
    return await (world.customer() if noun == "customer" else world.item())


async def _waits_for_a_lock(rival: asyncio.Task[None]) -> None:
    """Returns once a transaction of this database waits for an advisory lock, or never will."""
    waiting = (
        "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
        " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    )
    while not rival.done():
        if await reading().execute_query_dict(waiting):
            return


async def test_of_many_edges_that_race_round_a_ring_one_is_refused(
    graph: Graph, world: World
) -> None:
    items = [await world.item() for _ in range(6)]
    payloads = await asyncio.gather(
        *(
            graph.attempt(
                "relate", kind="DEPENDS_ON", sourceId=items[n], targetId=items[(n + 1) % 6]
            )
            for n in range(6)
        )
    )
    rules = [error["rule"] for payload in payloads for error in payload["errors"]]
    assert rules == ["relationships_close_no_circle"]


async def test_of_equal_edges_that_race_one_is_there(graph: Graph, world: World) -> None:
    contact, keeper = await world.contact(await world.customer()), await world.staff()
    given: dict[str, Any] = {"kind": "WORKS_WITH", "sourceId": contact, "targetId": keeper}
    payloads = await asyncio.gather(*(graph.attempt("relate", **given) for _ in range(6)))
    rules = [error["rule"] for payload in payloads for error in payload["errors"]]
    assert rules == ["relationship_is_not_repeated"] * 5
