"""Surveys in the graph: asking, answering, and what was found out."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import strawberry

from models import invitation as invitation_model
from models import response as response_model
from models import survey as model
from models.rules.tokens import token_hash
from resolvers.engine import later
from resolvers.engine.inputs import (
    IdempotentInput,
    VersionedInput,
    acts_on,
    optional,
    ref,
    required,
)
from resolvers.engine.mutation import Caller, verb
from resolvers.engine.reading.arguments import Given
from resolvers.engine.reading.conditions import among
from resolvers.engine.reading.declare import (
    Argument,
    One,
    Order,
    by_id,
    children,
    column,
    computed,
    declared,
    parent,
    reads,
    rows,
    subselect,
)
from resolvers.engine.reading.plan import Table
from resolvers.engine.reading.request import row_id
from resolvers.engine.types import Connection, Node
from resolvers.enums import ContactRole, ServiceArea, SurveyQuestionKind, SurveyStatus
from resolvers.survey_results import SurveyResults, results

QUESTIONS_MAX = 50


@reads("question", model.SurveyQuestion)
@strawberry.type(description="One question of a survey.")
class SurveyQuestion(Node):
    position: int = column("Its place, from 1.")
    prompt: str = column("What is asked, up to 1,000 characters.")
    kind: SurveyQuestionKind = column("What it asks for.")
    area: ServiceArea | None = column("The area that it is about, if any.")
    is_required: bool = column("Whether a response needs an answer to it.")
    choices: list[str] = column("What there is to choose from; none unless it is CHOICE.")


def _questions(description: str, of: str | None = None) -> Any:
    return rows(
        description,
        "question",
        by="survey_id",
        order=Order(("position",)),
        rows_max=QUESTIONS_MAX,
        of=of,
    )


@reads("answer", response_model.SurveyAnswer)
@strawberry.type(description="What somebody answered to one question.")
class SurveyAnswer:
    question: SurveyQuestion = parent("The question.", "question")
    score: int | None = column("The score, for a question that asks for one.")
    expected: int | None = column("What was expected of the area, 1 to 7.")
    perceived: int | None = column("What was perceived of it, 1 to 7.")
    choice: str | None = column("What was chosen.")
    text: str | None = column("What was said in words.")


@reads("response", response_model.SurveyResponse)
@strawberry.type(description="What one person answered, all at once. For staff alone.")
class SurveyResponse(Node):
    survey: later.Survey = parent("The survey.", "survey")
    contact: later.Contact | None = parent("Who answered.", "contact")
    customer: later.Customer = parent("Whose person it is.", "customer")
    submitted_at: datetime = column("When.")
    answers: list[SurveyAnswer] = rows(
        "The answers, in the order of the questions.",
        "answer",
        by="response_id",
        order=Order(("question_id",)),
        rows_max=QUESTIONS_MAX,
    )


@reads("invitation", invitation_model.SurveyInvitation)
@strawberry.type(description="A person who was asked to answer. For staff alone.")
class SurveyInvitation(Node):
    contact: later.Contact = parent("The person.", "contact")
    sent_at: datetime = column("When the person was asked.")
    expires_at: datetime = column("Until when the link opens the survey.")
    responded_at: datetime | None = column("When the person answered.")
    reminders_sent: int = column(
        "How often the person was reminded, at most 3 times.", "reminder_count"
    )
    wave: int = column("Which sending of the survey it belongs to, from 1.")


@reads("survey", model.Survey)
@strawberry.type(description="Questions put to contacts. For staff alone.")
class Survey(Node):
    version: int = column("Raised by each edit or change of status; for `expectedVersion`.")
    title: str = column("The survey's title, up to 200 characters.")
    purpose: str | None = column("What the answers are for, as those who are asked read it.")
    status: SurveyStatus = column("Where it stands.")
    service: later.Service | None = parent(
        "The service that it is about; null: the relationship as a whole.", "service"
    )
    opens_at: datetime | None = column("When it was opened.")
    closes_at: datetime | None = column("When it closes, or was closed.")
    is_sent_on_closure: bool = column("Whether it goes out when a complaint closes, while OPEN.")
    recurs_every_days: int | None = column("After how many days it is sent again, while OPEN.")
    wave: int = column("How often it has been sent.")
    questions: list[SurveyQuestion] = _questions("Its questions, in their order.")
    invitations: Connection[SurveyInvitation] = children(
        "Who was asked, the latest first.",
        "invitation",
        by="survey_id",
        order=Order((), is_descending=True),
    )
    responses: Connection[SurveyResponse] = children(
        "What was answered, the latest first.",
        "response",
        by="survey_id",
        order=Order((), is_descending=True),
    )
    results: SurveyResults = results()


@reads("survey_form", invitation_model.SurveyInvitation)
@strawberry.type(description="A survey as the person who was asked sees it.")
class SurveyForm:
    title: str = subselect("The survey's title.", lambda table: _of_survey(table, "title"))
    purpose: str | None = subselect(
        "What the answers are for.", lambda table: _of_survey(table, "purpose")
    )
    questions: list[SurveyQuestion] = _questions("Its questions, in their order.", "survey_id")
    expires_at: datetime = column("Until when the link opens the survey.")
    locale: str = subselect(
        "The language of the person who was asked, such as en or es-ES.",
        lambda table: _of_invitee(table, "locale"),
    )
    is_answered: bool = computed(
        "Whether it was answered already: it takes one answer.",
        lambda table: table.meets(invitation_model.ANSWERED),
    )


def _of_survey(table: Table, name: str) -> str:
    survey = table.plan.table("survey")
    return f"(SELECT {survey[name]} FROM {survey.source} WHERE {survey.key} = {table['survey_id']})"


def _of_invitee(table: Table, name: str) -> str:
    contact = table.plan.table("contact")
    mine = f"{contact.key} = {table['contact_id']}"
    return f"(SELECT {contact[name]} FROM {contact.source} WHERE {mine})"


def _opened_by(table: Table, given: Any) -> list[str]:
    """The invitation of a token that has not expired, to a survey that is open."""
    token: Given = given["token"]
    mark = table.plan.bind("text", lambda asked: token_hash(str(token.get(asked))))
    survey = table.plan.table("survey")
    is_open = (
        f"EXISTS (SELECT 1 FROM {survey.source} WHERE {survey.key} = {table['survey_id']}"
        f" AND {model.OPEN.sql(survey)})"
    )
    return [
        f"{table['token_hash']} = {mark}",
        invitation_model.VALID.sql(table),
        is_open,
    ]


@strawberry.type
class Query:
    survey: Survey | None = by_id("The survey", "survey")
    surveys: Connection[Survey] = children(
        "All surveys, the newest first.",
        "survey",
        order=Order((), is_descending=True),
        where={"status": Argument(list[SurveyStatus] | None, "In one of these.", among("status"))},
    )
    survey_by_token: SurveyForm | None = declared(
        "The survey that a link opens; null for a link that opens none, whatever the reason.",
        One("survey_form", finds=_opened_by),
        {"token": Argument(str, "The token of the link.")},
    )


@strawberry.input(description="A question of a survey.")
class SurveyQuestionInput:
    prompt: str = required("What is asked, 1 to 1,000 characters.")
    kind: SurveyQuestionKind = required("What it asks for.")
    area: ServiceArea | None = optional("The area that it is about; needed for EXPECTATION.")
    is_required: bool = optional("Whether it must be answered; true where left out.", default=True)
    choices: list[str] | None = optional("For CHOICE: 2 to 20, of 1 to 200 characters.")


@strawberry.input(description="A survey to be drafted.")
class DraftSurveyInput(IdempotentInput):
    title: str = required("1 to 200 characters.")
    purpose: str | None = optional("Up to 2,000 characters.")
    service_id: strawberry.ID | None = ref(
        "service", "The service that it is about.", is_required=False
    )
    questions: list[SurveyQuestionInput] | None = optional(
        "Up to 50, in their order.", as_=model.Question
    )
    copy_of_id: strawberry.ID | None = ref(
        "survey", "Copies this survey's questions, where none are given.", is_required=False
    )
    is_sent_on_closure: bool | None = optional(
        "Whether it goes out by itself when a complaint closes; false where left out."
    )
    recurs_every_days: int | None = optional("7 to 730: sends it again and again, while OPEN.")


@strawberry.input(description="What changes about a draft; what is left out stays.")
class UpdateSurveyInput(VersionedInput):
    survey_id: strawberry.ID = acts_on("survey", "The survey, DRAFT.")
    title: str | None = optional("1 to 200 characters.")
    purpose: str | None = optional("Up to 2,000 characters; an empty one takes it away.")
    questions: list[SurveyQuestionInput] | None = optional(
        "All of its questions, in place of those before.", as_=model.Question
    )
    is_sent_on_closure: bool | None = optional("Whether it goes out when a complaint closes.")
    recurs_every_days: int | None = optional("7 to 730.")


@strawberry.input(description="A survey that takes answers from now on.")
class OpenSurveyInput(VersionedInput):
    survey_id: strawberry.ID = acts_on("survey", "The survey, DRAFT.")
    closes_at: datetime | None = optional("When it closes by itself, within 730 days.")


@strawberry.input(description="A survey that takes answers no longer.")
class CloseSurveyInput(VersionedInput):
    survey_id: strawberry.ID = acts_on("survey", "The survey, OPEN.")


@strawberry.input(description="Who is to be asked: active contacts who meet all that is given.")
class InviteToSurveyInput(VersionedInput):
    survey_id: strawberry.ID = acts_on("survey", "The survey, OPEN.")
    customer_ids: list[strawberry.ID] | None = ref(
        "customer", "People of these customers.", is_required=False
    )
    service_id: strawberry.ID | None = ref(
        "service", "People of customers with a live enrolment in it.", is_required=False
    )
    roles: list[ContactRole] | None = optional("People with one of these roles.")
    sample: int | None = optional("At most so many of them, drawn by chance: 1 to 1,000.")
    rest_days: int | None = optional(
        "Leaves alone who was asked anything within so many days; 30 where left out."
    )


@strawberry.input(description="A survey whose invitees are to be reminded.")
class RemindSurveyInput(VersionedInput):
    survey_id: strawberry.ID = acts_on("survey", "The survey, OPEN.")


@strawberry.input(
    description="What is answered to one question: the fields that its kind asks for."
)
class SurveyAnswerInput:
    question_id: strawberry.ID = required("The question.")
    score: int | None = optional("For SATISFACTION, RECOMMENDATION and EFFORT, on its scale.")
    expected: int | None = optional("For EXPECTATION: 1 to 7.")
    perceived: int | None = optional("For EXPECTATION: 1 to 7.")
    choice: str | None = optional("For CHOICE: one of its choices.")
    text: str | None = optional("For TEXT: up to 10,000 characters.")


def _plain_answer(question_id: str, **given: Any) -> response_model.Answer:
    """An answer as the verb takes it; an id of anything else names no question."""
    return response_model.Answer(row_id("question", question_id) or 0, **given)


@strawberry.input(description="A response, all at once.")
class AnswerSurveyInput(IdempotentInput):
    token: str = required("The token of the link.")
    answers: list[SurveyAnswerInput] = required(
        "One for each question that is answered.", as_=_plain_answer
    )


@strawberry.type
class Mutation:
    draft_survey = verb(
        "Drafts a survey.", DraftSurveyInput, model.Survey.draft, may=Caller.STAFF, survey=Survey
    )
    update_survey = verb(
        "Changes a draft. RULE_VIOLATED once it is OPEN: copy it.",
        UpdateSurveyInput,
        model.Survey.update,
        may=Caller.STAFF,
    )
    open_survey = verb("DRAFT to OPEN.", OpenSurveyInput, model.Survey.open, may=Caller.STAFF)
    close_survey = verb("OPEN to CLOSED.", CloseSurveyInput, model.Survey.close, may=Caller.STAFF)
    invite_to_survey = verb(
        "Asks contacts to answer, each by a link of its own. At most 1,000 at a time.",
        InviteToSurveyInput,
        invitation_model.invite,
        may=Caller.STAFF,
    )
    remind_survey = verb(
        "Reminds everybody who has not answered: at most three times, three days apart.",
        RemindSurveyInput,
        invitation_model.remind,
        may=Caller.STAFF,
    )
    answer_survey = verb(
        "Answers a survey by the token of a link, once. TOKEN_SPENT for any other token, "
        "whatever the reason.",
        AnswerSurveyInput,
        response_model.SurveyResponse.answer,
        may=Caller.ANYBODY,
    )
