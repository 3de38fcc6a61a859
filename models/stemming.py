"""Stems of words, Spanish and English at once: nobody says in which language a text is.

The stemmers are Snowball's own (https://snowballstem.org), as Python code: a faster build that may
be installed beside them could be of another version and give other stems.
"""

from __future__ import annotations

from functools import lru_cache

from snowballstemmer.english_stemmer import EnglishStemmer
from snowballstemmer.spanish_stemmer import SpanishStemmer

from models.rules.text import safe

WORDS_KEPT_MAX = 50_000
"""How many words' stems are remembered: texts use the same few words over and over."""

_STEMMERS = (SpanishStemmer(), EnglishStemmer())


@lru_cache(WORDS_KEPT_MAX)
def stems(word: str) -> str:
    """The stems of a folded word with a blank between: one where the languages agree, else two."""
    return " ".join(dict.fromkeys(safe(stemmer.stemWord(word)) for stemmer in _STEMMERS))
