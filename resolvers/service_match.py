"""Which existing services may meet a requirement: a match of its words with theirs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import strawberry

from models import requirement
from models.service import CURRENT, IN_CATALOGUE
from resolvers.engine import later
from resolvers.engine.reading.arguments import Given
from resolvers.engine.reading.declare import Argument, Ranking, declared, part
from resolvers.engine.reading.dialect import literal
from resolvers.engine.reading.plan import Plan, Table, where_all
from resolvers.engine.reading.ranking import RANKED_MAX

FIRST_DEFAULT = 5


@strawberry.type(description="A service that may meet a requirement, and why.")
class ServiceMatch:
    service: later.Service = part("The service, which is never RETIRED.")
    score: float = part(
        "How well it matches. Compare scores only within one answer; each database "
        "computes them differently."
    )
    matched_terms: list[str] = part(
        "The words of the requirement that were found, as they are written in it."
    )


def _found(plan: Plan, of: Table | None, given: Mapping[str, Given]) -> list[tuple[str, str]]:
    """Each service with its own match, and that of the most similar requirement it was chosen for.

    The two scores add up; the stems of both show which words matched.
    """
    assert of is not None
    other, service = plan.table("requirement"), plan.table("service")
    found = plan.dialect.finds(
        of["search_terms"],
        "'service requirement'",
        weighs_all=plan.asked.viewer.sees_everything,
    )
    chosen = [
        "e.noun = 'requirement'",
        f"{other.key} = e.row_id",
        f"{other.key} <> {of.key}",
        (requirement.OPEN | requirement.FULFILLED).sql(other),
        *other.scope(),
    ]
    matches = (
        "SELECT e.noun AS noun, e.stems AS stems,"
        f" CASE e.noun WHEN 'service' THEN e.row_id ELSE {other['service_id']} END AS service_id,"
        f" {found.score} AS score"
        f" FROM {found.source} LEFT JOIN {other.source} ON {' AND '.join(chosen)}"
        f"{where_all([found.condition])}"
    )
    best = (
        "SELECT m.*, row_number() OVER ("
        "PARTITION BY m.service_id, m.noun ORDER BY m.score DESC, m.stems) AS nth"
        " FROM matches AS m WHERE m.service_id IS NOT NULL"
    )
    own, alike = (
        f"coalesce(max(CASE b.noun WHEN {literal(noun)} THEN b.stems END), '')"
        for noun in ("service", "requirement")
    )
    summed = (
        "SELECT b.service_id AS service_id, sum(b.score) AS score,"
        f" {own} || ' ' || {alike} AS stems"
        f" FROM best AS b WHERE b.nth = 1 GROUP BY b.service_id"
    )
    where = [CURRENT.sql(service), *service.scope()]
    services = (
        "SELECT 'service' AS noun, g.service_id AS row_id, g.stems AS stems, g.score AS score,"
        f" CASE WHEN {IN_CATALOGUE.sql(service)} THEN 0 ELSE 1 END AS standing,"
        f" {of['statement']} || ' ' || coalesce({of['desired_outcome']}, '') AS sought"
        f" FROM summed AS g JOIN {service.source} ON {service.key} = g.service_id"
        f"{where_all(where)}"
    )
    return [("matches", matches), ("best", best), ("summed", summed), ("found", services)]


def candidates() -> Any:
    """The services that may meet a requirement."""
    return declared(
        "Existing services that may meet it: first those in the catalogue, then those in the "
        "pipeline, each ranked by how well its code, name, category and description, and the "
        "requirements matched to it, contain the words of this one.",
        Ranking(("service",), _found, FIRST_DEFAULT),
        {
            "first": Argument(
                int | None, f"How many, best first: 0 to {RANKED_MAX}.", default=FIRST_DEFAULT
            )
        },
    )
