"""What every table and every verb stands on: rows, versions, instants and transactions."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any, ClassVar, Self, TypeVar

from tortoise import Tortoise, fields
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.expressions import Q
from tortoise.models import Model

from models import access, bounds, searching
from models.columns import Instant, nullable
from models.errors import Conflict, NotFound, TransitionNotAllowed
from models.rules.lifecycle import Lifecycle
from models.rules.text import folded as folded

R = TypeVar("R", bound="Record")

ERASED = "[erased]"
"""Stands in the place of a person's data that was erased on request."""


@dataclass
class Act:
    """The circumstances of one transaction: who acts, and when (aware).

    `facts` are the events that verbs have recorded so far; the transaction appends them last.
    `afterwards` is what is awaited once it has committed.
    """

    viewer: access.Viewer
    now: datetime
    facts: list[Any] = field(default_factory=list)
    afterwards: list[Callable[[], Awaitable[None]]] = field(default_factory=list)


class Record(Model):
    """A row that is a noun of the domain. `noun` names it in events, ids and access rules.

    A row remembers what the database holds of it, and storing it writes the columns that differ.
    `searched` names those whose text is looked for: where it differs, the entry in the index does.

    What is changed is locked from when it is loaded (`within`, `locked`), so that nobody's write
    is undone. All lock in one order: a customer before what is its, a contact before complaints,
    a complaint before its actions (`locked_after` sees to that), and then what these share:
    requirement, SLA, service, staff; rows of one noun by their ids. Where two wait for each other
    all the same, PostgreSQL ends one and `transact` runs it again.
    """

    noun: ClassVar[str] = ""
    searched: ClassVar[tuple[str, ...]] = ()
    locked_after: ClassVar[tuple[type[Record], str] | None] = None
    """The noun that is locked before this one, and the column that names its row."""
    _held: dict[str, Any] | None = None

    id = fields.BigIntField(primary_key=True)
    created_at = Instant()
    updated_at = Instant()

    class Meta:
        abstract = True

    @classmethod
    def new(cls, act: Act, **values: Any) -> Self:
        """A row that is made by this act, and still to be stored."""
        return cls(created_at=act.now, updated_at=act.now, **values)

    @classmethod
    def _init_from_db(cls: type[R], **values: Any) -> R:
        row: R = super()._init_from_db(**values)
        if not row._partial:
            row._hold()
        return row

    async def save(self, using_db: BaseDBAsyncClient | None = None, **how: Any) -> None:  # type: ignore[override]
        """Stores a new row, or the columns that differ from what the database holds."""
        is_found = self.is_to_be_indexed
        if self._held is None:
            await super().save(using_db, **how)
        elif changed := self.changed:
            await super().save(using_db, update_fields=changed)
        self._hold()
        if is_found:
            await searching.index(self.entry(), using_db or self._meta.db)

    def _hold(self) -> None:
        """Remembers the row as the database holds it; what is mutable, by a copy."""
        self._held = {
            name: deepcopy(value) if isinstance(value, (list, dict)) else value
            for name, value in self.columns.items()
        }

    @property
    def columns(self) -> dict[str, Any]:
        """The row's values by column, its key among them."""
        return {name: getattr(self, name) for name in self._meta.fields_db_projection}

    @property
    def changed(self) -> list[str]:
        """The columns that differ from what the database holds: all of them in a new row."""
        held = self._held or {}
        return [
            name for name, value in self.columns.items() if name not in held or value != held[name]
        ]

    @property
    def is_to_be_indexed(self) -> bool:
        """Whether the row's text differs from what its entry in the index was made of."""
        return not set(self.searched).isdisjoint(self.changed)

    def entry(self) -> searching.SearchEntry:
        """What the row is found by."""
        texts = tuple(getattr(self, name) for name in self.searched)
        return searching.entry(self.noun, self.id, self.customer_of(), texts)

    def customer_of(self) -> int | None:
        """The number of the customer whose matter the row is; None for nobody's."""
        return self.id if self.noun == "customer" else getattr(self, "customer_id", None)

    @classmethod
    async def within(cls: type[R], act: Act, row_id: int, *path: str, is_locked: bool = True) -> R:
        """The row, locked for this transaction, if the actor's scope holds it.

        A row that is only referred to needs no lock. Raises NotFound at `path` (("id",) when
        left out).
        """
        query = cls.filter(id=row_id, **access.criteria(act.viewer, cls.noun))
        if is_locked and cls.locked_after is not None:
            before, column = cls.locked_after
            await before.locked(id__in=await query.values_list(column, flat=True))
        row = await (query.select_for_update(no_key=True) if is_locked else query).first()
        if row is None:
            raise NotFound(path or ("id",))
        return row

    @classmethod
    async def locked(cls: type[R], *which: Q, **criteria: Any) -> list[R]:
        """The rows that meet the criteria, locked for this transaction in the order of ids."""
        found = cls.filter(*which, **criteria).order_by("id")
        return await found.select_for_update(no_key=True, of=(cls._meta.db_table,))

    @classmethod
    async def forget(cls, act: Act, contact_id: int) -> None:
        """A hook: a contact's data is erased. What the person wrote is replaced by ERASED."""

    @classmethod
    async def move_days(cls, act: Act, customer_id: int, time_zone: str) -> None:
        """A hook: the days of a customer begin and end elsewhere from now on."""

    @classmethod
    async def calendar_revised(cls, act: Act, calendar_id: int) -> None:
        """A hook: a calendar counts otherwise, from now on or later."""

    @classmethod
    async def retired(cls, act: Act, noun: str, row_id: int) -> None:
        """A hook: a service or an item is used no more."""

    @classmethod
    async def complaint_closed(cls, act: Act, complaint: Record) -> None:
        """A hook: a complaint was closed."""


class Edited(Record):
    """A row that people edit. Only a person's edit or status change raises `version`."""

    version = fields.IntField(default=1)

    class Meta:
        abstract = True

    def expect(self, expected_version: int | None) -> None:
        """Raises Conflict where the row has moved on from the version that the caller saw."""
        if expected_version is not None and expected_version != self.version:
            raise Conflict(self, self.version)

    def advance(self, lifecycle: Lifecycle[Any], verb: str) -> tuple[Enum, Enum]:
        """Moves the row one step along its lifecycle.

        Returns what it left and what it entered, as events tell it. Raises TransitionNotAllowed,
        with the row as it was, where the table has no such step from here.
        """
        step = lifecycle.step(verb)
        before = getattr(self, lifecycle.column)
        if before not in step.sources:
            allowed = [status.value for status in lifecycle.targets_from(before)]
            raise TransitionNotAllowed(before.value, step.to.value, allowed)
        setattr(self, lifecycle.column, step.to)
        return before, step.to

    def touch(self, act: Act) -> None:
        """Marks a person's edit, which is still to be stored."""
        self.version += 1
        written_at = getattr(self, "updated_at", None) or act.now
        self.updated_at = max(written_at, act.now)

    async def edited(self, act: Act) -> None:
        """Stores a person's edit."""
        self.touch(act)
        await self.save()


class ExternallyKeyed(Edited):
    """A row that another system may know by a key of its own, unique among its noun's rows."""

    external_key = nullable(
        fields.CharField(max_length=bounds.EXTERNAL_KEY_CHARACTERS_MAX, unique=True)
    )

    class Meta:
        abstract = True


def nouns() -> list[type[Record]]:
    """Every noun, each after those that it names: the order in which hooks run, and lock."""
    return [model for model in Tortoise.apps["models"].values() if issubclass(model, Record)]


async def exists(noun: str, **criteria: Any) -> bool:
    """Whether a noun has a row that meets the criteria, for those that can't import it."""
    (model,) = (model for model in nouns() if model.noun == noun)
    return await model.filter(**criteria).exists()


def sort_key(name: str) -> str:
    """What names are ordered by: alike on both databases, whatever case and accents."""
    return folded(name)[: 2 * bounds.NAME_CHARACTERS_MAX]
