"""A graph on a database of its own, and the means to fill it."""

from __future__ import annotations

import pytest

from tests.business.desk import Desk, opened
from tests.graph.asking import Graph
from tests.graph.surveys import Surveys
from tests.graph.world import World


@pytest.fixture
def graph(database: str) -> Graph:
    """Runs documents on an empty database, SQLite and PostgreSQL in turn."""
    return Graph()


@pytest.fixture
def world(graph: Graph) -> World:
    """Makes customers, services, complaints and what else a test needs."""
    return World(graph)


@pytest.fixture
async def desk(world: World) -> Desk:
    """A desk for complaints, on office hours in Madrid: Monday to Friday, 9 to 17."""
    return await opened(world)


@pytest.fixture
def surveys(world: World) -> Surveys:
    """Makes surveys, asks and answers."""
    return Surveys(world)
