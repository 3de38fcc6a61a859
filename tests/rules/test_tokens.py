"""Tokens of surveys: what they are made of, and what is kept of them."""

from __future__ import annotations

import base64
import hashlib
import string

from hypothesis import given
from hypothesis import strategies as st

from models.rules.tokens import TOKEN_CHARACTERS, survey_token, token_hash

KEY = b"k" * 32
BLOCK_BYTES = 64
KEYS = st.binary(min_size=32, max_size=32)
NUMBERS = st.integers(1, 2**62)


def hmac_sha256(key: bytes, message: bytes) -> bytes:
    """HMAC as RFC 2104 defines it, for a key no longer than a block."""
    padded = key.ljust(BLOCK_BYTES, b"\0")
    inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in padded) + message).digest()
    return hashlib.sha256(bytes(byte ^ 0x5C for byte in padded) + inner).digest()


@given(KEYS, NUMBERS, NUMBERS)
def test_a_token_is_an_hmac_of_invitation_and_generation(
    key: bytes, invitation: int, generation: int
) -> None:
    token = survey_token(key, invitation, generation)
    digest = base64.urlsafe_b64decode(token + "=")
    assert digest == hmac_sha256(key, f"survey:{invitation}:{generation}".encode())
    assert len(token) == TOKEN_CHARACTERS
    assert set(token) <= set(string.ascii_letters + string.digits + "-_")


@given(st.lists(st.tuples(NUMBERS, NUMBERS), min_size=2, max_size=20, unique=True))
def test_each_invitation_and_generation_has_a_token_of_its_own(
    pairs: list[tuple[int, int]],
) -> None:
    assert len({survey_token(KEY, *pair) for pair in pairs}) == len(pairs)


def test_a_token_is_worked_out_alike_each_time_and_differs_by_key() -> None:
    assert survey_token(KEY, 7, 1) == survey_token(KEY, 7, 1)
    assert survey_token(KEY, 7, 1) != survey_token(b"l" * 32, 7, 1)


def test_the_digits_of_invitation_and_generation_do_not_run_together() -> None:
    assert survey_token(KEY, 1, 11) != survey_token(KEY, 11, 1)


@given(NUMBERS)
def test_the_hash_that_is_kept_does_not_hold_the_token(invitation: int) -> None:
    token = survey_token(KEY, invitation, 1)
    kept = token_hash(token)
    assert kept == hashlib.sha256(token.encode()).hexdigest()
    assert token not in kept


@given(st.text(st.characters()))
def test_any_text_has_a_hash(text: str) -> None:
    assert len(token_hash(text)) == 64


def test_half_a_surrogate_has_a_hash() -> None:
    assert len(token_hash("\ud800")) == 64
