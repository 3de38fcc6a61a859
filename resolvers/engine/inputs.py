"""The inputs of mutations: their fields say which rows they name, and how they reach the verb."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import strawberry

from models.bounds import IDEMPOTENCY_KEY_CHARACTERS_MAX
from models.errors import DomainError, NotFound
from resolvers.engine.names import camel, snake
from resolvers.engine.reading.request import split_id

REFERS = "refers"
PLAIN = "plain"
ACTED_ON = "acted on"


def optional(
    description: str, *, default: Any = None, is_required: bool = False, as_: Any = None
) -> Any:
    """A field of an input. `as_` builds plain values of the domain from nested inputs."""
    metadata = {} if as_ is None else {PLAIN: as_}
    if is_required:
        return strawberry.field(description=description, metadata=metadata)
    return strawberry.field(
        description=description,
        metadata=metadata,
        default=strawberry.UNSET if default is None else default,
    )


def required(description: str, *, as_: Any = None) -> Any:
    """A field that is required."""
    return optional(description, is_required=True, as_=as_)


def ref(noun: str | tuple[str, ...], description: str, *, is_required: bool = True) -> Any:
    """A field that names a row by its global id.

    If it takes one noun, the verb gets the row's number; if several, the noun and the number.
    """
    if is_required:
        return strawberry.field(description=description, metadata={REFERS: noun})
    return strawberry.field(
        description=description, metadata={REFERS: noun}, default=strawberry.UNSET
    )


def acts_on(noun: str, description: str) -> Any:
    """The field that names the row the verb acts on; without `_id` it names the payload's field."""
    return strawberry.field(description=description, metadata={REFERS: noun, ACTED_ON: True})


@strawberry.input(description="The fields that every mutation takes.")
class IdempotentInput:
    idempotency_key: str | None = optional(
        f"A unique name for this attempt, up to {IDEMPOTENCY_KEY_CHARACTERS_MAX} characters, kept "
        "for 7 days. Repeating it with the same input changes nothing and returns the same "
        "objects, in their current state."
    )


@strawberry.input(description="The fields that every mutation of an editable row takes.")
class VersionedInput(IdempotentInput):
    expected_version: int | None = optional(
        "The version that you saw. If the row has changed since, nothing changes and the answer "
        "is CONFLICT. If omitted, the last write wins."
    )


NO_ROW = -1
"""The number for an id that isn't valid: no row has it, so the verb reports NOT_FOUND together with
all other faults."""


@dataclass(frozen=True)
class Input:
    """An input as a verb takes it, and the faults of its ids."""

    plain: dict[str, Any]
    faults: tuple[DomainError, ...]
    idempotency_key: str | None
    expected_version: int | None


def read_input(input_type: Any, values: Mapping[str, Any]) -> Input:
    """Translates a coerced input: field names to Python's, ids to numbers, nested inputs to values.

    A null is treated as if the field were omitted.
    """
    plain: dict[str, Any] = {}
    faults: list[DomainError] = []
    for field in input_type.__strawberry_definition__.fields:
        value: Any = values.get(shown(field))
        if value is None:
            continue
        noun = field.metadata.get(REFERS)
        if noun is not None:
            if isinstance(value, list):
                value = [_named(noun, item, field.python_name, faults) for item in value]
            else:
                value = _named(noun, value, field.python_name, faults)
        made = field.metadata.get(PLAIN)
        if made is not None:
            value = [_made(made, item) for item in value]
        plain[field.python_name] = value
    return Input(
        plain,
        tuple(faults),
        plain.pop("idempotency_key", None),
        plain.pop("expected_version", None),
    )


def shown(field: Any) -> str:
    """A field's name as clients know it: in camel case, unless it declares another."""
    return field.graphql_name or camel(field.python_name)


def path(input_type: Any, steps: Sequence[str]) -> list[str]:
    """The path to an input field as clients know it."""
    names = {f.python_name: shown(f) for f in input_type.__strawberry_definition__.fields}
    return [names.get(step) or camel(step) for step in steps]


def _made(made: Any, item: Mapping[str, Any]) -> Any:
    named = {snake(name): value for name, value in item.items()}
    return made(**named)


def _named(
    noun: str | tuple[str, ...], value: str, path: str, faults: list[DomainError]
) -> int | tuple[str, int]:
    found = split_id(value)
    nouns = (noun,) if isinstance(noun, str) else noun
    if found is not None and found[0] in nouns:
        return found[1] if isinstance(noun, str) else found
    if isinstance(noun, tuple):
        faults.append(NotFound((path,)))
    return NO_ROW
