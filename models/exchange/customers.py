"""The table of customers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tortoise.functions import Min

from models import bounds
from models.access import Role
from models.base import sort_key
from models.customer import Customer
from models.errors import RuleViolated
from models.exchange.cells import YES, Entry
from models.exchange.sheet import EXTERNAL_KEY, ID, Sheet
from models.exchange.table import Column
from models.rules.lifecycle import CUSTOMER, CustomerStage

_KINDS = {
    "activate": "customer.activated",
    "mark_dormant": "customer.marked_dormant",
    "return_to_prospect": "customer.returned_to_prospect",
}
"""The steps that need no reason, which a cell can't give, and their kinds of event."""


class Customers(Sheet[Customer]):
    """Customers, registered, edited and moved along their lifecycle."""

    name = "customers"
    model = Customer
    columns = (
        ID,
        EXTERNAL_KEY,
        Column("name", "The organisation's name.", True),
        Column("domain", "Its internet domain."),
        Column("industry", "Its industry."),
        Column("stage", "PROSPECT (the default of a new one), ACTIVE, DORMANT or FORMER."),
        Column("time_zone", "An IANA time zone.", True),
        Column("locale", "A BCP 47 language tag; `en` where it is empty."),
        Column("relationship_manager", "The e-mail address of a relationship manager."),
        Column("review_interval_days", "Days between service reviews; 90 where it is empty."),
        Column(
            "accept_duplicate", "`yes` registers one that looks like another by name or domain."
        ),
    )
    arguments = {"relationship_manager_id": "relationship_manager"}  # noqa: RUF012

    _lines: dict[tuple[str, str], int]
    _alike: dict[tuple[str, str], int]

    async def begin(self) -> None:
        await super().begin()
        self._lines = {}

    async def look_up(self, entries: Sequence[Entry], rows: Sequence[Customer]) -> None:
        names = {sort_key(entry.cells.get("name", "")) for entry in entries}
        domains = {entry.cells.get("domain", "").lower() for entry in entries}
        self._alike = {}
        for column, values in (("sort_name", names), ("domain", domains - {""})):
            first = Customer.filter(**{f"{column}__in": sorted(values)}).annotate(first=Min("id"))
            for value, row_id in await first.group_by(column).values_list(column, "first"):
                self._alike[column, value] = row_id

    def make(self, entry: Entry) -> Customer:
        row = Customer(
            created_at=self.act.now,
            updated_at=self.act.now,
            stage=CustomerStage.PROSPECT,
            locale="en",
            review_interval_days=bounds.REVIEW_INTERVAL_DAYS_DEFAULT,
        )
        row.describe(entry.faults, **self._particulars(entry, row))
        row.relationship_manager_id = self._manager(entry, None)
        self._wanted_stage(entry, row)
        self._looks_new(entry, row)
        return row

    def tell_made(self, row: Customer, entry: Entry) -> None:
        row.tell_registered(self.act)
        self._step(entry, row)

    def change(self, row: Customer, entry: Entry) -> None:
        given = self._particulars(entry, row)
        if any(getattr(row, name) != value for name, value in given.items()):
            was = row.version, len(self.act.facts)
            before = {name: getattr(row, name) for name in given}
            row.describe_anew(self.act, entry.faults, **given)
            if not entry.faults.found and before == {n: getattr(row, n) for n in given}:
                row.version = was[0]
                del self.act.facts[was[1] :]
        manager = self._manager(entry, row.relationship_manager_id)
        self._wanted_stage(entry, row)
        if entry.faults.found:
            return
        if manager != row.relationship_manager_id:
            row.take_manager(self.act, manager)
        self._step(entry, row)

    def shown(self, row: Customer) -> dict[str, str]:
        return {
            "name": row.name,
            "domain": row.domain or "",
            "industry": row.industry or "",
            "stage": row.stage.value,
            "time_zone": row.time_zone,
            "locale": row.locale,
            "relationship_manager": self.email_of(row.relationship_manager_id),
            "review_interval_days": str(row.review_interval_days),
            "accept_duplicate": YES,
        }
