"""The commits of the day by name, and the moments around them that a seed chooses."""

import random
from collections.abc import Mapping

from tests.faults.moments import Moment, When

Commit = tuple[str, tuple[bytes, ...]]
HEARD = b"INSERT INTO inbox"


def says(what: str) -> Commit:
    """Name the commit of a request, or of a timer, by the message that it says."""
    return f"says {what}", (f"earlyhelp.{what}.v1".encode(),)


def hears_and_says(what: str) -> Commit:
    """Name the commit of a message's handler by the message that it says in turn."""
    return f"hears, and says {what}", (HEARD, f"earlyhelp.{what}.v1".encode())


RECEIVED = says("referral.received")
COMMITS: Mapping[str, tuple[Commit, ...]] = {
    "referral": (
        says("referral.screening-started"),
        says("referral.family-contact-logged"),
        says("referral.accepted"),
        says("referral.signposted"),
        says("referral.diverted"),
        hears_and_says("referral.closed"),
    ),
    "allocation": (
        hears_and_says("case.opened"),
        says("case.allocated"),
        says("case.first-contact-made"),
        says("case.no-contact-letter-requested"),
        says("case.step-up-proposed"),
        says("case.closure-proposed"),
        says("case.no-contact-expired"),
        says("case.closed"),
    ),
    "handover": (
        hears_and_says("handover.opened"),
        says("handover.authorised"),
        says("handover.sent"),
        says("handover.acknowledged"),
        says("handover.accepted"),
        says("handover.declined"),
        says("handover.completed"),
    ),
    "notifications": (
        ("hears what it must tell", (HEARD, b"INSERT INTO notifications")),
        says("notification.milestone-told"),
        says("notification.milestone-suppressed"),
        says("notification.letter-dispatched"),
    ),
}
PUBLISHED: Commit = ("has published, and keeps its place", (b"UPDATE outbox_cursor SET epoch",))
SENDING: Mapping[str, tuple[tuple[Commit, When], ...]] = {
    "handover": (
        (("has claimed a pack", (b"SKIP LOCKED", b"UPDATE packs SET")), When.AFTER_COMMIT),
        (("has sent a pack", (b"UPDATE packs SET", b"delivered")), When.BEFORE_STATEMENT),
    ),
    "notifications": (
        (("has claimed what it sends", (b"INSERT INTO attempts",)), When.AFTER_COMMIT),
        (("has sent, and notes the outcome", (b"UPDATE attempts SET",)), When.BEFORE_STATEMENT),
        (("has posted a letter", (b"UPDATE letters SET", b"dispatched")), When.BEFORE_STATEMENT),
    ),
}
"""Around a call to the world outside: claimed and not called yet, called and not recorded yet."""


def chosen(seed: int) -> list[Moment]:
    """Choose a day's moments: for each service both sides of a commit, and beside publishing."""
    dice = random.Random(seed)  # noqa: S311 - replayed by its seed
    side = dice.choice((When.BEFORE_COMMIT, When.AFTER_COMMIT))
    found = [Moment("referral", *RECEIVED, side, dice.randrange(3, 15))]
    for service, commits in COMMITS.items():
        before, after = dice.sample(commits, 2)
        kept = dice.choice((When.BEFORE_STATEMENT, When.AFTER_STATEMENT))
        found += [
            Moment(service, *before, When.BEFORE_COMMIT),
            Moment(service, *after, When.AFTER_COMMIT),
            Moment(service, *PUBLISHED, kept, dice.randrange(2, 10)),
        ]
        if calls := SENDING.get(service):
            call, when = dice.choice(calls)
            found.append(Moment(service, *call, when))
    return found
