"""What a clock that ran out asks of people; no clock authorises, accepts, declines or closes.

The urgent alarm asks again and again: a call that reached nobody settles a prompt, not the alarm.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chassis.effects import Ask, Due
from contracts.handover import SendFailedReason
from contracts.roles import Role
from councils.rules import CouncilRules
from services.handover.domain.clocks import ring
from services.handover.domain.handover import Handover
from services.handover.domain.kinds import Asks, TimerKind
from services.handover.domain.sending import decide_not_delivered
from services.handover.domain.statuses import UNDECIDED, Status
from services.handover.domain.turn import Turn

Overdue = Callable[[Handover, datetime, CouncilRules], Turn | None]
AGAIN = "again"


@dataclass(frozen=True)
class Clock:
    """A clock that ran out; `about` is as it was set."""

    kind: TimerKind
    about: str = ""

    def anew(self, at: datetime) -> Due[TimerKind]:
        """Set it again: under another name, for the one that is running out ends with this."""
        return Due(self.kind, at, "" if self.about else AGAIN)


def decide_overdue(
    clock: Clock, handover: Handover, at: datetime, rules: CouncilRules
) -> Turn | None:
    """Tell what follows from a clock that ran out; None where what it waited for has come."""
    turn = _OVERDUE[clock.kind](handover, at, rules) if handover.is_open else None
    if turn is None or clock.kind is not TimerKind.ACKNOWLEDGEMENT or not handover.urgent:
        return turn
    again = clock.anew(at + timedelta(minutes=rules.clocks.danger_alarm_minutes))
    return replace(turn, effects=(*turn.effects, again))


def _authorisation(handover: Handover, _at: datetime, _rules: CouncilRules) -> Turn | None:
    if handover.authorised_by is not None:
        return None
    return _asked(
        handover, Asks.AUTHORISATION_OVERDUE, Role.TEAM_MANAGER, Role.DUTY_MANAGER, urgent=True
    )


def _acknowledgement(handover: Handover, at: datetime, rules: CouncilRules) -> Turn | None:
    if not handover.unanswered:
        return None
    return Turn(handover, "handover.unacknowledged", effects=(ring(handover, at, rules),))


def _send_failed(handover: Handover, at: datetime, rules: CouncilRules) -> Turn | None:
    if handover.arrived or not handover.unanswered:
        return None
    came = handover.delivered_at is not None
    reason = SendFailedReason.NO_ACKNOWLEDGEMENT if came else SendFailedReason.NOT_REACHED
    return decide_not_delivered(handover, reason, at, rules)


def _decision(handover: Handover, _at: datetime, _rules: CouncilRules) -> Turn | None:
    if handover.status not in UNDECIDED:
        return None
    roles = (handover.manager, Role.CARE_RECEIVER)
    return _asked(handover, Asks.DECISION_OVERDUE, *roles, urgent=handover.urgent)


def _joint_visit(handover: Handover, _at: datetime, _rules: CouncilRules) -> Turn | None:
    if handover.status not in (Status.ACCEPTED, Status.VISIT_BOOKED):
        return None
    return _asked(handover, Asks.VISIT_OVERDUE, handover.manager, Role.CARE_RECEIVER, urgent=False)


def _asked(handover: Handover, kind: Asks, *roles: Role, urgent: bool) -> Turn:
    asks = tuple(Ask(kind, role, about=role, urgent=urgent) for role in roles)
    return Turn(handover, kind.value, effects=asks)


_OVERDUE: Mapping[TimerKind, Overdue] = {
    TimerKind.AUTHORISATION: _authorisation,
    TimerKind.ACKNOWLEDGEMENT: _acknowledgement,
    TimerKind.SEND_FAILED: _send_failed,
    TimerKind.DECISION: _decision,
    TimerKind.JOINT_VISIT: _joint_visit,
}
