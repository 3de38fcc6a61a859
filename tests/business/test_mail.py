"""Mail to contacts: what goes out by SMTP or into the outbox, once, whatever the server does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest

from api.mailer import PAUSE, Mailer, post_of
from api.post import SmtpPost
from api.settings import Settings
from models import invitation, mail
from models.invitation import SurveyInvitation
from models.mail import Mail
from models.rules.retrying import GIVEN_UP_AFTER, WAITS
from tests.business.mail_server import (
    STALL,
    VANISH,
    VANISH_AFTER_TAKING,
    MailServer,
    mail_server,
)
from tests.graph.asking import Graph
from tests.graph.surveys import Surveys

STALLED_TIMEOUT_SECONDS = 0.2
WAIT_SECONDS_MAX = 30
LINK_BASE = "https://brm.example/asked"
FROM = "BRM team <brm@provider.example>"


@pytest.fixture
async def server() -> AsyncIterator[MailServer]:
    async with mail_server() as running:
        yield running


class Sending:
    """A survey, and the mailers of the processes that send its letters, at the graph's time."""

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
        return Mailer(chosen, lambda: self.graph.now, post_of(chosen))

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
def sending(surveys: Surveys, server: MailServer, tmp_path: Path) -> Sending:
    return Sending(surveys, server, tmp_path)


def part(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    assert body is not None
    text: str = body.get_content()
    return text.replace("\r\n", "\n")


async def test_an_invitation_goes_out_in_the_contact_s_language_with_its_link(
    sending: Sending,
) -> None:
    await sending.asked(
        {"name": "Begoña <b>Ñ</b>", "email": "bego@acme.example", "locale": "es-ES"},
        title="Nóminas & más",
        purpose="Two\nlines",
    )
    await sending.mailer.deliver()
    (message,) = sending.server.taken
    (row,) = await SurveyInvitation.all()
    link = f"{LINK_BASE}/survey/{row.token}"
    assert message["From"] == FROM
    assert message["To"].addresses[0].addr_spec == "bego@acme.example"
    assert message["To"].addresses[0].display_name == "Begoña <b>Ñ</b>"
    assert message["Subject"] == "¿Qué opina? Nóminas & más"
    assert message["Content-Language"] == "es"
    assert message["Auto-Submitted"] == "auto-generated"
    assert f"Responder ahora: {link}" in part(message, "plain")
    assert "Hola, Begoña <b>Ñ</b>:" in part(message, "plain")
    assert "Two\nlines" in part(message, "plain")
    page = part(message, "html")
    assert page.count(f'href="{link}"') == 2
    assert "Begoña &lt;b&gt;Ñ&lt;/b&gt;" in page
    assert "Nóminas &amp; más" in page
    assert await sending.states() == [("SENT", 1, None)]


async def test_a_reminder_is_a_letter_of_its_own_with_the_same_link(sending: Sending) -> None:
    survey = await sending.asked()
    await sending.mailer.deliver()
    sending.graph.later(days=4)
    await sending.graph.do("remindSurvey", surveyId=survey)
    await sending.mailer.deliver()
    first, second = sending.server.taken
    assert second["Subject"] == "A reminder: How are we?"
    assert first["Message-ID"] != second["Message-ID"]
    (row,) = await SurveyInvitation.all()
    assert all(row.token in part(each, "plain") for each in (first, second))


async def test_every_letter_goes_out_once_however_often_and_wherever_it_is_looked_for(
    sending: Sending,
) -> None:
    await sending.asked(*({} for _ in range(12)))
    processes = [sending.process() for _ in range(3)]
    await asyncio.gather(*(process.deliver() for process in processes))
    await asyncio.gather(*(process.deliver() for process in processes))
    ids = [message["Message-ID"] for message in sending.server.taken]
    assert len(ids) == len(set(ids)) == 12
    assert await sending.states() == [("SENT", 1, None)] * 12


async def test_a_connection_serves_all_letters_that_are_due(sending: Sending) -> None:
    await sending.asked({}, {}, {})
    await sending.mailer.deliver()
    assert (len(sending.server.taken), sending.server.sessions) == (3, 1)


async def test_without_a_server_mails_lie_in_the_outbox_for_the_owner_alone(
    sending: Sending,
) -> None:
    await sending.asked({"email": "ana@acme.example"}, {})
    await sending.process(smtp_url="").deliver()
    outbox = sending.folder / "outbox"
    assert outbox.stat().st_mode & 0o777 == 0o700
    files = sorted(outbox.iterdir())
    assert [file.suffix for file in files] == [".eml", ".eml"]
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
    message = message_from_bytes(files[0].read_bytes(), policy=default)
    assert message["To"].addresses[0].addr_spec == "ana@acme.example"
    assert message["Message-ID"] == f"<{files[0].stem}@provider.example>"
    assert await sending.states() == [("SENT", 1, None)] * 2


async def test_an_outbox_that_can_t_be_written_loses_nothing(sending: Sending) -> None:
    await sending.asked({}, {})
    (sending.folder / "outbox").write_text("no folder")
    mailer = sending.process(smtp_url="")
    await mailer.deliver()
    assert await sending.states() == [
        ("WAITING", 1, "the outbox can't be written: File exists"),
        ("WAITING", 0, None),
    ]
    (sending.folder / "outbox").unlink()
    sending.graph.now += WAITS[0]
    await mailer.deliver()
    assert [state for state, _, _ in await sending.states()] == ["SENT", "SENT"]


async def test_an_address_that_the_server_refuses_for_good_is_given_up_and_told(
    sending: Sending,
) -> None:
    await sending.asked({"email": "gone@acme.example"}, {"email": "here@acme.example"})
    sending.server.does["RCPT gone@acme.example"] = "550 5.1.1 gone@acme.example is unknown"
    await sending.mailer.deliver()
    failure = "the server refused the address (550)"
    assert await sending.states() == [("GIVEN_UP", 1, failure), ("SENT", 1, None)]
    assert await sending.given_up() == [
        {
            "kind": "survey.mail_given_up",
            "subject": {"__typename": "SurveyInvitation"},
            "changes": [{"field": "failure", "after": failure}],
        }
    ]
    await sending.wait(GIVEN_UP_AFTER)
    assert len(sending.server.taken) == 1


async def test_a_mail_that_the_server_refuses_for_good_is_given_up(sending: Sending) -> None:
    await sending.asked()
    sending.server.does["TAKE"] = "554 no"
    await sending.mailer.deliver()
    assert await sending.states() == [("GIVEN_UP", 1, "the server refused the mail (554)")]


async def test_a_mail_that_the_server_refuses_for_now_waits_longer_each_time(
    sending: Sending,
) -> None:
    await sending.asked({"email": "grey@acme.example"}, {})
    sending.server.does["RCPT grey@acme.example"] = "450 later"
    assert await sending.mailer.deliver() == 30.0
    grey = ("WAITING", 1, "the server refused the address (450)")
    assert await sending.states() == [grey, ("SENT", 1, None)]
    for attempts, wait in enumerate(WAITS, start=1):
        await sending.wait(wait - timedelta(seconds=1))
        assert (await sending.states())[0][1] == attempts
        assert await sending.mailer.deliver() == 1.0
        await sending.wait(timedelta(seconds=1))
        assert (await sending.states())[0][1] == attempts + 1
    sending.server.does.clear()
    await sending.wait(WAITS[-1])
    assert len(sending.server.taken) == 2
    assert (await sending.states())[0] == ("SENT", len(WAITS) + 2, None)


async def test_a_mail_that_is_never_taken_is_given_up_after_72_hours(sending: Sending) -> None:
    await sending.asked()
    sending.server.does["RCPT"] = "451 no"
    await sending.mailer.deliver()
    hours = 0
    while (await sending.states())[0][0] == "WAITING":
        await sending.wait(timedelta(hours=1))
        hours += 1
    assert 68 <= hours <= 72
    assert len(await sending.given_up()) == 1
    assert sending.server.taken == []


@pytest.mark.parametrize(
    ("step", "does", "failure"),
    [
        ("CONNECT", VANISH, "the server can't be reached, or left"),
        ("CONNECT", STALL, "the server did not answer in time"),
        ("CONNECT", "554 no", "the server refused us (554)"),
        ("EHLO", VANISH, "the server can't be reached, or left"),
        ("MAIL", STALL, "the server did not answer in time"),
        ("MAIL", "550 not you", "the server refused us (550)"),
        ("RCPT", VANISH, "the server can't be reached, or left"),
        ("RCPT", "421 closing", "the server refused the address (421)"),
        ("DATA", VANISH, "the server can't be reached, or left"),
        ("TAKE", VANISH, "the server can't be reached, or left"),
        ("TAKE", STALL, "the server did not answer in time"),
    ],
)
async def test_a_server_that_fails_is_left_alone_for_a_while_and_nothing_is_lost(
    sending: Sending, step: str, does: str, failure: str
) -> None:
    await sending.asked({}, {})
    timeout_seconds = STALLED_TIMEOUT_SECONDS if does == STALL else WAIT_SECONDS_MAX
    post = SmtpPost(sending.server.url, timeout_seconds=timeout_seconds)
    settings = Settings(mail_from=FROM, public_url=LINK_BASE)
    sending.mailer = Mailer(settings, lambda: sending.graph.now, post)
    sending.server.does[step] = does
    assert await sending.mailer.deliver() == 30.0
    assert await sending.states() == [("WAITING", 1, failure), ("WAITING", 0, None)]
    assert sending.server.sessions == 1
    sending.server.does.clear()
    sending.mailer = Mailer(settings, lambda: sending.graph.now, SmtpPost(sending.server.url))
    await sending.wait(PAUSE)
    assert [state for state, _, _ in await sending.states()] == ["SENT", "SENT"]
    assert len(sending.server.taken) == 2


async def test_a_server_that_is_not_there_at_all_loses_nothing(sending: Sending) -> None:
    await sending.asked()
    mailer = sending.process(smtp_url="smtp://127.0.0.1:1")
    await mailer.deliver()
    assert await sending.states() == [("WAITING", 1, "the server can't be reached, or left")]
    await sending.wait(WAITS[0])
    assert len(sending.server.taken) == 1


async def test_a_mail_that_may_have_been_taken_goes_out_again_with_the_same_message_id(
    sending: Sending,
) -> None:
    await sending.asked()
    sending.server.does["TAKE"] = VANISH_AFTER_TAKING
    await sending.mailer.deliver()
    sending.server.does.clear()
    await sending.wait(WAITS[0])
    first, second = sending.server.taken
    assert first["Message-ID"] == second["Message-ID"]
    assert first["Date"] == second["Date"]


async def test_a_restart_doubles_none_but_the_one_that_was_under_way(sending: Sending) -> None:
    await sending.asked({}, {}, {})
    while await mail.collect(sending.graph.now):
        pass
    under_way = await mail.claim(sending.graph.now)  # and here its process ends
    assert under_way is not None
    restarted = sending.process()
    await restarted.deliver()
    assert len(sending.server.taken) == 2
    sending.graph.now += mail.CLAIM
    await restarted.deliver()
    await restarted.deliver()
    ids = [message["Message-ID"] for message in sending.server.taken]
    assert len(ids) == len(set(ids)) == 3
    assert ids[-1] == f"<{under_way.key}@provider.example>"


async def test_what_came_of_a_letter_late_changes_nothing_that_came_since(
    sending: Sending,
) -> None:
    await sending.asked()
    await mail.collect(sending.graph.now)
    late = await mail.claim(sending.graph.now)
    assert late is not None
    sending.graph.now += mail.CLAIM
    again = await mail.claim(sending.graph.now)
    assert again is not None
    await mail.mark_failed(late, sending.graph.now, "late", is_final=True)
    assert await sending.states() == [("WAITING", 2, None)]
    await mail.mark_sent(again, sending.graph.now)
    await mail.mark_failed(again, sending.graph.now, "late", is_final=True)
    assert await sending.states() == [("SENT", 2, None)]


async def test_nobody_who_left_answered_or_was_asked_too_long_ago_gets_a_mail(
    sending: Sending,
) -> None:
    survey = await sending.asked({}, {}, {}, {})
    left, erased, answered, _ = await sending.surveys.invitees(survey)
    rows = {f"contact_{row.contact_id}": row for row in await SurveyInvitation.all()}
    await sending.graph.do("deactivateContact", contactId=left)
    await sending.graph.do("eraseContact", contactId=erased)
    await sending.surveys.answer(rows[answered].token, 4, 9, 5, (7, 3), "Phone")
    sending.graph.later(days=31)
    await sending.mailer.deliver()
    assert sending.server.taken == []
    assert await sending.states() == [
        ("DROPPED", 1, "the contact is deactivated"),
        ("DROPPED", 1, "the contact is deactivated"),
        ("DROPPED", 1, "the survey was answered"),
        ("DROPPED", 1, "the link expired"),
    ]


async def test_nobody_is_sent_to_a_survey_that_is_closed(sending: Sending) -> None:
    survey = await sending.asked()
    await sending.graph.do("closeSurvey", surveyId=survey)
    await sending.mailer.deliver()
    assert await sending.states() == [("DROPPED", 1, "the survey is closed")]


async def test_an_address_or_a_name_that_no_header_can_hold_harms_nobody_else(
    sending: Sending,
) -> None:
    await sending.asked(
        {"name": "Ana\nBcc: all@acme.example", "email": "ana@acme.example"},
        {"email": "no(mail@acme.example"},
        {"email": "ñandú@acme.example"},
        {"email": "<x>@acme.example"},
        {"email": "a..b@acme.example"},
        {"email": "last@niña.example"},
    )
    await sending.mailer.deliver()
    assert sending.server.to == ["ana@acme.example", "last@xn--nia-8ma.example"]
    assert sending.server.taken[0]["Bcc"] is None
    assert [state for state, _, _ in await sending.states()] == [
        "SENT",
        *("GIVEN_UP",) * 4,
        "SENT",
    ]


async def test_a_link_that_was_made_under_another_key_is_not_sent(sending: Sending) -> None:
    await sending.asked()
    key = invitation._key[0]
    invitation.use_key(b"another key of 32 bytes and many more")
    try:
        await sending.mailer.deliver()
        assert await sending.states() == [("WAITING", 1, mail.ANOTHER_KEY)]
    finally:
        invitation.use_key(key)
    await sending.wait(WAITS[0])
    assert await sending.states() == [("SENT", 2, None)]


async def test_a_login_is_given_and_tls_is_insisted_on(sending: Sending) -> None:
    await sending.asked()
    place = f"127.0.0.1:{sending.server.port}"
    await sending.process(smtp_url=f"smtp://brm:s%40cret@{place}?starttls=1").deliver()
    assert (sending.server.taken, sending.server.logins) == ([], [])
    assert [state for state, _, _ in await sending.states()] == ["WAITING"]
    sending.graph.now += WAITS[0]
    await sending.process(smtp_url=f"smtp://brm:s%40cret@{place}").deliver()
    assert sending.server.logins == ["\0brm\0s@cret"]
    assert len(sending.server.taken) == 1


async def test_a_running_mailer_is_woken_by_an_invitation_and_stops(sending: Sending) -> None:
    mailer = sending.process()
    await mailer.start()
    try:
        await sending.asked()
        async with asyncio.timeout(WAIT_SECONDS_MAX):
            await sending.server.has_taken.wait()
    finally:
        await mailer.stop()
    assert await sending.states() == [("SENT", 1, None)]
