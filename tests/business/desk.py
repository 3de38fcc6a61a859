"""A desk that handles complaints: people, a customer, and an SLA whose clocks run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from models import due
from models.access import Role, Viewer
from tests.graph.asking import Graph, contact_of, member, number
from tests.graph.world import World

CLOCK = """metric state targetSeconds elapsedSeconds remainingSeconds startedAt warnsAt dueAt
  stoppedAt breachedAt"""
_OFFICE = {"timeZone": "Europe/Madrid"}


def at(text: str) -> datetime:
    """The instant that an ISO 8601 text names."""
    return datetime.fromisoformat(text)


def written(instant: datetime | None) -> str | None:
    """An instant as the graph writes it."""
    if instant is None:
        return None
    utc = instant.astimezone(UTC).replace(tzinfo=None)
    return f"{utc.isoformat(timespec='milliseconds')}Z"


@dataclass
class Desk:
    """Global ids of who and what is there; `graph` has the time, which a test moves."""

    graph: Graph
    world: World
    manager: str
    agent: str
    customer: str
    contact: str
    calendar: str
    service: str
    sla: str
    enrollment: str

    @property
    def as_agent(self) -> Viewer:
        return member(self.agent, Role.AGENT)

    @property
    def as_contact(self) -> Viewer:
        return contact_of(self.customer, contact=self.contact)

    @property
    def as_auditor(self) -> Viewer:
        return member(self.manager, Role.AUDITOR)

    async def record(self, **given: Any) -> str:
        """A complaint about the service, MEDIUM unless it says otherwise."""
        return await self.world.complaint(self.customer, **{"serviceId": self.service, **given})

    async def do(self, mutation: str, complaint: str, **given: Any) -> None:
        await self.graph.do(mutation, complaintId=complaint, **given)

    async def acknowledged(self, **given: Any) -> str:
        complaint = await self.record(**given)
        await self.do("acknowledgeComplaint", complaint, ownerId=self.agent)
        return complaint

    async def resolved(self, **given: Any) -> str:
        complaint = await self.acknowledged(**given)
        await self.resolve(complaint)
        return complaint

    async def resolve(self, complaint: str, kind: str = "EXPLAINED") -> None:
        await self.do("resolveComplaint", complaint, kind=kind, summary="It is so.")

    async def plan(self, complaint: str, **given: Any) -> str:
        """A correction, PLANNED."""
        wanted = {"kind": "CORRECTION", "title": "Mend it", **given}
        payload = await self.graph.do(
            "planCorrectiveAction", "correctiveAction { id }", complaintId=complaint, **wanted
        )
        made: str = payload["correctiveAction"]["id"]
        return made

    async def act(self, mutation: str, action: str, **given: Any) -> dict[str, Any]:
        """The action after one of its mutations."""
        fields = "correctiveAction { id version status completedAt verifiedAt finding }"
        payload = await self.graph.do(mutation, fields, correctiveActionId=action, **given)
        found: dict[str, Any] = payload["correctiveAction"]
        return found

    async def finish(self, action: str) -> None:
        """Starts an action and has it done."""
        await self.act("startCorrectiveAction", action)
        await self.act("completeCorrectiveAction", action)

    async def see(self, complaint: str, fields: str, **kwargs: Any) -> dict[str, Any]:
        """What the graph shows of a complaint now."""
        document = f"query ($id: ID!) {{ complaint(id: $id) {{ {fields} }} }}"
        data = await self.graph.read(document, {"id": complaint}, **kwargs)
        found: dict[str, Any] = data["complaint"]
        return found

    async def clocks(self, complaint: str) -> tuple[dict[str, Any], dict[str, Any]]:
        """The response clock and the resolution clock."""
        found = await self.see(
            complaint, f"responseClock {{ {CLOCK} }} resolutionClock {{ {CLOCK} }}"
        )
        return found["responseClock"], found["resolutionClock"]

    async def told(self, complaint: str, *kinds: str) -> list[dict[str, Any]]:
        """The complaint's events of these kinds (all where none is named), the oldest first."""
        fields = "kind occurredAt reason actor { __typename } changes { field before after }"
        found = await self.see(complaint, f"timeline(first: 100) {{ nodes {{ {fields} }} }}")
        nodes: list[dict[str, Any]] = found["timeline"]["nodes"][::-1]
        return [node for node in nodes if not kinds or node["kind"] in kinds]

    async def alerts(self, complaint: str) -> list[tuple[str, str, str]]:
        """Metric, state and instant of each alert that was told."""
        told = await self.told(complaint, "sla.warned", "sla.breached")
        return [
            (after(event, "metric"), after(event, "state"), event["occurredAt"]) for event in told
        ]

    async def tick(self) -> int:
        """What the ticker does at the graph's time."""
        return await due.tick(self.graph.now)

    async def until(self, text: str) -> None:
        """Moves the time to an instant and lets the ticker do what is due by then."""
        self.graph.now = at(text)
        await self.tick()


def after(event: dict[str, Any], field: str) -> Any:
    """What an event says that a field became; None where it says nothing of it."""
    return next((each["after"] for each in event["changes"] if each["field"] == field), None)


async def opened(world: World, **calendar: Any) -> Desk:
    """A desk with the world's targets, on office hours in Madrid unless it says otherwise.

    It was opened a month ago: complaints may have come since.
    """
    graph, now = world.graph, world.graph.now
    graph.later(days=-30)
    manager = await world.staff("RELATIONSHIP_MANAGER")
    agent = await world.staff("AGENT")
    customer = await world.customer(relationshipManagerId=manager)
    calendar_id = await world.calendar(**{**_OFFICE, **calendar})
    service = await world.proposed()
    sla = await world.offered(service, calendarId=calendar_id)
    await graph.do("publishService", serviceId=service)
    desk = Desk(
        graph=graph,
        world=world,
        manager=manager,
        agent=agent,
        customer=customer,
        contact=await world.contact(customer),
        calendar=calendar_id,
        service=service,
        sla=sla,
        enrollment=await world.enrollment(customer, (service, sla)),
    )
    graph.now = now
    return desk


__all__ = ["CLOCK", "Desk", "after", "at", "number", "opened", "written"]
