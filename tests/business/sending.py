"""Sends mails to a mail server of the test's own, at a time that the test moves."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from api.mailer import Mailer, transport_of
from api.settings import Settings
from models.mail import Mail
from tests.business.mail_server import MailServer, mail_server
from tests.graph.asking import Graph
from tests.graph.surveys import Surveys

LINK_BASE = "https://brm.example/asked"
FROM = "BRM team <brm@provider.example>"


@pytest.fixture
async def mails() -> AsyncIterator[MailServer]:
    async with mail_server() as running:
        yield running


class Sending:
    """A survey, and the mailers of the processes that send its mails, at the graph's time."""

    def __init__(self, surveys: Surveys, server: MailServer, folder: Path) -> None:
        self.surveys = surveys
        self.graph: Graph = surveys.graph
        self.server = server
        self.folder = folder
        self.mailer = self.process()

    def process(self, **settings: Any) -> Mailer:
        """A mailer as a process has it, such as one that has just been started."""
        wanted = {"smtp_url": self.server.url, "mail_from": FROM, "public_url": LINK_BASE}
        chosen = Settings(data_dir=self.folder, **{**wanted, **settings})
        return Mailer(chosen, lambda: self.graph.now, transport_of(chosen))

    async def asked(self, *people: dict[str, Any], **survey: Any) -> str:
        """A survey that these people of one customer were asked to answer."""
        customer = await self.surveys.world.customer()
        for each in people or ({},):
            await self.surveys.world.contact(customer, **each)
        made = await self.surveys.opened(**survey)
        await self.surveys.asked(made, customerIds=[customer])
        return made

    async def wait(self, length: timedelta) -> float:
        """Lets time pass, and the mailer do what is due then."""
        self.graph.now += length
        return await self.mailer.deliver()

    async def states(self) -> list[tuple[str, int, str | None]]:
        rows = await Mail.all().order_by("id")
        return [(row.status.value, row.attempts, row.failure) for row in rows]

    async def given_up(self) -> list[dict[str, Any]]:
        """What the log says of mails that were given up."""
        fields = "kind subject { __typename } changes { field after }"
        data = await self.graph.read(f"{{ events(first: 50) {{ nodes {{ {fields} }} }} }}")
        nodes = data["events"]["nodes"]
        return [node for node in nodes if node["kind"] == "survey.mail_given_up"]


@pytest.fixture
def sending(surveys: Surveys, mails: MailServer, tmp_path: Path) -> Sending:
    return Sending(surveys, mails, tmp_path)


def part(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    assert body is not None
    text: str = body.get_content()
    return text.replace("\r\n", "\n")
