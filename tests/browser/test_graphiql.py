"""GraphiQL as a person meets it, in a real Chromium against a real server with the demo data."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from tests.wire.running import Server

Visit = dict[str, Any]


def test_the_page_asks_no_other_host_for_anything(visit: Visit, server: Server) -> None:
    seen = visit["seen"]
    hosts = {urlsplit(url).netloc for url in (*seen["requests"], *seen["sockets"])}
    assert hosts == {urlsplit(server.url).netloc}


def test_nothing_in_the_page_runs_into_its_own_policy(visit: Visit) -> None:
    assert visit["seen"]["violations"] == []


def test_the_console_shows_no_error(visit: Visit) -> None:
    assert visit["seen"]["errors"] == []


def test_the_policy_stops_a_request_to_another_host_and_an_injected_script(visit: Visit) -> None:
    foreign = visit["foreign"]
    assert not foreign["isFetched"]
    assert not foreign["isRun"]
    stopped = {violation.split()[0] for violation in foreign["violations"]}
    assert stopped == {"connect-src", "script-src-elem"}


def test_tabs_hold_an_example_of_every_sub_process(visit: Visit) -> None:
    assert visit["title"] == "Rapport · GraphiQL"
    assert visit["tabs"] == [
        "Customers",
        "Portfolio",
        "Enrollments",
        "Complaints",
        "Record",
        "Acknowledge",
        "Board",
        "Live",
        "Gaps",
        "WhoToCall",
    ]


def test_the_explorer_is_open_and_knows_the_schema(visit: Visit) -> None:
    assert {"relationshipManager", "totalCount", "stage"} <= set(visit["explorerFields"])


def test_play_on_the_first_tab_shows_data(visit: Visit) -> None:
    assert '"reference": "CUS-' in visit["queryAnswer"]
    assert '"errors"' not in visit["queryAnswer"]


def test_a_mutation_in_a_second_tab_moves_the_live_one(visit: Visit) -> None:
    recorded = [move["recorded"] for move in visit["moves"]]
    assert len(set(recorded)) == 2
    for move in visit["moves"]:
        assert f'"reference": "{move["recorded"]}"' in move["shown"]
        assert '"to": "RECEIVED"' in move["shown"]


def test_every_example_of_the_list_opens_in_a_tab(visit: Visit) -> None:
    names = [example["tab"] for example in visit["examples"]]
    assert len(names) == len(set(names))
    assert set(visit["tabs"]) < set(names)
    assert all(example["title"] for example in visit["examples"])
