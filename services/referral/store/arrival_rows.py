"""The rows of a new referral, table by table."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Table

from chassis.audit import audit, audit_row, history, history_row
from chassis.clocks import new_id
from chassis.messaging.outbox import outbox
from chassis.messaging.timers import timer_row, timers
from chassis.prompts import prompts
from chassis.web.idempotency import Scope, idempotency, row
from chassis.web.identity import Actor
from councils.rules import CouncilRules
from services.referral.domain import danger
from services.referral.domain.life import LIFE
from services.referral.domain.unborn import BIRTH, WATCH, birth_known_by, watch_until
from services.referral.intake.kinds import Answer
from services.referral.intake.people import Child
from services.referral.intake.projection import detail_of, told_of
from services.referral.intake.receiving import Arrival
from services.referral.store.tables import accounts, agreements, people, referrals, relationships
from services.referral.store.together import Rows

Row = dict[str, Any]


def rows_of(
    arrival: Arrival, actor: Actor, rules: CouncilRules, kept: tuple[Scope, bytes]
) -> dict[Table, Rows]:
    """Give every row that a new referral writes; `kept` is the key it came under."""
    referral = arrival.referral
    answer = arrival.receipt.model_dump(mode="json")
    return {
        idempotency: [row(*kept, 201, answer)],
        referrals: [vars(referral)],
        accounts: [_account(arrival, actor)],
        people: _people(arrival),
        relationships: _relationships(arrival),
        agreements: _agreements(arrival, actor),
        history: [_step(arrival, actor)],
        audit: [_noted(arrival, actor)],
        timers: _timers(arrival, rules),
        prompts: _prompts(arrival, rules),
        outbox: [one.row() for one in arrival.said],
    }


def _step(arrival: Arrival, actor: Actor) -> Row:
    referral = arrival.referral
    return history_row(
        council=referral.council,
        life=LIFE.name,
        subject=referral.id,
        frm="submitted",
        may="received",
        then=referral.status,
        actor=actor,
        at=referral.received_at,
    )


def _noted(arrival: Arrival, actor: Actor) -> Row:
    referral = arrival.referral
    action = "referral received"
    return audit_row(council=referral.council, actor=actor, action=action, subject=referral.id)


def _account(arrival: Arrival, actor: Actor) -> Row:
    referral, reading = arrival.referral, arrival.reading
    return {
        "council": referral.council,
        "id": new_id(),
        "referral_id": referral.id,
        "occasion": "intake",
        "told_at": referral.received_at,
        "told_by": actor.subject,
        "danger": reading.danger,
        "told": told_of(reading.form),
        "missing": [each.model_dump() for each in arrival.receipt.missing],
        "as_sent": None if reading.whole else arrival.raw,
    }


def _people(arrival: Arrival) -> list[Row]:
    of = {"council": arrival.referral.council, "referral_id": arrival.referral.id}
    return [
        of | {"id": one.id, "kind": one.kind, "same_as": None, "detail": detail_of(one.person)}
        for one in arrival.found.people
    ]


def _relationships(arrival: Arrival) -> list[Row]:
    of = {"council": arrival.referral.council, "referral_id": arrival.referral.id}
    return [
        of
        | {
            "id": new_id(),
            "adult_id": adult,
            "child_id": child,
            "relation": told.relation,
            "parental_responsibility": told.parental_responsibility or Answer.NOT_KNOWN,
        }
        for adult, child, told in arrival.found.relationships
    ]


def _agreements(arrival: Arrival, actor: Actor) -> list[Row]:
    referral, by_key = arrival.referral, arrival.found.by_key
    return [
        {
            "council": referral.council,
            "id": new_id(),
            "referral_id": referral.id,
            "person_id": by_key[told.person or ""],
            "agreed": told.agreed is Answer.YES,
            "withdrawn": False,
            "how": told.how,
            "asked_by": None,
            "risk_answer": None,
            "recorded_at": referral.received_at,
            "recorded_by": actor.subject,
        }
        for told in arrival.reading.form.agreement
        if told.person in by_key and told.agreed in (Answer.YES, Answer.NO)
    ]


def _timers(arrival: Arrival, rules: CouncilRules) -> list[Row]:
    referral = arrival.referral
    found = [_timer(referral.council, "screening", referral.id, referral.screening_due)]
    if referral.danger:
        due = danger.alarm_due(referral.received_at, rules)
        found.append(_timer(referral.council, danger.ALARM, referral.id, due))
    for one in arrival.found.people:
        if isinstance(one.person, Child) and one.person.expected:
            born_by = birth_known_by(one.person.expected)
            found.append(_timer(referral.council, BIRTH, referral.id, born_by, about=one.id))
            due = watch_until(one.person.expected, rules.eligibility.prebirth_minimum_weeks)
            if due > referral.received_at:
                found.append(_timer(referral.council, WATCH, referral.id, due, about=one.id))
    return found


def _timer(council: str, kind: str, subject: UUID, due: datetime, about: object = "") -> Row:
    timer = timer_row(council=council, kind=kind, subject=subject, due=due)
    return timer | {"about": str(about)}


def _prompts(arrival: Arrival, rules: CouncilRules) -> list[Row]:
    referral = arrival.referral
    asks = danger.asks_at_once(referral.received_at, rules) if referral.danger else ()
    return [
        {
            "id": new_id(),
            "council": referral.council,
            "kind": ask.kind,
            "subject": str(referral.id),
            "about": "",
            "role": ask.role,
            "urgent": True,
            "due_at": ask.due,
        }
        for ask in asks
    ]
