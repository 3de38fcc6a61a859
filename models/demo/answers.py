"""Answers: what somebody in a mood says to one question."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Any

from models.demo import texts
from models.demo.survey_scores import Mood
from models.rules.satisfaction import SATISFIED_FROM, SurveyQuestionKind

WORDS_SHARE = 0.4
"""How many of those who may write something do."""


@dataclass(frozen=True)
class Question:
    """A question by its key, as those who answer need to know it."""

    number: int
    kind: SurveyQuestionKind
    area: str | None


def answer_to(question: Question, mood: Mood, locale: str, random: Random) -> dict[str, Any]:
    """The columns of an answer; none where the question is left out."""
    if question.kind is SurveyQuestionKind.EXPECTATION:
        assert question.area is not None
        expected, perceived = mood.of(question.area)
        return {"expected": expected, "perceived": perceived}
    if question.kind is SurveyQuestionKind.CHOICE:
        return {"choice": random.choice(texts.questions()["choices"])}
    if question.kind is SurveyQuestionKind.TEXT:
        if random.random() >= WORDS_SHARE:
            return {}
        is_content = mood.scores[SurveyQuestionKind.SATISFACTION] >= SATISFIED_FROM
        return {"text": random.choice(texts.answers(locale, "good" if is_content else "bad"))}
    return {"score": mood.scores[question.kind]}
