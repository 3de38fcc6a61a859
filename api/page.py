"""The GraphiQL page and its assets, from our own files, under a strict Content-Security-Policy."""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

DIST = Path(__file__).parent / "graphiql" / "dist"
"""What `make graphiql` builds."""
HASHED_MAX_AGE_SECONDS = 365 * 24 * 60 * 60
"""A file whose name carries its hash never changes; a year is the longest that caches honour."""

_POLICY = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",  # the editor writes its styles at run time
    "worker-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
)
_HOST = re.compile(r"[A-Za-z0-9.-]+(:[0-9]{1,5})?|\[[0-9A-Fa-f:.]+\](:[0-9]{1,5})?")
_MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".ttf": "font/ttf",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
}
"""By suffix here, since the types that a machine knows differ and none may be guessed."""
_NOT_BUILT = b"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Rapport: GraphiQL is not built</title>
<h1>GraphiQL is not built</h1>
<p>Run <code>make graphiql</code> to build it, then reload this page.
The API itself is available at this address.</p>
</html>
"""


def is_built() -> bool:
    """Whether the page has been built."""
    return (DIST / "index.html").is_file()


def graphiql(request: Request) -> Response:
    """The page, or 503 with instructions to build it."""
    headers = {**_security_headers(request.headers), "vary": "Accept"}
    try:
        body = (DIST / "index.html").read_bytes()
    except OSError:
        headers["cache-control"] = "no-store"
        return Response(_NOT_BUILT, 503, headers, media_type="text/html")
    headers["cache-control"] = "no-cache"
    headers["etag"] = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    if headers["etag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type="text/html")


def assets() -> Mount:
    """The page's scripts, styles, workers and fonts."""
    return Mount("/graphiql/assets", _Assets(directory=DIST / "assets", check_dir=False))


class _Assets(StaticFiles):
    """Files whose names carry their hash: cached for long, and answered 304 by their ETag.

    If a file has a compressed copy beside it, a client that accepts gzip gets that.
    """

    async def check_config(self) -> None:
        """Accepts a missing folder: a page that isn't built has no assets."""

    def file_response(
        self,
        full_path: str | os.PathLike[str],
        stat_result: os.stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        asked = Headers(scope=scope)
        copy = Path(f"{os.fspath(full_path)}.gz")
        is_compressed = "gzip" in asked.get("accept-encoding", "") and copy.is_file()
        sent, sent_stat = (copy, copy.stat()) if is_compressed else (full_path, stat_result)
        response = super().file_response(sent, sent_stat, scope, status_code)
        response.headers.update(_security_headers(asked))
        response.headers["cache-control"] = f"public, max-age={HASHED_MAX_AGE_SECONDS}, immutable"
        response.headers["vary"] = "Accept-Encoding"
        if response.status_code != 304:
            suffix = Path(full_path).suffix
            response.headers["content-type"] = _MEDIA_TYPES.get(suffix, "application/octet-stream")
            if is_compressed:
                response.headers["content-encoding"] = "gzip"
        return response


def _security_headers(headers: Headers) -> dict[str, str]:
    """Headers that let the page connect to this server only.

    Not every browser takes 'self' to include this server's WebSockets, so they are named too, by
    the request's Host; a malformed Host is left out.
    """
    host = headers.get("host", "")
    sockets = f" ws://{host} wss://{host}" if _HOST.fullmatch(host) else ""
    return {
        "content-security-policy": "; ".join((*_POLICY, f"connect-src 'self'{sockets}")),
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
    }
