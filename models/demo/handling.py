"""The hands through which a complaint goes: each step of a plot is somebody's verb."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from random import Random
from typing import ParamSpec

from models.access import SYSTEM, Viewer
from models.comment import Comment, Visibility
from models.complaint import Complaint, ResolutionKind
from models.demo.ledger import Story, member
from models.verb import Verb

P = ParamSpec("P")


class Handling:
    """One complaint on its way. Its story gets what the verbs record, and the comments."""

    def __init__(
        self,
        row: Complaint,
        story: Story,
        *,
        contact: Viewer,
        agents: list[int],
        comments: Iterator[int],
        say: Callable[[str], str],
        random: Random,
    ) -> None:
        self.row, self.story, self.contact = row, story, contact
        self.agents, self.comments = agents, comments
        self.say, self.random = say, random
        self.owners: list[tuple[datetime, int | None]] = []
        self._is_thanked = False

    @property
    def owner(self) -> Viewer:
        """Who owns it, or the agent who first sees it."""
        return member(self.row.owner_id or self.agents[0])

    def owner_at(self, at: datetime) -> int | None:
        """Who owned it at an instant."""
        return next((owner for since, owner in reversed(self.owners) if since <= at), None)

    def take(self, step: str, at: datetime) -> None:
        """Does one step of a plot."""
        getattr(self, f"_{step}")(at)
        self._is_thanked = step == "thanks"

    def _do(
        self, verb: Verb[Complaint, P], by: Viewer, at: datetime, *args: P.args, **given: P.kwargs
    ) -> None:
        before = self.row.owner_id
        verb.decide(self.row, self.story.act(by, at), *args, **given)
        if self.row.owner_id != before:
            self.owners.append((at, self.row.owner_id))

    def _acknowledge(self, at: datetime) -> None:
        owner = self.random.choice(self.agents)
        self._do(Complaint.acknowledge, member(owner), at)

    def _assign(self, at: datetime) -> None:
        others = [each for each in self.agents if each != self.row.owner_id]
        self._do(Complaint.assign, self.owner, at, owner_id=self.random.choice(others))

    def _investigate(self, at: datetime) -> None:
        self._do(Complaint.investigate, self.owner, at)

    def _await_customer(self, at: datetime) -> None:
        self._do(Complaint.await_customer, self.owner, at, question=self.say("question"))

    def _answer(self, at: datetime) -> None:
        self._comment(at, self.contact, "answer")

    def _resume(self, at: datetime) -> None:
        self._do(Complaint.resume, self.owner, at)

    def _resolve(self, at: datetime) -> None:
        kinds = list(ResolutionKind)[1:]
        kind = self.random.choices(kinds, weights=(5, 3, 3))[0]
        summary = self.say({ResolutionKind.EXPLAINED: "explained"}.get(kind, kind.value.lower()))
        cause = None if kind is ResolutionKind.NOT_UPHELD else self.say("cause")
        self._do(Complaint.resolve, self.owner, at, kind=kind, summary=summary, root_cause=cause)

    def _close(self, at: datetime) -> None:
        is_by_contact = self._is_thanked and self.random.random() < 0.5
        self._do(Complaint.end, self.contact if is_by_contact else self.owner, at)

    def _auto_close(self, at: datetime) -> None:
        self._do(Complaint.end, SYSTEM, at)

    def _reopen(self, at: datetime) -> None:
        self._do(Complaint.reopen, self.contact, at, reason=self.say("reopened"))

    def _withdraw(self, at: datetime) -> None:
        by = self.contact if self.random.random() < 0.7 else self.owner
        self._do(Complaint.withdraw, by, at, reason=self.say("withdrawn"))

    def _note(self, at: datetime) -> None:
        self._comment(at, self.owner, "internal", Visibility.INTERNAL)

    def _update(self, at: datetime) -> None:
        self._comment(at, self.owner, "update")

    def _unconvinced(self, at: datetime) -> None:
        self._comment(at, self.contact, "unconvinced")

    def _thanks(self, at: datetime) -> None:
        self._comment(at, self.contact, "thanks")

    def _comment(
        self,
        at: datetime,
        by: Viewer,
        said: str,
        visibility: Visibility = Visibility.CUSTOMER,
    ) -> None:
        act = self.story.act(by, at)
        row = Comment.written(act, self.row, body=self.say(said), visibility=visibility)
        row.id = next(self.comments)
        row.tell(act, self.row)
        self.story.rows.append((Comment, row.columns))
        if by is self.contact:
            self._do(Complaint.answered, by, at)
