"""Types of other nouns by their names, looked up when the graph is built: `later.Customer`.

Nouns refer to each other in circles; their files must not import each other.
"""

from __future__ import annotations

from typing import Any

from strawberry.types.lazy_type import LazyType

from resolvers.engine.reading.nouns import NOUN_OF_TYPE, NOUNS


class _Later(LazyType[Any, Any]):
    def resolve_type(self) -> type[Any]:
        return NOUN_OF_TYPE[self.type_name].type


class _OfNoun(LazyType[Any, Any]):
    def resolve_type(self) -> type[Any]:
        return NOUNS[self.type_name].type


def of_noun(name: str) -> Any:
    """The type of a noun."""
    return _OfNoun(name, __name__)


def __getattr__(name: str) -> Any:
    if name.startswith("_"):
        raise AttributeError(name)
    return _Later(name, __name__)
