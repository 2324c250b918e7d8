"""Whatever people, timers and messages do, a family has one owner and its case a true end."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import hypothesis.strategies as st
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from chassis.clocks import new_id
from chassis.facts import Fact
from contracts.allocation import ClosureReason
from councils.rules import CouncilRules
from services.allocation.domain.allocating import allocate
from services.allocation.domain.capacity import Load, Practitioner, weigh
from services.allocation.domain.case import Case, Checklist
from services.allocation.domain.closing import (
    closure_undecided,
    confirm_closure,
    propose_closure,
    refuse_closure,
)
from services.allocation.domain.contacting import Contact, Mode, Outcome, record_contact
from services.allocation.domain.kinds import TimerKind
from services.allocation.domain.no_contact import (
    Route,
    ask_for_letter,
    letter_dispatched,
    letter_unanswered,
)
from services.allocation.domain.opening import join_case, open_case
from services.allocation.domain.reminders import remind
from services.allocation.domain.seeing import child_still_unseen
from services.allocation.domain.statuses import Status
from services.allocation.domain.stepping_up import (
    handover_came_back,
    handover_completed,
    handover_opened,
    propose_step_up,
)
from services.allocation.domain.turn import Turn
from services.allocation.domain.waiting import waitlist
from services.allocation.domain.worries import danger_reported
from tests.services.allocation.made import (
    ALONGSIDE,
    DUTY_MANAGER,
    MANAGER,
    MONDAY,
    OTHER_MANAGER,
    PRACTITIONER,
    SOUTHEND,
    TEAM_MANAGER,
    WORKER,
    a_proposal,
    an_accepted_referral,
)

people = st.sampled_from(
    [(WORKER, PRACTITIONER), (MANAGER, TEAM_MANAGER), (OTHER_MANAGER, TEAM_MANAGER)]
)
DONE = Checklist(
    review_agreed=True, plan_updated=True, farewell_not_possible=True, other_safe_route_tried=True
)


class LifeOfACase(RuleBasedStateMachine):
    case: Case
    now: datetime
    handover_id: UUID
    council: CouncilRules

    @initialize(style=st.sampled_from(["transfer", "alongside"]))
    def a_referral_is_accepted(self, style: str) -> None:
        self.council, self.now = ALONGSIDE if style == "alongside" else SOUTHEND, MONDAY
        accepted = an_accepted_referral()
        self.case = open_case(new_id(), "southend", accepted, MONDAY, self.council).case
        self.handover_id = new_id()

    def take(self, turn: Turn | None, *, by_timer: bool = False) -> None:
        if turn is None:
            return
        before, self.case = self.case, turn.case
        if by_timer:
            assert self.case.standing == before.standing
            assert self.case.owner == before.owner
        if before.step_up:
            told = turn.step.may if turn.step else None
            assert self.case.is_open or told == "handed_over"
        if before.is_open and not self.case.is_open and turn.step and turn.step.may == "closed":
            assert before.closure
            assert before.closure.proposed_by != turn.facts[0].confirmed_by  # type: ignore[union-attr]

    def attempt(self, decide: Any, *args: Any, **more: Any) -> None:
        try:
            self.take(decide(*args, **more))
        except Fact:
            return

    @rule(days=st.integers(1, 12))
    def days_pass(self, days: int) -> None:
        self.now += timedelta(days=days)

    @rule(who=people)
    def a_worker_is_allocated(self, who: Any) -> None:
        worker = Practitioner("w-other", "west", "senior_practitioner")
        candidate = weigh(worker, Load(), self.case, self.now.date(), self.council)
        self.attempt(
            allocate, self.case, candidate, who[1], self.now, self.council, override_reason=None
        )

    @rule()
    def the_family_waits(self) -> None:
        self.attempt(waitlist, self.case, None, TEAM_MANAGER, self.now, self.council)

    @rule(
        mode=st.sampled_from(list(Mode)),
        outcome=st.sampled_from(list(Outcome)),
        verified=st.booleans(),
    )
    def a_contact_is_recorded(self, mode: Mode, outcome: Outcome, *, verified: bool) -> None:
        seen = (self.case.children[0].id,) if outcome == Outcome.SEEN else ()
        adult = self.case.adult_ids[0] if verified else None
        made = Contact(mode, outcome, self.now, WORKER, seen, adult)
        told = (self.case, made, PRACTITIONER, self.now, self.council)
        self.attempt(record_contact, *told, remote_allowed=True)

    @rule(safe=st.booleans())
    def a_letter_is_asked_for(self, *, safe: bool) -> None:
        routes = [Route(safe, self.case.adult_ids[0])]
        self.attempt(
            ask_for_letter,
            self.case,
            new_id(),
            routes,
            by=WORKER,
            roles=PRACTITIONER,
            rules=self.council,
        )

    @precondition(lambda self: self.case.letter is not None)
    @rule()
    def the_letter_leaves(self) -> None:
        assert self.case.letter
        self.take(letter_dispatched(self.case, self.case.letter.id, self.now, self.council))

    @rule(who=people, reason=st.sampled_from(ClosureReason.known()))
    def a_closure_is_proposed(self, who: Any, reason: ClosureReason) -> None:
        told = {"closure_id": new_id(), "reason": reason, "checklist": DONE, "by": who[0]}
        self.attempt(
            propose_closure, self.case, **told, roles=who[1], at=self.now, rules=self.council
        )

    @rule(who=people)
    def a_closure_is_confirmed(self, who: Any) -> None:
        self.attempt(confirm_closure, self.case, who[0], who[1], self.now, self.council)

    @rule()
    def a_closure_is_refused(self) -> None:
        self.attempt(refuse_closure, self.case, TEAM_MANAGER)

    @rule(urgent=st.booleans(), roles=st.sampled_from([PRACTITIONER, DUTY_MANAGER]))
    def a_step_up_is_proposed(self, roles: Any, *, urgent: bool) -> None:
        proposal = a_proposal(urgent=urgent)
        self.attempt(propose_step_up, self.case, proposal, WORKER, roles, self.now)
        if self.case.step_up and self.case.step_up.id == proposal.id:
            self.handover_id = new_id()

        if self.case.step_up and not self.case.step_up.urgent:
            assert not urgent

    @rule()
    def the_handover_opens(self) -> None:
        self.take(handover_opened(self.case, self.handover_id))

    @rule(outcome=st.sampled_from(["declined", "cancelled"]))
    def the_handover_comes_back(self, outcome: str) -> None:
        before = self.case
        self.attempt(handover_came_back, self.case, self.handover_id, outcome)
        if before.step_up and not self.case.step_up:
            assert self.case.standing == before.status

    @rule()
    def the_handover_is_completed(self) -> None:
        self.attempt(handover_completed, self.case, self.handover_id, self.now, self.council)

    @rule()
    def danger_is_reported(self) -> None:
        self.take(danger_reported(self.case))

    @precondition(lambda self: self.case.is_open)
    @rule()
    def another_referral_joins(self) -> None:
        joining = an_accepted_referral(family_id=self.case.family_id)
        self.take(join_case(self.case, joining, self.now, self.council))

    @rule(kind=st.sampled_from(list(TimerKind)))
    def a_timer_comes_due(self, kind: TimerKind) -> None:
        if kind == TimerKind.NO_CONTACT_ANSWER:
            turn = letter_unanswered(self.case)
        elif kind == TimerKind.CLOSURE_CONFIRMATION:
            turn = closure_undecided(self.case)
        elif kind in (TimerKind.NOT_SEEN_ASK, TimerKind.NOT_SEEN_CONSULT):
            child = self.case.children[0].id
            turn = child_still_unseen(self.case, child, kind, self.now, self.council)
        else:
            turn = remind(self.case, kind)
        self.take(turn, by_timer=True)

    @invariant()
    def there_is_one_owner_until_the_end(self) -> None:
        if not hasattr(self, "case"):
            return
        assert (self.case.owner is None) == (self.case.status == Status.CLOSED)
        assert self.case.accountable == (self.case.is_open and not self.case.led_by_care)
        if self.case.status in (Status.ALLOCATED, Status.ENGAGING, Status.NO_CONTACT):
            assert self.case.practitioner_id
        assert (self.case.closure is not None) == (self.case.status == Status.CLOSING)
        assert self.case.status not in (Status.STEP_UP_PENDING, Status.AS_BEFORE)

    @invariant()
    def what_locks_a_case_keeps_it_open(self) -> None:
        if hasattr(self, "case") and self.case.step_up:
            assert self.case.is_open
            assert self.case.standing == Status.STEP_UP_PENDING


TestLifeOfACase = LifeOfACase.TestCase
TestLifeOfACase.settings = settings(max_examples=120, stateful_step_count=40, deadline=None)
