"""What the pages show to be run does what they say, on the demo data."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.demonstration import serving_demo_data
from tests.pages import PAGES, Block, blocks
from tests.readme import COMMANDS, from_now, record, sent
from tests.wire.running import Server

EVENT_STREAM = "text/event-stream"
RUN = [block for page in PAGES for block in blocks(page, "graphql") if block.is_run]
STREAMED = [block for block in COMMANDS if EVENT_STREAM in block.text]


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
    given = sent(block)
    (found,) = demo.answer(given["query"], **given.get("variables", {})).values()
    assert found.get("nodes") or found.get("errors") == []


def test_the_stream_of_the_readme_follows_complaints(demo: Server) -> None:
    (block,) = STREAMED
    body = {"query": from_now(demo, sent(block)["query"])}
    accept = {"accept": EVENT_STREAM}
    with demo.client.stream("POST", demo.url, json=body, headers=accept) as stream:
        reference = record(demo)
        told = next(line for line in stream.iter_lines() if line.startswith("data: "))
    change = json.loads(told.removeprefix("data: "))["data"]["complaintStatusChanged"]
    assert (change["to"], change["complaint"]["reference"]) == ("RECEIVED", reference)
