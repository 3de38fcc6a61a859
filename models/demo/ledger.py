"""Turns stories into rows: facts of all of them in one order of time, numbered as a log is."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from heapq import heappop, heappush
from itertools import count
from typing import Any

from models import events
from models.access import Role, Viewer
from models.base import Act
from models.events import SALT_BYTES, Code, Event, EventValue, salted, split
from models.loading import Row, row
from models.staff import StaffMember


def member(staff_id: int) -> Viewer:
    """A member of staff, as one who acts."""
    return Viewer(StaffMember.noun, staff_id, frozenset({Role.AGENT}))


@dataclass(frozen=True, slots=True)
class Subject:
    """What something happens to, and whose customer's matter it is."""

    noun: str
    row_id: int
    customer_id: int | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """One event to come. `changes` are (field, before, after), as verbs tell them."""

    at: datetime
    kind: str
    subject: Subject
    actor: Viewer
    changes: Sequence[tuple[str, Any, Any]] = ()
    reason: str | None = None
    is_internal: bool = False

    @property
    def occurred_at(self) -> datetime:
        """When it happened."""
        return self.at

    def recorded(self) -> events.Fact:
        """The fact as a verb records it."""
        changes, values = split(map(_coded, self.changes))
        if self.reason is not None:
            values["reason"] = self.reason
        event = {
            "kind": self.kind,
            "occurred_at": self.at,
            "actor_type": self.actor.actor_type,
            "actor_id": self.actor.actor_id,
            "subject_type": self.subject.noun,
            "subject_id": self.subject.row_id,
            "customer_id": self.subject.customer_id,
            "is_internal": self.is_internal,
            "changes": changes,
        }
        return events.Fact(event, values)


@dataclass(frozen=True, slots=True)
class Story:
    """Rows as they now stand, and the facts that made them so, none before `begins_at`."""

    begins_at: datetime
    rows: list[Any] = field(default_factory=list)
    """Records in memory, or rows as they are loaded."""
    facts: list[Any] = field(default_factory=list)

    def act(self, viewer: Viewer, at: datetime) -> Act:
        """An act whose facts are the story's."""
        return Act(viewer, at, self.facts)


def told(stories: Iterable[Story]) -> Iterator[Row]:
    """The rows of stories that begin one after the other, and of the log in order of time.

    Facts of one instant keep the order of their story. Only stories that are under way are held.
    """
    waiting: list[tuple[datetime, int, int, Any]] = []
    numbers, keys = count(1), count(1)
    for number, story in enumerate(stories):
        while waiting and waiting[0][0] < story.begins_at:
            yield from _logged(next(numbers), heappop(waiting)[-1], keys)
        for each in story.rows:
            yield each if isinstance(each, tuple) else (type(each), each.columns)
        for place, fact in enumerate(story.facts):
            heappush(waiting, (fact.occurred_at, number, place, fact))
    while waiting:
        yield from _logged(next(numbers), heappop(waiting)[-1], keys)


def _logged(seq: int, fact: Fact | events.Fact, keys: Iterator[int]) -> Iterator[Row]:
    """The rows of an event, and of its personal values with salts that are always the same."""
    if isinstance(fact, Fact):
        fact = fact.recorded()
    events.KINDS[fact.event["kind"]]
    yield Event, {"seq": seq, **fact.event}
    for name, value in fact.values.items():
        salt = hashlib.sha256(f"{seq} {name}".encode()).digest()[:SALT_BYTES]
        yield row(EventValue, id=next(keys), **salted(seq, name, value, salt))


def _coded(change: tuple[str, Any, Any]) -> tuple[str, Any, Any]:
    """A change whose texts are codes, unless they are what a person may write."""
    name, *sides = change
    if name == "name":
        return change
    before, after = (Code(side) if isinstance(side, str) else side for side in sides)
    return name, before, after
