"""How people feel about a service when they are asked: what the answers to surveys come of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from models.rules.satisfaction import SCALES, SurveyQuestionKind

FAR_AWAY = "America/"
"""The time zones of those who need the mail service when nobody is in its office."""
LATE, MENDED, ADMIRED = "MAIL", "BKP", "SEC"
"""The services that a story is told of."""
SPREAD = 0.75

_K = SurveyQuestionKind


@dataclass(frozen=True)
class _Feeling:
    """Means on the scales: satisfaction, recommendation, effort; expected and perceived."""

    scores: tuple[float, float, float]
    usual: tuple[float, float]
    areas: Mapping[str, tuple[float, float]]
    spread: float = SPREAD


_CONTENT = _Feeling((4.3, 8.8, 5.8), (5.8, 5.6), {})
_WAITING = _Feeling((2.4, 4.5, 2.8), (5.9, 4.9), {"RESPONSIVENESS": (6.5, 2.5)})
_LET_DOWN = _Feeling((2.5, 4.6, 3.4), (5.9, 4.6), {"RELIABILITY": (6.5, 3.0)})
_RELIEVED = _Feeling((4.5, 9.0, 5.9), (5.8, 5.7), {"RELIABILITY": (6.4, 6.1)})
_DELIGHTED = _Feeling((5.0, 10.0, 7.0), (6.0, 7.0), {}, 0.0)
_WAVES = (
    _Feeling((3.3, 6.9, 4.3), (5.9, 4.8), {"COMMUNICATION": (5.8, 4.1)}),
    _Feeling((3.5, 7.2, 4.5), (5.9, 5.0), {"COMMUNICATION": (5.9, 4.3)}),
    _Feeling((3.6, 7.5, 4.7), (5.9, 5.1), {"COMMUNICATION": (5.8, 4.8)}),
    _Feeling((4.0, 8.1, 5.1), (5.9, 5.4), {"COMMUNICATION": (5.8, 5.3)}),
)
"""The relationship as a whole, wave by wave."""
_RETURNS = {
    None: (0.42, 0.47, 0.55, 0.64),
    LATE: (0.62, 0.8),
    MENDED: (0.6, 0.8),
    ADMIRED: (0.9,),
}
_RETURNS_ELSE = 0.5


@dataclass(frozen=True)
class Mood:
    """What one person would answer."""

    scores: Mapping[SurveyQuestionKind, int]
    usual: tuple[int, int]
    areas: Mapping[str, tuple[int, int]]

    def of(self, area: str) -> tuple[int, int]:
        """What is expected of an area, and what is perceived."""
        return self.areas.get(area, self.usual)


def returns(service: str | None, wave: int) -> float:
    """The share of those asked who answer."""
    shares = _RETURNS.get(service, ())
    return shares[wave - 1] if wave <= len(shares) else _RETURNS_ELSE


def mood_of(service: str | None, wave: int, time_zone: str, random: Random) -> Mood:
    """The mood of one person in a time zone."""
    feeling = _feeling(service, wave, time_zone)

    def drawn(kind: SurveyQuestionKind, mean: float) -> int:
        low, high = SCALES[kind]
        return max(low, min(high, round(random.gauss(mean, feeling.spread))))

    def pair(means: tuple[float, float]) -> tuple[int, int]:
        expected, perceived = (drawn(_K.EXPECTATION, mean) for mean in means)
        return expected, perceived

    kinds = (_K.SATISFACTION, _K.RECOMMENDATION, _K.EFFORT)
    return Mood(
        {kind: drawn(kind, mean) for kind, mean in zip(kinds, feeling.scores, strict=True)},
        pair(feeling.usual),
        {area: pair(means) for area, means in feeling.areas.items()},
    )


def _feeling(service: str | None, wave: int, time_zone: str) -> _Feeling:
    if service is None:
        return _WAVES[wave - 1]
    if service == LATE and time_zone.startswith(FAR_AWAY):
        return _WAITING
    if service == MENDED:
        return _LET_DOWN if wave == 1 else _RELIEVED
    return _DELIGHTED if service == ADMIRED else _CONTENT
