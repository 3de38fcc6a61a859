"""Mail to contacts: what goes out, by SMTP or into the outbox, to whom, and that it does once."""

from __future__ import annotations

import asyncio
from email import message_from_bytes
from email.policy import default

from models import invitation, mail
from models.invitation import SurveyInvitation
from models.rules.retrying import WAITS
from tests.business.mail_server import VANISH_AFTER_TAKING
from tests.business.sending import FROM, LINK_BASE, Sending, part

WAIT_SECONDS_MAX = 30


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
        ("DROPPED", 1, "the contact was deactivated"),
        ("DROPPED", 1, "the contact was deactivated"),
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
