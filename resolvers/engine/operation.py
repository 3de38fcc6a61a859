"""An operation that is ready to be answered: parsed, limited, validated, and planned once.

Queries, mutations and subscriptions stand on it alike.
"""

from __future__ import annotations

import logging
import uuid
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any, Generic, Literal, TypeVar

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    get_operation_ast,
    get_variable_values,
    parse,
    validate,
)

from models.access import Viewer
from models.database import is_away
from resolvers.engine.limits import Limits, RequestLimitExceeded, check_variables, measure
from resolvers.engine.reading.plan import Plan, Written
from resolvers.engine.reading.request import Asked, InvalidArgument
from resolvers.engine.reading.selection import Document, Selected
from resolvers.engine.reading.statement import Statement, dialect, statement
from resolvers.engine.replies import Answer, error, of_graphql, refused

log = logging.getLogger("rapport.graph")

DOCUMENTS_KEPT_CHARACTERS_MAX = 1_000_000
PLANS_KEPT_CHARACTERS_MAX = 8_000_000
"""The caches are bounded by the length of documents and statements; other sizes grow with it."""

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Kept(Generic[K, V]):
    """A cache of what took work to make: the most recently used, up to a sum of weights."""

    def __init__(self, weight_max: int, weigh: Callable[[V], int]) -> None:
        self.weight_max, self.weight = weight_max, 0
        self._weigh = weigh
        self.items: OrderedDict[K, V] = OrderedDict()

    def get(self, key: K, make: Callable[[], V]) -> V:
        """The cached value for a key, made if missing; what has no weight is not cached."""
        if key in self.items:
            self.items.move_to_end(key)
            return self.items[key]
        value = make()
        if self._weigh(value):
            self.items[key] = value
            self.weight += self._weigh(value)
        while self.weight > self.weight_max and len(self.items) > 1:
            self.weight -= self._weigh(self.items.popitem(last=False)[1])
        return value


@dataclass(frozen=True)
class Request:
    """What a client sent, and the circumstances: who, in which language, when (aware).

    `clock` returns the time at which a subscription sends; without one it is always `now`.
    """

    document: str
    variables: Mapping[str, Any]
    operation_name: str | None
    viewer: Viewer
    locale: str
    now: datetime
    limits: Limits = field(default_factory=Limits)
    clock: Callable[[], datetime] | None = None


@dataclass(frozen=True)
class Parsed:
    """A document that was parsed and validated, or what is wrong with it."""

    document: DocumentNode | None
    faults: tuple[dict[str, Any], ...] = ()
    fragments: Mapping[str, FragmentDefinitionNode] = field(default_factory=dict)
    characters: int = 0
    """How much of the cache it takes: refused documents are not cached."""


class Engine:
    """What answers documents about one graph, with what it keeps of those before."""

    def __init__(self, graph: GraphQLSchema) -> None:
        self.graph = graph
        self.documents: Kept[tuple[str, Limits], Parsed] = Kept(
            DOCUMENTS_KEPT_CHARACTERS_MAX, lambda parsed: parsed.characters
        )
        self.plans: Kept[Hashable, Statement] = Kept(
            PLANS_KEPT_CHARACTERS_MAX, lambda made: len(made.sql)
        )

    def prepare(self, request: Request) -> Prepared | Answer:
        """The operation, ready to be answered; an Answer if the request is refused."""
        limits = request.limits
        parsed = self.documents.get(
            (request.document, limits), lambda: self._parsed(request.document, limits)
        )
        if parsed.document is None:
            return refused(parsed.faults)
        operation = get_operation_ast(parsed.document, request.operation_name)
        if operation is None:
            return refused(
                [error("GRAPHQL_VALIDATION_FAILED", "Name one of the operations in the document.")]
            )
        try:
            check_variables(request.variables, limits)
        except RequestLimitExceeded as fault:
            return refused([_beyond(fault)])
        coerced = get_variable_values(
            self.graph, operation.variable_definitions or (), dict(request.variables), max_errors=10
        )
        if isinstance(coerced, list):
            return refused([of_graphql("INVALID_INPUT", fault) for fault in coerced])
        values = coerced.coerced
        asked = Asked(values, request.viewer, request.now, request.locale)
        return Prepared(
            self, request, operation, Document(self.graph, parsed.fragments, values), asked
        )

    def _parsed(self, text: str, limits: Limits) -> Parsed:
        if len(text.encode("utf-8", "surrogatepass")) > limits.document_bytes_max:
            return Parsed(
                None, (_beyond(RequestLimitExceeded("document bytes", limits.document_bytes_max)),)
            )
        try:
            document = parse(text, max_tokens=limits.tokens_max)
            measure(document, limits)
        except RequestLimitExceeded as fault:
            return Parsed(None, (_beyond(fault),))
        except GraphQLError as fault:
            if f"more than {limits.tokens_max} tokens" in fault.message:
                return Parsed(None, (_beyond(RequestLimitExceeded("tokens", limits.tokens_max)),))
            return Parsed(None, (of_graphql("GRAPHQL_PARSE_FAILED", fault),))
        except RecursionError:
            return Parsed(None, (_beyond(RequestLimitExceeded("depth", limits.depth_max)),))
        faults = validate(
            self.graph, document, max_errors=10, hide_suggestions=not limits.is_introspectable
        )
        if faults:
            refusals = tuple(of_graphql("GRAPHQL_VALIDATION_FAILED", fault) for fault in faults)
            return Parsed(None, refusals)
        fragments = {
            d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)
        }
        return Parsed(document, (), fragments, len(text))


def _beyond(fault: RequestLimitExceeded) -> dict[str, Any]:
    return error("LIMIT_EXCEEDED", str(fault), limit=fault.limit)


def shape(value: Any) -> Hashable:
    """The parts of a value that a plan depends on: its form, its booleans and its enums."""
    if isinstance(value, Mapping):
        return tuple((name, shape(value[name])) for name in sorted(value))
    if isinstance(value, bool | Enum):
        return value
    return None if value is None else ...


@dataclass(frozen=True)
class Prepared:
    """One operation of a valid document, with its variables."""

    engine: Engine
    request: Request
    operation: OperationDefinitionNode
    document: Document
    asked: Asked

    @property
    def kind(self) -> Literal["query", "mutation", "subscription"]:
        return self.operation.operation.value

    @property
    def root_type(self) -> GraphQLObjectType:
        found = self.engine.graph.get_root_type(self.operation.operation)
        assert found is not None
        return found

    def fields(self) -> dict[str, Selected]:
        """The root fields that are selected."""
        return self.document.collect(self.root_type, [self.operation.selection_set])

    def planned(self, key: Hashable, make: Callable[[Plan], Written]) -> Statement:
        """What `make` writes for this operation, cached for others of the same shape."""
        viewer = self.asked.viewer
        words = dialect()
        whole = (
            self.request.document,
            self.request.operation_name,
            shape(self.asked.variables),
            viewer.sees_everything,
            viewer.is_staff,
            words.name,
            key,
        )

        def written() -> Statement:
            plan = Plan(words, self.document, self.asked)
            return statement(plan, make(plan))

        return self.engine.plans.get(whole, written)

    def cost(self, statements: Iterable[Statement]) -> int:
        """The estimate for all of them. Raises RequestLimitExceeded if it is over the limit."""
        cost = sum(each.cost(self.asked) for each in statements)
        if cost > self.request.limits.cost_max:
            raise RequestLimitExceeded(f"cost (this one is {cost})", self.request.limits.cost_max)
        return cost


async def guarded(work: Callable[[], Awaitable[Answer]]) -> Answer:
    """The answer, or a refusal that says what may be said about a failure."""
    found = await attempted(work)
    return found if isinstance(found, Answer) else refused([found])


async def attempted(work: Callable[[], Awaitable[V]]) -> V | dict[str, Any]:
    """What `work` answers, or an error if it fails, never in a driver's words."""
    try:
        return await work()
    except InvalidArgument as fault:
        return error("INVALID_INPUT", str(fault))
    except RequestLimitExceeded as fault:
        return _beyond(fault)
    except Exception as fault:
        if not is_away(fault):
            return _internal(fault)
        log.warning("the database did not answer: %s", fault)
        return error("UNAVAILABLE", "The database is temporarily unavailable.", isRetryable=True)


def _internal(fault: Exception) -> dict[str, Any]:
    correlation_id = str(uuid.uuid4())
    log.error("failure %s", correlation_id, exc_info=fault)
    return error("INTERNAL", "Something went wrong on the server.", correlationId=correlation_id)
