"""Configuration items: their lifecycle, and what stands against retiring them."""

from __future__ import annotations

import pytest

from tests.graph.asking import Graph, contact_of
from tests.graph.world import World

ITEM = "configurationItem { id version name ciClass status }"


async def test_an_item_goes_from_planned_over_in_use_to_retired(graph: Graph) -> None:
    made = await graph.do("addConfigurationItem", ITEM, name="  db 1 ", ciClass="database")
    item = made["configurationItem"]
    assert item == {
        "id": item["id"],
        "version": 1,
        "name": "db 1",
        "ciClass": "database",
        "status": "PLANNED",
    }
    on = {"configurationItemId": item["id"]}
    await graph.do("updateConfigurationItem", ITEM, **on, name="db one")
    used = await graph.do("activateConfigurationItem", ITEM, **on, expectedVersion=2)
    assert used["configurationItem"]["status"] == "IN_USE"
    gone = await graph.do("retireConfigurationItem", ITEM, **on, reason="Replaced.")
    assert gone["configurationItem"] == {
        **item,
        "version": 4,
        "name": "db one",
        "status": "RETIRED",
    }
    events = (await graph.read("{ events { nodes { kind reason changes { field after } } } }"))[
        "events"
    ]["nodes"]
    assert [(event["kind"], event["reason"]) for event in events] == [
        ("item.retired", "Replaced."),
        ("item.activated", None),
        ("item.updated", None),
        ("item.added", None),
    ]
    assert events[2]["changes"] == [{"field": "name", "after": "db one"}]


async def test_a_step_that_the_lifecycle_lacks_is_refused(graph: Graph, world: World) -> None:
    item = await world.item()
    on = {"configurationItemId": item}
    await graph.do("activateConfigurationItem", **on)
    (again,) = await graph.refused("activateConfigurationItem", **on)
    assert (again["code"], again["from"], again["allowed"]) == (
        "TRANSITION_NOT_ALLOWED",
        "IN_USE",
        ["RETIRED"],
    )
    await graph.do("retireConfigurationItem", **on)
    for mutation in ("activateConfigurationItem", "retireConfigurationItem"):
        (told,) = await graph.refused(mutation, **on)
        assert (told["code"], told["allowed"]) == ("TRANSITION_NOT_ALLOWED", [])
    (told,) = await graph.refused("updateConfigurationItem", **on, name="x")
    assert told["rule"] == "updated_item_is_not_retired"


@pytest.mark.parametrize(
    ("given", "constraint"),
    [
        ({"name": " "}, "required"),
        ({"name": "x" * 201}, "characters_max=200"),
        ({"name": "a\u0007b"}, "printable"),
        ({"ciClass": ""}, "required"),
        ({"ciClass": "x" * 81}, "characters_max=80"),
    ],
)
async def test_a_value_out_of_bounds_is_refused_and_changes_nothing(
    graph: Graph, world: World, given: dict[str, str], constraint: str
) -> None:
    whole = {"name": "n", "ciClass": "c", **given}
    (told,) = await graph.refused("addConfigurationItem", **whole)
    (path,) = given
    assert (told["code"], told["constraint"], told["path"]) == ("INVALID_INPUT", constraint, [path])
    item = await world.item(name="kept")
    (told,) = await graph.refused("updateConfigurationItem", configurationItemId=item, **given)
    assert told["constraint"] == constraint
    found = await graph.read("{ configurationItems { totalCount nodes { name version } } }")
    assert found["configurationItems"]["nodes"] == [{"name": "kept", "version": 1}]


async def test_retiring_waits_until_nothing_live_depends_on_it(graph: Graph, world: World) -> None:
    service, app, host = await world.proposed(), await world.item(), await world.item()
    first = await world.related("DEPENDS_ON", service, app)
    await world.related("HOSTED_ON", app, host)
    for item in (app, host):
        (told,) = await graph.refused("retireConfigurationItem", configurationItemId=item)
        assert told["rule"] == "retired_item_has_no_dependents"
    await graph.do("unrelate", relationshipId=first)
    await graph.do("retireConfigurationItem", configurationItemId=app)
    await graph.do("retireConfigurationItem", configurationItemId=host)


async def test_the_edges_of_an_item_end_when_it_is_retired(graph: Graph, world: World) -> None:
    app, host, keeper = await world.item(), await world.item(), await world.staff()
    await world.related("HOSTED_ON", app, host, since="2020-01-01")
    await world.related("SUPPORTED_BY", app, keeper)
    await graph.do("retireConfigurationItem", configurationItemId=app)
    document = """query ($id: ID!) { configurationItem(id: $id) {
      dependents { depth } relationships { nodes { kind since until } } } }"""
    found = (await graph.read(document, {"id": host}))["configurationItem"]
    assert found == {
        "dependents": [],
        "relationships": {
            "nodes": [{"kind": "HOSTED_ON", "since": "2020-01-01", "until": "2026-03-02"}]
        },
    }
    kinds = (await graph.read("{ events(first: 3) { nodes { kind } } }"))["events"]["nodes"]
    assert [each["kind"] for each in kinds] == ["relationship.unrelated"] * 2 + ["item.retired"]


async def test_the_edges_of_a_service_end_when_it_is_retired(graph: Graph, world: World) -> None:
    service, item = await world.proposed(), await world.item()
    await world.related("DEPENDS_ON", service, item)
    await graph.do("retireService", serviceId=service, reason="Nobody wants it.")
    await graph.do("retireConfigurationItem", configurationItemId=item)


async def test_items_are_found_by_words_of_name_and_class(graph: Graph, world: World) -> None:
    await world.item(name="Nóminas 2", ciClass="Application")
    used = await world.item(name="Core switch", ciClass="network")
    await graph.do("activateConfigurationItem", configurationItemId=used)
    document = """query ($search: String, $status: [CiStatus!]) {
      configurationItems(search: $search, status: $status) { nodes { name } } }"""

    async def found(**given: object) -> list[str]:
        page = (await graph.read(document, given))["configurationItems"]
        return [node["name"] for node in page["nodes"]]

    assert await found() == ["Core switch", "Nóminas 2"]
    assert await found(search="nominas") == ["Nóminas 2"]
    assert await found(search="NETWORK") == ["Core switch"]
    assert await found(search="100%_") == []
    assert await found(status=["IN_USE"]) == ["Core switch"]


async def test_a_customer_s_side_sees_no_item_and_changes_none(graph: Graph, world: World) -> None:
    customer, item = await world.customer(), await world.item()
    document = """query ($id: ID!) { node(id: $id) { id } configurationItem(id: $id) { id }
      configurationItems { totalCount nodes { id } } events { nodes { id } } }"""
    found = await graph.read(document, {"id": item}, viewer=contact_of(customer))
    assert found["node"] is None
    assert found["configurationItem"] is None
    assert found["configurationItems"] == {"totalCount": 0, "nodes": []}
    assert len(found["events"]["nodes"]) == 1, "that of its own customer"
    for mutation in ("activateConfigurationItem", "retireConfigurationItem"):
        (told,) = await graph.refused(
            mutation, viewer=contact_of(customer), configurationItemId=item
        )
        assert told["code"] == "FORBIDDEN"
