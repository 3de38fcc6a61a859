"""A selection is one statement, and plans are shared by requests of one shape."""

from __future__ import annotations

from typing import Any

import pytest

from models.events import reading
from resolvers.engine.operation import Kept
from resolvers.schema import ENGINE
from tests.examples import QUERIES, Example
from tests.graph.asking import Graph
from tests.graph.world import World, populated

OWN = {
    "node": '{ node(id: "complaint_1") { id ... on Complaint { customer { name } } } }',
    "nodes": '{ nodes(ids: ["sla_1", "staff_1"]) { id ... on Sla { targets { metric } } } }',
    "union": """{ events(first: 100) { nodes {
      actor { __typename } subject { id } changes { field } } } }""",
    "deep": """{ customers { totalCount nodes { complaints(first: 2) { totalCount nodes {
      timeline(first: 2) { nodes { subject { ... on Complaint { comments { nodes { author {
      ... on StaffMember { email } } } } } } } } } } } } }""",
    "derived": """{ complaints { nodes { allowedTransitions { to } enrollment { allowedActions
      calendar { hours { weekday } holidays { date } } } } } }""",
    "board": "{ complaintBoard(filter: {status: [CLOSED]}) { total byStatus { count } } }",
}


class Counted:
    """What the connection for reads is asked to run."""

    def __init__(self) -> None:
        self.statements: list[str] = []


@pytest.fixture
def counted(graph: Graph, monkeypatch: pytest.MonkeyPatch) -> Counted:
    """Counts, and lets everything through to the database."""
    count, connection = Counted(), reading()
    for name in ("execute_query_dict", "execute_query", "execute_many", "execute_script"):
        run = getattr(connection, name)

        def listening(sql: str, *args: Any, run: Any = run) -> Any:
            count.statements.append(sql)
            return run(sql, *args)

        monkeypatch.setattr(connection, name, listening)
    return count


@pytest.mark.parametrize("example", QUERIES, ids=lambda example: example.name)
async def test_each_root_field_of_an_example_is_one_statement(
    graph: Graph, counted: Counted, example: Example
) -> None:
    data = await graph.read(example.document, example.variables)
    assert len(counted.statements) == len(data)


async def test_each_root_field_is_one_statement_whatever_is_selected(
    graph: Graph, world: World, counted: Counted
) -> None:
    await populated(world)
    for document in [*OWN.values(), f"{{ eventHead {' '.join(d[1:-1] for d in OWN.values())} }}"]:
        counted.statements.clear()
        data = await graph.read(document)
        assert len(counted.statements) == len(data)


async def test_an_object_of_a_payload_is_one_statement(
    graph: Graph, world: World, counted: Counted
) -> None:
    complaint = await world.complaint(await world.customer())
    document = f"""mutation {{ commentOnComplaint(input: {{complaintId: "{complaint}", body: "b",
      visibility: CUSTOMER}}) {{ comment {{ author {{ __typename }} }} errors {{ code }}
      complaint {{ comments {{ nodes {{ body }} }} customer {{ name }} }} }} }}"""
    counted.statements.clear()
    await graph.read(document)
    reads = [sql for sql in counted.statements if sql.endswith("AS value")]
    assert len(reads) == 2


@pytest.fixture
def plans(monkeypatch: pytest.MonkeyPatch) -> Kept[Any, Any]:
    """The plans of this test alone."""
    kept: Kept[Any, Any] = Kept(10**9, lambda plan: 1)
    monkeypatch.setattr(ENGINE, "plans", kept)
    return kept


SHAPED = """query ($n: Int, $f: ComplaintFilter, $o: ComplaintOrder, $x: Boolean = false) {
  complaints(first: $n, filter: $f, orderBy: $o) { nodes { id status @include(if: $x) } } }"""
BY_PRIORITY = {"field": "PRIORITY", "direction": "ASC"}


async def test_other_values_of_one_shape_share_a_plan(graph: Graph, plans: Kept[Any, Any]) -> None:
    for given in (
        {"n": 1, "f": {"status": ["CLOSED"], "search": "a"}, "o": BY_PRIORITY},
        {"n": 2, "f": {"search": "b", "status": ["RECEIVED", "CLOSED"]}, "o": BY_PRIORITY},
        {"n": 99, "f": {"status": [], "search": ""}, "o": BY_PRIORITY, "x": False},
    ):
        await graph.read(SHAPED, given)
        assert len(plans.items) == 1


async def test_other_shapes_have_plans_of_their_own(
    graph: Graph, world: World, plans: Kept[Any, Any]
) -> None:
    customer = await world.customer()
    await world.complaint(customer)
    plans.items.clear()
    shapes: list[tuple[dict[str, Any], dict[str, str]]] = [
        ({}, {"id": "complaint_1"}),
        ({"n": 1}, {"id": "complaint_1"}),
        ({"n": None, "x": True}, {"id": "complaint_1", "status": "RECEIVED"}),
        ({"x": True}, {"id": "complaint_1", "status": "RECEIVED"}),
        ({"f": {}}, {"id": "complaint_1"}),
        ({"f": {"status": ["RECEIVED"]}}, {"id": "complaint_1"}),
        ({"f": {"escalated": True}}, {}),
        ({"f": {"escalated": False}}, {"id": "complaint_1"}),
        ({"o": BY_PRIORITY}, {"id": "complaint_1"}),
        ({"o": BY_PRIORITY | {"direction": "DESC"}}, {"id": "complaint_1"}),
    ]
    for number, (given, expected) in enumerate(shapes, start=1):
        data = await graph.read(SHAPED, given)
        assert data["complaints"]["nodes"] == ([expected] if expected else [])
        assert len(plans.items) == number
    for given, expected in shapes:
        data = await graph.read(SHAPED, given)
        assert data["complaints"]["nodes"] == ([expected] if expected else [])


async def test_no_more_plans_and_documents_are_kept_than_their_bounds(
    graph: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    plans: Kept[Any, Any] = Kept(3, lambda plan: 1)
    documents: Kept[Any, Any] = Kept(2, lambda parsed: 1)
    monkeypatch.setattr(ENGINE, "plans", plans)
    monkeypatch.setattr(ENGINE, "documents", documents)
    for number in [*range(6), 0, 5]:
        data = await graph.read(f"{{ a{number}: customers {{ totalCount }} }}")
        assert data == {f"a{number}": {"totalCount": 0}}
        assert len(plans.items) <= 3
        assert len(documents.items) <= 2
    assert list(documents.items)[-1][0] == "{ a5: customers { totalCount } }"
