"""The documentation says what the code does: lists, links, documents and printed parts."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from graphql import parse, validate

from api.__main__ import COMMANDS
from docs.print_tables import LIFECYCLES, fresh
from models.access import Role
from models.events import KINDS
from resolvers.engine.errors import ErrorCode
from resolvers.schema import GRAPH
from tests.pages import PAGES, ROOT, Block, blocks, name, prose, read, table

DOCS = ROOT / "docs"
CONTRACT = DOCS / "contract.md"
DOMAIN = sorted((DOCS / "domain").glob("*.md"))
DOCUMENTS = [block for page in PAGES for block in blocks(page, "graphql")]
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
PATH = re.compile(r"(?:api|bench|docs|models|resolvers|tests)/[\w./-]*")
TARGET = re.compile(r"^([a-z-]+):", re.MULTILINE)


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_link_leads_somewhere(page: Path) -> None:
    lost = [link for link in LINK.findall(prose(page)) if not _leads_somewhere(page, link)]
    assert lost == []


def _leads_somewhere(page: Path, link: str) -> bool:
    if link.startswith(("http://", "https://")):
        return True
    target, _, anchor = link.partition("#")
    file = (page.parent / target).resolve() if target else page
    return file.exists() and (not anchor or anchor in _anchors(file))


def _anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_file_that_a_page_names_is_there(page: Path) -> None:
    named = [text for text in re.findall(r"`([^`\n]+)`", prose(page)) if PATH.fullmatch(text)]
    assert [each for each in named if "NN" not in each and not (ROOT / each).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_make_target_that_a_page_names_is_there(page: Path) -> None:
    targets = set(TARGET.findall(read(ROOT / "Makefile")))
    assert set(re.findall(r"(?:`|^)make ([a-z-]+)", read(page), re.MULTILINE)) <= targets


@pytest.mark.parametrize("block", DOCUMENTS, ids=str)
def test_every_document_fits_the_schema(block: Block) -> None:
    assert validate(GRAPH, parse(block.text)) == []


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_what_is_printed_into_a_page_is_fresh(page: Path) -> None:
    assert read(page) == fresh(read(page)), "run `make docs`"


def test_every_lifecycle_is_printed() -> None:
    printed = re.findall(r"<!-- lifecycle: (\w+) -->", "".join(map(read, DOMAIN)))
    assert sorted(printed) == sorted(LIFECYCLES)


def test_every_kind_of_event_is_listed_with_its_meaning() -> None:
    listed = table(read(DOCS / "events.md"), "kind")
    assert listed == [[name, KINDS[name].says] for name in sorted(KINDS)]


def test_every_command_is_listed_with_its_meaning() -> None:
    listed = table(read(DOCS / "operating" / "command-line.md"), "command")
    assert listed == [list(item) for item in COMMANDS.items()]


def test_every_rule_is_listed_once() -> None:
    pages = [*DOMAIN, DOCS / "operating" / "import-export.md"]
    listed = [row[0] for page in pages for row in table(read(page), "rule")]
    assert sorted(listed) == sorted(_rules())


def _rules() -> set[str]:
    """The names of rules that the business may answer with."""
    found: set[str] = set()
    for call in _calls("models", "RuleViolated"):
        rule = call.args[0]
        if isinstance(rule, ast.Constant):
            found.add(str(rule.value))
        else:
            # The one rule whose name holds a role; only this role is ever asked for.
            assert ast.unparse(rule) == "f'staff_has_role_{role.value.lower()}'"
            found.add(f"staff_has_role_{Role.RELATIONSHIP_MANAGER.value.lower()}")
    return found


def test_every_code_of_a_mutation_s_error_is_listed() -> None:
    (listed,) = _sections(CONTRACT, "## Mutations")
    assert [row[0] for row in table(listed, "code")] == [code.name for code in ErrorCode]


def test_every_code_of_a_request_s_error_is_listed() -> None:
    (listed,) = _sections(CONTRACT, "## Errors of a request")
    assert {row[0] for row in table(listed, "code")} == _codes()


def _codes() -> set[str]:
    """The codes that the edge and the graph write at the top of an answer."""
    makers = {"error": 0, "of_graphql": 0, "error_body": 1, "BadParameters": 1}
    found = {"BAD_REQUEST"}
    for folder in ("api", "resolvers"):
        for maker, place in makers.items():
            for call in _calls(folder, maker):
                found |= {
                    str(each.value)
                    for each in call.args[place : place + 1]
                    if isinstance(call.func, ast.Name) and isinstance(each, ast.Constant)
                }
    return found


def test_every_close_code_is_listed() -> None:
    listed = {int(row[0]) for row in table(read(CONTRACT), "close code")}
    calls = [*_calls("api", "Close"), *_calls("api", "close")]
    sent = {
        each.value
        for call in calls
        for each in call.args[:1]
        if isinstance(each, ast.Constant) and isinstance(each.value, int)
    }
    assert listed == sent - {1008}, "1008 is sent before a socket opens, as HTTP's 403"


def _sections(page: Path, heading: str) -> list[str]:
    """What stands under a heading, down to the next of its level."""
    return re.findall(
        rf"^{re.escape(heading)}\n(.*?)(?=^## |\Z)", read(page), re.MULTILINE | re.DOTALL
    )


def _calls(folder: str, function: str) -> Iterator[ast.Call]:
    """Every call of a function or method of this name in a room's code."""
    for file in sorted((ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(read(file))):
            if isinstance(node, ast.Call):
                called = getattr(node.func, "id", getattr(node.func, "attr", None))
                if called == function:
                    yield node
