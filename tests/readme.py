"""What the README shows, made to run against a server of the test's own."""

from __future__ import annotations

import json
import shlex
from typing import Any

from tests.pages import ROOT, Block, blocks
from tests.wire.running import Server

README = ROOT / "README.md"
SHOWN_URL = "http://127.0.0.1:8000/graphql"
SHOWN_SOCKET_URL = "ws://127.0.0.1:8000/graphql"
COMMANDS = [block for block in blocks(README, "sh") if block.text.startswith("curl ")]


def sent(block: Block) -> dict[str, Any]:
    """The body that a curl command sends."""
    words = shlex.split(block.text)
    assert SHOWN_URL in words
    assert "Content-Type: application/json" in words
    body: dict[str, Any] = json.loads(words[words.index("-d") + 1])
    return body


def from_now(demo: Server, text: str) -> str:
    """The text with its subscription made to begin now, however late it is opened."""
    field = "complaintStatusChanged {"
    assert text.count(field) == 1
    head = demo.answer("{ eventHead }")["eventHead"]
    return text.replace(field, f'complaintStatusChanged(after: "{head}") {{')


def record(demo: Server) -> str:
    """Records a complaint as the README does; gives its reference."""
    (record,) = [given for given in map(sent, COMMANDS) if "recordComplaint" in given["query"]]
    made = demo.answer(record["query"], **record["variables"])
    reference: str = made["recordComplaint"]["complaint"]["reference"]
    return reference
