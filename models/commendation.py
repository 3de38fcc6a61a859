"""Commendations: the praise of a contact for a service."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from tortoise import fields

from models import bounds
from models.base import ERASED, Act, Record
from models.columns import Instant, to
from models.contact import Contact
from models.errors import RuleViolated
from models.events import Change, Fields, Kind, ref
from models.faults import Faults
from models.rules.lifecycle import PortfolioStatus
from models.service import Service


@dataclass(frozen=True)
class Recorded(Fields):
    service_id: Change


RECORDED = Kind("commendation.recorded", "A contact praised a service.", Recorded)


class Commendation(Record):
    """What a contact praised a service for. It is never edited."""

    noun = "commendation"

    customer = to("Customer")
    customer_id: int
    contact = to("Contact")
    contact_id: int
    service = to("Service")
    service_id: int
    text = fields.TextField()
    received_at = Instant()

    class Meta:
        table = "commendation"
        indexes = (
            ("customer_id", "received_at", "id"),
            ("service_id", "received_at", "id"),
            ("received_at", "id"),
            ("contact_id", "id"),
        )

    @classmethod
    async def record(
        cls,
        act: Act,
        *,
        contact_id: int,
        service_id: int,
        text: str,
        received_at: datetime | None = None,
    ) -> Self:
        """Records praise. The contact is locked, so that an erasure misses none of its words."""
        faults = Faults()
        row = cls.new(act)
        row.text = faults.text("text", text, bounds.TEXT_CHARACTERS_MAX)
        row.received_at = faults.recent(
            "received_at", received_at or act.now, act.now, days_max=bounds.RECEIVED_DAYS_AGO_MAX
        )
        contact = await faults.of(Contact.within(act, contact_id, "contact_id"))
        service = await faults.of(Service.within(act, service_id, "service_id", is_locked=False))
        if contact is not None:
            row.customer_id, row.contact_id = contact.customer_id, contact.id
            _is_active(faults, contact)
        if service is not None:
            row.service_id = service.id
            _was_published(faults, service)
        faults.settle()
        await row.save()
        RECORDED.record(act, row, Recorded(ref(Service.noun, row.service_id)))
        return row

    @classmethod
    async def forget(cls, act: Act, contact_id: int) -> None:
        """Replaces the person's words; that the service was praised stays."""
        for row in await cls.locked(contact_id=contact_id):
            row.text = ERASED
            await row.save()


def _is_active(faults: Faults, contact: Contact) -> None:
    if not contact.is_active:
        faults.add(
            RuleViolated(
                "commending_contact_is_active",
                en="This contact is deactivated.",
                es="Este contacto está desactivado.",
                path=("contact_id",),
            )
        )


def _was_published(faults: Faults, service: Service) -> None:
    if service.portfolio_status is PortfolioStatus.PIPELINE:
        faults.add(
            RuleViolated(
                "commended_service_was_published",
                en="This service is still in the pipeline.",
                es="Este servicio todavía está en preparación.",
                path=("service_id",),
            )
        )
