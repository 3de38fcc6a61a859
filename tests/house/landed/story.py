"""What happens in the database of a landed state: the demo's year, then all that it leaves out."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from tortoise import Tortoise

from models import events, health, mail, reader
from models.demo.seeding import seed
from tests.business.cases import ALONE, GOOD, LATER, prepared
from tests.business.desk import Desk, opened
from tests.business.exchanging import file_of, taken
from tests.business.mail_server import mail_server
from tests.business.sending import Sending
from tests.business.snapshots import rows
from tests.graph.asking import START, Graph, contact_of, member
from tests.graph.surveys import GOOD as ANSWERS
from tests.graph.surveys import Surveys
from tests.graph.world import OFFICE_HOURS, World, populated

DEMO_SCALE = 1
STEPS = (
    [name for name in GOOD if name not in LATER | ALONE],
    [name for name in GOOD if name in LATER],
    [name for name in GOOD if name in ALONE],
)
"""Cases take their way from each other: each of these lists gets a world of its own."""
FILES = {
    "customers": (
        "external_key name domain time_zone",
        ("CRM-1", "Imported Ltd", "imported.example", "UTC"),
    ),
    "contacts": (
        "external_key customer name email role",
        ("CRM-2", "CRM-1", "Io", "io@imported.example", "OTHER"),
    ),
    "services": ("external_key code name description", ("CAT-1", "IMP", "Imported", "Kept.")),
    "items": ("external_key name ci_class", ("CMDB-1", "imported-01", "server")),
    "relationships": (
        "external_key kind source_type source target_type target since note",
        ("REL-1", "DEPENDS_ON", "service", "CAT-1", "item", "CMDB-1", "2026-01-01", "Since then."),
    ),
}


class Displaced(Graph):
    """Gives the ids of a case to rows that were made since `displace`, and leaves other ids."""

    def __init__(self) -> None:
        super().__init__()
        self._before: dict[str, int] = {}

    async def displace(self) -> None:
        """From here on customer_1 is the next customer that is registered, and so on."""
        for model in Tortoise.apps["models"].values():
            name = getattr(model, "noun", "")
            if name:
                self._before[name] = max([row.pk for row in await model.all()], default=0)

    def _displaced(self, value: Any) -> Any:
        name, _, digits = value.rpartition("_") if isinstance(value, str) else ("", "", "")
        before = self._before.get(name, 0)
        is_of_a_case = digits.isdigit() and 0 < int(digits) <= before
        return f"{name}_{int(digits) + before}" if is_of_a_case else value

    async def attempt(self, mutation: str, objects: str = "", **given: Any) -> dict[str, Any]:
        moved = {name: self._displaced(value) for name, value in given.items()}
        return await super().attempt(mutation, objects, **moved)


async def tell(folder: Path) -> None:
    """Fills the open, migrated database. What is written beside it goes to `folder`.

    Raises AssertionError where an event kind did not happen or a column holds no value.
    """
    await seed(DEMO_SCALE, START, lambda *_: None)
    await reader.start_at_the_end(mail.READER)
    for kind, (header, row) in FILES.items():
        await taken(kind, file_of(header, row))
    graph = Displaced()
    world = World(graph)
    for names in STEPS:
        await _every_case(graph, world, names)
    desk = await opened(world)
    await _complaints(desk)
    await _needs(desk)
    await _surveys(Surveys(world), desk, folder)
    await _by_itself(desk)
    missing = await gaps()
    assert not missing, missing


async def _every_case(graph: Displaced, world: World, names: list[str]) -> None:
    """Each mutation as its case has it; it may be refused, where others took its way."""
    await graph.displace()
    await populated(world)
    for name in names:
        await prepared(graph, world, name)
        graph.later(minutes=1)
        given = {"idempotencyKey": f"{name} in {graph.now}", **GOOD[name].given}
        if "code" in given:
            given["code"] = f"new-{graph.now.timestamp():.0f}"
        await graph.attempt(name, viewer=member("staff_1"), **given)


async def _complaints(desk: Desk) -> None:
    """What a contact wrote, who was erased since, and what another one wrote, who stays."""
    leaving = await desk.world.contact(desk.customer, phone="+34 600 000 000", locale="es")
    for contact in (leaving, desk.contact):
        viewer = contact_of(desk.customer, contact=contact)
        complaint = await desk.record(
            viewer=viewer,
            raisedById=contact,
            category="Billing",
            area="VALUE",
            remedySought=f"What {contact} wants back.",
        )
        general = await desk.world.complaint(desk.customer, viewer=viewer)
        await desk.do("withdrawComplaint", general, reason="Found it.", viewer=viewer)
        await desk.do("acknowledgeComplaint", complaint, ownerId=desk.agent)
        await desk.do("awaitCustomer", complaint, question="Which invoice?")
        await desk.do("resumeComplaint", complaint, reason="The one of May.")
        await _say(desk, complaint, "Call me at home.", viewer=viewer)
        await desk.do("reprioritizeComplaint", complaint, priority="CRITICAL", reason="It costs.")
        await desk.do("escalateComplaint", complaint, reason="The press asks.")
        await _acted_on(desk, complaint)
        await desk.do(
            "resolveComplaint", complaint, kind="REMEDIED", summary="Paid.", rootCause="A typo."
        )
        await desk.do("reopenComplaint", complaint, reason="Not paid.", viewer=viewer)
        desk.graph.later(hours=1)
    await desk.graph.do("eraseContact", contactId=leaving)
    for kind in ("COMPENSATED", "NOT_UPHELD", "EXPLAINED"):
        complaint = await desk.acknowledged(hasSafetyRisk=True)
        await desk.resolve(complaint, kind)
    await desk.acknowledged()


async def _say(desk: Desk, complaint: str, body: str, **given: Any) -> None:
    await desk.do("commentOnComplaint", complaint, body=body, visibility="CUSTOMER", **given)


async def _acted_on(desk: Desk, complaint: str) -> None:
    """Actions, one of which is found without effect and replaced."""
    of = {"kind": "CORRECTIVE", "detail": "All of it.", "dueOn": "2026-12-01"}
    first = await desk.plan(complaint, **of, ownerId=desk.agent)
    await desk.act("startCorrectiveAction", first)
    await desk.act("completeCorrectiveAction", first, detail="Done so.")
    await desk.act("verifyCorrectiveAction", first, isEffective=False, finding="It came again.")
    second = await desk.plan(complaint, **of, ownerId=desk.manager, replacesId=first)
    await desk.finish(second)
    await desk.act("verifyCorrectiveAction", second, isEffective=True, finding="It holds.")


async def _needs(desk: Desk) -> None:
    """Needs that are met, talks, and calendars that are revised."""
    world, graph = desk.world, desk.graph
    offer = await world.service()
    need = await world.requirement(
        desk.customer, desiredOutcome="Less of it.", raisedById=desk.contact
    )
    await graph.do("matchRequirement", requirementId=need, serviceId=offer[0], reason="It fits.")
    await world.enrollment(desk.customer, offer, requirementId=need, calendarId=desk.calendar)
    for kind in ("CALL", "SERVICE_REVIEW"):
        talk = {"customerId": desk.customer, "contactId": desk.contact, "summary": "It went well."}
        talk |= {"kind": kind, "agreedActions": "Send it.", "followUpOn": _day(graph, 2)}
        made = await world.made("recordInteraction", "interaction", talk)
    await graph.do("completeFollowUp", interactionId=made, note="It was sent.")
    open_at: dict[str, Any] = {"timeZone": "Europe/Madrid", "hours": OFFICE_HOURS}
    open_at["holidays"] = [{"date": _day(graph, 60), "name": "A local feast"}]
    await graph.do("reviseCalendar", calendarId=desk.calendar, **open_at)
    await world.enrollment(desk.customer, await world.service(), endsOn=_day(graph, 3))


def _day(graph: Graph, days: int) -> str:
    """The day that comes so many days from now."""
    return (graph.now + timedelta(days=days)).date().isoformat()


async def _surveys(surveys: Surveys, desk: Desk, folder: Path) -> None:
    """Surveys that are drafted, asked, answered and closed, and mail that goes each way."""
    graph = surveys.graph
    draft = await surveys.drafted(purpose="To know.", serviceId=desk.service, recursEveryDays=30)
    await graph.do("updateSurvey", surveyId=draft, title="How were we?")
    await graph.do("openSurvey", surveyId=await surveys.drafted(isSentOnClosure=True))
    async with mail_server() as server:
        server.does["RCPT later@acme.example"] = "450 come again"
        sending = Sending(surveys, server, folder)
        people = ("no(mail", "later", "first", "second")
        asked = await sending.asked(*({"email": f"{each}@acme.example"} for each in people))
        await sending.mailer.deliver()
        graph.later(days=4)
        await graph.do("remindSurvey", surveyId=asked)
        await sending.wait(timedelta(hours=1))
        tokens = await surveys.asked(
            await surveys.opened(serviceId=desk.service, closesAt=f"{_day(graph, 40)}T00:00:00Z"),
            customerIds=[desk.customer],
            restDays=0,
        )
        for token in tokens.values():
            await surveys.answer(token, *ANSWERS)
        await sending.mailer.deliver()
        await sending.asked({"email": "last@acme.example"})
        await graph.do("closeSurvey", surveyId=asked)
        await sending.mailer.deliver()
        await sending.asked({"email": "later@acme.example"})
        await sending.mailer.deliver()


async def _by_itself(desk: Desk) -> None:
    """What falls due in the next weeks: clocks, closures, ends, waves, health."""
    for _ in range(4):
        desk.graph.later(days=7)
        while await desk.tick():
            desk.graph.later(minutes=1)
        while await health.follow(desk.graph.now):
            pass
    await desk.acknowledged()
    await desk.record()


async def gaps() -> set[str]:
    """The event kinds that did not happen, and the columns that hold a value in no row."""
    held = await rows()
    told = {row["kind"] for row in held["Event"].values()}
    found = set(events.KINDS) - told
    for name, of_model in held.items():
        if not of_model:
            found.add(name)
            continue
        for column in next(iter(of_model.values())):
            values = (row[column] for row in of_model.values())
            if all(value in (None, "", [], {}) for value in values):
                found.add(f"{name}.{column}")
    return found
