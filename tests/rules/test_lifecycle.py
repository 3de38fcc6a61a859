"""The lifecycle tables say what domain.md says, and nothing contradicts itself."""

from __future__ import annotations

from typing import Any

import pytest

from models.rules import lifecycle
from models.rules.lifecycle import COMPLAINT, OPEN_COMPLAINTS, ComplaintStatus, Lifecycle

LIFECYCLES = [value for value in vars(lifecycle).values() if isinstance(value, Lifecycle)]
WAYS = {
    "acknowledge": ("RECEIVED", "ACKNOWLEDGED"),
    "investigate": ("ACKNOWLEDGED", "INVESTIGATING"),
    "await_customer": ("ACKNOWLEDGED INVESTIGATING", "AWAITING_CUSTOMER"),
    "resume": ("AWAITING_CUSTOMER", "INVESTIGATING"),
    "resolve": ("ACKNOWLEDGED INVESTIGATING AWAITING_CUSTOMER", "RESOLVED"),
    "close": ("RESOLVED", "CLOSED"),
    "reopen": ("RESOLVED CLOSED", "INVESTIGATING"),
    "withdraw": (
        "RECEIVED ACKNOWLEDGED INVESTIGATING AWAITING_CUSTOMER RESOLVED",
        "WITHDRAWN",
    ),
}
"""The table of docs/domain/complaints.md, in words of its own."""


def statuses_of(table: Lifecycle[Any]) -> list[Any]:
    """All the statuses of a table's noun, in their order."""
    kind: Any = type(table.steps[0].to)
    return list(kind)


def test_a_complaint_goes_the_ways_of_the_process_and_no_others() -> None:
    assert {
        step.verb: (" ".join(status.value for status in step.sources), step.to.value)
        for step in COMPLAINT.steps
    } == WAYS


@pytest.mark.parametrize("table", LIFECYCLES, ids=lambda table: table.noun)
def test_a_verb_takes_one_step_and_a_step_leads_somewhere_else(table: Lifecycle[Any]) -> None:
    verbs = [step.verb for step in table.steps]
    assert len(verbs) == len(set(verbs))
    for step in table.steps:
        assert step.sources
        assert step.to not in step.sources
        assert len(set(step.sources)) == len(step.sources)
        assert table.step(step.verb) is step


@pytest.mark.parametrize("table", LIFECYCLES, ids=lambda table: table.noun)
def test_every_status_but_one_to_begin_with_is_reached(table: Lifecycle[Any]) -> None:
    statuses = set(statuses_of(table))
    reached = {step.to for step in table.steps}
    first = {statuses_of(table)[0]}
    assert statuses - reached <= first
    assert {source for step in table.steps for source in step.sources} <= statuses


@pytest.mark.parametrize("table", LIFECYCLES, ids=lambda table: table.noun)
def test_what_may_follow_is_what_the_steps_say(table: Lifecycle[Any]) -> None:
    for status in statuses_of(table):
        steps = table.steps_from(status)
        assert [step for step in table.steps if status in step.sources] == list(steps)
        assert list(table.targets_from(status)) == list(dict.fromkeys(s.to for s in steps))


def test_a_verb_of_another_noun_has_no_step() -> None:
    with pytest.raises(KeyError):
        COMPLAINT.step("publish")


def test_withdrawn_is_the_end_and_closed_can_only_be_reopened() -> None:
    assert COMPLAINT.targets_from(ComplaintStatus.WITHDRAWN) == ()
    assert [s.verb for s in COMPLAINT.steps_from(ComplaintStatus.CLOSED)] == ["reopen"]


def test_open_is_what_still_waits_for_an_answer() -> None:
    ended = {ComplaintStatus.RESOLVED, ComplaintStatus.CLOSED, ComplaintStatus.WITHDRAWN}
    assert set(OPEN_COMPLAINTS) == set(ComplaintStatus) - ended


def test_ranks_count_the_statuses_from_one() -> None:
    assert [status.rank for status in ComplaintStatus] == list(range(1, 8))
