"""The duty manager's decision: what must be known before it may be taken, and what it changes."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from chassis.facts import Malformed, NotAllowed
from contracts.codes import ContactOutcome
from contracts.referral import NotProceedingReason
from councils.rules import CouncilRules, UnknownCode
from services.referral.domain.life import LIFE
from services.referral.domain.referral import Referral
from services.referral.domain.status import Decision, Status

Found = TypeVar("Found")
REACHED = frozenset({ContactOutcome.SEEN, ContactOutcome.HEARD_NOT_SEEN, ContactOutcome.REFUSED})


class LawfulBasis(StrEnum):
    """On what the work rests where nobody agreed to it; agreement is not the only ground."""

    PUBLIC_TASK = "public_task"
    LEGAL_OBLIGATION = "legal_obligation"
    VITAL_INTERESTS = "vital_interests"
    SAFEGUARDING_OF_CHILDREN = "safeguarding_of_children"


class Lacking(StrEnum):
    """What a decision may lack."""

    FAMILY_CONTACT = "family_contact"
    AGREEMENT = "agreement"
    UNMET_NEED = "unmet_need"
    PATHWAY = "pathway"
    TEAM_AREA = "team_area"
    EARLIER_EPISODE = "earlier_episode"


SAID = {
    Lacking.FAMILY_CONTACT: "the family has not been reached, and no reason is given",
    Lacking.AGREEMENT: "nobody in the family agrees, and no lawful basis is recorded",
    Lacking.UNMET_NEED: "no unmet need is recorded",
    Lacking.PATHWAY: "no pathway is chosen",
    Lacking.TEAM_AREA: "no area is named whose team takes the family on",
    Lacking.EARLIER_EPISODE: "this pathway needs an earlier time of support, or a reason without",
}


class DecisionNotReady(NotAllowed):
    """Something that the decision rests on is not there yet; every such thing is named."""

    slug = "decision-not-ready"
    title = "This cannot be decided yet"


@dataclass(frozen=True)
class Deciding:
    """What the manager decides, with what it rests on, in the manager's own words."""

    decision: Decision
    level: int
    reason: str
    pathway: str | None = None
    unmet_need: str | None = None
    team_area: str | None = None
    family_not_contacted_because: str | None = None
    lawful_basis: LawfulBasis | None = None
    agreement_overridden_because: str | None = None
    earlier_episode: str | None = None
    no_earlier_episode_because: str | None = None
    not_proceeding_because: NotProceedingReason | None = None


@dataclass(frozen=True)
class Known:
    """What the front door knows at the moment of deciding."""

    outcomes: frozenset[ContactOutcome]
    agreement_stands: bool
    accepted_before: bool


def decide_pathway(
    referral: Referral,
    deciding: Deciding,
    known: Known,
    roles: frozenset[str],
    *,
    by: str,
    at: datetime,
    rules: CouncilRules,
) -> Referral:
    """Take the decision.

    Raises:
        StepNotAllowed: The referral does not stand where it could be decided.
        NotTheirDecision: It is for another role to decide.
        Malformed: The council has no such pathway or area.
        DecisionNotReady: Names all that is lacking.
    """
    status = Status(LIFE.take(referral.status, deciding.decision, roles))
    if lacking := [*_lacking(deciding, known, rules)]:
        sentence = "; ".join(SAID[one] for one in lacking)
        raise DecisionNotReady(f"{sentence[0].upper()}{sentence[1:]}.", lacking=[*lacking])
    accepted = deciding.decision is Decision.ACCEPTED
    return replace(
        referral,
        status=status,
        decision=deciding.decision,
        decided_at=at,
        decided_by=by,
        level=deciding.level,
        pathway=deciding.pathway if accepted else None,
    )


def _lacking(deciding: Deciding, known: Known, rules: CouncilRules) -> Iterator[Lacking]:
    if not known.outcomes & REACHED and not deciding.family_not_contacted_because:
        yield Lacking.FAMILY_CONTACT
    if deciding.decision is not Decision.ACCEPTED:
        return
    overridden = deciding.lawful_basis and deciding.agreement_overridden_because
    if not known.agreement_stands and not overridden:
        yield Lacking.AGREEMENT
    if not deciding.unmet_need:
        yield Lacking.UNMET_NEED
    if not deciding.team_area:
        yield Lacking.TEAM_AREA
    else:
        _known_code(rules.area, deciding.team_area)
    if not deciding.pathway:
        yield Lacking.PATHWAY
    elif _known_code(rules.pathway, deciding.pathway).needs_earlier_episode and not any(
        (known.accepted_before, deciding.earlier_episode, deciding.no_earlier_episode_because)
    ):
        yield Lacking.EARLIER_EPISODE


def _known_code(look_up: Callable[[str], Found], code: str) -> Found:
    try:
        return look_up(code)
    except UnknownCode as unknown:
        raise Malformed(f"The council has no {unknown.noun} of that code.") from None
