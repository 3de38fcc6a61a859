"""The index by which text is found: one entry for each row that has text to look for.

An entry holds the stems of its row's words. SQLite keeps them in an FTS5 table too, PostgreSQL in
a tsvector; triggers and a generated column, made by the migrations, keep these in step, so that
whatever writes an entry writes the index, in the same transaction.
"""

from __future__ import annotations

from collections.abc import Sequence

from tortoise import fields
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.models import Model

from models import bounds
from models.columns import nullable
from models.rules.text import telling, words, written_words
from models.stemming import stems


class SearchEntry(Model):
    """The stems of a row's text. `customer_id` is null where the row belongs to no customer."""

    id = fields.BigIntField(primary_key=True)
    noun = fields.CharField(max_length=20)
    row_id = fields.BigIntField()
    customer_id = nullable(fields.BigIntField())
    stems = fields.TextField()

    class Meta:
        table = "search_entry"
        unique_together = (("noun", "row_id"),)


def entry(
    noun: str, row_id: int, customer_id: int | None, texts: Sequence[str | None]
) -> SearchEntry:
    """The entry of a row with these texts."""
    return SearchEntry(noun=noun, row_id=row_id, customer_id=customer_id, stems=stemmed(*texts))


async def index(made: SearchEntry, connection: BaseDBAsyncClient) -> None:
    """Stores an entry, in the place of the one that its row had."""
    values = [made.noun, made.row_id, made.customer_id, made.stems]
    marks = "$1, $2, $3, $4" if connection.capabilities.dialect == "postgres" else "?, ?, ?, ?"
    await connection.execute_query_dict(
        f"INSERT INTO search_entry (noun, row_id, customer_id, stems) VALUES ({marks})"
        " ON CONFLICT (noun, row_id) DO UPDATE"
        " SET customer_id = excluded.customer_id, stems = excluded.stems",
        values,
    )


def stemmed(*texts: str | None) -> str:
    """The stems of all words of texts, as an entry holds them."""
    return " ".join(map(stems, words(*texts)))


def sought(text: str) -> dict[str, frozenset[str]]:
    """The words of a text that are looked for, as they are written, with the stems of each.

    A word that comes again, in whatever form, is there once; after `bounds.SOUGHT_WORDS_MAX` the
    rest is left out.
    """
    found: dict[str, frozenset[str]] = {}
    known: set[frozenset[str]] = set()
    for word, forms in telling([pair for pair in written_words(text) if pair[1]]):
        of_word = frozenset(" ".join(map(stems, forms)).split())
        if of_word not in known and len(found) < bounds.SOUGHT_WORDS_MAX:
            known.add(of_word)
            found[word] = of_word
    return found


def terms(text: str) -> str:
    """What the index is asked for: stems, each once, any of which a row may hold."""
    return " ".join(
        dict.fromkeys(stem for found in sought(text).values() for stem in sorted(found))
    )


def matched(text: str, held: str) -> list[str]:
    """The words of a text, as they are written there, of which an entry holds a stem."""
    holds = set(held.split())
    return [word for word, of_word in sought(text).items() if of_word & holds]
