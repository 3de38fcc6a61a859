"""A survey as people answer it: in a real Chromium without scripts, and by the keyboard alone."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest

from tests.browser.conftest import HERE, NODE, SCREENSHOTS, VISIT_TIMEOUT_SECONDS
from tests.wire.asked import Asked, ask
from tests.wire.running import Server, migrate, serving

LINKS = ("phone", "desktop", "keyboard", "checked")
PURPOSE = "Your answers help us to see where we fall short.\nThey take two minutes."


@pytest.fixture(scope="module")
def asking(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("asking")
    url = f"sqlite://{folder / 'rapport.sqlite3'}"
    migrate(url, folder)
    with serving(url, folder) as running:
        yield running


@pytest.fixture(scope="module")
def asked(asking: Server) -> dict[str, Asked]:
    return {link: ask(asking, purpose=PURPOSE) for link in LINKS}


@pytest.fixture(scope="module")
def told(asked: dict[str, Asked], chromium: str) -> dict[str, Any]:
    """What the people saw and did, as answer.mjs tells it."""
    links = {name: each.url for name, each in asked.items()}
    done = subprocess.run(
        [str(NODE), str(HERE / "answer.mjs"), json.dumps(links), str(SCREENSHOTS), chromium],
        check=True,
        stdout=subprocess.PIPE,
        timeout=VISIT_TIMEOUT_SECONDS,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    assert "failure" not in found, found["failure"]
    return found


@pytest.mark.parametrize(
    ("device", "language", "thanks", "again"),
    [
        ("phone", "es", "Gracias", "Aquí no hay nada que responder"),
        ("desktop", "en", "Thank you", "There is nothing to answer here"),
    ],
)
def test_a_survey_is_answered_once_without_a_script(
    told: dict[str, Any],
    asked: dict[str, Asked],
    device: str,
    language: str,
    thanks: str,
    again: str,
) -> None:
    visit = told[device]
    assert {visit[page]["language"] for page in ("first", "refused", "thanks", "again")} == {
        language
    }
    assert visit["first"]["title"] == "How are we doing?"
    assert visit["refused"]["title"] == "Error: How are we doing?"
    assert thanks in visit["thanks"]["text"]
    assert again in visit["again"]["text"]
    ((*_, words),) = asked[device].responses()
    assert words == {"text": "Más pronto, por favor.\nThank you."}


@pytest.mark.parametrize("device", ["phone", "desktop"])
def test_a_refused_form_keeps_the_text_and_takes_the_reader_to_what_is_wrong(
    told: dict[str, Any], device: str
) -> None:
    assert told[device]["isSummaryFocused"]
    assert told[device]["kept"] == "Más pronto, por favor.\nThank you."


def test_a_survey_is_answered_by_the_keyboard_alone(
    told: dict[str, Any], asked: dict[str, Asked]
) -> None:
    each = asked["keyboard"]
    fields = ("q1", "q2", "q3", "q4.expected", "q4.perceived", "q5", "q6")
    assert told["keyboard"]["order"] == ["A", *(each.field(name) for name in fields), "BUTTON"]
    assert told["keyboard"]["heading"] == "Thank you"
    assert len(each.responses()) == 1


def test_axe_finds_nothing_on_any_page(told: dict[str, Any]) -> None:
    assert len(told["checks"]) == 16
    assert all(check["passes"] > 10 for check in told["checks"])
    assert [check for check in told["checks"] if check["violations"]] == []


def test_no_page_is_wider_than_a_narrow_phone(told: dict[str, Any]) -> None:
    assert [check for check in told["checks"] if check["excess"] > 0] == []


def test_the_page_asks_for_nothing_but_itself(told: dict[str, Any], asking: Server) -> None:
    assert all(
        url.startswith((f"{asking.origin}/survey/", "data:")) for url in told["seen"]["requests"]
    )
    assert told["seen"]["errors"] == []
