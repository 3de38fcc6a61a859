"""Finding customers, contacts, services, complaints and requirements by their text."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

import strawberry

from models import bounds, searching
from resolvers.engine.reading.arguments import Given
from resolvers.engine.reading.declare import Argument, Ranking, declared, part, value
from resolvers.engine.reading.dialect import literal
from resolvers.engine.reading.plan import Plan, Table, where_all
from resolvers.engine.reading.ranking import RANKED_MAX
from resolvers.engine.reading.request import Asked, InvalidArgument, check_text
from resolvers.engine.types import Node

FIRST_DEFAULT = 20
NOUNS = ("customer", "contact", "service", "complaint", "requirement")


@strawberry.enum(description="What a search can find.")
class SearchKind(Enum):
    CUSTOMER = value("CUSTOMER", "Searched by name and industry.")
    CONTACT = value("CONTACT", "Searched by name and e-mail address.")
    SERVICE = value("SERVICE", "Searched by code, name, category and description.")
    COMPLAINT = value("COMPLAINT", "Searched by subject, category and description.")
    REQUIREMENT = value("REQUIREMENT", "Searched by statement and desired outcome.")


@strawberry.type(description="An object that a search found.")
class SearchHit:
    node: Node = part("The object that was found.")
    score: float = part(
        "How well it matches. Compare scores only within one answer; each database "
        "computes them differently."
    )
    matched_terms: list[str] = part(
        "The words of the search text that were found, as they are written in it."
    )


def _checked(asked: Asked, given: Given) -> str:
    """The text, which must contain a word. Raises InvalidArgument."""
    text = str(given.get(asked))
    check_text(text)
    if len(text) > bounds.SEARCH_CHARACTERS_MAX:
        raise InvalidArgument(f"`text` may have at most {bounds.SEARCH_CHARACTERS_MAX} characters.")
    if not searching.terms(text):
        raise InvalidArgument("`text` contains no word to search for.")
    return text


def _found(plan: Plan, of: Table | None, given: Mapping[str, Given]) -> list[tuple[str, str]]:
    """What the index holds of the text, of rows that the viewer sees."""
    text = given["text"]
    kinds = given.get("kinds")

    def nouns(asked: Asked) -> str:
        asked_for = NOUNS if kinds is None else [kind.value.lower() for kind in kinds.get(asked)]
        return " ".join(noun for noun in NOUNS if noun in asked_for)

    sought = plan.bind("text", lambda asked: _checked(asked, text))
    terms = plan.bind("text", lambda asked: searching.terms(_checked(asked, text)))
    found = plan.dialect.finds(
        terms, plan.bind("text", nouns), weighs_all=plan.asked.viewer.sees_everything
    )
    clauses = [found.condition]
    if not plan.asked.viewer.sees_everything:
        clauses += _seen(plan)
    select = (
        "SELECT e.noun AS noun, e.row_id AS row_id, e.stems AS stems, 0 AS standing,"
        f" {found.score} AS score, {sought} AS sought FROM {found.source}{where_all(clauses)}"
    )
    return [("found", select)]


def _seen(plan: Plan) -> list[str]:
    """The entry is of a row within the viewer's scope."""
    own = plan.dialect.among("e.customer_id", plan.customers())
    cases = []
    for noun in NOUNS:
        table = plan.table(noun)
        where = where_all([f"{table.key} = e.row_id", *table.scope()])
        cases.append(f"(e.noun = {literal(noun)} AND EXISTS (SELECT 1 FROM {table.source}{where}))")
    return [f"(e.customer_id IS NULL OR {own})", f"({' OR '.join(cases)})"]


@strawberry.type
class Query:
    search: list[SearchHit] = declared(
        "Objects that contain any of these words, best match first. Case, accents and word "
        "endings are ignored, in English and Spanish; punctuation only separates words.",
        Ranking(NOUNS, _found, FIRST_DEFAULT),
        {
            "text": Argument(
                str,
                f"The words to search for, up to {bounds.SEARCH_CHARACTERS_MAX} characters; "
                "at least one word.",
            ),
            "kinds": Argument(
                list[SearchKind] | None, "Only objects of these kinds; all by default."
            ),
            "first": Argument(
                int | None, f"How many, best first: 0 to {RANKED_MAX}.", default=FIRST_DEFAULT
            ),
        },
    )
