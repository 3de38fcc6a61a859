"""Assesses relationships: after what happens to a customer, and once a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from models import events
from models.access import SYSTEM
from models.base import Act
from models.complaint import Complaint
from models.customer import Customer
from models.events import EventRow
from models.interaction import Interaction
from models.reader import read_on
from models.response import SurveyAnswer
from models.rules.health import LOOK_BACK_DAYS, Evidence, assess
from models.rules.lifecycle import OPEN_COMPLAINTS, CustomerStage
from models.rules.satisfaction import SurveyQuestionKind
from models.rules.sla_clock import ClockState

ASSESSED_EVERY = timedelta(days=1)
HEALTH_CHANGED = "customer.health_changed"
READER = "health"


async def follow(now: datetime) -> bool:
    """Assesses the customers of the log's next events; answers whether there may be more."""
    act = Act(SYSTEM, now)

    async def work(found: Sequence[EventRow]) -> None:
        concerned = {
            event.customer_id
            for event in found
            if event.customer_id is not None and event.kind != HEALTH_CHANGED
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
        events.record(
            act,
            HEALTH_CHANGED,
            customer,
            customer_id=customer.id,
            changes=[("health", before.value, band.value)],
            is_internal=True,
        )


async def _evidence(customer: Customer, now: datetime) -> Evidence:
    since = now - timedelta(days=LOOK_BACK_DAYS)
    complaints = Complaint.filter(customer_id=customer.id)
    open_ones = complaints.filter(status__in=list(OPEN_COMPLAINTS))
    breached = await _breached(open_ones)
    recent = complaints.filter(received_at__gte=since)
    broken = await _breached(recent)
    kept = await recent.filter(
        response_state=ClockState.MET, resolution_state=ClockState.MET
    ).count()
    last = await (
        SurveyAnswer.filter(
            customer_id=customer.id, kind=SurveyQuestionKind.RECOMMENDATION, score__isnull=False
        )
        .order_by("-submitted_at", "-id")
        .first()
    )
    talk = await Interaction.filter(customer_id=customer.id).order_by("-occurred_at").first()
    has_complaints = await complaints.exists()
    return Evidence(
        open_breached=breached,
        reopened=await open_ones.filter(reopen_count__gt=0).count(),
        attainment_percent=100 * kept / (kept + broken) if kept + broken else None,
        last_recommendation=None if last is None else last.score,
        overdue_follow_ups=await Interaction.filter(
            customer_id=customer.id,
            followed_up_at__isnull=True,
            follow_up_at__lte=now - timedelta(days=1),
        ).count(),
        days_without_interaction=(now - (talk.occurred_at if talk else customer.created_at)).days,
        is_active=customer.stage is CustomerStage.ACTIVE,
        has_any=has_complaints or talk is not None or last is not None,
    )


async def _breached(complaints: QuerySet[Complaint]) -> int:
    return await complaints.filter(
        Q(response_breached_at__isnull=False) | Q(resolution_breached_at__isnull=False)
    ).count()
