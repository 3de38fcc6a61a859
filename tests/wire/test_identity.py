from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from starlette.requests import Request

from api.identity import DemoIdentity
from models.access import SYSTEM, Role
from models.base import Act
from models.staff import StaffMember
from models.transaction import transact
from tests.wire.running import serving

ANYONE = Request({"type": "http", "headers": []})


async def add(name: str, *roles: Role) -> StaffMember:
    act = Act(SYSTEM, datetime.now(UTC))
    email = f"{name}@example.org"
    return await transact(
        act, partial(StaffMember.add, act, name=name, email=email, roles=list(roles))
    )


async def deactivate(person: StaffMember) -> None:
    act = Act(SYSTEM, datetime.now(UTC))
    await transact(act, partial(person.deactivate, act))


@pytest.mark.usefixtures("database")
async def test_in_demo_mode_everyone_is_the_first_active_administrator() -> None:
    identity = DemoIdentity()
    assert await identity.viewer_of(ANYONE) is SYSTEM
    await add("agent", Role.AGENT)
    assert await identity.viewer_of(ANYONE) is SYSTEM
    former = await add("former", Role.ADMINISTRATOR)
    await deactivate(former)
    first = await add("first", Role.ADMINISTRATOR, Role.AGENT)
    await add("second", Role.ADMINISTRATOR)
    viewer = await identity.viewer_of(ANYONE)
    assert (viewer.actor_type, viewer.actor_id, viewer.name) == ("staff", first.id, "first")
    assert viewer.roles == {Role.ADMINISTRATOR, Role.AGENT}
    assert viewer.sees_everything


ADDING = """
mutation { addStaffMember(input: {
  name: "Ana", email: "ana@example.org", roles: [ADMINISTRATOR]
}) { errors { message } } }
"""


def test_a_failure_of_ours_is_told_by_a_correlation_id_and_nothing_else(
    own_sqlite_url: str, tmp_path: Path
) -> None:
    with serving(own_sqlite_url, tmp_path) as server:
        assert server.answer(ADDING) == {"addStaffMember": {"errors": []}}
    with closing(sqlite3.connect(own_sqlite_url.removeprefix("sqlite://"))) as connection:
        connection.execute("UPDATE staff SET roles = 'no JSON'")
        connection.commit()
    with serving(own_sqlite_url, tmp_path) as server:
        for accept in ("application/json", "application/graphql-response+json"):
            response = server.post({"query": "{ __typename }"}, headers={"accept": accept})
            assert response.status_code == 200
            body = response.json()
            assert body["data"] is None
            (error,) = body["errors"]
            assert error["extensions"].keys() == {"code", "correlationId"}
            assert error["extensions"]["code"] == "INTERNAL"
            assert "JSON" not in error["message"]
            assert error["extensions"]["correlationId"] in server.log.read_text()
        assert "Traceback" in server.log.read_text()
