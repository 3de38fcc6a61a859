"""Sends documents through the graph as the transports do, and gives back what clients get."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from graphql import get_named_type

from models.access import SYSTEM, Role, Viewer
from resolvers.engine.execution import execute
from resolvers.engine.limits import Limits
from resolvers.engine.operation import Prepared, Request
from resolvers.engine.replies import Answer
from resolvers.engine.subscribing import Subscription, subscribe
from resolvers.schema import ENGINE, GRAPH

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
"""A Monday morning, on which every world begins."""

ERRORS = """errors { __typename code message path
  ... on InvalidInput { constraint } ... on RuleViolated { rule } ... on Conflict { currentVersion }
  ... on TransitionNotAllowed { from allowed } ... on LimitExceeded { limit } }"""


def contact_of(*customers: str, contact: str | None = None) -> Viewer:
    """A contact who sees these customers, and nothing of others."""
    numbers = tuple(number(customer) for customer in customers)
    actor = 0 if contact is None else number(contact)
    return Viewer("contact", actor, frozenset({Role.CONTACT}), numbers, "a contact")


def member(staff_id: str, *roles: Role) -> Viewer:
    """A member of staff, who sees everything."""
    return Viewer("staff", number(staff_id), frozenset(roles or {Role.AGENT}), None, "staff")


def number(global_id: str) -> int:
    """The number of the row that a global id names."""
    return int(global_id.rpartition("_")[2])


class Graph:
    """The graph at an instant that a test moves; `viewer` and `locale` hold where none is given."""

    def __init__(self) -> None:
        self.now = START
        self.viewer = SYSTEM
        self.locale = "en"
        self.limits = Limits()

    def request(
        self,
        document: str,
        variables: Mapping[str, Any] | None = None,
        *,
        viewer: Viewer | None = None,
        operation: str | None = None,
    ) -> Request:
        return Request(
            document,
            variables or {},
            operation,
            viewer or self.viewer,
            self.locale,
            self.now,
            self.limits,
        )

    async def answer(self, document: str, *args: Any, **kwargs: Any) -> Answer:
        """The answer as it goes out, whatever it is."""
        prepared = ENGINE.prepare(self.request(document, *args, **kwargs))
        return await execute(prepared) if isinstance(prepared, Prepared) else prepared

    async def __call__(self, document: str, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The whole response, with its keys in their order."""
        body: dict[str, Any] = json.loads((await self.answer(document, *args, **kwargs)).body)
        return body

    async def read(self, document: str, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The data of a document that has nothing wrong with it."""
        body = await self(document, *args, **kwargs)
        assert "errors" not in body, body["errors"]
        data: dict[str, Any] = body["data"]
        return data

    async def refusal(self, document: str, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The first error of a request that was not executed: its extensions and message."""
        body = await self(document, *args, **kwargs)
        assert "data" not in body, body
        first = body["errors"][0]
        return {"message": first["message"], **first["extensions"]}

    async def attempt(
        self, mutation: str, objects: str = "", *, viewer: Viewer | None = None, **given: Any
    ) -> dict[str, Any]:
        """The payload of one mutation, whatever came of it."""
        input_type = get_named_type(GRAPH.mutation_type.fields[mutation].args["input"].type)  # type: ignore[union-attr]
        document = (
            f"mutation ($input: {input_type}!)"
            f" {{ done: {mutation}(input: $input) {{ {objects} {ERRORS} }} }}"
        )
        data = await self.read(document, {"input": given}, viewer=viewer)
        payload: dict[str, Any] = data["done"]
        return payload

    async def do(self, mutation: str, objects: str = "", **given: Any) -> dict[str, Any]:
        """The payload of a mutation that is not refused."""
        payload = await self.attempt(mutation, objects, **given)
        assert payload["errors"] == [], payload["errors"]
        return payload

    async def refused(self, mutation: str, objects: str = "", **given: Any) -> list[dict[str, Any]]:
        """The errors of a mutation that is refused; the payload's objects are null."""
        payload = await self.attempt(mutation, objects, **given)
        errors: list[dict[str, Any]] = payload.pop("errors")
        assert errors
        if errors[0]["code"] != "CONFLICT":
            assert set(payload.values()) <= {None}
        return errors

    async def follow(self, document: str, *args: Any, **kwargs: Any) -> Subscription | Answer:
        """A subscription, opened; an Answer where it is refused."""
        prepared = ENGINE.prepare(self.request(document, *args, **kwargs))
        if not isinstance(prepared, Prepared):
            return prepared
        opened: Subscription | Answer = await subscribe(prepared)
        return opened

    def later(self, **length: float) -> None:
        """Moves the time on."""
        self.now += timedelta(**length)

    def under(self, **limits: Any) -> None:
        """Other limits from here on."""
        self.limits = dataclasses.replace(self.limits, **limits)
