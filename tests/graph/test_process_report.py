"""The process report: every figure against Python, in the period and the one before it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

from models.columns import instant_text
from tests.business.desk import Desk
from tests.graph.asking import Graph, contact_of
from tests.graph.surveys import EVERY_KIND, Surveys
from tests.graph.world import World

FIGURE = "value before changePercent"
NAMES = (
    "newProspects",
    "newCustomers",
    "newEnrollments",
    "requirementsIdentified",
    "requirementsDecided",
    "complaintsReceived",
    "complaintsUpheld",
    "surveysSent",
    "returnRatePercent",
)
FIELDS = " ".join(f"{name} {{ {FIGURE} }}" for name in NAMES)
SCORES = "responses csatPercent nps ces"
BY_SERVICE = (
    f"satisfactionByService {{ service {{ id }} now {{ {SCORES} }} before {{ {SCORES} }} }}"
)


async def report(graph: Graph, since: datetime, until: datetime, fields: str = FIELDS) -> Any:
    document = f"""query ($d: DateTimeRange!) {{ processReport(during: $d) {{ {fields} }} }}"""
    during = {"from": instant_text(since), "until": instant_text(until)}
    return (await graph.read(document, {"d": during}))["processReport"]


def figure(value: float | None, before: float | None) -> dict[str, float | None]:
    change = None
    if value is not None and before:
        change = round(100 * (value - before) / before, 2)
    return {"value": value, "before": before, "changePercent": change}


@dataclass
class Told:
    """When what is counted happened, by the figure's name; answers with whether they came."""

    at: dict[str, list[datetime]] = field(default_factory=lambda: {n: [] for n in NAMES})
    invited: list[tuple[datetime, bool]] = field(default_factory=list)

    def expected(self, start: datetime, since: datetime, until: datetime) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, instants in self.at.items():
            found[name] = figure(
                sum(since <= at < until for at in instants),
                sum(start <= at < since for at in instants),
            )
        rates = [self.rate(since, until), self.rate(start, since)]
        return {**found, "returnRatePercent": figure(*rates)}

    def rate(self, since: datetime, until: datetime) -> float | None:
        came = [came for at, came in self.invited if since <= at < until]
        return round(100 * sum(came) / len(came), 2) if came else None


class Teller:
    """Does what the report counts, and remembers when."""

    def __init__(self, desk: Desk, surveys: Surveys) -> None:
        self.desk, self.surveys, self.told = desk, surveys, Told()

    @property
    def graph(self) -> Graph:
        return self.desk.graph

    @property
    def world(self) -> World:
        return self.desk.world

    def note(self, name: str) -> None:
        self.told.at[name].append(self.graph.now)

    async def customer(self, *, is_activated: bool) -> str:
        customer = await self.world.customer()
        self.note("newProspects")
        if is_activated:
            self.graph.later(minutes=1)
            await self.graph.do("activateCustomer", customerId=customer)
            self.note("newCustomers")
        return customer

    async def enrolled(self) -> None:
        customer = await self.customer(is_activated=False)
        await self.world.enrollment(customer, (self.desk.service, self.desk.sla))
        self.note("newEnrollments")
        self.note("newCustomers")

    async def dormant_and_back(self) -> None:
        """No new customer: it was one before."""
        customer = await self.customer(is_activated=True)
        await self.graph.do("markCustomerDormant", customerId=customer)
        await self.graph.do("activateCustomer", customerId=customer)

    async def requirement(self, decide: Callable[[str], Any] | None) -> None:
        given = {"customerId": self.desk.customer, "statement": "More.", "priority": "LOW"}
        made = await self.world.made("identifyRequirement", "requirement", given)
        self.note("requirementsIdentified")
        if decide is not None:
            self.graph.later(hours=30)
            await decide(made)
            self.note("requirementsDecided")

    async def match(self, requirement: str) -> None:
        await self.graph.do(
            "matchRequirement", requirementId=requirement, serviceId=self.desk.service
        )

    async def decline(self, requirement: str) -> None:
        await self.graph.do("declineRequirement", requirementId=requirement, reason="No.")

    async def complaint(self, kind: str | None) -> None:
        complaint = await self.desk.acknowledged()
        self.note("complaintsReceived")
        if kind is not None:
            self.graph.later(hours=40)
            await self.desk.resolve(complaint, kind)
            if kind != "NOT_UPHELD":
                self.note("complaintsUpheld")

    async def asked(self, *values: Any) -> None:
        """Asks the desk's contact, who answers a day later or not at all."""
        survey = await self.surveys.opened(EVERY_KIND[:3], serviceId=self.desk.service)
        given = {"customerIds": [self.desk.customer], "restDays": 0}
        (token,) = (await self.surveys.asked(survey, **given)).values()
        self.note("surveysSent")
        self.told.invited.append((self.graph.now, bool(values)))
        if values:
            self.graph.later(days=1)
            await self.surveys.answer(token, *values)


@pytest.fixture
async def teller(desk: Desk, surveys: Surveys) -> Teller:
    """Some of everything over about 40 days, more of it in the second half."""
    desk.graph.later(days=60)
    found = Teller(desk, surveys)
    for _ in range(2):
        await found.customer(is_activated=False)
        await found.enrolled()
        await found.dormant_and_back()
        await found.requirement(None)
        await found.requirement(found.match)
        for kind in (None, "EXPLAINED", "NOT_UPHELD"):
            await found.complaint(kind)
        await found.asked()
        await found.asked(4, 9, 5)
        desk.graph.later(days=8)
    await found.enrolled()
    await found.requirement(found.decline)
    await found.complaint("COMPENSATED")
    await found.asked(2, 3, 6)
    desk.graph.later(days=1)
    return found


async def test_every_figure_is_the_one_that_python_counts(teller: Teller) -> None:
    instants = sorted(at for each in teller.told.at.values() for at in each)
    first, last = instants[0], teller.graph.now
    halves = await report(teller.graph, first + (last - first) / 2, last)
    assert all(halves[name]["value"] and halves[name]["before"] for name in NAMES)
    for since, until in (
        (first + (last - first) / 2, last),
        (instants[len(instants) // 2], instants[len(instants) * 3 // 4]),
        (first, instants[len(instants) // 3]),
        (last, last + (last - first)),
    ):
        start = since - (until - since)
        assert await report(teller.graph, since, until) == teller.told.expected(start, since, until)


async def test_a_period_begins_with_its_first_instant_and_ends_before_its_last(
    graph: Graph, world: World
) -> None:
    begin = graph.now
    await world.customer()
    graph.later(hours=1)
    await world.customer()
    end = graph.now
    fields = f"newProspects {{ {FIGURE} }}"
    assert await report(graph, begin, end, fields) == {"newProspects": figure(1, 0)}
    found = await report(graph, end, end + (end - begin), fields)
    assert found == {"newProspects": {"value": 1, "before": 1, "changePercent": 0}}


async def test_satisfaction_is_told_by_service_now_and_before(desk: Desk, surveys: Surveys) -> None:
    graph, world = desk.graph, desk.world
    other, _ = await world.service()
    never, _ = await world.service()
    people = [desk.contact, *[await world.contact(desk.customer) for _ in range(2)]]

    async def answered(service: str | None, *scores: tuple[int, int, int]) -> None:
        survey = await surveys.opened(EVERY_KIND[:3], serviceId=service)
        tokens = await surveys.asked(survey, restDays=0)
        for person, values in zip(people, scores, strict=False):
            await surveys.answer(tokens[person], *values)
        graph.later(days=1)

    start = graph.now
    await answered(desk.service, (5, 10, 7), (2, 8, 2))
    graph.later(days=9)
    since = graph.now
    await answered(other, (5, 9, 6), (4, 9, 6), (1, 0, 1))
    await answered(None, (1, 1, 1))
    await answered(desk.service, (3, 9, 4), (4, 6, 5))
    graph.now = until = since + (since - start)
    found = (await report(graph, since, until, BY_SERVICE))["satisfactionByService"]

    def scores(responses: int, csat: float, nps: float, ces: float) -> dict[str, float]:
        return {"responses": responses, "csatPercent": csat, "nps": nps, "ces": ces}

    nothing = {"responses": 0, "csatPercent": None, "nps": None, "ces": None}
    assert found == [
        {
            "service": {"id": desk.service},
            "now": scores(2, 50, 0, 4.5),
            "before": scores(2, 50, 50, 4.5),
        },
        {"service": {"id": other}, "now": scores(3, 66.67, 33.33, 4.33), "before": nothing},
    ]
    assert never not in [each["service"]["id"] for each in found]
    document = BY_SERVICE.replace("satisfactionByService", "satisfactionByService(first: 1)")
    assert (await report(graph, since, until, document))["satisfactionByService"] == found[:1]


async def test_a_report_of_no_period_is_of_the_last_90_days(teller: Teller) -> None:
    graph = teller.graph
    expected = await report(graph, graph.now - timedelta(days=90), graph.now)
    document = f"query ($d: DateTimeRange) {{ processReport(during: $d) {{ {FIELDS} }} }}"
    variables: list[dict[str, Any]] = [{}, {"d": None}]
    for given in variables:
        assert (await graph.read(document, given))["processReport"] == expected
    assert expected["newProspects"]["value"]


@pytest.mark.parametrize(
    "during",
    [
        {},
        {"from": "2026-03-01T00:00:00Z"},
        {"until": "2026-03-01T00:00:00Z"},
        {"from": "2026-03-01T00:00:00Z", "until": "2026-03-01T00:00:00Z"},
        {"from": "2026-03-02T00:00:00Z", "until": "2026-03-01T00:00:00Z"},
        {"from": "2026-03-01T00:00:00Z", "until": None},
    ],
)
async def test_a_report_needs_a_period_with_both_ends(graph: Graph, during: Any) -> None:
    document = "query ($d: DateTimeRange!) { processReport(during: $d) { newProspects { value } } }"
    body = await graph(document, {"d": during})
    assert body["errors"][0]["message"].startswith("The report needs a period")


async def test_a_customer_s_side_is_told_of_its_own_alone(teller: Teller) -> None:
    graph, last = teller.graph, teller.graph.now
    other = await teller.world.customer()
    document = """query ($d: DateTimeRange!) { processReport(during: $d) {
      newProspects { value } complaintsReceived { value } surveysSent { value }
      satisfactionByService { service { id } } } }"""
    during = {"from": "2026-01-01T00:00:00Z", "until": instant_text(last)}
    data = await graph.read(document, {"d": during}, viewer=contact_of(other))
    assert data["processReport"] == {
        "newProspects": {"value": 0},
        "complaintsReceived": {"value": 0},
        "surveysSent": {"value": 0},
        "satisfactionByService": [],
    }
