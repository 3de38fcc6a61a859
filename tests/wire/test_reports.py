"""Charts at /reports: what they say and show, for whom, and how safely they are sent."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import AsyncIterator, Mapping
from xml.etree import ElementTree as ET

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import HTTPConnection

from api.charts import SVG, Chart, Image, Mark, Series, bars, lines, lying_bars
from api.edge import Edge
from api.hub import Hub
from api.reports import REPORTS, Reports
from api.settings import Settings
from models.access import SYSTEM, Viewer
from tests.graph.asking import Graph, contact_of
from tests.graph.surveys import Surveys
from tests.graph.world import World
from tests.wire.running import Server

AREAS = ("RESPONSIVENESS", "VALUE")
QUESTIONS = [
    {"prompt": "Satisfied?", "kind": "SATISFACTION"},
    *({"prompt": area, "kind": "EXPECTATION", "area": area} for area in AREAS),
]
Query = Mapping[str, str]
NO_QUERY: Query = {}
MARKUP = '<script>alert("&amp;")</script>'


class Someone:
    """An identity that a test chooses."""

    def __init__(self) -> None:
        self.viewer = SYSTEM

    async def viewer_of(self, connection: HTTPConnection) -> Viewer:
        return self.viewer


class Charts:
    """The charts of a database in this process, as of the graph's time, for anybody."""

    def __init__(self, graph: Graph, client: httpx.AsyncClient, someone: Someone) -> None:
        self.graph, self._client, self._someone = graph, client, someone

    async def ask(
        self, kind: str, viewer: Viewer = SYSTEM, query: Query = NO_QUERY
    ) -> httpx.Response:
        self._someone.viewer = viewer
        return await self._client.get(f"/reports/{kind}.svg", params=dict(query))

    async def says(self, kind: str, viewer: Viewer = SYSTEM, query: Query = NO_QUERY) -> str:
        """The description of a chart."""
        answer = await self.ask(kind, viewer, query)
        assert answer.status_code == 200, answer.text
        return told(answer.content)[1]


@pytest.fixture
async def charts(database: str) -> AsyncIterator[Charts]:
    settings = Settings(database_url=database, demo=True)
    graph, someone = Graph(), Someone()
    edge = Edge(settings, Hub(settings), someone, lambda: graph.now)
    transport = httpx.ASGITransport(Starlette(routes=[Reports(edge).route()]))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        yield Charts(graph, client, someone)


def told(body: bytes) -> tuple[str, str]:
    """Title and description of an image, which stand where a screen reader looks for them."""
    root = ET.fromstring(body)
    title, description = root[0], root[1]
    assert (title.tag, description.tag) == (f"{{{SVG}}}title", f"{{{SVG}}}desc")
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
    return title.text or "", description.text or ""


def texts(body: bytes) -> set[str]:
    """What is written on an image."""
    return {"".join(each.itertext()) for each in ET.fromstring(body).iter(f"{{{SVG}}}text")}


async def asked_and_answered(charts: Charts) -> tuple[str, str]:
    """Two customers who answered and complained; the one expects more of responsiveness."""
    world = World(charts.graph)
    surveys = Surveys(world)
    survey = await surveys.opened(QUESTIONS)
    one, other = await world.customer(), await world.customer()
    contacts = {await world.contact(one): one, await world.contact(other): other}
    for contact, token in (await surveys.asked(survey)).items():
        if contacts[contact] == one:
            await surveys.answer(token, 5, (7, 2), (4, 4))
        else:
            await surveys.answer(token, 2, (5, 4), (4, 7))
    for customer in (one, one, other):
        await world.complaint(customer)
    charts.graph.later(days=1)
    return one, other


async def test_gaps_are_means_over_all_with_the_widest_first(charts: Charts) -> None:
    one, _ = await asked_and_answered(charts)
    answer = await charts.ask("gaps")
    title, said = told(answer.content)
    assert title == "Expected and perceived, by area of service, in the last 90 days"
    assert said.endswith(
        "Responsiveness: expected 6.0, perceived 3.0, 2 answers. "
        "Value: expected 4.0, perceived 5.5, 2 answers."
    )
    assert {"Responsiveness (2)", "Value (2)", "6.0", "3.0", "5.5"} <= texts(answer.content)
    assert "expected 7.0, perceived 2.0, 1 answers" in await charts.says(
        "gaps", query={"customerId": one}
    )


async def test_satisfaction_is_told_with_its_interval_for_each_of_twelve_months(
    charts: Charts,
) -> None:
    await asked_and_answered(charts)
    said = await charts.says("satisfaction")
    assert said.count("no answers.") == 11
    assert said.endswith("March 2026: 50.0 %, between 9 and 91 with 95 % certainty.")


async def test_complaints_are_told_for_each_of_twelve_weeks(charts: Charts) -> None:
    one, _ = await asked_and_answered(charts)
    said = await charts.says("complaints")
    assert said.count("Week of") == 12
    assert said.endswith("Week of 2 Mar: 3 received, 0 resolved, 0 targets breached.")
    assert (await charts.says("complaints", query={"customerId": one})).endswith(
        "Week of 2 Mar: 2 received, 0 resolved, 0 targets breached."
    )


async def test_charts_speak_the_language_that_is_asked_for(charts: Charts) -> None:
    await asked_and_answered(charts)
    answer = await charts.ask("gaps", query={"lang": "es"})
    title, said = told(answer.content)
    assert answer.headers["content-language"] == "es"
    assert title == "Expectativa y percepción, por área del servicio, en los últimos 90 días"
    assert "Capacidad de respuesta: expectativa 6,0, percepción 3,0, 2 respuestas." in said
    assert (await charts.ask("gaps", query={"lang": "fr"})).headers["content-language"] == "en"


async def test_a_customer_s_side_is_shown_its_own_complaints_and_no_answers(
    charts: Charts,
) -> None:
    one, other = await asked_and_answered(charts)
    viewer = contact_of(one)
    queries: list[Query] = [{}, {"customerId": other}]
    for query in queries:
        for kind in ("gaps", "satisfaction"):
            answer = await charts.ask(kind, viewer, query)
            assert "There is nothing to show for this time." in texts(answer.content)
    assert "2 received" in await charts.says("complaints", viewer)
    foreign = await charts.says("complaints", viewer, {"customerId": other})
    assert "1 received" not in foreign


@pytest.mark.parametrize("kind", REPORTS)
async def test_a_chart_of_nothing_says_so(charts: Charts, kind: str) -> None:
    queries: list[Query] = [{}, {"customerId": "customer_99"}, {"serviceId": "?"}]
    for query in queries:
        answer = await charts.ask(kind, query=query)
        assert answer.status_code == 200
        assert "There is nothing to show for this time." in texts(answer.content)


async def test_what_is_no_report_is_404(charts: Charts) -> None:
    for kind in ("nothing", "gaps.svg", "..%2Fgaps"):
        assert (await charts.ask(kind)).status_code == 404


@pytest.mark.parametrize("kind", REPORTS)
def test_a_server_sends_each_chart_as_an_image_that_runs_and_loads_nothing(
    server: Server, kind: str
) -> None:
    answer = server.client.get(f"{server.origin}/reports/{kind}.svg")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/svg+xml; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    policy = answer.headers["content-security-policy"]
    (style,) = ET.fromstring(answer.content).iter(f"{{{SVG}}}style")
    digest = base64.b64encode(hashlib.sha256((style.text or "").encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; frame-ancestors 'none'"
    assert server.client.post(f"{server.origin}/reports/{kind}.svg").status_code == 405


def drawn_of(chart: Chart) -> list[Image]:
    return [draw(chart) for draw in (bars, lying_bars, lines)]


def hostile() -> Chart:
    """A chart whose every text is markup."""
    marks = [Mark(1.5, MARKUP, 1.0, 2.0), Mark(None, "")]
    return Chart(MARKUP, MARKUP, MARKUP, [MARKUP, "b"], [Series(MARKUP, marks)])


def test_markup_in_texts_is_text() -> None:
    for image in drawn_of(hostile()):
        assert told(image.body) == (MARKUP, MARKUP)
        assert b"<script" not in image.body


def test_an_image_names_no_host_and_carries_no_style_but_its_one_sheet() -> None:
    for image in drawn_of(hostile()):
        text = image.body.decode().replace(SVG, "")
        assert "http" not in text
        assert "url(" not in text
        assert "<style" in text
        assert not any(each.get("style") for each in ET.fromstring(image.body).iter())


def test_equal_figures_make_equal_images() -> None:
    assert drawn_of(hostile()) == drawn_of(hostile())


def test_a_mark_tells_its_value_to_who_points_at_it() -> None:
    chart = Chart("t", "s", "n", ["a"], [Series("x", [Mark(3.25, "3.3 of 7")])])
    for image in drawn_of(chart):
        titles = [each.text for each in ET.fromstring(image.body).iter(f"{{{SVG}}}title")]
        assert titles == ["t", "3.3 of 7"]
