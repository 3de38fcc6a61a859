"""The few places where SQLite and PostgreSQL need different SQL for the same JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any, ClassVar, Protocol

from models.columns import instant_text

OBJECT_PAIRS_MAX = 50
"""A function of PostgreSQL takes at most 100 arguments."""
_JOINED_MAX = 20


class Json(str):
    """An SQL expression that yields JSON, not a value that is still to be written as JSON."""

    __slots__ = ()


@dataclass(frozen=True)
class Found:
    """Where the index finds entries: the tables with their condition, and the score of each."""

    source: str
    condition: str
    score: str


def quoted(name: str) -> str:
    """A table's or a column's name."""
    doubled = name.replace('"', '""')
    return f'"{doubled}"'


def literal(value: Enum | str | int) -> str:
    """A constant of a rule, on either database; what a client gives is bound instead."""
    plain = value.value if isinstance(value, Enum) else value
    if isinstance(plain, int):
        return str(plain).upper()
    quoted = plain.replace("'", "''")
    return f"'{quoted}'"


class Dialect(Protocol):
    """How one database writes what a plan needs. Arguments and results are SQL expressions."""

    name: str
    objects_nested_max: int | None
    """How deep objects may be nested before one is written apart."""

    def mark(self, number: int, kind: str) -> str:
        """The place of a bound value, counted from 1."""

    def value(self, kind: str, value: Any) -> Any:
        """A bound value as the driver takes it."""

    def among(self, column: str, mark: str) -> str:
        """Whether a column's value is in a bound list."""

    def object(self, pairs: Sequence[tuple[str, str]]) -> Json:
        """A JSON object; values that are not Json are written as JSON."""

    def stored(self, column: str) -> Json:
        """The JSON that a column holds."""

    def first(self, selects: Sequence[str]) -> Json:
        """The first row of the selects, in their order; JSON null if none yields one."""

    def either(self, condition: str, then: str) -> Json:
        """JSON if a condition holds, else null."""

    def gathered(self, column: str, order: str, condition: str) -> Json:
        """A JSON array of a column of JSON over a group's rows, in an order; [] without rows."""

    def mapping(self, key: str, value: str) -> Json:
        """A JSON object over a group's rows, one pair for each."""

    def instant(self, column: str) -> str:
        """An instant as text: UTC, milliseconds, Z."""

    def boolean(self, condition: str) -> Json:
        """A condition as JSON's true, false or null."""

    def hexed(self, parts: Sequence[str]) -> str:
        """The hexadecimal text of a JSON array of `parts`."""

    def days_between(self, since: str, until: str) -> str:
        """How many whole days lie between two instants, counting the last one in full."""

    def padded(self, number: str, digits: int) -> str:
        """A number as text with leading zeros, longer where it needs more digits."""

    def ids(self, mark: str) -> str:
        """A table of a bound list of noun and number pairs: columns noun, id, ordinal."""

    def texts(self, mark: str) -> str:
        """A table of a bound list of texts: columns start, ordinal."""

    def beside(self, rows: str, source: str, alias: str, where: str) -> str:
        """A FROM of `rows`, each joined to what it finds in a table by its index, always.

        Without it a planner with too few statistics reads the whole table for every few rows.
        """

    def numbers(self, column: str) -> str:
        """All of a column's numbers over a group's rows, as one value; for `unpacked`."""

    def unpacked(self, numbers: str) -> str:
        """A select of those numbers, as `id`."""

    def instant_of(self, text: str) -> str:
        """A text as `instant_text` writes it, to be compared with instants."""

    def weeks(self) -> tuple[str, str]:
        """The first instant of the week that w.start names, and the first after it."""

    def finds(self, terms: str, nouns: str, *, weighs_all: bool) -> Found:
        """The index's entries, as `e`, of any of `nouns` that contain any of `terms`.

        Both are texts separated by blanks. A score that weighs all reflects how rare a term is
        among all entries; otherwise it depends on the entry alone and reveals nothing of others.
        """


class SQLite:
    """Writes JSON as text: its parser's stack holds 100 symbols, and nested calls fill it.

    A page takes 15 symbols, and an object of many fields 3 more, so that three nested objects
    leave enough for what is around them and in them.
    """

    name = "sqlite"
    objects_nested_max: int | None = 3

    def mark(self, number: int, kind: str) -> str:
        return f"?{number}"

    def value(self, kind: str, value: Any) -> Any:
        if isinstance(value, datetime):
            return instant_text(value)
        if isinstance(value, date):
            return value.isoformat()
        return json.dumps(value) if isinstance(value, list) else value

    def among(self, column: str, mark: str) -> str:
        return f"{column} IN (SELECT value FROM json_each({mark}))"

    def object(self, pairs: Sequence[tuple[str, str]]) -> Json:
        if not pairs:
            return Json("'{}'")
        starts = ("," if index else "{" for index in range(len(pairs)))
        parts = [
            f"{literal(f'{start}{json.dumps(key)}:')} || {self._written(value)}"
            for start, (key, value) in zip(starts, pairs, strict=True)
        ]
        return Json(f"{_joined(parts)} || '}}'")

    def _written(self, value: str) -> str:
        return value if isinstance(value, Json) else f"json_quote({value})"

    def stored(self, column: str) -> Json:
        return Json(f"ifnull({column}, 'null')")

    def first(self, selects: Sequence[str]) -> Json:
        return Json(f"({' UNION ALL '.join(selects)} UNION ALL SELECT 'null' LIMIT 1)")

    def either(self, condition: str, then: str) -> Json:
        return Json(f"CASE WHEN {condition} THEN {then} ELSE 'null' END")

    def gathered(self, column: str, order: str, condition: str) -> Json:
        # Before SQLite 3.44 an aggregate takes no order: the rows come in that of the subselect.
        listed = f"group_concat({column}, ',') FILTER (WHERE {condition})"
        return Json(f"'[' || ifnull({listed}, '') || ']'")

    def mapping(self, key: str, value: str) -> Json:
        return Json(f"json_group_object({key}, {value})")

    def instant(self, column: str) -> str:
        return column

    def boolean(self, condition: str) -> Json:
        return Json(f"CASE {condition} WHEN 1 THEN 'true' WHEN 0 THEN 'false' ELSE 'null' END")

    def hexed(self, parts: Sequence[str]) -> str:
        return f"lower(hex(json_array({', '.join(parts)})))"

    def days_between(self, since: str, until: str) -> str:
        return f"CAST(round(julianday({until}) - julianday({since})) AS integer)"

    def padded(self, number: str, digits: int) -> str:
        return f"printf('%0{digits}d', {number})"

    def ids(self, mark: str) -> str:
        return (
            "(SELECT value ->> 0 AS noun, CAST(value ->> 1 AS INTEGER) AS id, key AS ordinal"
            f" FROM json_each({mark}))"
        )

    def texts(self, mark: str) -> str:
        return f"(SELECT value AS start, key AS ordinal FROM json_each({mark}))"

    def beside(self, rows: str, source: str, alias: str, where: str) -> str:
        return f"FROM {rows} CROSS JOIN {source}{where}"

    def numbers(self, column: str) -> str:
        return f"json_group_array({column})"

    def unpacked(self, numbers: str) -> str:
        return f"SELECT value AS id FROM json_each({numbers})"

    def instant_of(self, text: str) -> str:
        return text

    def weeks(self) -> tuple[str, str]:
        return "w.start", "strftime('%Y-%m-%dT%H:%M:%S.000Z', w.start, '+7 days')"

    def finds(self, terms: str, nouns: str, *, weighs_all: bool) -> Found:
        any_noun, any_term = (f"replace({each}, ' ', ' OR ')" for each in (nouns, terms))
        query = (
            f"CASE WHEN {terms} = '' OR {nouns} = '' THEN '\"\"'"
            f" ELSE 'noun : (' || {any_noun} || ') AND stems : (' || {any_term} || ')' END"
        )
        source = f"search_stems({query}) AS s JOIN search_entry AS e ON e.id = s.rowid"
        if weighs_all:
            return Found(source, "TRUE", "-s.rank")
        held = "instr(' ' || e.stems || ' ', ' ' || w.value || ' ') > 0"
        listed = f"json_each('[\"' || replace({terms}, ' ', '\",\"') || '\"]')"
        return Found(source, "TRUE", f"(SELECT avg({held}) FROM {listed} AS w)")


def _joined(parts: Sequence[str]) -> str:
    """Texts joined by `||`; in groups if many, as SQLite's expressions are at most 1,000 deep."""
    if len(parts) <= _JOINED_MAX:
        return " || ".join(parts)
    groups = [
        f"({' || '.join(parts[at : at + _JOINED_MAX])})" for at in range(0, len(parts), _JOINED_MAX)
    ]
    return " || ".join(groups)


class PostgreSQL:
    """Writes JSON with PostgreSQL's own functions; not jsonb, which would reorder keys."""

    name = "postgres"
    objects_nested_max: int | None = None
    casts: ClassVar[dict[str, str]] = {
        "int": "bigint",
        "ints": "bigint[]",
        "text": "text",
        "texts": "text[]",
        "instant": "timestamptz",
        "date": "date",
        "bool": "boolean",
        "float": "float8",
        "json": "jsonb",
    }

    def mark(self, number: int, kind: str) -> str:
        return f"${number}::{self.casts[kind]}"

    def value(self, kind: str, value: Any) -> Any:
        return json.dumps(value) if kind == "json" else value

    def among(self, column: str, mark: str) -> str:
        return f"{column} = ANY({mark})"

    def object(self, pairs: Sequence[tuple[str, str]]) -> Json:
        """Pairs over the limit of one call are written as text and joined."""
        head, tail = pairs[:OBJECT_PAIRS_MAX], pairs[OBJECT_PAIRS_MAX:]
        made = ", ".join(f"{literal(key)}, {value}" for key, value in head)
        first = f"json_build_object({made})"
        if not tail:
            return Json(first)
        rest = self.object(tail)
        return Json(f"(left({first}::text, -1) || ',' || substr(({rest})::text, 2))::json")

    def stored(self, column: str) -> Json:
        return Json(column)

    def first(self, selects: Sequence[str]) -> Json:
        several = " LIMIT 1" if len(selects) > 1 else ""
        return Json(f"({' UNION ALL '.join(selects)}{several})")

    def either(self, condition: str, then: str) -> Json:
        return Json(f"CASE WHEN {condition} THEN {then} END")

    def gathered(self, column: str, order: str, condition: str) -> Json:
        listed = f"json_agg({column} ORDER BY {order}) FILTER (WHERE {condition})"
        return Json(f"coalesce({listed}, '[]'::json)")

    def mapping(self, key: str, value: str) -> Json:
        return Json(f"coalesce(json_object_agg({key}, {value}), '{{}}'::json)")

    def instant(self, column: str) -> str:
        return f"""to_char({column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')"""

    def boolean(self, condition: str) -> Json:
        return Json(f"({condition})")

    def hexed(self, parts: Sequence[str]) -> str:
        return f"encode(convert_to(json_build_array({', '.join(parts)})::text, 'UTF8'), 'hex')"

    def days_between(self, since: str, until: str) -> str:
        return f"CAST(round(extract(epoch FROM {until} - {since}) / 86400) AS integer)"

    def padded(self, number: str, digits: int) -> str:
        return f"lpad(({number})::text, greatest({digits}, length(({number})::text)), '0')"

    def ids(self, mark: str) -> str:
        return (
            "(SELECT value ->> 0 AS noun, (value ->> 1)::bigint AS id, ordinal"
            f" FROM jsonb_array_elements({mark}) WITH ORDINALITY AS given(value, ordinal))"
        )

    def texts(self, mark: str) -> str:
        return (
            "(SELECT start, ordinal FROM jsonb_array_elements_text("
            f"{mark}) WITH ORDINALITY AS given(start, ordinal))"
        )

    def beside(self, rows: str, source: str, alias: str, where: str) -> str:
        found = f"SELECT {alias}.* FROM {source}{where} OFFSET 0"
        return f"FROM {rows} CROSS JOIN LATERAL ({found}) AS {alias}"

    def numbers(self, column: str) -> str:
        return f"array_agg({column})"

    def unpacked(self, numbers: str) -> str:
        return f"SELECT unnest({numbers}) AS id"

    def instant_of(self, text: str) -> str:
        return f"{text}::timestamptz"

    def weeks(self) -> tuple[str, str]:
        return "w.start::timestamptz", "(w.start::timestamptz + interval '168 hours')"

    def finds(self, terms: str, nouns: str, *, weighs_all: bool) -> Found:
        """The score depends only on the entry itself; 1 weighs long texts somewhat less."""
        query = f"replace({terms}, ' ', ' | ')::tsquery"
        condition = f"e.noun = ANY(string_to_array({nouns}, ' ')) AND e.document @@ {query}"
        return Found("search_entry AS e", condition, f"ts_rank(e.document, {query}, 1)")


SQLITE = SQLite()
POSTGRESQL = PostgreSQL()
