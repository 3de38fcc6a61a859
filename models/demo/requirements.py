"""Requirements: what customers need, what was decided, and what came of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from models import searching
from models.access import Viewer
from models.base import folded
from models.demo import texts
from models.demo.client import Client
from models.demo.ledger import Fact, Story, Subject, member
from models.demo.moments import at_work
from models.demo.provider import ADMINISTRATOR, Provider
from models.enrollment import Enrollment
from models.events import ref
from models.loading import Row, row
from models.requirement import Requirement
from models.rules.lifecycle import RequirementStatus
from models.rules.priority import Priority
from models.service import Service

_S = RequirementStatus
DECISIONS = {
    _S.MATCHED: "requirement.matched",
    _S.FULFILLED: "requirement.matched",
    _S.NEW_SERVICE_PROPOSED: "requirement.service_proposed",
    _S.DECLINED: "requirement.declined",
}
"""The event of the first decision, by where a requirement stands now."""
NEWCOMER_HOURS = (1, 3)
"""How long after its registration a newcomer's need was written down, and matched."""


def requirements(
    today: datetime, provider: Provider, clients: list[Client], relationships: list[Story]
) -> list[Story]:
    """The stories of needs that stand alone; those of newcomers go into the customers' own."""
    by_name = {client.text.name: client for client in clients[: len(texts.customers())]}
    stories: list[Story] = []
    for number, text in enumerate(texts.requirements(), 1):
        client = by_name[text.customer]
        if text.enrollment is None:
            stories += _alone(number, text, client, today, provider)
        else:
            _newcomer(number, text, client, provider, relationships)
    return sorted(stories, key=lambda story: story.begins_at)


def _alone(
    number: int,
    text: texts.RequirementText,
    client: Client,
    today: datetime,
    provider: Provider,
) -> list[Story]:
    """Told in two parts, since the service that is decided on may not be there at first."""
    at = at_work(today - timedelta(days=text.days_ago), client.zone)
    decided_at = at_work(at + timedelta(days=text.decided_after_days), client.zone)
    service_id = None if text.service is None else provider.services[text.service]
    made, facts = _told(number, text, client, service_id, at, decided_at)
    return [Story(at, [], facts[:1]), Story(facts[-1].at, [made], facts[1:])]


def _newcomer(
    number: int,
    text: texts.RequirementText,
    client: Client,
    provider: Provider,
    relationships: list[Story],
) -> None:
    """Written down with the customer, matched, and fulfilled by its enrolment."""
    story = next(each for each in relationships if each.rows[0][1]["id"] == client.customer_id)
    found = next(each for each in client.enrollments if each.service_code == text.enrollment)
    at, decided_at = (client.registered_at + timedelta(hours=hours) for hours in NEWCOMER_HOURS)
    subject = Subject(Enrollment.noun, found.enrollment_id, client.customer_id)
    fulfilled = next(
        fact
        for fact in story.facts
        if fact.subject == subject and fact.kind == "enrollment.activated"
    )
    made, facts = _told(
        number, text, client, found.service_id, at, decided_at, fulfilled.at, fulfilled.actor
    )
    _name_in_enrollment(story, found.enrollment_id, number)
    first = next(place for place, (table, _) in enumerate(story.rows) if table is Enrollment)
    story.rows.insert(first, made)
    story.facts.extend(facts)


def _name_in_enrollment(story: Story, enrollment_id: int, number: int) -> None:
    """The enrolment's row and the event of its request name the requirement."""
    named = ("requirement_id", None, ref(Requirement.noun, number))
    for place, fact in enumerate(story.facts):
        if fact.kind == "enrollment.requested" and fact.subject.row_id == enrollment_id:
            story.facts[place] = replace(fact, changes=[*fact.changes, named])
    for place, (table, values) in enumerate(story.rows):
        if table is Enrollment and values["id"] == enrollment_id:
            story.rows[place] = (table, {**values, "requirement_id": number})


def _told(
    number: int,
    text: texts.RequirementText,
    client: Client,
    service_id: int | None,
    at: datetime,
    decided_at: datetime,
    fulfilled_at: datetime | None = None,
    fulfilled_by: Viewer = ADMINISTRATOR,
) -> tuple[Row, list[Fact]]:
    status, priority = RequirementStatus(text.status), Priority(text.priority)
    subject = Subject(Requirement.noun, number, client.customer_id)
    manager_id = client.manager_at(at)
    staff = member(manager_id) if manager_id else ADMINISTRATOR
    identified = [("status", None, _S.IDENTIFIED.value), ("priority", None, priority.value)]
    facts = [Fact(at, "requirement.identified", subject, staff, identified)]
    if status in DECISIONS:
        first = _S.MATCHED if status is _S.FULFILLED else status
        decided = [
            ("status", _S.IDENTIFIED.value, first.value),
            ("service_id", None, ref(Service.noun, service_id)),
        ]
        facts.append(Fact(decided_at, DECISIONS[status], subject, staff, decided, text.reason))
    if fulfilled_at is not None:
        change = ("status", _S.MATCHED.value, status.value)
        facts.append(Fact(fulfilled_at, "requirement.fulfilled", subject, fulfilled_by, [change]))
    is_decided = status in DECISIONS
    made = row(
        Requirement,
        id=number,
        created_at=at,
        updated_at=facts[-1].at,
        version=len(facts),
        customer_id=client.customer_id,
        raised_by_id=client.people[0].contact_id,
        statement=text.statement,
        desired_outcome=text.outcome,
        priority=priority,
        status=status,
        service_id=service_id,
        identified_at=at,
        decided_at=decided_at if is_decided else None,
        decision_seconds=int((decided_at - at).total_seconds()) if is_decided else None,
        decision_reason=text.reason,
        search_text=folded(text.statement, text.outcome),
        search_terms=searching.terms(f"{text.statement} {text.outcome or ''}"),
    )
    return made, facts
