"""What the table of each kind has in common: columns, keys, references, and how a row is told."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar, Generic, TypeVar

from models.access import Role
from models.base import Act, ExternallyKeyed
from models.errors import NotFound
from models.events import Keyed, Kind, Personal
from models.exchange.cells import Entry
from models.exchange.csv_file import Column
from models.staff import StaffMember, unfitness

R = TypeVar("R", bound=ExternallyKeyed)

ID = Column("id", "The row's id in Rapport; needed only without an external key.")
EXTERNAL_KEY = Column(
    "external_key", "The row's key in another system, unique among its kind.", True
)


class Sheet(ABC, Generic[R]):
    """One kind's table during one import or export, and what it must remember meanwhile.

    The rules are those of the verbs: a row is described and stepped by its model, which finds the
    faults and notes the events. What a verb asks the database for one row, `look_up` asks for many.
    """

    name: ClassVar[str]
    columns: ClassVar[tuple[Column, ...]]
    model: type[R]
    updated: ClassVar[Kind[Keyed]]
    """The kind of event that tells of another key."""

    def __init__(self, act: Act, *, is_dry_run: bool) -> None:
        self.act = act
        self.is_dry_run = is_dry_run
        self._staff: dict[str, StaffMember] = {}
        self._emails: dict[int, str] = {}

    async def begin(self) -> None:
        """What is to be done before the first row."""
        for person in await StaffMember.all().order_by("is_active", "-id"):
            self._staff[person.email.casefold()] = person
            self._emails[person.id] = person.email

    async def look_up(self, entries: Sequence[Entry], rows: Sequence[R]) -> None:
        """Fetches what these entries refer to, and what is needed to show these rows."""
        return

    @abstractmethod
    def make(self, entry: Entry) -> R:
        """A new row, not stored; what is wrong goes into the entry's faults."""

    @abstractmethod
    def tell_made(self, row: R, entry: Entry) -> None:
        """Notes the events of a new row, which has its key by now."""

    @abstractmethod
    def change(self, row: R, entry: Entry) -> None:
        """Applies an entry to a row, not stored, and notes the events."""

    @abstractmethod
    def shown(self, row: R) -> dict[str, str]:
        """The cells of a row but `id` and `external_key`."""

    def set_external_key(self, row: R, key: str) -> None:
        """Gives a row another external key: an edit of its own, with its event."""
        before, row.external_key = row.external_key, key
        row.touch(self.act)
        self.updated.record(self.act, row, Keyed(external_key=self.key_told(before, key)))

    def key_told(self, before: str | None, key: str) -> Personal:
        """What the log says of another key."""
        return before, key

    async def before_writing(self) -> None:
        """What must be stored before the rows of this part are."""
        return

    async def finish(self) -> Iterable[Entry]:
        """Entries at fault by what stands in others; called after the last row."""
        return ()

    def cells(self, row: R) -> dict[str, str]:
        """A row's cells. One with a key needs no id, which means nothing elsewhere."""
        named = f"{row.noun}_{row.id}" if row.external_key is None else ""
        return {"id": named, "external_key": row.external_key or "", **self.shown(row)}

    def line(self, row: R) -> dict[str, str]:
        """The row as an export writes it."""
        return self.cells(row)

    def exported(self) -> dict[str, Any]:
        """Which rows an export has, as a filter."""
        return {}

    def member(
        self, entry: Entry, column: str, kept: int | None, role: Role | None = None
    ) -> int | None:
        """The member of staff whose e-mail address a cell holds; active, where it is another."""
        email = entry.text(column, kept=self._emails.get(kept or 0, ""))
        if not email:
            return None
        person = self.staff_at(email)
        if person is None:
            entry.faults.add(NotFound((column,)))
        elif person.id != kept:
            for fault in unfitness(person, (column,), role):
                entry.faults.add(fault)
        return None if person is None else person.id

    def staff_at(self, email: str) -> StaffMember | None:
        return self._staff.get(email.casefold())

    def email_of(self, staff_id: int | None) -> str:
        return self._emails.get(staff_id or 0, "")


def row_number(noun: str, text: str) -> int | None:
    """The number in a global id of this noun; None for what has not that form."""
    name, _, digits = text.rpartition("_")
    is_id = name == noun and digits.isascii() and digits.isdigit() and len(digits) <= 18
    return int(digits) if is_id else None


async def referred(model: type[R], texts: Iterable[str], *, is_locked: bool) -> dict[str, R]:
    """The rows that texts name, by external key or id; those of no row are left out."""
    wanted = {text for text in texts if text}
    numbers = {text: number for text in wanted if (number := row_number(model.noun, text))}
    found: dict[str, R] = {}
    for row in await rows_of(model, "external_key", wanted - numbers.keys(), is_locked=is_locked):
        assert row.external_key is not None
        found[row.external_key] = row
    by_id = {
        row.id: row for row in await rows_of(model, "id", numbers.values(), is_locked=is_locked)
    }
    found |= {text: by_id[number] for text, number in numbers.items() if number in by_id}
    return found


async def rows_of(
    model: type[R], column: str, values: Iterable[Any], *, is_locked: bool
) -> list[R]:
    """The rows whose column has one of these values, locked for this transaction if asked."""
    listed = sorted(set(values))
    if not listed:
        return []
    query = model.filter(**{f"{column}__in": listed}).order_by("id")
    return await (query.select_for_update(no_key=True) if is_locked else query)
