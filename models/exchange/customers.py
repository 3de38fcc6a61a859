"""The table of customers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from tortoise.functions import Min

from models import bounds
from models.access import Role
from models.base import Act, sort_key
from models.customer import ACTIVATED, MARKED_DORMANT, RETURNED_TO_PROSPECT, UPDATED, Customer
from models.errors import RuleViolated, TransitionNotAllowed
from models.exchange.cells import YES, Entry
from models.exchange.csv_file import Column
from models.exchange.sheet import EXTERNAL_KEY, ID, Sheet
from models.rules.lifecycle import CUSTOMER, CustomerStage

_LOCALE = "en"
_KINDS = {
    "activate": ACTIVATED,
    "mark_dormant": MARKED_DORMANT,
    "return_to_prospect": RETURNED_TO_PROSPECT,
}
"""The steps that need no reason, which a cell can't give, and their kinds of event."""


class Customers(Sheet[Customer]):
    """Customers, registered, edited and moved along their lifecycle."""

    name = "customers"
    model = Customer
    updated = UPDATED
    columns = (
        ID,
        EXTERNAL_KEY,
        Column("name", "The organisation's name.", True),
        Column("domain", "The organisation's internet domain."),
        Column("industry", "The organisation's industry."),
        Column("stage", "PROSPECT (the default for a new customer), ACTIVE, DORMANT or FORMER."),
        Column("time_zone", "An IANA time zone.", True),
        Column("locale", "A BCP 47 language tag; `en` if empty."),
        Column("relationship_manager", "The e-mail address of a relationship manager."),
        Column("review_interval_days", "Days between service reviews; 90 if empty."),
        Column(
            "accept_duplicate",
            "`yes` registers a customer whose name or domain looks like another's.",
        ),
    )

    def __init__(self, act: Act, *, is_dry_run: bool) -> None:
        super().__init__(act, is_dry_run=is_dry_run)
        self._lines: dict[tuple[str, str], int] = {}
        self._alike: dict[tuple[str, str], int] = {}

    async def look_up(self, entries: Sequence[Entry], rows: Sequence[Customer]) -> None:
        names = {sort_key(entry.cells.get("name", "")) for entry in entries}
        domains = {entry.cells.get("domain", "").lower() for entry in entries}
        self._alike = {}
        for column, values in (("sort_name", names), ("domain", domains - {""})):
            first = Customer.filter(**{f"{column}__in": sorted(values)}).annotate(first=Min("id"))
            for value, row_id in await first.group_by(column).values_list(column, "first"):
                self._alike[column, value] = row_id

    def make(self, entry: Entry) -> Customer:
        row = Customer.new(
            self.act,
            stage=CustomerStage.PROSPECT,
            locale=_LOCALE,
            review_interval_days=bounds.REVIEW_INTERVAL_DAYS_DEFAULT,
        )
        row.take_particulars(entry.faults, **self._particulars(entry, row))
        row.relationship_manager_id = self.member(
            entry, "relationship_manager", None, Role.RELATIONSHIP_MANAGER
        )
        self._verb(entry, row)
        self._looks_new(entry, row)
        return row

    def tell_made(self, row: Customer, entry: Entry) -> None:
        row.tell_registered(self.act)
        self._step(entry, row)

    def change(self, row: Customer, entry: Entry) -> None:
        given = self._particulars(entry, row)
        if any(getattr(row, name) != value for name, value in given.items()):
            row.edit_particulars(self.act, entry.faults, **given)
        manager = self.member(
            entry,
            "relationship_manager",
            row.relationship_manager_id,
            Role.RELATIONSHIP_MANAGER,
        )
        self._verb(entry, row)
        if entry.faults.found:
            return
        if manager != row.relationship_manager_id:
            row.take_manager(self.act, manager)
        self._step(entry, row)
        self._remember(entry, row)

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
        }

    def line(self, row: Customer) -> dict[str, str]:
        """What is there has been accepted, whatever it looks like."""
        return {**super().line(row), "accept_duplicate": YES}

    def _particulars(self, entry: Entry, row: Customer) -> dict[str, Any]:
        days = bounds.REVIEW_INTERVAL_DAYS_DEFAULT
        return {
            "name": entry.text("name"),
            "time_zone": entry.text("time_zone"),
            "locale": entry.text("locale", kept=row.locale, empty=_LOCALE),
            "industry": entry.text("industry", kept=row.industry) or None,
            "review_interval_days": entry.whole(
                "review_interval_days", kept=row.review_interval_days, empty=days
            ),
            "domain": entry.text("domain", kept=row.domain).lower() or None,
        }

    def _verb(self, entry: Entry, row: Customer) -> str | None:
        """The step to the stage that a cell asks for; None where the row is there."""
        wanted = entry.choice("stage", CustomerStage, kept=row.stage, empty=row.stage)
        if wanted is row.stage:
            return None
        steps = [step for step in CUSTOMER.steps_from(row.stage) if step.verb in _KINDS]
        verb = next((step.verb for step in steps if step.to is wanted), None)
        if verb is None:
            fault = TransitionNotAllowed(
                row.stage.value, wanted.value, [step.to.value for step in steps]
            )
            fault.path = ("stage",)
            entry.faults.add(fault)
        return verb

    def _step(self, entry: Entry, row: Customer) -> None:
        verb = self._verb(entry, row)
        if verb is not None:
            row.step(self.act, verb, _KINDS[verb])

    def _looks_new(self, entry: Entry, row: Customer) -> None:
        """A fault where a customer, or a row above, has the same name or domain."""
        told = next(filter(None, (self._other(*what) for what in _looks(row))), None)
        if told and not entry.flag("accept_duplicate", kept=False, empty=False):
            entry.faults.add(
                RuleViolated(
                    "customer_is_no_duplicate",
                    en=f"This looks like {told}; to import it anyway, put yes in accept_duplicate.",
                    es=f"Se parece a {told}; para importarlo, ponga yes en accept_duplicate.",
                    path=("name",),
                )
            )
        self._remember(entry, row)

    def _other(self, column: str, value: str) -> str | None:
        if (column, value) in self._lines:
            return f"line {self._lines[column, value]}"
        found = self._alike.get((column, value))
        return None if found is None else f"CUS-{found:06}"

    def _remember(self, entry: Entry, row: Customer) -> None:
        for what in _looks(row):
            self._lines.setdefault(what, entry.line)


def _looks(row: Customer) -> Iterator[tuple[str, str]]:
    """What a customer is known by, if it has it."""
    if row.sort_name:
        yield "sort_name", row.sort_name
    if row.domain:
        yield "domain", row.domain
