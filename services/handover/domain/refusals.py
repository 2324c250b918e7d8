"""What the life's table alone cannot refuse, each named for the fact."""

from chassis.facts import Forbidden, NotAllowed


class ProposersOwn(Forbidden):
    """The proposer would authorise their own step-up (403)."""

    slug = "another-person-authorises"
    title = "The person who proposed a step-up cannot authorise it; another manager must"


class ProposersOwnAnswer(Forbidden):
    """The proposer would answer their own step-up for the receiving side (403)."""

    slug = "another-person-answers"
    title = "The person who proposed a step-up cannot answer it for social care"


class AlreadyAuthorised(NotAllowed):
    """A manager authorised it before (409)."""

    slug = "already-authorised"
    title = "A manager has authorised this handover already"


class NotAuthorisedYet(NotAllowed):
    """It waits for a manager (409)."""

    slug = "not-authorised-yet"
    title = "No manager has authorised this handover yet"


class NotAPerson(Forbidden):
    """A system would decide what only a named person may (403)."""

    slug = "named-person-only"
    title = "Only a named person may decide this; a system's word counts as delivered"


class TimeNotPossible(NotAllowed):
    """What is recorded cannot have happened then (409)."""

    slug = "time-not-possible"
    title = "This cannot have happened at that time"


class ReasonNeeded(NotAllowed):
    """A visit that was not joint needs its reason, and a joint one has none (409)."""

    slug = "reason-for-no-joint-visit"
    title = "Say why the visit was not joint; a joint visit needs no reason"
