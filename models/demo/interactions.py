"""Interactions: what was said to a customer, and what was agreed."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from models.columns import instant_text
from models.customer import Customer, start_of_day
from models.demo import texts
from models.demo.client import Client
from models.demo.ledger import Fact, Subject, member
from models.demo.moments import at_work
from models.interaction import Interaction, InteractionKind
from models.loading import Row, row

FOLLOW_UP_SHARE = 0.5
FOLLOW_UP_DAYS = 14
STAND_IN_ID = 1
"""Who talks to a customer that has no relationship manager."""


def interaction(
    number: int,
    client: Client,
    kind: InteractionKind,
    at: datetime,
    today: datetime,
    random: Random,
) -> tuple[Row, list[Fact]]:
    """One interaction, and its events; a service review is told of the customer too."""
    said = texts.remarks(client.text.locale)
    is_review = kind is InteractionKind.SERVICE_REVIEW
    manager_id = client.manager_at(at) or STAND_IN_ID
    actor, subject = member(manager_id), _subject(number, client)
    recorded = [("kind", None, kind.value)]
    facts = [Fact(at, "interaction.recorded", subject, actor, recorded, is_internal=True)]
    if is_review:
        reviewed = [("last_reviewed_at", None, instant_text(at))]
        whose = Subject(Customer.noun, client.customer_id, client.customer_id)
        facts.append(Fact(at, "customer.reviewed", whose, actor, reviewed))
    agreed = random.choice(said["agreed"]) if random.random() < FOLLOW_UP_SHARE else None
    follow_up_on = followed_up_at = None
    if agreed is not None:
        follow_up_on = at.astimezone(client.zone).date() + timedelta(days=FOLLOW_UP_DAYS)
        done_at = at_work(at + timedelta(days=random.uniform(4, 1.2 * FOLLOW_UP_DAYS)), client.zone)
        followed_up_at = done_at if done_at < today else None
    if followed_up_at is not None:
        done, followed = random.choice(said["done"]), "interaction.follow_up_completed"
        facts.append(Fact(followed_up_at, followed, subject, actor, (), done, is_internal=True))
    made = row(
        Interaction,
        id=number,
        created_at=at,
        updated_at=followed_up_at or at,
        version=1 if followed_up_at is None else 2,
        kind=kind,
        customer_id=client.customer_id,
        contact_id=client.people[0].contact_id,
        held_by_id=manager_id,
        occurred_at=at,
        summary=random.choice(said["reviewed" if is_review else "talked"]),
        agreed_actions=agreed,
        follow_up_on=follow_up_on,
        follow_up_at=start_of_day(follow_up_on, client.text.time_zone) if follow_up_on else None,
        followed_up_at=followed_up_at,
    )
    return made, facts


def _subject(number: int, client: Client) -> Subject:
    return Subject(Interaction.noun, number, client.customer_id)
