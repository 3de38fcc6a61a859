"""The nouns of the graph: which table each type reads, and what its rows are called."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from tortoise.models import Model


@dataclass(frozen=True)
class Noun:
    """What a type of the graph reads: a table, and the word for it in ids and access rules."""

    name: str
    model: type[Model]
    type_name: str


NOUNS: dict[str, Noun] = {}
NOUN_OF_TYPE: dict[str, Noun] = {}

C = TypeVar("C")


def reads(name: str, model: type[Model]) -> Callable[[type[C]], type[C]]:
    """Says that a type's fields come from `model`, whose rows are called `name`."""

    def register(cls: type[C]) -> type[C]:
        type_name = cls.__strawberry_definition__.name  # type: ignore[attr-defined]
        noun = Noun(name, model, type_name)
        NOUN_OF_TYPE[type_name] = noun
        NOUNS.setdefault(name, noun)
        return cls

    return register
