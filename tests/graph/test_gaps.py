"""Where expectations are not met: figures, order and sentences of gaps with their evidence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from statistics import fmean
from typing import Any

import pytest

from models.complaint import Complaint
from models.rules.satisfaction import severity
from tests.business.desk import Desk
from tests.graph.asking import Graph, contact_of, number
from tests.graph.surveys import Surveys
from tests.graph.world import World

AREAS = ("RELIABILITY", "RESPONSIVENESS", "VALUE")
FIELDS = """area customer { id } service { id } gap expectedMean perceivedMean responses complaints
  breachedTargets severity severityParts { ofGap ofComplaints ofBreaches }"""
DOCUMENT = f"""query ($d: DateTimeRange, $c: ID, $s: ID, $across: Boolean, $first: Int! = 100) {{
  expectationGaps(during: $d, customerId: $c, serviceId: $s, acrossCustomers: $across,
    first: $first) {{ {FIELDS} }} }}"""
Key = tuple[str, int, int]
"""Area, service and customer by number; 0 for none."""


@dataclass
class Group:
    pairs: list[tuple[int, int]] = field(default_factory=list)
    complaints: int = 0


@dataclass
class Evidence:
    """What was answered and complained of, as Python remembers it."""

    answers: list[tuple[datetime, Key, tuple[int, int]]] = field(default_factory=list)
    complaints: list[tuple[datetime, Key, int]] = field(default_factory=list)
    """When, about what (area "" for none), and how many of its targets were breached."""

    def gaps(self, since: datetime, until: datetime, *, across: bool = False) -> list[Any]:
        def key(of: Key) -> Key:
            return (of[0], of[1], 0) if across else of

        groups: dict[Key, Group] = {}
        for at, of, pair in self.answers:
            if since <= at < until:
                groups.setdefault(key(of), Group()).pairs.append(pair)
        for at, of, _ in self.complaints:
            if since <= at < until and of[0]:
                groups.setdefault(key(of), Group()).complaints += 1
        breaches = {
            of: sum(
                breached
                for at, other, breached in self.complaints
                if since <= at < until and key(other)[1:] == of[1:]
            )
            for of in groups
        }
        found = [_shown(of, group, breaches[of]) for of, group in groups.items()]
        return [each for _, each in sorted(found, key=lambda pair: pair[0])]


def _shown(of: Key, group: Group, breaches: int) -> tuple[Any, dict[str, Any]]:
    """A gap as the graph shows it, behind what it is ordered by."""
    expected = fmean(pair[0] for pair in group.pairs) if group.pairs else None
    perceived = fmean(pair[1] for pair in group.pairs) if group.pairs else None
    gap = None if expected is None or perceived is None else expected - perceived
    weighed = severity(gap, len(group.pairs), group.complaints, breaches)

    def about(value: float | None) -> Any:
        return None if value is None else pytest.approx(value, abs=0.0051)

    shown = {
        "area": of[0],
        "customer": {"id": f"customer_{of[2]}"} if of[2] else None,
        "service": {"id": f"service_{of[1]}"} if of[1] else None,
        "gap": about(gap),
        "expectedMean": about(expected),
        "perceivedMean": about(perceived),
        "responses": len(group.pairs),
        "complaints": group.complaints,
        "breachedTargets": breaches,
        "severity": about(weighed.total),
        "severityParts": {
            "ofGap": about(weighed.of_gap),
            "ofComplaints": weighed.of_complaints,
            "ofBreaches": weighed.of_breaches,
        },
    }
    return (-round(weighed.total, 2), *of), shown


async def told(graph: Graph, **variables: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await graph.read(DOCUMENT, variables))["expectationGaps"]
    return found


def _questions() -> Iterator[dict[str, Any]]:
    for area in AREAS:
        yield {"prompt": area, "kind": "EXPECTATION", "area": area, "isRequired": False}


@dataclass
class Scene:
    evidence: Evidence
    customers: list[str]
    services: list[str]


@pytest.fixture
async def scene(desk: Desk, surveys: Surveys) -> Scene:
    """Two customers, two services and none, answers and complaints by chance over weeks."""
    world, graph, random = desk.world, desk.graph, Random(11)
    customers = [desk.customer, await world.customer()]
    contacts = {desk.contact: desk.customer, await world.contact(customers[1]): customers[1]}
    other, _ = await world.service()
    services = [desk.service, other]
    open_surveys: dict[str, str | None] = {}
    for each in (*services, None):
        survey = await surveys.opened(list(_questions()), serviceId=each)
        open_surveys[survey] = each
    evidence = Evidence()
    for _ in range(4):
        for survey, subject in open_surveys.items():
            for contact, token in (await surveys.asked(survey, restDays=0)).items():
                values: list[Any] = [
                    (random.randint(1, 7), random.randint(1, 7)) if random.random() < 0.7 else None
                    for _ in AREAS
                ]
                await surveys.answer(token, *values)
                for area, pair in zip(AREAS, values, strict=True):
                    if pair is not None:
                        key = (area, number(subject or "_0"), number(contacts[contact]))
                        evidence.answers.append((graph.now, key, pair))
            graph.later(minutes=1)
        for _ in range(6):
            topic = random.choice([*AREAS, None])
            given: dict[str, Any] = {"area": topic} if topic else {}
            about = random.choice([*services, None])
            customer = random.choice(customers)
            await world.complaint(customer, serviceId=about, **given)
            key = (topic or "", number(about or "_0"), number(customer))
            evidence.complaints.append((graph.now, key, 0))
            graph.later(hours=1)
        graph.later(days=5)
        await desk.tick()
    rows = await Complaint.all().order_by("id")
    for place, row in enumerate(rows):
        breaches = sum(
            at is not None for at in (row.response_breached_at, row.resolution_breached_at)
        )
        at, key, _ = evidence.complaints[place]
        evidence.complaints[place] = (at, key, breaches)
    assert any(breaches for *_, breaches in evidence.complaints)
    return Scene(evidence, customers, services)


async def test_every_figure_and_the_order_are_those_that_python_finds(
    desk: Desk, scene: Scene
) -> None:
    graph, evidence = desk.graph, scene.evidence
    since, until = graph.now - timedelta(days=90), graph.now
    everything = evidence.gaps(since, until)
    assert len(everything) > 10
    assert await told(graph) == everything
    assert await told(graph, first=3) == everything[:3]
    for customer in scene.customers:
        own = [each for each in everything if each["customer"] == {"id": customer}]
        assert await told(graph, c=customer) == own
        document = f"query ($id: ID!) {{ customer(id: $id) {{ expectationGaps {{ {FIELDS} }} }} }}"
        data = await graph.read(document, {"id": customer})
        assert data["customer"]["expectationGaps"] == own[:10]
    for service in scene.services:
        about = [each for each in everything if each["service"] == {"id": service}]
        assert await told(graph, s=service) == about
    together = evidence.gaps(since, until, across=True)
    assert await told(graph, across=True) == together


async def test_a_stretch_bounds_answers_complaints_and_breaches(desk: Desk, scene: Scene) -> None:
    graph, evidence = desk.graph, scene.evidence
    instants = sorted({at for at, *_ in evidence.answers})
    since, until = instants[2], instants[-2]
    for ends in ((since, until), (since, graph.now), (graph.now - timedelta(days=200), until)):
        during = {"from": ends[0].isoformat(), "until": ends[1].isoformat()}
        assert await told(graph, d=during) == evidence.gaps(*ends)
    assert await told(graph, d={"from": until.isoformat(), "until": since.isoformat()}) == []
    graph.later(days=91)
    assert await told(graph) == []


async def test_a_group_shows_its_latest_complaints(desk: Desk, scene: Scene) -> None:
    document = """{ expectationGaps(first: 100) { area complaints service { id } customer { id }
      recentComplaints(first: 2) { area receivedAt service { id } customer { id } } } }"""
    found = (await desk.graph.read(document))["expectationGaps"]
    for gap in found:
        recent = gap["recentComplaints"]
        assert len(recent) == min(gap["complaints"], 2)
        assert recent == sorted(recent, key=lambda each: each["receivedAt"], reverse=True)
        for complaint in recent:
            assert all(complaint[name] == gap[name] for name in ("area", "service", "customer"))


async def one_gap(graph: Graph, world: World, surveys: Surveys) -> tuple[str, str]:
    """Customer Acme expects 7 and perceives 3 or 4 of Payroll's responsiveness."""
    customer = await world.customer(name="Acme")
    service, _ = await world.service(name="Payroll")
    question = {"prompt": "?", "kind": "EXPECTATION", "area": "RESPONSIVENESS"}
    survey = await surveys.opened([question], serviceId=service)
    contacts = [await world.contact(customer) for _ in range(2)]
    tokens = await surveys.asked(survey)
    for contact, perceived in zip(contacts, (3, 4), strict=True):
        await surveys.answer(tokens[contact], (7, perceived))
    await world.complaint(customer, serviceId=service, area="RESPONSIVENESS")
    graph.later(minutes=1)
    return customer, service


async def sentence(graph: Graph, *, across: bool) -> str:
    """What the only gap says."""
    document = "query ($a: Boolean!) { expectationGaps(acrossCustomers: $a) { sentence } }"
    (gap,) = (await graph.read(document, {"a": across}))["expectationGaps"]
    said: str = gap["sentence"]
    return said


async def test_a_gap_is_said_in_one_sentence_in_english_and_in_spanish(
    graph: Graph, world: World, surveys: Surveys
) -> None:
    await one_gap(graph, world, surveys)
    evidence = "1 complaint and 0 breached targets in 90 days."
    assert await sentence(graph, across=False) == (
        f"Acme expected 7.0 for responsiveness of Payroll and perceived 3.5; {evidence}"
    )
    assert await sentence(graph, across=True) == (
        f"Customers of Payroll expected 7.0 for responsiveness and perceived 3.5; {evidence}"
    )
    graph.locale = "es"
    said = "expectativa 7,0 y percepción 3,5; 1 reclamación y 0 objetivos incumplidos en 90 días."
    assert await sentence(graph, across=False) == (
        f"Acme: capacidad de respuesta de Payroll, {said}"
    )
    assert await sentence(graph, across=True) == (
        f"Los clientes de Payroll: capacidad de respuesta, {said}"
    )


async def test_what_only_complaints_say_is_said_without_scores(graph: Graph, world: World) -> None:
    customer = await world.customer(name="Acme")
    for _ in range(2):
        await world.complaint(customer, area="VALUE")
    graph.later(minutes=1)
    said = "complained about value, with no survey answers; 2 complaints and 0 breached targets"
    assert await sentence(graph, across=False) == f"Acme {said} in 90 days."
    assert await sentence(graph, across=True) == f"Customers {said} in 90 days."
    graph.locale = "es"
    said = "sin respuestas de encuesta; 2 reclamaciones y 0 objetivos incumplidos en 90 días."
    assert await sentence(graph, across=True) == f"Los clientes: valor, {said}"


async def test_a_customer_s_side_sees_its_own_complaints_and_nobody_s_answers(
    graph: Graph, world: World, surveys: Surveys
) -> None:
    customer, service = await one_gap(graph, world, surveys)
    other = await world.customer()
    await world.complaint(other, serviceId=service, area="RESPONSIVENESS")
    graph.later(minutes=1)
    viewer = contact_of(customer)
    data = await graph.read(DOCUMENT, {"across": True}, viewer=viewer)
    (gap,) = data["expectationGaps"]
    assert (gap["responses"], gap["expectedMean"], gap["complaints"]) == (0, None, 1)


@pytest.mark.parametrize("first", [0, 101])
async def test_a_list_of_gaps_is_bounded(graph: Graph, first: int) -> None:
    body = await graph(DOCUMENT, {"first": first})
    assert body["errors"]
