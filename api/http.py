"""GraphQL over HTTP: POST with JSON, GET for queries, and the page for a person's browser.

https://graphql.github.io/graphql-over-http/draft/ says what is answered when. Whatever is wrong
with a request is told in GraphQL's form, never as text and never with a traceback.
"""

from __future__ import annotations

from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Receive, Scope, Send

from api import negotiation, page, parameters, sse
from api.body import BodyTooLarge, body
from api.edge import Edge
from api.negotiation import JSON, RESPONSE_JSON, Accepted
from api.parameters import BadParameters, Parameters
from api.replies import RawHeaders, answer_reply, error_body, failure, graph_reply
from resolvers.engine.execution import execute
from resolvers.engine.operation import Prepared
from resolvers.engine.replies import Answer
from resolvers.engine.subscribing import subscribe

METHODS = "GET, POST"


class Refusal(Exception):
    """A request that the transport itself refuses, with the answer to it."""

    def __init__(self, status: int, body: bytes, headers: RawHeaders = ()) -> None:
        super().__init__(status)
        self.status = status
        self.body = body
        self.headers = headers


class GraphQLOverHTTP:
    """The ASGI application at /graphql."""

    def __init__(self, edge: Edge) -> None:
        self._edge = edge

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        try:
            reply = await self._reply(request)
        except ClientDisconnect:
            return
        await reply(scope, receive, send)

    async def _reply(self, request: Request) -> ASGIApp:
        wants = negotiation.accepted(", ".join(request.headers.getlist("accept")))
        locale = negotiation.locale(request.headers.get("accept-language"))
        try:
            if request.method == "GET":
                if wants.takes_html and not _asks_anything(request):
                    return page.graphiql(request)
                _refuse_what_nobody_accepts(wants)
                asked = parameters.from_query_string(request.scope["query_string"])
            elif request.method == "POST":
                _refuse_what_nobody_accepts(wants)
                asked = await self._posted(request)
            else:
                raise _refused_method(f"{request.method} is not a method of this endpoint.")
            return await self._answered(request, asked, wants, locale)
        except BadParameters as error:
            refusal = Refusal(400, error_body(str(error), error.code))
        except Refusal as error:
            refusal = error
        return graph_reply(
            refusal.status,
            refusal.body,
            media_type=wants.json or JSON,
            locale=locale,
            more=refusal.headers,
        )

    async def _posted(self, request: Request) -> Parameters:
        media_type, extra = negotiation.media_type(request.headers.get("content-type", ""))
        if media_type != JSON or not negotiation.is_utf8(extra.get("charset")):
            message = "Send the body as application/json in UTF-8."
            raise Refusal(415, error_body(message, "UNSUPPORTED_MEDIA_TYPE"))
        if request.headers.get("content-encoding", "identity").lower() != "identity":
            message = "Send the body without a content encoding."
            raise Refusal(415, error_body(message, "UNSUPPORTED_MEDIA_TYPE"))
        return parameters.from_json(await self._body(request))

    async def _body(self, request: Request) -> bytes:
        bytes_max = self._edge.settings.body_bytes_max
        try:
            return await body(request, bytes_max)
        except BodyTooLarge:
            message = f"The body is larger than {bytes_max} bytes."
            told = error_body(message, "BODY_TOO_LARGE", limit=bytes_max)
            raise Refusal(413, told, ((b"connection", b"close"),)) from None

    async def _answered(
        self, request: Request, asked: Parameters, wants: Accepted, locale: str
    ) -> ASGIApp:
        try:
            prepared = await self._edge.prepare(request, asked, locale)
            if isinstance(prepared, Answer):
                return _whole(prepared, wants, locale)
            if prepared.kind == "subscription":
                return await self._subscribed(prepared, wants, locale)
            if prepared.kind == "mutation" and request.method != "POST":
                raise _refused_method("A mutation is sent by POST.", allowed="POST")
            return _whole(await execute(prepared), wants, locale)
        except Refusal:
            raise
        except Exception as error:
            return _whole(await failure(error), wants, locale)

    async def _subscribed(self, prepared: Prepared, wants: Accepted, locale: str) -> ASGIApp:
        if not wants.takes_stream:
            message = (
                "A subscription needs a stream: use WebSocket with the graphql-transport-ws"
                " subprotocol, or Server-Sent Events with Accept: text/event-stream."
            )
            refused = Answer(error_body(message, "SUBSCRIPTION_NEEDS_STREAM"), is_refused=True)
            return _whole(refused, wants, locale)
        live = await subscribe(prepared)
        if isinstance(live, Answer):
            return sse.one_result(live.body, locale)
        return sse.LiveStream(self._edge, live, locale)


def _whole(answer: Answer, wants: Accepted, locale: str) -> ASGIApp:
    if wants.json is None:
        return sse.one_result(answer.body, locale)
    return answer_reply(answer, media_type=wants.json, locale=locale)


def _asks_anything(request: Request) -> bool:
    return any(name == "query" for name, _ in parameters.fields(request.scope["query_string"]))


def _refuse_what_nobody_accepts(wants: Accepted) -> None:
    if wants.json is None and not wants.takes_stream:
        message = f"This endpoint answers in {RESPONSE_JSON}, {JSON} or text/event-stream."
        raise Refusal(406, error_body(message, "NOT_ACCEPTABLE"))


def _refused_method(message: str, allowed: str = METHODS) -> Refusal:
    body = error_body(message, "METHOD_NOT_ALLOWED")
    return Refusal(405, body, ((b"allow", allowed.encode()),))
