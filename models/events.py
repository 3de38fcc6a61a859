"""The append-only log: every fact, in commit order, with a number that readers follow.

On PostgreSQL the append takes one advisory lock as the transaction's last step, so numbers rise
in commit order; SQLite has one writer and needs none. Numbers may have holes, a reader that
follows them misses nothing.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tortoise import fields
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.connection import get_connection
from tortoise.models import Model

from models import bounds
from models.access import Viewer, criteria
from models.base import Act, Record
from models.columns import Instant, nullable
from models.errors import CursorInvalid

CHANNEL = "rapport_events"
_APPEND_LOCK = 7_236_001
_LOG_ID_BYTES = 4

on_commit: list[Callable[[], None]] = []
"""Called in this process after a transaction that appended events has committed."""

KINDS: Mapping[str, str] = {
    "customer.registered": "A customer or prospect was registered.",
    "customer.updated": "A customer's particulars changed.",
    "customer.activated": "A customer became ACTIVE.",
    "customer.marked_dormant": "A customer became DORMANT.",
    "customer.marked_former": "A customer became FORMER.",
    "customer.returned_to_prospect": "A FORMER customer became a PROSPECT again.",
    "customer.manager_assigned": "A relationship manager was assigned to a customer.",
    "customer.health_changed": "A relationship's health went to another band.",
    "customer.reviewed": "A service review was held with a customer.",
    "interaction.recorded": "A talk with a customer was recorded.",
    "interaction.followed_up": "What was agreed in a talk was followed up.",
    "contact.added": "A contact was added to a customer.",
    "contact.updated": "A contact's particulars changed.",
    "contact.deactivated": "A contact was deactivated.",
    "contact.erased": "A contact's personal data was erased on request.",
    "staff.added": "A member of staff was added.",
    "staff.updated": "A member of staff's particulars changed.",
    "staff.deactivated": "A member of staff was deactivated.",
    "service.proposed": "A service entered the pipeline.",
    "service.updated": "A service's particulars changed.",
    "service.published": "A service entered the catalogue.",
    "service.retired": "A service left the portfolio for good.",
    "item.added": "A configuration item was added.",
    "item.updated": "A configuration item's particulars changed.",
    "item.activated": "A configuration item came into use.",
    "item.retired": "A configuration item was retired.",
    "relationship.added": "A relationship was added between two objects.",
    "relationship.ended": "A relationship ended.",
    "calendar.defined": "A business calendar was defined.",
    "calendar.revised": "A calendar got a new revision, in force from an instant.",
    "sla.drafted": "An SLA was drafted.",
    "sla.updated": "A draft of an SLA changed.",
    "sla.revised": "The next revision of an SLA was drafted.",
    "sla.activated": "An SLA came into force.",
    "sla.retired": "An SLA is no longer offered to new enrolments.",
    "requirement.identified": "A customer's need was written down.",
    "requirement.matched": "An existing service was found to meet a customer's need.",
    "requirement.service_proposed": "A new service was proposed to meet a customer's need.",
    "requirement.fulfilled": "A customer's need was fulfilled through an enrolment.",
    "requirement.declined": "A customer's need was declined.",
    "enrollment.requested": "An enrolment was requested.",
    "enrollment.activated": "An enrolment became ACTIVE.",
    "enrollment.rejected": "An enrolment was rejected.",
    "enrollment.suspended": "An enrolment was suspended.",
    "enrollment.resumed": "A suspended enrolment became ACTIVE again.",
    "enrollment.ended": "An enrolment ended.",
    "enrollment.sla_changed": "An enrolment moved to another SLA.",
    "complaint.received": "A complaint was recorded.",
    "complaint.acknowledged": "A complaint was acknowledged.",
    "complaint.investigating": "A complaint came under investigation.",
    "complaint.awaiting_customer": "A complaint waits for the customer's answer.",
    "complaint.resumed": "A complaint that waited for the customer is investigated again.",
    "complaint.resolved": "A complaint was resolved.",
    "complaint.closed": "A complaint was closed.",
    "complaint.reopened": "A complaint was reopened.",
    "complaint.withdrawn": "A complaint was withdrawn.",
    "complaint.assigned": "A complaint got another owner.",
    "complaint.commented": "Somebody commented on a complaint.",
    "complaint.reprioritized": "A complaint got another priority or assessment.",
    "complaint.escalated": "A complaint was escalated: by a clock, or by hand.",
    "survey.drafted": "A survey was drafted.",
    "survey.updated": "A draft of a survey changed.",
    "survey.opened": "A survey lets answers in.",
    "survey.closed": "A survey lets no more answers in.",
    "survey.sent": "A wave of invitations to a survey went out.",
    "survey.invited": "A contact was invited to answer a survey.",
    "survey.reminded": "A contact was reminded of a survey.",
    "survey.reminders_sent": "Those who had not answered a survey were reminded.",
    "survey.mail_given_up": "A mail to a contact could not be delivered and was given up.",
    "survey.answered": "A contact answered a survey.",
    "sla.warned": "A clock of a complaint reached the share of its target at which it warns.",
    "sla.breached": "A clock of a complaint used its target up.",
    "action.planned": "A corrective action was planned for a complaint.",
    "action.updated": "A corrective action's particulars changed.",
    "action.started": "A corrective action was started.",
    "action.completed": "A corrective action was done.",
    "action.verified": "A corrective action was found effective.",
    "action.found_ineffective": "A corrective action was found without effect.",
    "action.cancelled": "A corrective action was cancelled.",
}
"""Every kind of event and what it tells; docs list them and a test compares the two."""


class Log(Model):
    """The one row that names this log, so that a cursor of another log is told apart."""

    id = fields.IntField(primary_key=True)
    token = fields.CharField(max_length=2 * _LOG_ID_BYTES)

    class Meta:
        table = "log"


class Event(Model):
    """One fact. Its `seq` is the position that cursors carry, and rows are never changed."""

    noun = "event"

    seq = fields.BigIntField(primary_key=True)
    kind = fields.CharField(max_length=60)
    occurred_at = Instant()
    actor_type = fields.CharField(max_length=20)
    actor_id = nullable(fields.BigIntField())
    subject_type = fields.CharField(max_length=20)
    subject_id = fields.BigIntField()
    customer_id = nullable(fields.BigIntField())
    is_internal = fields.BooleanField(default=False)
    changes: fields.Field[list[dict[str, Any]]] = fields.JSONField(default=list)

    class Meta:
        table = "event"
        indexes = (("subject_type", "subject_id", "seq"), ("customer_id", "seq"), ("kind", "seq"))


class EventReason(Model):
    """What a person wrote beside an event: kept apart, so that erasing it leaves the log."""

    seq = fields.BigIntField(primary_key=True, generated=False)
    reason = fields.TextField()

    class Meta:
        table = "event_reason"


@dataclass(frozen=True, slots=True)
class Fact:
    """An event that a verb recorded and the transaction has not appended yet."""

    kind: str
    actor_type: str
    actor_id: int | None
    subject_type: str
    subject_id: int
    customer_id: int | None
    changes: list[dict[str, Any]]
    reason: str | None
    is_internal: bool
    occurred_at: datetime


@dataclass(frozen=True, slots=True)
class EventRow:
    """An event as those who follow the log get it."""

    seq: int
    kind: str
    occurred_at: datetime
    actor_type: str
    actor_id: int | None
    subject_type: str
    subject_id: int
    customer_id: int | None
    is_internal: bool
    changes: list[dict[str, Any]]

    def change(self, field: str) -> dict[str, Any] | None:
        """What happened to `field`: {"field", "before", "after"}, or None where nothing did."""
        return next((c for c in self.changes if c["field"] == field), None)


def record(
    act: Act,
    kind: str,
    subject: Record,
    *,
    customer_id: int | None = None,
    changes: Sequence[tuple[str, Any, Any]] = (),
    reason: str | None = None,
    is_internal: bool = False,
    occurred_at: datetime | None = None,
) -> None:
    """Notes a fact of this act; its transaction appends it as its last step.

    It happened at the act's time, unless `occurred_at` says when.

    `changes` are (field, before, after) with values that JSON can hold; those that are equal are
    left out. Raises KeyError for a kind that KINDS does not list.
    """
    KINDS[kind]
    told = [{"field": f, "before": b, "after": a} for f, b, a in changes if b != a]
    act.facts.append(
        Fact(
            kind,
            act.viewer.actor_type,
            act.viewer.actor_id,
            subject.noun,
            subject.id,
            customer_id,
            told,
            reason,
            is_internal,
            occurred_at or act.now,
        )
    )


async def hold_the_end(connection: BaseDBAsyncClient) -> None:
    """Keeps all others from appending until this transaction ends, which wakes their readers."""
    if connection.capabilities.dialect == "postgres":
        await connection.execute_query_dict(f"SELECT pg_advisory_xact_lock({_APPEND_LOCK})")
        await connection.execute_query_dict(f"SELECT pg_notify('{CHANNEL}', '')")


async def append(act: Act) -> None:
    """Writes what the act recorded, in order, at the end of the log.

    On PostgreSQL the lock is held from here to the commit, so that numbers rise in commit order.
    """
    if not act.facts:
        return
    await hold_the_end(Event._meta.db)
    for fact in act.facts:
        row = await Event.create(
            kind=fact.kind,
            occurred_at=fact.occurred_at,
            actor_type=fact.actor_type,
            actor_id=fact.actor_id,
            subject_type=fact.subject_type,
            subject_id=fact.subject_id,
            customer_id=fact.customer_id,
            is_internal=fact.is_internal,
            changes=fact.changes,
        )
        if fact.reason is not None:
            await EventReason.create(seq=row.seq, reason=fact.reason)


async def reasons_of(actor_type: str, actor_id: int) -> dict[int, set[str]]:
    """What a person wrote beside events about complaints, by the complaint's number."""
    found: dict[int, set[str]] = {}
    rows = Event.filter(actor_type=actor_type, actor_id=actor_id, subject_type="complaint")
    for event in await rows:
        reason = await EventReason.get_or_none(seq=event.seq)
        if reason is not None:
            found.setdefault(event.subject_id, set()).add(reason.reason)
    return found


async def erase_reasons(actor_type: str, actor_id: int) -> None:
    """Erases what a person wrote beside its events; the events stay as they were."""
    written = Event.filter(actor_type=actor_type, actor_id=actor_id).values_list("seq", flat=True)
    await EventReason.filter(seq__in=await written).delete()


def reading() -> BaseDBAsyncClient:
    """The connection for reads: on SQLite one that waits behind no writer."""
    default = get_connection("default")
    return get_connection("reading") if default.capabilities.dialect == "sqlite" else default


async def read_after(
    seq: int, *, limit: int = bounds.EVENTS_PER_READ_MAX, kinds: Sequence[str] | None = None
) -> list[EventRow]:
    """The next events of the log after `seq`, in commit order, at most `limit`.

    `kinds` names those that are wanted, where it is not all.
    """
    wanted = {} if kinds is None else {"kind__in": list(kinds)}
    rows = await (
        Event.filter(seq__gt=seq, **wanted).order_by("seq").limit(limit).using_db(reading())
    )
    return [EventRow(*(getattr(row, name) for name in EventRow.__slots__)) for row in rows]


async def head(viewer: Viewer | None = None) -> int:
    """The number of the newest event, of those that a viewer sees; 0 where there is none."""
    seen = {} if viewer is None else criteria(viewer, Event.noun)
    row = (
        await Event.filter(**seen).order_by("-seq").limit(1).using_db(reading()).values_list("seq")
    )
    return int(row[0][0]) if row else 0


async def log_token() -> str:
    """The name of this log, made with its first use."""
    row = await Log.get_or_none(id=1)
    if row is None:
        row, _ = await Log.get_or_create(id=1, defaults={"token": secrets.token_hex(_LOG_ID_BYTES)})
    return row.token


def cursor_text(token: str, seq: int) -> str:
    """The position after event `seq`, as clients keep it."""
    return f"{token}-{seq}"


def cursor_seq(token: str, cursor: str, newest: int) -> int:
    """The number that a client's cursor stands for.

    Raises CursorInvalid where it is malformed, of another log, or beyond `newest`.
    """
    name, _, number = cursor.partition("-")
    if name != token or not number.isascii() or not number.isdigit() or len(number) > 18:
        raise CursorInvalid
    if int(number) > newest:
        raise CursorInvalid
    return int(number)
