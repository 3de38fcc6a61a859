"""The append-only log: every fact, in commit order, with a number that readers follow.

On PostgreSQL the append takes one advisory lock as the transaction's last step, so numbers rise
in commit order; SQLite has one writer and needs none. Numbers may have holes, a reader that
follows them misses nothing.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from dataclasses import fields as dataclass_fields
from datetime import date, datetime
from enum import Enum
from typing import Any, Generic, TypeVar

from tortoise import fields
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.connection import get_connection
from tortoise.expressions import Subquery
from tortoise.models import Model

from models import bounds
from models.access import Viewer, criteria
from models.base import Act, Record
from models.columns import Instant, instant_text, nullable
from models.errors import CursorInvalid

CHANNEL = "rapport_events"
_APPEND_LOCK = 7_236_001
_LOG_ID_BYTES = 4
SALT_BYTES = 16
_VALUE_NAME_CHARACTERS_MAX = 60

on_commit: list[Callable[[], None]] = []
"""Called in this process after a transaction that appended events has committed."""


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


class EventValue(Model):
    """What tells of a person beside an event: erasing it leaves the event, and the digest."""

    id = fields.BigIntField(primary_key=True)
    seq = fields.BigIntField()
    name = fields.CharField(max_length=_VALUE_NAME_CHARACTERS_MAX)
    value = nullable(fields.TextField())
    salt = nullable(fields.BinaryField())
    digest = fields.CharField(max_length=64)

    class Meta:
        table = "event_value"
        unique_together = (("seq", "name"),)


def salted(seq: int, name: str, value: str, salt: bytes | None = None) -> dict[str, Any]:
    """The columns of a value of an event: its digest is SHA-256 over 128 random bits and it."""
    salt = secrets.token_bytes(SALT_BYTES) if salt is None else salt
    digest = hashlib.sha256(salt + value.encode()).hexdigest()
    return {"seq": seq, "name": name, "value": value, "salt": salt, "digest": digest}


class Code(str):
    """A short text that tells nothing of a person, such as a time zone."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Ref:
    """A row that an event names."""

    noun: str
    row_id: int


def ref(noun: str, row_id: int | None) -> Ref | None:
    """A row by its noun and number; None for no row."""
    return None if row_id is None else Ref(noun, row_id)


Plain = Enum | int | date | Code | Ref | Sequence[Enum] | None
Change = Plain | tuple[Plain, Plain]
"""What a field became, or what it was and became: no text that a person wrote."""
Personal = str | None | tuple[str | None, str | None]
"""The same of free text and of a person's particulars, which stand in a table of their own."""


@dataclass(frozen=True, kw_only=True)
class Fields:
    """What an event says beside who did what to which row; kinds add fields of the models."""

    reason: str | None = None
    is_internal: bool = False
    occurred_at: datetime | None = None


@dataclass(frozen=True)
class Stepped(Fields):
    """A status that was entered."""

    status: Change


@dataclass(frozen=True, kw_only=True)
class Keyed(Fields):
    """The key by which another system knows a row."""

    external_key: Personal = None


@dataclass(frozen=True)
class Deactivated(Fields):
    is_active: Change = (True, False)


KINDS: dict[str, Kind[Any]] = {}
"""Every kind of event that a noun has declared, by name; docs list them and a test compares."""


@dataclass(frozen=True)
class Fact:
    """An event that a verb recorded and the transaction has not appended yet: the columns of its
    row, and its personal values by name."""

    event: dict[str, Any]
    values: dict[str, str]

    @property
    def occurred_at(self) -> datetime:
        """When it happened."""
        at: datetime = self.event["occurred_at"]
        return at


T = TypeVar("T", bound=Fields, contravariant=True)


class Kind(Generic[T]):
    """A kind of event: its name, what it says to a reader, and the fields that it tells."""

    def __init__(self, name: str, says: str, fields: type[T], *, is_internal: bool = False) -> None:
        self.name, self.says, self._is_internal = name, says, is_internal
        KINDS[name] = self

    def record(self, act: Act, subject: Record, after: T, before: T | None = None) -> None:
        """Notes a fact of this act; its transaction appends it as its last step.

        `after` says what became so, `before` what was so where `after` does not say it itself.
        What has not changed is left out.
        """
        changes, values = split(_pairs(after, before))
        if after.reason is not None:
            values["reason"] = after.reason
        event = {
            "kind": self.name,
            "occurred_at": after.occurred_at or act.now,
            "actor_type": act.viewer.actor_type,
            "actor_id": act.viewer.actor_id,
            "subject_type": subject.noun,
            "subject_id": subject.id,
            "customer_id": subject.customer_of(),
            "is_internal": self._is_internal or after.is_internal,
            "changes": changes,
        }
        act.facts.append(Fact(event, values))


_OF_EACH = {field.name for field in dataclass_fields(Fields)}


def _pairs(after: Fields, before: Fields | None) -> Iterator[tuple[str, Any, Any]]:
    for field in dataclass_fields(after):
        value = getattr(after, field.name)
        if field.name in _OF_EACH:
            continue
        if isinstance(value, tuple):
            yield field.name, *value
        else:
            yield field.name, before and getattr(before, field.name), value


def split(
    pairs: Iterable[tuple[str, Any, Any]],
) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """Changes as the event keeps them, and apart from them the personal values, by name.

    A plain str is personal, whatever a type checker was told.
    """
    changes: list[dict[str, Any]] = []
    values: dict[str, str] = {}
    for name, before, after in pairs:
        if before == after:
            continue
        change: dict[str, Any] = {"field": name}
        if type(before) is str or type(after) is str:
            sides = {"before": before, "after": after}
            values |= {f"{name}.{side}": text for side, text in sides.items() if text is not None}
        else:
            change |= {"before": _stored(before), "after": _stored(after)}
        changes.append(change)
    return changes, values


def _stored(value: Any) -> Any:
    """A value as JSON has it; a row as its noun and number."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Ref):
        return {value.noun: value.row_id}
    if isinstance(value, datetime):
        return instant_text(value)
    if isinstance(value, date):
        return value.isoformat()
    return [_stored(each) for each in value] if isinstance(value, list | tuple) else value


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
        row = await Event.create(**fact.event)
        for name, value in fact.values.items():
            await EventValue.create(**salted(row.seq, name, value))


async def reasons_of(actor_type: str, actor_id: int) -> dict[int, set[str]]:
    """What a person wrote beside events about complaints, by the complaint's number."""
    found: dict[int, set[str]] = {}
    rows = Event.filter(actor_type=actor_type, actor_id=actor_id, subject_type="complaint")
    subjects = dict(await rows.values_list("seq", "subject_id"))
    for value in await EventValue.filter(seq__in=list(subjects), name="reason"):
        if value.value is not None:
            found.setdefault(subjects[value.seq], set()).add(value.value)
    return found


async def erase_values(**criteria: Any) -> None:
    """Erases the personal values of these events; the events and the digests stay."""
    written = Subquery(Event.filter(**criteria).values("seq"))
    await EventValue.filter(seq__in=written).update(value=None, salt=None)


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
    """The name of this log, which a migration gave it."""
    return (await Log.get(id=1)).token


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
