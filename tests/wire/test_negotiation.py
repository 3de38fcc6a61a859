from __future__ import annotations

import pytest

from api.negotiation import JSON, RESPONSE_JSON, accepted, locale, media_type


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, JSON),
        ("", JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        (JSON, JSON),
        (RESPONSE_JSON, RESPONSE_JSON),
        (f"{RESPONSE_JSON}; charset=utf-8", RESPONSE_JSON),
        (f'{RESPONSE_JSON}; charset="UTF-8"', RESPONSE_JSON),
        (f"{RESPONSE_JSON}, {JSON}", RESPONSE_JSON),
        (f"{JSON}, {RESPONSE_JSON}", JSON),
        (f"{JSON};q=0.9, {RESPONSE_JSON}", RESPONSE_JSON),
        (f"{RESPONSE_JSON};q=0.5, {JSON};q=0.6", JSON),
        (f"{RESPONSE_JSON};q=0.5, */*", JSON),
        (f"*/*;q=0.1, {RESPONSE_JSON}", RESPONSE_JSON),
        (f"{JSON};q=0, */*", RESPONSE_JSON),
        ("Application/JSON", JSON),
        ("text/html, */*;q=0.8", JSON),
        ("text/html", None),
        ("image/png, text/plain", None),
        ("*/*;q=0", None),
        (f"{JSON};q=nonsense", None),
        (f"{JSON};q=7", None),
        (f"{JSON}; charset=latin-1", None),
        ("garbage", None),
        (",,;;q=1,", None),
    ],
)
def test_the_json_type_that_suits_best_is_taken(header: str | None, expected: str | None) -> None:
    assert accepted(header).json == expected


def test_a_wildcard_takes_neither_a_stream_nor_a_page() -> None:
    anything = accepted("*/*")
    assert (anything.takes_stream, anything.takes_html) == (False, False)
    named = accepted("text/event-stream, text/html")
    assert (named.takes_stream, named.takes_html) == (True, True)
    refused = accepted("text/event-stream;q=0, text/html;q=0, */*")
    assert (refused.takes_stream, refused.takes_html) == (False, False)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, "en"),
        ("", "en"),
        ("es", "es"),
        ("es-MX", "es"),
        ("ES-mx,en;q=0.8", "es"),
        ("en;q=0.8,es;q=0.9", "es"),
        ("en,es", "en"),
        ("fr,es;q=0.5", "es"),
        ("fr,de", "en"),
        ("es;q=0", "en"),
        ("es;q=nonsense", "en"),
        ("*", "en"),
        ("est", "en"),
    ],
)
def test_the_language_that_is_liked_best_is_taken(header: str | None, expected: str) -> None:
    assert locale(header) == expected


def test_a_content_type_is_its_type_and_its_parameters() -> None:
    assert media_type("Application/JSON; Charset=UTF-8") == (JSON, {"charset": "utf-8"})
    assert media_type("") == ("", {})
