"""What every table and every verb stands on: rows, versions, instants and transactions."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, TypeVar

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
    """

    viewer: access.Viewer
    now: datetime
    facts: list[Any] = field(default_factory=list)


class Record(Model):
    """A row that is a noun of the domain. `noun` names it in events, ids and access rules.

    `searched` names the columns whose text is looked for: storing a row whose text is another
    than before stores its entry in the index too.
    """

    noun: ClassVar[str] = ""
    searched: ClassVar[tuple[str, ...]] = ()
    _indexed: tuple[str | None, ...] | None = None

    id = fields.BigIntField(primary_key=True)
    created_at = Instant()
    updated_at = Instant()

    class Meta:
        abstract = True

    @classmethod
    def _init_from_db(cls: type[R], **values: Any) -> R:
        row: R = super()._init_from_db(**values)
        if cls.searched and not row._partial:
            row._indexed = row._texts()
        return row

    async def save(self, using_db: BaseDBAsyncClient | None = None, **how: Any) -> None:  # type: ignore[override]
        """Stores the row, and what it is found by where that has changed."""
        await super().save(using_db, **how)
        if self.is_to_be_indexed:
            await searching.index(self.entry(), using_db or self._meta.db)
            self._indexed = self._texts()

    @property
    def is_to_be_indexed(self) -> bool:
        """Whether the row's text is another than its entry in the index was made of."""
        return bool(self.searched) and self._indexed != self._texts()

    def _texts(self) -> tuple[str | None, ...]:
        return tuple(getattr(self, name) for name in self.searched)

    def entry(self) -> searching.SearchEntry:
        """What the row is found by."""
        customer_id = self.id if self.noun == "customer" else getattr(self, "customer_id", None)
        return searching.entry(self.noun, self.id, customer_id, self._texts())

    @classmethod
    async def within(cls: type[R], act: Act, row_id: int, *path: str, is_locked: bool = True) -> R:
        """The row, locked for this transaction, if the actor's scope holds it.

        A row that is only referred to needs no lock. Raises NotFound at `path` (("id",) when
        left out).
        """
        query = cls.filter(id=row_id, **access.criteria(act.viewer, cls.noun))
        if is_locked:
            query = query.select_for_update(no_key=True)
        row = await query.first()
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

    def take(self, lifecycle: Lifecycle[Any], verb: str) -> tuple[str, str, str]:
        """Moves the row one step along its lifecycle.

        Returns the change as events tell it: (field, before, after). Raises
        TransitionNotAllowed, with the row as it was, where the table has no such step from here.
        """
        step = lifecycle.step(verb)
        before = getattr(self, lifecycle.column)
        if before not in step.sources:
            allowed = [status.value for status in lifecycle.targets_from(before)]
            raise TransitionNotAllowed(before.value, step.to.value, allowed)
        setattr(self, lifecycle.column, step.to)
        return camel(lifecycle.column), before.value, step.to.value

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


def camel(name: str) -> str:
    """A column's name as clients know the field: `time_zone` is timeZone."""
    first, *rest = name.split("_")
    return first + "".join(part.title() for part in rest)


def global_id(noun: str, row_id: int | None) -> str | None:
    """The id by which clients know a row; None for no row."""
    return None if row_id is None else f"{noun}_{row_id}"
