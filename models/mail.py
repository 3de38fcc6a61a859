"""Mail to contacts: which mails are to go out, which process sends each, and what came of it.

Mails come from the event log, one for each invitation and each reminder. A mail that is
claimed is its claimer's for a while; a process that ends meanwhile leaves it to be claimed again.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from tortoise import fields

from models import bounds, events
from models.access import SYSTEM
from models.base import Act, Record
from models.columns import Instant, nullable, to
from models.contact import Contact
from models.events import EventRow, Fields, Kind, Personal
from models.invitation import INVITED, REMINDED, SurveyInvitation
from models.reader import read_on
from models.rules.retrying import next_attempt_at
from models.rules.tokens import token_hash
from models.survey import Survey
from models.transaction import transact

logger = logging.getLogger("rapport.mail")

CLAIM = timedelta(minutes=5)
"""How long a mail is its claimer's, which must have an end sooner than that."""
READER = "mail"
ANOTHER_KEY = "the server's key is not the one that the link was made with"


@dataclass(frozen=True)
class Failed(Fields):
    failure: Personal


MAIL_GIVEN_UP = Kind(
    "survey.mail_given_up",
    "A mail to a contact could not be delivered and was given up.",
    Failed,
    is_internal=True,
)


class MailKind(str, Enum):
    INVITATION = "INVITATION"
    REMINDER = "REMINDER"


class MailStatus(str, Enum):
    WAITING = "WAITING"
    SENT = "SENT"
    DROPPED = "DROPPED"
    GIVEN_UP = "GIVEN_UP"


KINDS = {INVITED.name: MailKind.INVITATION, REMINDED.name: MailKind.REMINDER}
"""The events that a mail comes from."""


class Mail(Record):
    """A letter, by the event that it comes from. Its address and its link are not kept here."""

    noun = "mail"

    event_seq = fields.BigIntField(unique=True)
    invitation = to("SurveyInvitation")
    invitation_id: int
    kind = fields.CharEnumField(MailKind, max_length=20)
    status = fields.CharEnumField(MailStatus, max_length=20)
    attempts = fields.SmallIntField(default=0)
    next_try_at = nullable(Instant())
    sent_at = nullable(Instant())
    failure = nullable(fields.CharField(max_length=bounds.MAIL_FAILURE_CHARACTERS_MAX))

    class Meta:
        table = "mail"
        indexes = (("next_try_at", "id"),)

    async def end(self, act: Act, status: MailStatus, failure: str | None = None) -> None:
        """It is not tried again."""
        self.status, self.next_try_at, self.updated_at = status, None, act.now
        self.failure = failure[: bounds.MAIL_FAILURE_CHARACTERS_MAX] if failure else None
        await self.save()


@dataclass(frozen=True)
class ClaimedMail:
    """What sending a mail takes; `key` names the mail within this log and never changes."""

    mail_id: int
    attempt: int
    key: str
    kind: MailKind
    name: str
    address: str
    locale: str
    title: str
    purpose: str | None
    token: str
    written_at: datetime
    expires_at: datetime


async def collect(now: datetime) -> bool:
    """Makes mails of the log's next events; answers whether there may be more."""
    act = Act(SYSTEM, now)

    async def work(found: Sequence[EventRow]) -> None:
        for event in found:
            await Mail.get_or_create(
                event_seq=event.seq,
                defaults={
                    "invitation_id": event.subject_id,
                    "kind": KINDS[event.kind],
                    "status": MailStatus.WAITING,
                    "next_try_at": now,
                    "created_at": now,
                    "updated_at": now,
                },
            )

    return await read_on(act, READER, work, kinds=tuple(KINDS))


async def keys_to(contact_ids: Sequence[int]) -> list[str]:
    """The keys of all mails to these people."""
    token = await events.log_token()
    found = Mail.filter(invitation__contact_id__in=list(contact_ids)).using_db(events.reading())
    return [f"{token}.{seq}" for seq in await found.values_list("event_seq", flat=True)]


async def next_try_at() -> datetime | None:
    """When a mail is to be tried next; None where none waits."""
    row = await (
        Mail.filter(next_try_at__isnull=False)
        .order_by("next_try_at", "id")
        .using_db(events.reading())
        .first()
    )
    return None if row is None else row.next_try_at


async def claim(now: datetime) -> ClaimedMail | None:
    """The mail that has been due longest, which nobody else gets for CLAIM; None for none.

    What is no longer wanted is dropped on the way.
    """
    while True:
        due = await next_try_at()
        if due is None or due > now:
            return None
        act = Act(SYSTEM, now)
        found = await transact(act, lambda act=act: _claim_one(act))  # type: ignore[misc]
        if isinstance(found, ClaimedMail) or found is None:
            return found


async def _claim_one(act: Act) -> ClaimedMail | MailStatus | None:
    """One mail, or what became of it instead; None where others have all that is due."""
    row = await (
        Mail.filter(next_try_at__lte=act.now)
        .order_by("next_try_at", "id")
        .select_for_update(skip_locked=True, no_key=True)
        .first()
    )
    if row is None:
        return None
    invitation = await SurveyInvitation.get(id=row.invitation_id)
    contact = await Contact.get(id=invitation.contact_id)
    survey = await Survey.get(id=invitation.survey_id)
    row.attempts += 1
    unwanted = _unwanted(act.now, invitation, contact, survey)
    if unwanted is not None:
        await row.end(act, MailStatus.DROPPED, unwanted)
        return row.status
    if token_hash(invitation.token) != invitation.token_hash:
        logger.error("mail %s waits: %s", row.id, ANOTHER_KEY)
        await _put_off(act, row, ANOTHER_KEY)
        return row.status
    row.next_try_at, row.updated_at = act.now + CLAIM, act.now
    await row.save()
    return ClaimedMail(
        mail_id=row.id,
        attempt=row.attempts,
        key=f"{await events.log_token()}.{row.event_seq}",
        kind=row.kind,
        name=contact.name,
        address=contact.email,
        locale=contact.locale,
        title=survey.title,
        purpose=survey.purpose,
        token=invitation.token,
        written_at=row.created_at,
        expires_at=invitation.expires_at,
    )


def _unwanted(
    now: datetime, invitation: SurveyInvitation, contact: Contact, survey: Survey
) -> str | None:
    """Why a mail is no longer to be sent; None where it is."""
    if not contact.is_active:
        return "the contact was deactivated"
    if invitation.responded_at is not None:
        return "the survey was answered"
    if invitation.expires_at <= now:
        return "the link expired"
    if not survey.takes_answers(now):
        return "the survey is closed"
    return None


async def mark_sent(claimed: ClaimedMail, now: datetime) -> None:
    """A server took the mail, or it lies in the outbox."""
    act = Act(SYSTEM, now)

    async def work() -> None:
        row = await _claimed(claimed)
        if row is not None:
            row.sent_at = now
            await row.end(act, MailStatus.SENT)

    await transact(act, work)


async def mark_failed(claimed: ClaimedMail, now: datetime, failure: str, *, is_final: bool) -> None:
    """The mail was not taken: it waits for its next attempt, or is given up."""
    act = Act(SYSTEM, now)

    async def work() -> None:
        row = await _claimed(claimed)
        if row is not None and row.attempts == claimed.attempt:
            await _put_off(act, row, failure, is_final=is_final)

    await transact(act, work)


async def _claimed(claimed: ClaimedMail) -> Mail | None:
    """The mail's row, locked, unless something became of it already."""
    return await (
        Mail.filter(id=claimed.mail_id, status=MailStatus.WAITING)
        .select_for_update(no_key=True)
        .first()
    )


async def _put_off(act: Act, row: Mail, failure: str, *, is_final: bool = False) -> None:
    at = None if is_final else next_attempt_at(row.attempts, row.created_at, act.now)
    if at is not None:
        row.next_try_at, row.updated_at = at, act.now
        row.failure = failure[: bounds.MAIL_FAILURE_CHARACTERS_MAX]
        await row.save()
        return
    await row.end(act, MailStatus.GIVEN_UP, failure)
    invitation = await SurveyInvitation.get(id=row.invitation_id)
    MAIL_GIVEN_UP.record(act, invitation, Failed(row.failure))
