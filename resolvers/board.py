"""The monitor's view: where all complaints stand now."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import strawberry

from models.rules.lifecycle import OPEN_COMPLAINTS, ComplaintStatus
from resolvers.action import overdue
from resolvers.engine.reading.declare import (
    Argument,
    Overview,
    computed,
    declared,
    derived,
    filtered,
)
from resolvers.engine.reading.dialect import Json
from resolvers.engine.reading.plan import Filtered, Table, where_all
from resolvers.engine.reading.request import Asked
from resolvers.lists import ComplaintFilter
from resolvers.statistics import median

_OPEN = ", ".join(f"'{status.value}'" for status in OPEN_COMPLAINTS)


def _is_open(table: Table) -> str:
    return f"{table['status']} IN ({_OPEN})"


def _among_complaints(select: Callable[[Table], str], *clauses: Callable[[Table], str]) -> Any:
    """An aggregate over the complaints that the board's filter admits."""

    def expression(board: Table) -> str:
        assert isinstance(board, Filtered)
        table = board.plan.table("complaint")
        where = [board.admits(table), *(clause(table) for clause in clauses), *table.scope()]
        return f"(SELECT {select(table)} FROM {table.source}{where_all(where)})"

    return expression


def _count(*clauses: Callable[[Table], str]) -> Any:
    return _among_complaints(lambda _: "count(*)", *clauses)


def _is_unowned(table: Table) -> str:
    person = table.plan.table("staff")
    return (
        f"NOT EXISTS (SELECT 1 FROM {person.source} WHERE {person.key} = {table['owner_id']}"
        f" AND {person['is_active']})"
    )


def _has_clock(state: str) -> Callable[[Table], str]:
    return lambda table: (
        f"({table['response_state']} = '{state}' OR {table['resolution_state']} = '{state}')"
    )


def _overdue_actions(board: Table) -> str:
    assert isinstance(board, Filtered)
    action, table = board.plan.table("action"), board.plan.table("complaint")
    where = [overdue(action), *action.scope(), board.admits(table), *table.scope()]
    return (
        f"(SELECT count(*) FROM {action.source} JOIN {table.source}"
        f" ON {table.key} = {action['complaint_id']}{where_all(where)})"
    )


def _median_resolution(board: Table) -> str:
    assert isinstance(board, Filtered)
    table = board.plan.table("complaint")
    where = [f"{table['resolution_seconds']} IS NOT NULL", board.admits(table), *table.scope()]
    return median(
        f"SELECT {table['resolution_seconds']} AS x FROM {table.source}{where_all(where)}"
    )


def _by_status(board: Table) -> str:
    """How many complaints stand at each status that any of them has, as one JSON object."""
    assert isinstance(board, Filtered)
    plan = board.plan
    table = plan.table("complaint")
    where = where_all([board.admits(table), *table.scope()])
    counted = (
        f"SELECT {table['status']} AS status, count(*) AS total FROM {table.source}{where}"
        f" GROUP BY {table['status']}"
    )
    mapped = plan.dialect.mapping("c.status", "c.total")
    return Json(f"(SELECT {mapped} FROM ({counted}) AS c)")


def _status_counts(row: Mapping[str, Any], asked: Asked) -> list[dict[str, Any]]:
    counts = row["counts"]
    return [{"status": status, "count": counts.get(status.value, 0)} for status in ComplaintStatus]


def _customers(clause: Callable[[Table], str]) -> Any:
    """How many ACTIVE customers meet the clause; the board's filter is about complaints alone."""
    return lambda board: board.count(
        "customer", lambda table: f"{table['stage']} = 'ACTIVE'", clause
    )


@strawberry.type(description="How many complaints stand at a status.")
class StatusCount:
    status: ComplaintStatus = strawberry.field(description="The status.")
    count: int = strawberry.field(description="How many stand there.")


@strawberry.type(
    description="Where all complaints that you may see, and a filter admits, stand now."
)
class ComplaintBoard:
    total: int = computed("All of them.", _count())
    by_status: list[StatusCount] = derived(
        "How many stand at each status, every status once.", {"counts": _by_status}, _status_counts
    )
    warning: int = computed(
        "Those with a clock that warns; a clock that breached too counts there alone.",
        _count(_has_clock("WARNING"), lambda table: f"NOT {_has_clock('BREACHED')(table)}"),
    )
    breached: int = computed(
        "Open ones with a clock that breached.", _count(_is_open, _has_clock("BREACHED"))
    )
    overdue_actions: int = computed(
        "Corrective actions of those complaints that are open with their day ended.",
        _overdue_actions,
    )
    median_resolution_seconds: int | None = computed(
        "The median time from receipt to resolution, closed hours and waits included; null where "
        "none is resolved.",
        _median_resolution,
    )
    unassigned: int = computed(
        "Open ones that nobody owns, or nobody who is still active.",
        _count(_is_open, _is_unowned),
    )
    customers_without_manager: int = computed(
        "ACTIVE customers that nobody owns; the filter does not apply.",
        _customers(lambda table: f"{table['relationship_manager_id']} IS NULL"),
    )
    overdue_reviews: int = computed(
        "ACTIVE customers whose service review is overdue; the filter does not apply.",
        _customers(lambda table: f"{table['review_due_at']} <= {table.plan.now()}"),
    )
    oldest_open_at: datetime | None = computed(
        "When the open one that waits longest was received.",
        _among_complaints(
            lambda table: table.plan.dialect.instant(f"min({table['received_at']})"), _is_open
        ),
    )


@strawberry.type
class BoardQuery:
    complaint_board: ComplaintBoard = declared(
        "Where all complaints stand now.",
        Overview("complaint", filtered(ComplaintFilter)),
        {"filter": Argument(ComplaintFilter | None, "Only these complaints.")},
    )
