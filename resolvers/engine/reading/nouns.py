"""The nouns of the graph: which table each type reads, and what its rows are called."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from tortoise.models import Model


@dataclass(frozen=True)
class Noun:
    """What a type of the graph reads: a table, and the word for it in ids and access rules."""

    name: str
    model: type[Model]
    type: type[Any]

    @property
    def type_name(self) -> str:
        found: str = self.type.__strawberry_definition__.name
        return found


NOUNS: dict[str, Noun] = {}
NOUN_OF_TYPE: dict[str, Noun] = {}

C = TypeVar("C")


def reads(name: str, model: type[Model], *, is_view: bool = False) -> Callable[[type[C]], type[C]]:
    """Declares that a type's fields come from `model`, whose rows are called `name`.

    A noun has one type; other types that show its rows differently are views of it.
    """

    def register(cls: type[C]) -> type[C]:
        noun = Noun(name, model, cls)
        NOUN_OF_TYPE[noun.type_name] = noun
        if not is_view:
            assert name not in NOUNS, f"{name} has two types"
            NOUNS[name] = noun
        return cls

    return register
