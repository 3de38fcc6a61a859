"""Assesses relationships: after what happens to a customer, and once a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from models.access import SYSTEM
from models.base import Act
from models.complaint import BREACHED, MET, OPEN, REOPENED, Complaint
from models.customer import ACTIVE, REVIEW_OVERDUE, Customer, start_of_day
from models.events import Change, EventRow, Fields, Kind
from models.interaction import FOLLOW_UP_DUE, Interaction
from models.predicate import has, one_of
from models.reader import read_on
from models.response import SCORED, SurveyAnswer, answers_to
from models.rules.health import LOOK_BACK_DAYS, Evidence, HealthBand, assess
from models.rules.satisfaction import SurveyQuestionKind

ASSESSED_EVERY = timedelta(days=1)


@dataclass(frozen=True)
class Banded(Fields):
    health_band: Change


HEALTH_CHANGED = Kind(
    "customer.health_changed",
    "A relationship's health went to another band.",
    Banded,
    is_internal=True,
)
READER = "health"


async def follow(now: datetime) -> bool:
    """Assesses the customers of the log's next events; answers whether there may be more."""
    act = Act(SYSTEM, now)

    async def work(found: Sequence[EventRow]) -> None:
        concerned = {
            event.customer_id
            for event in found
            if event.customer_id is not None and event.kind != HEALTH_CHANGED.name
        }
        for customer_id in sorted(concerned):
            row = await Customer.filter(id=customer_id).select_for_update(no_key=True).first()
            if row is not None:
                await reassess(act, row)

    return await read_on(act, READER, work)


async def reassess(act: Act, customer: Customer) -> None:
    """Stores the customer's band and reasons as of now; a new band is an event."""
    band, reasons = assess(await _evidence(customer, act.now))
    before, customer.health_band = customer.health_band, band
    customer.health_rank = band.rank
    customer.health_reasons = [
        {"code": reason.code.value, "figure": reason.figure} for reason in reasons
    ]
    customer.health_assessed_at = act.now
    customer.next_tick_at = act.now + ASSESSED_EVERY
    await customer.save()
    if band is not before:
        HEALTH_CHANGED.record(act, customer, Banded((before, band)))


async def _evidence(customer: Customer, now: datetime) -> Evidence:
    complaints = Complaint.filter(customer_id=customer.id)
    recent = complaints.filter(received_at__gte=now - timedelta(days=LOOK_BACK_DAYS))
    kept = await recent.filter(MET.q()).count()
    broken = await recent.filter(BREACHED.q()).count()
    yesterday = now.astimezone(customer.zone).date() - timedelta(days=1)
    due_since_yesterday = FOLLOW_UP_DUE.q(start_of_day(yesterday, customer.time_zone))
    last = await (
        SurveyAnswer.filter(
            (answers_to(SurveyQuestionKind.RECOMMENDATION) & SCORED).q(), customer_id=customer.id
        )
        .order_by("-submitted_at", "-id")
        .first()
    )
    talk = await Interaction.filter(customer_id=customer.id).order_by("-occurred_at").first()
    has_complaints = await complaints.exists()
    return Evidence(
        open_breached=await complaints.filter((OPEN & BREACHED).q()).count(),
        reopened=await complaints.filter(REOPENED.q()).count(),
        attainment_percent=100 * kept / (kept + broken) if kept + broken else None,
        last_recommendation=None if last is None else last.score,
        overdue_follow_ups=await Interaction.filter(
            due_since_yesterday, customer_id=customer.id
        ).count(),
        days_without_interaction=(now - (talk.occurred_at if talk else customer.created_at)).days,
        is_active=ACTIVE.holds(customer),
        has_any=has_complaints or talk is not None or last is not None,
    )


NEEDS_CALL = (
    one_of("health_band", HealthBand.WATCH, HealthBand.AT_RISK)
    | has(Interaction, by="customer_id", where=FOLLOW_UP_DUE)
    | REVIEW_OVERDUE
)
"""There is a reason to call the customer today."""
