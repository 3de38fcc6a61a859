"""What people read is there in every language, and says the same of the same things."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from api.negotiation import LOCALES
from api.templating import WORDS, words
from models.mail import MailKind
from models.rules.satisfaction import SCALES, SurveyQuestionKind

_PLACE = re.compile(r"\{\w+\}")


def _texts(said: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every text with the way to it."""
    if isinstance(said, str):
        yield path, said
    elif isinstance(said, list):
        for index, each in enumerate(said):
            yield from _texts(each, f"{path}[{index}]")
    else:
        for name, each in said.items():
            yield from _texts(each, f"{path}.{name}")


def test_every_language_has_its_words() -> None:
    assert sorted(file.stem for file in WORDS.glob("*.toml")) == sorted(LOCALES)


@pytest.mark.parametrize("locale", LOCALES)
def test_a_language_says_what_english_says_with_the_same_places_to_fill(locale: str) -> None:
    english, said = dict(_texts(words("en"))), dict(_texts(words(locale)))
    assert said.keys() == english.keys()
    for path, text in said.items():
        assert text.strip() == text
        assert text
        assert sorted(_PLACE.findall(text)) == sorted(_PLACE.findall(english[path])), path


@pytest.mark.parametrize("locale", LOCALES)
def test_every_kind_of_question_and_of_mail_has_its_words(locale: str) -> None:
    said = words(locale)
    assert set(said["needs"]) == {kind.value for kind in SurveyQuestionKind}
    assert {kind.value for kind in MailKind} <= set(said["mail"])
    assert {*said["scales"], *said["ends"]} == {kind.value for kind in SCALES}
    for kind, texts in said["scales"].items():
        low, high = SCALES[SurveyQuestionKind(kind)]
        assert len(texts) == high - low + 1
    for kind in said["ends"]:
        for bound in SCALES[SurveyQuestionKind(kind)]:
            assert str(bound) in said["needs"][kind] or kind == SurveyQuestionKind.EXPECTATION
