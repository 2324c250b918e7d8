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
OUTCOMES: Mapping[str, tuple[Commit, ...]] = {
    "handover": (("has sent a pack, and records that", (b"UPDATE packs SET", b"delivered")),),
    "notifications": (
        ("has sent, and records what came of it", (b"UPDATE attempts SET",)),
        ("has posted a letter, and records that", (b"UPDATE letters SET", b"dispatched")),
    ),
}


def chosen(seed: int) -> list[Moment]:
    """Choose a day's moments: every service on both sides of a commit, and after it published."""
    dice = random.Random(seed)  # noqa: S311 - replayed by its seed
    found = [Moment("referral", *RECEIVED, When.AFTER_COMMIT, dice.randrange(3, 15))]
    for service, commits in COMMITS.items():
        before, after = dice.sample(commits, 2)
        found += [
            Moment(service, *before, When.BEFORE_COMMIT),
            Moment(service, *after, When.AFTER_COMMIT),
            Moment(service, *PUBLISHED, When.BEFORE_STATEMENT, dice.randrange(2, 10)),
        ]
        if outcomes := OUTCOMES.get(service):
            found.append(Moment(service, *dice.choice(outcomes), When.BEFORE_STATEMENT))
    return found
