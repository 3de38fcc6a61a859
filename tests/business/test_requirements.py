"""Requirements: identified, decided about, and fulfilled through enrolment."""

from __future__ import annotations

from typing import Any

import pytest

from models.access import Role
from tests.graph.asking import Graph, contact_of, member
from tests.graph.world import World

ONE = """
query ($id: ID!) { requirement(id: $id) {
  id version reference statement desiredOutcome priority status decisionReason
  identifiedAt decidedAt secondsToDecide
  customer { id } raisedBy { id } service { id portfolioStatus } enrollment { id status }
  timeline { nodes { kind reason changes { field before after } } }
} }
"""
CANDIDATES = """
query ($id: ID!, $first: Int = 5) { requirement(id: $id) {
  candidates(first: $first) { service { id name } score matchedTerms }
} }
"""
OF = "requirement { id status }"


async def read(graph: Graph, requirement: str, **given: Any) -> dict[str, Any]:
    found: dict[str, Any] = (await graph.read(ONE, {"id": requirement}, **given))["requirement"]
    return found


async def candidates(graph: Graph, requirement: str, **given: Any) -> list[dict[str, Any]]:
    viewer = given.pop("viewer", None)
    data = await graph.read(CANDIDATES, {"id": requirement, **given}, viewer=viewer)
    found: list[dict[str, Any]] = data["requirement"]["candidates"]
    return found


async def retired(world: World, **given: Any) -> str:
    service = await world.proposed(**given)
    await world.graph.do("retireService", serviceId=service, reason="Nobody uses it.")
    return service


async def test_a_requirement_is_written_down_with_who_raised_it(graph: Graph, world: World) -> None:
    customer = await world.customer()
    contact = await world.contact(customer)
    requirement = await world.requirement(
        customer,
        statement="  Pagar nóminas  ",
        desiredOutcome="Sin retrasos",
        priority="HIGH",
        raisedById=contact,
    )
    row = await read(graph, requirement)
    timeline = row.pop("timeline")["nodes"]
    assert row == {
        "id": requirement,
        "version": 1,
        "reference": "REQ-000001",
        "statement": "Pagar nóminas",
        "desiredOutcome": "Sin retrasos",
        "priority": "HIGH",
        "status": "IDENTIFIED",
        "decisionReason": None,
        "identifiedAt": "2026-03-02T09:00:00.000Z",
        "decidedAt": None,
        "secondsToDecide": None,
        "customer": {"id": customer},
        "raisedBy": {"id": contact},
        "service": None,
        "enrollment": None,
    }
    assert [event["kind"] for event in timeline] == ["requirement.identified"]
    by_reference = await graph.read('{ requirement(reference: "REQ-000001") { id } }')
    assert by_reference["requirement"] == {"id": requirement}


async def test_all_faults_of_a_need_are_told_at_once(graph: Graph, world: World) -> None:
    customer, stranger = await world.customer(), await world.contact(await world.customer())
    faults = await graph.refused(
        "identifyRequirement",
        OF,
        customerId=customer,
        statement=" ",
        desiredOutcome="w" * 10_001,
        priority="LOW",
        raisedById=stranger,
    )
    assert [(fault["path"], fault["constraint"]) for fault in faults] == [
        (["statement"], "required"),
        (["desiredOutcome"], "characters_max=10000"),
        (["raisedById"], "belongs together"),
    ]


async def test_a_match_is_fulfilled_by_the_enrolment_that_comes_of_it(
    graph: Graph, world: World
) -> None:
    customer, offer = await world.customer(), await world.service()
    requirement = await world.requirement(customer)
    graph.later(hours=5, seconds=7)
    await graph.do(
        "matchRequirement", requirementId=requirement, serviceId=offer[0], reason="It fits."
    )
    matched = await read(graph, requirement)
    assert (matched["status"], matched["service"]["id"]) == ("MATCHED", offer[0])
    assert (matched["decisionReason"], matched["secondsToDecide"]) == ("It fits.", 18_007)
    assert matched["version"] == 2
    graph.later(days=1)
    enrollment = await world.requested(customer, offer, requirementId=requirement)
    assert (await read(graph, requirement))["status"] == "MATCHED"
    await graph.do("activateEnrollment", enrollmentId=enrollment)
    row = await read(graph, requirement)
    assert (row["status"], row["secondsToDecide"]) == ("FULFILLED", 18_007)
    assert row["enrollment"] == {"id": enrollment, "status": "ACTIVE"}
    assert [event["kind"] for event in row["timeline"]["nodes"]] == [
        "requirement.fulfilled",
        "requirement.matched",
        "requirement.identified",
    ]
    assert row["timeline"]["nodes"][1]["reason"] == "It fits."
    back = await graph.read(
        "query ($id: ID!) { enrollment(id: $id) { requirement { id } } }", {"id": enrollment}
    )
    assert back["enrollment"]["requirement"] == {"id": requirement}


async def test_a_new_service_is_proposed_published_and_fulfils(graph: Graph, world: World) -> None:
    customer = await world.customer()
    requirement = await world.requirement(customer)
    made = await graph.do(
        "proposeServiceForRequirement",
        "requirement { status service { id } } service { id code portfolioStatus category }",
        requirementId=requirement,
        code="pay",
        name="Payroll",
        description="Pays people.",
        category="People",
        reason="Nothing of ours pays people.",
    )
    service = made["service"]["id"]
    assert made["requirement"] == {"status": "NEW_SERVICE_PROPOSED", "service": {"id": service}}
    assert made["service"] == {
        "id": service,
        "code": "PAY",
        "portfolioStatus": "PIPELINE",
        "category": "People",
    }
    sla = await world.offered(service)
    await graph.do("publishService", serviceId=service)
    await world.enrollment(customer, (service, sla), requirementId=requirement)
    assert (await read(graph, requirement))["status"] == "FULFILLED"


async def test_a_service_that_can_t_be_proposed_leaves_the_requirement(
    graph: Graph, world: World
) -> None:
    customer = await world.customer()
    requirement = await world.requirement(customer)
    await world.proposed(code="PAY")
    faults = await graph.refused(
        "proposeServiceForRequirement",
        OF,
        requirementId=requirement,
        code="pay",
        name="",
        description="Pays people.",
    )
    assert [fault["path"] for fault in faults] == [["name"], ["code"]]
    row = await read(graph, requirement)
    assert (row["status"], row["version"], row["service"]) == ("IDENTIFIED", 1, None)


async def test_a_retired_service_meets_nothing(graph: Graph, world: World) -> None:
    requirement = await world.requirement(await world.customer())
    (fault,) = await graph.refused(
        "matchRequirement", OF, requirementId=requirement, serviceId=await retired(world)
    )
    assert (fault["rule"], fault["path"]) == ("matched_service_is_not_retired", ["serviceId"])
    (fault,) = await graph.refused(
        "matchRequirement", OF, requirementId=requirement, serviceId="service_999"
    )
    assert (fault["code"], fault["path"]) == ("NOT_FOUND", ["serviceId"])
    assert (await read(graph, requirement))["version"] == 1


async def test_a_decision_is_taken_once(graph: Graph, world: World) -> None:
    service = await world.proposed()
    requirement = await world.requirement(await world.customer())
    on = {"requirementId": requirement}
    await graph.do("declineRequirement", **on, reason="Too dear.")
    for mutation, given in (
        ("declineRequirement", {"reason": "Again."}),
        ("matchRequirement", {"serviceId": service}),
        ("proposeServiceForRequirement", {"code": "X", "name": "X", "description": "X"}),
    ):
        (fault,) = await graph.refused(mutation, OF, **on, **given)
        assert (fault["code"], fault["from"]) == ("TRANSITION_NOT_ALLOWED", "DECLINED")
        assert fault["allowed"] == []
    row = await read(graph, requirement)
    assert (row["status"], row["decisionReason"]) == ("DECLINED", "Too dear.")
    assert row["secondsToDecide"] == 0


async def test_declining_a_match_keeps_when_it_was_first_decided(
    graph: Graph, world: World
) -> None:
    requirement = await world.requirement(await world.customer())
    graph.later(minutes=1)
    await graph.do("matchRequirement", requirementId=requirement, serviceId=await world.proposed())
    graph.later(days=3)
    (fault,) = await graph.refused("declineRequirement", OF, requirementId=requirement, reason=" ")
    assert (fault["path"], fault["constraint"]) == (["reason"], "required")
    await graph.do("declineRequirement", requirementId=requirement, reason="Not wanted any more.")
    assert (await read(graph, requirement))["secondsToDecide"] == 60


async def test_a_requirement_with_a_live_enrolment_is_not_declined(
    graph: Graph, world: World
) -> None:
    customer, offer = await world.customer(), await world.service()
    requirement = await world.requirement(customer)
    await graph.do("matchRequirement", requirementId=requirement, serviceId=offer[0])
    enrollment = await world.requested(customer, offer, requirementId=requirement)
    declining = {"requirementId": requirement, "reason": "No."}
    (fault,) = await graph.refused("declineRequirement", OF, **declining)
    assert fault["rule"] == "declined_requirement_has_no_live_enrollment"
    await graph.do("rejectEnrollment", enrollmentId=enrollment, reason="Not now.")
    await graph.do("declineRequirement", **declining)


async def test_an_enrolment_takes_only_the_customer_s_requirement_that_is_matched_to_its_service(
    graph: Graph, world: World
) -> None:
    customer, offer = await world.customer(), await world.service()
    asks = {"customerId": customer, "serviceId": offer[0], "slaId": offer[1]}

    async def fault(requirement: str) -> tuple[str, list[str]]:
        (one,) = await graph.refused(
            "requestEnrollment", "enrollment { id }", **asks, requirementId=requirement
        )
        return one.get("rule") or one.get("constraint") or one["code"], one["path"]

    on = ["requirementId"]
    theirs = await world.requirement(await world.customer())
    await graph.do("matchRequirement", requirementId=theirs, serviceId=offer[0])
    assert await fault(theirs) == ("belongs together", on)
    undecided = await world.requirement(customer)
    unmatched = ("enrolled_requirement_is_matched_to_the_service", on)
    assert await fault(undecided) == unmatched
    await graph.do("matchRequirement", requirementId=undecided, serviceId=await world.proposed())
    assert await fault(undecided) == unmatched
    declined = await world.requirement(customer)
    await graph.do("declineRequirement", requirementId=declined, reason="No.")
    assert await fault(declined) == unmatched
    assert await fault("requirement_999") == ("NOT_FOUND", on)
    assert await fault(customer) == ("NOT_FOUND", on)


async def test_candidates_are_ranked_by_the_words_that_match(graph: Graph, world: World) -> None:
    payroll, _ = await world.service(
        name="Gestión de nóminas", description="Cálculo mensual y envío de nóminas."
    )
    backup, _ = await world.service(name="Backup", description="Daily copies of files.")
    reports, _ = await world.service(name="Reports", description="Monthly figures for managers.")
    await retired(world, name="Nóminas antiguas", description="Envío mensual de nóminas.")
    planned = await world.proposed(name="Portal de nóminas", description="Nómina en el móvil.")
    requirement = await world.requirement(
        await world.customer(),
        statement="Necesitamos el envío mensual de la Nómina",
        desiredOutcome="Monthly reports",
    )
    found = await candidates(graph, requirement)
    assert [each["service"]["id"] for each in found][-1] == planned
    assert {each["service"]["id"] for each in found} == {payroll, reports, planned}
    terms = {each["service"]["id"]: each["matchedTerms"] for each in found}
    assert terms[payroll] == ["envío", "mensual", "Nómina"]
    assert terms[reports] == ["Monthly", "reports"]
    assert terms[planned] == ["Nómina"]
    assert backup not in terms
    catalogue = [each["score"] for each in found if each["service"]["id"] != planned]
    assert catalogue == sorted(catalogue, reverse=True)
    assert all(each["score"] > 0 for each in found)
    assert await candidates(graph, requirement, first=1) == found[:1]
    assert await candidates(graph, requirement, first=0) == []


async def test_a_service_is_found_by_requirements_that_were_matched_to_it(
    graph: Graph, world: World
) -> None:
    service, _ = await world.service(name="Crane", description="Lifts.")
    customer = await world.customer()
    earlier = await world.requirement(customer, statement="Levantar contenedores en el muelle")
    await graph.do("matchRequirement", requirementId=earlier, serviceId=service)
    later = await world.requirement(customer, statement="Mover un contenedor")
    (found,) = await candidates(graph, later)
    assert (found["service"]["id"], found["matchedTerms"]) == (service, ["contenedor"])
    await graph.do("declineRequirement", requirementId=earlier, reason="Not any more.")
    assert await candidates(graph, later) == []


async def test_what_others_need_tells_a_customer_s_side_nothing(graph: Graph, world: World) -> None:
    service, _ = await world.service(name="Crane", description="Lifts.")
    mine = await world.customer()
    theirs = await world.requirement(await world.customer(), statement="Un contenedor")
    await graph.do("matchRequirement", requirementId=theirs, serviceId=service)
    await world.proposed(name="Contenedores")
    requirement = await world.requirement(mine, statement="Contenedores, lifts")
    assert len(await candidates(graph, requirement)) == 2
    seen = contact_of(mine)
    (found,) = await candidates(graph, requirement, viewer=seen)
    assert (found["service"]["id"], found["matchedTerms"]) == (service, ["lifts"])
    assert found["score"] < 1
    ours = await graph.read("{ requirements { nodes { id } } }", viewer=seen)
    assert ours["requirements"]["nodes"] == [{"id": requirement}]
    hidden = await graph.read(ONE, {"id": theirs}, viewer=seen)
    assert hidden == {"requirement": None}


@pytest.mark.parametrize("statement", ["¿¡!?", "de la", "* NEAR ( \" OR '", "wörld " * 1_500])
async def test_any_statement_has_candidates_or_none(
    graph: Graph, world: World, statement: str
) -> None:
    service, _ = await world.service(name="World", description="De todo.")
    requirement = await world.requirement(await world.customer(), statement=statement)
    found = await candidates(graph, requirement)
    assert {each["service"]["id"] for each in found} <= {service}


async def test_a_statement_of_many_words_asks_for_its_first_hundred(
    graph: Graph, world: World
) -> None:
    words = [f"palabra{number}" for number in range(150)]
    near, _ = await world.service(name="Near", description=words[99])
    await world.service(name="Far", description=words[100])
    requirement = await world.requirement(await world.customer(), statement=" ".join(words))
    (found,) = await candidates(graph, requirement)
    assert (found["service"]["id"], found["matchedTerms"]) == (near, [words[99]])


async def test_the_lists_of_requirements_are_filtered(graph: Graph, world: World) -> None:
    mine, other = await world.customer(), await world.customer()
    service = await world.proposed()
    first = await world.requirement(mine, statement="Nóminas a tiempo")
    second = await world.requirement(mine, desiredOutcome="Menos papel")
    third = await world.requirement(other)
    await graph.do("matchRequirement", requirementId=second, serviceId=service)

    async def listed(**given: Any) -> list[str]:
        data = await graph.read(
            "query ($f: RequirementFilter) { requirements(filter: $f) { nodes { id } } }",
            {"f": given},
        )
        return [node["id"] for node in data["requirements"]["nodes"]]

    assert await listed() == [third, second, first]
    assert await listed(status=["IDENTIFIED"]) == [third, first]
    assert await listed(customerId=mine) == [second, first]
    assert await listed(search="NOMINAS tiempo") == [first]
    assert await listed(search="papel", customerId=other) == []
    nested = await graph.read(
        """query ($c: ID!, $s: ID!) { customer(id: $c) { requirements { totalCount } }
           service(id: $s) { requirements { nodes { id } } } }""",
        {"c": mine, "s": service},
    )
    assert nested["customer"]["requirements"]["totalCount"] == 2
    assert nested["service"]["requirements"]["nodes"] == [{"id": second}]


async def test_the_summary_says_how_long_decisions_take(graph: Graph, world: World) -> None:
    asked = """query ($f: RequirementFilter) { requirementSummary(filter: $f) { total open
      undecided fulfilled declined medianSecondsToDecide oldestUndecidedAt } }"""
    empty = {
        "total": 0,
        "open": 0,
        "undecided": 0,
        "fulfilled": 0,
        "declined": 0,
        "medianSecondsToDecide": None,
        "oldestUndecidedAt": None,
    }
    assert (await graph.read(asked))["requirementSummary"] == empty
    mine, other = await world.customer(), await world.customer()
    offer = await world.service()
    rows = [await world.requirement(mine) for _ in range(4)]
    for number, row in enumerate(rows[:3]):
        graph.later(seconds=100 * (number + 1))
        await graph.do("matchRequirement", requirementId=row, serviceId=offer[0])
    await world.enrollment(mine, offer, requirementId=rows[0])
    await graph.do("declineRequirement", requirementId=rows[1], reason="No.")
    await world.requirement(other)
    summary = (await graph.read(asked, {"f": {"customerId": mine}}))["requirementSummary"]
    assert summary == {
        "total": 4,
        "open": 2,
        "undecided": 1,
        "fulfilled": 1,
        "declined": 1,
        "medianSecondsToDecide": 300,
        "oldestUndecidedAt": "2026-03-02T09:00:00.000Z",
    }
    everybody = (await graph.read(asked))["requirementSummary"]
    assert (everybody["total"], everybody["undecided"]) == (5, 2)
    theirs = await graph.read(asked, viewer=contact_of(other))
    assert theirs["requirementSummary"]["total"] == 1


async def test_only_staff_decides_and_an_auditor_does_not(graph: Graph, world: World) -> None:
    customer = await world.customer()
    auditor = member(await world.staff("AUDITOR"), Role.AUDITOR)
    for viewer in (contact_of(customer), auditor):
        payload = await graph.attempt(
            "identifyRequirement",
            OF,
            viewer=viewer,
            customerId=customer,
            statement="x",
            priority="LOW",
        )
        assert [error["code"] for error in payload["errors"]] == ["FORBIDDEN"]


async def test_a_stale_version_changes_nothing(graph: Graph, world: World) -> None:
    requirement = await world.requirement(await world.customer())
    service = await world.proposed()
    await graph.do("matchRequirement", requirementId=requirement, serviceId=service)
    (fault,) = await graph.refused(
        "declineRequirement", OF, requirementId=requirement, reason="No.", expectedVersion=1
    )
    assert (fault["code"], fault["currentVersion"]) == ("CONFLICT", 2)
    assert (await read(graph, requirement))["status"] == "MATCHED"
