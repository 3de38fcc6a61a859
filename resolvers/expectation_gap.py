"""Where expectations are not met, and the evidence: survey gaps, complaints, breached targets."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import strawberry

from models.complaint import RESOLUTION_BREACHED, RESPONSE_BREACHED
from models.response import SurveyAnswer, answers_to
from models.rules import satisfaction as rules
from resolvers.engine import later
from resolvers.engine.reading.arguments import Given
from resolvers.engine.reading.conditions import refers
from resolvers.engine.reading.declare import (
    Argument,
    Grouping,
    Order,
    computed,
    declared,
    derived,
    group,
    parent,
    reads,
    rows,
)
from resolvers.engine.reading.plan import Plan, Table, where_all
from resolvers.engine.reading.request import Asked
from resolvers.engine.types import DateTimeRange
from resolvers.engine.wording import counted, decimal
from resolvers.enums import ServiceArea

DAYS_DEFAULT = 90
GAPS_MAX = 100
RECENT_COMPLAINTS_MAX = 20


class _Stretch:
    """The period in which gaps are looked for: the last 90 days by default."""

    def __init__(self, plan: Plan, given: Given | None) -> None:
        self._given = given
        self.since = plan.bind("instant", self._since)
        self.until = plan.bind("instant", self._until)

    def _since(self, asked: Asked) -> Any:
        since = self._range(asked).get("from")
        return since or self._until(asked) - timedelta(days=DAYS_DEFAULT)

    def _until(self, asked: Asked) -> Any:
        return self._range(asked).get("until") or asked.now

    def _range(self, asked: Asked) -> Mapping[str, Any]:
        return {} if self._given is None else self._given.get(asked) or {}

    def within(self, column: str) -> str:
        return f"{column} >= {self.since} AND {column} < {self.until}"


def _same_service(one: str, other: str) -> str:
    """Equal services; two absent ones are equal."""
    return f"coalesce({one}, 0) = coalesce({other}, 0)"


def _groups(plan: Plan, given: Mapping[str, Given], of: Table | None) -> str:
    """Areas by service and, unless combined, by customer; most severe first."""
    stretch = _Stretch(plan, given.get("during"))
    together = given["acrossCustomers"].value if "acrossCustomers" in given else False
    customer = "CAST(NULL AS bigint)" if together else "u.customer_id"
    by = "u.area, u.service_id" + ("" if together else ", u.customer_id")
    answers = _answers(plan, given, of, stretch)
    complaints = _complaints(plan, given, of, stretch)
    summed = (
        f"SELECT u.area AS area, {customer} AS customer_id, u.service_id AS service_id,"
        " sum(u.responses) AS responses, sum(u.expected) / nullif(sum(u.responses), 0) AS expected,"
        " sum(u.perceived) / nullif(sum(u.responses), 0) AS perceived,"
        " sum(u.complaints) AS complaints,"
        f" {stretch.since} AS since, {stretch.until} AS until"
        f" FROM ({answers} UNION ALL {complaints}) AS u GROUP BY {by}"
    )
    weighed = f"SELECT s.*, {_breaches(plan, stretch)} AS breaches FROM ({summed}) AS s"
    scored = f"SELECT w.*, {_of_gap('w')} AS of_gap FROM ({weighed}) AS w"
    total = _rounded(
        f"(z.of_gap + {rules.SEVERITY_COMPLAINT_WEIGHT} * z.complaints"
        f" + {rules.SEVERITY_BREACH_WEIGHT} * z.breaches)"
    )
    order = f"{total} DESC, z.area, coalesce(z.service_id, 0), coalesce(z.customer_id, 0)"
    return (
        f"SELECT z.*, {total} AS severity, row_number() OVER (ORDER BY {order}) AS place"
        f" FROM ({scored}) AS z ORDER BY {order}"
    )


def _confined(table: Table, given: Mapping[str, Given], of: Table | None) -> list[str]:
    clauses = [] if of is None else [f"{table['customer_id']} = {of.key}"]
    for name, condition in _CONDITIONS.items():
        if name in given:
            clauses.append(condition(table, given[name]))
    return clauses


def _answers(plan: Plan, given: Mapping[str, Given], of: Table | None, stretch: _Stretch) -> str:
    table = plan.table("answer")
    where = [
        answers_to(rules.SurveyQuestionKind.EXPECTATION).sql(table),
        stretch.within(table["submitted_at"]),
        *_confined(table, given, of),
        *table.scope(),
    ]
    return (
        f"SELECT {table['area']} AS area, {table['customer_id']} AS customer_id,"
        f" {table['service_id']} AS service_id, count(*) AS responses,"
        f" CAST(sum({table['expected']}) AS float) AS expected,"
        f" CAST(sum({table['perceived']}) AS float) AS perceived, 0 AS complaints"
        f" FROM {table.source}{where_all(where)} GROUP BY 1, 2, 3"
    )


def _complaints(plan: Plan, given: Mapping[str, Given], of: Table | None, stretch: _Stretch) -> str:
    table = plan.table("complaint")
    where = [
        f"{table['area']} IS NOT NULL",
        stretch.within(table["received_at"]),
        *_confined(table, given, of),
        *table.scope(),
    ]
    return (
        f"SELECT {table['area']} AS area, {table['customer_id']} AS customer_id,"
        f" {table['service_id']} AS service_id, 0 AS responses, CAST(0 AS float) AS expected,"
        " CAST(0 AS float) AS perceived, count(*) AS complaints"
        f" FROM {table.source}{where_all(where)} GROUP BY 1, 2, 3"
    )


def _breaches(plan: Plan, stretch: _Stretch) -> str:
    """Breached targets of the same customer and service; of all customers if combined."""
    table = plan.table("complaint")
    targets = " + ".join(
        f"CASE WHEN {breached.sql(table)} THEN 1 ELSE 0 END"
        for breached in (RESPONSE_BREACHED, RESOLUTION_BREACHED)
    )
    where = [
        f"(s.customer_id IS NULL OR {table['customer_id']} = s.customer_id)",
        _same_service(table["service_id"], "s.service_id"),
        stretch.within(table["received_at"]),
        *table.scope(),
    ]
    return f"coalesce((SELECT sum({targets}) FROM {table.source}{where_all(where)}), 0)"


def _of_gap(alias: str) -> str:
    """The gap's part of the severity, with the weights of models/rules/satisfaction.py."""
    gap = f"coalesce({alias}.expected - {alias}.perceived, 0)"
    full = float(rules.SEVERITY_SAMPLE_FULL)
    sure = f"CASE WHEN {alias}.responses >= {full} THEN 1.0 ELSE {alias}.responses / {full} END"
    positive = f"CASE WHEN {gap} > 0 THEN {gap} ELSE 0 END"
    return f"CAST({rules.SEVERITY_GAP_WEIGHT} * ({positive}) * ({sure}) AS float)"


_CONDITIONS = {
    "customerId": refers("customer", "customer_id"),
    "serviceId": refers("service", "service_id"),
}


def _rounded(expression: str, digits: int = 2) -> str:
    return f"CAST(round(CAST({expression} AS numeric), {digits}) AS float)"


@reads("gap", SurveyAnswer, is_view=True)
@strawberry.type(description="The parts that make up the severity of a gap.")
class SeverityParts:
    of_gap: float = computed(
        "10 for each point of the gap, reduced proportionally below 10 answers.",
        lambda table: _rounded(table["of_gap"]),
    )
    of_complaints: float = computed(
        "1 for each complaint.",
        lambda table: f"{rules.SEVERITY_COMPLAINT_WEIGHT} * {table['complaints']}",
    )
    of_breaches: float = computed(
        "2 for each breached target.",
        lambda table: f"{rules.SEVERITY_BREACH_WEIGHT} * {table['breaches']}",
    )


_AREAS = {
    "RELIABILITY": ("reliability", "fiabilidad"),
    "RESPONSIVENESS": ("responsiveness", "capacidad de respuesta"),
    "ASSURANCE": ("assurance", "seguridad"),
    "EMPATHY": ("empathy", "empatía"),
    "TANGIBLES": ("tangibles", "elementos tangibles"),
    "VALUE": ("value", "valor"),
    "COMMUNICATION": ("communication", "comunicación"),
}


def _sentence(row: Mapping[str, Any], asked: Asked) -> str:
    """What the gap means, in the requested language."""
    return (_in_spanish if asked.locale == "es" else _in_english)(row)


def _in_english(row: Mapping[str, Any]) -> str:
    about, customer = row["service"], row["customer"]
    who = customer or (f"Customers of {about}" if about else "Customers")
    on = _AREAS[row["area"]][0] + (f" of {about}" if about and customer else "")
    evidence = (
        f"{counted(row['complaints'], 'complaint', 'complaints')} and "
        f"{counted(row['breaches'], 'breached target', 'breached targets')} "
        f"in {counted(row['days'], 'day', 'days')}"
    )
    if not row["responses"]:
        return f"{who} complained about {on}, with no survey answers; {evidence}."
    expected, perceived = decimal(row["expected"], "en"), decimal(row["perceived"], "en")
    return f"{who} expected {expected} for {on} and perceived {perceived}; {evidence}."


def _in_spanish(row: Mapping[str, Any]) -> str:
    about, customer = row["service"], row["customer"]
    who = customer or (f"Los clientes de {about}" if about else "Los clientes")
    on = _AREAS[row["area"]][1] + (f" de {about}" if about and customer else "")
    evidence = (
        f"{counted(row['complaints'], 'reclamación', 'reclamaciones')} y "
        f"{counted(row['breaches'], 'objetivo incumplido', 'objetivos incumplidos')} "
        f"en {counted(row['days'], 'día', 'días')}"
    )
    if not row["responses"]:
        return f"{who}: {on}, sin respuestas de encuesta; {evidence}."
    expected, perceived = decimal(row["expected"], "es"), decimal(row["perceived"], "es")
    return f"{who}: {on}, expectativa {expected} y percepción {perceived}; {evidence}."


def _name(noun: str) -> Any:
    """The name of the service or customer that a group is about."""

    def expression(table: Table) -> str:
        other = table.plan.table(noun)
        where = where_all([f"{other.key} = {table[f'{noun}_id']}", *other.scope()])
        return f"(SELECT {other['name']} FROM {other.source}{where})"

    return expression


def _recent(table: Table) -> str:
    """The complaints of a group, by key."""
    other = table.plan.table("complaint")
    where = [
        f"{other['area']} = {table['area']}",
        f"({table['customer_id']} IS NULL OR {other['customer_id']} = {table['customer_id']})",
        _same_service(other["service_id"], table["service_id"]),
        f"{other['received_at']} >= {table['since']}",
        f"{other['received_at']} < {table['until']}",
    ]
    return f"SELECT {other.key} AS id FROM {other.source}{where_all(where)}"


@reads("gap", SurveyAnswer)
@strawberry.type(
    description="An area where expectations are not met, and the evidence: survey gap, complaints "
    "and breached targets."
)
class ExpectationGap:
    area: ServiceArea = computed("The area of service quality.", lambda table: table["area"])
    service: later.Service | None = parent(
        "The service. Null if it is about the relationship as a whole.", "service", "service_id"
    )
    customer: later.Customer | None = parent(
        "The customer. Null if customers are combined.", "customer", "customer_id"
    )
    gap: float | None = computed(
        "Mean expected minus mean perceived, positive where expectations are not met. Null "
        "without answers.",
        lambda table: _rounded(f"({table['expected']} - {table['perceived']})"),
    )
    expected_mean: float | None = computed(
        "The mean expected, 1 to 7. Null without answers.", lambda t: _rounded(t["expected"])
    )
    perceived_mean: float | None = computed(
        "The mean perceived, 1 to 7. Null without answers.", lambda t: _rounded(t["perceived"])
    )
    responses: int = computed("How many answers the gap is based on.", lambda t: t["responses"])
    complaints: int = computed(
        "How many complaints there are of the same area, service and customer.",
        lambda t: t["complaints"],
    )
    breached_targets: int = computed(
        "How many targets were breached by complaints of the same service and customer.",
        lambda t: t["breaches"],
    )
    severity: float = computed(
        "What the list is ordered by: the sum of its parts, to two decimal places.",
        lambda t: t["severity"],
    )
    severity_parts: SeverityParts = group("The parts that make up the severity.")
    sentence: str = derived(
        "A one-sentence summary, in the language of Accept-Language (en, es).",
        {
            "area": lambda t: t["area"],
            "service": _name("service"),
            "customer": _name("customer"),
            "expected": lambda t: _rounded(t["expected"]),
            "perceived": lambda t: _rounded(t["perceived"]),
            "responses": lambda t: t["responses"],
            "complaints": lambda t: t["complaints"],
            "breaches": lambda t: t["breaches"],
            "days": lambda t: t.plan.dialect.days_between(t["since"], t["until"]),
        },
        _sentence,
    )
    recent_complaints: list[later.Complaint] = rows(
        "The most recent of those complaints.",
        "complaint",
        order=Order(("received_at",), is_descending=True),
        rows_max=RECENT_COMPLAINTS_MAX,
        within=_recent,
        arguments={
            "first": Argument(
                int, f"How many complaints: 0 to {RECENT_COMPLAINTS_MAX}.", default=5
            ),
        },
    )


_DURING = Argument(
    DateTimeRange | None,
    f"Only answers and complaints from this period; the last {DAYS_DEFAULT} days by default.",
)
_ACROSS = Argument(bool | None, "Combines all customers of a service; false by default.")


def expectation_gaps(description: str, default: int, *, is_root: bool = False) -> Any:
    """A list of gaps, most severe first."""
    arguments = {
        "during": _DURING,
        "first": Argument(int, f"How many gaps: 1 to {GAPS_MAX}.", default=default),
    }
    if is_root:
        arguments |= {
            "customer_id": Argument(strawberry.ID | None, "Only gaps of this customer."),
            "service_id": Argument(strawberry.ID | None, "Only complaints about this service."),
            "across_customers": _ACROSS,
        }
    return declared(description, Grouping("gap", _groups, default, GAPS_MAX), arguments)


@strawberry.type
class Query:
    expectation_gaps: list[ExpectationGap] = expectation_gaps(
        "Where expectations are not met, by area, service and customer, most severe first.",
        20,
        is_root=True,
    )
