"""The page on which a person answers a survey: /survey/<token>, HTML without a script.

Nothing here rests on who the browser belongs to: no cookie, no session, only the token in the
path. So a request that another site forges carries nothing that its author didn't have, and needs
no token against forgery besides. A link that opens nothing answers alike, whatever the reason.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Any

import orjson
from markupsafe import Markup
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from api import negotiation, survey_form
from api.body import BodyTooLarge, body
from api.edge import Edge
from api.negotiation import LOCALES
from api.parameters import Parameters
from api.replies import Reply, failure, headers
from api.survey_form import Unreadable
from api.templating import TEMPLATES, day, language_of, rendered, words
from models.access import ANYBODY
from models.bounds import TEXT_CHARACTERS_MAX
from resolvers.engine.execution import execute
from resolvers.engine.replies import Answer

FORM = "application/x-www-form-urlencoded"
RETRY_AFTER_SECONDS = 60

_FORM_DOCUMENT = """query ($token: String!) { surveyByToken(token: $token) {
  title purpose expiresAt isAnswered locale
  questions { id position prompt kind isRequired choices } } }"""
_ANSWER_DOCUMENT = """mutation ($input: AnswerSurveyInput!) {
  answerSurvey(input: $input) { errors { code message path } } }"""

_STYLE = (TEMPLATES / "survey.css").read_text(encoding="utf-8")
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_LANGUAGES = {code: words(code)["language"] for code in LOCALES}
_HEADERS = {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": "; ".join(
        (
            "default-src 'none'",
            f"style-src 'sha256-{_STYLE_HASH}'",
            "img-src data:",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    ),
    "cross-origin-opener-policy": "same-origin",
    "vary": "Accept-Language",
    "x-robots-tag": "noindex",
}
_NOTICES = {
    "thanks": HTTPStatus.OK,
    "spent": HTTPStatus.NOT_FOUND,
    "too_large": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "unreadable": HTTPStatus.BAD_REQUEST,
    "away": HTTPStatus.SERVICE_UNAVAILABLE,
    "failed": HTTPStatus.INTERNAL_SERVER_ERROR,
}

Survey = Mapping[str, Any]


class Failed(Exception):
    """The graph could not answer; `notice` names what the person is told."""

    def __init__(self, notice: str) -> None:
        super().__init__(notice)
        self.notice = notice


class SurveyPage:
    """The page of every survey, and its routes."""

    def __init__(self, edge: Edge) -> None:
        self._edge = edge

    def routes(self) -> list[Route]:
        return [
            Route("/survey/thanks", _thanks, methods=["GET"]),
            Route("/survey/{token}", self._respond, methods=["GET", "POST"]),
        ]

    async def _respond(self, request: Request) -> Response:
        """Whatever is asked of a link; a person always gets a page."""
        locale = _chosen(request) or negotiation.locale(request.headers.get("accept-language"))
        try:
            survey = await self._survey(request.path_params["token"], locale)
            locale = _language(request, survey)
            if request.method == "POST":
                return await self._answered(request, survey, locale)
            if survey is None:
                return _notice("spent", locale)
            return _form(survey, locale)
        except Failed as failed:
            return _notice(failed.notice, locale)
        except ClientDisconnect:
            return Response(status_code=HTTPStatus.BAD_REQUEST)

    async def _answered(self, request: Request, survey: Survey | None, locale: str) -> Response:
        try:
            given = await self._posted(request)
        except BodyTooLarge:
            return _notice("too_large", locale, connection="close")
        except Unreadable:
            return _notice("unreadable", locale)
        if survey is None:
            return _notice("spent", locale)
        questions = survey["questions"]
        asked = {
            "token": request.path_params["token"],
            "answers": survey_form.answers(questions, given),
        }
        data = await self._graph(_ANSWER_DOCUMENT, {"input": asked}, locale)
        errors = data["answerSurvey"]["errors"]
        if not errors:
            where = f"thanks?lang={locale}"
            return Reply(HTTPStatus.SEE_OTHER, b"", headers({**_HEADERS, "location": where}))
        if any(error["code"] == "TOKEN_SPENT" for error in errors):
            return _notice("spent", locale)
        return _form(survey, locale, given, errors)

    async def _posted(self, request: Request) -> dict[str, str]:
        """The fields that were filled in. Raises BodyTooLarge and Unreadable."""
        sent = await body(request, self._edge.settings.body_bytes_max)
        media_type, _ = negotiation.media_type(request.headers.get("content-type", ""))
        if media_type != FORM:
            raise Unreadable
        return survey_form.filled_in(sent)

    async def _survey(self, token: str, locale: str) -> Survey | None:
        """What the token opens; None where that is nothing, or has been answered."""
        data = await self._graph(_FORM_DOCUMENT, {"token": token}, locale)
        found: Survey | None = data["surveyByToken"]
        return None if found is None or found["isAnswered"] else found

    async def _graph(self, document: str, variables: dict[str, Any], locale: str) -> Any:
        """The data of a document that anybody may send. Raises Failed."""
        try:
            prepared = self._edge.prepare_for(
                ANYBODY, Parameters(document, variables, None), locale
            )
            answer = prepared if isinstance(prepared, Answer) else await execute(prepared)
        except Exception as error:
            answer = await failure(error)
        told = orjson.loads(answer.body)
        if "errors" in told:
            code = told["errors"][0]["extensions"]["code"]
            raise Failed("away" if code == "UNAVAILABLE" else "failed")
        return told["data"]


async def _thanks(request: Request) -> Response:
    return _notice("thanks", _language(request, None))


def _chosen(request: Request) -> str | None:
    """The language that the person switched to."""
    chosen = request.query_params.get("lang", "")
    return chosen if chosen in LOCALES else None


def _language(request: Request, survey: Survey | None) -> str:
    """The language of the page: as switched, as the browser asks, or as is known of the person."""
    accepted = request.headers.get("accept-language")
    known = None if survey is None else language_of(survey["locale"])
    return _chosen(request) or negotiation.locale(accepted, otherwise=known or LOCALES[0])


def _form(
    survey: Survey,
    locale: str,
    given: Mapping[str, str] | None = None,
    errors: Sequence[Mapping[str, Any]] = (),
) -> Response:
    """The survey to be filled in; with `errors`, as it was filled in and what is wrong with it."""
    filled = given or {}
    faults = survey_form.faults(survey["questions"], locale, filled, errors)
    return _page(
        HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK,
        "survey.html",
        locale,
        survey=survey,
        items=survey_form.items(survey["questions"], locale, filled, faults),
        faults=faults.get("", ()),
        is_refused=bool(errors),
        until=day(datetime.fromisoformat(survey["expiresAt"]), locale),
        text_characters_max=TEXT_CHARACTERS_MAX,
    )


def _notice(name: str, locale: str, **more: str) -> Response:
    """A page that says one thing."""
    if name == "away":
        more["retry-after"] = str(RETRY_AFTER_SECONDS)
    notice = words(locale)[name]
    return _page(_NOTICES[name], "notice.html", locale, more, notice=notice)


def _page(
    status: HTTPStatus,
    template: str,
    locale: str,
    more: Mapping[str, str] | None = None,
    **values: Any,
) -> Response:
    style = Markup(_STYLE)  # noqa: S704  a file of ours
    text = rendered(template, locale, style=style, languages=_LANGUAGES, **values)
    named = {**_HEADERS, "content-language": locale, **(more or {})}
    return Reply(status, text.encode(), headers(named))
