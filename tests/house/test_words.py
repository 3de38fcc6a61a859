"""What people read is in every language, says the same in each, and is plain English."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNonNull,
    GraphQLObjectType,
    specified_scalar_types,
)

from api.__main__ import COMMANDS
from api.negotiation import LOCALES
from api.templating import WORDS, words
from models.events import KINDS
from models.mail import MailKind
from models.rules.satisfaction import SCALES, SurveyQuestionKind
from resolvers.schema import GRAPH
from tests.pages import PAGES, ROOT, name, prose, read

ROOMS = ("api", "models", "resolvers")
DESCRIPTION_WORDS_MIN = 4
REFUSED = re.compile(
    r"\b(?:told|anew|none of|tak(?:e|es|en|ing) (?:it |them )?down|took down|of late|by itself"
    r"|talks?|beyond|stretch of|left out|in sight|out of sight|comes? along|brings? along|came of"
    r"|come of it|worked out|likest|hither|come what may|puts? \w+ first|stands? at|whatever case"
    r"|this is no|is no (?:valid|such|position|number|instant|id|address|zone))\b",
    re.IGNORECASE,
)
"""Words that a native speaker writes another way: recorded, again, from another, recently,
automatically, interaction, more than, period, omitted, not a valid."""
_PLACE = re.compile(r"\{\w+\}")
_PRINTED = re.compile(r"<!-- \S.*? -->.*?<!-- end -->", re.DOTALL)


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


def _descriptions() -> Iterator[tuple[str, str, bool]]:
    """Every description of the schema: its place, its text, and whether a null needs explaining."""
    for type_name, type_ in GRAPH.type_map.items():
        if type_name.startswith("__") or type_name in specified_scalar_types:
            continue
        yield type_name, type_.description or "", False
        if isinstance(type_, GraphQLEnumType):
            for value_name, value in type_.values.items():
                yield f"{type_name}.{value_name}", value.description or "", False
        elif isinstance(type_, GraphQLInputObjectType):
            for field_name, given in type_.fields.items():
                yield f"{type_name}.{field_name}", given.description or "", False
        elif isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
            for field_name, field in type_.fields.items():
                path = f"{type_name}.{field_name}"
                may_be_null = not isinstance(field.type, GraphQLNonNull)
                yield path, field.description or "", may_be_null and type_name != "Mutation"
                for argument_name, argument in field.args.items():
                    yield f"{path}({argument_name}:)", argument.description or "", False


def test_no_description_has_a_word_that_a_native_speaker_would_not_write() -> None:
    found = [(path, text) for path, text, _ in _descriptions() if REFUSED.search(text)]
    assert found == []


def test_every_description_says_something() -> None:
    short = [
        (path, text)
        for path, text, _ in _descriptions()
        if len(text.split()) < DESCRIPTION_WORDS_MIN
    ]
    assert short == []


def test_a_nullable_field_says_when_it_is_null() -> None:
    silent = [
        (path, text)
        for path, text, may_be_null in _descriptions()
        if may_be_null and "null" not in text.lower()
    ]
    assert silent == []


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_no_page_has_a_word_that_a_native_speaker_would_not_write(page: Path) -> None:
    """What is printed into a page comes from the code."""
    assert REFUSED.findall(_PRINTED.sub("", prose(page))) == []


def _said() -> Iterator[tuple[str, str]]:
    """What errors, events and commands say in English, with the place of each."""
    for file in sorted(each for room in ROOMS for each in (ROOT / room).rglob("*.py")):
        for call in (
            node for node in ast.walk(ast.parse(read(file))) if isinstance(node, ast.Call)
        ):
            texts = [given.value for given in call.keywords if given.arg == "en"]
            if isinstance(call.func, ast.Name) and call.func.id == "InvalidArgument":
                texts += call.args
            for text in texts:
                # The names of what is filled in are no part of the text.
                yield f"{name(file)}:{call.lineno}", re.sub(r"\{\w+\}", "", ast.unparse(text))
    yield from ((kind, event.says) for kind, event in KINDS.items())
    yield from COMMANDS.items()


def test_no_message_has_a_word_that_a_native_speaker_would_not_write() -> None:
    assert [(place, text) for place, text in _said() if REFUSED.search(text)] == []
