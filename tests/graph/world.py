"""A small provider with its customers, made by the mutations that a client would use."""

from __future__ import annotations

from itertools import count
from typing import Any

from tests.graph.asking import Graph

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

    async def _made(self, mutation: str, noun: str, given: dict[str, Any]) -> str:
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
        return await self._made("addStaffMember", "staffMember", defaults | given)

    async def calendar(self, **given: Any) -> str:
        defaults = {
            "name": f"Calendar {next(self._numbers)}",
            "timeZone": "Europe/Madrid",
            "hours": OFFICE_HOURS,
        }
        return await self._made("defineCalendar", "calendar", defaults | given)

    async def proposed(self, **given: Any) -> str:
        n = next(self._numbers)
        defaults = {"code": f"S{n}", "name": f"Service {n}", "description": "What it does."}
        return await self._made("proposeService", "service", defaults | given)

    async def drafted(self, service: str, **given: Any) -> str:
        defaults = {"serviceId": service, "name": "Standard", "targets": TARGETS}
        if "calendarId" not in given:
            defaults["calendarId"] = await self.calendar()
        return await self._made("draftSla", "sla", defaults | given)

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
        return await self._made("registerCustomer", "customer", defaults | given)

    async def contact(self, customer: str, **given: Any) -> str:
        n = next(self._numbers)
        defaults = {
            "customerId": customer,
            "name": f"Contact {n}",
            "email": f"contact{n}@example.org",
            "role": "SPONSOR",
        }
        return await self._made("addContact", "contact", defaults | given)

    async def requested(self, customer: str, offer: tuple[str, str], **given: Any) -> str:
        defaults = {"customerId": customer, "serviceId": offer[0], "slaId": offer[1]}
        return await self._made("requestEnrollment", "enrollment", defaults | given)

    async def enrollment(self, customer: str, offer: tuple[str, str], **given: Any) -> str:
        """An ACTIVE enrolment."""
        enrollment = await self.requested(customer, offer, **given)
        await self.graph.do("activateEnrollment", enrollmentId=enrollment)
        return enrollment

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
        return await self._made("recordComplaint", "complaint", defaults | given)

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
