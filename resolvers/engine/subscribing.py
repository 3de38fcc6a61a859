"""Subscriptions: each event of the log that matches becomes one answer."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import partial
from typing import Any

from models import events
from models.errors import CursorInvalid
from models.events import EventRow
from resolvers.engine.operation import Prepared, guarded
from resolvers.engine.reading.arguments import arguments
from resolvers.engine.reading.field import inner_type, kind_of
from resolvers.engine.reading.parents import payload_row
from resolvers.engine.reading.statement import Statement
from resolvers.engine.replies import Answer, error, refused
from resolvers.engine.subscription import AFTER, Following


@dataclass(frozen=True)
class Subscription:
    """A subscription under way. Those of equal keys render equal bytes."""

    key: Hashable
    after: int
    match: Callable[[EventRow], bool]
    answer_key: str
    statement: Statement
    prepared: Prepared

    async def render(self, event: EventRow) -> bytes | None:
        """The answer for an event; None if it doesn't match or the viewer may not see it."""
        if not self.match(event):
            return None
        clock = self.prepared.request.clock
        now = clock() if clock is not None else self.prepared.asked.now
        asked = dataclasses.replace(self.prepared.asked, now=now, row=event.seq)
        found = await self.statement.run(asked)
        if found == b"null":
            return None
        return b'{"data":{"%b":%b}}' % (self.answer_key.encode(), found)


async def subscribe(prepared: Prepared) -> Subscription | Answer:
    """Opens a subscription; an Answer if its cursor or its arguments are refused."""
    opened: list[Subscription] = []

    async def work() -> Answer:
        try:
            opened.append(await _opened(prepared))
        except CursorInvalid:
            return refused([error("CURSOR_INVALID", "This cursor is from another log.")])
        return refused([])

    answer = await guarded(work)
    return opened[0] if opened else answer


async def _opened(prepared: Prepared) -> Subscription:
    ((key, selected),) = prepared.fields().items()
    definition = prepared.root_type.fields[selected.name]
    kind: Following = kind_of(definition)
    type_ = inner_type(definition)
    given = arguments(definition, selected.nodes[0], prepared.asked)

    made = prepared.planned(key, partial(payload_row, type_=type_, selected=selected))
    prepared.cost([made])
    asked = dataclasses.replace(prepared.asked, row=0)
    made.check(asked)
    values = {name: part.get(asked) for name, part in given.items()}
    newest = await events.head(prepared.asked.viewer)
    after = newest
    if AFTER in values:
        after = events.cursor_seq(await events.log_token(), str(values.pop(AFTER)), newest)
    viewer = asked.viewer
    policy = viewer.roles if viewer.sees_everything else viewer.key
    shared = {k: repr(v) for k, v in asked.variables.items() if k != _after_variable(selected)}
    return Subscription(
        (
            prepared.request.document,
            prepared.request.operation_name,
            tuple(sorted(shared.items())),
            policy,
            asked.locale,
        ),
        after,
        lambda event: kind.match(event, values),
        key,
        made,
        prepared,
    )


def _after_variable(selected: Any) -> str | None:
    """The variable that gives `after`: it makes no difference to what is rendered."""
    for argument in selected.nodes[0].arguments or ():
        if argument.name.value == AFTER and argument.value.kind == "variable":
            return str(argument.value.name.value)
    return None
