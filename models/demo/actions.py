"""Corrective actions: what was done about some complaints, and whether it helped.

The restores of one service failed often, until the cause of one complaint was mended: from then
on complaints about it are rare.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from models.action import CorrectiveAction, CorrectiveActionKind
from models.complaint import Complaint
from models.demo import texts
from models.demo.client import Enrolled
from models.demo.complaint_steps import Plot
from models.demo.handling import Handling
from models.demo.moments import PROVIDER_ZONE, at_work
from models.demo.provider import Provider
from models.faults import Faults
from models.rules.lifecycle import ComplaintStatus

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

SHARES = (0.5, 0.6, 0.9)
"""When an action is planned, started and done, of the time from acknowledgement to answer."""
ANSWERED = (ComplaintStatus.RESOLVED, ComplaintStatus.CLOSED)
SAID: dict[CorrectiveActionKind, tuple[str, str | None, str]] = {
    CorrectiveActionKind.CORRECTIVE: (
        "Test every restore on a copy before it is needed",
        "The catalogue of backups pointed at volumes that had moved. It is rebuilt nightly now.",
        "No restore has failed since.",
    ),
    CorrectiveActionKind.CORRECTION: (
        "Put right what this customer was left with",
        None,
        "The customer confirms that it holds.",
    ),
}
"""Title, detail and finding."""


def weights(live: Sequence[Enrolled], at: datetime, today: datetime) -> list[float]:
    """How likely a complaint that comes at an instant is about each of the enrolments."""
    first, last = (today - timedelta(days=days) for days in TROUBLED_DAYS_AGO)
    weight = 1.0
    if first <= at:
        weight = TROUBLED_WEIGHT if at < last else MENDED_WEIGHT
    return [weight if each.service_code == MENDED_SERVICE else 1.0 for each in live]


class Remedies:
    """Says which complaints get a corrective action."""

    def __init__(self, today: datetime, provider: Provider) -> None:
        self._since, self._until = (today - timedelta(days=days) for days in MENDED_DAYS_AGO)
        self._service_id = provider.services[MENDED_SERVICE]
        self._is_mended = False

    def kind(self, row: Complaint, plot: Plot) -> CorrectiveActionKind | None:
        """The kind of action that a complaint gets: only once it is answered for good."""
        is_own = row.customer_id <= len(texts.customers())
        if not is_own or plot.status not in ANSWERED or "reopen" in plot.steps:
            return None
        is_about = row.service_id == self._service_id
        if is_about and not self._is_mended and self._since <= row.received_at < self._until:
            self._is_mended = True
            return CorrectiveActionKind.CORRECTIVE
        return CorrectiveActionKind.CORRECTION if row.id % CORRECTED_EACH == 0 else None


def corrected(
    hands: Handling, number: int, kind: CorrectiveActionKind, resolved_at: datetime
) -> CorrectiveAction:
    """An action that is done between the acknowledgement and the answer, which is yet to come."""
    title, detail, _ = SAID[kind]
    by, since = hands.owner, hands.row.acknowledged_at
    assert since is not None
    planned, started, done = (
        (since + (resolved_at - since) * share).replace(microsecond=0) for share in SHARES
    )
    act = hands.story.act(by, planned)
    row = CorrectiveAction.planned(act, Faults(), hands.row, kind, title, detail)
    row.id, row.owner_id = number, hands.row.owner_id
    row.tell_planned(act)
    CorrectiveAction.start.decide(row, hands.story.act(by, started))
    CorrectiveAction.complete.decide(row, hands.story.act(by, done))
    return row


def verified(hands: Handling, row: CorrectiveAction, today: datetime) -> None:
    """Some weeks after the answer, somebody looks whether it helped."""
    assert hands.row.resolved_at is not None
    at = at_work(hands.row.resolved_at + timedelta(days=VERIFIED_AFTER_DAYS), PROVIDER_ZONE)
    if at < today:
        _, _, finding = SAID[row.kind]
        act = hands.story.act(hands.owner, at)
        CorrectiveAction.verify.decide(row, act, is_effective=True, finding=finding)
