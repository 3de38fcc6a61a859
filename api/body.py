"""The body of a request, of which no more than its bound is ever held."""

from __future__ import annotations

from starlette.requests import Request

DISCARDED_BYTES_MAX = 4 * 1024 * 1024
"""How much of a body that is too large is read and dropped, so that its sender reads why."""


class BodyTooLarge(Exception):
    """A body beyond its bound; the connection is of no more use."""


async def body(request: Request, bytes_max: int) -> bytes:
    """The whole body. Raises BodyTooLarge, and ClientDisconnect where it ends too soon."""
    chunks: list[bytes] = []
    size_bytes = 0
    async for chunk in request.stream():
        size_bytes += len(chunk)
        if size_bytes <= bytes_max:
            chunks.append(chunk)
        elif size_bytes > bytes_max + DISCARDED_BYTES_MAX:
            break
    if size_bytes > bytes_max:
        raise BodyTooLarge
    return b"".join(chunks)
