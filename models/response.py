"""Responses to surveys: one for each invitation, whatever races."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from tortoise import fields
from tortoise.exceptions import IntegrityError

from models import bounds
from models.base import ERASED, Act, Record
from models.columns import Instant, nullable, to
from models.complaint import ServiceArea
from models.errors import TokenSpent
from models.events import Fields, Kind
from models.faults import Faults
from models.invitation import AWAITED, SurveyInvitation
from models.predicate import Predicate, missing, one_of
from models.rules.satisfaction import SCALES, SurveyQuestionKind
from models.rules.tokens import TOKEN_CHARACTERS, token_hash
from models.survey import Survey, SurveyQuestion


@dataclass(frozen=True)
class Answer:
    """What somebody answers to one question; which fields are given depends on its kind."""

    question_id: int
    score: int | None = None
    expected: int | None = None
    perceived: int | None = None
    choice: str | None = None
    text: str | None = None

    @property
    def is_empty(self) -> bool:
        values = (self.score, self.expected, self.perceived)
        return all(value is None for value in values) and not (self.choice or self.text)


ANSWERED = Kind("survey.answered", "A contact answered a survey.", Fields, is_internal=True)


class SurveyResponse(Record):
    """What one invited person answered, all at once."""

    noun = "response"

    survey = to("Survey")
    survey_id: int
    invitation = to("SurveyInvitation", unique=True)
    invitation_id: int
    contact = to("Contact")
    contact_id: int
    customer = to("Customer")
    customer_id: int
    submitted_at = Instant()

    class Meta:
        table = "survey_response"
        indexes = (("survey_id", "id"), ("customer_id", "submitted_at"))

    @classmethod
    async def answer(cls, act: Act, *, token: str, answers: Sequence[Answer]) -> Self:
        """Answers a survey by its token, once.

        Raises TokenSpent for a token that is wrong, expired or used, or whose survey is closed:
        which of these it is, is not told.
        """
        invitation = await opened_by(token, act)
        survey = await Survey.get(id=invitation.survey_id)
        if not survey.takes_answers(act.now):
            raise TokenSpent
        questions = await SurveyQuestion.filter(survey_id=survey.id).order_by("position")
        faults = Faults()
        kept = _checked(faults, list(questions), answers)
        faults.settle()
        invitation.responded_at = invitation.updated_at = act.now
        await invitation.save()
        row = cls.new(
            act,
            survey_id=survey.id,
            invitation_id=invitation.id,
            contact_id=invitation.contact_id,
            customer_id=invitation.customer_id,
            submitted_at=act.now,
        )
        try:
            await row.save()
        except IntegrityError:
            raise TokenSpent from None
        for question, answer in kept:
            await _keep(act, row, survey, question, answer)
        by_invitee = Act(invitation.invitee, act.now, act.facts)
        ANSWERED.record(by_invitee, row, Fields())
        return row


class SurveyAnswer(Record):
    """The answer to one question, with what results are grouped by beside it."""

    noun = "answer"

    response = to("SurveyResponse")
    response_id: int
    question = to("SurveyQuestion")
    question_id: int
    survey_id = fields.BigIntField()
    customer_id = fields.BigIntField()
    service_id = nullable(fields.BigIntField())
    kind = fields.CharEnumField(SurveyQuestionKind, max_length=20)
    area = nullable(fields.CharEnumField(ServiceArea, max_length=20))
    score = nullable(fields.SmallIntField())
    expected = nullable(fields.SmallIntField())
    perceived = nullable(fields.SmallIntField())
    choice = nullable(fields.CharField(max_length=bounds.CHOICE_CHARACTERS_MAX))
    text = nullable(fields.TextField())
    submitted_at = Instant()

    class Meta:
        table = "survey_answer"
        unique_together = (("response_id", "question_id"),)
        indexes = (
            ("survey_id", "question_id"),
            ("customer_id", "submitted_at"),
            ("service_id", "submitted_at"),
            ("area", "submitted_at"),
        )

    @classmethod
    async def forget(cls, act: Act, contact_id: int) -> None:
        """Replaces the person's texts; scores and choices stay."""
        theirs = {"response__contact_id": contact_id, "text__isnull": False}
        for row in await cls.locked(**theirs):
            row.text = ERASED
            await row.save()


async def opened_by(token: str, act: Act) -> SurveyInvitation:
    """The invitation that a token opens, locked. Raises TokenSpent for any other token."""
    if len(token) != TOKEN_CHARACTERS:
        raise TokenSpent
    row = await (
        SurveyInvitation.filter(AWAITED.q(act.now), token_hash=token_hash(token))
        .select_for_update(no_key=True)
        .first()
    )
    if row is None:
        raise TokenSpent
    return row


def _checked(
    faults: Faults, questions: list[SurveyQuestion], answers: Sequence[Answer]
) -> list[tuple[SurveyQuestion, Answer]]:
    """Each answer beside its question; what is wrong or missing goes to `faults`."""
    faults.at_most("answers", answers, bounds.SURVEY_QUESTIONS_MAX)
    by_id = {question.id: question for question in questions}
    found: dict[int, tuple[SurveyQuestion, Answer]] = {}
    empty: dict[int, tuple[str]] = {}
    for index, answer in enumerate(answers):
        path = ("answers", str(index))
        question = by_id.get(answer.question_id)
        if question is None or answer.question_id in found:
            faults.invalid(
                (*path, "question_id"),
                "a question of this survey, once",
                "This question is not part of this survey, or is answered twice.",
                "Esta pregunta no es de esta encuesta, o se responde dos veces.",
            )
        elif not answer.is_empty:
            _check_answer(faults, path, question, answer)
            found[answer.question_id] = (question, answer)
        else:
            empty[answer.question_id] = (str(index),)
    for question in questions:
        if question.is_required and question.id not in found:
            faults.invalid(
                ("answers", *empty.get(question.id, ())),
                f"question {question.position} is required",
                f"Question {question.position} needs an answer.",
                f"La pregunta {question.position} necesita respuesta.",
            )
    return list(found.values())


def _check_answer(
    faults: Faults, path: tuple[str, ...], question: SurveyQuestion, answer: Answer
) -> None:
    """The fields that the question's kind asks for, and no others."""
    kind = question.kind
    given = {
        name
        for name in ("score", "expected", "perceived", "choice", "text")
        if getattr(answer, name) is not None
    }
    wanted = {
        SurveyQuestionKind.EXPECTATION: {"expected", "perceived"},
        SurveyQuestionKind.CHOICE: {"choice"},
        SurveyQuestionKind.TEXT: {"text"},
    }.get(kind, {"score"})
    if given != wanted:
        faults.invalid(
            path,
            f"fields of {kind.value}",
            f"Send only {' and '.join(sorted(wanted))}.",
            f"Envíe solo {' y '.join(sorted(wanted))}.",
        )
        return
    if kind in SCALES:
        for name in wanted:
            faults.between((*path, name), getattr(answer, name), *SCALES[kind])
    elif kind is SurveyQuestionKind.TEXT:
        faults.text((*path, "text"), answer.text or "", bounds.TEXT_CHARACTERS_MAX)
    elif answer.choice not in question.choices:
        faults.invalid(
            (*path, "choice"),
            "one of the choices",
            "This is not one of the choices.",
            "Este valor no es una de las opciones.",
        )


async def _keep(
    act: Act, row: SurveyResponse, survey: Survey, question: SurveyQuestion, answer: Answer
) -> None:
    answered = SurveyAnswer.new(
        act,
        response_id=row.id,
        question_id=question.id,
        survey_id=survey.id,
        customer_id=row.customer_id,
        service_id=survey.service_id,
        kind=question.kind,
        area=question.area,
        score=answer.score,
        expected=answer.expected,
        perceived=answer.perceived,
        choice=answer.choice,
        text=answer.text,
        submitted_at=act.now,
    )
    await answered.save()


SCORED = ~missing("score")


def answers_to(kind: SurveyQuestionKind) -> Predicate:
    """The answers to questions of one kind."""
    return one_of("kind", kind)
