"""Text as it is looked for: folded, cut into words, and without the words that say nothing."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

WORD_CHARACTERS_MAX = 64
"""A longer word counts as several."""

_WRITTEN_WORD = re.compile(r"[^\W_]+")
_WORD = re.compile(rf"[^\W_]{{1,{WORD_CHARACTERS_MAX}}}")
_BEYOND_LATIN = re.compile("[\u0300-\U0010ffff]+")
"""Where combining marks may be: those of Latin letters are at its very start."""
_UNSAFE = re.compile(r"^[0-9]|[^a-z0-9]")


def folded(*texts: str | None) -> str:
    """Text as it is searched: lower case, without accents, one space between words."""
    plain = " ".join(text for text in texts if text).casefold()
    if not plain.isascii():
        decomposed = unicodedata.normalize("NFKD", plain).casefold()
        plain = _BEYOND_LATIN.sub(_without_marks, decomposed)
    return " ".join(plain.split())


def _without_marks(found: re.Match[str]) -> str:
    return "".join(c for c in found[0] if not unicodedata.combining(c))


def words(*texts: str | None) -> list[str]:
    """The folded words of texts, in their order; signs of all kinds only part them."""
    return _WORD.findall(folded(*texts))


def written_words(text: str) -> Iterator[tuple[str, list[str]]]:
    """Each word as it is written, and what it folds to: one word, seldom several, or none."""
    for word in _WRITTEN_WORD.findall(unicodedata.normalize("NFC", text)):
        yield word, words(word)


def safe(stem: str) -> str:
    """A stem in letters and digits of ASCII, a letter first.

    PostgreSQL's parser would part 42e961e4z, and other letters by the database's locale; SQLite's
    would not. A word in this form is one word to both.
    """
    return _UNSAFE.sub(lambda found: f"u{ord(found[0]):04x}", stem)


_ENGLISH_AND_SPANISH = """
a about after all also an and any are as at be been before but by can could do does for from
had has have he her his how i if in into is it its just may me more most must my no not now of
on only or other our ours out over own shall she should so some such than that the their them
then there these they this those to too under until up us very was we were what when where
which while who whom why will with would you your yours

al algo algun alguna algunas alguno algunos ante antes aquel aquella aquellas aquellos aqui asi
aun aunque bajo bien cada como con contra cual cuales cuando de debe deben del desde donde dos
durante e el ella ellas ellos en entre era eran es esa esas ese eso esos esta estan estas este
esto estos fue fueron ha han hasta hay la las le les lo los mas me mi mis mucho muy nada ni no
nos nosotros nuestra nuestras nuestro nuestros o os otra otras otro otros para pero poco por
porque pues que quien quienes se sea sean ser si sido sin sobre solo son su sus suya suyo tal
tambien tan tanto te tener tiene tienen toda todas todo todos tras tu tus u un una unas uno unos
y ya yo
"""
STOP_WORDS = frozenset(_ENGLISH_AND_SPANISH.split())
"""Words of English and Spanish, folded, that nearly every text holds, whatever it is about."""


def telling(found: list[tuple[str, list[str]]]) -> list[tuple[str, list[str]]]:
    """The words that tell what a text is about; all of them where it has none but stop words."""
    kept = [(word, forms) for word, forms in found if not STOP_WORDS.issuperset(forms)]
    return kept or found
