"""How a mutation is declared: who may call it, its input, the verb that it runs, its payload."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from inspect import signature
from typing import Any, Optional

import strawberry
from strawberry.annotation import StrawberryAnnotation
from strawberry.types.field import StrawberryField

from models.access import Viewer
from models.base import Record
from resolvers.engine import later
from resolvers.engine.errors import UserError
from resolvers.engine.inputs import ACTED_ON, REFERS
from resolvers.engine.reading.declare import KIND, Argument, arguments_of, part

Changed = Record | Mapping[str, Record] | None
"""What a verb answers: a row, or rows by the payload's fields that they fill."""


class Caller(Enum):
    """Who may call a mutation, whichever row it names. An auditor may call none."""

    STAFF = "staff"
    CUSTOMER_SIDE = "customer side"
    """A contact for its own customer, and staff."""
    ANYBODY = "anybody"
    """Anyone: a token in the input says for whom it acts."""

    def admits(self, viewer: Viewer) -> bool:
        """Whether the viewer's roles allow it to call such a mutation."""
        if self is Caller.ANYBODY:
            return True
        return viewer.may_write and (viewer.is_staff or self is Caller.CUSTOMER_SIDE)


@dataclass(frozen=True)
class Verb:
    """What a mutation does: its input, the function that it runs, and the row that it acts on."""

    input_type: Any
    run: Callable[..., Awaitable[Changed]]
    may: Caller
    on: str | None
    """The input's field that names the row that the verb acts on."""

    @cached_property
    def noun(self) -> str | None:
        """What that row is."""
        fields = self.input_type.__strawberry_definition__.fields
        return next((f.metadata[REFERS] for f in fields if f.python_name == self.on), None)

    @cached_property
    def takes_act_first(self) -> bool:
        """Whether the act comes before the row, as for a verb that creates something for a row."""
        return next(iter(signature(self.run).parameters)) == "act"


VERBS: dict[str, Verb] = {}
"""Every mutation's verb by the mutation's name in Python."""


class VerbField(StrawberryField):
    """A mutation as a field of the graph."""

    def __set_name__(self, owner: type[Any], name: str) -> None:
        VERBS[name] = self.metadata[KIND]


def may(viewer: Viewer, mutation: str) -> bool:
    """Whether the viewer may call a mutation, by its name in Python, on some row."""
    return VERBS[mutation].may.admits(viewer)


def verb(
    description: str,
    input_type: Any,
    run: Callable[..., Awaitable[Changed]],
    *,
    may: Caller,
    **objects: Any,
) -> VerbField:
    """A mutation that runs a verb with the act and the input's values.

    If the input has a field that it `acts_on`, the verb gets that row too: before the act, or
    after it if the act is its first parameter. The payload shows it, along with `objects`.
    """
    definition = input_type.__strawberry_definition__
    on = next((f.python_name for f in definition.fields if ACTED_ON in f.metadata), None)
    kind = Verb(input_type, run, may, on)
    if kind.on is not None and kind.noun is not None:
        objects = {kind.on.removesuffix("_id"): later.of_noun(kind.noun), **objects}
    payload = _payload(definition.name.removesuffix("Input"), objects)
    field = VerbField(
        description=description,
        metadata={KIND: kind},
        type_annotation=StrawberryAnnotation(Optional[payload]),  # noqa: UP045  made at run time
    )
    field.arguments = arguments_of({"input": Argument(input_type, "The input of the mutation.")})
    return field


def _payload(base: str, objects: Mapping[str, Any]) -> Any:
    annotations: dict[str, Any] = {}
    body: dict[str, Any] = {}
    for name, type_ in objects.items():
        annotations[name] = Optional[type_]  # noqa: UP045  a later type takes no `|`
        body[name] = part("The object after the change. Null if nothing was changed.")
    annotations["errors"] = list[UserError]
    body["errors"] = part("Why nothing was changed; empty if the mutation succeeded.")
    cls = type(f"{base}Payload", (), {"__annotations__": annotations, **body})
    return strawberry.type(
        cls, description=f"The result of the mutation {base[0].lower()}{base[1:]}."
    )
