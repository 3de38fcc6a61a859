"""Reads the body of a request, never holding more than its limit in memory."""

from __future__ import annotations

from starlette.requests import Request

DISCARDED_BYTES_MAX = 4 * 1024 * 1024
"""How much of a too large body is read and dropped, so that its sender can read the answer."""


class BodyTooLarge(Exception):
    """The body is over its limit; the connection can't be used any more."""


async def body(request: Request, bytes_max: int) -> bytes:
    """The whole body. Raises BodyTooLarge, or ClientDisconnect if it ends too soon."""
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
