"""Contacts: the people who speak for a customer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any, Self

from tortoise import fields

from models import bounds, events, idempotency
from models.base import ERASED, Act, ExternallyKeyed, nouns, sort_key
from models.columns import nullable, to
from models.customer import Customer
from models.errors import InvalidInput, RuleViolated
from models.events import Change, Deactivated, Fields, Keyed, Kind
from models.faults import Faults

on_erased: list[Callable[[], Awaitable[None]]] = []
"""Awaited after an erasure has committed: what files still hold of the person goes too."""


class ContactRole(str, Enum):
    SPONSOR = "SPONSOR"
    DECISION_MAKER = "DECISION_MAKER"
    SERVICE_OWNER = "SERVICE_OWNER"
    USER_REPRESENTATIVE = "USER_REPRESENTATIVE"
    BILLING = "BILLING"
    OTHER = "OTHER"


@dataclass(frozen=True)
class Particulars(Keyed):
    role: Change
    is_primary: Change


ADDED = Kind("contact.added", "A contact was added to a customer.", Particulars)
UPDATED: Kind[Keyed] = Kind("contact.updated", "A contact's particulars changed.", Particulars)
DEACTIVATED = Kind("contact.deactivated", "A contact was deactivated.", Deactivated)
CONTACT_ERASED = Kind("contact.erased", "A contact's personal data was erased on request.", Fields)


class Contact(ExternallyKeyed):
    """A person at a customer, with a role in the relationship."""

    noun = "contact"
    searched = ("name", "email")

    customer = to("Customer")
    customer_id: int
    name = fields.CharField(max_length=bounds.NAME_CHARACTERS_MAX)
    sort_name = fields.CharField(max_length=2 * bounds.NAME_CHARACTERS_MAX, default="")
    email = fields.CharField(max_length=bounds.EMAIL_CHARACTERS_MAX)
    phone = nullable(fields.CharField(max_length=bounds.PHONE_CHARACTERS_MAX))
    role = fields.CharEnumField(ContactRole, max_length=20)
    is_primary = fields.BooleanField(default=False)
    is_active = fields.BooleanField(default=True)
    locale = fields.CharField(max_length=bounds.LOCALE_CHARACTERS_MAX)

    class Meta:
        table = "contact"
        indexes = (("customer_id", "sort_name", "id"),)

    @classmethod
    async def add(
        cls,
        act: Act,
        *,
        customer_id: int,
        name: str,
        email: str,
        role: ContactRole,
        phone: str | None = None,
        locale: str | None = None,
        is_primary: bool = False,
    ) -> Self:
        """Adds a person; a primary one takes the place of the customer's primary contact."""
        customer = await Customer.within(act, customer_id, "customer_id")
        row = cls.new(act, customer_id=customer.id, role=role, is_primary=is_primary)
        faults = Faults()
        row.take_particulars(
            faults, name=name, email=email, phone=phone, locale=locale or customer.locale
        )
        await row._email_is_free(faults)
        faults.settle()
        await row._alone_as_primary(act)
        await row.save()
        row.tell_added(act)
        return row

    def tell_added(self, act: Act) -> None:
        """The event of a contact that was stored."""
        ADDED.record(act, self, self._told())

    def _told(self) -> Particulars:
        return Particulars(self.role, self.is_primary)

    async def update(
        self,
        act: Act,
        *,
        name: str | None = None,
        email: str | None = None,
        phone: str | None = None,
        role: ContactRole | None = None,
        locale: str | None = None,
        is_primary: bool | None = None,
    ) -> None:
        """Changes what is given and leaves the rest; an empty phone takes it away."""
        faults = Faults()
        self.edit_particulars(
            act,
            faults,
            role=role or self.role,
            is_primary=self.is_primary if is_primary is None else is_primary,
            name=name if name is not None else self.name,
            email=email if email is not None else self.email,
            phone=phone if phone is not None else self.phone,
            locale=locale if locale is not None else self.locale,
        )
        if email is not None:
            await self._email_is_free(faults)
        faults.settle()
        await self._alone_as_primary(act)
        await self.save()

    def edit_particulars(
        self,
        act: Act,
        faults: Faults,
        *,
        role: ContactRole,
        is_primary: bool,
        **particulars: Any,
    ) -> None:
        """An edit that is still to be stored, and its event; neither where there are faults."""
        before = self._told()
        self.take_particulars(faults, **particulars)
        self.role, self.is_primary = role, is_primary
        if self.is_primary and not self.is_active:
            faults.add(
                InvalidInput(
                    "active",
                    en="A deactivated contact can't be the primary contact.",
                    es="Un contacto desactivado no puede ser el contacto principal.",
                    path=("is_primary",),
                )
            )
        if faults.found:
            return
        self.touch(act)
        UPDATED.record(act, self, self._told(), before)

    async def deactivate(self, act: Act) -> None:
        """The person no longer speaks for the customer; history keeps them."""
        if not self.is_active:
            raise RuleViolated(
                "contact_is_active",
                en="This contact is already deactivated.",
                es="Este contacto ya está desactivado.",
            )
        self.leave(act)
        await self.save()

    def leave(self, act: Act) -> None:
        """A deactivation that is still to be stored, and its event."""
        self.is_active = self.is_primary = False
        self.touch(act)
        DEACTIVATED.record(act, self, Deactivated())

    async def erase(self, act: Act) -> None:
        """Replaces what tells who the person was, and what the person wrote, for good."""
        self.name, self.phone, self.is_primary, self.is_active = ERASED, None, False, False
        self.sort_name, self.email = sort_key(ERASED), f"erased-{self.id}@invalid.example"
        self.external_key = None
        for noun in nouns():
            await noun.forget(act, self.id)
        await events.erase_values(actor_type=self.noun, actor_id=self.id)
        await events.erase_values(subject_type=self.noun, subject_id=self.id)
        await idempotency.forget(f"{self.noun}:{self.id}")
        await self.edited(act)
        CONTACT_ERASED.record(act, self, Fields())
        act.afterwards += on_erased

    def take_particulars(
        self, faults: Faults, *, name: str, email: str, phone: str | None, locale: str
    ) -> None:
        self.name = faults.text("name", name, bounds.NAME_CHARACTERS_MAX)
        self.sort_name = sort_key(self.name)
        self.email = faults.email("email", email)
        self.phone = faults.optional_text("phone", phone, bounds.PHONE_CHARACTERS_MAX)
        self.locale = faults.locale("locale", locale)

    async def _email_is_free(self, faults: Faults) -> None:
        others = Contact.filter(
            customer_id=self.customer_id, email__iexact=self.email, is_active=True
        )
        if self.id is not None:
            others = others.exclude(id=self.id)
        if await others.exists():
            faults.invalid(
                "email",
                "unique",
                "Another active contact of this customer has this address.",
                "Otro contacto activo de este cliente tiene esta dirección.",
            )

    async def _alone_as_primary(self, act: Act) -> None:
        if self.is_primary:
            await (
                Contact.filter(customer_id=self.customer_id, is_primary=True)
                .exclude(id=self.id or 0)
                .update(is_primary=False, updated_at=act.now)
            )


async def contact_of(
    act: Act, faults: Faults, customer_id: int, contact_id: int | None, path: str
) -> int | None:
    """The number of a customer's contact, if one is named; what is none of its is a fault."""
    if contact_id is None:
        return None
    contact = await faults.of(Contact.within(act, contact_id, path, is_locked=False))
    if contact is not None and contact.customer_id != customer_id:
        faults.invalid(
            path,
            "belongs together",
            "This contact belongs to another customer.",
            "Este contacto pertenece a otro cliente.",
        )
    return None if contact is None else contact.id
