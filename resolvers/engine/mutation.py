"""How a mutation is declared: its input, the verb that does it, and what its payload holds."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Optional

import strawberry
from strawberry.annotation import StrawberryAnnotation

from models.base import Edited
from resolvers.engine.errors import UserError
from resolvers.engine.reading.declare import Argument, declared

Verb = Callable[..., Awaitable[Any]]


@dataclass(frozen=True)
class Doing:
    """How a mutation is done: its input, the row that it acts on, and the verb."""

    input_type: Any
    verb: Verb
    on: str | None
    model: type[Edited] | None


def verb(
    description: str,
    input_type: Any,
    run: Verb,
    *,
    on: str | None = None,
    model: type[Edited] | None = None,
    **objects: Any,
) -> Any:
    """A mutation. `run` is a verb: called with the act and the input's values for a new row, or
    on the row of `model` that the input's field `on` names. `objects` are the payload's fields:
    each is filled with the row, or with what the verb answers.
    """
    base = input_type.__strawberry_definition__.name.removesuffix("Input")
    payload = _payload(base, objects)
    kind = Doing(input_type, run, on, model)
    taken = Argument(input_type, "What to do.")
    field = declared(description, kind, {"input": taken})
    field.type_annotation = StrawberryAnnotation(Optional[payload])  # noqa: UP045  made at run time
    return field


def _payload(base: str, objects: Mapping[str, Any]) -> Any:
    annotations: dict[str, Any] = {}
    body: dict[str, Any] = {}
    for name, type_ in objects.items():
        annotations[name] = Optional[type_]  # noqa: UP045  a later type takes no `|`
        body[name] = strawberry.field(
            description="What was changed, as it now stands; null where nothing was."
        )
    annotations["errors"] = list[UserError]
    body["errors"] = strawberry.field(
        description="Why nothing was changed; empty where it was done."
    )
    cls = type(f"{base}Payload", (), {"__annotations__": annotations, **body})
    return strawberry.type(cls, description=f"What came of {base[0].lower()}{base[1:]}.")
