"""The people of a referral: children, born or not yet, and adults, and how to reach them safely."""

from typing import Annotated

from pydantic import Field

from chassis.web.moments import Day, Moment
from contracts.codes import Disability, Ethnicity, Sex
from services.referral.intake.kinds import (
    Email,
    Form,
    Key,
    Line,
    NhsNumber,
    OdsCode,
    Phone,
    Postcode,
    Upn,
    Uprn,
    Urn,
    Words,
    YesNo,
)


class Address(Form):
    """Where somebody lives or stays."""

    lines: Annotated[tuple[Line, ...], Field(min_length=1, max_length=6)] | None = None
    postcode: Postcode | None = None
    uprn: Uprn | None = None


class SafeContact(Form):
    """How a person may be reached without putting anybody in danger; unanswered is not yes."""

    phone: YesNo | None = None
    text: YesNo | None = None
    email: YesNo | None = None
    post: YesNo | None = None
    visit: YesNo | None = None
    when: Words | None = None
    must_not_know: Annotated[tuple[Line, ...], Field(max_length=10)] = ()
    perpetrator_at_address: YesNo | None = None


class Interpreter(Form):
    """Who must be there for a person to be understood; a relative is never the interpreter."""

    language: Line | None = None
    signer: YesNo | None = None
    preference: Line | None = None


class DigitalAccess(Form):
    """Whether a person can join a meeting on a screen, and what would help."""

    can_join_online: YesNo | None = None
    help_needed: Words | None = None


class School(Form):
    """Where a child learns; each child may have another."""

    name: Line | None = None
    urn: Urn | None = None


class Practice(Form):
    """The general practice a person is registered with."""

    name: Line | None = None
    ods_code: OdsCode | None = None


class Whereabouts(Form):
    """Where a child is at this moment, and when they go home."""

    place: Line | None = None
    detail: Words | None = None
    goes_home_at: Moment | None = None


class Person(Form):
    """What may be known of anybody; `key` is the form's own name for them, to point at."""

    key: Key | None = None
    given_name: Line | None = None
    family_name: Line | None = None
    also_known_as: Line | None = None
    born: Day | None = None
    sex: Sex | None = None
    ethnicity: Ethnicity | None = None
    religion: Line | None = None
    first_language: Line | None = None
    interpreter: Interpreter | None = None
    disabilities: Annotated[tuple[Disability, ...], Field(max_length=13)] = ()
    disability_detail: Words | None = None
    nhs_number: NhsNumber | None = None
    gp: Practice | None = None
    lives_in_household: YesNo | None = None
    address: Address | None = None
    phone: Phone | None = None
    email: Email | None = None
    safe_contact: SafeContact | None = None
    digital_access: DigitalAccess | None = None


class Child(Person):
    """A child; one not yet born has the date they are expected, and no date of birth."""

    expected: Day | None = None
    upn: Upn | None = None
    school: School | None = None
    education_health_care_plan: YesNo | None = None
    where_now: Whereabouts | None = None
    views: Words | None = None


class Adult(Person):
    """A parent, carer, grandparent or any other adult of the household or the network."""

    poses_risk: YesNo | None = None
