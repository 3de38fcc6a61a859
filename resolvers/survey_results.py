"""The results of a survey, question by question."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any

import strawberry

from models.rules.satisfaction import SCALES
from models.rules.satisfaction import SurveyQuestionKind as Kind
from resolvers.engine.reading.conditions import refers
from resolvers.engine.reading.declare import Argument, Expression, measured, part
from resolvers.engine.reading.dialect import Json
from resolvers.engine.reading.plan import Filtered, Table, where_all
from resolvers.engine.reading.request import Asked
from resolvers.enums import ServiceArea, SurveyQuestionKind
from resolvers.satisfaction import NEEDS, Satisfaction, scores


@strawberry.type(description="One possible answer, and how many people gave it.")
class Bucket:
    label: str = part("The score, or the choice.")
    count: int = part("How many people gave this answer.")


@strawberry.type(description="The results of one question.")
class QuestionResult:
    position: int = part("The question's position in the survey, counted from 1.")
    prompt: str = part("The text of the question.")
    kind: SurveyQuestionKind = part("The type of answer it asks for.")
    area: ServiceArea | None = part("The area it is about. Null if it is about none.")
    answers: int = part("How many people answered it.")
    mean: float | None = part("The mean score, or the mean perceived. Null if there are no scores.")
    distribution: list[Bucket] = part(
        "Every score of the scale, or every choice, with its count; empty for TEXT."
    )


@strawberry.type(description="The expected and the perceived quality of an area.")
class AreaGap:
    area: ServiceArea = part("The area of service quality.")
    gap: float = part(
        "Mean expected minus mean perceived; positive where expectations are not met."
    )
    expected_mean: float = part("The mean expected, 1 to 7.")
    perceived_mean: float = part("The mean perceived, 1 to 7.")
    responses: int = part("How many answers it is based on.")


@strawberry.type(description="The results of a survey so far.")
class SurveyResults:
    invited: int = part("How many people were invited.")
    responded: int = part("How many of those invited have answered.")
    response_rate_percent: float | None = part(
        "The percentage of those invited who answered. Null if nobody was invited."
    )
    satisfaction: Satisfaction = part("The satisfaction scores over all its questions.")
    by_question: list[QuestionResult] = part("The results of each question, in order.")
    gaps: list[AreaGap] = part("The gap in each area, widest first.")


def _invited(*clauses: str) -> Expression:
    def expression(rows: Table) -> str:
        assert isinstance(rows, Filtered)
        table = rows.plan.table("invitation")
        where = [rows.admits(table), *(f"{table[name]} IS NOT NULL" for name in clauses)]
        return f"(SELECT count(*) FROM {table.source}{where_all([*where, *table.scope()])})"

    return expression


def _groups(rows: Table) -> str:
    """Equal answers to a question, counted."""
    assert isinstance(rows, Filtered)
    names = ("question_id", "score", "expected", "perceived", "choice")
    table, source = rows.rows()
    listed = ", ".join(f"{table[name]} AS {name}" for name in names)
    grouped = ", ".join(table[name] for name in names)
    inner = f"SELECT {listed}, count(*) AS total {source} GROUP BY {grouped}"
    item = rows.plan.dialect.object([*((name, f"g.{name}") for name in names), ("n", "g.total")])
    made = f"SELECT {item} AS item FROM ({inner}) AS g"
    gathered = rows.plan.dialect.gathered("i.item", "1", "1 = 1")
    return Json(f"(SELECT {gathered} FROM ({made}) AS i)")


def _questions(rows: Table) -> str:
    assert isinstance(rows, Filtered)
    assert rows.owner is not None
    table = rows.plan.table("question")
    names = ("id", "position", "prompt", "kind", "area", "choices")
    item = rows.plan.dialect.object([(name, table.output(name)) for name in names])
    made = (
        f"SELECT {item} AS item, {table['position']} AS place FROM {table.source}"
        f" WHERE {table['survey_id']} = {rows.owner.key} ORDER BY {table['position']}"
    )
    gathered = rows.plan.dialect.gathered("i.item", "i.place", "1 = 1")
    return Json(f"(SELECT {gathered} FROM ({made}) AS i)")


def _value(row: Mapping[str, Any], asked: Asked) -> dict[str, Any]:
    groups: dict[int, list[Mapping[str, Any]]] = defaultdict(list)
    for group in row["groups"]:
        groups[group["question_id"]].append(group)
    invited, responded = row["invited"], row["responded"]
    return {
        "invited": invited,
        "responded": responded,
        "responseRatePercent": round(100 * responded / invited, 2) if invited else None,
        "satisfaction": scores(row, asked),
        "byQuestion": [_result(each, groups[each["id"]]) for each in row["questions"]],
        "gaps": _gaps(row["questions"], groups),
    }


def _result(question: Mapping[str, Any], groups: list[Mapping[str, Any]]) -> dict[str, Any]:
    kind = Kind(question["kind"])
    name = "perceived" if kind is Kind.EXPECTATION else "score"
    answers = sum(group["n"] for group in groups)
    counts: Counter[str] = Counter()
    labels: list[str] = []
    if kind in SCALES:
        low, high = SCALES[kind]
        labels = [str(score) for score in range(low, high + 1)]
        for group in groups:
            counts[str(group[name])] += group["n"]
    elif kind is Kind.CHOICE:
        labels = list(question["choices"])
        for group in groups:
            counts[group["choice"]] += group["n"]
    return {
        **{name: question[name] for name in ("position", "prompt", "kind", "area")},
        "answers": answers,
        "mean": _mean(groups, name) if kind in SCALES else None,
        "distribution": [{"label": label, "count": counts[label]} for label in labels],
    }


def _mean(groups: list[Mapping[str, Any]], name: str) -> float | None:
    answers = sum(group["n"] for group in groups)
    if answers == 0:
        return None
    return float(round(sum(group[name] * group["n"] for group in groups) / answers, 4))


def _gaps(
    questions: list[Mapping[str, Any]], groups: Mapping[int, list[Mapping[str, Any]]]
) -> list[dict[str, Any]]:
    by_area: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for question in questions:
        if question["kind"] == Kind.EXPECTATION.value:
            by_area[question["area"]] += groups[question["id"]]
    found = []
    for area, rows in by_area.items():
        expected, perceived = _mean(rows, "expected"), _mean(rows, "perceived")
        if expected is not None and perceived is not None:
            found.append(
                {
                    "area": area,
                    "gap": round(expected - perceived, 4),
                    "expectedMean": expected,
                    "perceivedMean": perceived,
                    "responses": sum(row["n"] for row in rows),
                }
            )
    return sorted(found, key=lambda each: (-each["gap"], each["area"]))


def results() -> Any:
    """The results of a survey, optionally of one customer's contacts."""
    return measured(
        "The results so far; only those of one customer's contacts if `customerId` is given.",
        "answer",
        by="survey_id",
        needs={
            **NEEDS,
            "groups": _groups,
            "questions": _questions,
            "invited": _invited(),
            "responded": _invited("responded_at"),
        },
        value=_value,
        where={
            "customer_id": Argument(
                strawberry.ID | None,
                "Only answers from this customer's contacts.",
                refers("customer", "customer_id"),
            )
        },
    )
