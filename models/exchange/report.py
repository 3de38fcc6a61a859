"""What an import changed, or would change, and what stands against it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from models import bounds
from models.errors import DomainError, InvalidInput, RuleViolated
from models.exchange.cells import Entry
from models.exchange.csv_file import FileBroken

Action = Literal["created", "updated"]


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault. `constraint` names the bound, form or rule; not every fault has a column."""

    line: int
    column: str | None
    code: str
    constraint: str | None
    message: str


@dataclass(frozen=True, slots=True)
class Change:
    """A row that is created or updated: each cell that differs, as (column, before, after)."""

    line: int
    action: Action
    key: str
    cells: list[tuple[str, str, str]]


@dataclass
class Report:
    """The outcome for one file. `faults` and `changes` are the first of those that were found."""

    kind: str
    is_dry_run: bool
    is_applied: bool = False
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    faults_found: int = 0
    changes: list[Change] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def found(self, fault: Fault) -> None:
        self.faults_found += 1
        if len(self.faults) < bounds.IMPORT_FAULTS_TOLD_MAX:
            self.faults.append(fault)

    def refused(self, entry: Entry) -> None:
        """Takes a row's faults."""
        for fault in entry.faults.found:
            column = fault.path[0].removesuffix("_id") if fault.path else None
            self.found(Fault(entry.line, column, fault.code, _constraint(fault), str(fault)))

    def broken(self, error: FileBroken) -> None:
        """Takes the fault that ended the reading."""
        self.found(Fault(error.line, error.column, "FILE_BROKEN", error.constraint, str(error)))

    def changed(self, change: Change) -> None:
        """Takes a change that is told; `counted` takes one that isn't."""
        self.counted(change.action)
        self.changes.append(change)

    def counted(self, action: Action) -> None:
        if action == "created":
            self.created += 1
        else:
            self.updated += 1

    def told(self) -> dict[str, Any]:
        """The report for programs."""
        return {
            "kind": self.kind,
            "dryRun": self.is_dry_run,
            "applied": self.is_applied,
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "faultsFound": self.faults_found,
            "faults": [asdict(fault) for fault in self.faults],
            "changes": [
                {
                    "line": change.line,
                    "action": change.action,
                    "key": change.key,
                    "cells": [
                        {"column": column, "before": before, "after": after}
                        for column, before, after in change.cells
                    ],
                }
                for change in self.changes
            ],
        }


def _constraint(fault: DomainError) -> str | None:
    if isinstance(fault, InvalidInput):
        return fault.constraint
    return fault.rule if isinstance(fault, RuleViolated) else None
