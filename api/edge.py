"""What every transport shares: from the wire's parameters to a prepared operation, and the end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from starlette.requests import HTTPConnection

from api.hub import Hub
from api.identity import Identity
from api.parameters import Parameters
from api.settings import Settings
from models.access import Viewer
from resolvers.engine.limits import Limits
from resolvers.engine.operation import Prepared, Request
from resolvers.engine.replies import Answer
from resolvers.schema import ENGINE


def utc_now() -> datetime:
    return datetime.now(UTC)


class Edge:
    """The process's one way from a transport to the graph, and the list of what is open."""

    def __init__(
        self,
        settings: Settings,
        hub: Hub,
        identity: Identity,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self.settings = settings
        self.hub = hub
        self.is_closing = False
        self._identity = identity
        self._clock = clock
        self._limits = _limits(settings)
        self._open: set[Callable[[], None]] = set()
        self._all_left = asyncio.Event()

    async def prepare(
        self, connection: HTTPConnection, parameters: Parameters, locale: str
    ) -> Prepared | Answer:
        """Prepares one operation for whoever is asking, as of now; an Answer is a refusal."""
        return self.prepare_for(await self._identity.viewer_of(connection), parameters, locale)

    def prepare_for(self, viewer: Viewer, parameters: Parameters, locale: str) -> Prepared | Answer:
        """Prepares one operation for a viewer, as of now; an Answer is a refusal."""
        return ENGINE.prepare(
            Request(
                document=parameters.document,
                variables=parameters.variables,
                operation_name=parameters.operation_name,
                viewer=viewer,
                locale=locale,
                now=self._clock(),
                clock=self._clock,
                limits=self._limits,
            )
        )

    @contextmanager
    def kept_open(self, leave: Callable[[], None]) -> Iterator[None]:
        """Counts a socket or stream as open; `leave` is called when the server must stop."""
        self._open.add(leave)
        if self.is_closing:
            leave()
        try:
            yield
        finally:
            self._open.discard(leave)
            if not self._open:
                self._all_left.set()

    async def close(self, timeout_seconds: float) -> None:
        """Asks every socket and stream to leave and waits for them, but not for ever."""
        self.is_closing = True
        if not self._open:
            return
        self._all_left.clear()
        for leave in tuple(self._open):
            leave()
        try:
            await asyncio.wait_for(self._all_left.wait(), timeout_seconds)
        except TimeoutError:
            return


def _limits(settings: Settings) -> Limits:
    return Limits(
        document_bytes_max=settings.document_bytes_max,
        tokens_max=settings.tokens_max,
        depth_max=settings.depth_max,
        introspection_depth_max=settings.introspection_depth_max,
        aliases_max=settings.aliases_max,
        directives_max=settings.directives_max,
        cost_max=settings.cost_max,
        list_items_max=settings.list_items_max,
        is_introspectable=settings.introspection,
    )
