"""The servers of tests/wire, for clients that come from elsewhere."""

from __future__ import annotations

from tests.wire.conftest import own_sqlite_url, sqlite_server

__all__ = ["own_sqlite_url", "sqlite_server"]
