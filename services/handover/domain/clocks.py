"""When a handover's answers are due, and who telephones when they do not come."""

from datetime import datetime, timedelta

from chassis.effects import Ask
from councils.rules import CouncilRules
from councils.working_time import due_after, is_open
from services.handover.domain.handover import Handover
from services.handover.domain.kinds import Asks


def urgent_alarm_due(
    proposed_at: datetime, goes_home_at: datetime | None, rules: CouncilRules
) -> datetime:
    """Tell by when a named person must have acknowledged on the urgent road.

    Within the council's hour, and so long before the child goes home that somebody can act.
    """
    within = due_after(proposed_at, rules.clocks.handover_acknowledge_urgent, rules)
    if goes_home_at is None:
        return within
    return min(within, goes_home_at - timedelta(minutes=rules.clocks.before_home_minutes))


def authorisation_due(since: datetime, rules: CouncilRules, *, urgent: bool) -> datetime:
    """Tell by when a manager must have authorised what was proposed then."""
    clocks = rules.clocks
    clock = clocks.handover_authorise_urgent if urgent else clocks.handover_authorise
    return due_after(since, clock, rules)


def ring(handover: Handover, at: datetime, rules: CouncilRules) -> Ask[Asks]:
    """Ask a named person to telephone: the manager who authorised it, else who is on duty.

    While the desk is closed that is the out-of-hours team; it never waits for the morning.
    """
    on_duty = handover.authorised_by or rules.duty_contact.label
    assignee = on_duty if is_open(at, rules) else rules.desk.out_of_hours.name
    due = handover.alarm_due or at
    return Ask(Asks.RING, handover.manager, due=due, urgent=handover.urgent, assignee=assignee)
