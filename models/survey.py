"""Surveys: questions put to contacts, by area of service; what was expected and perceived."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self

from tortoise import fields

from models import bounds
from models.base import Act, Edited, Record
from models.columns import Instant, nullable, to, to_or_none
from models.complaint import ServiceArea
from models.errors import RuleViolated
from models.events import Fields, Kind, Stepped
from models.faults import Faults
from models.predicate import begun, one_of
from models.rules.lifecycle import SURVEY, SurveyStatus
from models.rules.satisfaction import SurveyQuestionKind
from models.service import Service


@dataclass(frozen=True)
class Question:
    """A question as it is drafted. EXPECTATION needs an area, CHOICE two choices or more."""

    prompt: str
    kind: SurveyQuestionKind
    area: ServiceArea | None = None
    is_required: bool = True
    choices: Sequence[str] = ()


DRAFTED = Kind("survey.drafted", "A survey was drafted.", Stepped)
UPDATED = Kind("survey.updated", "A draft of a survey changed.", Fields)
OPENED = Kind("survey.opened", "A survey lets answers in.", Stepped)
CLOSED = Kind("survey.closed", "A survey lets no more answers in.", Stepped)


class Survey(Edited):
    """Questions for contacts. Once OPEN they can't change, but a copy can."""

    noun = "survey"

    title = fields.CharField(max_length=bounds.SUBJECT_CHARACTERS_MAX)
    purpose = nullable(fields.TextField())
    status = fields.CharEnumField(SurveyStatus, max_length=20)
    service = to_or_none("Service")
    service_id: int | None
    opens_at = nullable(Instant())
    closes_at = nullable(Instant())
    is_sent_on_closure = fields.BooleanField(default=False)
    recurs_every_days = nullable(fields.IntField())
    wave = fields.IntField(default=0)
    audience: fields.Field[dict[str, Any]] = fields.JSONField(default=dict)
    next_tick_at = nullable(Instant())

    class Meta:
        table = "survey"
        indexes = (("status", "id"), ("service_id", "id"), ("next_tick_at", "id"))

    @classmethod
    async def draft(
        cls,
        act: Act,
        *,
        title: str,
        questions: Sequence[Question] = (),
        purpose: str | None = None,
        service_id: int | None = None,
        is_sent_on_closure: bool = False,
        recurs_every_days: int | None = None,
        copy_of_id: int | None = None,
    ) -> Self:
        """Drafts a survey, with questions of its own or a copy of another's."""
        row = cls.new(act, status=SurveyStatus.DRAFT)
        if service_id is not None:
            found = await Service.within(act, service_id, "service_id", is_locked=False)
            row.service_id = found.id
        if copy_of_id is not None and not questions:
            other = await cls.within(act, copy_of_id, "copy_of_id", is_locked=False)
            questions = [
                Question(q.prompt, q.kind, q.area, q.is_required, q.choices)
                for q in await SurveyQuestion.filter(survey_id=other.id).order_by("position")
            ]
        faults = Faults()
        row._describe(faults, title, purpose)
        row._plan(faults, is_sent_on_closure, recurs_every_days)
        _check(faults, questions)
        faults.settle()
        await row.save()
        await row._keep(act, questions)
        DRAFTED.record(act, row, Stepped(row.status))
        return row

    async def update(
        self,
        act: Act,
        *,
        title: str | None = None,
        purpose: str | None = None,
        questions: Sequence[Question] | None = None,
        is_sent_on_closure: bool | None = None,
        recurs_every_days: int | None = None,
    ) -> None:
        """Changes a draft; `questions` take the place of all that were there."""
        if self.status is not SurveyStatus.DRAFT:
            raise RuleViolated(
                "open_survey_keeps_its_questions",
                en="Only a draft can be changed; copy this survey instead.",
                es="Solo se puede cambiar un borrador; copie esta encuesta.",
            )
        faults = Faults()
        self._describe(
            faults,
            title if title is not None else self.title,
            purpose if purpose is not None else self.purpose,
        )
        self._plan(
            faults,
            self.is_sent_on_closure if is_sent_on_closure is None else is_sent_on_closure,
            self.recurs_every_days if recurs_every_days is None else recurs_every_days,
        )
        _check(faults, questions or ())
        faults.settle()
        if questions is not None:
            await SurveyQuestion.filter(survey_id=self.id).delete()
            await self._keep(act, questions)
        await self.edited(act)
        UPDATED.record(act, self, Fields())

    async def open(self, act: Act, *, closes_at: datetime | None = None) -> None:
        """Lets answers in, until it is closed or `closes_at` comes."""
        change = self.advance(SURVEY, "open")
        if not await SurveyQuestion.filter(survey_id=self.id).exists():
            raise RuleViolated(
                "open_survey_has_questions",
                en="Add a question first.",
                es="Primero añada una pregunta.",
            )
        faults = Faults()
        latest = act.now + timedelta(days=bounds.SURVEY_DAYS_MAX)
        if closes_at is not None and not act.now < closes_at <= latest:
            faults.invalid(
                "closes_at",
                f"days_ahead_max={bounds.SURVEY_DAYS_MAX}",
                f"The survey must close within the next {bounds.SURVEY_DAYS_MAX} days.",
                f"La encuesta debe cerrar en los próximos {bounds.SURVEY_DAYS_MAX} días.",
            )
        faults.settle()
        self.opens_at, self.closes_at = act.now, closes_at
        self.plan_tick(act.now)
        await self.edited(act)
        OPENED.record(act, self, Stepped(change))

    async def close(self, act: Act) -> None:
        """Lets no more answers in."""
        change = self.advance(SURVEY, "close")
        self.closes_at, self.next_tick_at = act.now, None
        await self.edited(act)
        CLOSED.record(act, self, Stepped(change))

    def takes_answers(self, now: datetime) -> bool:
        """Whether it is OPEN, and does not close just now by itself."""
        return OPEN.holds(self, now)

    def plan_tick(self, now: datetime) -> None:
        """When it closes or is sent again by itself; never where it does neither."""
        waits = [] if self.closes_at is None else [self.closes_at]
        if self.recurs_every_days is not None and self.wave > 0:
            waits.append(now + timedelta(days=self.recurs_every_days))
        self.next_tick_at = min(waits, default=None)

    def _describe(self, faults: Faults, title: str, purpose: str | None) -> None:
        self.title = faults.text("title", title, bounds.SUBJECT_CHARACTERS_MAX)
        self.purpose = faults.optional_text("purpose", purpose, bounds.REASON_CHARACTERS_MAX)

    def _plan(self, faults: Faults, is_sent_on_closure: bool, every_days: int | None) -> None:
        self.is_sent_on_closure, self.recurs_every_days = is_sent_on_closure, every_days
        if every_days is not None:
            faults.between(
                "recurs_every_days",
                every_days,
                bounds.SURVEY_RECURRENCE_DAYS_MIN,
                bounds.SURVEY_DAYS_MAX,
            )

    async def _keep(self, act: Act, questions: Sequence[Question]) -> None:
        for position, question in enumerate(questions, start=1):
            made = SurveyQuestion.new(
                act,
                survey_id=self.id,
                position=position,
                prompt=question.prompt.strip(),
                kind=question.kind,
                area=question.area,
                is_required=question.is_required,
                choices=[choice.strip() for choice in question.choices],
            )
            await made.save()


class SurveyQuestion(Record):
    """One question of a survey, in its place."""

    noun = "question"

    survey = to("Survey")
    survey_id: int
    position = fields.SmallIntField()
    prompt = fields.TextField()
    kind = fields.CharEnumField(SurveyQuestionKind, max_length=20)
    area = nullable(fields.CharEnumField(ServiceArea, max_length=20))
    is_required = fields.BooleanField(default=True)
    choices: fields.Field[list[str]] = fields.JSONField(default=list)

    class Meta:
        table = "survey_question"
        unique_together = (("survey_id", "position"),)


def _check(faults: Faults, questions: Sequence[Question]) -> None:
    """Every fault of the questions, each at its place in the list."""
    faults.at_most("questions", questions, bounds.SURVEY_QUESTIONS_MAX)
    for index, question in enumerate(questions):
        path = ("questions", str(index))
        faults.text((*path, "prompt"), question.prompt, bounds.PROMPT_CHARACTERS_MAX)
        if question.kind is SurveyQuestionKind.EXPECTATION and question.area is None:
            faults.invalid(
                (*path, "area"),
                "required",
                "A question about expectations needs an area.",
                "Una pregunta de expectativas necesita un área.",
            )
        _check_choices(faults, path, question)


def _check_choices(faults: Faults, path: tuple[str, ...], question: Question) -> None:
    wanted = (2, bounds.CHOICES_MAX) if question.kind is SurveyQuestionKind.CHOICE else (0, 0)
    if not wanted[0] <= len(question.choices) <= wanted[1]:
        faults.invalid(
            (*path, "choices"),
            f"between {wanted[0]} and {wanted[1]}",
            f"A CHOICE question has 2 to {bounds.CHOICES_MAX} choices; other kinds have none.",
            f"Una pregunta CHOICE tiene de 2 a {bounds.CHOICES_MAX} opciones; las demás, ninguna.",
        )
    for place, choice in enumerate(question.choices):
        faults.text((*path, "choices", str(place)), choice, bounds.CHOICE_CHARACTERS_MAX)
    if len({choice.strip() for choice in question.choices}) < len(question.choices):
        faults.invalid(
            (*path, "choices"),
            "unique",
            "This choice appears twice.",
            "Esta opción aparece dos veces.",
        )


OPEN = one_of("status", SurveyStatus.OPEN) & ~begun("closes_at")
