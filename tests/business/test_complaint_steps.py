"""The steps of a complaint: what each needs, and that what is offered is what is accepted."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from graphql import GraphQLInputObjectType, get_named_type, is_required_input_field

from models.access import Viewer
from models.rules.lifecycle import ComplaintStatus
from resolvers.schema import GRAPH
from tests.business.desk import Desk, after

ACTIONS: dict[str, tuple[str, dict[str, Any]]] = {
    "ACKNOWLEDGE": ("acknowledgeComplaint", {"ownerId": "staff_2"}),
    "INVESTIGATE": ("investigateComplaint", {}),
    "AWAIT_CUSTOMER": ("awaitCustomer", {"question": "Which one?"}),
    "RESUME": ("resumeComplaint", {}),
    "RESOLVE": ("resolveComplaint", {"kind": "EXPLAINED", "summary": "It is so."}),
    "CLOSE": ("closeComplaint", {}),
    "REOPEN": ("reopenComplaint", {"reason": "No."}),
    "WITHDRAW": ("withdrawComplaint", {"reason": "Never mind."}),
    "REPRIORITIZE": ("reprioritizeComplaint", {"impact": "HIGH"}),
    "ASSIGN": ("assignComplaint", {"ownerId": "staff_1"}),
    "ESCALATE": ("escalateComplaint", {"reason": "The press called."}),
    "COMMENT": ("commentOnComplaint", {"body": "Well.", "visibility": "CUSTOMER"}),
    "PLAN_CORRECTIVE_ACTION": ("planCorrectiveAction", {"kind": "CORRECTION", "title": "Mend"}),
}
STATE = "status version owner { id } escalationLevel reopenCount comments { totalCount }"

Making = Callable[[Desk], Awaitable[str]]


def at_status(status: ComplaintStatus) -> Making:
    async def make(desk: Desk) -> str:
        return await desk.world.brought(await desk.record(), status.value, desk.agent)

    return make


async def escalated(desk: Desk) -> str:
    complaint = await desk.acknowledged()
    await desk.do("escalateComplaint", complaint, reason="The press called.")
    return complaint


async def resolved_with_an_open_action(desk: Desk) -> str:
    complaint = await desk.resolved()
    await desk.plan(complaint)
    return complaint


async def closed_long_ago(desk: Desk) -> str:
    complaint = await desk.resolved()
    await desk.do("closeComplaint", complaint)
    desk.graph.later(days=30, milliseconds=1)
    return complaint


STANDINGS: dict[str, Making] = {
    **{status.value: at_status(status) for status in ComplaintStatus},
    "escalated": escalated,
    "resolved with an open action": resolved_with_an_open_action,
    "closed 30 days ago": closed_long_ago,
}


async def offered(desk: Desk, complaint: str, viewer: Viewer) -> dict[str, Any]:
    fields = "allowedActions allowedTransitions { to mutation requires }"
    return await desk.see(complaint, fields, viewer=viewer)


@pytest.mark.parametrize("who", ["as_agent", "as_contact", "as_auditor"])
async def test_what_is_offered_is_what_is_accepted(desk: Desk, who: str) -> None:
    viewer: Viewer = getattr(desk, who)
    for make in STANDINGS.values():
        complaint = await make(desk)
        found = await offered(desk, complaint, viewer)
        steps = {step["mutation"]: step["to"] for step in found["allowedTransitions"]}
        accepted = []
        for action, (mutation, given) in ACTIONS.items():
            before = await desk.see(complaint, STATE)
            given = {"complaintId": complaint, **given}
            payload = await desk.graph.attempt(mutation, viewer=viewer, **given)
            now = await desk.see(complaint, STATE)
            if payload["errors"]:
                assert now == before
                assert mutation not in steps
                continue
            accepted.append(action)
            if action != "COMMENT":  # a customer's comment may resume
                assert steps.get(mutation, before["status"]) == now["status"]
            complaint = await make(desk)
        assert found["allowedActions"] == accepted


async def test_a_step_needs_what_it_says_and_no_more(desk: Desk) -> None:
    """What `requires` lists is enough; each without the others is refused, by type or by rule."""
    seen = set()
    for standing in ComplaintStatus:
        make = at_status(standing)
        for step in (await offered(desk, await make(desk), desk.graph.viewer))[
            "allowedTransitions"
        ]:
            mutation, needs = step["mutation"], step["requires"]
            (given,) = [more for name, more in ACTIONS.values() if name == mutation]
            fields = _fields(mutation)
            typed = {name for name, field in fields.items() if is_required_input_field(field)}
            assert typed - {"complaintId"} <= set(needs) <= set(fields)
            for missing in set(needs) - typed:
                less = {name: given[name] for name in needs if name != missing}
                complaint = await make(desk)
                (fault,) = await desk.graph.refused(mutation, complaintId=complaint, **less)
                assert fault["path"] == [missing]
            for name in typed - {"complaintId"}:
                if isinstance(given[name], str) and name != "kind":
                    blank = {**{need: given[need] for need in needs}, name: "  "}
                    complaint = await make(desk)
                    (fault,) = await desk.graph.refused(mutation, complaintId=complaint, **blank)
                    assert (fault["constraint"], fault["path"]) == ("required", [name])
            await desk.do(mutation, await make(desk), **{name: given[name] for name in needs})
            seen.add(mutation)
    assert len(seen) == 8


def _fields(mutation: str) -> dict[str, Any]:
    mutations = GRAPH.mutation_type
    assert mutations is not None
    input_type = get_named_type(mutations.fields[mutation].args["input"].type)
    assert isinstance(input_type, GraphQLInputObjectType)
    return dict(input_type.fields)


async def test_acknowledging_takes_the_owner_named_or_its_own_or_the_caller(desk: Desk) -> None:
    named, owned, called = [await desk.record() for _ in range(3)]
    await desk.do("assignComplaint", owned, ownerId=desk.manager)
    await desk.do("acknowledgeComplaint", named, ownerId=desk.manager, viewer=desk.as_agent)
    await desk.do("acknowledgeComplaint", owned, viewer=desk.as_agent)
    await desk.do("acknowledgeComplaint", called, viewer=desk.as_agent)
    for complaint, owner in ((named, desk.manager), (owned, desk.manager), (called, desk.agent)):
        assert (await desk.see(complaint, "owner { id }"))["owner"] == {"id": owner}
    (fault,) = await desk.graph.refused("acknowledgeComplaint", complaintId=await desk.record())
    assert (fault["rule"], fault["path"]) == ("acknowledged_complaint_has_owner", ["ownerId"])


@pytest.mark.parametrize("mutation", ["acknowledgeComplaint", "assignComplaint"])
async def test_an_owner_is_an_active_member_of_staff(desk: Desk, mutation: str) -> None:
    complaint, gone = await desk.record(), await desk.world.staff()
    await desk.graph.do("deactivateStaffMember", staffMemberId=gone)
    for owner, code in ((gone, "RULE_VIOLATED"), ("staff_999", "NOT_FOUND")):
        (fault,) = await desk.graph.refused(mutation, complaintId=complaint, ownerId=owner)
        assert (fault["code"], fault["path"]) == (code, ["ownerId"])
    assert await desk.see(complaint, "version status owner { id }") == {
        "version": 1,
        "status": "RECEIVED",
        "owner": None,
    }


async def test_only_a_comment_of_the_customer_s_side_ends_the_wait_for_it(desk: Desk) -> None:
    complaint = await desk.acknowledged()
    await desk.do("awaitCustomer", complaint, question="Which one?")
    comment = {"body": "The blue one.", "visibility": "CUSTOMER"}
    await desk.do("commentOnComplaint", complaint, **comment, viewer=desk.as_agent)
    assert (await desk.see(complaint, "status"))["status"] == "AWAITING_CUSTOMER"
    await desk.do("commentOnComplaint", complaint, **comment, viewer=desk.as_contact)
    assert (await desk.see(complaint, "status"))["status"] == "INVESTIGATING"
    kinds = [event["kind"] for event in await desk.told(complaint)]
    assert kinds[-2:] == ["complaint.commented", "complaint.resumed"]


async def test_a_contact_writes_no_internal_comment_and_reads_none(desk: Desk) -> None:
    complaint = await desk.record()
    (fault,) = await desk.graph.refused(
        "commentOnComplaint",
        complaintId=complaint,
        body="x",
        visibility="INTERNAL",
        viewer=desk.as_contact,
    )
    assert (fault["rule"], fault["path"]) == ("internal_comment_is_by_staff", ["visibility"])
    await desk.do("commentOnComplaint", complaint, body="Ours.", visibility="INTERNAL")
    fields = "comments { totalCount nodes { body } } timeline { nodes { kind } }"
    shown = await desk.see(complaint, fields, viewer=desk.as_contact)
    assert shown["comments"] == {"totalCount": 0, "nodes": []}
    assert shown["timeline"]["nodes"] == [{"kind": "complaint.recorded"}]


async def test_reopening_takes_the_answer_back_and_counts(desk: Desk) -> None:
    complaint = await desk.resolved()
    await desk.do("closeComplaint", complaint)
    desk.graph.later(days=30)
    await desk.do("reopenComplaint", complaint, reason="It came again.")
    fields = "status reopenCount resolvedAt closedAt isUpheld resolution { kind } acknowledgedAt"
    assert await desk.see(complaint, fields) == {
        "status": "INVESTIGATING",
        "reopenCount": 1,
        "resolvedAt": None,
        "closedAt": None,
        "isUpheld": None,
        "resolution": None,
        "acknowledgedAt": "2026-03-02T09:00:00.000Z",
    }


async def test_a_complaint_closed_30_days_ago_stays_closed(desk: Desk) -> None:
    complaint = await closed_long_ago(desk)
    (fault,) = await desk.graph.refused("reopenComplaint", complaintId=complaint, reason="Again.")
    assert fault["rule"] == "closed_complaint_reopens_within_30_days"


async def test_a_complaint_is_escalated_by_hand_once_and_with_a_reason(desk: Desk) -> None:
    complaint = await escalated(desk)
    (event,) = await desk.told(complaint, "complaint.escalated")
    assert (after(event, "escalationLevel"), event["reason"]) == (3, "The press called.")
    (fault,) = await desk.graph.refused("escalateComplaint", complaintId=complaint, reason="More.")
    assert fault["rule"] == "escalated_once"


async def test_a_complaint_comes_from_the_last_30_days(desk: Desk) -> None:
    given = {"customerId": desk.customer, "subject": "s", "description": "d", "channel": "PHONE"}
    given |= {"impact": "LOW", "urgency": "LOW"}
    for received, constraint in (
        ("2026-03-02T09:00:00.001Z", "past"),
        ("2026-01-31T08:59:59.999Z", "days_max=30"),
    ):
        (fault,) = await desk.graph.refused("recordComplaint", **given, receivedAt=received)
        assert (fault["constraint"], fault["path"]) == (constraint, ["receivedAt"])
    assert await desk.graph.read("{ complaints { totalCount } }") == {
        "complaints": {"totalCount": 0}
    }
    await desk.graph.do("recordComplaint", **given, receivedAt="2026-01-31T10:00:00+01:00")


@pytest.mark.parametrize("kind", ["EXPLAINED", "COMPENSATED", "NOT_UPHELD"])
async def test_a_complaint_is_upheld_unless_its_answer_says_otherwise(
    desk: Desk, kind: str
) -> None:
    complaint = await desk.acknowledged()
    assert (await desk.see(complaint, "isUpheld"))["isUpheld"] is None
    await desk.resolve(complaint, kind)
    assert (await desk.see(complaint, "isUpheld"))["isUpheld"] is (kind != "NOT_UPHELD")
