"""Interactions: what was said to a customer, what was agreed, and when to follow up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Self

from tortoise import fields

from models import bounds
from models.access import Role
from models.base import ERASED, Act, Edited
from models.columns import Instant, nullable, to, to_or_none
from models.contact import contact_of
from models.customer import Customer, start_of_day
from models.errors import RuleViolated
from models.events import Change, Fields, Kind
from models.faults import Faults, optional_reason
from models.predicate import begun, missing
from models.staff import StaffMember, active_staff


class InteractionKind(str, Enum):
    MEETING = "MEETING"
    CALL = "CALL"
    EMAIL = "EMAIL"
    SERVICE_REVIEW = "SERVICE_REVIEW"
    ESCALATION_TALK = "ESCALATION_TALK"
    OTHER = "OTHER"


@dataclass(frozen=True)
class Recorded(Fields):
    kind: Change


RECORDED = Kind(
    "interaction.recorded",
    "An interaction with a customer was recorded.",
    Recorded,
    is_internal=True,
)
FOLLOW_UP_COMPLETED = Kind(
    "interaction.follow_up_completed",
    "The follow-up of an interaction was completed.",
    Fields,
    is_internal=True,
)


class Interaction(Edited):
    """A meeting, a call or a service review with a customer."""

    noun = "interaction"

    kind = fields.CharEnumField(InteractionKind, max_length=20)
    customer = to("Customer")
    customer_id: int
    contact = to_or_none("Contact")
    contact_id: int | None
    held_by = to_or_none("StaffMember")
    held_by_id: int | None
    occurred_at = Instant()
    summary = fields.TextField()
    agreed_actions = nullable(fields.TextField())
    follow_up_on = nullable(fields.DateField())
    follow_up_at = nullable(Instant())
    followed_up_at = nullable(Instant())

    class Meta:
        table = "interaction"
        indexes = (
            ("customer_id", "occurred_at", "id"),
            ("occurred_at", "id"),
            ("held_by_id", "follow_up_at"),
        )

    @classmethod
    async def record(
        cls,
        act: Act,
        *,
        customer_id: int,
        kind: InteractionKind,
        summary: str,
        occurred_at: datetime | None = None,
        agreed_actions: str | None = None,
        follow_up_on: date | None = None,
        contact_id: int | None = None,
        held_by_id: int | None = None,
    ) -> Self:
        """Records what was said. A service review plans the customer's next one."""
        is_review = kind is InteractionKind.SERVICE_REVIEW
        customer = await Customer.within(act, customer_id, "customer_id", is_locked=is_review)
        faults = Faults()
        row = cls.new(act, kind=kind, customer_id=customer.id)
        row.summary = faults.text("summary", summary, bounds.TEXT_CHARACTERS_MAX)
        row.agreed_actions = faults.optional_text(
            "agreed_actions", agreed_actions, bounds.TEXT_CHARACTERS_MAX
        )
        row.occurred_at = faults.recent(
            "occurred_at",
            occurred_at or act.now,
            act.now,
            days_max=bounds.INTERACTION_DAYS_AGO_MAX,
        )
        row._follow_up(faults, act, customer, follow_up_on)
        row.contact_id = await contact_of(act, faults, customer.id, contact_id, "contact_id")
        faults.settle()
        row.held_by_id = await _manager(act, customer, held_by_id)
        await row.save()
        RECORDED.record(act, row, Recorded(kind))
        if is_review:
            await customer.reviewed(act, row.occurred_at)
        return row

    async def complete_follow_up(self, act: Act, *, note: str | None = None) -> None:
        """What was agreed has been followed up."""
        clean = optional_reason(note, "note")
        if not FOLLOW_UP_OPEN.holds(self):
            raise RuleViolated(
                "interaction_has_open_follow_up",
                en="This interaction has no open follow-up.",
                es="Esta interacción no tiene ningún seguimiento pendiente.",
            )
        self.followed_up_at = act.now
        await self.edited(act)
        FOLLOW_UP_COMPLETED.record(act, self, Fields(reason=clean))

    @classmethod
    async def forget(cls, act: Act, contact_id: int) -> None:
        """Replaces what was said and agreed in talks with the person; their days stay."""
        for row in await cls.locked(contact_id=contact_id):
            row.summary, row.agreed_actions = ERASED, row.agreed_actions and ERASED
            await row.save()

    @classmethod
    async def move_days(cls, act: Act, customer_id: int, time_zone: str) -> None:
        """What is still to be followed up is due when its day begins there."""
        for row in await cls.locked(FOLLOW_UP_OPEN.q(), customer_id=customer_id):
            assert row.follow_up_on is not None
            row.follow_up_at = start_of_day(row.follow_up_on, time_zone)
            await row.save()

    def _follow_up(self, faults: Faults, act: Act, customer: Customer, day: date | None) -> None:
        self.follow_up_on, self.follow_up_at = day, None
        if day is None:
            return
        if day < act.now.astimezone(customer.zone).date():
            faults.invalid(
                "follow_up_on",
                "not in the past",
                "This day is in the past in the customer's time zone.",
                "Este día ya ha pasado en la zona horaria del cliente.",
            )
        else:
            self.follow_up_at = start_of_day(day, customer.time_zone)


async def _manager(act: Act, customer: Customer, given: int | None) -> int | None:
    """Who talked: the one that is given, the caller where it manages, or the customer's own."""
    if given is not None:
        return int((await active_staff(act, given, "held_by_id")).id)
    is_manager = Role.RELATIONSHIP_MANAGER in act.viewer.roles
    if is_manager and act.viewer.actor_type == StaffMember.noun:
        return act.viewer.actor_id
    return customer.relationship_manager_id


FOLLOW_UP_OPEN = ~missing("follow_up_on") & missing("followed_up_at")
FOLLOW_UP_DUE = begun("follow_up_at") & missing("followed_up_at")
"""Its day has begun in the customer's zone, and nobody has followed up."""
