"""Who may be told what: table C5 of the field, as one table that a manager can read.

A council's file may hold more for a worker's approval, or say less; never more than this.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from contracts.codes import ReferrerKind
from contracts.notifications import Milestone
from councils.wording import Wording


class Telling(StrEnum):
    """What becomes of a milestone for one kind of referrer."""

    TELL = "told"
    HOLD = "told once a worker has approved the wording"
    ON_SCREEN = "shown on the screen at the time, and never sent"
    IN_PERSON = "told by the worker in person, never by a message"
    BY_LETTER = "told by the letter itself, where post is safe"
    NEVER = "never told"


TELL, HOLD, NEVER = Telling.TELL, Telling.HOLD, Telling.NEVER
ON_SCREEN, IN_PERSON, BY_LETTER = Telling.ON_SCREEN, Telling.IN_PERSON, Telling.BY_LETTER


@dataclass(frozen=True)
class Row:
    """One milestone, for each kind of referrer."""

    agency: Telling
    family: Telling
    relative_or_public: Telling
    social_care: Telling


C5: Final[Mapping[Milestone, Row]] = {
    # milestone                          agency  family     relative   social care
    # for a                              school  parent     or public  (who steps down)
    Milestone.RECEIVED:              Row(TELL,   TELL,      ON_SCREEN, TELL),
    Milestone.ADDED_TO_WORK_IN_HAND: Row(TELL,   HOLD,      HOLD,      TELL),
    Milestone.ACCEPTED:              Row(TELL,   TELL,      HOLD,      TELL),
    Milestone.WAITING:               Row(TELL,   TELL,      NEVER,     TELL),
    Milestone.ALLOCATED:             Row(TELL,   TELL,      NEVER,     TELL),
    Milestone.SIGNPOSTED:            Row(TELL,   TELL,      HOLD,      TELL),
    Milestone.NOT_PROCEEDING:        Row(TELL,   TELL,      HOLD,      TELL),
    Milestone.NO_CONTACT_LETTER:     Row(TELL,   BY_LETTER, NEVER,     TELL),
    Milestone.STEP_UP:               Row(HOLD,   IN_PERSON, NEVER,     NEVER),
    Milestone.CLOSED:                Row(TELL,   IN_PERSON, NEVER,     TELL),
}  # fmt: skip

# A kind that this version does not know is told as a stranger is: least.
AUDIENCE: Final[Mapping[ReferrerKind, str]] = {
    ReferrerKind.AGENCY: "agency_referrer",
    ReferrerKind.FAMILY: "family",
    ReferrerKind.RELATIVE_OR_PUBLIC: "relative_or_public",
    ReferrerKind.SOCIAL_CARE: "social_care",
    ReferrerKind.UNKNOWN: "relative_or_public",
}

FACES_THE_FAMILY: Final = frozenset(
    {ReferrerKind.FAMILY, ReferrerKind.RELATIVE_OR_PUBLIC, ReferrerKind.UNKNOWN}
)
"""Whom a message could alert: the family itself, and people who may be near it."""


def ceiling(milestone: Milestone, kind: ReferrerKind) -> Telling:
    """Look the table up; what it does not name is never told."""
    row = C5.get(milestone)
    if row is None:
        return NEVER
    if kind in (ReferrerKind.UNKNOWN, ReferrerKind.RELATIVE_OR_PUBLIC):
        return row.relative_or_public
    return Telling(getattr(row, kind.value))


def telling(milestone: Milestone, kind: ReferrerKind, wording: Wording) -> Telling:
    """Look the table up, with what this council says less of or holds besides."""
    highest = ceiling(milestone, kind)
    if highest not in (TELL, HOLD):
        return highest
    audience = AUDIENCE[kind]
    if wording.of(milestone.value, audience) is None:
        return NEVER
    return HOLD if wording.is_held(milestone.value, audience) else highest
