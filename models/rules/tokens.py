"""Tokens that open one survey for one person, worked out anew whenever they are sent.

A token is an HMAC of the invitation and its generation under the server's key; the table keeps
only its hash, so a copy of the database opens nothing.
"""

from __future__ import annotations

import base64
import hashlib
import hmac

TOKEN_CHARACTERS = 43
"""32 bytes in URL-safe base64 without padding."""


def survey_token(key: bytes, invitation_id: int, generation: int) -> str:
    """The token of an invitation's generation: URL-safe, TOKEN_CHARACTERS long."""
    message = f"survey:{invitation_id}:{generation}".encode()
    digest = hmac.new(key, message, hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def token_hash(token: str) -> str:
    """What is kept of a token: its SHA-256, hexadecimal. The token has 256 bits of chance."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
