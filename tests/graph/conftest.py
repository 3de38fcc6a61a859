"""A graph on a database of its own, and the means to fill it."""

from __future__ import annotations

import pytest

from tests.graph.asking import Graph
from tests.graph.world import World


@pytest.fixture
def graph(database: str) -> Graph:
    """Runs documents on an empty database, SQLite and PostgreSQL in turn."""
    return Graph()


@pytest.fixture
def world(graph: Graph) -> World:
    """Makes customers, services, complaints and what else a test needs."""
    return World(graph)
