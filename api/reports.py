"""Charts at /reports/<kind>.svg, of what the viewer may see: documents of the graph, drawn.

`customerId` and `serviceId` in the query string confine a chart, and `lang` chooses its language.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api import negotiation
from api.charts import Chart, Image, Mark, Series, bars, lines, lying_bars
from api.edge import Edge
from api.negotiation import LOCALES
from api.parameters import Parameters
from api.replies import Reply, failure, headers
from api.templating import words
from resolvers.engine.execution import execute
from resolvers.engine.replies import Answer
from resolvers.engine.wording import decimal
from resolvers.expectation_gap import DAYS_DEFAULT, GAPS_MAX

CONFINED_BY = ("customerId", "serviceId")
WEEKS = 12
MONTHS = 12
SCALE_MAX = 7
PERCENT_LABELS = range(0, 101, 20)
_MONTH_LETTERS = 3

Words = Mapping[str, Any]
Found = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Report:
    """A root field of the graph, what is selected of it, and how that is drawn."""

    field: str
    arguments: str
    selection: str
    draw: Callable[[Found, str, Words], Image]

    @property
    def document(self) -> str:
        return (
            f"query ($customerId: ID, $serviceId: ID) {{ {self.field}(customerId: $customerId,"
            f" serviceId: $serviceId, {self.arguments}) {{ {self.selection} }} }}"
        )


def _gaps(found: Found, locale: str, said: Words) -> Image:
    """Means over the groups of each area, weighed by their answers; the widest gap first."""
    areas: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for gap in found:
        if gap["responses"]:
            areas[gap["area"]].append(gap)
    means = [_area_means(said["areas"][area], groups) for area, groups in areas.items()]
    means.sort(key=lambda each: each["perceived"] - each["expected"])
    texts = said["charts"]["gaps"]
    shown = [
        {**mean, **{name: decimal(mean[name], locale) for name in ("expected", "perceived")}}
        for mean in means
    ]
    return lying_bars(
        Chart(
            texts["title"].format(days=DAYS_DEFAULT),
            " ".join([texts["says"], *(texts["item"].format(**each) for each in shown)]),
            said["charts"]["nothing"],
            [texts["label"].format(**each) for each in shown],
            [
                Series(
                    texts[name],
                    [Mark(mean[name], each[name]) for mean, each in zip(means, shown, strict=True)],
                )
                for name in ("expected", "perceived")
            ],
            (0, SCALE_MAX),
            range(SCALE_MAX + 1),
        )
    )


def _area_means(area: str, groups: list[Mapping[str, Any]]) -> dict[str, Any]:
    answers = sum(group["responses"] for group in groups)

    def mean(name: str) -> float:
        return float(sum(group[name] * group["responses"] for group in groups) / answers)

    expected, perceived = mean("expectedMean"), mean("perceivedMean")
    return {"area": area, "expected": expected, "perceived": perceived, "answers": answers}


def _satisfaction(found: Found, locale: str, said: Words) -> Image:
    texts = said["charts"]["satisfaction"]
    marks, told = [], [texts["says"]]
    for month in found:
        name = _month(month["startsOn"], said)
        share, interval = (month["satisfaction"][key] for key in ("csatPercent", "csatInterval"))
        if share is None:
            marks.append(Mark(None, ""))
            told.append(texts["none"].format(month=name))
        else:
            ends = {end: decimal(interval[end], locale, 0) for end in ("low", "high")}
            value = decimal(share, locale)
            marks.append(Mark(share, f"{value} %", interval["low"], interval["high"]))
            told.append(texts["item"].format(month=name, value=value, **ends))
    return lines(
        Chart(
            texts["title"],
            " ".join(told),
            said["charts"]["nothing"],
            [_short_month(date.fromisoformat(month["startsOn"]), said) for month in found],
            [Series(texts["csat"], marks)],
            (0, 100),
            PERCENT_LABELS,
        )
    )


def _complaints(found: Found, locale: str, said: Words) -> Image:
    texts, names = said["charts"]["complaints"], ("received", "resolved", "breached")
    weeks = [_week(week["startsOn"], said) for week in found]
    told = [
        texts["item"].format(week=name, **{each: week[each] for each in names})
        for name, week in zip(weeks, found, strict=True)
    ]
    has_any = any(week[name] for week in found for name in names)
    return bars(
        Chart(
            texts["title"],
            " ".join([texts["says"], *told]),
            said["charts"]["nothing"],
            weeks,
            [
                Series(texts[name], [Mark(week[name], str(week[name])) for week in found])
                for name in (names if has_any else ())
            ],
        )
    )


def _month(first_day: str, said: Words) -> str:
    day = date.fromisoformat(first_day)
    text: str = said["charts"]["month"]
    return text.format(month=said["months"][day.month - 1], year=day.year)


def _short_month(day: date, said: Words) -> str:
    name: str = said["months"][day.month - 1]
    return name[:_MONTH_LETTERS]


def _week(monday: str, said: Words) -> str:
    day = date.fromisoformat(monday)
    text: str = said["charts"]["week"]
    return text.format(day=day.day, month=_short_month(day, said))


REPORTS: Mapping[str, Report] = {
    "gaps": Report(
        "expectationGaps",
        f"acrossCustomers: true, first: {GAPS_MAX}",
        "area responses expectedMean perceivedMean",
        _gaps,
    ),
    "satisfaction": Report(
        "satisfactionTrend",
        f"months: {MONTHS}",
        "startsOn satisfaction { csatPercent csatInterval { low high } }",
        _satisfaction,
    ),
    "complaints": Report(
        "complaintTrend", f"weeks: {WEEKS}", "startsOn received resolved breached", _complaints
    ),
}
"""The kinds of chart, by the name in their address."""


class Reports:
    """The charts, and their route."""

    def __init__(self, edge: Edge) -> None:
        self._edge = edge

    def route(self) -> Route:
        return Route("/reports/{kind}.svg", self._respond, methods=["GET"])

    async def _respond(self, request: Request) -> Response:
        report = REPORTS.get(request.path_params["kind"])
        if report is None:
            return _refusal(HTTPStatus.NOT_FOUND, "There is no such report.")
        asked = request.query_params
        locale = asked.get("lang", "")
        if locale not in LOCALES:
            locale = negotiation.locale(request.headers.get("accept-language"))
        confined = {name: asked[name] for name in CONFINED_BY if asked.get(name)}
        parameters = Parameters(report.document, confined, None)
        try:
            prepared = await self._edge.prepare(request, parameters, locale)
            answer = prepared if isinstance(prepared, Answer) else await execute(prepared)
        except Exception as error:
            answer = await failure(error)
        told = orjson.loads(answer.body)
        if "errors" in told:
            return _failed(told["errors"][0])
        image = report.draw(told["data"][report.field], locale, words(locale))
        return Reply(HTTPStatus.OK, image.body, headers(_of_image(image, locale)))


def _of_image(image: Image, locale: str) -> dict[str, str]:
    """An image may be shown by pages of this server, and runs and loads nothing."""
    style = f"style-src 'sha256-{image.style_sha256}'"
    return {
        "content-type": "image/svg+xml; charset=utf-8",
        "content-language": locale,
        "content-security-policy": f"default-src 'none'; {style}; frame-ancestors 'none'",
        "vary": "Accept-Language",
    }


def _failed(error: Mapping[str, Any]) -> Response:
    status = {
        "UNAVAILABLE": HTTPStatus.SERVICE_UNAVAILABLE,
        "INTERNAL": HTTPStatus.INTERNAL_SERVER_ERROR,
    }.get(error["extensions"]["code"], HTTPStatus.BAD_REQUEST)
    return _refusal(status, error["message"])


def _refusal(status: HTTPStatus, message: str) -> Response:
    named = {"content-type": "text/plain; charset=utf-8"}
    return Reply(status, f"{message}\n".encode(), headers(named))
