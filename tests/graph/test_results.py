"""What surveys found out: every figure against what Python makes of the same answers."""

from __future__ import annotations

from collections import Counter
from random import Random
from statistics import fmean
from typing import Any

import pytest

from models.rules.satisfaction import csat_interval, nps_interval
from tests.graph.asking import Graph, contact_of
from tests.graph.surveys import EVERY_KIND, Surveys
from tests.graph.world import World

QUESTIONS = [
    *EVERY_KIND,
    {"prompt": "How reliable?", "kind": "EXPECTATION", "area": "RELIABILITY"},
    {"prompt": "How fast on the phone?", "kind": "EXPECTATION", "area": "RESPONSIVENESS"},
]
QUESTIONS = [{**question, "isRequired": False} for question in QUESTIONS]
SCORES = """responses csatPercent csatInterval { low high confidencePercent }
  nps npsInterval { low high confidencePercent } ces"""
RESULTS = f"""invited responded responseRatePercent satisfaction {{ {SCORES} }}
  byQuestion {{ position prompt kind area answers mean distribution {{ label count }} }}
  gaps {{ area gap expectedMean perceivedMean responses }}"""
NOTHING = {
    "responses": 0,
    "csatPercent": None,
    "csatInterval": None,
    "nps": None,
    "npsInterval": None,
    "ces": None,
}
Response = list[Any]


def drawn(random: Random) -> Response:
    """Answers to QUESTIONS, some of them left out."""

    def perhaps(value: Any) -> Any:
        return value if random.random() < 0.8 else None

    def pair() -> tuple[int, int]:
        return random.randint(1, 7), random.randint(1, 7)

    return [
        perhaps(random.randint(1, 5)),
        perhaps(random.randint(0, 10)),
        perhaps(random.randint(1, 7)),
        perhaps(pair()),
        perhaps(random.choice(["Phone", "Mail"])),
        perhaps("Words."),
        perhaps(pair()),
        perhaps(pair()),
    ]


def interval(found: Any) -> dict[str, Any] | None:
    if found is None:
        return None
    return {"low": round(found.low, 2), "high": round(found.high, 2), "confidencePercent": 95}


def scores(responses: list[Response]) -> dict[str, Any]:
    """CSAT, NPS and CES of responses to QUESTIONS."""
    rated, asked, effort = ([r[n] for r in responses if r[n] is not None] for n in range(3))
    satisfied = sum(score >= 4 for score in rated)
    promoters, detractors = sum(s >= 9 for s in asked), sum(s <= 6 for s in asked)
    return {
        "responses": sum(any(score is not None for score in r[:3]) for r in responses),
        "csatPercent": round(100 * satisfied / len(rated), 2) if rated else None,
        "csatInterval": interval(csat_interval(satisfied, len(rated))),
        "nps": round(100 * (promoters - detractors) / len(asked), 2) if asked else None,
        "npsInterval": interval(nps_interval(promoters, detractors, len(asked))),
        "ces": round(fmean(effort), 2) if effort else None,
    }


def by_question(responses: list[Response]) -> list[dict[str, Any]]:
    scales = {0: range(1, 6), 1: range(11), 2: range(1, 8), 4: ("Phone", "Mail"), 5: ()}
    found = []
    for place, question in enumerate(QUESTIONS):
        answers = [r[place] for r in responses if r[place] is not None]
        shown = [a[1] if isinstance(a, tuple) else a for a in answers]
        counts = Counter(map(str, shown))
        is_scored = place not in (4, 5)
        found.append(
            {
                "position": place + 1,
                "prompt": question["prompt"],
                "kind": question["kind"],
                "area": question.get("area"),
                "answers": len(answers),
                "mean": pytest.approx(fmean(shown), abs=1e-4) if is_scored and shown else None,
                "distribution": [
                    {"label": str(label), "count": counts[str(label)]}
                    for label in scales.get(place, range(1, 8))
                ],
            }
        )
    return found


def gaps(responses: list[Response]) -> list[dict[str, Any]]:
    found = []
    for area, places in (("RESPONSIVENESS", (3, 7)), ("RELIABILITY", (6,))):
        pairs = [r[place] for r in responses for place in places if r[place] is not None]
        if pairs:
            expected, perceived = (fmean(part) for part in zip(*pairs, strict=True))
            found.append(
                {
                    "area": area,
                    "gap": pytest.approx(expected - perceived, abs=2e-4),
                    "expectedMean": pytest.approx(expected, abs=1e-4),
                    "perceivedMean": pytest.approx(perceived, abs=1e-4),
                    "responses": len(pairs),
                }
            )
    return sorted(found, key=lambda each: -each["gap"].expected)


def expected(invited: int, responses: list[Response]) -> dict[str, Any]:
    return {
        "invited": invited,
        "responded": len(responses),
        "responseRatePercent": round(100 * len(responses) / invited, 2),
        "satisfaction": scores(responses),
        "byQuestion": by_question(responses),
        "gaps": gaps(responses),
    }


async def results(graph: Graph, survey: str, customer: str | None = None) -> dict[str, Any]:
    document = f"""query ($id: ID!, $c: ID) {{
      survey(id: $id) {{ results(customerId: $c) {{ {RESULTS} }} }} }}"""
    variables = {"id": survey} | ({} if customer is None else {"c": customer})
    found: dict[str, Any] = (await graph.read(document, variables))["survey"]["results"]
    return found


async def test_every_figure_is_the_one_that_python_finds(
    graph: Graph, world: World, surveys: Surveys
) -> None:
    random = Random(7)
    offer = await world.service()
    customers = [await world.customer() for _ in range(2)]
    contacts = {await world.contact(c): c for c in customers for _ in range(8)}
    survey = await surveys.opened(QUESTIONS, serviceId=offer[0])
    tokens = await surveys.asked(survey)
    answered: dict[str, list[Response]] = {customer: [] for customer in customers}
    for contact, customer in contacts.items():
        if random.random() < 0.75:
            answered[customer].append(drawn(random))
            await surveys.answer(tokens[contact], *answered[customer][-1])
    everything = answered[customers[0]] + answered[customers[1]]

    assert await results(graph, survey) == expected(16, everything)
    for customer in customers:
        assert await results(graph, survey, customer) == expected(8, answered[customer])

    document = f"""{{ customers {{ nodes {{ id satisfaction {{ {SCORES} }} }} }}
      services {{ nodes {{ satisfaction {{ {SCORES} }} }} }} }}"""
    data = await graph.read(document)
    for node in data["customers"]["nodes"]:
        assert node["satisfaction"] == scores(answered[node["id"]])
    assert data["services"]["nodes"] == [{"satisfaction": scores(everything)}]


async def test_a_survey_that_nobody_answered_says_nothing(
    graph: Graph, world: World, surveys: Surveys
) -> None:
    survey = await surveys.opened(QUESTIONS)
    found = await results(graph, survey)
    assert (found["invited"], found["responded"]) == (0, 0)
    assert found["responseRatePercent"] is None
    assert found["satisfaction"] == NOTHING
    assert found["gaps"] == []
    assert {each["mean"] for each in found["byQuestion"]} == {None}
    assert {bucket["count"] for each in found["byQuestion"] for bucket in each["distribution"]} == {
        0
    }
    await world.contact(await world.customer())
    await surveys.asked(survey)
    assert (await results(graph, survey))["responseRatePercent"] == 0


async def test_results_of_a_customer_who_is_none_are_empty(graph: Graph, surveys: Surveys) -> None:
    survey = await surveys.opened(QUESTIONS)
    for customer in ("customer_99", "survey_1", "?"):
        assert (await results(graph, survey, customer))["invited"] == 0


async def test_scores_of_a_stretch_count_what_was_answered_then(
    graph: Graph, world: World, surveys: Surveys
) -> None:
    customer = await world.customer()
    contacts = [await world.contact(customer) for _ in range(3)]
    survey = await surveys.opened([EVERY_KIND[0]])
    tokens = await surveys.asked(survey)
    instants = []
    for contact, score in zip(contacts, (1, 5, 5), strict=True):
        instants.append(graph.now.isoformat())
        await surveys.answer(tokens[contact], score)
        graph.later(days=1)
    document = """query ($id: ID!, $during: DateTimeRange) {
      customer(id: $id) { satisfaction(during: $during) { responses csatPercent } } }"""

    async def during(**ends: str) -> tuple[int, float | None]:
        data = await graph.read(document, {"id": customer, "during": ends})
        found = data["customer"]["satisfaction"]
        return found["responses"], found["csatPercent"]

    assert await during(**{"from": instants[1]}) == (2, 100)
    assert await during(until=instants[1]) == (1, 0)
    assert await during(**{"from": instants[0], "until": instants[2]}) == (2, 50)
    assert await during(**{"from": instants[2], "until": instants[2]}) == (0, None)


async def test_waves_of_a_survey_that_recurs_are_counted_together(
    graph: Graph, world: World, surveys: Surveys
) -> None:
    await world.contact(await world.customer())
    survey = await surveys.opened([EVERY_KIND[1]])
    for score in (0, 10):
        (token,) = (await surveys.asked(survey)).values()
        await surveys.answer(token, score)
        graph.later(days=31)
    found = await results(graph, survey)
    assert (found["invited"], found["responded"]) == (2, 2)
    assert found["satisfaction"]["nps"] == 0


async def test_a_customer_s_side_is_told_no_scores_however_many_answered(
    graph: Graph, world: World, surveys: Surveys
) -> None:
    customer = await world.customer()
    contacts = [await world.contact(customer) for _ in range(6)]
    survey = await surveys.opened([EVERY_KIND[0]])
    tokens = await surveys.asked(survey)
    for contact in contacts:
        await surveys.answer(tokens[contact], 5)
    document = f"query ($id: ID!) {{ customer(id: $id) {{ satisfaction {{ {SCORES} }} }} }}"
    found = await graph.read(document, {"id": customer}, viewer=contact_of(customer))
    assert found["customer"]["satisfaction"] == NOTHING


async def test_a_trend_tells_each_month_s_scores_up_to_this_one(
    graph: Graph, world: World, surveys: Surveys
) -> None:
    random = Random(5)
    offer = await world.service()
    customers = [await world.customer() for _ in range(2)]
    contacts = {await world.contact(customer): customer for customer in customers}
    of_service = await surveys.opened(QUESTIONS, serviceId=offer[0])
    of_all = await surveys.opened(QUESTIONS)
    told: list[tuple[str, dict[str, str], Response]] = []
    graph.now = graph.now.replace(year=2025, month=11, day=30, hour=23)
    for _ in range(8):
        for survey in (of_service, of_all):
            for contact, token in (await surveys.asked(survey, restDays=0)).items():
                response = drawn(random)
                await surveys.answer(token, *response)
                of = {"surveyId": survey, "customerId": contacts[contact]}
                if survey == of_service:
                    of["serviceId"] = offer[0]
                told.append((graph.now.strftime("%Y-%m"), of, response))
            graph.later(minutes=45)
        graph.later(days=17)
    document = f"""query ($months: Int, $customerId: ID, $serviceId: ID, $surveyId: ID) {{
      satisfactionTrend(months: $months, customerId: $customerId, serviceId: $serviceId,
        surveyId: $surveyId) {{ startsOn satisfaction {{ {SCORES} }} }} }}"""

    async def trend(**given: Any) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await graph.read(document, given))["satisfactionTrend"]
        return found

    def expected(month: str, given: dict[str, str]) -> dict[str, Any]:
        rows = [r for at, of, r in told if at == month and given.items() <= of.items()]
        return {"startsOn": f"{month}-01", "satisfaction": scores(rows)}

    last = ["2025-11", "2025-12", "2026-01", "2026-02", "2026-03", "2026-04"]
    assert graph.now.strftime("%Y-%m") == last[-1]
    for given in (
        {},
        {"customerId": customers[0]},
        {"serviceId": offer[0]},
        {"surveyId": of_all},
        {"surveyId": of_service, "customerId": customers[1]},
    ):
        found = await trend(months=6, **given)
        assert found == [expected(month, given) for month in last]
    assert len(await trend()) == 12
    assert await trend(months=1) == [expected(last[-1], {})]
    for months in (0, 37):
        assert (await graph(document, {"months": months}))["errors"]
