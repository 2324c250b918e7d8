"""The people of a referral, and of all the referrals that were found to be of one family."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from contracts.codes import ContactOutcome
from services.referral.domain.contact_route import (
    Around,
    Mode,
    Route,
    WhyNot,
    contact_route,
    reached_at,
)
from services.referral.intake.kinds import Answer
from services.referral.intake.people import Child, Person
from services.referral.intake.projection import PersonKind

WARNINGS = frozenset({WhyNot.SAID_UNSAFE, WhyNot.POSES_A_RISK, WhyNot.PERPETRATOR_AT_ADDRESS})


@dataclass(frozen=True)
class Member:
    """One person; `same_as` is who they were found to be in an earlier referral."""

    id: UUID
    referral_id: UUID
    kind: PersonKind
    same_as: UUID | None
    person: Person

    @property
    def who(self) -> UUID:
        """The id under which this person is known across referrals."""
        return self.same_as or self.id

    @property
    def expected(self) -> bool:
        """Whether this is a child who is not born yet."""
        return isinstance(self.person, Child) and bool(self.person.expected)


@dataclass(frozen=True)
class Relation:
    """What an adult is to a child, and whether they hold parental responsibility."""

    adult_id: UUID
    child_id: UUID
    relation: str
    parental_responsibility: Answer


@dataclass(frozen=True)
class ContactLogged:
    """One try to reach the family before the decision."""

    person_id: UUID
    attempt: int
    mode: str
    outcome: ContactOutcome
    at: datetime
    logged_by: str


@dataclass(frozen=True)
class Family:
    """Everybody of the family, who agreed, and what bears on how they may be reached."""

    members: tuple[Member, ...]
    relations: tuple[Relation, ...]
    agreed: dict[UUID, bool]
    restricted: bool
    with_safeguarding: bool
    home_conditions_concern: bool = False

    @property
    def agreement_stands(self) -> bool:
        """Whether anybody agrees to the support."""
        return any(self.agreed.values())

    def others_agree(self, person_id: UUID) -> bool:
        """Whether anybody besides this person agrees."""
        who = self.member(person_id).who
        return any(agreed for one, agreed in self.agreed.items() if one != who)

    def member(self, person_id: UUID) -> Member:
        """Find a person; KeyError if they are not of the family."""
        return {member.id: member for member in self.members}[person_id]

    def known_as(self, referral_id: UUID, kind: PersonKind) -> tuple[UUID, ...]:
        """The ids of the children or adults whom one referral names, each known once for ever."""
        own = (m.who for m in self.members if m.referral_id == referral_id and m.kind is kind)
        return tuple(dict.fromkeys(own))

    def unborn(self, referral_id: UUID) -> tuple[UUID, ...]:
        """Which of a referral's children nobody knows to be born, whichever referral would say."""
        born = {m.who for m in self.members if not m.expected}
        return tuple(w for w in self.known_as(referral_id, PersonKind.CHILD) if w not in born)

    def route_to(self, member: Member) -> Route:
        """Tell which ways to a person are safe; what any referral said against one counts."""
        others = tuple(one.person for one in self.members if one.who != member.who)
        around = Around(self.restricted, self.with_safeguarding, others)
        same = [one for one in self.members if one.who == member.who and one.id != member.id]
        warned = [contact_route(one.person, around).why_not for one in same]
        own = contact_route(member.person, around).why_not
        return Route(
            {
                mode: next((w[mode] for w in warned if w[mode] in WARNINGS), why)
                for mode, why in own.items()
            }
        )

    def reaches_referrer(self, referrer: Person, mode: Mode) -> bool:
        """Whether who referred may be reached in a mode.

        Where a member of the family has the same number or e-mail address, what was said of
        theirs counts too.
        """
        around = Around(
            self.restricted, self.with_safeguarding, tuple(one.person for one in self.members)
        )
        why_not = contact_route(referrer, around).why_not[mode]
        at = reached_at(referrer, mode)
        theirs = [one for one in self.members if at and reached_at(one.person, mode) == at]
        if not theirs:
            return why_not is None
        known = {self.route_to(one).why_not[mode] for one in theirs}
        asked = known - {WhyNot.NOT_ASKED} if why_not is None else known
        return why_not is not WhyNot.SAID_UNSAFE and asked <= {None}

    def modes(self) -> dict[Mode, bool]:
        """Tell which ways are safe to at least one adult."""
        routes = [self.route_to(m) for m in self.members if m.kind is PersonKind.ADULT]
        return {mode: any(route.allows(mode) for route in routes) for mode in Mode}

    def letter_person(self) -> UUID | None:
        """Tell to whom a letter may go: first who agreed, then who holds responsibility.

        Nobody who said no, or took agreement back, gets one.
        """
        responsible = {
            one.adult_id for one in self.relations if one.parental_responsibility is Answer.YES
        }
        safe = [
            member
            for member in self.members
            if member.kind is PersonKind.ADULT
            and self.agreed.get(member.who) is not False
            and self.route_to(member).allows(Mode.POST)
        ]
        safe.sort(key=lambda m: (not self.agreed.get(m.who, False), m.id not in responsible))
        return safe[0].id if safe else None
