"""Takes a file in: every fault is found, then all of it is stored, or nothing is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, BinaryIO

from tortoise.exceptions import IntegrityError

from models import bounds, events
from models.base import Act, ExternallyKeyed
from models.errors import DomainError, NotFound
from models.exchange import storing
from models.exchange.cells import Entry
from models.exchange.csv_file import CsvFile, FileBroken
from models.exchange.report import Action, Change, Fault, Report
from models.exchange.sheet import Sheet, row_number, rows_of
from models.transaction import transact


class _Faulty(Exception):
    """Takes the transaction back; the report says why."""

    def __init__(self, report: Report) -> None:
        super().__init__(report.faults_found)
        self.report = report


async def import_file(
    kind: type[Sheet[Any]],
    act: Act,
    source: BinaryIO,
    *,
    is_dry_run: bool,
    heard: Callable[[int], None] = lambda bytes_read: None,
) -> Report:
    """Imports a file of a kind's rows; answers what changed, or would, and every fault.

    A row whose key or id is known changes that row where a cell differs, with the events of the
    verbs that would do it; another key creates a row. A dry run stores nothing and locks nothing.
    `heard` hears how many bytes of the file were read; a lost race has it read once more.
    """

    async def attempt() -> Report:
        source.seek(0)
        run = _Run(kind(act, is_dry_run=is_dry_run), CsvFile(source, kind.columns), heard)
        await run.whole()
        return run.report

    if is_dry_run:
        return await attempt()
    try:
        report = await transact(act, attempt)
    except _Faulty as faulty:
        return faulty.report
    except IntegrityError:
        report = Report(kind.name, is_dry_run)
        text = "Other changes to the same rows kept interfering; nothing was changed. Try again."
        report.found(Fault(1, None, "CONFLICT", None, text))
        return report
    report.is_applied = True
    for wake in events.on_commit:
        wake()
    return report


class _Run:
    """One import under way."""

    def __init__(self, sheet: Sheet[Any], file: CsvFile, heard: Callable[[int], None]) -> None:
        self.report = Report(sheet.name, sheet.is_dry_run)
        self._sheet, self._file, self._heard = sheet, file, heard
        self._key_lines: dict[str, int] = {}
        self._row_lines: dict[int, int] = {}

    async def whole(self) -> None:
        """Goes through the file. Raises _Faulty where it is no dry run and there are faults."""
        if not self._sheet.is_dry_run:
            await storing.hold_imports(self._sheet.model)
        await self._sheet.begin()
        try:
            await self._read()
            for entry in await self._sheet.finish():
                self.report.refused(entry)
        except FileBroken as error:
            self.report.broken(error)
        self.report.faults.sort(key=lambda fault: fault.line)
        if self._sheet.is_dry_run:
            return
        if self.report.faults_found:
            raise _Faulty(self.report)
        await storing.append_all(self._sheet.act)

    async def _read(self) -> None:
        for entries in _parts(self._file):
            for entry in entries:
                if not entry.is_even:
                    self.report.refused(entry)
            await self._process([entry for entry in entries if entry.is_even])
            self._heard(self._file.bytes_read)

    async def _process(self, entries: Sequence[Entry]) -> None:
        for entry in entries:
            self._name(entry)
        known = await self._known(entries)
        await self._sheet.look_up(entries, list(known.values()))
        new = sum(entry.line not in known for entry in entries)
        is_stored = not self._sheet.is_dry_run and not self.report.faults_found
        keys = iter(await storing.numbers(self._sheet.model, new) if is_stored else [0] * new)
        made: list[ExternallyKeyed] = []
        changed: list[ExternallyKeyed] = []
        for entry in entries:
            row = known.get(entry.line)
            if row is None:
                made.extend(self._made(entry, next(keys)))
            elif self._is_changed(entry, row):
                changed.append(row)
        if self._sheet.is_dry_run or self.report.faults_found:
            self._sheet.act.facts.clear()
            return
        await self._sheet.before_writing()
        await storing.update_all(changed)
        await storing.insert_all(made)

    def _name(self, entry: Entry) -> None:
        """Reads what names the row."""
        noun, faults = self._sheet.model.noun, entry.faults
        written, named = entry.text("external_key"), entry.text("id")
        if written:
            entry.key = faults.text("external_key", written, bounds.EXTERNAL_KEY_CHARACTERS_MAX)
            if row_number(noun, entry.key) is not None:
                faults.invalid(
                    "external_key",
                    "no id",
                    "This looks like an id, so it can't be a key.",
                    "Esto parece un identificador y no puede ser una clave.",
                )
            line = self._key_lines.setdefault(entry.key, entry.line)
            if line != entry.line:
                _repeated(entry, "external_key", line)
        if named:
            entry.row_id = row_number(noun, named)
            if entry.row_id is None:
                faults.add(NotFound(("id",)))
        elif not written:
            faults.invalid(
                "external_key", "required", "This can't be empty.", "No puede estar vacío."
            )

    async def _known(self, entries: Sequence[Entry]) -> dict[int, ExternallyKeyed]:
        """The rows that are there, by the line of their entry."""
        model, is_locked = self._sheet.model, not self._sheet.is_dry_run
        numbers = [entry.row_id for entry in entries if entry.row_id is not None]
        by_id = {row.id: row for row in await rows_of(model, "id", numbers, is_locked=is_locked)}
        keys = [entry.key for entry in entries if entry.key]
        of_keys = await rows_of(model, "external_key", keys, is_locked=is_locked)
        by_key = {row.external_key: by_id.setdefault(row.id, row) for row in of_keys}
        known = {}
        for entry in entries:
            row = by_key.get(entry.key) if entry.row_id is None else by_id.get(entry.row_id)
            if row is None:
                if entry.row_id is not None:
                    entry.faults.add(NotFound(("id",)))
                continue
            if by_key.get(entry.key, row) is not row:
                entry.faults.invalid(
                    "external_key",
                    "unique",
                    "Another row has this key.",
                    "Otra fila tiene esta clave.",
                )
            line = self._row_lines.setdefault(row.id, entry.line)
            if line != entry.line and not entry.faults.found:
                _repeated(entry, "id", line)
            known[entry.line] = row
        return known

    def _made(self, entry: Entry, row_id: int) -> Iterator[ExternallyKeyed]:
        """A new row, its events noted, where the entry names no old one and has no fault."""
        row: ExternallyKeyed | None = self._sheet.make(entry) if not entry.text("id") else None
        if row is None or entry.faults.found:
            self.report.refused(entry)
            return
        row.id, row.external_key = row_id, entry.key
        self._sheet.tell_made(row, entry)
        self._report("created", entry, {}, row)
        yield row

    def _is_changed(self, entry: Entry, row: ExternallyKeyed) -> bool:
        """Whether an entry changes its row; its faults are told."""
        before, facts = self._sheet.cells(row), len(self._sheet.act.facts)
        self._sheet.change(row, entry)
        self._set_external_key(entry, row)
        if entry.faults.found:
            self.report.refused(entry)
            return False
        if len(self._sheet.act.facts) == facts:
            self.report.unchanged += 1
            return False
        self._report("updated", entry, before, row)
        return True

    def _set_external_key(self, entry: Entry, row: ExternallyKeyed) -> None:
        if not entry.key or entry.key == row.external_key:
            return
        try:
            self._sheet.set_external_key(row, entry.key)
        except DomainError as fault:
            entry.faults.add(fault)

    def _report(
        self, action: Action, entry: Entry, before: dict[str, str], row: ExternallyKeyed
    ) -> None:
        report = self.report
        if len(report.changes) >= bounds.IMPORT_CHANGES_TOLD_MAX:
            report.counted(action)
            return
        cells = [
            (column, before.get(column, ""), after)
            for column, after in self._sheet.cells(row).items()
            if before.get(column, "") != after and column in entry.cells
        ]
        key = row.external_key or f"{row.noun}_{row.id}"
        report.changed(Change(entry.line, action, key, cells))


def _parts(table: Iterable[Entry]) -> Iterator[list[Entry]]:
    """The entries, some at a time; those before a broken place come before its fault is raised."""
    part: list[Entry] = []
    try:
        for entry in table:
            part.append(entry)
            if len(part) == bounds.IMPORT_ROWS_AT_ONCE:
                yield part
                part = []
    except FileBroken:
        if part:
            yield part
        raise
    if part:
        yield part


def _repeated(entry: Entry, column: str, line: int) -> None:
    entry.faults.invalid(
        column, "unique", f"Line {line} names the same row.", f"La línea {line} es la misma fila."
    )
