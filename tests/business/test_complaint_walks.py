"""Random walks: whatever is done in whatever order, a complaint stands where a small model says.

The calendar is always open and in UTC, so that the model's arithmetic is plain: the measure of a
span less its pauses. Calendars with hours are held against an oracle elsewhere.
"""

from __future__ import annotations

import os
import random
from typing import Any

import pytest

from tests.business.desk import Desk, opened, written
from tests.business.model import ModelledComplaint
from tests.graph.world import World

WALKS = 40 if os.environ.get("RAPPORT_TEST_SOAK") else 4
STEPS = 50
COMPLAINTS = 3
SECONDS = (0, 1, 60, 1_800, 3_600, 4 * 3_600, 86_400, 5 * 86_400)
LATE = 31 * 86_400
LEVELS = ("HIGH", "MEDIUM", "LOW")
STATE = """status version escalationLevel reopenCount resolvedAt closedAt priority allowedActions
  responseClock { state targetSeconds elapsedSeconds dueAt breachedAt }
  resolutionClock { state targetSeconds elapsedSeconds dueAt breachedAt }"""


class Walk:
    """Does the same to complaints and to their models, and compares what came of it."""

    def __init__(self, desk: Desk, seed: int) -> None:
        self.desk, self.random = desk, random.Random(seed)
        self.models: dict[str, ModelledComplaint] = {}
        self.done: list[str] = []

    async def begin(self) -> None:
        for _ in range(COMPLAINTS):
            complaint = await self.desk.record()
            self.models[complaint] = ModelledComplaint(self.desk.graph.now)

    async def step(self) -> None:
        complaint = self.random.choice(list(self.models))
        model = self.models[complaint]
        chosen = self.random.choice(("time", "tick", "verb", "verb", "verb", "action", "comment"))
        self.done.append(chosen)
        if chosen == "time":
            is_late = self.random.random() < 0.1
            self.desk.graph.later(seconds=LATE if is_late else self.random.choice(SECONDS))
        elif chosen == "tick":
            await self.desk.tick()
            for each in self.models.values():
                each.tick(self.desk.graph.now)
        elif chosen == "verb":
            await self._verb(complaint, model)
        elif chosen == "action":
            await self._action(complaint, model)
        else:
            await self._comment(complaint, model)
        await self._compare(complaint, model)

    async def _attempt(self, mutation: str, expected: str | None, **given: Any) -> dict[str, Any]:
        self.done.append(mutation)
        payload = await self.desk.graph.attempt(
            mutation, given.pop("objects", ""), viewer=self.desk.as_agent, **given
        )
        codes = [fault["code"] for fault in payload["errors"]]
        assert codes == ([] if expected is None else [expected]), (self.done, payload)
        return payload

    async def _verb(self, complaint: str, model: ModelledComplaint) -> None:
        verbs: dict[str, tuple[str, dict[str, Any]]] = {
            "acknowledge": ("acknowledgeComplaint", {}),
            "investigate": ("investigateComplaint", {}),
            "await_customer": ("awaitCustomer", {"question": "Which one?"}),
            "resume": ("resumeComplaint", {}),
            "resolve": ("resolveComplaint", {"kind": "EXPLAINED", "summary": "It is so."}),
            "close": ("closeComplaint", {}),
            "reopen": ("reopenComplaint", {"reason": "No."}),
            "escalate": ("escalateComplaint", {"reason": "Now."}),
            "reprioritize": (
                "reprioritizeComplaint",
                {"impact": self.random.choice(LEVELS), "urgency": self.random.choice(LEVELS)},
            ),
        }
        rarely = {"withdraw": ("withdrawComplaint", {"reason": "Never mind."})}
        names = list(verbs) if self.random.random() < 0.95 else list(rarely)
        verb = self.random.choice(names)
        mutation, given = (verbs | rarely)[verb]
        expected = model.take(verb, self.desk.graph.now, **given)
        await self._attempt(mutation, expected, complaintId=complaint, **given)

    async def _action(self, complaint: str, model: ModelledComplaint) -> None:
        now = self.desk.graph.now
        if not model.actions or self.random.random() < 0.3:
            wanted = {"complaintId": complaint, "kind": "CORRECTION", "title": "Mend it"}
            lost = [each for each, status in model.actions.items() if status == "INEFFECTIVE"]
            if lost and self.random.random() < 0.7:
                wanted["replacesId"] = lost[0]
            payload = await self._attempt(
                "planCorrectiveAction",
                model.may_plan(),
                objects="correctiveAction { id }",
                **wanted,
            )
            if payload["correctiveAction"] is not None:
                made = payload["correctiveAction"]["id"]
                model.plan(made, wanted.get("replacesId"), now)
            return
        action = self.random.choice(list(model.actions))
        verb, mutation, given = self.random.choice(
            (
                ("start", "startCorrectiveAction", {}),
                ("complete", "completeCorrectiveAction", {}),
                ("verify", "verifyCorrectiveAction", {"isEffective": True}),
                (
                    "find_ineffective",
                    "verifyCorrectiveAction",
                    {"isEffective": False, "finding": "It came again."},
                ),
                ("cancel", "cancelCorrectiveAction", {"reason": "Not needed."}),
            )
        )
        expected = model.step_action(action, verb, now)
        await self._attempt(mutation, expected, correctiveActionId=action, **given)

    async def _comment(self, complaint: str, model: ModelledComplaint) -> None:
        viewer = self.random.choice((self.desk.as_agent, self.desk.as_contact))
        comment = {"body": "Well.", "visibility": "CUSTOMER"}
        await self.desk.do("commentOnComplaint", complaint, **comment, viewer=viewer)
        if viewer == self.desk.as_contact:
            model.answered(self.desk.graph.now)

    async def _compare(self, complaint: str, model: ModelledComplaint) -> None:
        now = self.desk.graph.now
        shown = await self.desk.see(complaint, STATE, viewer=self.desk.as_agent)
        clocks = {name: shown.pop(f"{name}Clock") for name in ("response", "resolution")}
        assert shown == {
            "status": model.status,
            "version": model.version,
            "escalationLevel": model.level,
            "reopenCount": model.reopen_count,
            "resolvedAt": written(model.resolved_at),
            "closedAt": written(model.closed_at),
            "priority": model.priority,
            "allowedActions": model.offered(now),
        }, self.done
        for name, clock in clocks.items():
            assert clock == model.clock(name).read(now), (name, self.done)
        told = [
            (metric.lower(), state, instant)
            for metric, state, instant in await self.desk.alerts(complaint)
        ]
        assert told == [(name, state, written(at)) for name, state, at in model.told], self.done


@pytest.mark.parametrize("seed", range(WALKS))
async def test_a_complaint_stands_where_the_model_says(world: World, seed: int) -> None:
    walk = Walk(await opened(world, timeZone="UTC", hours=[], isAlwaysOpen=True), seed)
    await walk.begin()
    for _ in range(STEPS):
        await walk.step()
