"""Invitations to surveys: who is asked, by a token that opens one survey for one person once."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tortoise import fields

from models import bounds
from models.access import SYSTEM, Role, Viewer
from models.base import Act, Record
from models.columns import Instant, nullable, to
from models.complaint import Complaint
from models.contact import Contact, ContactRole
from models.customer import Customer
from models.enrollment import LIVE, Enrollment
from models.errors import RuleViolated
from models.events import Change, Fields, Kind
from models.faults import Faults
from models.predicate import ahead, missing
from models.rules.lifecycle import SurveyStatus
from models.rules.tokens import survey_token, token_hash
from models.service import Service
from models.survey import Survey

_key: list[bytes] = []
_ASKING_LOCK = 7_236_002
"""PostgreSQL's advisory lock of who asks: a person's rest is kept by all surveys together."""


def use_key(key: bytes) -> None:
    """Gives this process the server's key, under which tokens are worked out."""
    _key[:] = [key]


@dataclass(frozen=True)
class Sent(Fields):
    wave: Change
    invitation_count: Change


@dataclass(frozen=True)
class Reminded(Fields):
    reminder_count: Change


SENT = Kind("survey.sent", "A wave of invitations to a survey went out.", Sent)
INVITED = Kind(
    "survey.invited", "A contact was invited to answer a survey.", Fields, is_internal=True
)
REMINDED = Kind("survey.reminded", "A contact was reminded of a survey.", Fields, is_internal=True)
REMINDERS_SENT = Kind(
    "survey.reminders_sent", "Those who had not answered a survey were reminded.", Reminded
)


class SurveyInvitation(Record):
    """A person asked to answer a survey. The table keeps only the hash of the token."""

    noun = "invitation"

    survey = to("Survey")
    survey_id: int
    contact = to("Contact")
    contact_id: int
    customer = to("Customer")
    customer_id: int
    complaint_id = nullable(fields.BigIntField())
    wave = fields.IntField(default=1)
    generation = fields.IntField(default=1)
    token_hash = nullable(fields.CharField(max_length=64, unique=True))
    sent_at = Instant()
    expires_at = Instant()
    responded_at = nullable(Instant())
    reminder_count = fields.SmallIntField(default=0)
    reminded_at = nullable(Instant())

    class Meta:
        table = "survey_invitation"
        indexes = (("survey_id", "id"), ("contact_id", "sent_at"))

    @classmethod
    async def forget(cls, act: Act, contact_id: int) -> None:
        """The person's links open nothing more, so that no new words come by them."""
        for row in await cls.locked(contact_id=contact_id, token_hash__isnull=False):
            row.token_hash = None
            await row.save()

    @classmethod
    async def complaint_closed(cls, act: Act, complaint: Record) -> None:
        """Sends the first survey that goes out by itself to who complained, rest kept."""
        assert isinstance(complaint, Complaint)
        if complaint.raised_by_id is None:
            return
        surveys = await Survey.filter(status=SurveyStatus.OPEN, is_sent_on_closure=True).order_by(
            "id"
        )
        survey = next((each for each in surveys if _is_about(each, complaint, act.now)), None)
        if survey is None:
            return
        await _ask_alone()
        person = await Contact.get(id=complaint.raised_by_id)
        since = act.now - timedelta(days=bounds.SURVEY_REST_DAYS_DEFAULT)
        asked = cls.filter(contact_id=person.id, sent_at__gt=since)
        if person.is_active and not await asked.exists():
            await _ask(Act(SYSTEM, act.now, act.facts), survey, person, complaint.id)

    @property
    def token(self) -> str:
        """The token of the present generation."""
        return survey_token(_key[0], self.id, self.generation)

    @property
    def invitee(self) -> Viewer:
        """The person who was asked, as one who acts."""
        return Viewer(Contact.noun, self.contact_id, frozenset({Role.CONTACT}), (self.customer_id,))


async def invite(
    survey: Survey,
    act: Act,
    *,
    customer_ids: Sequence[int] | None = None,
    service_id: int | None = None,
    roles: Sequence[ContactRole] | None = None,
    sample: int | None = None,
    rest_days: int = bounds.SURVEY_REST_DAYS_DEFAULT,
) -> None:
    """Asks the active contacts who meet all that is given, or a sample of them.

    Who was asked anything within `rest_days` is left alone. The audience is kept: a survey that
    recurs asks it again.
    """
    _require_open(survey, act.now)
    faults = Faults()
    faults.between("rest_days", rest_days, 0, bounds.SURVEY_DAYS_MAX)
    if sample is not None:
        faults.between("sample", sample, 1, bounds.INVITATIONS_MAX)
    faults.settle()
    for customer_id in customer_ids or ():
        await Customer.within(act, customer_id, "customer_ids", is_locked=False)
    if service_id is not None:
        await Service.within(act, service_id, "service_id", is_locked=False)
    survey.audience = {
        "customer_ids": None if customer_ids is None else list(customer_ids),
        "service_id": service_id,
        "roles": None if roles is None else [role.value for role in roles],
        "sample": sample,
        "rest_days": rest_days,
    }
    await _send_wave(act, survey)


async def _send_wave(act: Act, survey: Survey) -> None:
    people = await _audience(act, survey)
    survey.wave += 1
    survey.plan_tick(act.now)
    survey.updated_at = act.now
    await survey.save()
    for person in people:
        await _ask(act, survey, person)
    SENT.record(act, survey, Sent((survey.wave - 1, survey.wave), len(people)))


async def _audience(act: Act, survey: Survey) -> list[Contact]:
    """The contacts whom the survey's audience names and who have had their rest."""
    await _ask_alone()
    wanted: dict[str, Any] = survey.audience
    query = Contact.filter(is_active=True)
    if wanted.get("customer_ids") is not None:
        query = query.filter(customer_id__in=wanted["customer_ids"])
    if wanted.get("roles") is not None:
        query = query.filter(role__in=wanted["roles"])
    if wanted.get("service_id") is not None:
        live = Enrollment.filter(LIVE.q(), service_id=wanted["service_id"])
        enrolled = await live.values_list("customer_id", flat=True)
        query = query.filter(customer_id__in=sorted({int(str(one)) for one in enrolled}))
    since = act.now - timedelta(days=wanted.get("rest_days") or 0)
    asked = await SurveyInvitation.filter(sent_at__gt=since).values_list("contact_id", flat=True)
    rested = set(asked)
    people = [person for person in await query.order_by("id") if person.id not in rested]
    most = min(wanted.get("sample") or bounds.INVITATIONS_MAX, bounds.INVITATIONS_MAX)
    if len(people) > most:
        chance = random.Random(survey.id * 1_000 + survey.wave)
        people = sorted(chance.sample(people, most), key=lambda person: int(person.id))
    return people


async def _ask_alone() -> None:
    """Lets nobody else ask until this transaction ends; SQLite has one writer anyway."""
    database = SurveyInvitation._meta.db
    if database.capabilities.dialect == "postgres":
        await database.execute_query_dict(f"SELECT pg_advisory_xact_lock({_ASKING_LOCK})")


async def _ask(
    act: Act, survey: Survey, person: Contact, complaint_id: int | None = None
) -> SurveyInvitation:
    row = SurveyInvitation.new(
        act,
        survey_id=survey.id,
        contact_id=person.id,
        customer_id=person.customer_id,
        complaint_id=complaint_id,
        wave=max(survey.wave, 1),
        sent_at=act.now,
        expires_at=act.now + timedelta(days=bounds.INVITATION_DAYS),
    )
    await row.save()
    row.token_hash = token_hash(row.token)
    await row.save()
    INVITED.record(act, row, Fields())
    return row


async def remind(survey: Survey, act: Act) -> None:
    """Reminds everybody who has not answered: at most three times, and not within three days."""
    _require_open(survey, act.now)
    before = act.now - timedelta(days=bounds.REMINDER_DAYS_MIN)
    rows = await SurveyInvitation.locked(
        AWAITED.q(act.now),
        survey_id=survey.id,
        sent_at__lte=before,
        reminder_count__lt=bounds.REMINDERS_MAX,
        contact__is_active=True,
    )
    due = [row for row in rows if row.reminded_at is None or row.reminded_at <= before]
    due = due[: bounds.INVITATIONS_MAX]
    for row in due:
        row.reminder_count += 1
        row.reminded_at = row.updated_at = act.now
        await row.save()
        REMINDED.record(act, row, Fields())
    REMINDERS_SENT.record(act, survey, Reminded(len(due)))


def _is_about(survey: Survey, complaint: Complaint, now: datetime) -> bool:
    """Whether a survey that is sent on closure may be about the complaint's service."""
    return survey.service_id in (None, complaint.service_id) and survey.takes_answers(now)


async def tick_survey(act: Act, survey: Survey) -> None:
    """What is due of a survey by itself: its end, or its next wave."""
    if survey.closes_at is not None and survey.closes_at <= act.now:
        await survey.close(Act(act.viewer, survey.closes_at, act.facts))
    else:
        await _send_wave(act, survey)


def _require_open(survey: Survey, now: datetime) -> None:
    if not survey.takes_answers(now):
        raise RuleViolated(
            "survey_is_open",
            en="This survey is not open.",
            es="Esta encuesta no está abierta.",
        )


VALID = ahead("expires_at")
ANSWERED = ~missing("responded_at")
AWAITED = VALID & ~ANSWERED
