"""The demo's items and relationships are what the mutations would have let in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any

from models.demo.seeding import rows
from models.rules.edges import RelationshipKind, in_order, misfits, no_circle_with
from models.rules.lifecycle import CONFIGURATION_ITEM, ConfigurationItemStatus

NOW = datetime(2026, 3, 31, 15, 20, tzinfo=UTC)

Values = Mapping[str, Any]


@cache
def told() -> dict[str, list[Values]]:
    found: dict[str, list[Values]] = {}
    for model, values in rows(1, NOW):
        found.setdefault(model._meta.db_table, []).append(values)
    return found


def ends(edge: Values) -> tuple[tuple[str, int], tuple[str, int]]:
    return (
        (edge["source_type"], edge["source_id"]),
        (edge["target_type"], edge["target_id"]),
    )


def test_every_kind_but_reporting_and_every_status_of_an_item_is_there() -> None:
    kinds = {edge["kind"] for edge in told()["relationship"]}
    assert kinds == set(RelationshipKind) - {RelationshipKind.REPORTS_TO}
    assert {item["status"] for item in told()["item"]} == set(ConfigurationItemStatus)


def test_every_edge_joins_rows_that_are_there_and_fit_its_kind() -> None:
    there = {
        (noun, row["id"])
        for noun in ("customer", "contact", "staff", "service", "item")
        for row in told()[noun]
    }
    for edge in told()["relationship"]:
        source, target = ends(edge)
        assert {source, target} <= there
        assert misfits(edge["kind"], source, target) == []
        assert in_order(edge["kind"], source, target) == (source, target)


def test_no_live_edge_is_repeated_or_closes_a_circle() -> None:
    live = [edge for edge in told()["relationship"] if edge["until"] is None]
    seen = Counter((edge["kind"], *ends(edge)) for edge in live)
    assert set(seen.values()) == {1}
    for kinds in {no_circle_with(kind) for kind in RelationshipKind} - {()}:
        left = {ends(edge) for edge in live if edge["kind"] in kinds}
        while left:
            targets = {target for _, target in left}
            inner = {pair for pair in left if pair[0] in targets}
            assert inner != left, "a circle"
            left = inner


def test_a_retired_item_has_no_live_edge() -> None:
    retired = {
        item["id"] for item in told()["item"] if item["status"] is ConfigurationItemStatus.RETIRED
    }
    ended = [
        edge
        for edge in told()["relationship"]
        if any(noun == "item" and number in retired for noun, number in ends(edge))
    ]
    assert retired
    assert ended
    assert all(edge["until"] is not None for edge in ended)


def test_the_log_tells_how_each_item_and_edge_came_to_stand_as_it_does() -> None:
    events = told()["event"]
    verbs = {f"item.{step.verb}d": step for step in CONFIGURATION_ITEM.steps}
    for item in told()["item"]:
        own = [
            event
            for event in events
            if (event["subject_type"], event["subject_id"]) == ("item", item["id"])
        ]
        assert own[0]["kind"] == "item.added"
        status = ConfigurationItemStatus.PLANNED
        for event in own[1:]:
            step = verbs[event["kind"]]
            assert status in step.sources
            status = step.to
        assert (status, len(own)) == (item["status"], item["version"])
    kinds = Counter(event["kind"] for event in events if event["subject_type"] == "relationship")
    ended = [edge for edge in told()["relationship"] if edge["until"] is not None]
    assert kinds == {
        "relationship.related": len(told()["relationship"]),
        "relationship.unrelated": len(ended),
    }
    assert all(event["is_internal"] for event in events if event["subject_type"] == "relationship")
