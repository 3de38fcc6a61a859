"""A small provider with its customers, made by the mutations that a client would use."""

from __future__ import annotations

from itertools import count
from typing import Any

from tests.graph.asking import Graph

STATUSES = (
    "RECEIVED",
    "ACKNOWLEDGED",
    "INVESTIGATING",
    "AWAITING_CUSTOMER",
    "RESOLVED",
    "CLOSED",
    "WITHDRAWN",
)
PRIORITIES = ("CRITICAL", "HIGH", "MEDIUM", "LOW")
TARGETS = [
    {"priority": priority, "metric": metric, "targetMinutes": minutes * (1 + index)}
    for index, priority in enumerate(PRIORITIES)
    for metric, minutes in (("RESPONSE", 60), ("RESOLUTION", 240))
]
OFFICE_HOURS = [
    {"weekday": day, "opensAt": "09:00", "closesAt": "17:00"}
    for day in ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY")
]


class World:
    """Makes rows and gives their ids; each has a name of its own."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self._numbers = count(1)

    async def made(self, mutation: str, noun: str, given: dict[str, Any]) -> str:
        payload = await self.graph.do(mutation, f"{noun} {{ id }}", **given)
        made: str = payload[noun]["id"]
        return made

    async def staff(self, *roles: str, **given: Any) -> str:
        n = next(self._numbers)
        defaults = {
            "name": f"Person {n}",
            "email": f"person{n}@example.org",
            "roles": list(roles or ("RELATIONSHIP_MANAGER", "AGENT")),
        }
        return await self.made("addStaffMember", "staffMember", defaults | given)

    async def calendar(self, **given: Any) -> str:
        defaults = {
            "name": f"Calendar {next(self._numbers)}",
            "timeZone": "Europe/Madrid",
            "hours": OFFICE_HOURS,
        }
        return await self.made("defineCalendar", "calendar", defaults | given)

    async def proposed(self, **given: Any) -> str:
        n = next(self._numbers)
        defaults = {"code": f"S{n}", "name": f"Service {n}", "description": "What it does."}
        return await self.made("proposeService", "service", defaults | given)

    async def drafted(self, service: str, **given: Any) -> str:
        defaults = {"serviceId": service, "name": "Standard", "targets": TARGETS}
        if "calendarId" not in given:
            defaults["calendarId"] = await self.calendar()
        return await self.made("draftSla", "sla", defaults | given)

    async def offered(self, service: str, **given: Any) -> str:
        """An ACTIVE SLA."""
        sla = await self.drafted(service, **given)
        await self.graph.do("activateSla", slaId=sla)
        return sla

    async def service(self, **given: Any) -> tuple[str, str]:
        """A service of the catalogue and the SLA that it is offered under."""
        service = await self.proposed(**given)
        sla = await self.offered(service)
        await self.graph.do("publishService", serviceId=service)
        return service, sla

    async def customer(self, **given: Any) -> str:
        """A prospect."""
        defaults = {"name": f"Customer {next(self._numbers)}", "timeZone": "Europe/Madrid"}
        return await self.made("registerCustomer", "customer", defaults | given)

    async def contact(self, customer: str, **given: Any) -> str:
        n = next(self._numbers)
        defaults = {
            "customerId": customer,
            "name": f"Contact {n}",
            "email": f"contact{n}@example.org",
            "role": "SPONSOR",
        }
        return await self.made("addContact", "contact", defaults | given)

    async def requirement(self, customer: str, **given: Any) -> str:
        """A requirement that was IDENTIFIED."""
        defaults = {
            "customerId": customer,
            "statement": f"Need {next(self._numbers)}",
            "priority": "MEDIUM",
        }
        return await self.made("identifyRequirement", "requirement", defaults | given)

    async def requested(self, customer: str, offer: tuple[str, str], **given: Any) -> str:
        defaults = {"customerId": customer, "serviceId": offer[0], "slaId": offer[1]}
        return await self.made("requestEnrollment", "enrollment", defaults | given)

    async def enrollment(self, customer: str, offer: tuple[str, str], **given: Any) -> str:
        """An ACTIVE enrolment."""
        enrollment = await self.requested(customer, offer, **given)
        await self.graph.do("activateEnrollment", enrollmentId=enrollment)
        return enrollment

    async def item(self, **given: Any) -> str:
        """A configuration item that is PLANNED."""
        defaults = {"name": f"Item {next(self._numbers)}", "ciClass": "server"}
        return await self.made("addConfigurationItem", "configurationItem", defaults | given)

    async def related(self, kind: str, source: str, target: str, **given: Any) -> str:
        """A live edge."""
        ends = {"kind": kind, "sourceId": source, "targetId": target}
        return await self.made("relate", "relationship", ends | given)

    async def complaint(self, customer: str, **given: Any) -> str:
        """A complaint that was RECEIVED."""
        defaults = {
            "customerId": customer,
            "subject": f"Complaint {next(self._numbers)}",
            "description": "It does not work.",
            "channel": "EMAIL",
            "impact": "MEDIUM",
            "urgency": "MEDIUM",
        }
        return await self.made("recordComplaint", "complaint", defaults | given)

    async def brought(self, complaint: str, status: str, owner: str) -> str:
        """The complaint, brought from RECEIVED to a status."""
        graph, on = self.graph, {"complaintId": complaint}
        if status == "WITHDRAWN":
            await graph.do("withdrawComplaint", **on, reason="Never mind.")
        if status in ("RECEIVED", "WITHDRAWN"):
            return complaint
        await graph.do("acknowledgeComplaint", **on, ownerId=owner)
        if status == "INVESTIGATING":
            await graph.do("investigateComplaint", **on)
        if status == "AWAITING_CUSTOMER":
            await graph.do("awaitCustomer", **on, question="Which one?")
        if status in ("RESOLVED", "CLOSED"):
            await graph.do("resolveComplaint", **on, kind="EXPLAINED", summary="It is so.")
        if status == "CLOSED":
            await graph.do("closeComplaint", **on)
        return complaint


async def populated(world: World) -> dict[str, list[str]]:
    """A provider with some of everything, alike wherever it is made; ids by noun."""
    graph = world.graph
    staff = [await world.staff(name=name) for name in ("Ana Ñúñez", "Bo", "Çelik")]
    services = [await world.service(ownerId=staff[0]), await world.service(category="Network")]
    planned = await world.proposed(name="Planned")
    draft = await world.drafted(planned)
    customers = [
        await world.customer(relationshipManagerId=staff[0], industry="Food", locale="es"),
        await world.customer(timeZone="America/St_Johns", reviewIntervalDays=30),
        await world.customer(timeZone="Australia/Lord_Howe"),
    ]
    contacts = [await world.contact(customer, isPrimary=True) for customer in customers]
    enrollments = [
        await world.enrollment(customers[0], services[0], endsOn="2026-12-31"),
        await world.requested(customers[0], services[1]),
        await world.enrollment(customers[1], services[0]),
    ]
    await graph.do("suspendEnrollment", enrollmentId=enrollments[2], reason="Moving house.")
    complaints = []
    for number, status in enumerate(STATUSES):
        complaint = await world.complaint(
            customers[number % 2],
            serviceId=services[0][0],
            raisedById=contacts[number % 2],
            area="EMPATHY",
            hasSafetyRisk=bool(number % 2),
        )
        complaints.append(await world.brought(complaint, status, staff[number % 3]))
        for visibility in ("INTERNAL", "CUSTOMER"):
            await graph.do(
                "commentOnComplaint", complaintId=complaint, body="So.", visibility=visibility
            )
        graph.later(hours=7)
    praised = [
        await world.made(
            "recordCommendation",
            "commendation",
            {"contactId": contact, "serviceId": services[0][0], "text": "Thank you."},
        )
        for contact in contacts[:2]
    ]
    more = await _more(world, customers, complaints[2], staff)
    return more | {
        "staff": staff,
        "service": [*(service for service, _ in services), planned],
        "sla": [*(sla for _, sla in services), draft],
        "calendar": ["calendar_1", "calendar_2"],
        "customer": customers,
        "contact": contacts,
        "enrollment": enrollments,
        "complaint": complaints,
        "commendation": praised,
        "comment": ["comment_1", "comment_2"],
        "event": ["event_1", "event_20", "event_40"],
    }


async def _more(
    world: World, customers: list[str], complaint: str, staff: list[str]
) -> dict[str, list[str]]:
    """Corrective actions at every step, interactions, needs, items and how they hang together."""
    actions = []
    for kind in ("CORRECTION", "CORRECTIVE", "PREVENTIVE"):
        given = {"complaintId": complaint, "kind": kind, "title": "Do it", "dueOn": "2026-12-01"}
        actions.append(
            await world.made(
                "planCorrectiveAction", "correctiveAction", given | {"ownerId": staff[0]}
            )
        )
    for action in actions[1:]:
        await world.graph.do("startCorrectiveAction", correctiveActionId=action)
    await world.graph.do("completeCorrectiveAction", correctiveActionId=actions[2])
    talk = {
        "customerId": customers[0],
        "kind": "CALL",
        "summary": "So.",
        "followUpOn": "2026-12-01",
    }
    need = {"customerId": customers[1], "statement": "More.", "priority": "LOW"}
    items = [
        await world.made(
            "addConfigurationItem", "configurationItem", {"name": name, "ciClass": "host"}
        )
        for name in ("One", "Two")
    ]
    await world.graph.do("activateConfigurationItem", configurationItemId=items[1])
    edge = {"kind": "PARTNER_OF", "sourceId": customers[0], "targetId": customers[1]}
    return {
        "action": actions,
        "interaction": [await world.made("recordInteraction", "interaction", talk)],
        "requirement": [await world.made("identifyRequirement", "requirement", need)],
        "item": items,
        "relationship": [await world.made("relate", "relationship", edge)],
    }
