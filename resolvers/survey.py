"""Surveys in the graph: questions, answers and results."""

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
    position: int = column("Its position in the survey, counted from 1.")
    prompt: str = column("The question's text, up to 1,000 characters.")
    kind: SurveyQuestionKind = column("The type of answer it asks for.")
    area: ServiceArea | None = column("The area it is about. Null if it is about none.")
    is_required: bool = column("Whether every response must answer it.")
    choices: list[str] = column("The choices offered; empty unless the question is CHOICE.")


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
@strawberry.type(description="The answer to one question.")
class SurveyAnswer:
    question: SurveyQuestion = parent("The question that is answered.", "question")
    score: int | None = column("The score. Null unless the question asks for one.")
    expected: int | None = column(
        "The expected quality of the area, 1 to 7. Null unless EXPECTATION."
    )
    perceived: int | None = column(
        "The perceived quality of the area, 1 to 7. Null unless EXPECTATION."
    )
    choice: str | None = column("The choice made. Null unless the question is CHOICE.")
    text: str | None = column("The answer in words. Null unless the question is TEXT.")


@reads("response", response_model.SurveyResponse)
@strawberry.type(description="One person's answers, submitted together. Staff only.")
class SurveyResponse(Node):
    survey: later.Survey = parent("The survey that was answered.", "survey")
    contact: later.Contact | None = parent(
        "The contact who answered. Null if they are not known.", "contact"
    )
    customer: later.Customer = parent("The customer whose contact answered.", "customer")
    submitted_at: datetime = column("When it was submitted.")
    answers: list[SurveyAnswer] = rows(
        "The answers, in the order of the questions.",
        "answer",
        by="response_id",
        order=Order(("question_id",)),
        rows_max=QUESTIONS_MAX,
    )


@reads("invitation", invitation_model.SurveyInvitation)
@strawberry.type(description="A person who was invited to answer a survey. Staff only.")
class SurveyInvitation(Node):
    contact: later.Contact = parent("The person who was invited.", "contact")
    sent_at: datetime = column("When the person was invited.")
    expires_at: datetime = column("When the link to the survey expires.")
    responded_at: datetime | None = column("When the person answered. Null until then.")
    reminders_sent: int = column("How many reminders were sent, at most 3.", "reminder_count")
    wave: int = column("Which wave of the survey it belongs to, counted from 1.")


@reads("survey", model.Survey)
@strawberry.type(description="Questions for contacts to answer. Staff only.")
class Survey(Node):
    version: int = column("Increases with each edit or change of status; for `expectedVersion`.")
    title: str = column("The survey's title, up to 200 characters.")
    purpose: str | None = column(
        "What the answers are for, as shown to the people invited. Null if not given."
    )
    status: SurveyStatus = column("Its current status in the lifecycle.")
    service: later.Service | None = parent(
        "The service it is about. Null if it is about the relationship as a whole.", "service"
    )
    opens_at: datetime | None = column("When it was opened. Null until then.")
    closes_at: datetime | None = column("When it closes, or was closed. Null if not set.")
    is_sent_on_closure: bool = column("Whether it is sent when a complaint closes, while OPEN.")
    recurs_every_days: int | None = column(
        "The number of days after which it is sent again, while OPEN. Null if it doesn't recur."
    )
    wave: int = column("How many times it has been sent.")
    questions: list[SurveyQuestion] = _questions("Its questions, in order.")
    invitations: Connection[SurveyInvitation] = children(
        "The people who were invited, latest first.",
        "invitation",
        by="survey_id",
        order=Order((), is_descending=True),
    )
    responses: Connection[SurveyResponse] = children(
        "The responses received, latest first.",
        "response",
        by="survey_id",
        order=Order((), is_descending=True),
    )
    results: SurveyResults = results()


@reads("survey_form", invitation_model.SurveyInvitation)
@strawberry.type(description="A survey as shown to the person invited.")
class SurveyForm:
    title: str = subselect("The title of the survey.", lambda table: _of_survey(table, "title"))
    purpose: str | None = subselect(
        "What the answers are for. Null if not given.", lambda table: _of_survey(table, "purpose")
    )
    questions: list[SurveyQuestion] = _questions("Its questions, in order.", "survey_id")
    expires_at: datetime = column("When the link to the survey expires.")
    locale: str = subselect(
        "The language of the person invited, such as en or es-ES.",
        lambda table: _of_invitee(table, "locale"),
    )
    is_answered: bool = computed(
        "Whether it has been answered; each link accepts one response.",
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
        "All surveys, newest first.",
        "survey",
        order=Order((), is_descending=True),
        where={
            "status": Argument(
                list[SurveyStatus] | None, "Only surveys in one of these statuses.", among("status")
            )
        },
    )
    survey_by_token: SurveyForm | None = declared(
        "The survey that a link opens. Null if the link is not valid, for whatever reason.",
        One("survey_form", finds=_opened_by),
        {"token": Argument(str, "The token in the link.")},
    )


@strawberry.input(description="A question to put into a survey.")
class SurveyQuestionInput:
    prompt: str = required("The question's text, 1 to 1,000 characters.")
    kind: SurveyQuestionKind = required("The type of answer it asks for.")
    area: ServiceArea | None = optional("The area it is about; required for EXPECTATION.")
    is_required: bool = optional("Whether it must be answered; true by default.", default=True)
    choices: list[str] | None = optional(
        "For CHOICE only: 2 to 20 choices, of 1 to 200 characters each."
    )


@strawberry.input(description="A new survey to draft.")
class DraftSurveyInput(IdempotentInput):
    title: str = required("1 to 200 characters.")
    purpose: str | None = optional("Up to 2,000 characters.")
    service_id: strawberry.ID | None = ref("service", "The service it is about.", is_required=False)
    questions: list[SurveyQuestionInput] | None = optional(
        "Up to 50 questions, in order.", as_=model.Question
    )
    copy_of_id: strawberry.ID | None = ref(
        "survey", "A survey whose questions are copied if none are given.", is_required=False
    )
    is_sent_on_closure: bool | None = optional(
        "Whether it is sent automatically when a complaint closes; false by default."
    )
    recurs_every_days: int | None = optional(
        "7 to 730 days; the survey is sent again after each such interval, while OPEN."
    )


@strawberry.input(description="The changes to a draft; omitted fields keep their values.")
class UpdateSurveyInput(VersionedInput):
    survey_id: strawberry.ID = acts_on("survey", "The survey, which must be DRAFT.")
    title: str | None = optional("1 to 200 characters.")
    purpose: str | None = optional("Up to 2,000 characters; an empty text removes it.")
    questions: list[SurveyQuestionInput] | None = optional(
        "All of its questions; they replace the current ones.", as_=model.Question
    )
    is_sent_on_closure: bool | None = optional(
        "Whether it is sent automatically when a complaint closes."
    )
    recurs_every_days: int | None = optional(
        "7 to 730 days; the survey is sent again after each such interval, while OPEN."
    )


@strawberry.input(description="A survey to open for answers.")
class OpenSurveyInput(VersionedInput):
    survey_id: strawberry.ID = acts_on("survey", "The survey, which must be DRAFT.")
    closes_at: datetime | None = optional("When it closes automatically, within 730 days.")


@strawberry.input(description="A survey to close.")
class CloseSurveyInput(VersionedInput):
    survey_id: strawberry.ID = acts_on("survey", "The survey, which must be OPEN.")


@strawberry.input(description="Who to invite: active contacts who meet all the given conditions.")
class InviteToSurveyInput(VersionedInput):
    survey_id: strawberry.ID = acts_on("survey", "The survey, which must be OPEN.")
    customer_ids: list[strawberry.ID] | None = ref(
        "customer", "Only contacts of these customers.", is_required=False
    )
    service_id: strawberry.ID | None = ref(
        "service",
        "Only contacts of customers with a live enrolment in this service.",
        is_required=False,
    )
    roles: list[ContactRole] | None = optional("Only people with one of these roles.")
    sample: int | None = optional("The maximum number of people, drawn at random: 1 to 1,000.")
    rest_days: int | None = optional(
        "Leaves out people who were invited to any survey within this many days; 30 by default."
    )


@strawberry.input(description="A survey whose invitees should be reminded.")
class RemindSurveyInput(VersionedInput):
    survey_id: strawberry.ID = acts_on("survey", "The survey, which must be OPEN.")


@strawberry.input(description="The answer to one question, in the fields that its kind asks for.")
class SurveyAnswerInput:
    question_id: strawberry.ID = required("The question that is answered.")
    score: int | None = optional("The score, for SATISFACTION, RECOMMENDATION and EFFORT.")
    expected: int | None = optional("The expected quality, for EXPECTATION: 1 to 7.")
    perceived: int | None = optional("The perceived quality, for EXPECTATION: 1 to 7.")
    choice: str | None = optional("One of its choices, for CHOICE.")
    text: str | None = optional("Up to 10,000 characters, for TEXT.")


def _plain_answer(question_id: str, **given: Any) -> response_model.Answer:
    """An answer as the verb takes it; an id of anything else names no question."""
    return response_model.Answer(row_id("question", question_id) or 0, **given)


@strawberry.input(description="A complete response to a survey.")
class AnswerSurveyInput(IdempotentInput):
    token: str = required("The token in the link.")
    answers: list[SurveyAnswerInput] = required(
        "One answer for each question answered.", as_=_plain_answer
    )


@strawberry.type
class Mutation:
    draft_survey = verb(
        "Drafts a new survey.",
        DraftSurveyInput,
        model.Survey.draft,
        may=Caller.STAFF,
        survey=Survey,
    )
    update_survey = verb(
        "Changes a draft. RULE_VIOLATED if the survey is OPEN: copy it instead.",
        UpdateSurveyInput,
        model.Survey.update,
        may=Caller.STAFF,
    )
    open_survey = verb(
        "Moves a survey from DRAFT to OPEN.", OpenSurveyInput, model.Survey.open, may=Caller.STAFF
    )
    close_survey = verb(
        "Moves a survey from OPEN to CLOSED.",
        CloseSurveyInput,
        model.Survey.close,
        may=Caller.STAFF,
    )
    invite_to_survey = verb(
        "Invites contacts to answer, each with a link of their own; at most 1,000 at a time.",
        InviteToSurveyInput,
        invitation_model.invite,
        may=Caller.STAFF,
    )
    remind_survey = verb(
        "Reminds everyone who has not answered, at most three times and at least three days apart.",
        RemindSurveyInput,
        invitation_model.remind,
        may=Caller.STAFF,
    )
    answer_survey = verb(
        "Answers a survey with the token of a link, once. TOKEN_SPENT if the token is not valid, "
        "for whatever reason.",
        AnswerSurveyInput,
        response_model.SurveyResponse.answer,
        may=Caller.ANYBODY,
    )
