"""The business is reached as clients reach it: by the graph, on both databases."""

from __future__ import annotations

from tests.business.sending import mails, sending
from tests.graph.conftest import desk, graph, surveys, world

__all__ = ["desk", "graph", "mails", "sending", "surveys", "world"]
