"""What a complaint is about: it must belong to the customer, and together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from models.base import Act
from models.contact import contact_of
from models.enrollment import Enrollment
from models.errors import InvalidInput, RuleViolated
from models.faults import Faults
from models.service import Service
from models.sla import Sla


@dataclass
class Belonging:
    """Who complained, and about what; the SLA and calendar are those then in force."""

    customer_id: int
    raised_by_id: int | None = None
    service_id: int | None = None
    enrollment_id: int | None = None
    sla_id: int | None = None
    calendar_id: int | None = None


async def belonging(
    act: Act,
    faults: Faults,
    *,
    customer_id: int,
    received_at: datetime,
    raised_by_id: int | None,
    service_id: int | None,
    enrollment_id: int | None,
) -> Belonging:
    """What a complaint belongs to; what belongs to somebody else goes to `faults`.

    Raises NotFound for what the actor can't see.
    """
    found = Belonging(customer_id)
    found.raised_by_id = await contact_of(act, faults, customer_id, raised_by_id, "raised_by_id")
    if service_id is not None:
        service = await faults.of(Service.within(act, service_id, "service_id", is_locked=False))
        found.service_id = None if service is None else service.id
    enrollment = None
    if enrollment_id is not None:
        enrollment = await faults.of(
            Enrollment.within(act, enrollment_id, "enrollment_id", is_locked=False)
        )
    if enrollment is not None:
        if enrollment.customer_id != customer_id:
            faults.add(_elsewhere("enrollment_id"))
        if service_id is not None and enrollment.service_id != service_id:
            faults.add(_elsewhere("service_id"))
        if not enrollment.was_live_at(received_at):
            faults.add(
                RuleViolated(
                    "enrollment_was_live_when_received",
                    en="This enrolment was not live when the complaint was received.",
                    es="Esta suscripción no estaba vigente cuando se recibió la reclamación.",
                    path=("enrollment_id",),
                )
            )
    elif enrollment_id is None and service_id is not None:
        enrollment = await _live_enrollment(customer_id, service_id, received_at)
    if enrollment is not None:
        sla = await Sla.get(id=enrollment.sla_at(received_at))
        found.enrollment_id, found.service_id = enrollment.id, enrollment.service_id
        found.sla_id, found.calendar_id = sla.id, enrollment.own_calendar_id or sla.calendar_id
    return found


async def _live_enrollment(
    customer_id: int, service_id: int, received_at: datetime
) -> Enrollment | None:
    """The customer's enrolment in the service that was live at an instant."""
    rows = await Enrollment.filter(
        customer_id=customer_id, service_id=service_id, requested_at__lte=received_at
    ).order_by("-requested_at", "-id")
    for row in rows:
        if row.was_live_at(received_at):
            return row
    return None


def _elsewhere(path: str) -> InvalidInput:
    return InvalidInput(
        "belongs together",
        en="This belongs to another customer or service.",
        es="Esto pertenece a otro cliente o servicio.",
        path=(path,),
    )
