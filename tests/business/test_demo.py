"""The demo data is what verbs would have left: its rows, its log, and the way from one to other."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from models.access import SYSTEM, Role
from models.base import Act
from models.complaint import Complaint, ComplaintChannel, ServiceArea
from models.contact import Contact
from models.customer import Customer
from models.demo.complaint_steps import PER_SCALE
from models.demo.moments import midnight
from models.demo.provider import OPENED_DAYS_AGO
from models.demo.seeding import rows, seed
from models.enrollment import Enrollment
from models.events import Event, EventValue, head
from models.interaction import Interaction, InteractionKind
from models.loading import load
from models.rules.lifecycle import (
    COMPLAINT,
    CUSTOMER,
    ENROLLMENT,
    LIVE_ENROLLMENTS,
    ComplaintStatus,
    CustomerStage,
    EnrollmentStatus,
    Lifecycle,
    PortfolioStatus,
    SlaStatus,
)
from models.rules.priority import Level, Priority, assessed_priority
from models.rules.text import folded
from models.service import Service
from models.sla import Sla
from models.staff import StaffMember
from models.transaction import transact

NOW = datetime(2026, 3, 31, 15, 20, tzinfo=UTC)
"""A moment soon after a step of daylight saving in Europe."""
TODAY = midnight(NOW)
ROWS_BEFORE_THE_POWER_FAILS = 12_345

Values = Mapping[str, Any]

COMPLAINT_VERBS = {
    "complaint.acknowledged": "acknowledge",
    "complaint.investigated": "investigate",
    "complaint.customer_awaited": "await_customer",
    "complaint.resumed": "resume",
    "complaint.resolved": "resolve",
    "complaint.closed": "close",
    "complaint.reopened": "reopen",
    "complaint.withdrawn": "withdraw",
}
CUSTOMER_VERBS = {
    "customer.activated": "activate",
    "customer.marked_dormant": "mark_dormant",
    "customer.marked_former": "mark_former",
}
ENROLLMENT_VERBS = {
    f"enrollment.{done}": verb
    for done, verb in {
        "activated": "activate",
        "rejected": "reject",
        "suspended": "suspend",
        "resumed": "resume",
        "ended": "end",
    }.items()
}
UNEDITING = {
    "action.planned",
    "action.started",
    "action.completed",
    "action.verified",
    "complaint.commented",
    "complaint.escalated",
    "sla.warned",
    "sla.breached",
    "customer.reviewed",
}
"""Events that leave a row's version as it is."""
AHEAD = {
    "auto_close_at",
    "due_order_at",
    "next_alert_at",
    "next_tick_at",
    "resolution_due_at",
    "response_due_at",
    "review_due_at",
    "follow_up_at",
    "ends_at",
    "expires_at",
}
"""Instants that may lie ahead."""


@cache
def told(scale: int) -> dict[type, list[Values]]:
    by_table: dict[type, list[Values]] = defaultdict(list)
    for table, values in rows(scale, NOW):
        by_table[table].append(values)
    return by_table


def of(table: type) -> list[Values]:
    return told(1)[table]


def events_of(noun: str) -> Mapping[int, list[Values]]:
    """The events of each row of a noun, in the order of the log."""
    by_row: dict[int, list[Values]] = defaultdict(list)
    for event in of(Event):
        if event["subject_type"] == noun:
            by_row[event["subject_id"]].append(event)
    return by_row


def change(event: Values, field: str) -> Values | None:
    return next((each for each in event["changes"] if each["field"] == field), None)


def test_there_are_300_complaints_and_some_of_every_status() -> None:
    assert Counter(row["status"] for row in of(Complaint)) == PER_SCALE
    assert sum(PER_SCALE.values()) == 300
    assert set(PER_SCALE) == set(ComplaintStatus)


def test_every_stage_status_channel_area_and_priority_is_there() -> None:
    found = {
        (table, column): {row[column] for row in of(table)}
        for table, column in (
            (Customer, "stage"),
            (Enrollment, "status"),
            (Service, "portfolio_status"),
            (Sla, "status"),
            (Complaint, "channel"),
            (Complaint, "area"),
            (Complaint, "priority"),
        )
    }
    assert list(found.values()) == [
        set(CustomerStage),
        set(EnrollmentStatus),
        set(PortfolioStatus),
        set(SlaStatus),
        set(ComplaintChannel),
        set(ServiceArea),
        set(Priority),
    ]


def test_a_scale_of_2_has_twice_the_customers_and_complaints_and_the_same_provider() -> None:
    grown: tuple[type, ...] = (Customer, Complaint)
    steady: tuple[type, ...] = (StaffMember, Service, Sla)
    assert all(len(told(2)[table]) == 2 * len(of(table)) for table in grown)
    assert all(told(2)[table] == of(table) for table in steady)


def test_the_first_complaints_are_the_same_at_every_scale() -> None:
    first, again = (
        {row["id"]: row for row in told(scale)[Complaint] if row["id"] <= 12} for scale in (1, 2)
    )
    assert len(first) == 12
    assert first == again


def test_two_starts_within_one_day_tell_the_same() -> None:
    later = NOW + timedelta(hours=5)
    assert list(rows(1, NOW)) == list(rows(1, later))


def test_everything_happened_before_the_day_and_since_the_provider_began() -> None:
    begun = TODAY - timedelta(days=OPENED_DAYS_AGO + 3)
    for table, found in told(1).items():
        for row in found:
            for column, value in row.items():
                if isinstance(value, datetime) and column not in AHEAD | {"effective_from"}:
                    assert begun < value < TODAY, (table, row["id"], column)


def test_the_log_rises_in_number_and_in_time_with_no_hole() -> None:
    log = of(Event)
    assert [event["seq"] for event in log] == list(range(1, len(log) + 1))
    instants = [event["occurred_at"] for event in log]
    assert instants == sorted(instants)


@pytest.mark.parametrize(
    ("table", "lifecycle", "verbs"),
    [
        (Complaint, COMPLAINT, COMPLAINT_VERBS),
        (Customer, CUSTOMER, CUSTOMER_VERBS),
        (Enrollment, ENROLLMENT, ENROLLMENT_VERBS),
    ],
    ids=["complaint", "customer", "enrollment"],
)
def test_events_replay_through_the_lifecycle_to_the_row(
    table: Any, lifecycle: Lifecycle[Any], verbs: Mapping[str, str]
) -> None:
    log = events_of(table.noun)
    for row in of(table):
        status: str | None = None
        for event in log[row["id"]]:
            moved = change(event, "stage" if table is Customer else "status")
            if moved is None:
                continue
            assert moved["before"] == status
            if event["kind"] in verbs:
                step = lifecycle.step(verbs[event["kind"]])
                assert moved["before"] in [source.value for source in step.sources]
                assert moved["after"] == step.to.value
            status = moved["after"]
        assert status == row[lifecycle.column].value


@pytest.mark.parametrize(
    "table", [Complaint, Customer, Enrollment, Contact, Interaction, Service, Sla]
)
def test_a_version_counts_the_edits_that_the_log_tells_of(table: Any) -> None:
    log = events_of(table.noun)
    for row in of(table):
        edits = [event for event in log[row["id"]] if event["kind"] not in UNEDITING]
        assert row.get("version", 1) == len(edits)
        assert row["created_at"] == edits[0]["occurred_at"]
        assert row["updated_at"] == edits[-1]["occurred_at"]


def test_a_complaint_holds_what_its_events_left() -> None:
    log = events_of(Complaint.noun)
    for row in of(Complaint):
        told_by = defaultdict(list)
        for event in log[row["id"]]:
            told_by[event["kind"]].append(event)
        owners = [found for event in log[row["id"]] if (found := change(event, "owner_id"))]
        owner = next((each["after"] for each in reversed(owners)), None)
        assert owner == (row["owner_id"] and {"staff": row["owner_id"]})
        assert row["reopen_count"] == len(told_by["complaint.reopened"])
        acknowledged = told_by["complaint.acknowledged"]
        at = acknowledged[0]["occurred_at"] if acknowledged else None
        assert row.get("acknowledged_at") == at
        is_answered = row["status"] in (ComplaintStatus.RESOLVED, ComplaintStatus.CLOSED)
        if is_answered:
            assert row["resolved_at"] == told_by["complaint.resolved"][-1]["occurred_at"]
            assert row["resolution_summary"]
        elif row["status"] is not ComplaintStatus.WITHDRAWN:
            assert row.get("resolved_at") is None
            assert row.get("resolution_summary") is None


def test_what_is_derived_is_what_the_verbs_would_have_derived() -> None:
    for row in of(Complaint):
        has_risk = row["has_safety_risk"]
        impact, urgency = Level(row["impact"]), Level(row["urgency"])
        assert row["priority"] is assessed_priority(impact, urgency, has_safety_risk=has_risk)
        assert row["priority_rank"] == row["priority"].rank
        assert row["status_rank"] == row["status"].rank
        assert row["search_text"] == folded(row["title"], row["category"], row["description"])


def test_a_reason_stands_beside_each_event_that_needs_one() -> None:
    reasons = {row["seq"]: row["value"] for row in of(EventValue) if row["name"] == "reason"}
    for event in of(Event):
        verb = COMPLAINT_VERBS.get(event["kind"])
        needs = COMPLAINT.step(verb).needs if verb is not None else ()
        if {"reason", "question", "summary"} & set(needs):
            assert reasons[event["seq"]]


def test_no_customer_has_two_live_enrollments_in_one_service() -> None:
    live = Counter(
        (row["customer_id"], row["service_id"])
        for row in of(Enrollment)
        if row["status"] in LIVE_ENROLLMENTS
    )
    assert set(live.values()) == {1}


def test_a_complaint_belongs_to_the_enrollment_that_was_live_when_it_came() -> None:
    enrollments = {row["id"]: row for row in of(Enrollment)}
    contacts = {row["id"]: row for row in of(Contact)}
    for row in of(Complaint):
        if row["enrollment_id"] is not None:
            enrollment = enrollments[row["enrollment_id"]]
            for column in ("customer_id", "service_id", "sla_id"):
                assert row[column] == enrollment[column]
            assert enrollment["requested_at"] <= row["received_at"]
            ended_at = enrollment["ended_at"]
            assert ended_at is None or row["received_at"] < ended_at
        if row["raised_by_id"] is not None:
            assert contacts[row["raised_by_id"]]["customer_id"] == row["customer_id"]


def test_a_review_is_due_an_interval_after_the_last_one_that_was_held() -> None:
    held = {
        row["customer_id"]: row["occurred_at"]
        for row in of(Interaction)
        if row["kind"] is InteractionKind.SERVICE_REVIEW
    }
    log = events_of(Customer.noun)
    for row in of(Customer):
        assert row["last_reviewed_at"] == held.get(row["id"])
        if row["stage"] is not CustomerStage.ACTIVE:
            assert row["next_review_on"] is None
            continue
        began = [e["occurred_at"] for e in log[row["id"]] if e["kind"] == "customer.activated"]
        since = (row["last_reviewed_at"] or began[-1]).astimezone(ZoneInfo(row["time_zone"]))
        interval = timedelta(days=row["review_interval_days"])
        assert row["next_review_on"] == since.date() + interval


def test_some_reviews_are_overdue_and_some_customers_have_no_manager() -> None:
    active = [row for row in of(Customer) if row["stage"] is CustomerStage.ACTIVE]
    assert any(row["review_due_at"] <= TODAY for row in active)
    assert any(row["review_due_at"] > TODAY for row in active)
    assert [row["relationship_manager_id"] for row in active].count(None) == 2


def test_all_people_are_invented_and_some_speak_spanish() -> None:
    assert {row["locale"] for row in of(Contact)} == {"en", "es"}
    for table in (Contact, StaffMember):
        for row in of(table):
            assert row["email"].endswith(".example")
            assert row["email"].isascii()
    addresses = Counter((row["customer_id"], row["email"]) for row in of(Contact))
    assert set(addresses.values()) == {1}


def test_each_customer_has_2_to_4_contacts_of_whom_one_is_the_primary() -> None:
    people: dict[int, list[Values]] = defaultdict(list)
    for row in of(Contact):
        people[row["customer_id"]].append(row)
    assert len(people) == 40
    for found in people.values():
        assert 2 <= len(found) <= 4
        assert [row["is_primary"] for row in found].count(True) == 1


def ignore_progress(step: str, done: int, total: int) -> None:
    assert 0 <= done <= total, step


async def test_what_is_loaded_is_what_was_told(database: str) -> None:
    counts = await seed(1, NOW, ignore_progress)
    assert counts["complaint"] == await Complaint.all().count() == 300
    assert counts["event"] == await head() == len(of(Event))
    stored = await Complaint.filter(id=1).get()
    row = next(each for each in of(Complaint) if each["id"] == 1)
    assert (stored.title, stored.status) == (row["title"], ComplaintStatus.RESOLVED)
    assert abs(stored.received_at - row["received_at"]) < timedelta(milliseconds=1)
    assert stored.pauses == row["pauses"]


async def test_clocks_read_as_verbs_and_ticker_would_have_stored_them(database: str) -> None:
    await seed(1, NOW, ignore_progress)
    columns = [
        f"{clock}_{column}"
        for clock in ("response", "resolution")
        for column in ("state", "due_at", "breached_at")
    ] + ["due_order_at", "next_alert_at", "next_tick_at"]
    for row in await Complaint.all().order_by("id"):
        before = {column: getattr(row, column) for column in columns}
        await row.gather(Act(SYSTEM, TODAY), frozenset(), {})
        row.update_clocks(TODAY)
        assert before == {column: _rounded(getattr(row, column)) for column in columns}, row.id
    assert await Complaint.filter(next_tick_at__lte=TODAY).count() == 0


def _rounded(value: Any) -> Any:
    """An instant to the millisecond, as it is stored."""
    if isinstance(value, datetime):
        return value.replace(microsecond=value.microsecond // 1000 * 1000)
    return value


async def test_numbers_go_on_after_those_that_were_loaded(database: str) -> None:
    await seed(1, NOW, ignore_progress)
    act = Act(SYSTEM, NOW)
    complaint = await Complaint.get(id=12)
    newest = await head()
    await transact(act, lambda: complaint.acknowledge(act, owner_id=3))
    assert await head() == newest + 1
    added = await transact(
        act, lambda: StaffMember.add(act, name="Ana", email="ana@new.example", roles=[Role.AGENT])
    )
    assert added.id == len(of(StaffMember)) + 1


async def test_a_seed_that_is_interrupted_leaves_nothing(database: str) -> None:
    def broken() -> Iterator[Any]:
        for count, row in enumerate(rows(12, NOW)):
            if count == ROWS_BEFORE_THE_POWER_FAILS:
                raise KeyboardInterrupt
            yield row

    heard: list[int] = []
    with pytest.raises(KeyboardInterrupt):
        await load(broken(), heard=heard.append)
    assert heard
    for table in (StaffMember, Customer, Complaint, Event):
        assert await table.all().count() == 0
