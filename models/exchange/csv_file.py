"""Reads a file of comma-separated values row by row, within bounds, and says where it is broken."""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import BinaryIO

from models import bounds
from models.exchange.cells import Entry, plain

_BOM = b"\xef\xbb\xbf"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True)
class Column:
    """A column of a kind's table: its name, whether a file must have it, and what stands in it."""

    name: str
    meaning: str
    is_required: bool = False


class FileBroken(Exception):
    """A file that can't be read on; the message is one line. `line` counts from 1."""

    def __init__(self, constraint: str, text: str, line: int, column: str | None = None) -> None:
        super().__init__(text)
        self.constraint = constraint
        self.line = line
        self.column = column


class CsvFile:
    """The rows of a file. Iterating reads it once; `bytes_read` says how far it is."""

    def __init__(self, source: BinaryIO, columns: Sequence[Column]) -> None:
        self.bytes_read = 0
        self._source = source
        self._columns = {column.name: column for column in columns}
        self._line = 0

    def __iter__(self) -> Iterator[Entry]:
        """The rows below the header; empty ones are left out. Raises FileBroken."""
        lines = self._lines()
        header = next(lines, None)
        if header is None:
            raise FileBroken(
                "header", "The file is empty; its first line must name the columns.", 1
            )
        delimiter = ";" if ";" in header and "," not in header else ","
        names = self._names(next(self._records(iter([header]), delimiter, 1))[1])
        rows = 0
        for line, cells in self._records(lines, delimiter):
            if not any(cells):
                continue
            rows += 1
            if rows > bounds.IMPORT_ROWS_MAX:
                text = f"A file may have at most {bounds.IMPORT_ROWS_MAX:,} rows; split it."
                raise FileBroken(f"rows_max={bounds.IMPORT_ROWS_MAX}", text, line)
            yield self._entry(line, names, cells)

    def _entry(self, line: int, names: list[str], cells: list[str]) -> Entry:
        entry = Entry(line, dict(zip(names, map(_clean, cells), strict=False)))
        if len(cells) != len(names):
            entry.is_even = False
            have, want = len(cells), len(names)
            entry.faults.invalid(
                (),
                "even",
                f"This row has {have} cells; the header has {want}.",
                f"Esta fila tiene {have} celdas; el encabezado tiene {want}.",
            )
        return entry

    def _records(
        self, lines: Iterator[str], delimiter: str, first: int | None = None
    ) -> Iterator[tuple[int, list[str]]]:
        """Each record and the line that it begins in; a quoted cell may hold several lines."""
        reader = csv.reader(lines, delimiter=delimiter, strict=True)
        while True:
            begins = first or self._line + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                raise FileBroken("csv", _reason(error), begins) from None
            if any(len(cell) > bounds.IMPORT_CELL_CHARACTERS_MAX for cell in cells):
                raise _too_long("cell", bounds.IMPORT_CELL_CHARACTERS_MAX, "characters", begins)
            yield begins, cells

    def _lines(self) -> Iterator[str]:
        while raw := self._source.readline(bounds.IMPORT_LINE_BYTES_MAX + 1):
            self._line += 1
            self.bytes_read += len(raw)
            if self._line == 1:
                if raw.startswith(_UTF_16):
                    raise FileBroken("encoding", "This is UTF-16; save the file as UTF-8.", 1)
                raw = raw.removeprefix(_BOM)
            refuse_beyond(self.bytes_read, self._line)
            if len(raw) > bounds.IMPORT_LINE_BYTES_MAX:
                raise _too_long("line", bounds.IMPORT_LINE_BYTES_MAX, "bytes", self._line)
            if b"\0" in raw:
                raise FileBroken("nul", "This line contains a NUL byte.", self._line)
            try:
                yield raw.decode()
            except UnicodeDecodeError as error:
                text = f"Byte {error.start + 1} is not UTF-8; save the file as UTF-8."
                raise FileBroken("encoding", text, self._line) from None

    def _names(self, cells: list[str]) -> list[str]:
        names = [_clean(cell).lower() for cell in cells]
        for place, name in enumerate(names, 1):
            if name not in self._columns:
                raise FileBroken("column", self._unknown(name, place), 1)
            if name in names[: place - 1]:
                raise FileBroken("column", f"The column {name} appears twice.", 1, name)
        for column in self._columns.values():
            if column.is_required and column.name not in names:
                raise FileBroken("column", f"The column {column.name} is missing.", 1, column.name)
        return names

    def _unknown(self, name: str, place: int) -> str:
        if not name:
            return f"Column {place} has no name."
        near = get_close_matches(name, self._columns, n=1)
        hint = (
            f"; did you mean {near[0]}?"
            if near
            else f"; the columns are {', '.join(self._columns)}."
        )
        return f"There is no column {name[:40]!r}{hint}"


def refuse_beyond(size_bytes: int, line: int = 1) -> None:
    """Raises FileBroken for a file of this size if it is beyond the bound."""
    if size_bytes > bounds.IMPORT_BYTES_MAX:
        text = f"A file may have at most {bounds.IMPORT_BYTES_MAX >> 20} MiB; split it."
        raise FileBroken(f"bytes_max={bounds.IMPORT_BYTES_MAX}", text, line)


def _too_long(what: str, at_most: int, unit: str, line: int) -> FileBroken:
    text = f"A {what} may have at most {at_most:,} {unit}; a quote may be missing."
    return FileBroken(f"{what}_{unit}_max={at_most}", text, line)


def _reason(error: csv.Error) -> str:
    if "unexpected end" in str(error) or "field limit" in str(error):
        return "A quoted cell that begins here is not closed."
    return f"This row can't be read as comma-separated values: {error}."


def _clean(cell: str) -> str:
    """The text of a cell, in the form in which texts are kept."""
    text = unicodedata.normalize("NFC", plain(cell)).replace("\r\n", "\n")
    return text.strip()
