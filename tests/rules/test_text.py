"""Text as it is looked for: folding, words, and what says nothing."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.text import (
    STOP_WORDS,
    WORD_CHARACTERS_MAX,
    folded,
    safe,
    telling,
    words,
    written_words,
)
from models.stemming import stems

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("  Nóminas\n y\tÑOÑO ", "nominas y nono"),
        ("Straße, ŒUVRE", "strasse, œuvre"),
        ("ΕΛΛΆΔΑ", "ελλαδα"),
        ("\N{MATHEMATICAL BOLD CAPITAL A}㎒", "amhz"),
        ("½ x²", "1\N{FRACTION SLASH}2 x2"),
        ("", ""),
    ],
)
def test_folding_takes_case_accents_and_wide_gaps_away(text: str, plain: str) -> None:
    assert folded(text) == plain


@given(TEXT)
def test_folding_leaves_no_combining_mark_and_is_done_once(text: str) -> None:
    plain = folded(text)
    assert not any(unicodedata.combining(character) for character in plain)
    assert words(plain) == words(text)


def test_texts_that_are_missing_add_nothing() -> None:
    assert words("Uno", None, "", "dos") == ["uno", "dos"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("¿La factura? (n.º 42-B)", ["la", "factura", "n", "o", "42", "b"]),
        ("snake_case*", ["snake", "case"]),
        ("ana@acme.example", ["ana", "acme", "example"]),
        ("don't", ["don", "t"]),
        ("…—!*\"'", []),
    ],
)
def test_signs_only_part_words(text: str, found: list[str]) -> None:
    assert words(text) == found


def test_a_word_beyond_the_bound_counts_as_several() -> None:
    longest = "w" * WORD_CHARACTERS_MAX
    assert words(longest) == [longest]
    assert words(longest + "x") == [longest, "x"]


@given(TEXT)
def test_a_written_word_stands_in_the_text_as_it_is_written(text: str) -> None:
    normal = unicodedata.normalize("NFC", text)
    for word, forms in written_words(text):
        assert word in normal
        assert forms == words(word)


@given(TEXT)
def test_a_stem_is_letters_and_digits_of_ascii_a_letter_first(text: str) -> None:
    for word in words(text):
        for stem in stems(word).split(" "):
            assert re.fullmatch("[a-z][a-z0-9]*", stem)


@given(st.lists(st.text("aeé中ж0123456789", min_size=1, max_size=3), min_size=2, unique=True))
def test_safe_forms_of_digits_and_foreign_letters_stay_apart(texts: list[str]) -> None:
    assert len({safe(text) for text in texts}) == len(texts)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("nominas", "nomina"),
        ("facturacion", "facturaciones"),
        ("retrasado", "retrasados"),
        ("reports", "report"),
        ("printing", "printed"),
        ("services", "service"),
    ],
)
def test_forms_of_a_word_share_a_stem_in_its_language(one: str, other: str) -> None:
    assert set(stems(one).split()) & set(stems(other).split())


def test_stop_words_are_left_out_unless_there_is_nothing_else() -> None:
    both = list(written_words("La nómina del mes"))
    assert [word for word, _ in telling(both)] == ["nómina", "mes"]
    nothing = list(written_words("De la"))
    assert telling(nothing) == nothing


def test_stop_words_are_folded() -> None:
    assert {folded(word) for word in STOP_WORDS} == STOP_WORDS
    assert words(" ".join(sorted(STOP_WORDS))) == sorted(STOP_WORDS)
