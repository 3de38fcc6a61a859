"""Corrective actions: what was done about some complaints, and whether it helped.

The restores of one service failed often, until the cause of one complaint was mended: from then
on complaints about it are rare.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from models.action import CorrectiveAction, CorrectiveActionKind
from models.complaint import Complaint
from models.demo import texts
from models.demo.client import Enrolled
from models.demo.ledger import Actor, Fact, Story, Subject
from models.demo.moments import PROVIDER_ZONE, at_work
from models.demo.provider import Provider
from models.events import ref
from models.loading import row
from models.rules.lifecycle import ComplaintStatus, CorrectiveActionStatus
from models.staff import StaffMember

MENDED_SERVICE = "BKP"
TROUBLED_DAYS_AGO = (190, 88)
"""When complaints about that service came often."""
MENDED_DAYS_AGO = (120, 88)
"""When the complaint came whose cause was mended."""
TROUBLED_WEIGHT, MENDED_WEIGHT = 5.0, 0.06
"""How likely a complaint is about that service, of those that its customer has, against 1."""
VERIFIED_AFTER_DAYS = 21
CORRECTED_EACH = 9
"""Of the complaints that were resolved, every ninth had a correction too."""

_S = CorrectiveActionStatus


def weights(live: Sequence[Enrolled], at: datetime, today: datetime) -> list[float]:
    """How likely a complaint that comes at an instant is about each of the enrolments."""
    first, last = (today - timedelta(days=days) for days in TROUBLED_DAYS_AGO)
    weight = 1.0
    if first <= at:
        weight = TROUBLED_WEIGHT if at < last else MENDED_WEIGHT
    return [weight if each.service_code == MENDED_SERVICE else 1.0 for each in live]


def acted_on(stories: Iterator[Story], today: datetime, provider: Provider) -> Iterator[Story]:
    """The stories of complaints, some with a corrective action, in their order."""
    numbers = count(1)
    since, until = (today - timedelta(days=days) for days in MENDED_DAYS_AGO)
    is_mended = False
    for story in stories:
        values = story.rows[0][1]
        is_own = values["customer_id"] <= len(texts.customers())
        if is_own and "resolved" in _steps(story):
            is_about = values["service_id"] == provider.services[MENDED_SERVICE]
            if is_about and not is_mended and since <= values["received_at"] < until:
                is_mended = True
                kind = CorrectiveActionKind.CORRECTIVE
                story = _acted(story, next(numbers), kind, _MENDED, today)
            elif values["id"] % CORRECTED_EACH == 0:
                kind = CorrectiveActionKind.CORRECTION
                story = _acted(story, next(numbers), kind, _CORRECTED, today)
        yield story


_MENDED = (
    "Test every restore on a copy before it is needed",
    "The catalogue of backups pointed at volumes that had moved. It is rebuilt every night now.",
    "No restore has failed since.",
)
_CORRECTED = (
    "Put right what this customer was left with",
    None,
    "The customer confirms that it holds.",
)


def _steps(story: Story) -> set[str]:
    """What was done, for a complaint that is resolved or closed and was never reopened."""
    values = story.rows[0][1]
    is_done = values["status"] in (ComplaintStatus.RESOLVED, ComplaintStatus.CLOSED)
    if not is_done or values["reopen_count"] or values["owner_id"] is None:
        return set()
    return {fact.kind.removeprefix("complaint.") for fact in story.facts}


def _acted(
    story: Story,
    number: int,
    kind: CorrectiveActionKind,
    said: tuple[str, str | None, str],
    today: datetime,
) -> Story:
    """The story with an action: done before the answer, and verified some weeks after it."""
    values = story.rows[0][1]
    title, detail, finding = said
    acknowledged, resolved = values["acknowledged_at"], values["resolved_at"]
    length = resolved - acknowledged
    planned, started, done = (
        (acknowledged + length * share).replace(microsecond=0) for share in (0.5, 0.6, 0.9)
    )
    verified = at_work(resolved + timedelta(days=VERIFIED_AFTER_DAYS), PROVIDER_ZONE)
    is_verified = verified < today
    owner = Actor(StaffMember.noun, values["owner_id"])
    subject = Subject(Complaint.noun, values["id"], values["customer_id"])
    steps: list[tuple[datetime, str, CorrectiveActionStatus, str | None]] = [
        (planned, "action.planned", _S.PLANNED, None),
        (started, "action.started", _S.IN_PROGRESS, None),
        (done, "action.completed", _S.DONE, None),
    ]
    if is_verified:
        steps.append((verified, "action.verified", _S.VERIFIED, finding))
    facts, before = list(story.facts), None
    for at, event, status, reason in steps:
        changes: list[tuple[str, Any, Any]] = [
            ("corrective_action_id", None, ref(CorrectiveAction.noun, number)),
            ("corrective_action_status", before, status.value),
        ]
        if event == "action.planned":
            changes.append(("kind", None, kind.value))
        facts.append(Fact(at, event, subject, owner, changes, reason))
        before = status.value
    made = row(
        CorrectiveAction,
        id=number,
        created_at=planned,
        updated_at=steps[-1][0],
        version=len(steps),
        complaint_id=values["id"],
        customer_id=values["customer_id"],
        kind=kind,
        status=steps[-1][2],
        is_unfinished=False,
        title=title,
        detail=detail,
        owner_id=values["owner_id"],
        completed_at=done,
        verified_at=verified if is_verified else None,
        finding=finding if is_verified else None,
    )
    return Story(story.begins_at, [*story.rows, made], sorted(facts, key=lambda fact: fact.at))
