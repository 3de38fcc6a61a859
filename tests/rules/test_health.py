"""The band of a relationship and its reasons, one by one and together."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.health import (
    AT_RISK_FROM,
    WEIGHTS,
    Evidence,
    HealthBand,
    HealthCode,
    Reason,
    assess,
)

_C = HealthCode
ALONE = [
    (Evidence(open_breached=2), _C.OPEN_BREACHED_COMPLAINTS, 2),
    (Evidence(reopened=1), _C.REOPENED_COMPLAINTS, 1),
    (Evidence(attainment_percent=94.9), _C.LOW_ATTAINMENT, 94.9),
    (Evidence(attainment_percent=0.0), _C.LOW_ATTAINMENT, 0),
    (Evidence(last_recommendation=6), _C.DETRACTOR, 6),
    (Evidence(last_recommendation=0), _C.DETRACTOR, 0),
    (Evidence(overdue_follow_ups=3), _C.OVERDUE_FOLLOW_UPS, 3),
    (Evidence(days_without_interaction=90), _C.NO_INTERACTION, 90),
]
EVIDENCE = st.builds(
    Evidence,
    open_breached=st.integers(0, 3),
    reopened=st.integers(0, 3),
    attainment_percent=st.none() | st.floats(0, 100),
    last_recommendation=st.none() | st.integers(0, 10),
    overdue_follow_ups=st.integers(0, 3),
    days_without_interaction=st.none() | st.integers(0, 400),
    is_active=st.booleans(),
)


@pytest.mark.parametrize(("evidence", "code", "figure"), ALONE)
def test_one_reason_alone_asks_to_watch(
    evidence: Evidence, code: HealthCode, figure: float
) -> None:
    assert assess(evidence) == (HealthBand.WATCH, (Reason(code, figure),))


@pytest.mark.parametrize(
    "evidence",
    [
        Evidence(),
        Evidence(attainment_percent=95.0),
        Evidence(last_recommendation=7),
        Evidence(days_without_interaction=89),
        Evidence(days_without_interaction=400, is_active=False),
        Evidence(days_without_interaction=None),
    ],
)
def test_what_is_within_its_bounds_is_good(evidence: Evidence) -> None:
    assert assess(evidence) == (HealthBand.GOOD, ())


def test_of_nothing_nothing_is_known() -> None:
    assert assess(Evidence(has_any=False)) == (HealthBand.UNKNOWN, ())


@pytest.mark.parametrize(
    ("evidence", "band"),
    [
        (Evidence(open_breached=1, reopened=1), HealthBand.WATCH),
        (Evidence(open_breached=1, last_recommendation=3), HealthBand.AT_RISK),
        (Evidence(reopened=1, overdue_follow_ups=1, attainment_percent=50.0), HealthBand.AT_RISK),
        (
            Evidence(reopened=1, overdue_follow_ups=1, days_without_interaction=120),
            HealthBand.WATCH,
        ),
    ],
)
def test_weights_add_up_to_the_band(evidence: Evidence, band: HealthBand) -> None:
    assert assess(evidence)[0] is band


@given(EVIDENCE)
def test_the_heaviest_reasons_come_first_and_make_the_band(evidence: Evidence) -> None:
    band, reasons = assess(evidence)
    weights = [WEIGHTS[reason.code] for reason in reasons]
    assert weights == sorted(weights, reverse=True)
    assert len({reason.code for reason in reasons}) == len(reasons)
    expected = HealthBand.AT_RISK if sum(weights) >= AT_RISK_FROM else HealthBand.WATCH
    assert band is (expected if reasons else HealthBand.GOOD)


@given(EVIDENCE)
def test_worse_evidence_never_makes_a_better_band(evidence: Evidence) -> None:
    worse = replace(evidence, open_breached=evidence.open_breached + 1, last_recommendation=0)
    assert assess(worse)[0].rank <= assess(evidence)[0].rank


def test_bands_are_ordered_by_concern() -> None:
    ordered = sorted(HealthBand, key=lambda band: band.rank)
    assert [band.value for band in ordered] == ["AT_RISK", "WATCH", "UNKNOWN", "GOOD"]
