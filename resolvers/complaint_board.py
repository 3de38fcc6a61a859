"""The monitor's view: where all complaints stand now."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import strawberry

from models import action, customer
from models import complaint as model
from models.predicate import Predicate
from models.rules.lifecycle import ComplaintStatus
from resolvers.complaint import ComplaintFilter
from resolvers.engine.reading.declare import (
    Argument,
    Overview,
    declared,
    derived,
    filtered,
    subselect,
)
from resolvers.engine.reading.dialect import Json
from resolvers.engine.reading.plan import Filtered, Table, where_all
from resolvers.engine.reading.request import Asked
from resolvers.engine.reading.statistics import count, median_of, over


def _overdue_actions(board: Table) -> str:
    assert isinstance(board, Filtered)
    due, table = board.plan.table("action"), board.plan.table("complaint")
    where = [action.OVERDUE.sql(due), *due.scope(), board.admits(table), *table.scope()]
    return (
        f"(SELECT count(*) FROM {due.source} JOIN {table.source}"
        f" ON {table.key} = {due['complaint_id']}{where_all(where)})"
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


def _customers(rule: Predicate) -> Any:
    """How many customers meet the rule; the board's filter is about complaints alone."""
    return lambda board: board.count("customer", rule.sql)


@strawberry.type(description="How many complaints stand at a status.")
class StatusCount:
    status: ComplaintStatus = strawberry.field(description="The status.")
    count: int = strawberry.field(description="How many stand there.")


@strawberry.type(
    description="Where all complaints that you may see, and a filter admits, stand now."
)
class ComplaintBoard:
    total: int = subselect("All of them.", count())
    by_status: list[StatusCount] = derived(
        "How many stand at each status, every status once.", {"counts": _by_status}, _status_counts
    )
    warning: int = subselect(
        "Those with a clock that warns; a clock that breached too counts there alone.",
        count(model.WARNING),
    )
    breached: int = subselect(
        "Open ones with a clock that breached.", count(model.OPEN, model.BREACHED)
    )
    overdue_actions: int = subselect(
        "Corrective actions of those complaints that are open with their day ended.",
        _overdue_actions,
    )
    median_resolution_seconds: int | None = subselect(
        "The median time from receipt to resolution, closed hours and waits included; null where "
        "none is resolved.",
        median_of("resolution_seconds"),
    )
    unassigned: int = subselect(
        "Open ones that nobody owns, or nobody who is still active.",
        count(model.UNASSIGNED),
    )
    customers_without_manager: int = subselect(
        "ACTIVE customers that nobody owns; the filter does not apply.",
        _customers(customer.UNMANAGED),
    )
    overdue_reviews: int = subselect(
        "ACTIVE customers whose service review is overdue; the filter does not apply.",
        _customers(customer.REVIEW_OVERDUE),
    )
    oldest_open_at: datetime | None = subselect(
        "When the open one that waits longest was received.",
        over(lambda table: table.plan.dialect.instant(f"min({table['received_at']})"), model.OPEN),
    )


@strawberry.type
class Query:
    complaint_board: ComplaintBoard = declared(
        "Where all complaints stand now.",
        Overview("complaint", filtered(ComplaintFilter)),
        {"filter": Argument(ComplaintFilter | None, "Only these complaints.")},
    )
