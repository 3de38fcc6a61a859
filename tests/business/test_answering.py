"""Answering surveys: by a link, once, and only what its questions admit."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

from models import bounds
from models.access import ANYBODY
from models.events import head
from models.response import SurveyAnswer, SurveyResponse
from tests.business.snapshots import told_since
from tests.graph.asking import Graph
from tests.graph.surveys import (
    EVERY_KIND,
    GOOD,
    RECOMMEND,
    Surveys,
    Value,
    faults,
    people,
    seen,
)
from tests.graph.world import World

ATTEMPTS = 50


async def test_one_answer_counts_of_fifty_at_the_same_time(
    graph: Graph, world: World, surveys: Surveys
) -> None:
    await people(world, 1)
    survey = await surveys.opened()
    (token,) = (await surveys.asked(survey)).values()
    answers = await surveys.given(token, GOOD)
    seq = await head()
    payloads = await asyncio.gather(
        *(
            graph.attempt("answerSurvey", viewer=ANYBODY, token=token, answers=answers)
            for _ in range(ATTEMPTS)
        )
    )
    codes = [(payload["errors"] or [{"code": "done"}])[0]["code"] for payload in payloads]
    assert sorted(codes) == ["TOKEN_SPENT"] * (ATTEMPTS - 1) + ["done"]
    assert await SurveyResponse.all().count() == 1
    assert await SurveyAnswer.all().count() == len(EVERY_KIND)
    (answered,) = await told_since(seq)
    assert (answered.kind, answered.actor_type) == ("survey.answered", "contact")


async def test_every_answer_is_kept_beside_its_question(
    graph: Graph, world: World, surveys: Surveys
) -> None:
    (person,) = await people(world, 1)
    survey = await surveys.opened()
    (token,) = (await surveys.asked(survey)).values()
    await surveys.answer(token, *GOOD)
    fields = """responses { nodes { contact { id } submittedAt
      answers { question { kind } score expected perceived choice text } } }"""
    (response,) = (await seen(graph, survey, fields))["responses"]["nodes"]
    assert response["contact"] == {"id": person}
    kept = {answer.pop("question")["kind"]: answer for answer in response["answers"]}
    told = {
        kind: {name: value for name, value in answer.items() if value is not None}
        for kind, answer in kept.items()
    }
    assert told == {
        "SATISFACTION": {"score": 4},
        "RECOMMENDATION": {"score": 9},
        "EFFORT": {"score": 5},
        "EXPECTATION": {"expected": 7, "perceived": 3},
        "CHOICE": {"choice": "Phone"},
        "TEXT": {"text": "Thank you."},
    }


async def test_an_optional_question_may_be_left_out(world: World, surveys: Surveys) -> None:
    await people(world, 1)
    survey = await surveys.opened()
    (token,) = (await surveys.asked(survey)).values()
    await surveys.answer(token, *GOOD[:-1])
    assert await SurveyAnswer.all().count() == len(EVERY_KIND) - 1


async def test_wrong_expired_used_and_closed_links_are_all_alike(
    graph: Graph, world: World, surveys: Surveys
) -> None:
    used, late, _ = await people(world, 3)
    expiring, closing = await surveys.opened(RECOMMEND), await surveys.opened(RECOMMEND)
    ending = await surveys.opened(RECOMMEND, closesAt=(graph.now + timedelta(days=1)).isoformat())
    tokens = await surveys.asked(expiring)
    await surveys.answer(tokens[used], 9)
    closed = await surveys.asked(closing, restDays=0)
    ended = await surveys.asked(ending, restDays=0)
    await graph.do("closeSurvey", surveyId=closing)
    question = [{"questionId": "question_1", "score": 9}]
    links = {
        "used": tokens[used],
        "closed": closed[late],
        "wrong": "A" * 43,
        "short": "A",
        "empty": "",
        "long": "A" * 1_000,
        "other signs": "\ud83d\ude00" * 43,
    }

    async def answers(token: str) -> Any:
        return await graph.refused("answerSurvey", viewer=ANYBODY, token=token, answers=question)

    async def form(token: str) -> Any:
        document = "query ($t: String!) { surveyByToken(token: $t) { isAnswered } }"
        return (await graph.read(document, {"t": token}, viewer=ANYBODY))["surveyByToken"]

    refusals = {name: await answers(token) for name, token in links.items()}
    (refusal,) = refusals["wrong"]
    assert refusal["code"] == "TOKEN_SPENT"
    assert all(each == [refusal] for each in refusals.values())
    forms = {name: await form(token) for name, token in links.items() if name != "used"}
    assert set(forms.values()) == {None}

    graph.later(days=1)
    assert await answers(ended[late]) == [refusal]
    assert await form(ended[late]) is None
    graph.later(days=bounds.INVITATION_DAYS - 1)
    assert await answers(tokens[late]) == [refusal]
    assert await form(tokens[late]) is None
    assert await SurveyResponse.all().count() == 1


OUT_OF_RANGE: list[tuple[int, Value, str]] = [
    (0, 0, "score"),
    (0, 6, "score"),
    (1, -1, "score"),
    (1, 11, "score"),
    (2, 0, "score"),
    (2, 8, "score"),
    (3, (0, 1), "expected"),
    (3, (8, 1), "expected"),
    (3, (1, 0), "perceived"),
    (3, (1, 8), "perceived"),
    (4, "Fax", "choice"),
    (4, "phone", "choice"),
    (5, " \n ", "text"),
    (5, "x" * 10_001, "text"),
    (5, "bell \x07", "text"),
    (0, (1, 1), ""),
    (3, {"expected": 3}, ""),
    (3, {"score": 3}, ""),
    (4, {"choice": "Phone", "text": "and more"}, ""),
    (5, {"score": 3}, ""),
]


async def test_an_answer_that_its_question_does_not_admit_is_refused_where_it_stands(
    world: World, surveys: Surveys
) -> None:
    await people(world, 1)
    survey = await surveys.opened()
    (token,) = (await surveys.asked(survey)).values()
    for place, value, field in OUT_OF_RANGE:
        values = [*GOOD[:place], value, *GOOD[place + 1 :]]
        errors = await surveys.refused(token, *values)
        path = f"answers.{place}.{field}".rstrip(".")
        assert faults(errors) == {(path, "INVALID_INPUT")}, value
    assert await SurveyResponse.all().count() == 0
    await surveys.answer(token, *GOOD)


async def test_ends_of_every_scale_and_10_000_characters_are_taken(
    world: World, surveys: Surveys
) -> None:
    low, high = await people(world, 2)
    survey = await surveys.opened()
    tokens = await surveys.asked(survey)
    await surveys.answer(tokens[low], 1, 0, 1, (1, 1), "Phone", "x")
    await surveys.answer(tokens[high], 5, 10, 7, (7, 7), "Mail", "x" * 10_000)
    assert await SurveyResponse.all().count() == 2


async def test_every_required_question_that_is_missing_is_named(
    graph: Graph, world: World, surveys: Surveys
) -> None:
    await people(world, 1)
    survey = await surveys.opened()
    (token,) = (await surveys.asked(survey)).values()
    errors = await surveys.refused(token, 4, None, 5, None, "Phone")
    assert sorted(error["constraint"] for error in errors) == [
        "question 2 is required",
        "question 4 is required",
    ]


async def test_an_answer_to_no_question_of_the_survey_or_twice_is_refused(
    graph: Graph, world: World, surveys: Surveys
) -> None:
    await people(world, 1)
    await surveys.opened(RECOMMEND)
    survey = await surveys.opened(RECOMMEND)
    (token,) = (await surveys.asked(survey)).values()
    (good,) = await surveys.given(token, [9])
    foreign = [{"questionId": other, "score": 9} for other in ("question_1", "customer_1", "?")]
    errors = await graph.refused(
        "answerSurvey", viewer=ANYBODY, token=token, answers=[good, good, *foreign]
    )
    assert faults(errors) == {
        (f"answers.{place}.questionId", "INVALID_INPUT") for place in (1, 2, 3, 4)
    }


async def test_erasing_a_contact_erases_its_words_and_keeps_its_scores(
    graph: Graph, world: World, surveys: Surveys
) -> None:
    person, other = await people(world, 2)
    survey = await surveys.opened()
    tokens = await surveys.asked(survey)
    for contact in (person, other):
        await surveys.answer(tokens[contact], *GOOD)
    await graph.do("eraseContact", contactId=person)
    fields = "responses { nodes { contact { id name } answers { score text } } }"
    nodes = (await seen(graph, survey, fields))["responses"]["nodes"]
    words = {node["contact"]["id"]: node["answers"][-1]["text"] for node in nodes}
    assert words == {person: "[erased]", other: "Thank you."}
    assert all([a["score"] for a in node["answers"]][:3] == [4, 9, 5] for node in nodes)
