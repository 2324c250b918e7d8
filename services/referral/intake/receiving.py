"""Works out everything that follows from a new referral, before anything is written."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chassis.clocks import new_id
from chassis.messaging.outbox import Outgoing
from chassis.web.identity import Actor
from chassis.web.validation import field_errors
from councils.rules import CouncilRules
from councils.working_time import due_after
from services.referral.domain.receipt import Receipt, ToPutRight, receipt_of
from services.referral.domain.reference import new_reference
from services.referral.domain.referral import Referral
from services.referral.domain.status import Status
from services.referral.domain.submitter import Submitter
from services.referral.intake.projection import Found, found_in, goes_home_first
from services.referral.intake.reading import Read, Reading
from services.referral.publish import numbered, received


@dataclass(frozen=True)
class Arrival:
    """A referral about to be stored: the row, the people, the receipt, what is said of it."""

    referral: Referral
    reading: Reading
    found: Found
    receipt: Receipt
    said: tuple[Outgoing, ...]
    raw: bytes


def receive(
    raw: bytes,
    reading: Reading,
    *,
    actor: Actor,
    who: Submitter,
    now: datetime,
    rules: CouncilRules,
) -> Arrival:
    """Make the referral, its people, its receipt and its messages."""
    form = reading.form
    found = found_in(form)
    bare = Referral(
        council=rules.code,
        id=new_id(),
        family_id=new_id(),
        reference=new_reference(rules.code),
        status=Status.RECEIVED,
        sequence=0,
        referrer_kind=who.kind,
        agency_id=who.agency_id,
        agency_reference=form.agency_reference,
        source_code=who.source_code,
        submitted_by=actor.subject,
        received_at=now,
        danger=reading.danger,
        whole=reading.whole,
        restricted=reading.restricted,
        child_goes_home_at=goes_home_first(form),
        screening_due=due_after(now, rules.clocks.screening, rules),
        decision_due=due_after(now, rules.clocks.decision, rules),
    )
    referral, said = numbered(bare, received(bare, found))
    receipt = receipt_of(referral, rules, to_put_right(reading))
    return Arrival(referral, reading, found, receipt, said, raw)


def to_put_right(reading: Read[Any]) -> tuple[ToPutRight, ...]:
    """Tell what could not be read or is missing, as fields and sentences without values."""
    problems = [dict(problem) for problem in reading.problems]
    return tuple(ToPutRight(**error) for error in field_errors(problems))
