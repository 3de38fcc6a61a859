"""The form of a survey: its questions as fields of HTML, and what was posted as answers.

Nothing is decided here about what is a good answer: a form is sent on as it was filled in, and
what the business finds wrong with it is laid beside the questions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from api.templating import words
from models.rules.satisfaction import SCALES, SurveyQuestionKind

NO_SCORE = -1
"""Stands for a posted score that is no number: it lies on no scale, so it is refused as such."""
_SCORE_CHARACTERS_MAX = 9
_FIELDS_MAX = 200
_PARTS = ("expected", "perceived")


class Unreadable(Exception):
    """A posted body that is no form of ours."""


@dataclass(frozen=True)
class Option:
    """One of several to choose from; `meaning` says more to those who don't see its place."""

    value: str
    text: str
    meaning: str = ""


@dataclass(frozen=True)
class Entry:
    """What is to be filled in: one of its options, or text where it has none."""

    name: str
    caption: str
    options: Sequence[Option]
    value: str


@dataclass(frozen=True)
class Item:
    """A question on the page. `label` names it in few words, `faults` say what is wrong."""

    id: str
    position: int
    label: str
    prompt: str
    kind: str
    is_required: bool
    hint: str
    entries: Sequence[Entry]
    faults: Sequence[str] = field(default=())

    @property
    def target(self) -> str:
        """The id of the control that a person is led to."""
        first = self.entries[0]
        return f"{first.name}-1" if first.options else first.name


def filled_in(body: bytes) -> dict[str, str]:
    """The fields of a posted form, by name; of a name that is repeated, the last.

    Raises Unreadable where it is no URL-encoded form in UTF-8.
    """
    try:
        pairs = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=bool(body),
            errors="strict",
            max_num_fields=_FIELDS_MAX,
        )
    except ValueError as error:
        raise Unreadable from error
    return {name: value.replace("\r\n", "\n") for name, value in pairs}


def answers(questions: Sequence[Mapping[str, Any]], given: Mapping[str, str]) -> list[Any]:
    """What was filled in, in the graph's terms: an answer to each question, empty ones too."""
    return [_answer(question, given) for question in questions]


def _answer(question: Mapping[str, Any], given: Mapping[str, str]) -> dict[str, Any]:
    name, kind = question["id"], question["kind"]
    values: dict[str, Any]
    if kind == SurveyQuestionKind.EXPECTATION:
        values = {part: _score(given.get(f"{name}.{part}", "")) for part in _PARTS}
    elif kind in (SurveyQuestionKind.CHOICE, SurveyQuestionKind.TEXT):
        values = {kind.lower(): given.get(name, "").strip() or None}
    else:
        values = {"score": _score(given.get(name, ""))}
    return {"questionId": name, **values}


def _score(text: str) -> int | None:
    clean = text.strip()
    if not clean:
        return None
    is_number = clean.isascii() and clean.isdigit() and len(clean) <= _SCORE_CHARACTERS_MAX
    return int(clean) if is_number else NO_SCORE


def items(
    questions: Sequence[Mapping[str, Any]],
    locale: str,
    given: Mapping[str, str],
    faults: Mapping[str, Sequence[str]],
) -> list[Item]:
    """The questions as they stand on the page, filled in, each with what is wrong with it."""
    return [_item(each, locale, given, faults.get(each["id"], ())) for each in questions]


def _item(
    question: Mapping[str, Any], locale: str, given: Mapping[str, str], faults: Sequence[str]
) -> Item:
    return Item(
        id=question["id"],
        position=question["position"],
        label=words(locale)["page"]["question"].format(position=question["position"]),
        prompt=question["prompt"],
        kind=question["kind"],
        is_required=question["isRequired"],
        hint=_hint(question, locale),
        entries=list(_entries(question, locale, given)),
        faults=faults,
    )


def _entries(question: Mapping[str, Any], locale: str, given: Mapping[str, str]) -> Iterator[Entry]:
    options = list(_options(question, locale))
    if options and not question["isRequired"]:
        options.append(Option("", words(locale)["skip_none"]))
    if question["kind"] != SurveyQuestionKind.EXPECTATION:
        yield Entry(question["id"], "", options, given.get(question["id"], ""))
        return
    for part in _PARTS:
        name = f"{question['id']}.{part}"
        yield Entry(name, words(locale)["page"][part], options, given.get(name, ""))


def _options(question: Mapping[str, Any], locale: str) -> Iterator[Option]:
    said, kind = words(locale), question["kind"]
    if kind == SurveyQuestionKind.CHOICE:
        yield from (Option(choice, choice) for choice in question["choices"])
    elif kind in SCALES:
        low, high = SCALES[SurveyQuestionKind(kind)]
        if kind in said["scales"]:
            for value, text in enumerate(said["scales"][kind], start=low):
                yield Option(str(value), text)
            return
        ends = dict(zip((low, high), said["ends"][kind], strict=True))
        for value in range(low, high + 1):
            yield Option(str(value), str(value), ends.get(value, ""))


def _hint(question: Mapping[str, Any], locale: str) -> str:
    """What the ends of a scale of numbers mean; nothing for other questions."""
    said, kind = words(locale), question["kind"]
    if kind not in said["ends"]:
        return ""
    low, high = SCALES[SurveyQuestionKind(kind)]
    low_meaning, high_meaning = (meaning.lower() for meaning in said["ends"][kind])
    text: str = said["hints"]["ends"]
    return text.format(low=low, high=high, low_meaning=low_meaning, high_meaning=high_meaning)


def faults(
    questions: Sequence[Mapping[str, Any]],
    locale: str,
    given: Mapping[str, str],
    errors: Sequence[Mapping[str, Any]],
) -> dict[str, list[str]]:
    """What is wrong with each answer, by the question's id; under "" what is with the whole.

    What the graph says of an answer that lacks something is said here in the page's terms.
    """
    found: dict[str, list[str]] = {}
    sent = answers(questions, given)
    for error in errors:
        place = error["path"][1:2]
        if not place:
            found.setdefault("", []).append(error["message"])
            continue
        question, answer = questions[int(place[0])], sent[int(place[0])]
        is_lacking = None in answer.values()
        text = words(locale)["needs"][question["kind"]] if is_lacking else error["message"]
        told = found.setdefault(question["id"], [])
        if text not in told:
            told.append(text)
    return found
