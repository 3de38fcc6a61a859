"""Asks and answers surveys, by the mutations that a client would use."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from models.access import ANYBODY
from models.invitation import SurveyInvitation
from tests.graph.asking import Graph, number
from tests.graph.world import World

EVERY_KIND: list[dict[str, Any]] = [
    {"prompt": "How satisfied are you?", "kind": "SATISFACTION"},
    {"prompt": "Would you recommend us?", "kind": "RECOMMENDATION"},
    {"prompt": "How easy was it?", "kind": "EFFORT"},
    {"prompt": "How fast are we?", "kind": "EXPECTATION", "area": "RESPONSIVENESS"},
    {"prompt": "Which way?", "kind": "CHOICE", "choices": ["Phone", "Mail"]},
    {"prompt": "Anything else?", "kind": "TEXT", "isRequired": False},
]
GOOD: tuple[Any, ...] = (4, 9, 5, (7, 3), "Phone", "Thank you.")
"""Good answers to EVERY_KIND."""
RECOMMEND = [EVERY_KIND[1]]
_FORM = "query ($token: String!) { surveyByToken(token: $token) { questions { id kind } } }"

Value = int | str | tuple[int | None, int | None] | dict[str, Any] | None
"""A score, a choice or words, expected and perceived, what is given as it is, or no answer."""


class Surveys:
    """Makes surveys and gives their ids; asks, and gives the tokens of who was asked."""

    def __init__(self, world: World) -> None:
        self.world = world

    @property
    def graph(self) -> Graph:
        return self.world.graph

    async def drafted(self, questions: Sequence[dict[str, Any]] = EVERY_KIND, **given: Any) -> str:
        wanted = {"title": "How are we?", "questions": list(questions), **given}
        return await self.world.made("draftSurvey", "survey", wanted)

    async def opened(self, questions: Sequence[dict[str, Any]] = EVERY_KIND, **given: Any) -> str:
        closes_at = given.pop("closesAt", None)
        survey = await self.drafted(questions, **given)
        await self.graph.do("openSurvey", surveyId=survey, closesAt=closes_at)
        return survey

    async def asked(self, survey: str, **given: Any) -> dict[str, str]:
        """Invites; the token of each contact who was asked now, by the contact's id."""
        before = {row.id for row in await SurveyInvitation.all()}
        await self.graph.do("inviteToSurvey", surveyId=survey, **given)
        rows = await SurveyInvitation.filter(survey_id=number(survey)).order_by("id")
        return {f"contact_{row.contact_id}": row.token for row in rows if row.id not in before}

    async def invitees(self, survey: str) -> list[str]:
        """Who was asked, whenever, in the order of asking."""
        rows = await SurveyInvitation.filter(survey_id=number(survey)).order_by("id")
        return [f"contact_{row.contact_id}" for row in rows]

    async def given(self, token: str, values: Sequence[Value]) -> list[dict[str, Any]]:
        """Answers to the questions that a token opens, in their order, as an input takes them."""
        form = (await self.graph.read(_FORM, {"token": token}, viewer=ANYBODY))["surveyByToken"]
        questions = form["questions"]
        return [
            {"questionId": question["id"], **_fields(question["kind"], value)}
            for question, value in zip(questions, values, strict=False)
            if value is not None
        ]

    async def answer(self, token: str, *values: Value) -> None:
        answers = await self.given(token, values)
        await self.graph.do("answerSurvey", viewer=ANYBODY, token=token, answers=answers)

    async def refused(self, token: str, *values: Value) -> list[dict[str, Any]]:
        answers = await self.given(token, values)
        return await self.graph.refused(
            "answerSurvey", viewer=ANYBODY, token=token, answers=answers
        )


def _fields(kind: str, value: Value) -> dict[str, Any]:
    if isinstance(value, dict):
        return value
    if isinstance(value, tuple):
        return {"expected": value[0], "perceived": value[1]}
    return {{"CHOICE": "choice", "TEXT": "text"}.get(kind, "score"): value}


async def seen(graph: Graph, survey: str, fields: str) -> dict[str, Any]:
    document = f"query ($id: ID!) {{ survey(id: $id) {{ {fields} }} }}"
    found: dict[str, Any] = (await graph.read(document, {"id": survey}))["survey"]
    return found


def faults(errors: list[dict[str, Any]]) -> set[tuple[str, str]]:
    """Where each fault is, and its code or the rule."""
    return {(".".join(error["path"]), error.get("rule") or error["code"]) for error in errors}


async def people(world: World, count: int, **given: Any) -> list[str]:
    """Contacts of a customer of their own."""
    customer = await world.customer()
    return [await world.contact(customer, **given) for _ in range(count)]


async def customer_of(world: World, contact: str) -> str:
    document = "query ($id: ID!) { node(id: $id) { ... on Contact { customer { id } } } }"
    data = await world.graph.read(document, {"id": contact})
    found: str = data["node"]["customer"]["id"]
    return found
