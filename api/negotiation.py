"""What a client's headers ask for: the media type of the answer and its language."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

RESPONSE_JSON = "application/graphql-response+json"
JSON = "application/json"
EVENT_STREAM = "text/event-stream"
HTML = "text/html"

LOCALES = ("en", "es")

_HEADERS_KEPT = 64
_RANGES_MAX = 32


@dataclass(frozen=True, slots=True)
class Accepted:
    """What the client takes: `json` is the JSON media type that suits it best, if one does."""

    json: str | None
    takes_stream: bool
    takes_html: bool


@lru_cache(maxsize=_HEADERS_KEPT)
def accepted(header: str | None) -> Accepted:
    """Reads an Accept header by RFC 9110, 12.5.1; a missing or empty one takes anything.

    Of two JSON types that suit equally, the one that is named first wins; a client that names
    neither gets application/json, since old clients send `*/*`. A stream or a page is for those
    who name it: what a wildcard takes is JSON.
    """
    if header is None or not header.strip():
        return Accepted(JSON, takes_stream=False, takes_html=False)
    ranges = list(_media_ranges(header))
    ranked = [
        (suits, media_type)
        for media_type in (JSON, RESPONSE_JSON)
        if (suits := _suits(media_type, ranges))[0] > 0
    ]
    best = max(ranked, key=lambda each: each[0], default=None)
    return Accepted(
        json=best[1] if best else None,
        takes_stream=_is_named(EVENT_STREAM, ranges),
        takes_html=_is_named(HTML, ranges),
    )


@lru_cache(maxsize=_HEADERS_KEPT)
def locale(header: str | None, otherwise: str = LOCALES[0]) -> str:
    """The language of ours that an Accept-Language header likes best; where none is, another."""
    best, best_quality = otherwise, 0.0
    for text, parameters in _items(header or ""):
        quality = _quality(parameters.get("q"))
        primary = text.split("-", 1)[0]
        if quality > best_quality and (primary in LOCALES or text == "*"):
            best, best_quality = (otherwise if text == "*" else primary), quality
    return best


def is_utf8(charset: str | None) -> bool:
    return charset is None or charset.lower() in {"utf-8", "utf8"}


def media_type(header: str) -> tuple[str, dict[str, str]]:
    """A Content-Type header as its lower-case type and its parameters."""
    return next(_items(header), ("", {}))


@dataclass(frozen=True, slots=True)
class _Range:
    text: str
    quality: float
    place: int


def _media_ranges(header: str) -> Iterator[_Range]:
    for place, (text, parameters) in enumerate(_items(header)):
        if "/" in text and is_utf8(parameters.get("charset")):
            yield _Range(text, _quality(parameters.get("q")), place)


def _suits(media_type: str, ranges: list[_Range]) -> tuple[float, int, int]:
    """How well the ranges suit a type: (quality, specificity, earliness), of the most specific."""
    family = media_type.split("/", 1)[0] + "/*"
    for specificity, text in ((2, media_type), (1, family), (0, "*/*")):
        for each in ranges:
            if each.text == text:
                return each.quality, specificity, -each.place
    return 0.0, 0, 0


def _is_named(media_type: str, ranges: list[_Range]) -> bool:
    return any(each.text == media_type and each.quality > 0 for each in ranges)


def _items(header: str) -> Iterator[tuple[str, dict[str, str]]]:
    for item in header.lower().split(",")[:_RANGES_MAX]:
        text, *rest = (part.strip() for part in item.split(";"))
        pairs = (part.partition("=") for part in rest)
        yield text, {name.strip(): value.strip().strip('"') for name, _, value in pairs}


def _quality(text: str | None) -> float:
    """A weight between 0 and 1; one that can't be read is 0, so that nothing rests on it."""
    if text is None:
        return 1.0
    try:
        quality = float(text)
    except ValueError:
        return 0.0
    return quality if 0.0 <= quality <= 1.0 else 0.0
