"""The hands through which a complaint goes: each step changes its values and tells of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from random import Random
from typing import Any

from models.columns import instant_text
from models.comment import Visibility
from models.complaint import ResolutionKind
from models.demo.ledger import SYSTEM, Actor, Fact, Remark, Subject
from models.events import Ref, ref
from models.rules.lifecycle import COMPLAINT, ComplaintStatus
from models.staff import StaffMember

Values = dict[str, Any]
"""The columns of a complaint's row so far."""


class Handling:
    """One complaint on its way. `values` and `facts` are as the verbs would have left them."""

    def __init__(
        self,
        values: Values,
        subject: Subject,
        *,
        contact: Actor,
        agents: list[int],
        say: Callable[[str], str],
        closes_after: Callable[[datetime], datetime | None],
        random: Random,
    ) -> None:
        self.values, self.subject, self.contact = values, subject, contact
        self.agents, self.say, self.random = agents, say, random
        self.closes_after = closes_after
        self.facts: list[Fact] = []

    @property
    def owner(self) -> Actor:
        """Who owns it, or the agent who first sees it."""
        return Actor(StaffMember.noun, self.values["owner_id"] or self.agents[0])

    def receive(self, at: datetime, actor: Actor) -> None:
        """The row is there; the log tells of it."""
        changes = [
            ("status", None, ComplaintStatus.RECEIVED.value),
            ("priority", None, self.values["priority"].value),
        ]
        self.facts.append(Fact(at, "complaint.recorded", self.subject, actor, changes))

    def take(self, step: str, at: datetime) -> None:
        """Does one step of a plot."""
        getattr(self, f"_{step}")(at)

    def _step(
        self,
        verb: str,
        kind: str,
        at: datetime,
        actor: Actor,
        more: list[tuple[str, Any, Any]] | None = None,
        reason: str | None = None,
    ) -> None:
        step = COMPLAINT.step(verb)
        before: ComplaintStatus = self.values["status"]
        if before not in step.sources:
            raise ValueError(f"no complaint goes from {before.value} by {verb}")
        self.values.update(status=step.to, status_rank=step.to.rank)
        self._edited(at)
        changes = [("status", before.value, step.to.value), *(more or [])]
        self.facts.append(Fact(at, kind, self.subject, actor, changes, reason))

    def _edited(self, at: datetime) -> None:
        self.values["version"] += 1
        self.values["updated_at"] = at

    def _owned_by(self, owner_id: int) -> tuple[str, Ref | None, Ref | None]:
        before, self.values["owner_id"] = self.values["owner_id"], owner_id
        noun = StaffMember.noun
        return ("owner_id", ref(noun, before), ref(noun, owner_id))

    def _acknowledge(self, at: datetime) -> None:
        change = self._owned_by(self.random.choice(self.agents))
        self.values["acknowledged_at"] = at
        self._step("acknowledge", "complaint.acknowledged", at, self.owner, [change])

    def _assign(self, at: datetime) -> None:
        by, others = self.owner, [each for each in self.agents if each != self.owner.row_id]
        change = self._owned_by(self.random.choice(others))
        self._edited(at)
        self.facts.append(Fact(at, "complaint.assigned", self.subject, by, [change]))

    def _investigate(self, at: datetime) -> None:
        self._step("investigate", "complaint.investigated", at, self.owner)

    def _await_customer(self, at: datetime) -> None:
        asked = self.say("question")
        self._pause(at, asked)
        kind = "complaint.customer_awaited"
        self._step("await_customer", kind, at, self.owner, reason=asked)

    def _answer(self, at: datetime) -> None:
        """A contact's comment ends the wait by itself."""
        self._comment(at, self.contact, self.say("answer"))
        self._go_on(at)
        self._step("resume", "complaint.resumed", at, self.contact)

    def _resume(self, at: datetime) -> None:
        self._go_on(at)
        self._step("resume", "complaint.resumed", at, self.owner)

    def _resolve(self, at: datetime) -> None:
        kinds = list(ResolutionKind)[1:]
        kind = self.random.choices(kinds, weights=(5, 3, 3))[0]
        summary = self.say({ResolutionKind.EXPLAINED: "explained"}.get(kind, kind.value.lower()))
        self._go_on(at)
        self.values.update(
            resolved_at=at,
            resolution_kind=kind,
            resolution_summary=summary,
            root_cause=None if kind is ResolutionKind.NOT_UPHELD else self.say("cause"),
            auto_close_at=self.closes_after(at),
            resolution_seconds=int((at - self.values["received_at"]).total_seconds()),
        )
        told = [("resolution_kind", None, kind.value)]
        self._step("resolve", "complaint.resolved", at, self.owner, told, summary)

    def _close(self, at: datetime) -> None:
        self.values.update(closed_at=at, auto_close_at=None)
        thanked = self.facts[-1].remark is not None
        actor = self.contact if thanked and self.random.random() < 0.5 else self.owner
        self._step("close", "complaint.closed", at, actor)

    def _auto_close(self, at: datetime) -> None:
        self.values.update(closed_at=at, auto_close_at=None)
        self._step("close", "complaint.closed", at, SYSTEM)

    def _reopen(self, at: datetime) -> None:
        why = self.say("reopened")
        self._pause(self.values["resolved_at"], why)
        self._go_on(at)
        self.values.update(
            resolved_at=None,
            closed_at=None,
            auto_close_at=None,
            resolution_kind=None,
            resolution_summary=None,
            root_cause=None,
            resolution_seconds=None,
            reopen_count=self.values["reopen_count"] + 1,
        )
        self._step("reopen", "complaint.reopened", at, self.contact, reason=why)

    def _withdraw(self, at: datetime) -> None:
        self.values.update(withdrawn_at=at, auto_close_at=None)
        actor = self.contact if self.random.random() < 0.7 else self.owner
        why = self.say("withdrawn")
        self._step("withdraw", "complaint.withdrawn", at, actor, reason=why)

    def _note(self, at: datetime) -> None:
        self._comment(at, self.owner, self.say("internal"), Visibility.INTERNAL)

    def _update(self, at: datetime) -> None:
        self._comment(at, self.owner, self.say("update"))

    def _unconvinced(self, at: datetime) -> None:
        self._comment(at, self.contact, self.say("unconvinced"))

    def _thanks(self, at: datetime) -> None:
        self._comment(at, self.contact, self.say("thanks"))

    def _comment(
        self, at: datetime, author: Actor, body: str, visibility: Visibility = Visibility.CUSTOMER
    ) -> None:
        if author == self.contact:
            self.values["auto_close_at"] = None
        remark = Remark(body, visibility)
        self.facts.append(Fact(at, "complaint.commented", self.subject, author, remark=remark))

    def _pause(self, since: datetime, reason: str) -> None:
        pause = {"since": instant_text(since), "until": None, "reason": reason}
        self.values["pauses"] = [*self.values["pauses"], pause]

    def _go_on(self, at: datetime) -> None:
        pauses = self.values["pauses"]
        if pauses and pauses[-1]["until"] is None:
            last = {**pauses[-1], "until": instant_text(at)}
            self.values["pauses"] = [*pauses[:-1], last]
