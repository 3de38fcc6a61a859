"""What fails, and for whom, when a service or an item fails."""

from __future__ import annotations

from typing import Any

import strawberry

from models.bounds import IMPACTED_SERVICES_PER_ANSWER_MAX
from models.complaint import OPEN
from models.enrollment import LIVE
from models.predicate import Predicate
from resolvers.engine import later
from resolvers.engine.reading.declare import (
    Argument,
    Expression,
    children,
    group,
    rows,
    subselect,
)
from resolvers.engine.reading.plan import Bringing, Table, where_all
from resolvers.engine.reading.walk import reached
from resolvers.engine.types import Connection
from resolvers.relationship import DEPENDENTS
from resolvers.staff import BY_NAME


def _hit(row: Table) -> str:
    """A select of the services that fail with a row, each once."""
    assert isinstance(row, Bringing)
    return row.plan.dialect.unpacked(row.brought)


def _enrolled(row: Table) -> str:
    """A select of the customers with live enrolments in those services, each once."""
    enrollment = row.plan.table("enrollment")
    where = [LIVE.sql(enrollment), *enrollment.scope()]
    return (
        f"SELECT DISTINCT {enrollment['customer_id']} AS id FROM ({_hit(row)}) AS h"
        f" JOIN {enrollment.source} ON {enrollment['service_id']} = h.id{where_all(where)}"
    )


def _count(noun: str, by: str, *rules: Predicate) -> Expression:
    """How many rows of a noun are about those services."""

    def expression(row: Table) -> str:
        table = row.plan.table(noun)
        where = where_all([*(rule.sql(table) for rule in rules), *table.scope()])
        return (
            f"(SELECT count(*) FROM ({_hit(row)}) AS h"
            f" JOIN {table.source} ON {table[by]} = h.id{where})"
        )

    return expression


@strawberry.type(description="What fails, and for whom, when a service or an item fails.")
class Impact:
    services: list[later.Service] = rows(
        "The services that fail, ordered by name: the dependent ones, and this one if it is a "
        "service.",
        "service",
        order=BY_NAME,
        rows_max=IMPACTED_SERVICES_PER_ANSWER_MAX,
        within=_hit,
        arguments={
            "first": Argument(
                int | None,
                f"How many services, by name: 0 to {IMPACTED_SERVICES_PER_ANSWER_MAX:,}. The "
                "estimated cost counts as many as you ask for.",
                default=IMPACTED_SERVICES_PER_ANSWER_MAX,
            )
        },
    )
    service_count: int = subselect("How many services fail in total.", _count("service", "id"))
    customers: Connection[later.Customer] = children(
        "The customers with a live enrolment in any of those services, ordered by name.",
        "customer",
        order=BY_NAME,
        within=_enrolled,
    )
    open_complaints: int = subselect(
        "How many complaints about any of those services are open.",
        _count("complaint", "service_id", OPEN),
    )


def _services_hit(start: Table) -> str:
    """The services that fail with a row, as one value: itself if it is one."""
    numbers = start.plan.dialect.numbers("w.id")
    head = reached(DEPENDENTS, start)
    return f"{head} SELECT {numbers} AS brought FROM walk AS w WHERE w.noun = 'service'"


def impact() -> Any:
    """What fails, and for whom, when this fails."""
    return group(
        "What fails, and for whom, if this fails, through dependencies of any depth. Staff only: "
        "customers see no dependencies, and at most what is affected through the service itself.",
        brings=_services_hit,
    )
