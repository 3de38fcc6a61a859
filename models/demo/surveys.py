"""Surveys: who was asked what, and what they answered.

The answers tell of a service whose responsiveness disappoints customers in one part of the world,
of one whose reliability rose when a cause was mended (models/demo/actions.py), and of one with
glowing scores from a sample too small to trust.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from models.access import SYSTEM, Viewer
from models.bounds import INVITATION_DAYS, SURVEY_REST_DAYS_DEFAULT
from models.complaint import ServiceArea
from models.contact import Contact
from models.demo import texts
from models.demo.answers import Question, answer_to
from models.demo.client import Client, Person
from models.demo.ledger import Fact, Story, Subject
from models.demo.moments import PROVIDER_ZONE, at_work
from models.demo.provider import ADMINISTRATOR, Provider
from models.demo.survey_scores import mood_of, returns
from models.invitation import SurveyInvitation
from models.loading import Row, row
from models.response import SurveyAnswer, SurveyResponse
from models.rules.lifecycle import SurveyStatus
from models.rules.satisfaction import SurveyQuestionKind
from models.rules.tokens import token_hash
from models.survey import Survey, SurveyQuestion

SEED = 20_261_124
OPENED_AFTER = timedelta(hours=20)
REMINDED_AFTER = timedelta(days=6)
ANSWERED_WITHIN_DAYS = (0.1, 14.0)
_K = SurveyQuestionKind


def surveys(today: datetime, provider: Provider, clients: list[Client]) -> list[Story]:
    """The stories of surveys and of their waves, among the customers of the list."""
    own = clients[: len(texts.customers())]
    tellers = _Numbers()
    stories: list[Story] = []
    for number, text in enumerate(texts.surveys(), 1):
        stories += _Teller(number, text, today, provider, own, tellers).tell()
    return sorted(stories, key=lambda story: story.begins_at)


@dataclass
class _Numbers:
    """The keys given so far, and when each contact was asked."""

    questions: int = 0
    invitations: int = 0
    responses: int = 0
    answers: int = 0
    asked_at: dict[int, list[datetime]] = field(default_factory=dict)

    def next(self, name: str) -> int:
        number: int = getattr(self, name) + 1
        setattr(self, name, number)
        return number


@dataclass
class _Wave:
    """One sending: its rows, and the facts, those of each kind behind the other."""

    number: int
    at: datetime
    random: Random
    rows: list[Row] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)


class _Teller:
    """Tells of one survey."""

    def __init__(
        self,
        number: int,
        text: texts.SurveyText,
        today: datetime,
        provider: Provider,
        clients: list[Client],
        numbers: _Numbers,
    ) -> None:
        self.number, self.text, self.today = number, text, today
        self.clients, self.numbers = clients, numbers
        self.service_id = provider.services[text.service] if text.service else None
        self.subject = Subject(Survey.noun, number)
        self.questions: list[Question] = []
        self.drafted_at = self._ago(text.drafted_days_ago)
        self.waves_at = [self._ago(days) for days in text.waves_days_ago]
        self.closed_at = None if text.closed_days_ago is None else self._ago(text.closed_days_ago)

    def _ago(self, days: int) -> datetime:
        return at_work(self.today - timedelta(days=days), PROVIDER_ZONE)

    def tell(self) -> Iterator[Story]:
        questions = list(self._questions())
        yield Story(self.drafted_at, [self._row(), *questions], self._steps())
        for number, at in enumerate(self.waves_at, 1):
            wave = _Wave(number, at, Random(SEED + 100 * self.number + number))
            yield self._asked(wave)

    def _steps(self) -> list[Fact]:
        """Drafted, opened before the first wave, and closed."""
        drafted, opened, closed = (status.value for status in SurveyStatus)
        facts = [
            Fact(
                self.drafted_at,
                "survey.drafted",
                self.subject,
                ADMINISTRATOR,
                [("status", None, drafted)],
            )
        ]
        if self.waves_at:
            change = ("status", drafted, opened)
            facts.append(
                Fact(self.opened_at, "survey.opened", self.subject, ADMINISTRATOR, [change])
            )
        if self.closed_at is not None:
            change = ("status", opened, closed)
            facts.append(
                Fact(self.closed_at, "survey.closed", self.subject, ADMINISTRATOR, [change])
            )
        return facts

    @property
    def opened_at(self) -> datetime:
        return at_work(self.drafted_at + OPENED_AFTER, PROVIDER_ZONE)

    def _row(self) -> Row:
        text, has_waves = self.text, bool(self.waves_at)
        status = SurveyStatus.OPEN if has_waves else SurveyStatus.DRAFT
        next_at = None
        if self.closed_at is not None:
            status = SurveyStatus.CLOSED
        elif text.recurs_every_days is not None:
            next_at = self.waves_at[-1] + timedelta(days=text.recurs_every_days)
        audience = {
            "customer_ids": None,
            "service_id": self.service_id,
            "roles": None,
            "sample": None,
            "rest_days": SURVEY_REST_DAYS_DEFAULT,
        }
        return row(
            Survey,
            id=self.number,
            created_at=self.drafted_at,
            updated_at=self.closed_at or max(self.waves_at, default=self.drafted_at),
            version=1 + has_waves + (self.closed_at is not None),
            title=text.title,
            purpose=text.purpose,
            status=status,
            service_id=self.service_id,
            opens_at=self.opened_at if has_waves else None,
            closes_at=self.closed_at,
            is_sent_on_closure=text.is_sent_on_closure,
            recurs_every_days=text.recurs_every_days,
            wave=len(self.waves_at),
            audience=audience if has_waves else {},
            next_tick_at=next_at,
        )

    def _questions(self) -> Iterator[Row]:
        said = texts.questions()
        asked: list[tuple[SurveyQuestionKind, str | None, str]] = [
            (kind, None, said[kind.value])
            for kind in (_K.SATISFACTION, _K.RECOMMENDATION, _K.EFFORT)
        ]
        asked += [(_K.EXPECTATION, area, said["areas"][area]) for area in self.text.areas]
        if self.text.has_choice:
            asked.append((_K.CHOICE, None, said[_K.CHOICE.value]))
        asked.append((_K.TEXT, None, said[_K.TEXT.value]))
        for position, (kind, area, prompt) in enumerate(asked, 1):
            question = Question(self.numbers.next("questions"), kind, area)
            self.questions.append(question)
            yield row(
                SurveyQuestion,
                id=question.number,
                created_at=self.drafted_at,
                updated_at=self.drafted_at,
                survey_id=self.number,
                position=position,
                prompt=prompt,
                kind=kind,
                area=ServiceArea(area) if area else None,
                is_required=kind is not _K.TEXT,
                choices=said["choices"] if kind is _K.CHOICE else [],
            )

    def _asked(self, wave: _Wave) -> Story:
        """One wave: who is asked, who is reminded, and who answers."""
        by = SYSTEM if wave.number > 1 and self.text.recurs_every_days else ADMINISTRATOR
        people = list(self._people(wave.at))
        reminded = 0
        for client, person in people:
            reminded += self._invited(wave, client, person, by)
        wave.facts.sort(key=lambda fact: fact.at)
        invited = sum(fact.kind == "survey.invited" for fact in wave.facts)
        told = [("wave", wave.number - 1, wave.number), ("invitation_count", None, invited)]
        wave.facts.insert(invited, Fact(wave.at, "survey.sent", self.subject, by, told))
        if reminded:
            at = wave.at + REMINDED_AFTER
            sent = [("reminder_count", None, reminded)]
            fact = Fact(at, "survey.reminders_sent", self.subject, ADMINISTRATOR, sent)
            wave.facts.append(fact)
        return Story(wave.at, wave.rows, wave.facts)

    def _people(self, at: datetime) -> Iterator[tuple[Client, Person]]:
        """The primary contacts for the relationship as a whole; of a service, all the others."""
        for client in self.clients:
            if client.registered_at > at or (client.left_at or self.today) <= at:
                continue
            live = {enrolled.service_code for enrolled in client.live_at(at)}
            there = client.people_at(at)
            people = there[1:] if self.text.service else there[:1]
            if self.text.service in live or (self.text.service is None and live):
                yield from ((client, person) for person in people if self._is_rested(person, at))

    def _is_rested(self, person: Person, at: datetime) -> bool:
        rest = timedelta(days=SURVEY_REST_DAYS_DEFAULT)
        others = self.numbers.asked_at.get(person.contact_id, ())
        return all(abs(at - other) >= rest for other in others)

    def _invited(self, wave: _Wave, client: Client, person: Person, by: Viewer) -> int:
        """Asks one person; answers how often it was reminded."""
        number = self.numbers.next("invitations")
        self.numbers.asked_at.setdefault(person.contact_id, []).append(wave.at)
        subject = Subject(SurveyInvitation.noun, number, client.customer_id)
        wave.facts.append(Fact(wave.at, "survey.invited", subject, by, is_internal=True))
        answered_at = self._answered_at(wave, client)
        reminded_at = wave.at + REMINDED_AFTER
        is_reminded = reminded_at < self.today and (answered_at or self.today) > reminded_at
        if is_reminded:
            fact = Fact(reminded_at, "survey.reminded", subject, ADMINISTRATOR, is_internal=True)
            wave.facts.append(fact)
        instants = [wave.at, answered_at or wave.at, reminded_at if is_reminded else wave.at]
        wave.rows.append(
            row(
                SurveyInvitation,
                id=number,
                created_at=wave.at,
                updated_at=max(instants),
                survey_id=self.number,
                contact_id=person.contact_id,
                customer_id=client.customer_id,
                wave=wave.number,
                token_hash=token_hash(SurveyInvitation(id=number).token),
                sent_at=wave.at,
                expires_at=wave.at + timedelta(days=INVITATION_DAYS),
                responded_at=answered_at,
                reminder_count=int(is_reminded),
                reminded_at=reminded_at if is_reminded else None,
            )
        )
        if answered_at is not None:
            self._answered(wave, client, person, number, answered_at)
        return int(is_reminded)

    def _answered_at(self, wave: _Wave, client: Client) -> datetime | None:
        is_answered = wave.random.random() < returns(self.text.service, wave.number)
        days = wave.random.uniform(*ANSWERED_WITHIN_DAYS)
        at = at_work(wave.at + timedelta(days=days), client.zone)
        return at if is_answered and at < self.today else None

    def _answered(
        self, wave: _Wave, client: Client, person: Person, invitation: int, at: datetime
    ) -> None:
        number, whose = self.numbers.next("responses"), client.customer_id
        mood = mood_of(self.text.service, wave.number, client.text.time_zone, wave.random)
        wave.rows.append(
            row(
                SurveyResponse,
                id=number,
                created_at=at,
                updated_at=at,
                survey_id=self.number,
                invitation_id=invitation,
                contact_id=person.contact_id,
                customer_id=whose,
                submitted_at=at,
            )
        )
        for question in self.questions:
            given = answer_to(question, mood, client.text.locale, wave.random)
            if given:
                wave.rows.append(self._answer(question, number, whose, at, given))
        actor = Viewer(Contact.noun, person.contact_id, frozenset())
        subject = Subject(SurveyResponse.noun, number, whose)
        wave.facts.append(Fact(at, "survey.answered", subject, actor, is_internal=True))

    def _answer(
        self, question: Question, response: int, whose: int, at: datetime, given: dict[str, Any]
    ) -> Row:
        return row(
            SurveyAnswer,
            id=self.numbers.next("answers"),
            created_at=at,
            updated_at=at,
            response_id=response,
            question_id=question.number,
            survey_id=self.number,
            customer_id=whose,
            service_id=self.service_id,
            kind=question.kind,
            area=ServiceArea(question.area) if question.area else None,
            submitted_at=at,
            **given,
        )
