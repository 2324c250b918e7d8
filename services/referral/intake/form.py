"""Intake schema v1: the referral form as agencies' software sends it and workers key it."""

from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import ConfigDict, Field, StringConstraints

from chassis.web.moments import Day, Moment
from contracts.codes import ReferrerKind, SourceCode
from services.referral.intake.kinds import Email, Form, Key, Line, Phone, Words, YesNo
from services.referral.intake.people import Address, Adult, Child, SafeContact

DANGER_QUESTIONS = ("immediate_danger", "significant_harm_suspected", "sexual_abuse_suspected")


class Danger(Form):
    """Asked first, and answered even when nothing else is."""

    immediate_danger: YesNo | None = None
    significant_harm_suspected: YesNo | None = None
    sexual_abuse_suspected: YesNo | None = None
    what_is_happening: Words | None = None
    police_log_number: Line | None = None


class Referrer(Form):
    """Who refers. An agency's token says which agency; a worker who keys it says which kind."""

    name: Line | None = None
    role: Line | None = None
    phone: Phone | None = None
    email: Email | None = None
    relationship_to_family: Line | None = None
    known_to_family_as_referrer: YesNo | None = None
    safe_contact: SafeContact | None = None
    kind: ReferrerKind | None = None
    source_code: SourceCode | None = None
    agency_id: UUID | None = None


class Relation(StrEnum):
    """What an adult is to a child."""

    MOTHER = "mother"
    FATHER = "father"
    STEP_PARENT = "step_parent"
    PARTNER_OF_PARENT = "partner_of_parent"
    GRANDPARENT = "grandparent"
    FOSTER_CARER = "foster_carer"
    GUARDIAN = "guardian"
    SIBLING = "sibling"
    OTHER_RELATIVE = "other_relative"
    NOT_RELATED = "not_related"
    NOT_KNOWN = "not_known"


class Relationship(Form):
    """How an adult and a child of this form belong together; never assumed."""

    adult: Key | None = None
    child: Key | None = None
    relation: Relation = Relation.NOT_KNOWN
    parental_responsibility: YesNo | None = None


class AskedHow(StrEnum):
    """How agreement was asked for."""

    IN_PERSON = "in_person"
    BY_PHONE = "by_phone"
    IN_WRITING = "in_writing"
    ONLINE = "online"


class Agreed(Form):
    """What one person said about having this support."""

    person: Key | None = None
    agreed: YesNo | None = None
    how: AskedHow | None = None
    asked_at: Moment | None = None
    why_not_asked: Words | None = None


class NeedCode(StrEnum):
    """A need, by the ten headline outcomes of Supporting Families (2022 to 2025)."""

    EDUCATION = "education"
    EARLY_YEARS = "early_years"
    HEALTH = "health"
    SUBSTANCE_USE = "substance_use"
    FAMILY_RELATIONSHIPS = "family_relationships"
    SAFE_FROM_ABUSE_AND_EXPLOITATION = "safe_from_abuse_and_exploitation"
    CRIME = "crime"
    DOMESTIC_ABUSE = "domestic_abuse"
    HOUSING = "housing"
    FINANCE = "finance"
    OTHER = "other"


class Need(Form):
    """A need that is not met: what was tried, what came of it, why it is not met elsewhere."""

    need: NeedCode | None = None
    what: Words | None = None
    tried: Words | None = None
    what_happened: Words | None = None
    why_not_met_elsewhere: Words | None = None


class Professional(Form):
    """Somebody already involved, and whether we may talk to them."""

    name: Line | None = None
    agency: Line | None = None
    role: Line | None = None
    phone: Phone | None = None
    email: Email | None = None
    supports: Annotated[tuple[Key, ...], Field(max_length=30)] = ()
    may_we_contact: YesNo | None = None


class Confidential(Form):
    """What the family, or one of them, must not hear, and why."""

    information: Words | None = None
    why: Words | None = None
    kept_from: Annotated[tuple[Key, ...], Field(max_length=30)] = ()


class Household(Form):
    """Who belongs to the family, wherever each of them lives."""

    address: Address | None = None
    restricted: YesNo | None = None
    home_conditions_concern: YesNo | None = None
    children: Annotated[tuple[Child, ...], Field(max_length=30)] = ()
    adults: Annotated[tuple[Adult, ...], Field(max_length=30)] = ()


AgencyReference = Annotated[str, StringConstraints(pattern=r"^[\x21-\x7e]{1,200}$")]


class IntakeForm(Form):
    """A referral. Hardly anything is required, and where a child is in danger, nothing is."""

    model_config = ConfigDict(
        json_schema_extra={"required": ["danger", "referrer", "reason", "household"]}
    )

    version: Literal[1] = 1
    agency_reference: AgencyReference | None = None
    danger: Danger = Danger()
    referrer: Referrer = Referrer()
    reason: Words | None = None
    household: Household = Household()
    relationships: Annotated[tuple[Relationship, ...], Field(max_length=200)] = ()
    agreement: Annotated[tuple[Agreed, ...], Field(max_length=60)] = ()
    needs: Annotated[tuple[Need, ...], Field(max_length=30)] = ()
    strengths: Words | None = None
    level_of_need: Annotated[int, Field(ge=1, le=4)] | None = None
    support_asked_for: Words | None = None
    earlier_support: Words | None = None
    professionals: Annotated[tuple[Professional, ...], Field(max_length=60)] = ()
    confidential_from_family: Annotated[tuple[Confidential, ...], Field(max_length=30)] = ()


class ChildSeen(StrEnum):
    """Whether a referrer has seen a child since, or is worried."""

    YES = "yes"
    NO = "no"
    WORRIED = "worried"


class SeenSince(Form):
    """What a referrer says of one child when asked."""

    child_id: UUID | None = None
    seen: ChildSeen | None = None
    on: Day | None = None


class HouseholdNow(Form):
    """What has changed about the household since."""

    restricted: YesNo | None = None
    home_conditions_concern: YesNo | None = None


class AdditionForm(Form):
    """What is added to a referral; in danger, whatever of it can be read."""

    danger: Danger = Danger()
    information: Words | None = None
    household: HouseholdNow = HouseholdNow()
    goes_home_at: Moment | None = None
    seen_since: Annotated[tuple[SeenSince, ...], Field(max_length=30)] = ()
    confidential_from_family: Annotated[tuple[Confidential, ...], Field(max_length=30)] = ()

    @property
    def worried(self) -> bool:
        """Whether the referrer is worried about any child, asked whether it has been seen."""
        return any(one.seen is ChildSeen.WORRIED for one in self.seen_since)
