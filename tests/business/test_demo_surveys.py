"""Surveys, requirements and corrective actions of the demo data, and the stories they tell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise
from typing import Any

import pytest

from models import due, health, reader
from models.action import CorrectiveAction, CorrectiveActionKind
from models.complaint import Complaint
from models.contact import Contact
from models.customer import Customer
from models.demo.actions import MENDED_DAYS_AGO, MENDED_SERVICE, TROUBLED_DAYS_AGO
from models.demo.moments import midnight
from models.demo.seeding import rows, seed
from models.demo.survey_scores import ADMIRED, FAR_AWAY, LATE
from models.enrollment import Enrollment
from models.events import Event
from models.invitation import SurveyInvitation
from models.requirement import Requirement
from models.response import SurveyAnswer, SurveyResponse
from models.rules.lifecycle import (
    CORRECTIVE_ACTION,
    REQUIREMENT,
    SURVEY,
    CorrectiveActionStatus,
    Lifecycle,
    RequirementStatus,
    SurveyStatus,
)
from models.rules.satisfaction import SCALES, SurveyQuestionKind
from models.rules.tokens import token_hash
from models.service import Service
from models.survey import Survey, SurveyQuestion
from tests.graph.asking import Graph

STARTS = [datetime(2026, 3, 31, 15, 20, tzinfo=UTC), datetime(2026, 11, 21, 2, 0, tzinfo=UTC)]
NOW = STARTS[0]
TODAY = midnight(NOW)
SERVICES_SCORED_MIN = 3
FIGURES = (
    "newProspects",
    "newCustomers",
    "newEnrollments",
    "requirementsIdentified",
    "requirementsDecided",
    "complaintsReceived",
    "complaintsUpheld",
    "surveysSent",
    "returnRatePercent",
)
VERBS = {
    "survey.opened": "open",
    "survey.closed": "close",
    "requirement.matched": "match",
    "requirement.service_proposed": "propose_service",
    "requirement.fulfilled": "fulfil",
    "requirement.declined": "decline",
}

Values = Mapping[str, Any]


@cache
def told(now: datetime = NOW) -> dict[type, list[Values]]:
    by_table: dict[type, list[Values]] = defaultdict(list)
    for table, values in rows(1, now):
        by_table[table].append(values)
    return by_table


def of(table: type) -> list[Values]:
    return told()[table]


def by_id(table: type) -> dict[int, Values]:
    return {row["id"]: row for row in of(table)}


def service_id(code: str) -> int:
    found: int = next(row["id"] for row in of(Service) if row["code"] == code)
    return found


def test_every_status_of_surveys_requirements_and_kinds_of_question_is_there() -> None:
    assert {row["status"] for row in of(Survey)} == set(SurveyStatus)
    assert {row["status"] for row in of(Requirement)} == set(RequirementStatus)
    assert {row["kind"] for row in of(SurveyQuestion)} == set(SurveyQuestionKind)
    assert {row["status"] for row in of(CorrectiveAction)} >= {
        CorrectiveActionStatus.DONE,
        CorrectiveActionStatus.VERIFIED,
    }


@pytest.mark.parametrize(
    ("table", "lifecycle"),
    [(Survey, SURVEY), (Requirement, REQUIREMENT)],
    ids=["survey", "requirement"],
)
def test_events_replay_through_the_lifecycle_to_the_row(
    table: Any, lifecycle: Lifecycle[Any]
) -> None:
    for row in of(table):
        status: str | None = None
        version = 0
        for event in of(Event):
            if (event["subject_type"], event["subject_id"]) != (table.noun, row["id"]):
                continue
            moved = next((each for each in event["changes"] if each["field"] == "status"), None)
            if moved is None:
                continue
            assert moved["before"] == status
            if event["kind"] in VERBS:
                step = lifecycle.step(VERBS[event["kind"]])
                assert status in [source.value for source in step.sources]
                assert moved["after"] == step.to.value
            status, version = moved["after"], version + 1
        assert (status, version) == (row["status"].value, row["version"])


def test_actions_replay_through_their_lifecycle_before_their_complaint_is_closed() -> None:
    statuses: dict[int, str | None] = {}
    for event in of(Event):
        changes = {each["field"]: each for each in event["changes"]}
        if "corrective_action_id" in changes:
            name = changes["corrective_action_id"]["after"]["action"]
            change = changes["corrective_action_status"]
            assert change["before"] == statuses.get(name)
            statuses[name] = change["after"]
            targets = [step.to.value for step in CORRECTIVE_ACTION.steps]
            assert change["after"] in ("PLANNED", *targets)
    assert statuses == {row["id"]: row["status"].value for row in of(CorrectiveAction)}
    for row in of(CorrectiveAction):
        complaint = by_id(Complaint)[row["complaint_id"]]
        assert row["customer_id"] == complaint["customer_id"]
        assert complaint["acknowledged_at"] <= row["created_at"] <= row["completed_at"]
        assert row["completed_at"] <= complaint["resolved_at"]


def test_a_requirement_that_is_fulfilled_names_the_enrolment_that_began() -> None:
    named = {row["requirement_id"]: row for row in of(Enrollment) if row.get("requirement_id")}
    fulfilled = [r for r in of(Requirement) if r["status"] is RequirementStatus.FULFILLED]
    assert {row["id"] for row in fulfilled} == set(named)
    for row in fulfilled:
        enrollment = named[row["id"]]
        assert row["customer_id"] == enrollment["customer_id"]
        assert row["service_id"] == enrollment["service_id"]
        assert row["identified_at"] < row["decided_at"] <= enrollment["requested_at"]


def test_who_is_asked_is_there_and_has_its_rest() -> None:
    asked: dict[int, list[datetime]] = defaultdict(list)
    for row in of(SurveyInvitation):
        contact = by_id(Contact)[row["contact_id"]]
        assert contact["customer_id"] == row["customer_id"]
        assert contact["created_at"] <= row["sent_at"]
        assert contact["is_active"] or row["sent_at"] < contact["updated_at"]
        asked[row["contact_id"]].append(row["sent_at"])
    for instants in asked.values():
        ordered = sorted(instants)
        for one, next_one in pairwise(ordered):
            assert next_one - one >= timedelta(days=30)


def test_a_link_of_the_demo_data_opens_its_invitation() -> None:
    for row in of(SurveyInvitation):
        assert row["token_hash"] == token_hash(SurveyInvitation(id=row["id"]).token)


def test_each_response_answers_every_required_question_on_its_scale() -> None:
    questions = by_id(SurveyQuestion)
    given: dict[int, set[int]] = defaultdict(set)
    for row in of(SurveyAnswer):
        question = questions[row["question_id"]]
        given[row["response_id"]].add(row["question_id"])
        assert (row["kind"], row["area"]) == (question["kind"], question["area"])
        if row["kind"] is SurveyQuestionKind.CHOICE:
            assert row["choice"] in question["choices"]
        elif row["kind"] in SCALES:
            low, high = SCALES[row["kind"]]
            is_pair = row["kind"] is SurveyQuestionKind.EXPECTATION
            for name in ("expected", "perceived") if is_pair else ("score",):
                assert low <= row[name] <= high
    for row in of(SurveyResponse):
        needed = {
            q["id"]
            for q in questions.values()
            if q["survey_id"] == row["survey_id"] and q["is_required"]
        }
        assert needed <= given[row["id"]]
        invitation = by_id(SurveyInvitation)[row["invitation_id"]]
        assert invitation["responded_at"] == row["submitted_at"] > invitation["sent_at"]
    answered = [row for row in of(SurveyInvitation) if row["responded_at"]]
    assert len(answered) == len(of(SurveyResponse))


@pytest.mark.parametrize("now", STARTS, ids=str)
def test_complaints_fell_after_a_corrective_action(now: datetime) -> None:
    data, today = told(now), midnight(now)
    service = next(row["id"] for row in data[Service] if row["code"] == MENDED_SERVICE)
    (mended,) = (
        row for row in data[CorrectiveAction] if row["kind"] is CorrectiveActionKind.CORRECTIVE
    )
    first, until = (today - timedelta(days=days) for days in MENDED_DAYS_AGO)
    assert mended["status"] is CorrectiveActionStatus.VERIFIED
    assert first < mended["created_at"] < until + timedelta(days=14)
    came = [row["received_at"] for row in data[Complaint] if row["service_id"] == service]
    since = today - timedelta(days=TROUBLED_DAYS_AGO[0])
    before, after = sum(since <= at < until for at in came), sum(at >= until for at in came)
    assert before >= 8
    assert after * 3 <= before


GAPS = """query ($s: ID!, $c: ID, $d: DateTimeRange) {
  expectationGaps(serviceId: $s, customerId: $c, during: $d, first: 100) {
    area gap responses customer { timeZone } } }"""


async def seeded(now: datetime) -> Graph:
    graph = Graph()
    graph.now = now
    await seed(1, now, lambda *step: None)
    return graph


async def test_a_service_s_responsiveness_disappoints_one_part_of_the_world(database: str) -> None:
    graph = await seeded(NOW)
    data = await graph.read(GAPS, {"s": f"service_{service_id(LATE)}"})
    far: list[float] = []
    near: list[float] = []
    for gap in data["expectationGaps"]:
        if gap["area"] == "RESPONSIVENESS" and gap["responses"]:
            is_far = gap["customer"]["timeZone"].startswith(FAR_AWAY)
            (far if is_far else near).append(gap["gap"])
    assert len(far) >= 3
    assert len(near) >= 3
    assert min(far) > 2 > max(near)


async def test_glowing_scores_of_a_small_sample_come_with_a_wide_interval(database: str) -> None:
    graph = await seeded(NOW)
    document = """query ($id: ID!) { service(id: $id) { satisfaction {
      responses csatPercent nps csatInterval { low } } } }"""
    data = await graph.read(document, {"id": f"service_{service_id(ADMIRED)}"})
    found = data["service"]["satisfaction"]
    assert (found["csatPercent"], found["nps"]) == (100, 100)
    assert 1 <= found["responses"] < 5
    assert found["csatInterval"]["low"] < 60


@pytest.mark.parametrize("now", STARTS, ids=str)
async def test_every_figure_of_the_process_report_moves(database: str, now: datetime) -> None:
    graph = await seeded(now)
    figures = " ".join(f"{name} {{ value before changePercent }}" for name in FIGURES)
    scored = "satisfactionByService { now { csatPercent } before { csatPercent } }"
    data = await graph.read(f"{{ processReport {{ {figures} {scored} }} }}")
    found = data["processReport"]
    services = found.pop("satisfactionByService")
    for name, figure in found.items():
        assert figure["value"], name
        assert figure["changePercent"], name
    both = [
        each for each in services if each["now"]["csatPercent"] and each["before"]["csatPercent"]
    ]
    assert len(services) >= SERVICES_SCORED_MIN
    assert any(each["now"]["csatPercent"] != each["before"]["csatPercent"] for each in both)


async def test_the_ticker_assesses_each_customer_once_and_finds_every_concern(
    database: str,
) -> None:
    await seeded(NOW)
    await reader.start_at_the_end(health.READER)
    await due.tick(NOW)
    assert await due.tick(NOW) == 0
    customers = await Customer.all()
    assert {row.health_assessed_at for row in customers} == {NOW}
    bands = {row.health_band.value for row in customers}
    assert bands >= {"AT_RISK", "WATCH", "GOOD"}
    codes = {reason["code"] for row in customers for reason in row.health_reasons}
    assert codes >= {
        "OPEN_BREACHED_COMPLAINTS",
        "REOPENED_COMPLAINTS",
        "LOW_ATTAINMENT",
        "DETRACTOR",
    }
