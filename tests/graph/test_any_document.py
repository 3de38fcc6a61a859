"""Documents of every shape run on both databases, and both answer alike."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from models import database, events
from tests.conftest import NewDatabase
from tests.graph import conforming
from tests.graph.asking import Graph
from tests.graph.documents import Documents
from tests.graph.world import World, populated

DEPTH = 12
DOCUMENTS = 2_000 if os.environ.get("RAPPORT_TEST_SOAK") else 200
COST_MAX = 10_000_000
TOKENS_MAX = 10_000


def _plain(answer: str, token: str) -> str:
    """The answer without the log's name, and without the blanks that PostgreSQL puts in cursors."""
    return answer.replace(token, "log").replace(b", ".hex(), b",".hex())


def _numbers(value: Any) -> Any:
    """The value with numbers as JSON means them: 4 and 4.0 are one."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {name: _numbers(each) for name, each in value.items()}
    return [_numbers(each) for each in value] if isinstance(value, list) else value


async def _answers(url: str) -> dict[str, str]:
    """The answers to all the documents, by document, with the log's name left out."""
    await database.connect(url)
    try:
        graph = Graph()
        graph.under(cost_max=COST_MAX, tokens_max=TOKENS_MAX)
        ids = await populated(World(graph))
        token = await events.log_token()
        documents = Documents(DOCUMENTS, ids, DEPTH)
        found = {}
        for number in range(DOCUMENTS):
            documents.depth = DEPTH if number % 2 else 1 + number % DEPTH
            document = documents.query()
            body = await graph(document)
            assert "errors" not in body, (document, body)
            found[document] = _plain(json.dumps(_numbers(body["data"])), token)
        return found
    finally:
        await database.disconnect()


async def test_documents_of_any_shape_and_depth_have_one_answer_on_both_databases(
    new_sqlite: NewDatabase, new_postgres: Callable[[], str], tmp_path: Path
) -> None:
    ours = await _answers(new_sqlite(tmp_path))
    theirs = await _answers(new_postgres())
    assert list(ours) == list(theirs)
    for document, answer in ours.items():
        assert answer == theirs[document], document
        conforming.check(document, json.loads(answer))
