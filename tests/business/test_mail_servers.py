"""Mail servers that refuse, stall and vanish: nothing is lost, and nothing is tried for ever."""

from __future__ import annotations

from datetime import timedelta

import pytest

from api.mail import SmtpTransport
from api.mailer import PAUSE, Mailer
from api.settings import Settings
from models.rules.retrying import GIVEN_UP_AFTER, WAITS
from tests.business.mail_server import STALL, VANISH
from tests.business.sending import FROM, LINK_BASE, Sending

STALLED_TIMEOUT_SECONDS = 0.2
WAIT_SECONDS_MAX = 30


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
    transport = SmtpTransport(sending.server.url, timeout_seconds=timeout_seconds)
    settings = Settings(mail_from=FROM, public_url=LINK_BASE)
    sending.mailer = Mailer(settings, lambda: sending.graph.now, transport)
    sending.server.does[step] = does
    assert await sending.mailer.deliver() == 30.0
    assert await sending.states() == [("WAITING", 1, failure), ("WAITING", 0, None)]
    assert sending.server.sessions == 1
    sending.server.does.clear()
    sending.mailer = Mailer(settings, lambda: sending.graph.now, SmtpTransport(sending.server.url))
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
