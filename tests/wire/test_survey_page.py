"""The page behind a survey's link: what a browser without scripts sees, sends and gets back."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser

import httpx
import pytest

from tests.wire.asked import QUESTIONS, Asked, ask
from tests.wire.running import Server, serving

SPENT = "There is nothing to answer here"
TEXT_CHARACTERS_MAX = 10_000


@pytest.fixture
def asked(server: Server) -> Asked:
    return ask(server)


def get(asked: Asked) -> httpx.Response:
    return asked.server.client.get(asked.url)


def send(asked: Asked, form: dict[str, str], **headers: str) -> httpx.Response:
    return asked.server.client.post(asked.url, data=form, headers=headers)


class Controls(HTMLParser):
    """The controls of a page by id, each with its attributes, and what else has an id."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.named: list[dict[str, str | None]] = []
        self.described: set[str] = set()
        self.labels: set[str | None] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if given.get("id"):
            self.ids.append(str(given["id"]))
        if tag in ("input", "textarea"):
            self.named.append(given)
        if tag == "label":
            self.labels.add(given.get("for"))
        for id_ in (given.get("aria-describedby") or "").split():
            self.described.add(id_)

    def chosen(self) -> dict[str, str]:
        return {str(each["name"]): str(each["value"]) for each in self.named if "checked" in each}


def test_the_page_asks_every_question_in_its_order(asked: Asked) -> None:
    page = get(asked)
    assert page.status_code == 200
    places = [page.text.index(question["prompt"]) for question in QUESTIONS]
    assert places == sorted(places)
    names = {str(each["name"]) for each in Controls(page.text).named}
    assert names == {asked.field(q) for q in ("q1", "q2", "q3", "q4.expected", "q4.perceived")} | {
        asked.field(q) for q in ("q5", "q6")
    }


def test_what_the_authors_wrote_is_text_and_never_markup(asked: Asked) -> None:
    assert "By mail, &lt;b&gt;at any hour&lt;/b&gt;" in get(asked).text
    assert "<b>" not in get(asked).text


def test_the_page_runs_no_script_and_is_kept_by_nobody(asked: Asked) -> None:
    page = get(asked)
    policy = page.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "script-src" not in policy
    assert "<script" not in page.text
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["x-robots-tag"] == "noindex"
    assert "set-cookie" not in page.headers


def test_answers_are_counted_and_thanked_for(asked: Asked) -> None:
    form = asked.filled_in(q3="2", q5="By mail, <b>at any hour</b>", q6="  First\r\nsecond 🙂 ")
    sent = send(asked, form)
    assert (sent.status_code, sent.headers["location"]) == (303, "thanks?lang=en")
    thanks = asked.server.client.get(str(sent.url.join(sent.headers["location"])))
    assert thanks.status_code == 200
    assert "<h1>Thank you</h1>" in thanks.text
    assert asked.token not in thanks.text
    assert asked.responses() == [
        [
            {"score": 5},
            {"score": 9},
            {"score": 2},
            {"expected": 7, "perceived": 3},
            {"choice": "By mail, <b>at any hour</b>"},
            {"text": "First\nsecond 🙂"},
        ]
    ]


def test_optional_questions_may_stay_open(asked: Asked) -> None:
    assert send(asked, asked.filled_in(q3="", q5="", q6=" \r\n ")).status_code == 303
    assert asked.responses() == [[{"score": 5}, {"score": 9}, {"expected": 7, "perceived": 3}]]


def test_a_refused_form_keeps_what_was_typed_and_leads_to_each_fault(asked: Asked) -> None:
    long = "<i>ä" * TEXT_CHARACTERS_MAX
    form = asked.filled_in(q1="", q6=long, q5="In person")
    del form[asked.field("q4.perceived")]
    page = send(asked, form)
    assert page.status_code == 422
    controls = Controls(page.text)
    chosen = controls.chosen()
    assert chosen[asked.field("q2")] == "9"
    assert chosen[asked.field("q4.expected")] == "7"
    assert chosen[asked.field("q5")] == "In person"
    assert long.replace("<", "&lt;").replace(">", "&gt;") in page.text
    links = re.findall(r'<li><a href="#([^"]+)">([^<]+)</a>', page.text)
    assert [text for _, text in links] == [
        "Question 1: Choose a rating.",
        "Question 4: Choose a number for what you expected and one for what you got.",
        "Question 6: This may have at most 10000 characters.",
    ]
    assert {target for target, _ in links} <= set(controls.ids)
    assert page.text.index("<title>Error: ") > 0
    assert asked.responses() == []
    assert send(asked, asked.filled_in()).status_code == 303


def test_every_control_has_a_label_and_what_describes_it_is_there(asked: Asked) -> None:
    for page in (get(asked), send(asked, {"q": "1"})):
        controls = Controls(page.text)
        assert len(controls.ids) == len(set(controls.ids))
        assert controls.described <= set(controls.ids)
        (text,) = (each for each in controls.named if "type" not in each)
        assert text["id"] in controls.labels
        assert page.text.count("<legend>") == 7


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"q1": "6"}, "Question 1: "),
        ({"q2": "-3"}, "Question 2: "),
        ({"q2": "11"}, "Question 2: "),
        ({"q3": "٣"}, "Question 3: "),
        ({"q4.expected": "1e2"}, "Question 4: "),
        ({"q1": "9" * 5_000}, "Question 1: "),
        ({"q5": "By pigeon"}, "Question 5: This is not one of the choices."),
        ({"q6": "a\x00b"}, "Question 6: This contains characters that can&#39;t be stored."),
    ],
)
def test_an_answer_that_no_browser_would_send_is_refused_at_its_question(
    sqlite_server: Server, given: dict[str, str], said: str
) -> None:
    asked = ask(sqlite_server)
    page = send(asked, asked.filled_in(**given))
    assert page.status_code == 422
    assert len(re.findall(r"<li><a", page.text)) == 1
    assert f">{said}" in page.text
    assert asked.responses() == []


def test_fields_of_other_forms_are_left_aside(asked: Asked) -> None:
    assert send(asked, {**asked.filled_in(), "question_999": "5", "lang": "xx"}).status_code == 303
    assert len(asked.responses()) == 1


def test_a_megabyte_of_text_is_refused_with_a_page(asked: Asked) -> None:
    page = send(asked, asked.filled_in(q6="x" * 1_000_000))
    assert page.status_code == 413
    assert "<h1>That was too much text</h1>" in page.text
    assert asked.responses() == []
    assert get(asked).status_code == 200


@pytest.mark.parametrize(
    ("body", "media_type"),
    [
        (b"{}", "application/json"),
        (b"--x\r\n", "multipart/form-data; boundary=x"),
        (b"a=%FF", "application/x-www-form-urlencoded"),
        ("a=é".encode(), "application/x-www-form-urlencoded"),
        (b"nothing", "application/x-www-form-urlencoded"),
        (b"a=1&" * 300, "application/x-www-form-urlencoded"),
    ],
)
def test_a_body_that_is_no_form_is_refused_with_a_page(
    sqlite_server: Server, body: bytes, media_type: str
) -> None:
    asked = ask(sqlite_server)
    page = sqlite_server.client.post(asked.url, content=body, headers={"content-type": media_type})
    assert page.status_code == 400
    assert "<h1>Your answers could not be read</h1>" in page.text


def test_links_that_open_nothing_answer_alike(asked: Asked) -> None:
    used, closed = ask(asked.server), ask(asked.server)
    send(used, used.filled_in())
    asked.server.answer(
        "mutation ($id: ID!) { closeSurvey(input: {surveyId: $id}) { errors { message } } }",
        id=closed.survey,
    )
    wrong = [f"{asked.url[:-1]}{'A' if asked.url[-1] != 'A' else 'B'}", f"{asked.url}x"]
    urls = [*wrong, used.url, closed.url, f"{asked.server.origin}/survey/%00%ff", asked.url[:-9]]
    for method in ("GET", "POST"):
        answers = [asked.server.client.request(method, url, data={"a": "1"}) for url in urls]
        assert {(each.status_code, each.text) for each in answers} == {(404, answers[0].text)}
        assert SPENT in answers[0].text
        assert len({tuple(sorted(_named(each))) for each in answers}) == 1


def _named(answer: httpx.Response) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if name != "date"}


def test_a_form_that_is_sent_many_times_at_once_counts_once(asked: Asked) -> None:
    form = asked.filled_in()
    with ThreadPoolExecutor(max_workers=16) as threads:
        sent = list(threads.map(lambda _: httpx.post(asked.url, data=form), range(32)))
    assert sorted(each.status_code for each in sent) == [303] + 31 * [404]
    assert len(asked.responses()) == 1


@pytest.mark.parametrize(
    ("accepts", "locale", "language"),
    [
        ("en", "es", "en"),
        ("es-MX,es;q=0.9,en;q=0.8", "en", "es"),
        ("de", "es-ES", "es"),
        ("de,*;q=0.1", "es", "es"),
        ("de", "fr", "en"),
        (None, "es", "es"),
    ],
)
def test_the_page_speaks_the_browser_s_language_else_the_person_s(
    sqlite_server: Server, accepts: str | None, locale: str, language: str
) -> None:
    asked = ask(sqlite_server, locale=locale)
    asking = httpx.Request("GET", asked.url)
    if accepts is not None:
        asking.headers["accept-language"] = accepts
    page = sqlite_server.client.send(asking)
    assert f'<html lang="{language}">' in page.text
    assert page.headers["content-language"] == language


def test_the_language_can_be_switched_and_stays(asked: Asked) -> None:
    page = asked.server.client.get(f"{asked.url}?lang=es", headers={"accept-language": "en"})
    assert '<html lang="es">' in page.text
    assert 'href="?lang=en" lang="en" hreflang="en">English</a>' in page.text
    assert 'action="?lang=es"' in page.text
    refused = asked.server.client.post(f"{asked.url}?lang=es", data={"x": "1"})
    assert "Pregunta 1: Elija una valoración." in refused.text
    sent = asked.server.client.post(f"{asked.url}?lang=es", data=asked.filled_in())
    assert sent.headers["location"] == "thanks?lang=es"
    assert get(asked).text != (spent := asked.server.client.get(f"{asked.url}?lang=es").text)
    assert "Aquí no hay nada que responder" in spent


def test_a_method_that_the_page_does_not_know_is_refused(asked: Asked) -> None:
    assert asked.server.client.delete(asked.url).status_code == 405
    assert asked.server.client.head(asked.url).status_code == 200


def test_the_key_is_made_once_and_for_its_owner_alone(sqlite_server: Server) -> None:
    file = sqlite_server.log.parent / "secret.key"
    assert file.stat().st_mode & 0o777 == 0o600
    assert len(file.read_bytes().strip()) >= 32


def test_links_stay_good_across_a_restart(own_sqlite_url: str, tmp_path: object) -> None:
    from pathlib import Path

    folder = Path(str(tmp_path))
    with serving(own_sqlite_url, folder) as first:
        asked = ask(first)
    with serving(own_sqlite_url, folder) as second:
        assert second.client.get(f"{second.origin}/survey/{asked.token}").status_code == 200
