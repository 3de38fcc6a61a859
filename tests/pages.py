"""The project's pages in Markdown, and the blocks of code that they show."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGES = [
    *sorted(ROOT.glob("*.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
]
_BLOCK = re.compile(
    r"^```(\w+)( run)?\n(.*?)^```$(?:\n\n```json\n(.*?)^```$)?", re.MULTILINE | re.DOTALL
)


@dataclass(frozen=True)
class Block:
    """A block of code; `answers` is the block of JSON right behind one that is marked to run."""

    page: Path
    line: int
    language: str
    is_run: bool
    text: str
    answers: str | None

    def __str__(self) -> str:
        return f"{name(self.page)}:{self.line}"


def name(page: Path) -> str:
    """A page's path within the project."""
    return page.relative_to(ROOT).as_posix()


def read(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def blocks(page: Path, language: str) -> Iterator[Block]:
    """The page's blocks of one language, in their order."""
    text = read(page)
    for found in _BLOCK.finditer(text):
        if found[1] == language:
            line = text.count("\n", 0, found.start()) + 1
            yield Block(page, line, found[1], found[2] is not None, found[3], found[4])


def prose(page: Path) -> str:
    """The page without its blocks of code."""
    return re.sub(r"^```.*?^```$", "", read(page), flags=re.MULTILINE | re.DOTALL)


def table(text: str, heading: str) -> list[list[str]]:
    """The rows of the first table whose head begins so, cell by cell, without backticks."""
    lines = iter(text.splitlines())
    for line in lines:
        if line.startswith(f"| {heading} |"):
            break
    else:
        return []
    next(lines)
    rows = []
    for line in lines:
        if not line.startswith("|"):
            break
        rows.append([cell.strip().replace("`", "") for cell in line.strip("|").split("|")])
    return rows
