"""A finished statement: run it, and its answer is JSON."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import orjson

from models.calendar import CalendarNotLoaded
from models.events import reading
from resolvers.engine.reading.dialect import POSTGRESQL, SQLITE, Dialect
from resolvers.engine.reading.plan import Cost, Fix, Plan, Written
from resolvers.engine.reading.request import Asked, InvalidArgument

CALENDARS_PER_ANSWER_MAX = 100


@dataclass(frozen=True)
class Statement:
    """One statement, what it is bound to, and what is to be done to its answer."""

    sql: str
    binds: tuple[Callable[[Asked], Any], ...]
    fix: Fix | None
    cost: Cost
    checks: tuple[Callable[[Asked], Any], ...] = ()

    def check(self, asked: Asked) -> None:
        """Raises InvalidArgument if the request can't be bound."""
        for bind in (*self.checks, *self.binds):
            bind(asked)

    async def run(self, asked: Asked) -> bytes:
        """The JSON of the value. Raises InvalidArgument before anything runs."""
        for check in self.checks:
            check(asked)
        values = [bind(asked) for bind in self.binds]
        rows = await reading().execute_query_dict(self.sql, values)
        text = rows[0]["value"] if rows else None
        if text is None:
            return b"null"
        if self.fix is None:
            return str(text).encode()
        return orjson.dumps(await self._fixed(self.fix, str(text), asked))

    async def _fixed(self, fix: Fix, text: str, asked: Asked) -> Any:
        """The finished value; a calendar that this process doesn't know yet is read first."""
        for _ in range(CALENDARS_PER_ANSWER_MAX):
            try:
                return fix(orjson.loads(text), asked)
            except CalendarNotLoaded as missing:
                await missing.load()
        raise InvalidArgument("This query needs the clocks of too many calendars at once.")


def statement(plan: Plan, written: Written) -> Statement:
    """What `plan` has written, as one SELECT of one value."""
    views = f"WITH {', '.join(plan.views)} " if plan.views else ""
    sql = f"{views}SELECT {written.sql} AS value"
    return Statement(sql, tuple(plan.binds), written.fix, written.cost, tuple(plan.checks))


def dialect() -> Dialect:
    """The words of the database that this process is connected to."""
    return POSTGRESQL if reading().capabilities.dialect == "postgres" else SQLITE
