"""Enrolments: what a customer asked for, under which SLA, and what became of it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from random import Random

from models.access import Viewer
from models.customer import end_of_day
from models.demo import texts
from models.demo.client import Client, Enrolled
from models.demo.ledger import Fact, Subject
from models.demo.moments import at_work
from models.demo.provider import LOCAL_CALENDARS, OFFICE, RETIRED_DAYS_AGO, Offer, Provider
from models.enrollment import Enrollment
from models.events import ref
from models.loading import Row, row
from models.rules.lifecycle import ENROLLMENT, CustomerStage, EnrollmentStatus
from models.service import Service
from models.sla import Sla

RETIRED_SERVICE = "FAX-GW"
PREMIUM_SHARE = 0.3

Steps = list[tuple[str, str, datetime, str | None]]
"""Verb, kind of event, when, and why."""


def enrolled(
    number: int,
    client: Client,
    code: str,
    place: int,
    staff: Viewer,
    today: datetime,
    provider: Provider,
    random: Random,
) -> tuple[Enrolled, Row, list[Fact]]:
    """One enrolment: what others need to know of it, its row and its events."""
    offer = _offer(provider.offers[code], random)
    own = LOCAL_CALENDARS.get(client.text.time_zone)
    is_own = own is not None and offer.calendar_id == provider.calendars[OFFICE]
    own_id = provider.calendars[own] if own is not None and is_own else None
    fate = client.text.fates.get(code, EnrollmentStatus.ACTIVE.value)
    if code == RETIRED_SERVICE:
        fate = EnrollmentStatus.ENDED.value
    requested_at, steps = _story(fate, code, place, client, today)
    subject = Subject(Enrollment.noun, number, client.customer_id)
    requested = EnrollmentStatus.REQUESTED
    facts = [
        Fact(
            requested_at,
            "enrollment.requested",
            subject,
            staff,
            [
                ("status", None, requested.value),
                ("service_id", None, ref(Service.noun, provider.services[code])),
                ("sla_id", None, ref(Sla.noun, offer.sla_id)),
            ],
        )
    ]
    status = requested
    for verb, kind, at, reason in steps:
        step = ENROLLMENT.step(verb)
        facts.append(
            Fact(at, kind, subject, staff, [("status", status.value, step.to.value)], reason)
        )
        status = step.to
    is_over = status in (EnrollmentStatus.ENDED, EnrollmentStatus.REJECTED)
    found = Enrolled(
        enrollment_id=number,
        service_code=code,
        service_id=provider.services[code],
        sla_id=offer.sla_id,
        calendar_id=own_id or offer.calendar_id,
        is_premium=offer.is_premium,
        requested_at=requested_at,
        over_at=facts[-1].at if is_over else None,
    )
    return found, _row(found, own_id, client, status, facts), facts


def _offer(offers: list[Offer], random: Random) -> Offer:
    return offers[-1] if random.random() < PREMIUM_SHARE else offers[0]


def _story(
    fate: str, code: str, place: int, client: Client, today: datetime
) -> tuple[datetime, Steps]:
    said = texts.remarks(client.text.locale)

    def ago(days: float) -> datetime:
        return at_work(today - timedelta(days=days), client.zone)

    def because(verb: str) -> str:
        reasons: list[str] = said[verb]
        return reasons[client.customer_id % len(reasons)]

    if fate == EnrollmentStatus.REQUESTED.value:
        return ago(4 + place), []
    if fate == EnrollmentStatus.REJECTED.value:
        reject = ("reject", "enrollment.rejected", ago(31), because("rejected"))
        return ago(36), [reject]
    requested_at = at_work(client.registered_at + timedelta(days=1 + 2 * place), client.zone)
    activated_at = at_work(requested_at + timedelta(days=2 + place % 3), client.zone)
    steps: Steps = [("activate", "enrollment.activated", activated_at, None)]
    left_days_ago = 150 if client.text.stage == CustomerStage.FORMER.value else 115
    if fate == EnrollmentStatus.SUSPENDED.value:
        days = 118 if client.text.stage == CustomerStage.DORMANT.value else 26
        steps.append(("suspend", "enrollment.suspended", ago(days), because("suspended")))
    elif fate == "RESUMED":
        steps.append(("suspend", "enrollment.suspended", ago(200), because("suspended")))
        steps.append(("resume", "enrollment.resumed", ago(172), because("resumed")))
    elif fate == EnrollmentStatus.ENDED.value:
        days = RETIRED_DAYS_AGO + 10 if code == RETIRED_SERVICE else left_days_ago
        steps.append(("end", "enrollment.ended", ago(days), because("ended")))
    return requested_at, steps


def _row(
    found: Enrolled,
    own_calendar_id: int | None,
    client: Client,
    status: EnrollmentStatus,
    facts: list[Fact],
) -> Row:
    starts_on: date | None = next(
        (fact.at.date() for fact in facts if fact.kind == "enrollment.activated"), None
    )
    ends_on: date | None = None
    if status is EnrollmentStatus.ENDED:
        ends_on = facts[-1].at.astimezone(client.zone).date()
    return row(
        Enrollment,
        id=found.enrollment_id,
        created_at=found.requested_at,
        updated_at=facts[-1].at,
        version=len(facts),
        status=status,
        customer_id=client.customer_id,
        service_id=found.service_id,
        sla_id=found.sla_id,
        own_calendar_id=own_calendar_id,
        requested_at=found.requested_at,
        starts_on=starts_on,
        ends_on=ends_on,
        ends_at=end_of_day(ends_on, client.text.time_zone) if ends_on else None,
        ended_at=found.over_at,
        status_reason=facts[-1].reason,
    )
