"""Turns stories into rows: facts of all of them in one order of time, numbered as a log is."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from heapq import heappop, heappush
from typing import Any

from models.comment import Comment, Visibility
from models.events import KINDS, SALT_BYTES, Code, Event, EventValue, salted, split
from models.loading import Row, row


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something: a noun and the key of its row."""

    noun: str
    row_id: int | None


_PERSONAL = ("name", "ci_class")
SYSTEM = Actor("system", None)


@dataclass(frozen=True, slots=True)
class Subject:
    """What something happens to, and whose customer's matter it is."""

    noun: str
    row_id: int
    customer_id: int | None = None


@dataclass(frozen=True, slots=True)
class Remark:
    """A comment on a complaint, which gets its key when its turn in the log comes."""

    body: str
    visibility: Visibility


@dataclass(frozen=True, slots=True)
class Fact:
    """One event to come. `changes` are (field, before, after), as verbs tell them."""

    at: datetime
    kind: str
    subject: Subject
    actor: Actor
    changes: Sequence[tuple[str, Any, Any]] = ()
    reason: str | None = None
    remark: Remark | None = None
    is_internal: bool = False

    def moved(self, subject: Subject, noun: str, by: int) -> Fact:
        """The same of another subject, by the actor of `noun` whose key is so much further."""
        actor = self.actor
        if actor.noun == noun and actor.row_id is not None:
            actor = Actor(noun, actor.row_id + by)
        return Fact(self.at, self.kind, subject, actor, self.changes, self.reason, self.remark)


@dataclass(frozen=True, slots=True)
class Story:
    """Rows as they now stand, and the facts that made them so, none before `begins_at`."""

    begins_at: datetime
    rows: list[Row]
    facts: list[Fact]


def told(stories: Iterable[Story]) -> Iterator[Row]:
    """The rows of stories that begin one after the other, and of the log in order of time.

    Facts of one instant keep the order of their story. Only stories that are under way are held.
    """
    waiting: list[tuple[datetime, int, int, Fact]] = []
    log = _Log()
    for number, story in enumerate(stories):
        while waiting and waiting[0][0] < story.begins_at:
            yield from log.append(heappop(waiting)[-1])
        yield from story.rows
        for place, fact in enumerate(story.facts):
            heappush(waiting, (fact.at, number, place, fact))
    while waiting:
        yield from log.append(heappop(waiting)[-1])


class _Log:
    """Gives events and comments their numbers."""

    def __init__(self) -> None:
        self._events = self._comments = self._values = 0

    def append(self, fact: Fact) -> Iterator[Row]:
        KINDS[fact.kind]
        self._events += 1
        changes, values = split(map(_coded, fact.changes))
        if fact.reason is not None:
            values["reason"] = fact.reason
        if fact.remark is not None:
            self._comments += 1
            yield _comment(self._comments, fact, fact.remark)
            named = {Comment.noun: self._comments}
            changes.append({"field": "comment_id", "before": None, "after": named})
        yield row(
            Event,
            seq=self._events,
            kind=fact.kind,
            occurred_at=fact.at,
            actor_type=fact.actor.noun,
            actor_id=fact.actor.row_id,
            subject_type=fact.subject.noun,
            subject_id=fact.subject.row_id,
            customer_id=fact.subject.customer_id,
            is_internal=fact.is_internal
            or (fact.remark is not None and fact.remark.visibility is Visibility.INTERNAL),
            changes=changes,
        )
        for name, value in values.items():
            self._values += 1
            salt = hashlib.sha256(f"{self._events} {name}".encode()).digest()[:SALT_BYTES]
            yield row(EventValue, id=self._values, **salted(self._events, name, value, salt))


def _coded(change: tuple[str, Any, Any]) -> tuple[str, Any, Any]:
    """A change whose texts are codes, unless they are what a person may write."""
    field, *sides = change
    if field in _PERSONAL:
        return change
    before, after = (Code(side) if isinstance(side, str) else side for side in sides)
    return field, before, after


def _comment(number: int, fact: Fact, remark: Remark) -> Row:
    return row(
        Comment,
        id=number,
        complaint_id=fact.subject.row_id,
        customer_id=fact.subject.customer_id,
        body=remark.body,
        visibility=remark.visibility,
        author_type=fact.actor.noun,
        author_id=fact.actor.row_id,
        created_at=fact.at,
        updated_at=fact.at,
    )
