"""Scores, their intervals and the severity of gaps, against tables and independent sums."""

from __future__ import annotations

import math
from fractions import Fraction
from statistics import NormalDist, fmean, pvariance

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.satisfaction import (
    CONFIDENCE_PERCENT,
    DETRACTOR_TO,
    PROMOTER_FROM,
    SCALES,
    SEVERITY_SAMPLE_FULL,
    SurveyQuestionKind,
    Z,
    csat_interval,
    csat_percent,
    nps,
    nps_interval,
    severity,
)

WILSON = [
    (81, 263, 0.2553, 0.3662),
    (15, 148, 0.0624, 0.1605),
    (0, 20, 0.0000, 0.1611),
    (1, 29, 0.0061, 0.1718),
]
"""Method 3 of table I in R. G. Newcombe, Statistics in Medicine 17 (1998), pages 857 to 872."""

SAMPLES = st.integers(1, 2_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
RECOMMENDATIONS = st.lists(st.integers(0, 10), min_size=1, max_size=300)


def counted(recommendations: list[int]) -> tuple[int, int, int]:
    """Promoters, detractors and answers."""
    promoters = sum(score >= PROMOTER_FROM for score in recommendations)
    detractors = sum(score <= DETRACTOR_TO for score in recommendations)
    return promoters, detractors, len(recommendations)


def test_the_quantile_belongs_to_the_confidence() -> None:
    beyond = (1 - CONFIDENCE_PERCENT / 100) / 2
    assert math.isclose(NormalDist().inv_cdf(1 - beyond), Z, rel_tol=1e-12)


@pytest.mark.parametrize(("satisfied", "answers", "low", "high"), WILSON)
def test_the_interval_of_csat_is_the_published_one_of_wilson(
    satisfied: int, answers: int, low: float, high: float
) -> None:
    found = csat_interval(satisfied, answers)
    assert found is not None
    assert (round(found.low / 100, 4), round(found.high / 100, 4)) == (low, high)
    assert found.confidence_percent == 95


@given(SAMPLES)
def test_the_ends_of_wilsons_interval_are_where_the_share_is_just_not_rejected(
    sample: tuple[int, int],
) -> None:
    satisfied, answers = sample
    found = csat_interval(satisfied, answers)
    assert found is not None
    share = satisfied / answers
    for end in (found.low / 100, found.high / 100):
        error = math.sqrt(max(end * (1 - end), 0) / answers)
        assert math.isclose(abs(share - end), Z * error, rel_tol=1e-6, abs_tol=1e-7)
    assert -1e-9 <= found.low <= 100 * share + 1e-9
    assert 100 * share - 1e-9 <= found.high <= 100 + 1e-9


@given(SAMPLES)
def test_what_some_are_satisfied_with_the_others_are_not(sample: tuple[int, int]) -> None:
    satisfied, answers = sample
    one, other = csat_interval(satisfied, answers), csat_interval(answers - satisfied, answers)
    assert one is not None
    assert other is not None
    assert math.isclose(one.low, 100 - other.high, abs_tol=1e-9)
    assert csat_percent(satisfied, answers) == pytest.approx(
        float(Fraction(100 * satisfied, answers))
    )


@given(st.integers(1, 400), st.integers(2, 50))
def test_more_answers_of_one_mind_make_the_interval_narrower(answers: int, times: int) -> None:
    few, many = csat_interval(answers, answers), csat_interval(answers * times, answers * times)
    assert few is not None
    assert many is not None
    assert few.high == pytest.approx(100)
    assert many.high == pytest.approx(100)
    assert few.low < many.low


@given(RECOMMENDATIONS)
def test_nps_is_the_mean_of_1_for_promoters_and_less_1_for_detractors(scores: list[int]) -> None:
    signs = [(score >= 9) - (score <= 6) for score in scores]
    found = nps_interval(*counted(scores))
    assert nps(*counted(scores)) == pytest.approx(100 * fmean(signs))
    assert found is not None
    middle, error = fmean(signs), math.sqrt(pvariance(signs) / len(signs))
    assert found.low == pytest.approx(100 * max(middle - Z * error, -1), abs=1e-5)
    assert found.high == pytest.approx(100 * min(middle + Z * error, 1), abs=1e-5)


@pytest.mark.parametrize(
    ("counts", "score"),
    [((70, 10, 100), 60.0), ((0, 5, 5), -100.0), ((5, 0, 5), 100.0), ((1, 1, 3), 0.0)],
)
def test_nps_of_plain_samples(counts: tuple[int, int, int], score: float) -> None:
    assert nps(*counts) == score


def test_nothing_is_said_of_no_answers() -> None:
    assert csat_percent(0, 0) is None
    assert csat_interval(0, 0) is None
    assert nps(0, 0, 0) is None
    assert nps_interval(0, 0, 0) is None


def test_scales_are_those_of_the_field() -> None:
    assert SCALES[SurveyQuestionKind.SATISFACTION] == (1, 5)
    assert SCALES[SurveyQuestionKind.RECOMMENDATION] == (0, 10)
    assert SCALES[SurveyQuestionKind.EFFORT] == SCALES[SurveyQuestionKind.EXPECTATION] == (1, 7)
    assert not {SurveyQuestionKind.CHOICE, SurveyQuestionKind.TEXT} & SCALES.keys()


@pytest.mark.parametrize(
    ("evidence", "parts"),
    [
        ((2.3, 10, 14, 6), (23.0, 14.0, 12.0)),
        ((2.3, 400, 0, 0), (23.0, 0.0, 0.0)),
        ((3.0, 5, 0, 0), (15.0, 0.0, 0.0)),
        ((-1.5, 20, 3, 0), (0.0, 3.0, 0.0)),
        ((None, 0, 2, 1), (0.0, 2.0, 2.0)),
    ],
)
def test_severity_is_the_sum_of_its_parts(
    evidence: tuple[float | None, int, int, int], parts: tuple[float, float, float]
) -> None:
    found = severity(*evidence)
    assert (found.of_gap, found.of_complaints, found.of_breaches) == pytest.approx(parts)
    assert found.total == pytest.approx(sum(parts))


@given(
    gap=st.floats(-6, 6),
    responses=st.integers(0, 50),
    complaints=st.integers(0, 50),
    breaches=st.integers(0, 50),
)
def test_severity_never_falls_where_the_evidence_grows(
    gap: float, responses: int, complaints: int, breaches: int
) -> None:
    total = severity(gap, responses, complaints, breaches).total
    assert total >= 0
    assert severity(gap + 1, responses, complaints, breaches).total >= total
    assert severity(gap, responses + 1, complaints, breaches).total >= total
    assert severity(gap, responses, complaints + 1, breaches).total > total
    assert severity(gap, responses, complaints, breaches + 1).total > total
    full = severity(gap, SEVERITY_SAMPLE_FULL, complaints, breaches)
    assert severity(gap, SEVERITY_SAMPLE_FULL * 3, complaints, breaches) == full
