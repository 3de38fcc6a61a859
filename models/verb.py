"""A verb whose body only decides: what it needs is loaded before, what it changed stored after."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial, update_wrapper
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar, overload

from models.base import Act, Edited

R = TypeVar("R", bound="Decided")
P = ParamSpec("P")


class Decided(Edited):
    """A row of whose verbs some are declared by `verb`."""

    class Meta:
        abstract = True

    async def gather(self, act: Act, needs: frozenset[str], given: dict[str, Any]) -> None:
        """Loads what a verb decides by, beside its row. Does nothing by default."""

    def settle(self, act: Act) -> None:
        """Works out the columns that follow from others. Does nothing by default."""

    async def stored(self, act: Act) -> None:
        """Does what follows in other rows. Does nothing by default."""


class Verb(Generic[R, P]):
    """Awaited on a row, it loads, decides and stores.

    `decide` is its body, which neither awaits nor asks the database: it checks, changes the row
    in memory and records events, on a row whose surroundings are there.
    """

    def __init__(self, decide: Callable[Concatenate[R, Act, P], None], needs: frozenset[str]):
        self.decide, self.needs = decide, needs
        update_wrapper(self, decide)

    @overload
    def __get__(self, row: None, noun: type) -> Verb[R, P]: ...
    @overload
    def __get__(self, row: R, noun: type) -> Callable[Concatenate[Act, P], Awaitable[None]]: ...
    def __get__(self, row: R | None, noun: type) -> Any:
        return self if row is None else partial(self, row)

    async def __call__(self, row: R, act: Act, *args: P.args, **given: P.kwargs) -> None:
        await row.gather(act, self.needs, given)
        self.decide(row, act, *args, **given)
        row.settle(act)
        await row.save()
        await row.stored(act)


def verb(
    *needs: str,
) -> Callable[[Callable[Concatenate[R, Act, P], None]], Verb[R, P]]:
    """Declares a verb by its body; `needs` names what `gather` loads for it."""
    return lambda decide: Verb(decide, frozenset(needs))
