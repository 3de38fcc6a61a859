"""The table of contacts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from models.base import ERASED, Act
from models.contact import UPDATED, Contact, ContactRole
from models.customer import Customer
from models.errors import NotFound, RuleViolated
from models.events import Personal
from models.exchange.cells import Entry, flag_text
from models.exchange.csv_file import Column
from models.exchange.sheet import EXTERNAL_KEY, ID, Sheet, referred, rows_of


class Contacts(Sheet[Contact]):
    """Contacts, added to customers, edited and deactivated."""

    name = "contacts"
    model = Contact
    updated = UPDATED
    columns = (
        ID,
        EXTERNAL_KEY,
        Column("customer", "The customer's external key or id.", True),
        Column("name", "The person's name.", True),
        Column("email", "An e-mail address, unique among the customer's active contacts.", True),
        Column("role", f"One of {', '.join(role.value for role in ContactRole)}.", True),
        Column("phone", "A telephone number."),
        Column("locale", "A BCP 47 language tag; the customer's if empty."),
        Column("is_primary", "`yes` for the customer's primary contact; `no` if empty."),
        Column("is_active", "`no` deactivates the contact; `yes` if empty."),
    )

    def __init__(self, act: Act, *, is_dry_run: bool) -> None:
        super().__init__(act, is_dry_run=is_dry_run)
        self._named: dict[str, Customer] = {}
        self._customers: dict[int, Customer] = {}
        self._addresses: dict[tuple[int, str], int] = {}
        self._taken: set[tuple[int, str]] = set()
        self._freed: set[tuple[int, str]] = set()
        self._primary_lines: dict[int, int] = {}
        self._displaced: list[int] = []

    async def look_up(self, entries: Sequence[Entry], rows: Sequence[Contact]) -> None:
        texts = [entry.cells.get("customer", "") for entry in entries]
        self._named = await referred(Customer, texts, is_locked=not self.is_dry_run)
        self._customers = {customer.id: customer for customer in self._named.values()}
        missing = {row.customer_id for row in rows} - self._customers.keys()
        others = await rows_of(Customer, "id", missing, is_locked=False)
        self._customers |= {customer.id: customer for customer in others}
        emails = {entry.cells.get("email", "") for entry in entries} - {""}
        taken = Contact.filter(email__in=sorted(emails), is_active=True) if emails else None
        self._addresses = {}
        if taken is not None:
            for customer_id, email, row_id in await taken.values_list("customer_id", "email", "id"):
                self._addresses[customer_id, email] = row_id

    def make(self, entry: Entry) -> Contact:
        row = Contact.new(self.act, customer_id=0, role=ContactRole.OTHER, locale="en")
        customer = self._named.get(entry.text("customer"))
        if customer is None:
            entry.faults.add(NotFound(("customer",)))
        else:
            row.customer_id, row.locale = customer.id, customer.locale
        given = self._particulars(entry, row)
        row.role, row.is_primary = given.pop("role"), given.pop("is_primary")
        row.take_particulars(entry.faults, **given)
        is_active = entry.flag("is_active", kept=True, empty=True)
        if row.is_primary and not is_active:
            entry.faults.add(_primary_is_active())
        self._is_alone(entry, row, is_active)
        self._is_only_primary(entry, row, was_primary=False)
        return row

    def tell_made(self, row: Contact, entry: Entry) -> None:
        row.tell_added(self.act)
        if not entry.flag("is_active", kept=True, empty=True):
            row.leave(self.act)

    def change(self, row: Contact, entry: Entry) -> None:
        if row.email.endswith("@invalid.example") and row.name == ERASED:
            entry.faults.add(_erased())
            return
        customer = self._named.get(entry.text("customer"))
        if customer is None:
            entry.faults.add(NotFound(("customer",)))
        elif customer.id != row.customer_id:
            entry.faults.add(_stays())
        if row.customer_id in self._primary_lines:
            row.is_primary = False
        was_primary, place = row.is_primary, (row.customer_id, row.email)
        given = self._particulars(entry, row)
        is_active = entry.flag("is_active", kept=row.is_active, empty=True)
        if is_active and not row.is_active:
            entry.faults.add(_stays_deactivated())
        if not is_active and row.is_active and given["is_primary"]:
            entry.faults.add(_primary_is_active())
        if any(getattr(row, name) != value for name, value in given.items()):
            row.edit_particulars(self.act, entry.faults, **given)
        if not entry.faults.found:
            self._is_alone(entry, row, is_active)
            self._is_only_primary(entry, row, was_primary)
        if entry.faults.found:
            return
        if row.is_active and not is_active:
            row.leave(self.act)
        if not row.is_active or (row.customer_id, row.email) != place:
            self._freed.add(place)

    def shown(self, row: Contact) -> dict[str, str]:
        customer = self._customers.get(row.customer_id)
        return {
            "customer": "" if customer is None else customer.external_key or _id(customer),
            "name": row.name,
            "email": row.email,
            "role": row.role.value,
            "phone": row.phone or "",
            "locale": row.locale,
            "is_primary": flag_text(row.is_primary),
            "is_active": flag_text(row.is_active),
        }

    async def before_writing(self) -> None:
        """Other primary contacts give way, as they do where a verb names a new one."""
        if self._displaced:
            primary = Contact.filter(customer_id__in=self._displaced, is_primary=True)
            await primary.update(is_primary=False, updated_at=self.act.now)
            self._displaced = []

    def key_told(self, before: str | None, key: str) -> Personal:
        """Nothing: a key may tell who the person is."""
        return None

    def exported(self) -> dict[str, Any]:
        """All but those whose personal data was erased."""
        return {"name__not": ERASED}

    def _particulars(self, entry: Entry, row: Contact) -> dict[str, Any]:
        customer = self._customers.get(row.customer_id)
        return {
            "name": entry.text("name"),
            "email": entry.text("email"),
            "role": entry.choice("role", ContactRole, kept=row.role),
            "phone": entry.text("phone", kept=row.phone) or None,
            "locale": entry.text(
                "locale", kept=row.locale, empty=row.locale if customer is None else customer.locale
            ),
            "is_primary": entry.flag("is_primary", kept=row.is_primary, empty=False),
        }

    def _is_alone(self, entry: Entry, row: Contact, is_active: bool) -> None:
        """A fault where another active contact of the customer has this one's address."""
        if not is_active or not row.customer_id:
            return
        place = (row.customer_id, row.email)
        other = None if place in self._freed else self._addresses.get(place)
        if place in self._taken or (other is not None and other != row.id):
            entry.faults.invalid(
                "email",
                "unique",
                "Another active contact of this customer has this address.",
                "Otro contacto activo de este cliente tiene esta dirección.",
            )
        self._taken.add(place)

    def _is_only_primary(self, entry: Entry, row: Contact, was_primary: bool) -> None:
        """A fault where a row above is the customer's primary contact; others will give way."""
        if not row.is_primary or not row.customer_id:
            return
        line = self._primary_lines.setdefault(row.customer_id, entry.line)
        if line != entry.line:
            entry.faults.add(_one_primary(line))
        if not was_primary:
            self._displaced.append(row.customer_id)


def _id(customer: Customer) -> str:
    return f"{customer.noun}_{customer.id}"


def _primary_is_active() -> RuleViolated:
    return RuleViolated(
        "primary_contact_is_active",
        en="A deactivated contact can't be the primary contact.",
        es="Un contacto desactivado no puede ser el contacto principal.",
        path=("is_primary",),
    )


def _one_primary(line: int) -> RuleViolated:
    return RuleViolated(
        "customer_has_one_primary_contact",
        en=f"Line {line} already has this customer's primary contact.",
        es=f"La línea {line} ya tiene el contacto principal de este cliente.",
        path=("is_primary",),
    )


def _stays() -> RuleViolated:
    return RuleViolated(
        "contact_stays_with_its_customer",
        en="This contact belongs to another customer.",
        es="Este contacto pertenece a otro cliente.",
        path=("customer",),
    )


def _stays_deactivated() -> RuleViolated:
    return RuleViolated(
        "contact_stays_deactivated",
        en="This contact was deactivated; add the person as a new contact.",
        es="Este contacto se desactivó; añada a la persona como contacto nuevo.",
        path=("is_active",),
    )


def _erased() -> RuleViolated:
    return RuleViolated(
        "erased_contact_stays_erased",
        en="This person's data was erased on request.",
        es="Los datos de esta persona se borraron a petición suya.",
        path=("id",),
    )
