"""Turns a form into the people, relationships and answers of agreement that the service keeps."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from chassis.clocks import new_id
from services.referral.intake.form import IntakeForm, Relationship
from services.referral.intake.kinds import Answer
from services.referral.intake.people import Adult, Child, Person


class PersonKind(StrEnum):
    """Whether a person is a child or an adult of the family."""

    CHILD = "child"
    ADULT = "adult"


@dataclass(frozen=True)
class FoundPerson:
    """A person of the form with the id that stays theirs."""

    id: UUID
    kind: PersonKind
    person: Person


@dataclass(frozen=True)
class Found:
    """Everybody and everything that a form tells of the family."""

    people: tuple[FoundPerson, ...]
    by_key: Mapping[str, UUID]
    relationships: tuple[tuple[UUID, UUID, Relationship], ...]

    @property
    def children(self) -> tuple[UUID, ...]:
        """The children's ids, in the order of the form."""
        return tuple(one.id for one in self.people if one.kind is PersonKind.CHILD)

    @property
    def adults(self) -> tuple[UUID, ...]:
        """The adults' ids, in the order of the form."""
        return tuple(one.id for one in self.people if one.kind is PersonKind.ADULT)


def found_in(form: IntakeForm) -> Found:
    """Give each person an id, the address they are known to live at, and their relationships."""
    household = form.household
    people = (
        *(FoundPerson(new_id(), PersonKind.CHILD, _placed(c, form)) for c in household.children),
        *(FoundPerson(new_id(), PersonKind.ADULT, _placed(a, form)) for a in household.adults),
    )
    by_key = {one.person.key: one.id for one in reversed(people) if one.person.key}
    relationships = tuple(
        (by_key[one.adult], by_key[one.child], one)
        for one in form.relationships
        if one.adult in by_key and one.child in by_key
    )
    return Found(people, by_key, relationships)


def _placed(person: Child | Adult, form: IntakeForm) -> Person:
    """Put a person at the household's address where that is known, never where it is assumed.

    A child lives in the household unless the form says otherwise; an adult only if it says so,
    lest a letter to one parent arrive at the other's door.
    """
    lives_here = person.lives_in_household
    if person.address is not None or form.household.address is None:
        return person
    if lives_here is Answer.YES or (isinstance(person, Child) and lives_here is not Answer.NO):
        return person.model_copy(update={"address": form.household.address})
    return person


def detail_of(person: Person) -> dict[str, Any]:
    """Give what is known of a person, as it is kept."""
    return person.model_dump(mode="json", exclude_none=True, exclude_defaults=True)


def told_of(form: IntakeForm) -> dict[str, Any]:
    """Give the rest of the form, as it is kept: the people have rows of their own."""
    without = {"household": {"children", "adults"}}
    return form.model_dump(mode="json", exclude=without, exclude_none=True, exclude_defaults=True)


def goes_home_first(form: IntakeForm) -> datetime | None:
    """Tell when the first of the children goes home, if anybody said so."""
    times = [
        child.where_now.goes_home_at
        for child in form.household.children
        if child.where_now and child.where_now.goes_home_at
    ]
    return min(times, default=None)
