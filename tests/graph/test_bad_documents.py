"""Documents and variables that are refused, with what was wrong and nothing of ours."""

from __future__ import annotations

from typing import Any

import pytest

from tests.graph.asking import Graph
from tests.graph.world import World


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ("", "GRAPHQL_PARSE_FAILED"),
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("{ a: }", "GRAPHQL_PARSE_FAILED"),
        ("nonsense", "GRAPHQL_PARSE_FAILED"),
        ('{ node(id: "a\nb") { id } }', "GRAPHQL_PARSE_FAILED"),
        ("{ eventHead } \0", "GRAPHQL_PARSE_FAILED"),
        ("{ no }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ customers }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ customers { nodes } }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ customers { nodes { nope } } }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ customer { id } }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ customers(first: true) { totalCount } }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ customers(first: 99999999999) { totalCount } }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ customers(filter: {stage: [NOPE]}) { totalCount } }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ customers(filter: {no: 1}) { totalCount } }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ customers(first: $n) { totalCount } }", "GRAPHQL_VALIDATION_FAILED"),
        ("query ($n: Nope) { customers(first: $n) { totalCount } }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ ...F } fragment F on Query { ...F }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ ...F }", "GRAPHQL_VALIDATION_FAILED"),
        ("fragment F on Query { eventHead }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ eventHead @nope }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ eventHead } { eventHead }", "GRAPHQL_VALIDATION_FAILED"),
        ("query A { eventHead } query B { eventHead }", "GRAPHQL_VALIDATION_FAILED"),
        ("subscription { complaintStatusChanged { cursor } a: __typename }", None),
        ("subscription { complaintStatusChanged @skip(if: true) { cursor } }", None),
        ("{ x: customers { a: totalCount } x: customers { a: nodes { id } } }", None),
        ("type Query { a: Int }", "GRAPHQL_VALIDATION_FAILED"),
    ],
)
async def test_a_document_that_makes_no_sense_is_refused(document: str, code: str | None) -> None:
    told = await Graph().refusal(document)
    assert told["code"] == (code or "GRAPHQL_VALIDATION_FAILED")


async def test_a_fault_says_where_it_stands() -> None:
    body = await Graph()("{\n  customers {\n    nope\n  }\n}")
    assert body["errors"][0]["locations"] == [{"line": 3, "column": 5}]


@pytest.mark.parametrize(
    ("declared", "value"),
    [
        ("ComplaintFilter", 1),
        ("ComplaintFilter", {"status": "NOPE"}),
        ("ComplaintFilter", {"status": [None]}),
        ("ComplaintFilter", {"nope": 1}),
        ("ComplaintFilter", {"receivedAt": {"from": "yesterday"}}),
        ("ComplaintFilter", {"receivedAt": {"from": "2026-03-29T09:00:00"}}),
        ("ComplaintFilter", {"receivedAt": {"from": "2026-02-30T09:00:00Z"}}),
        ("ComplaintFilter", {"receivedAt": {"from": "9999-12-31T23:59:59Z"}}),
        ("ComplaintFilter", {"receivedAt": {"from": 5}}),
        ("ComplaintFilter", {"receivedAt": {"from": "0001-01-01T00:00:00+14:00"}}),
        ("ComplaintFilter", {"search": 5}),
        ("ComplaintFilter", {"search": ["a", "b"]}),
        ("ComplaintFilter", {"customerId": 1.5}),
        ("ComplaintFilter", {"escalated": "yes"}),
        ("ComplaintFilter!", None),
    ],
)
async def test_a_variable_of_the_wrong_type_is_refused(declared: str, value: Any) -> None:
    document = f"query ($f: {declared}) {{ complaints(filter: $f) {{ totalCount }} }}"
    assert (await Graph().refusal(document, {"f": value}))["code"] == "INVALID_INPUT"


async def test_text_of_any_kind_in_a_variable_of_another_type_is_told_without_harm() -> None:
    document = "query ($n: Int) { complaints(first: $n) { totalCount } }"
    for text in ("a\ud800b", "a\0b", "x" * 10_000, "\u202e"):
        assert (await Graph().refusal(document, {"n": text}))["code"] == "INVALID_INPUT"


@pytest.mark.parametrize(
    "day", ["2026-W13-1", "20260302", "2026-2-3", "2026-02-30", "\u0662026-03-02", 1]
)
async def test_a_day_has_one_form(day: Any) -> None:
    document = (
        "mutation ($i: ActivateEnrollmentInput!) { activateEnrollment(input: $i) { __typename } }"
    )
    told = await Graph().refusal(document, {"i": {"enrollmentId": "e", "startsOn": day}})
    assert told["code"] == "INVALID_INPUT"


async def test_literals_nested_without_end_are_refused() -> None:
    for depth in (20, 100, 300, 900):
        value = "[" * depth + "]" * depth
        told = await Graph().refusal(
            f"{{ complaints(filter: {{status: {value}}}) {{ totalCount }} }}"
        )
        assert told["code"] in ("GRAPHQL_VALIDATION_FAILED", "GRAPHQL_PARSE_FAILED")


async def test_variables_that_nothing_declares_are_left_alone(graph: Graph, world: World) -> None:
    data = await graph.read("{ customers { totalCount } }", {"nope": {"a": [1]}})
    assert data["customers"]["totalCount"] == 0


async def test_an_operation_is_chosen_by_its_name(graph: Graph) -> None:
    document = "query A { __typename } query B { customers { totalCount } }"
    assert await graph.read(document, operation="B") == {"customers": {"totalCount": 0}}
    assert await graph.read(document, operation="A") == {"__typename": "Query"}
    assert (await graph.refusal(document, operation="C"))["code"] == "GRAPHQL_VALIDATION_FAILED"
