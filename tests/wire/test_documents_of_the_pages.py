"""What the pages show to be run does what they say, on the demo data."""

from __future__ import annotations

import asyncio
import json
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.demonstration import serving_demo_data
from tests.pages import PAGES, ROOT, Block, blocks
from tests.wire import test_node_clients
from tests.wire.running import Server
from tests.wire.test_node_clients import lines, script

README = ROOT / "README.md"
SHOWN_URL = "http://127.0.0.1:8000/graphql"
SHOWN_SOCKET_URL = "ws://127.0.0.1:8000/graphql"
EVENT_STREAM = "text/event-stream"
RUN = [block for page in PAGES for block in blocks(page, "graphql") if block.is_run]
COMMANDS = [block for block in blocks(README, "sh") if block.text.startswith("curl ")]
STREAMED = [block for block in COMMANDS if EVENT_STREAM in block.text]

node_folder = test_node_clients.node_folder


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving_demo_data(tmp_path_factory.mktemp("pages")) as server:
        yield server


@pytest.mark.parametrize("block", RUN, ids=str)
def test_a_document_answers_as_its_page_says(demo: Server, block: Block) -> None:
    data = demo.answer(block.text)
    if block.answers is not None:
        assert data == json.loads(block.answers)
        return
    assert all(found is not None and found != {"nodes": []} for found in data.values())
    assert all(found.get("errors", []) == [] for found in data.values() if isinstance(found, dict))


@pytest.mark.parametrize("block", [each for each in COMMANDS if each not in STREAMED], ids=str)
def test_a_command_of_the_readme_does_what_it_shows(demo: Server, block: Block) -> None:
    given = _sent(block)
    (found,) = demo.answer(given["query"], **given.get("variables", {})).values()
    assert found.get("nodes") or found.get("errors") == []


def test_the_stream_of_the_readme_follows_complaints(demo: Server) -> None:
    (block,) = STREAMED
    body = {"query": _from_now(demo, _sent(block)["query"])}
    accept = {"accept": EVENT_STREAM}
    with demo.client.stream("POST", demo.url, json=body, headers=accept) as stream:
        reference = _record(demo)
        told = next(line for line in stream.iter_lines() if line.startswith("data: "))
    change = json.loads(told.removeprefix("data: "))["data"]["complaintStatusChanged"]
    assert (change["to"], change["complaint"]["reference"]) == ("RECEIVED", reference)


async def test_the_script_of_the_readme_follows_complaints(demo: Server, node_folder: Path) -> None:
    (block,) = blocks(README, "js")
    assert SHOWN_SOCKET_URL in block.text
    shown = block.text.replace(SHOWN_SOCKET_URL, demo.socket_url)
    (node_folder / "follow.mjs").write_text(_from_now(demo, shown), encoding="utf-8")
    async with script(node_folder, "follow.mjs") as node:
        reference = await asyncio.to_thread(_record, demo)
        (change,) = await lines(node, 1)
    assert (change["to"], change["complaint"]["reference"]) == ("RECEIVED", reference)


def _sent(block: Block) -> dict[str, Any]:
    """The body that a curl command sends."""
    words = shlex.split(block.text)
    assert SHOWN_URL in words
    assert "Content-Type: application/json" in words
    body: dict[str, Any] = json.loads(words[words.index("-d") + 1])
    return body


def _from_now(demo: Server, text: str) -> str:
    """The text with its subscription made to begin now, however late it is opened."""
    field = "complaintStatusChanged {"
    assert text.count(field) == 1
    head = demo.answer("{ eventHead }")["eventHead"]
    return text.replace(field, f'complaintStatusChanged(after: "{head}") {{')


def _record(demo: Server) -> str:
    """Records a complaint as the README does; gives its reference."""
    (record,) = [given for given in map(_sent, COMMANDS) if "recordComplaint" in given["query"]]
    made = demo.answer(record["query"], **record["variables"])
    reference: str = made["recordComplaint"]["complaint"]["reference"]
    return reference
