"""Corrective actions in the graph: beside their complaint, in their list, and by whom."""

from __future__ import annotations

from typing import Any

from tests.business.desk import Desk
from tests.graph.asking import contact_of

LIST = """query ($first: Int, $after: String, $overdue: Boolean) {
  correctiveActions(first: $first, after: $after, overdue: $overdue) {
    totalCount pageInfo { hasNextPage endCursor } nodes { id title }
  } }"""
WHOLE = """{ correctiveActions { nodes { __typename id version kind status title detail
  owner { id } dueOn completedAt verifiedAt finding isOverdue complaint { id } successor { id }
} } }"""


async def test_an_action_is_shown_whole(desk: Desk) -> None:
    complaint = await desk.acknowledged()
    action = await desk.plan(
        complaint,
        title="Change “the” filter",
        detail="How.",
        dueOn="2026-03-06",
        ownerId=desk.agent,
    )
    assert (await desk.graph.read(WHOLE))["correctiveActions"]["nodes"] == [
        {
            "__typename": "CorrectiveAction",
            "id": action,
            "version": 1,
            "kind": "CORRECTION",
            "status": "PLANNED",
            "title": "Change “the” filter",
            "detail": "How.",
            "owner": {"id": desk.agent},
            "dueOn": "2026-03-06",
            "completedAt": None,
            "verifiedAt": None,
            "finding": None,
            "isOverdue": False,
            "complaint": {"id": complaint},
            "successor": None,
        }
    ]
    node = "query ($id: ID!) { node(id: $id) { __typename ... on CorrectiveAction { title } } }"
    assert (await desk.graph.read(node, {"id": action}))["node"] == {
        "__typename": "CorrectiveAction",
        "title": "Change “the” filter",
    }


async def test_a_complaint_has_its_actions_in_the_order_of_planning_and_the_list_the_newest_first(
    desk: Desk,
) -> None:
    complaint = await desk.acknowledged()
    planned = [await desk.plan(complaint, title=f"Step {number}") for number in range(5)]
    shown = await desk.see(complaint, "correctiveActions(first: 3) { totalCount nodes { id } }")
    assert shown["correctiveActions"] == {
        "totalCount": 5,
        "nodes": [{"id": action} for action in planned[:3]],
    }
    found: list[str] = []
    given: dict[str, Any] = {"first": 2}
    while True:
        page = (await desk.graph.read(LIST, given))["correctiveActions"]
        found += [node["id"] for node in page["nodes"]]
        if not page["pageInfo"]["hasNextPage"]:
            break
        given["after"] = page["pageInfo"]["endCursor"]
    assert found == planned[::-1]


async def test_a_customer_s_side_sees_the_actions_of_its_own_complaints_and_plans_none(
    desk: Desk,
) -> None:
    complaint = await desk.acknowledged()
    other = await desk.world.customer()
    await desk.plan(await desk.world.complaint(other))
    action = await desk.plan(complaint)
    page = (await desk.graph.read(LIST, viewer=desk.as_contact))["correctiveActions"]
    assert (page["totalCount"], [node["id"] for node in page["nodes"]]) == (1, [action])
    assert (await desk.graph.read(LIST, viewer=contact_of(other)))["correctiveActions"][
        "totalCount"
    ] == 1
    planned = {"complaintId": complaint, "kind": "CORRECTION", "title": "Mine"}
    for mutation, given in (
        ("planCorrectiveAction", planned),
        ("completeCorrectiveAction", {"correctiveActionId": action}),
    ):
        (fault,) = await desk.graph.refused(mutation, viewer=desk.as_contact, **given)
        assert fault["code"] == "FORBIDDEN"


async def test_overdue_is_asked_both_ways_and_an_action_without_a_day_never_is(desk: Desk) -> None:
    complaint = await desk.acknowledged()
    late, dateless = await desk.plan(complaint, dueOn="2026-03-02"), await desk.plan(complaint)
    desk.graph.later(days=2)
    for overdue, expected in ((True, [late]), (False, [dateless]), (None, [dateless, late])):
        page = (await desk.graph.read(LIST, {"overdue": overdue}))["correctiveActions"]
        assert [node["id"] for node in page["nodes"]] == expected


async def test_all_that_is_wrong_with_an_action_comes_in_one_answer_in_either_language(
    desk: Desk,
) -> None:
    complaint = await desk.acknowledged()
    given = {"complaintId": complaint, "kind": "CORRECTION", "title": " ", "dueOn": "2026-03-01"}
    for locale, message in (("en", "This can't be empty."), ("es", "No puede estar vacío.")):
        desk.graph.locale = locale
        first, second = await desk.graph.refused(
            "planCorrectiveAction", "correctiveAction { id }", **given
        )
        assert (first["path"], first["message"]) == (["title"], message)
        assert (second["path"], second["constraint"]) == (["dueOn"], "not in the past")
