"""A survey that asks every kind of question, and the links of the people who were asked."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from api.settings import KEY_FILE_NAME
from models.rules.tokens import survey_token
from tests.wire.running import Server

QUESTIONS: list[dict[str, Any]] = [
    {"prompt": "How satisfied are you with Payroll?", "kind": "SATISFACTION"},
    {"prompt": "Would you recommend us to a colleague?", "kind": "RECOMMENDATION"},
    {"prompt": "How easy was it to get help?", "kind": "EFFORT", "isRequired": False},
    {"prompt": "How quickly do we answer?", "kind": "EXPECTATION", "area": "RESPONSIVENESS"},
    {
        "prompt": "Which way do you prefer to reach us?",
        "kind": "CHOICE",
        "choices": ["By phone", "By mail, <b>at any hour</b>", "In person"],
        "isRequired": False,
    },
    {"prompt": "What should we do better?", "kind": "TEXT", "isRequired": False},
]

_PREPARE = """mutation ($customer: RegisterCustomerInput!, $survey: DraftSurveyInput!) {
  registerCustomer(input: $customer) { customer { id } errors { message path } }
  draftSurvey(input: $survey) { survey { id questions { id } } errors { message path } } }"""
_ASK = """mutation ($contact: AddContactInput!, $open: OpenSurveyInput!,
    $invite: InviteToSurveyInput!) {
  addContact(input: $contact) { contact { id } errors { message path } }
  openSurvey(input: $open) { errors { message path } }
  inviteToSurvey(input: $invite) { errors { message path }
    survey { invitations(first: 1) { nodes { id } } } } }"""
_SEEN = """query ($id: ID!) { survey(id: $id) { responses { totalCount nodes {
  answers { score expected perceived choice text } } } } }"""


@dataclass(frozen=True)
class Asked:
    """What one person was asked; `questions` are global ids in their order."""

    server: Server
    survey: str
    contact: str
    questions: list[str]
    token: str

    @property
    def url(self) -> str:
        return f"{self.server.origin}/survey/{self.token}"

    def filled_in(self, **more: str) -> dict[str, str]:
        """A form with good answers to all that must be answered, and `more` by q1, q2 and so on."""
        given = {"q1": "5", "q2": "9", "q4.expected": "7", "q4.perceived": "3", **more}
        return {self.field(name): value for name, value in given.items()}

    def field(self, short: str) -> str:
        """The name of a field, from one such as q4.expected."""
        question, dot, part = short.partition(".")
        return f"{self.questions[int(question[1:]) - 1]}{dot}{part}"

    def responses(self) -> list[list[dict[str, Any]]]:
        """The answers of each response that was counted; None is left out."""
        found = self.server.answer(_SEEN, id=self.survey)["survey"]["responses"]
        assert found["totalCount"] == len(found["nodes"])
        return [
            [{k: v for k, v in answer.items() if v is not None} for answer in node["answers"]]
            for node in found["nodes"]
        ]


def ask(server: Server, *, locale: str = "en", **survey: Any) -> Asked:
    """Asks one person of a customer of their own."""
    wanted = {"title": "How are we doing?", "questions": QUESTIONS, **survey}
    name = f"Customer {uuid.uuid4()}"
    made = server.answer(_PREPARE, customer={"name": name, "timeZone": "UTC"}, survey=wanted)
    assert not made["registerCustomer"]["errors"] + made["draftSurvey"]["errors"], made
    customer = made["registerCustomer"]["customer"]["id"]
    drafted = made["draftSurvey"]["survey"]
    contact = {
        "customerId": customer,
        "name": "Ana García",
        "email": f"{uuid.uuid4()}@ana.example",
        "role": "SPONSOR",
        "locale": locale,
    }
    on = {"surveyId": drafted["id"]}
    invite = {**on, "customerIds": [customer]}
    asked = server.answer(_ASK, contact=contact, open=on, invite=invite)
    assert not any(payload["errors"] for payload in asked.values()), asked
    (invitation,) = asked["inviteToSurvey"]["survey"]["invitations"]["nodes"]
    return Asked(
        server,
        drafted["id"],
        asked["addContact"]["contact"]["id"],
        [question["id"] for question in drafted["questions"]],
        token_of(server, invitation["id"]),
    )


def token_of(server: Server, invitation: str) -> str:
    """The token of an invitation, made as the server makes it, under the key in its folder."""
    key = (server.log.parent / KEY_FILE_NAME).read_bytes().strip()
    return survey_token(key, int(invitation.rpartition("_")[2]), generation=1)
