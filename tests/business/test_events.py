"""What the log keeps: events as they happened, and beside them what tells of a person."""

from __future__ import annotations

import ast
import hashlib
import re
from typing import Any

import pytest

from models.events import SALT_BYTES, Code, Event, EventValue, Ref, erase_values, split
from models.rules.priority import Priority
from tests.graph.asking import Graph
from tests.graph.world import World
from tests.pages import ROOT

CHANGES = """{ customers { nodes { timeline { nodes {
  kind reason changes { field before after } } } } } }"""


async def timeline(graph: Graph) -> list[dict[str, Any]]:
    (customer,) = (await graph.read(CHANGES))["customers"]["nodes"]
    found: list[dict[str, Any]] = customer["timeline"]["nodes"]
    return found


def test_text_that_a_person_wrote_never_stands_in_the_changes() -> None:
    changes, values = split(
        [
            ("name", "Ana", "Eva"),
            ("phone", None, "1"),
            ("owner_id", None, Ref("staff", 3)),
            ("time_zone", Code("UTC"), Code("Asia/Tokyo")),
            ("priority", Priority.LOW, Priority.HIGH),
            ("locale", Code("es"), Code("es")),
        ]
    )
    assert changes == [
        {"field": "name"},
        {"field": "phone"},
        {"field": "owner_id", "before": None, "after": {"staff": 3}},
        {"field": "time_zone", "before": "UTC", "after": "Asia/Tokyo"},
        {"field": "priority", "before": "LOW", "after": "HIGH"},
    ]
    assert values == {"name.before": "Ana", "name.after": "Eva", "phone.after": "1"}


async def test_no_event_is_ever_changed(graph: Graph, world: World) -> None:
    await world.customer()
    with pytest.raises(Exception, match="an event is never changed"):
        await Event.all().update(kind="customer.updated")


async def test_a_value_that_is_erased_leaves_its_event_and_its_digest(
    graph: Graph, world: World
) -> None:
    customer = await world.customer(name="Olmo")
    await graph.do("updateCustomer", customerId=customer, name="Haya")
    await graph.do("markCustomerFormer", customerId=customer, reason="Moved.")
    former, updated, registered = await timeline(graph)
    assert (registered["kind"], former["reason"]) == ("customer.registered", "Moved.")
    assert updated["changes"] == [{"field": "name", "before": "Olmo", "after": "Haya"}]
    before = await EventValue.all().order_by("id")
    for value in before:
        assert value.salt is not None
        assert value.value is not None
        assert len(value.salt) == SALT_BYTES
        assert hashlib.sha256(value.salt + value.value.encode()).hexdigest() == value.digest
    await erase_values(subject_type="customer")
    after = await EventValue.all().order_by("id")
    assert {(value.value, value.salt) for value in after} == {(None, None)}
    assert [value.digest for value in after] == [value.digest for value in before]
    former, updated, _ = await timeline(graph)
    assert former["reason"] is None
    assert updated["changes"] == [{"field": "name", "before": None, "after": None}]


def test_no_code_changes_or_deletes_an_event() -> None:
    """The database itself refuses the one, for which a test stands above."""
    seen = 0
    rooms = ("api", "models", "resolvers")
    for path in (path for room in rooms for path in (ROOT / room).rglob("*.py")):
        if "migrations" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                called = ast.unparse(node.func)
                seen += called.startswith("Event.")
                is_ended = node.func.attr in ("update", "delete", "bulk_update", "update_or_create")
                assert not (is_ended and re.match(r"(events\.)?Event\.", called)), path
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                assert not re.search(r"(UPDATE|DELETE FROM) \"?event\"? ", node.value), path
    assert seen
