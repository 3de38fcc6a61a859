"""Surveys: drafting, opening, asking, reminding, and what they do by themselves."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from models import bounds, due
from models.access import Role
from models.events import head
from models.invitation import SurveyInvitation
from models.survey import SurveyQuestion
from tests.business.snapshots import told_since
from tests.graph.asking import Graph, contact_of, member, number
from tests.graph.surveys import (
    EVERY_KIND,
    RECOMMEND,
    Surveys,
    customer_of,
    faults,
    people,
    seen,
)
from tests.graph.world import World

DAY_MAX = bounds.SURVEY_DAYS_MAX


async def test_a_survey_goes_from_draft_to_open_to_closed(graph: Graph, surveys: Surveys) -> None:
    seq = await head()
    survey = await surveys.drafted(purpose="To get better.")
    await graph.do("updateSurvey", surveyId=survey, title="Another", questions=RECOMMEND)
    await graph.do("openSurvey", surveyId=survey, expectedVersion=2)
    await graph.do("closeSurvey", surveyId=survey)
    assert [event.kind for event in await told_since(seq)] == [
        "survey.drafted",
        "survey.updated",
        "survey.opened",
        "survey.closed",
    ]
    fields = "title purpose status version opensAt closesAt questions { position prompt kind }"
    found = await seen(graph, survey, fields)
    assert found["opensAt"] == found["closesAt"] == "2026-03-02T09:00:00.000Z"
    assert (found["title"], found["purpose"]) == ("Another", "To get better.")
    assert (found["status"], found["version"]) == ("CLOSED", 4)
    assert found["questions"] == [
        {"position": 1, "prompt": "Would you recommend us?", "kind": "RECOMMENDATION"}
    ]


async def test_an_update_without_questions_leaves_them(graph: Graph, surveys: Surveys) -> None:
    survey = await surveys.drafted()
    before = await SurveyQuestion.all().values()
    await graph.do("updateSurvey", surveyId=survey, isSentOnClosure=True)
    assert await SurveyQuestion.all().values() == before


async def test_an_open_survey_keeps_its_questions_but_a_copy_can_change(
    graph: Graph, surveys: Surveys
) -> None:
    survey = await surveys.opened()
    errors = await graph.refused("updateSurvey", surveyId=survey, questions=RECOMMEND)
    assert faults(errors) == {("", "open_survey_keeps_its_questions")}
    copy = await surveys.world.made("draftSurvey", "survey", {"title": "2", "copyOfId": survey})
    fields = "questions { position prompt kind area isRequired choices }"
    assert await seen(graph, copy, fields) == await seen(graph, survey, fields)
    await graph.do("updateSurvey", surveyId=copy, questions=RECOMMEND)
    assert len((await seen(graph, survey, fields))["questions"]) == len(EVERY_KIND)


async def test_a_survey_without_questions_does_not_open(graph: Graph, surveys: Surveys) -> None:
    survey = await surveys.drafted([])
    errors = await graph.refused("openSurvey", surveyId=survey)
    assert faults(errors) == {("", "open_survey_has_questions")}


@pytest.mark.parametrize("days", [-1, 0, DAY_MAX + 1])
async def test_a_survey_closes_later_but_not_too_late(
    graph: Graph, surveys: Surveys, days: int
) -> None:
    survey = await surveys.drafted()
    closes_at = (graph.now + timedelta(days=days)).isoformat()
    errors = await graph.refused("openSurvey", surveyId=survey, closesAt=closes_at)
    assert faults(errors) == {("closesAt", "INVALID_INPUT")}


async def test_every_fault_of_a_draft_is_told_at_its_place(graph: Graph) -> None:
    long = "x" * (bounds.PROMPT_CHARACTERS_MAX + 1)
    errors = await graph.refused(
        "draftSurvey",
        title=" ",
        recursEveryDays=6,
        questions=[
            {"prompt": "", "kind": "TEXT"},
            {"prompt": long, "kind": "EXPECTATION"},
            {"prompt": "c", "kind": "CHOICE", "choices": ["one"]},
            {"prompt": "c", "kind": "CHOICE", "choices": ["one", " one ", ""]},
            {"prompt": "t", "kind": "TEXT", "choices": ["a", "b"]},
        ],
    )
    assert faults(errors) == {
        (path, "INVALID_INPUT")
        for path in (
            "title",
            "recursEveryDays",
            "questions.0.prompt",
            "questions.1.prompt",
            "questions.1.area",
            "questions.2.choices",
            "questions.3.choices",
            "questions.3.choices.2",
            "questions.4.choices",
        )
    }


async def test_a_survey_has_at_most_50_questions(graph: Graph, surveys: Surveys) -> None:
    many = RECOMMEND * bounds.SURVEY_QUESTIONS_MAX
    await surveys.drafted(many)
    errors = await graph.refused("draftSurvey", title="t", questions=[*many, *RECOMMEND])
    assert faults(errors) == {("questions", "INVALID_INPUT")}


async def test_only_an_open_survey_asks_reminds_and_closes(graph: Graph, surveys: Surveys) -> None:
    draft, closed = await surveys.drafted(), await surveys.opened()
    await graph.do("closeSurvey", surveyId=closed)
    for survey in (draft, closed):
        for mutation in ("inviteToSurvey", "remindSurvey"):
            errors = await graph.refused(mutation, surveyId=survey)
            assert faults(errors) == {("", "survey_is_open")}
    assert faults(await graph.refused("closeSurvey", surveyId=draft)) == {
        ("", "TRANSITION_NOT_ALLOWED")
    }


async def test_who_is_asked_meets_all_that_is_given(
    graph: Graph, world: World, surveys: Surveys
) -> None:
    offer = await world.service()
    one, other = await world.customer(), await world.customer()
    await world.enrollment(one, offer)
    roles = ("SPONSOR", "BILLING")
    ours = [await world.contact(one, role=role) for role in roles]
    theirs = [await world.contact(other, role=role) for role in roles]
    gone = await world.contact(one, role="SPONSOR")
    await graph.do("deactivateContact", contactId=gone)
    survey = await surveys.opened(RECOMMEND)
    for given, found in (
        ({}, [*ours, *theirs]),
        ({"customerIds": [other]}, theirs),
        ({"customerIds": []}, []),
        ({"serviceId": offer[0]}, ours),
        ({"roles": ["BILLING"]}, [ours[1], theirs[1]]),
        ({"roles": ["BILLING"], "customerIds": [one], "serviceId": offer[0]}, [ours[1]]),
        ({"roles": ["BILLING"], "customerIds": [other], "serviceId": offer[0]}, []),
    ):
        assert list(await surveys.asked(survey, restDays=0, **given)) == found
        graph.later(minutes=1)
    waves = (await seen(graph, survey, "wave invitations(first: 1) { nodes { wave } }"))["wave"]
    assert waves == 7


async def test_a_sample_is_drawn_of_all_and_bounded(surveys: Surveys, world: World) -> None:
    everybody = await people(world, 8)
    survey = await surveys.opened(RECOMMEND)
    asked = list(await surveys.asked(survey, sample=3))
    assert len(asked) == 3
    assert set(asked) < set(everybody)
    again = list(await surveys.asked(survey, sample=100))
    assert sorted([*asked, *again], key=number) == everybody


@pytest.mark.parametrize(
    "given", [{"sample": 0}, {"sample": 1001}, {"restDays": -1}, {"restDays": DAY_MAX + 1}]
)
async def test_bounds_of_asking_are_kept(
    graph: Graph, surveys: Surveys, given: dict[str, int]
) -> None:
    survey = await surveys.opened(RECOMMEND)
    errors = await graph.refused("inviteToSurvey", surveyId=survey, **given)  # type: ignore[arg-type]
    assert faults(errors) == {(next(iter(given)), "INVALID_INPUT")}


async def test_nobody_is_asked_again_before_a_rest_whatever_the_survey(
    graph: Graph, world: World, surveys: Surveys
) -> None:
    (person,) = await people(world, 1)
    one, other = await surveys.opened(RECOMMEND), await surveys.opened(RECOMMEND)
    assert list(await surveys.asked(one)) == [person]
    graph.later(days=29, hours=23)
    assert list(await surveys.asked(other)) == []
    graph.later(hours=1)
    assert list(await surveys.asked(other, restDays=31)) == []
    assert list(await surveys.asked(other)) == [person]


async def test_a_rest_is_kept_by_surveys_that_ask_at_the_same_time(
    graph: Graph, world: World, surveys: Surveys
) -> None:
    everybody = await people(world, 5)
    several = [await surveys.opened(RECOMMEND) for _ in range(5)]
    await asyncio.gather(*(graph.do("inviteToSurvey", surveyId=each) for each in several))
    rows = await SurveyInvitation.all().order_by("contact_id")
    assert [row.contact_id for row in rows] == [number(each) for each in everybody]


async def test_the_same_survey_is_asked_by_one_of_two_who_saw_it_at_once(
    graph: Graph, world: World, surveys: Surveys
) -> None:
    everybody = await people(world, 3)
    survey = await surveys.opened(RECOMMEND)
    payloads = await asyncio.gather(
        *(graph.attempt("inviteToSurvey", surveyId=survey, expectedVersion=2) for _ in range(4))
    )
    assert all(payload["errors"] == [] for payload in payloads)
    assert await surveys.invitees(survey) == everybody


async def test_an_invitation_is_told_of_whom_it_asks(
    graph: Graph, world: World, surveys: Surveys
) -> None:
    (person,) = await people(world, 1)
    survey = await surveys.opened(RECOMMEND)
    seq = await head()
    await surveys.asked(survey)
    invited, sent = await told_since(seq)
    assert (invited.kind, invited.subject_type) == ("survey.invited", "invitation")
    assert invited.customer_id is not None
    assert invited.is_internal
    assert sent.kind == "survey.sent"
    assert sent.changes == [
        {"field": "wave", "before": 0, "after": 1},
        {"field": "invitation_count", "before": None, "after": 1},
    ]
    row = await SurveyInvitation.get()
    assert f"contact_{row.contact_id}" == person
    assert row.token not in str(await SurveyInvitation.all().values())


async def test_reminders_go_out_three_times_three_days_apart(
    graph: Graph, world: World, surveys: Surveys
) -> None:
    silent, answering = await people(world, 2)
    survey = await surveys.opened(RECOMMEND)
    tokens = await surveys.asked(survey)
    await surveys.answer(tokens[answering], 9)
    sent = []
    for _ in range(12):
        seq = await head()
        await graph.do("remindSurvey", surveyId=survey)
        *each, total = await told_since(seq)
        assert total.change("reminder_count") == {
            "field": "reminder_count",
            "before": None,
            "after": len(each),
        }
        sent.append(len(each))
        graph.later(days=1)
    assert sent == [0, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0]
    fields = "invitations { nodes { contact { id } remindersSent respondedAt } }"
    rows = (await seen(graph, survey, fields))["invitations"]["nodes"]
    assert {row["contact"]["id"]: row["remindersSent"] for row in rows} == {
        silent: 3,
        answering: 0,
    }


async def test_nobody_is_reminded_who_has_left_or_whose_link_has_expired(
    graph: Graph, world: World, surveys: Surveys
) -> None:
    leaving, _ = await people(world, 2)
    survey = await surveys.opened(RECOMMEND)
    await surveys.asked(survey)
    await graph.do("deactivateContact", contactId=leaving)
    graph.later(days=4)
    await graph.do("remindSurvey", surveyId=survey)
    graph.later(days=bounds.INVITATION_DAYS)
    await graph.do("remindSurvey", surveyId=survey)
    rows = await SurveyInvitation.all().order_by("id")
    assert [row.reminder_count for row in rows] == [0, 1]


async def test_a_survey_that_recurs_asks_the_same_audience_again(
    graph: Graph, world: World, surveys: Surveys
) -> None:
    await people(world, 1, role="SPONSOR")
    (biller,) = await people(world, 1, role="BILLING")
    survey = await surveys.opened(RECOMMEND, recursEveryDays=90)
    assert await due.next_tick_at() is None
    first = graph.now
    await surveys.asked(survey, roles=["BILLING"])
    for wave in (2, 3):
        assert await due.next_tick_at() == first + timedelta(days=90 * (wave - 1))
        graph.now = first + timedelta(days=90 * (wave - 1), milliseconds=-1)
        assert await due.tick(graph.now) == 0
        graph.later(milliseconds=1)
        await due.tick(graph.now)
        assert await due.tick(graph.now) == 0
        assert await surveys.invitees(survey) == [biller] * wave
    found = await seen(graph, survey, "wave version invitations { nodes { wave } }")
    assert found["wave"] == 3
    assert [row["wave"] for row in found["invitations"]["nodes"]] == [3, 2, 1]


async def test_a_survey_closes_by_itself_and_recurs_no_more(
    graph: Graph, world: World, surveys: Surveys
) -> None:
    await people(world, 1)
    closes_at = graph.now + timedelta(days=40)
    survey = await surveys.opened(RECOMMEND, recursEveryDays=7, closesAt=closes_at.isoformat())
    assert await due.next_tick_at() == closes_at
    await surveys.asked(survey)
    graph.now = closes_at + timedelta(days=2)
    seq = await head()
    await asyncio.gather(*(due.tick(graph.now) for _ in range(3)))
    (closed,) = await told_since(seq)
    assert (closed.kind, closed.occurred_at) == ("survey.closed", closes_at)
    assert await due.next_tick_at() is None
    assert (await seen(graph, survey, "status"))["status"] == "CLOSED"


async def closed_complaint(world: World, contact: str | None, **given: Any) -> str:
    """A complaint that somebody raised, or nobody who is known; CLOSED."""
    owner = await world.staff()
    customer = await (customer_of(world, contact) if contact else world.customer())
    complaint = await world.complaint(customer, raisedById=contact, **given)
    return await world.brought(complaint, "CLOSED", owner)


async def test_a_complaint_that_is_closed_asks_who_complained(
    graph: Graph, world: World, surveys: Surveys
) -> None:
    person, other = await people(world, 2)
    await surveys.opened(RECOMMEND)
    offer = await world.service()
    of_service = await surveys.opened(RECOMMEND, isSentOnClosure=True, serviceId=offer[0])
    survey = await surveys.opened(RECOMMEND, isSentOnClosure=True)
    seq = await head()
    await closed_complaint(world, person)
    *_, closed, invited = await told_since(seq)
    assert (closed.kind, invited.kind) == ("complaint.closed", "survey.invited")
    assert invited.actor_type == "system"
    assert await surveys.invitees(survey) == [person]
    await closed_complaint(world, other, serviceId=offer[0])
    assert await surveys.invitees(of_service) == [other]


async def test_a_closing_complaint_asks_nobody_who_rests_left_or_is_unknown(
    graph: Graph, world: World, surveys: Surveys
) -> None:
    resting, leaving = await people(world, 2)
    survey = await surveys.opened(RECOMMEND, isSentOnClosure=True)
    await closed_complaint(world, resting)
    await closed_complaint(world, resting)
    await closed_complaint(world, None)
    owner = await world.staff()
    customer = await customer_of(world, leaving)
    complaint = await world.complaint(customer, raisedById=leaving)
    await world.brought(complaint, "RESOLVED", owner)
    await graph.do("deactivateContact", contactId=leaving)
    await graph.do("closeComplaint", complaintId=complaint)
    assert await surveys.invitees(survey) == [resting]
    await graph.do("closeSurvey", surveyId=survey)
    graph.later(days=31)
    await closed_complaint(world, resting)
    assert await surveys.invitees(survey) == [resting]


async def test_who_audits_may_not_ask_and_a_customer_s_side_sees_no_survey(
    graph: Graph, world: World, surveys: Surveys
) -> None:
    (person,) = await people(world, 1)
    survey = await surveys.opened(RECOMMEND)
    auditor = member(await world.staff(), Role.AUDITOR)
    insider = contact_of(await customer_of(world, person), contact=person)
    for viewer in (auditor, insider):
        errors = await graph.refused("inviteToSurvey", surveyId=survey, viewer=viewer)
        assert faults(errors) == {("", "FORBIDDEN")}
    document = '{ surveys { totalCount } survey(id: "survey_1") { id } }'
    assert await graph.read(document, viewer=insider) == {
        "surveys": {"totalCount": 0},
        "survey": None,
    }
