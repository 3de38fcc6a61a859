"""What a browser gets at /graphql and under /graphiql: the page, its assets and its policy."""

from __future__ import annotations

import gzip
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from api import page


@pytest.fixture
def dist(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(page, "DIST", tmp_path)
    return tmp_path


@pytest.fixture
def built(dist: Path) -> Path:
    (dist / "index.html").write_text("<!doctype html><title>Rapport</title>")
    assets = dist / "assets"
    assets.mkdir()
    (assets / "index-1a2b3c.js").write_text("export {};")
    (assets / "font-1a2b3c.woff2").write_bytes(b"wOF2")
    return dist


async def ask(path: str, *, method: str = "GET", **headers: str) -> httpx.Response:
    """The answer to a request; the names of headers are written with underscores."""
    app = Starlette(routes=[Route("/graphql", page.graphiql), page.assets()])
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client:
        return await client.request(method, path, headers=named)


async def test_a_page_that_is_not_built_is_503_and_says_how_to_build_it(dist: Path) -> None:
    answer = await ask("/graphql")
    assert not page.is_built()
    assert answer.status_code == 503
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.headers["cache-control"] == "no-store"
    assert "make graphiql" in answer.text


async def test_an_asset_of_a_page_that_is_not_built_is_404(dist: Path) -> None:
    assert (await ask("/graphiql/assets/index-1a2b3c.js")).status_code == 404


async def test_the_page_is_asked_for_again_each_time_and_answered_304_while_it_stays(
    built: Path,
) -> None:
    first = await ask("/graphql")
    assert page.is_built()
    assert first.status_code == 200
    assert first.headers["cache-control"] == "no-cache"
    assert first.headers["vary"] == "Accept"
    second = await ask("/graphql", if_none_match=first.headers["etag"])
    assert second.status_code == 304
    assert second.content == b""
    (built / "index.html").write_text("<!doctype html><title>Another</title>")
    third = await ask("/graphql", if_none_match=first.headers["etag"])
    assert third.status_code == 200


async def test_an_asset_is_kept_for_a_year_and_has_an_etag(built: Path) -> None:
    first = await ask("/graphiql/assets/index-1a2b3c.js")
    assert first.headers["content-type"] == "text/javascript; charset=utf-8"
    assert first.headers["cache-control"] == "public, max-age=31536000, immutable"
    second = await ask("/graphiql/assets/index-1a2b3c.js", if_none_match=first.headers["etag"])
    assert second.status_code == 304
    assert second.headers["cache-control"] == first.headers["cache-control"]


async def test_whoever_takes_gzip_is_sent_the_compressed_copy(built: Path) -> None:
    (built / "assets" / "index-1a2b3c.js.gz").write_bytes(gzip.compress(b"export {};"))
    plain = await ask("/graphiql/assets/index-1a2b3c.js", accept_encoding="identity")
    compressed = await ask("/graphiql/assets/index-1a2b3c.js", accept_encoding="br, gzip")
    assert compressed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert compressed.text == plain.text == "export {};"
    assert compressed.headers["content-type"] == plain.headers["content-type"]
    assert compressed.headers["etag"] != plain.headers["etag"]
    assert compressed.headers["vary"] == plain.headers["vary"] == "Accept-Encoding"


async def test_a_font_has_its_media_type(built: Path) -> None:
    answer = await ask("/graphiql/assets/font-1a2b3c.woff2")
    assert answer.headers["content-type"] == "font/woff2"


@pytest.mark.parametrize(
    "path", ["../index.html", "%2e%2e/index.html", "..%2findex.html", "", "absent.js", "%00"]
)
async def test_nothing_but_the_assets_is_served_as_one(built: Path, path: str) -> None:
    assert (await ask(f"/graphiql/assets/{path}")).status_code == 404


async def test_an_asset_is_read_only(built: Path) -> None:
    assert (await ask("/graphiql/assets/index-1a2b3c.js", method="POST")).status_code == 405


@pytest.mark.parametrize("path", ["/graphql", "/graphiql/assets/index-1a2b3c.js"])
async def test_the_page_and_its_assets_carry_a_strict_policy(built: Path, path: str) -> None:
    headers = (await ask(path)).headers
    policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
    assert policy == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self' 'unsafe-inline'",
        "worker-src": "'self'",
        "img-src": "'self' data:",
        "font-src": "'self'",
        "connect-src": "'self' ws://127.0.0.1:8000 wss://127.0.0.1:8000",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-opener-policy"] == "same-origin"


@pytest.mark.parametrize(
    "host", ["a b", "a; script-src *", "*", "a,b", "https://a", "a:1:2", "[::1", ""]
)
async def test_a_host_of_another_form_does_not_enter_the_policy(built: Path, host: str) -> None:
    policy = (await ask("/graphql", host=host)).headers["content-security-policy"]
    assert policy.endswith("; connect-src 'self'")


async def test_a_host_by_its_ipv6_address_enters_the_policy(built: Path) -> None:
    policy = (await ask("/graphql", host="[::1]:8000")).headers["content-security-policy"]
    assert policy.endswith("connect-src 'self' ws://[::1]:8000 wss://[::1]:8000")
