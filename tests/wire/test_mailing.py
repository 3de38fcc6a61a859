"""A real server that sends a real mail, whose link opens the survey."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

from tests.business.mail_server import mail_server
from tests.conftest import NewDatabase
from tests.wire.asked import ask
from tests.wire.running import serving

WAIT_SECONDS_MAX = 30


async def test_the_link_in_a_mail_opens_the_survey(new_sqlite: NewDatabase, tmp_path: Path) -> None:
    async with mail_server() as mails:
        settings = {"smtp_url": mails.url, "mail_from": "brm@provider.example"}
        with serving(new_sqlite(tmp_path), tmp_path, **settings) as server:
            asked = await asyncio.to_thread(ask, server, locale="es")
            async with asyncio.timeout(WAIT_SECONDS_MAX):
                await mails.has_taken.wait()
            (message,) = mails.taken
            body = message.get_body(("plain",))
            assert body is not None
            (link,) = re.findall(r"http\S+", body.get_content())
            assert link == asked.url
            page = await asyncio.to_thread(server.client.get, link)
    assert page.status_code == 200
    assert "<h1>How are we doing?</h1>" in page.text
    assert mails.to[0].endswith("@ana.example")
    assert asked.token not in (tmp_path / server.log.name).read_text()
