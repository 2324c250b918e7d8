"""A manager's authorisation: before a planned handover leaves, the same day for an urgent one."""

from datetime import datetime

from chassis.effects import Ask, Due, Settle, Stop
from councils.rules import CouncilRules
from services.handover.domain.clocks import authorisation_due
from services.handover.domain.facts import Authorised
from services.handover.domain.handover import Handover
from services.handover.domain.kinds import Asks, TimerKind
from services.handover.domain.refusals import AlreadyAuthorised, ProposersOwn
from services.handover.domain.sending import begin_sending
from services.handover.domain.turn import Effect, Turn, Who, stepped


def decide_authorisation(handover: Handover, who: Who, at: datetime, rules: CouncilRules) -> Turn:
    """Authorise it; a planned handover leaves now.

    Raises:
        StepNotAllowed: It has ended.
        ProposersOwn: Who authorises is who proposed.
        AlreadyAuthorised: Another manager was first.
    """
    authorised, step = stepped(
        handover, "authorised", who, authorised_by=who.subject, authorised_at=at
    )
    if who.subject == handover.proposed_by:
        raise ProposersOwn
    if handover.authorised_by is not None:
        raise AlreadyAuthorised
    effects = (
        Stop(TimerKind.AUTHORISATION),
        Settle(Asks.AUTHORISE, "authorised"),
        Settle(Asks.AUTHORISATION_OVERDUE, "authorised"),
        *(() if handover.urgent else begin_sending(authorised, at, rules)),
    )
    return Turn(authorised, "handover.authorised", (step,), (Authorised(who.subject),), effects)


def ask_to_authorise(
    handover: Handover, since: datetime, rules: CouncilRules
) -> tuple[Effect, ...]:
    """Ask the managers to authorise what was proposed then, by its due time."""
    due = authorisation_due(since, rules, urgent=handover.urgent)
    return (
        Ask(Asks.AUTHORISE, handover.manager, due=due, urgent=handover.urgent),
        Due(TimerKind.AUTHORISATION, due),
    )
