"""The monitor's view: the current state of all complaints."""

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
    part,
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
    """How many complaints have each status, as one JSON object without those that none has."""
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
    """How many customers meet the rule; the board's filter applies only to complaints."""
    return lambda board: board.count("customer", rule.sql)


@strawberry.type(description="The number of complaints with a status.")
class StatusCount:
    status: ComplaintStatus = part("The status being counted.")
    count: int = part("How many complaints have it.")


@strawberry.type(
    description="The current state of all complaints that you may see and the filter admits."
)
class ComplaintBoard:
    total: int = subselect("How many complaints there are.", count())
    by_status: list[StatusCount] = derived(
        "How many complaints have each status; every status is listed once.",
        {"counts": _by_status},
        _status_counts,
    )
    warning: int = subselect(
        "Complaints with a clock in WARNING and none breached.",
        count(model.WARNING),
    )
    breached: int = subselect(
        "Open complaints with a breached clock.", count(model.OPEN, model.BREACHED)
    )
    overdue_actions: int = subselect(
        "Open corrective actions of those complaints that are past their due day.",
        _overdue_actions,
    )
    median_resolution_seconds: int | None = subselect(
        "The median time from receipt to resolution, including closed hours and waits. Null if "
        "none is resolved.",
        median_of("resolution_seconds"),
    )
    unassigned: int = subselect(
        "Open complaints without an owner, or whose owner is no longer active.",
        count(model.UNASSIGNED),
    )
    customers_without_manager: int = subselect(
        "ACTIVE customers without a relationship manager; the filter doesn't apply.",
        _customers(customer.UNMANAGED),
    )
    overdue_reviews: int = subselect(
        "ACTIVE customers whose service review is overdue; the filter doesn't apply.",
        _customers(customer.REVIEW_OVERDUE),
    )
    oldest_open_at: datetime | None = subselect(
        "When the oldest open complaint was received. Null if none is open.",
        over(lambda table: table.plan.dialect.instant(f"min({table['received_at']})"), model.OPEN),
    )


@strawberry.type
class Query:
    complaint_board: ComplaintBoard = declared(
        "The current state of all complaints.",
        Overview("complaint", filtered(ComplaintFilter)),
        {"filter": Argument(ComplaintFilter | None, "Only complaints that meet this filter.")},
    )
