"""The priority matrix, cell by cell."""

from __future__ import annotations

import pytest

from models.rules.priority import Level, Priority, assessed_priority

MATRIX = {
    ("HIGH", "HIGH"): "CRITICAL",
    ("HIGH", "MEDIUM"): "HIGH",
    ("HIGH", "LOW"): "MEDIUM",
    ("MEDIUM", "HIGH"): "HIGH",
    ("MEDIUM", "MEDIUM"): "MEDIUM",
    ("MEDIUM", "LOW"): "LOW",
    ("LOW", "HIGH"): "MEDIUM",
    ("LOW", "MEDIUM"): "LOW",
    ("LOW", "LOW"): "LOW",
}


def test_the_matrix_has_every_cell() -> None:
    assert set(MATRIX) == {(a.value, b.value) for a in Level for b in Level}


@pytest.mark.parametrize(("levels", "priority"), MATRIX.items())
def test_impact_and_urgency_make_the_priority(levels: tuple[str, str], priority: str) -> None:
    impact, urgency = (Level(level) for level in levels)
    assert assessed_priority(impact, urgency, has_safety_risk=False) == priority


@pytest.mark.parametrize("levels", MATRIX)
def test_a_risk_to_safety_is_never_below_high_and_never_lowers(levels: tuple[str, str]) -> None:
    impact, urgency = (Level(level) for level in levels)
    plain = assessed_priority(impact, urgency, has_safety_risk=False)
    risky = assessed_priority(impact, urgency, has_safety_risk=True)
    assert risky.rank == min(plain.rank, Priority.HIGH.rank)


def test_ranks_put_the_most_urgent_first() -> None:
    ordered = sorted(Priority, key=lambda priority: priority.rank)
    assert [priority.value for priority in ordered] == ["CRITICAL", "HIGH", "MEDIUM", "LOW"]
    assert ordered[0].rank == 1
