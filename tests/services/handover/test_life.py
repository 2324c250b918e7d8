"""However its steps are mixed, a handover never ends without people or on a machine's word."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from chassis.clocks import new_id
from chassis.facts import Fact
from contracts.handover import AcknowledgedBy, DeclinedReason, SendFailedReason
from contracts.roles import Role
from councils.rules import load_councils
from services.handover.domain import facts
from services.handover.domain.authorising import decide_authorisation
from services.handover.domain.cancelling import decide_cancellation
from services.handover.domain.handover import Handover
from services.handover.domain.kinds import CancelledReason, NotJointReason, TimerKind
from services.handover.domain.opening import open_from_diversion, open_from_step_up
from services.handover.domain.overdue import Clock, decide_overdue
from services.handover.domain.proposing_again import proposed_again
from services.handover.domain.receiving import (
    decide_acceptance,
    decide_acknowledgement,
    decide_decline,
    decide_information_request,
    decide_phone_acknowledgement,
)
from services.handover.domain.sending import (
    decide_delivered,
    decide_not_delivered,
    decide_resend,
)
from services.handover.domain.statuses import ENDED, LIFE, OPEN, Status
from services.handover.domain.turn import SendPack, Turn, Who
from services.handover.domain.visiting import decide_booking, decide_completion, decide_visit
from tests.making.handing_over import TUESDAY, a_diversion, a_step_up

RULES = load_councils(Path("councils"))["southend"]
SHA = "a" * 64
PEOPLE = [
    Who("staff-debbie", frozenset({Role.PRACTITIONER})),
    Who("staff-joan", frozenset({Role.TEAM_MANAGER, Role.DUTY_WORKER})),
    Who("staff-martin", frozenset({Role.TEAM_MANAGER})),
    Who("staff-priya", frozenset({Role.DUTY_MANAGER})),
    Who("care-helen", frozenset({Role.CARE_RECEIVER})),
    Who("system:southend-care", frozenset({Role.CARE_RECEIVER})),
]
ANYBODY = st.sampled_from(PEOPLE)


class AHandover(RuleBasedStateMachine):
    """One handover, to which anything may happen in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.at: datetime = TUESDAY
        self.said: list[facts.HandoverFact] = []
        self.steps: list[str] = []
        self.left = False
        self.may_end_badly = False
        self.handover: Handover

    @initialize(
        urgent=st.booleans(),
        diverted=st.booleans(),
        home=st.none() | st.integers(0, 300),
        may_end_badly=st.booleans(),
    )
    def opens(self, *, urgent: bool, diverted: bool, home: int | None, may_end_badly: bool) -> None:
        self.may_end_badly = may_end_badly
        goes_home = None if home is None else TUESDAY + timedelta(minutes=home)
        given: dict[str, Any] = {"urgent": urgent, "child_goes_home_at": goes_home}
        if diverted:
            said = a_diversion(**given, decided_by="staff-joan")
            turn = open_from_diversion(new_id(), "southend", said, self.at, RULES)
        else:
            step_up = a_step_up(**given, proposed_by="staff-joan")
            turn = open_from_step_up(new_id(), "southend", step_up, self.at, RULES)
        self.take(turn)

    def take(self, turn: Turn) -> None:
        self.handover = turn.handover
        if any(step.may == "made_urgent" for step in turn.steps):
            self.said = [one for one in self.said if not isinstance(one, facts.Acknowledged)]
        self.said += turn.facts
        self.steps += [step.may for step in turn.steps]
        self.left = self.left or any(isinstance(each, SendPack) for each in turn.effects)

    def attempt(self, decision: Callable[..., Turn], *given: Any, **named: Any) -> None:
        before = self.handover
        with suppress(Fact):
            turn = decision(self.handover, *given, **named)
            self.take(turn)
            if before.status in ENDED:
                assert turn.handover.status is before.status

    @rule(minutes=st.integers(1, 400))
    def time_passes(self, minutes: int) -> None:
        self.at += timedelta(minutes=minutes)

    @rule(who=ANYBODY)
    def authorised(self, who: Who) -> None:
        self.attempt(decide_authorisation, who, self.at, RULES)

    @rule(version=st.integers(1, 3))
    def delivered(self, version: int) -> None:
        if self.left:
            self.attempt(decide_delivered, version, SHA, self.at, RULES)

    @rule(reason=st.sampled_from(SendFailedReason.known()))
    def not_delivered(self, reason: SendFailedReason) -> None:
        if self.left:
            self.attempt(decide_not_delivered, reason, self.at, RULES)

    @rule(who=ANYBODY)
    def sent_again(self, who: Who) -> None:
        self.attempt(decide_resend, who, None, self.at, RULES)

    @rule(who=ANYBODY)
    def acknowledged(self, who: Who) -> None:
        self.attempt(decide_acknowledgement, who, self.at, RULES)

    @rule(who=ANYBODY)
    def rung(self, who: Who) -> None:
        self.attempt(
            decide_phone_acknowledgement, who, told_by="H", told_at=self.at, at=self.at, rules=RULES
        )

    @rule(who=ANYBODY)
    def accepted(self, who: Who) -> None:
        self.attempt(decide_acceptance, who, self.at, RULES)

    @precondition(lambda self: self.may_end_badly)
    @rule(who=ANYBODY)
    def declined(self, who: Who) -> None:
        reason = DeclinedReason.THRESHOLD_NOT_MET
        self.attempt(decide_decline, who, reason=reason, words=None, at=self.at, rules=RULES)

    @rule(who=ANYBODY)
    def asked_about(self, who: Who) -> None:
        self.attempt(decide_information_request, who, "Why?", self.at, RULES)

    @rule(who=ANYBODY)
    def booked(self, who: Who) -> None:
        self.attempt(decide_booking, who, self.at.date(), self.at)

    @rule(who=ANYBODY, not_joint=st.none() | st.sampled_from(NotJointReason))
    def visited(self, who: Who, not_joint: NotJointReason | None) -> None:
        on = self.at.date()
        self.attempt(decide_visit, who, on=on, not_joint=not_joint, words=None, at=self.at)

    @rule(who=ANYBODY)
    def completed(self, who: Who) -> None:
        self.attempt(decide_completion, who, "H. Invented", self.at)

    @rule()
    def everybody_does_their_next_part(self) -> None:
        martin, helen, on = PEOPLE[2], PEOPLE[4], self.at.date()
        if self.handover.authorised_by is None:
            self.attempt(decide_authorisation, martin, self.at, RULES)
        elif self.handover.status in (Status.ACCEPTED, Status.VISIT_BOOKED):
            why = None if self.handover.urgent else NotJointReason.NOT_SAFE
            self.attempt(decide_visit, helen, on=on, not_joint=why, words=None, at=self.at)
        elif self.handover.status is Status.VISITED:
            self.attempt(decide_completion, helen, "H. Invented", self.at)
        else:
            self.attempt(decide_acceptance, helen, self.at, RULES)

    @precondition(lambda self: self.may_end_badly)
    @rule(who=ANYBODY)
    def cancelled(self, who: Who) -> None:
        self.attempt(decide_cancellation, who, CancelledReason.OTHER, None, self.at)

    @rule(urgent=st.booleans())
    def proposed_again(self, *, urgent: bool) -> None:
        if self.handover.is_open:
            self.take(proposed_again(self.handover, a_step_up(urgent=urgent), self.at, RULES))

    @rule(kind=st.sampled_from(TimerKind))
    def a_clock_runs_out(self, kind: TimerKind) -> None:
        before = self.handover
        turn = decide_overdue(Clock(kind), before, self.at, RULES)
        if turn is None:
            return
        after = turn.handover
        assert after.status in (before.status, Status.SEND_FAILED)
        assert after.authorised_by == before.authorised_by
        assert after.acknowledged_at == before.acknowledged_at
        assert after.ended_at == before.ended_at
        self.take(turn)

    @invariant()
    def it_is_completed_only_by_people_after_a_visit_or_its_reason(self) -> None:
        if getattr(self, "handover", None) is None or self.handover.status is not Status.COMPLETED:
            return
        done = self.handover
        assert done.receiving_worker
        assert done.visit_joint is True or done.not_joint_reason is not None
        assert done.authorised_by not in (None, done.proposed_by)
        assert "declined" not in self.steps
        assert "cancelled" not in self.steps

    @invariant()
    def a_machine_never_stops_the_urgent_alarm(self) -> None:
        if not hasattr(self, "handover"):
            return
        told = [each.by for each in self.said if isinstance(each, facts.Acknowledged)]
        assert len(told) <= 1
        if self.handover.urgent:
            assert AcknowledgedBy.SYSTEM not in told
            assert not told or self.handover.a_person_knows
            taken_back = self.handover.status is Status.CANCELLED
            assert self.handover.unanswered or self.handover.a_person_knows or taken_back

    @invariant()
    def nothing_leaves_unless_it_may(self) -> None:
        if hasattr(self, "handover"):
            assert self.handover.may_leave or not self.left

    @invariant()
    def whose_the_family_is_is_never_open(self) -> None:
        if hasattr(self, "handover"):
            completed = any(isinstance(each, facts.Completed) for each in self.said)
            assert self.handover.owner == ("social_care" if completed else "early_help")
            assert (self.handover.ended_at is None) == self.handover.is_open


AHandover.TestCase.settings = settings(max_examples=100, stateful_step_count=30, deadline=None)
TestAHandover = AHandover.TestCase


def test_the_life_can_be_read_as_a_table() -> None:
    table = LIFE.render()
    assert "| accepted, visit booked | visited | visited |" in table
    assert "declined by" not in table


def test_every_open_status_leads_to_an_end() -> None:
    leads: dict[Status, set[Status]] = {}
    for step in LIFE.steps:
        for start in step.starts:
            leads.setdefault(Status(start), set()).add(Status(step.then))
    for status in OPEN:
        reached, seen = {status}, set[Status]()
        while reached - seen:
            seen |= reached
            reached |= {each for one in seen for each in leads.get(one, ())}
        assert set(ENDED) & reached, status


def test_nothing_comes_after_an_end() -> None:
    assert not {start for step in LIFE.steps for start in step.starts} & set(ENDED)
