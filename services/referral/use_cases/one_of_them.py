"""Finds the person a request names among those of the referral's family."""

from uuid import UUID

from chassis.facts import NotFound
from services.referral.domain.family import Family, Member


def one_of_them(family: Family, person_id: UUID) -> Member:
    """Find a person of the family.

    Raises:
        NotFound: Nobody of that id is in it.
    """
    try:
        return family.member(person_id)
    except KeyError:
        raise NotFound("Nobody of that id is in this referral's family.") from None
