"""What the plain timers ask of people once their time has come."""

from chassis.effects import Ask
from contracts.roles import Role
from services.allocation.domain.case import Case
from services.allocation.domain.kinds import Asks, TimerKind
from services.allocation.domain.statuses import WITHOUT_WORKER, Status
from services.allocation.domain.turn import Turn, worker_or_manager


def remind(case: Case, kind: TimerKind) -> Turn | None:
    """Ask the right person about what is overdue; None where it has been done meanwhile.

    A proposed closure stops no reminder: it may be refused, and the family waits on.
    """
    if not case.is_open:
        return None
    stands = case.closure.before if case.closure else case.status
    role, assignee = worker_or_manager(case)
    manager = Role.TEAM_MANAGER
    asked = {
        TimerKind.ALLOCATION: (
            stands in WITHOUT_WORKER,
            Ask(Asks.ALLOCATION_OVERDUE, manager),
        ),
        TimerKind.WAITING_REVIEW: (
            stands == Status.WAITING,
            Ask(Asks.REVIEW_WAITING, manager),
        ),
        TimerKind.FIRST_CONTACT: (
            case.first_contact_at is None,
            Ask(Asks.FIRST_CONTACT_OVERDUE, role, assignee=assignee),
        ),
        TimerKind.VISIT_BY: (True, Ask(Asks.VISIT_OVERDUE, role, assignee=assignee)),
        TimerKind.OPEN_CASE_ALERT: (True, Ask(Asks.LONG_OPEN, manager)),
    }
    so, ask = asked[kind]
    return Turn(case, f"case.{ask.kind}", effects=(ask,)) if so else None
